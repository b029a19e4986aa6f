package scheduler

import (
	"context"
	"errors"
	"net/http"
	"slices"

	"github.com/uptrace/bun"

	"github.com/tongtang/tongtang/internal/httpd"
	"github.com/tongtang/tongtang/internal/ident"
	"github.com/tongtang/tongtang/scheduler/db"
	"github.com/tongtang/tongtang/scheduler/pairing"
	"github.com/tongtang/tongtang/scheduler/timetable"
)

func (s *Server) listPairings(ctx context.Context, _ *nothing) (*answer[Pairings], error) {
	rows, err := db.Pairings(ctx, s.db.Read(), callerOf(ctx).schools(db.Roles...))
	if err != nil {
		return nil, err
	}
	list, err := s.pairings(ctx, rows)
	return &answer[Pairings]{Pairings{list}}, err
}

// pairings fills in the schools.
func (s *Server) pairings(ctx context.Context, rows []db.PairingView) ([]Pairing, error) {
	var ids []string
	for _, r := range rows {
		ids = append(append(ids, r.Lead), r.Partners...)
	}
	known, err := s.schoolsByID(ctx, ids)
	if err != nil {
		return nil, err
	}
	rounds, err := s.rounds(ctx, rows)
	if err != nil {
		return nil, err
	}
	list := make([]Pairing, len(rows))
	for i, r := range rows {
		list[i] = Pairing{Round: rounds[r.ID], ID: r.ID, Lead: known[r.Lead], Partners: make([]School, len(r.Partners)), Scope: r.Scope, Forms: r.FormList,
			From: r.ValidFrom, To: r.ValidTo, Courses: r.Courses, Version: r.Version}
		for k, id := range r.Partners {
			list[i].Partners[k] = known[id]
		}
	}
	return list, nil
}

// rounds tells of each pairing which round of its schools it is.
func (s *Server) rounds(ctx context.Context, rows []db.PairingView) (map[string]int, error) {
	leads := make([]string, len(rows))
	for i, r := range rows {
		leads[i] = r.Lead
	}
	all, err := db.Pairings(ctx, s.db.Read(), leads)
	if err != nil {
		return nil, err
	}
	areas := callerOf(ctx).areas
	known := make([]pairing.Pairing, len(all))
	for i, e := range all {
		if known[i], err = rulesPairing(areas, e); err != nil {
			return nil, err
		}
	}
	rounds := map[string]int{}
	for _, p := range known {
		for _, partner := range p.Partners {
			rounds[p.ID] = max(rounds[p.ID], pairing.Round(p, partner.ID, known))
		}
	}
	return rounds, nil
}

func (s *Server) createPairing(ctx context.Context, in *createPairingInput) (*answer[Pairing], error) {
	who := callerOf(ctx)
	for _, id := range append([]string{in.Body.Lead}, in.Body.Partners...) {
		if who.areas[id].Level != db.SchoolLevel || !who.covers(id, db.Coordinator) {
			return nil, httpd.Fail(http.StatusUnprocessableEntity, "school-unknown", "there is no such school in your area").With("school", id)
		}
	}
	row := &db.PairingView{Pairing: db.Pairing{ID: ident.New(), Lead: in.Body.Lead, Scope: in.Body.Scope, ValidFrom: in.Body.From, ValidTo: in.Body.To,
		Created: db.At(s.now())}, Partners: in.Body.Partners, FormList: in.Body.Forms}
	who.note.object = row.ID
	err := s.db.Tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		return addPairing(ctx, tx, who.areas, row)
	})
	if err != nil {
		return nil, err
	}
	return s.madePairing(ctx, row)
}

// addPairing writes a pairing that the rules allow beside those of its lead school.
func addPairing(ctx context.Context, tx bun.Tx, areas db.Areas, row *db.PairingView) error {
	existing, err := db.Pairings(ctx, tx, []string{row.Lead})
	if err != nil {
		return err
	}
	if err := checkPairing(areas, *row, existing); err != nil {
		return err
	}
	return db.InsertPairing(ctx, tx, row)
}

func (s *Server) madePairing(ctx context.Context, row *db.PairingView) (*answer[Pairing], error) {
	made, err := s.pairings(ctx, []db.PairingView{*row})
	if err != nil {
		return nil, err
	}
	return &answer[Pairing]{made[0]}, nil
}

// checkPairing asks the rules of pairing.
func checkPairing(areas db.Areas, row db.PairingView, existing []db.PairingView) error {
	p, err := rulesPairing(areas, row)
	if err != nil {
		return httpd.Fail(http.StatusUnprocessableEntity, "dates-wrong", "%s", err)
	}
	others := make([]pairing.Pairing, len(existing))
	for i, e := range existing {
		if others[i], err = rulesPairing(areas, e); err != nil {
			return err
		}
	}
	refusals := pairing.Check(p, others)
	if len(refusals) == 0 {
		return nil
	}
	first, status := refusals[0], http.StatusUnprocessableEntity
	if !slices.ContainsFunc(refusals, func(r pairing.Refusal) bool { return r.Code != pairing.AlreadyPaired }) {
		status = http.StatusConflict
	}
	return httpd.Fail(status, first.Code, "%s", first.Detail).With("reasons", refusals)
}

// renewPairing makes the next round of a pairing: as long, from the day after its end. A round is renewed once.
func (s *Server) renewPairing(ctx context.Context, in *renewInput) (*answer[Pairing], error) {
	who := callerOf(ctx)
	var row *db.PairingView
	err := s.db.Tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		p, err := s.pairingFor(ctx, tx, who, in.ID)
		if err != nil {
			return err
		}
		rules, err := rulesPairing(who.areas, *p)
		if err != nil {
			return err
		}
		next := pairing.Renew(rules)
		row = &db.PairingView{Pairing: db.Pairing{ID: ident.New(), Lead: p.Lead, Scope: p.Scope, ValidFrom: next.From.String(), ValidTo: next.To.String(), Created: db.At(s.now())},
			Partners: p.Partners, FormList: p.FormList}
		if in.Body.Forms != nil {
			row.FormList = in.Body.Forms
		}
		return addPairing(ctx, tx, who.areas, row)
	})
	if err != nil {
		return nil, err
	}
	return s.madePairing(ctx, row)
}

func rulesPairing(areas db.Areas, row db.PairingView) (p pairing.Pairing, err error) {
	p = pairing.Pairing{ID: row.ID, Lead: rulesSchool(areas, row.Lead), Scope: pairing.Scope(row.Scope)}
	for _, id := range row.Partners {
		p.Partners = append(p.Partners, rulesSchool(areas, id))
	}
	for _, f := range row.FormList {
		p.Forms = append(p.Forms, pairing.Form(f))
	}
	if p.From, err = timetable.ParseDate(row.ValidFrom); err != nil {
		return p, err
	}
	p.To, err = timetable.ParseDate(row.ValidTo)
	return p, err
}

func rulesSchool(areas db.Areas, id string) pairing.School {
	school := pairing.School{ID: id, Areas: map[int]string{}}
	for a := id; a != ""; a = areas[a].Parent {
		school.Areas[areas[a].Level] = a
	}
	return school
}

func (s *Server) deletePairing(ctx context.Context, in *ChangeByID) (*empty, error) {
	who := callerOf(ctx)
	var p *db.PairingView
	err := s.db.Tx(ctx, func(ctx context.Context, tx bun.Tx) (err error) {
		if p, err = s.pairingFor(ctx, tx, who, in.ID); err != nil {
			return err
		}
		if err := s.fresh(ctx, tx, in.Based, db.PairingVersion, in.ID); err != nil {
			return err
		}
		if p.History > 0 { // past lessons and recordings belong to them, cancelled or not
			return httpd.Fail(http.StatusConflict, "in-use", "the pairing has or had %d courses", p.History).With("courses", p.History)
		}
		_, err = tx.NewDelete().Model(&p.Pairing).WherePK().Exec(ctx)
		return err
	})
	return done(s.refuseStale(ctx, err, func() (any, error) {
		list, err := s.pairings(ctx, []db.PairingView{*p})
		if err != nil {
			return nil, err
		}
		return list[0], nil
	}))
}

// pairingFor finds a pairing that the coordinator looks after.
func (s *Server) pairingFor(ctx context.Context, q bun.IDB, who *caller, id string) (*db.PairingView, error) {
	p, err := db.PairingByID(ctx, q, id)
	if errors.Is(err, db.ErrNotFound) || (err == nil && !who.covers(p.Lead, db.Coordinator)) {
		return nil, httpd.Fail(http.StatusNotFound, "pairing-unknown", "there is no such pairing in your area")
	}
	return p, err
}
