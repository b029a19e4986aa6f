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

// movedReason is told to the families when a course gives way to another; undoneReason when an acceptance is undone.
const (
	movedReason  = "学期排课调整"
	undoneReason = "撤销排课"
)

// acceptTerm lets parts become courses, each with those of its bundle in a transaction of its own: what is refused does not hold up the others.
func (s *Server) acceptTerm(ctx context.Context, in *termPartsInput) (*answer[TermOutcome], error) {
	return s.eachBundle(ctx, in, false, s.acceptBundle)
}

// undoTerm takes back the courses that parts became, and brings back those that they replaced.
func (s *Server) undoTerm(ctx context.Context, in *termPartsInput) (*answer[TermOutcome], error) {
	return s.eachBundle(ctx, in, true, s.undoBundle)
}

// eachBundle does something with the bundles of the parts that are in place, or are not.
func (s *Server) eachBundle(ctx context.Context, in *termPartsInput, inPlace bool, do func(context.Context, bun.Tx, *db.Plan, []*db.PlanPart) error) (*answer[TermOutcome], error) {
	who := callerOf(ctx)
	row, err := s.termPlanFor(ctx, s.db.Read(), in.ID)
	if err != nil {
		return nil, err
	}
	parts, err := db.PlanParts(ctx, s.db.Read(), row.ID)
	if err != nil {
		return nil, err
	}
	bundles := bundlesOf(parts)
	out := TermOutcome{Done: []int{}, Refused: []RefusedPart{}}
	seen := map[int]bool{}
	for _, no := range in.Body.Parts {
		var bundle []*db.PlanPart
		var nos []int
		for i := range parts {
			p := &parts[i]
			if (p.No == no || bundles[no] != 0 && bundles[p.No] == bundles[no]) && !seen[p.No] && p.Kind != db.PartKept && (p.Course != "") == inPlace {
				bundle, nos = append(bundle, p), append(nos, p.No)
				seen[p.No] = true
			}
		}
		if len(bundle) == 0 {
			continue // done already
		}
		err := s.db.Tx(ctx, func(ctx context.Context, tx bun.Tx) error { return do(ctx, tx, row, bundle) })
		if refused, ok := s.refusedPart(ctx, no, err); ok {
			out.Refused = append(out.Refused, refused)
		} else if err != nil {
			return nil, err
		} else {
			out.Done = append(out.Done, nos...)
		}
	}
	who.note.object = row.ID
	who.note.none = len(out.Done) == 0
	return &answer[TermOutcome]{out}, nil
}

// refusedPart tells a refusal that concerns a part alone.
func (s *Server) refusedPart(ctx context.Context, no int, err error) (RefusedPart, bool) {
	var clash *db.ClashError
	if errors.As(err, &clash) {
		err = s.refuseClash(ctx, clash, nil)
	}
	var p *httpd.Problem
	if !errors.As(err, &p) || p.Status >= http.StatusInternalServerError {
		return RefusedPart{}, false
	}
	r := RefusedPart{Part: no, Code: p.Code, Detail: p.Detail}
	r.Clashes, _ = p.Params["clashes"].([]Clash)
	return r, true
}

func (s *Server) acceptBundle(ctx context.Context, tx bun.Tx, row *db.Plan, bundle []*db.PlanPart) error {
	var replaced []string
	for _, p := range bundle {
		replaced = append(replaced, p.ReplaceList...)
	}
	slices.Sort(replaced)
	replaced = slices.Compact(replaced)
	for _, id := range replaced {
		if err := db.CancelCourse(ctx, tx, id, movedReason, s.now()); err != nil {
			return err
		}
	}
	for _, p := range bundle {
		if p.Kind == db.PartDropped {
			if err := db.SetPartCourse(ctx, tx, p, p.ReplaceList[0]); err != nil {
				return err
			}
			continue
		}
		c, err := s.courseOfPart(ctx, tx, row, p)
		if err != nil {
			return err
		}
		if err := db.SetPartCourse(ctx, tx, p, c.ID); err != nil {
			return err
		}
	}
	return nil
}

// courseOfPart makes the course of a part with its dated lessons, and the pairing where there is none.
func (s *Server) courseOfPart(ctx context.Context, tx bun.Tx, row *db.Plan, p *db.PlanPart) (*db.NewCourse, error) {
	offers, err := db.Offers(ctx, tx, db.NeedFilter{IDs: []string{p.Offer}, Day: s.day().String()})
	if err != nil {
		return nil, err
	}
	needs, err := db.Needs(ctx, tx, db.NeedFilter{IDs: p.NeedList, Day: s.day().String()})
	if err != nil {
		return nil, err
	}
	if len(offers) == 0 || len(needs) != len(p.NeedList) {
		return nil, httpd.Fail(http.StatusConflict, "need-gone", "the offer or a need was withdrawn")
	}
	o, n := offers[0], needs[0]
	from, err := timetable.ParseDate(row.ValidFrom)
	if err != nil {
		return nil, err
	}
	c := &db.NewCourse{Course: db.Course{Title: n.ClassName + n.Subject + " 专递课堂", Subject: n.Subject, Grade: n.Grade, Kind: "delivered", Lecturer: o.Lecturer, Room: p.Room, Record: true,
		Minutes: pairing.DefaultPolicy.Minimum, ValidFrom: max(from, s.day()).String(), ValidTo: row.ValidTo, Offer: o.ID}, Lead: o.School, Slots: p.Timetable()}
	if len(needs) > 1 {
		c.Title = o.SchoolName + o.LecturerName + n.Subject + " 专递课堂"
	}
	for _, n := range needs {
		if n.Met+float64(len(p.SlotList)) > float64(n.Periods)+0.5 {
			return nil, httpd.Fail(http.StatusConflict, "need-met", "courses give the need its periods already").With("need", n.ID)
		}
		c.Places = append(c.Places, db.CoursePlace{School: n.School, Room: n.Room, Class: n.Class, Assistant: n.Assistant, Need: n.ID})
	}
	pair, err := s.pairAll(ctx, tx, c)
	if err != nil {
		return nil, err
	}
	c.Pairing, c.ValidTo = pair.ID, min(c.ValidTo, pair.ValidTo)
	if err := checkCourse(ctx, tx, c, pair); err != nil {
		return nil, err
	}
	return c, db.CreateCourse(ctx, tx, c, s.now())
}

// pairAll is a pairing in which all receiving schools of a course are partners: the pairings that run when it begins, read as one, and for those
// schools that have none a new one of a whole round.
func (s *Server) pairAll(ctx context.Context, tx bun.Tx, c *db.NewCourse) (*db.PairingView, error) {
	existing, err := db.Pairings(ctx, tx, []string{c.Lead})
	if err != nil {
		return nil, err
	}
	var all *db.PairingView
	join := func(p db.PairingView) {
		if all == nil {
			all = &p
			return
		}
		all.Partners = append(slices.Clip(all.Partners), p.Partners...)
		all.ValidFrom, all.ValidTo = max(all.ValidFrom, p.ValidFrom), min(all.ValidTo, p.ValidTo)
	}
	var alone []string
	for _, place := range c.Places {
		if all != nil && slices.Contains(all.Partners, place.School) || slices.Contains(alone, place.School) {
			continue
		}
		i := slices.IndexFunc(existing, func(e db.PairingView) bool {
			return e.Lead == c.Lead && slices.Contains(e.Partners, place.School) && e.ValidFrom <= c.ValidFrom && c.ValidFrom <= e.ValidTo
		})
		if i < 0 {
			alone = append(alone, place.School)
		} else {
			join(existing[i])
		}
	}
	if len(alone) > 0 {
		made, err := s.newRound(ctx, tx, c, alone, existing)
		if err != nil {
			return nil, err
		}
		join(*made)
	}
	return all, nil
}

// newRound pairs the lead school of a course with schools, from the course's first day on.
func (s *Server) newRound(ctx context.Context, tx bun.Tx, c *db.NewCourse, partners []string, existing []db.PairingView) (*db.PairingView, error) {
	areas, err := db.LoadAreas(ctx, tx)
	if err != nil {
		return nil, err
	}
	from, err := timetable.ParseDate(c.ValidFrom)
	if err != nil {
		return nil, err
	}
	scope := pairing.County
	for _, p := range partners {
		if own := pairing.ScopeOf(rulesSchool(areas, c.Lead), rulesSchool(areas, p)); wider(own, scope) {
			scope = own
		}
	}
	row := &db.PairingView{Pairing: db.Pairing{ID: ident.New(), Lead: c.Lead, Scope: string(scope), ValidFrom: c.ValidFrom, ValidTo: (from + pairing.MaxYears*365).String(), Created: db.At(s.now())},
		Partners: partners, FormList: []string{string(pairing.Sync), string(pairing.Delivered)}}
	if err := checkPairing(areas, *row, existing); err != nil {
		return nil, err
	}
	return row, db.InsertPairing(ctx, tx, row)
}

// wider tells whether a scope is wider than another.
func wider(a, b pairing.Scope) bool {
	order := []pairing.Scope{pairing.County, pairing.City, pairing.Province}
	return slices.Index(order, a) > slices.Index(order, b)
}

func (s *Server) undoBundle(ctx context.Context, tx bun.Tx, row *db.Plan, bundle []*db.PlanPart) error {
	var courses []string
	for _, p := range bundle {
		if p.Kind != db.PartDropped {
			courses = append(courses, p.Course)
		}
	}
	begun, err := db.BegunLessons(ctx, tx, nonNil(courses), s.now())
	if err != nil {
		return err
	}
	if begun > 0 {
		return httpd.Fail(http.StatusConflict, "already-begun", "lessons of it have begun").With("lessons", begun)
	}
	for _, id := range courses {
		if err := db.CancelCourse(ctx, tx, id, undoneReason, s.now()); err != nil {
			return err
		}
	}
	back := map[string]string{} // courses that come back under another id
	for _, p := range bundle {
		if err := s.undoPart(ctx, tx, p, back); err != nil {
			return err
		}
	}
	return nil
}

// undoPart brings back what a part replaced.
func (s *Server) undoPart(ctx context.Context, tx bun.Tx, p *db.PlanPart, back map[string]string) error {
	for i, id := range p.ReplaceList {
		if back[id] == "" {
			c, err := db.CourseByID(ctx, tx, id)
			if err != nil {
				return err
			}
			c.Cancelled, c.ValidFrom = false, max(c.ValidFrom, s.day().String())
			if err := db.CreateCourse(ctx, tx, c, s.now()); err != nil {
				return err
			}
			if err := db.HandOver(ctx, tx, id, c.ID); err != nil {
				return err
			}
			back[id] = c.ID
		}
		p.ReplaceList[i] = back[id]
	}
	if err := db.SetPartReplaces(ctx, tx, p); err != nil {
		return err
	}
	return db.SetPartCourse(ctx, tx, p, "")
}
