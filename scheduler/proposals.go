package scheduler

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"time"

	"github.com/uptrace/bun"

	"github.com/tongtang/tongtang/internal/httpd"
	"github.com/tongtang/tongtang/scheduler/db"
	"github.com/tongtang/tongtang/scheduler/link"
)

const (
	answerWithin = 14 * 24 * time.Hour // then a proposal expires
	toldFor      = 90 * 24 * time.Hour // a decided proposal is listed
)

// asks tells for which sides of the proposal the caller is asked now: the schools' administrators, and after both of them the lecturer.
func (c *caller) asks(p *db.ProposalView, now time.Time) []string {
	sides := []string{}
	if now.After(p.Expires.Time()) {
		return sides
	}
	switch p.State {
	case db.AsksSchools:
		for side, school := range map[string]string{db.LeadSide: p.Lead, db.PartnerSide: p.Partner} {
			if p.Answer(side) == nil && c.covers(school, db.SchoolAdmin) {
				sides = append(sides, side)
			}
		}
	case db.AsksLecturer:
		if p.Lecturer == c.person.ID {
			sides = append(sides, db.LecturerSide)
		}
	}
	return sides
}

// proposing tells whether the caller, as coordinator, looks after both schools.
func (c *caller) proposing(p *db.ProposalView) bool {
	return c.covers(p.Lead, db.Coordinator) && c.covers(p.Partner, db.Coordinator)
}

func (s *Server) listProposals(ctx context.Context, _ *nothing) (*answer[Proposals], error) {
	who := callerOf(ctx)
	rows, err := db.Proposals(ctx, s.db.Read(), db.ProposalFilter{Schools: who.schools(db.Coordinator, db.SchoolAdmin, db.Observer), Lecturer: who.person.ID, Since: s.now().Add(-toldFor)})
	if err != nil {
		return nil, err
	}
	list, err := s.proposals(ctx, rows)
	return &answer[Proposals]{Proposals{list}}, err
}

// proposals fills in what they speak of.
func (s *Server) proposals(ctx context.Context, rows []db.ProposalView) ([]Proposal, error) {
	list := make([]Proposal, len(rows))
	var needs, offers []string
	for _, r := range rows {
		needs, offers = append(needs, r.Need), append(offers, r.Offer)
	}
	if len(rows) == 0 {
		return list, nil
	}
	// A need or an offer that was withdrawn stays in the proposals that were made of it.
	foundNeeds, err := db.Needs(ctx, s.db.Read(), db.NeedFilter{IDs: needs, Day: s.day().String(), Withdrawn: true})
	if err != nil {
		return nil, err
	}
	foundOffers, err := db.Offers(ctx, s.db.Read(), db.NeedFilter{IDs: offers, Day: s.day().String(), Withdrawn: true})
	if err != nil {
		return nil, err
	}
	wireOffers, err := s.offers(ctx, s.db.Read(), foundOffers)
	if err != nil {
		return nil, err
	}
	needByID, offerByID := map[string]Need{}, map[string]Offer{}
	for i := range foundNeeds {
		needByID[foundNeeds[i].ID] = needOf(&foundNeeds[i], callerOf(ctx))
	}
	for _, o := range wireOffers {
		offerByID[o.ID] = o
	}
	for i := range rows {
		if list[i], err = s.proposal(callerOf(ctx), &rows[i], needByID[rows[i].Need], offerByID[rows[i].Offer]); err != nil {
			return nil, err
		}
	}
	return list, nil
}

func (s *Server) proposal(who *caller, p *db.ProposalView, need Need, offer Offer) (Proposal, error) {
	out := Proposal{ID: p.ID, State: p.State, Title: p.Title, Need: need, Offer: offer, Room: link.Named{ID: p.Room, Name: p.RoomName}, Slots: p.SlotList, Minutes: p.Minutes,
		From: p.ValidFrom, To: p.ValidTo, Forms: p.FormList, Score: p.Score, Coordinator: link.Named{ID: p.Coordinator, Name: p.CoordinatorName}, Created: p.Created.Time(),
		Expires: p.Expires.Time(), Decided: p.Decided.Pointer(), Reason: p.Reason, Course: p.Course, Answers: []ProposalAnswer{}, Asks: who.asks(p, s.now()),
		MayWithdraw: p.Open() && who.proposing(p), Version: p.Version}
	for _, a := range p.Answers {
		out.Answers = append(out.Answers, ProposalAnswer{a.Side, link.Named{ID: a.Person, Name: a.Name}, a.At.Time(), a.Accepted, a.Reason})
	}
	return out, json.Unmarshal([]byte(p.Figures), &out.Figures)
}

// proposalFor finds a proposal that the caller has to do with.
func (s *Server) proposalFor(ctx context.Context, q bun.IDB, id string) (*db.ProposalView, error) {
	rows, err := db.Proposals(ctx, q, db.ProposalFilter{IDs: []string{id}})
	if err != nil {
		return nil, err
	}
	who := callerOf(ctx)
	if len(rows) == 0 || (!who.covers(rows[0].Lead, db.Coordinator, db.SchoolAdmin) && !who.covers(rows[0].Partner, db.Coordinator, db.SchoolAdmin) && rows[0].Lecturer != who.person.ID) {
		return nil, httpd.Fail(http.StatusNotFound, "proposal-unknown", "there is no such proposal, or you may not see it")
	}
	return &rows[0], nil
}

// tell answers with the proposal as it is now.
func (s *Server) tell(ctx context.Context, id string) (*tagged[Proposal], error) {
	p, err := s.proposalFor(ctx, s.db.Read(), id)
	if err != nil {
		return nil, err
	}
	list, err := s.proposals(ctx, []db.ProposalView{*p})
	if err != nil {
		return nil, err
	}
	return withVersion(list[0], p.Version), nil
}

func (s *Server) acceptProposal(ctx context.Context, in *acceptInput) (*tagged[Proposal], error) {
	side := in.Body.Side
	return s.decide(ctx, in.ChangeByID, side, "", func(ctx context.Context, tx bun.Tx, p *db.ProposalView) error {
		if err := s.answerFor(ctx, tx, p, side, true, ""); err != nil {
			return err
		}
		switch {
		case side == db.LecturerSide:
			course, err := s.publish(ctx, tx, p)
			if err != nil {
				return err
			}
			return db.Decide(ctx, tx, &p.Proposal, db.Published, "", course.ID, s.now())
		case p.Answer(db.LeadSide) != nil || p.Answer(db.PartnerSide) != nil: // this is the second school
			return db.Decide(ctx, tx, &p.Proposal, db.AsksLecturer, "", "", s.now())
		}
		return nil
	})
}

func (s *Server) refuseProposal(ctx context.Context, in *refuseInput) (*tagged[Proposal], error) {
	side, reason := in.Body.Side, in.Body.Reason
	return s.decide(ctx, in.ChangeByID, side, reason, func(ctx context.Context, tx bun.Tx, p *db.ProposalView) error {
		if err := s.answerFor(ctx, tx, p, side, false, reason); err != nil {
			return err
		}
		return db.Decide(ctx, tx, &p.Proposal, db.Refused, reason, "", s.now())
	})
}

func (s *Server) withdrawProposal(ctx context.Context, in *withdrawInput) (*tagged[Proposal], error) {
	return s.decide(ctx, in.ChangeByID, "", in.Body.Reason, func(ctx context.Context, tx bun.Tx, p *db.ProposalView) error {
		if !callerOf(ctx).proposing(p) {
			return errNotAllowed
		}
		return db.Decide(ctx, tx, &p.Proposal, db.Withdrawn, in.Body.Reason, "", s.now())
	})
}

// decide does something with a proposal that waits for answers: for a side that is asked, or as who made it ("").
func (s *Server) decide(ctx context.Context, in ChangeByID, side, reason string, do func(context.Context, bun.Tx, *db.ProposalView) error) (*tagged[Proposal], error) {
	callerOf(ctx).note.detail = reason
	err := s.db.Tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		p, err := s.proposalFor(ctx, tx, in.ID)
		if err != nil {
			return err
		}
		if err := s.stillMeant(ctx, tx, in.Based, p, side); err != nil {
			return err
		}
		if !p.Open() || s.now().After(p.Expires.Time()) {
			return httpd.Fail(http.StatusConflict, "proposal-over", "the proposal is %s", p.State).With("state", p.State)
		}
		was := p.State
		if err := do(ctx, tx, p); err != nil {
			return err
		}
		var fields []db.FieldChange
		if p.State != was {
			fields = []db.FieldChange{{Field: "state", From: was, To: p.State}}
		}
		return db.Raise(ctx, tx, s.noted(ctx, db.ProposalVersion, p.ID, reason), fields...)
	})
	var clash *db.ClashError
	if errors.As(err, &clash) {
		return nil, s.refuseCourse(ctx, clash)
	}
	if err != nil {
		return nil, s.refuseStale(ctx, err, func() (any, error) {
			now, err := s.tell(ctx, in.ID)
			if err != nil {
				return nil, err
			}
			return now.Body, nil
		})
	}
	return s.tell(ctx, in.ID)
}

// stillMeant refuses an answer that is based on an old version. As long as the side is asked, only the other school can have answered since, and
// what is asked is the same: then an answer given at the same time counts.
func (s *Server) stillMeant(ctx context.Context, tx bun.Tx, b Based, p *db.ProposalView, side string) error {
	if side != "" && b.IfMatch != "" && slices.Contains(callerOf(ctx).asks(p, s.now()), side) {
		return nil
	}
	return s.fresh(ctx, tx, b, db.ProposalVersion, p.ID)
}

// answerFor notes what a side said, if the caller is asked for it.
func (s *Server) answerFor(ctx context.Context, tx bun.Tx, p *db.ProposalView, side string, accepted bool, reason string) error {
	who := callerOf(ctx)
	if !slices.Contains(who.asks(p, s.now()), side) {
		return httpd.Fail(http.StatusForbidden, "not-asked", "this answer is not yours to give, or not yet")
	}
	row := &db.ProposalAnswer{Proposal: p.ID, Side: side, Person: who.person.ID, At: db.At(s.now()), Accepted: accepted, Reason: reason}
	_, err := tx.NewInsert().Model(row).Exec(ctx)
	return err
}

// expireProposals ends those whose time is over.
func (s *Server) expireProposals(ctx context.Context) error {
	return s.db.Tx(ctx, func(ctx context.Context, tx bun.Tx) error { return db.ExpireProposals(ctx, tx, s.now()) })
}
