package scheduler

import (
	"context"
	"errors"
	"fmt"
	"math"
	"net/http"
	"slices"

	"github.com/uptrace/bun"

	"github.com/tongtang/tongtang/internal/httpd"
	"github.com/tongtang/tongtang/internal/ident"
	"github.com/tongtang/tongtang/scheduler/db"
	"github.com/tongtang/tongtang/scheduler/pairing"
	"github.com/tongtang/tongtang/scheduler/timetable"
)

// propose makes a proposal of slots in which all can at present: it tries to publish it, and takes that back.
func (s *Server) propose(ctx context.Context, in *proposeInput) (*tagged[Proposal], error) {
	who := callerOf(ctx)
	need, err := s.openNeed(ctx, in.Body.Need)
	if err != nil {
		return nil, err
	}
	offers, err := db.Offers(ctx, s.db.Read(), db.NeedFilter{IDs: []string{in.Body.Offer}, Day: s.day().String()})
	if err != nil {
		return nil, err
	}
	if len(offers) == 0 || !who.covers(offers[0].School, db.Coordinator) {
		return nil, httpd.Fail(http.StatusNotFound, "offer-unknown", "there is no such offer, or you may not see it")
	}
	row, err := s.newProposal(ctx, need, &offers[0], in.Body)
	if err != nil {
		return nil, err
	}
	who.note.object, who.note.detail = row.ID, row.Title
	err = s.db.Tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		if _, err := s.publish(ctx, tx, row); err != nil {
			return err
		}
		return errPreview
	})
	var clash *db.ClashError
	if errors.As(err, &clash) {
		return nil, s.refuseCourse(ctx, clash)
	}
	if err != errPreview {
		return nil, err
	}
	err = s.db.Tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		_, err := tx.NewInsert().Model(&row.Proposal).Exec(ctx)
		return err
	})
	if db.IsDuplicate(err) {
		return nil, httpd.Fail(http.StatusConflict, "proposal-there", "this offer was proposed for the need already, and waits for answers")
	}
	if err != nil {
		return nil, err
	}
	return s.tell(ctx, row.ID)
}

// newProposal chooses, of the slots that the matching finds for the offer, those that are asked for.
func (s *Server) newProposal(ctx context.Context, need *db.NeedView, offer *db.OfferView, in NewProposal) (*db.ProposalView, error) {
	if need.Met >= float64(need.Periods) {
		return nil, httpd.Fail(http.StatusConflict, "need-met", "courses give the need all its periods already")
	}
	q, err := s.question(ctx, need, []db.OfferView{*offer}, in.AnyEdition)
	if err != nil {
		return nil, err
	}
	found := pairing.Match(*q)
	if len(found) == 0 || !found[0].Fits() {
		refusal := courseFault("no-candidate", "the offer does not fit the need")
		if len(found) > 0 {
			refusal = refusal.With("reasons", found[0].Reasons)
		}
		return nil, refusal
	}
	c := found[0]
	p := &db.ProposalView{Proposal: db.Proposal{ID: ident.New(), Need: need.ID, Offer: offer.ID, State: db.AsksSchools, Title: in.Title, Room: in.Room,
		Minutes: q.Policy.Minutes, ValidFrom: q.From.String(), ValidTo: min(q.To, q.Calendars[offer.School].Term.To).String(), Score: c.Score,
		Coordinator: callerOf(ctx).person.ID, Created: db.At(s.now()), Expires: db.At(s.now().Add(answerWithin))}, Lead: offer.School, Partner: need.School,
		Lecturer: offer.Lecturer, FormList: in.Forms}
	if p.Title == "" {
		p.Title = fmt.Sprintf("%s%s 专递课堂", need.ClassName, need.Subject)
	}
	if p.FormList == nil {
		p.FormList = usualForms
	}
	for _, asked := range in.Slots {
		i := slices.IndexFunc(c.Slots, func(x pairing.Slot) bool {
			return x.Weekday == asked.Weekday && x.Periods[0].No == asked.Lead && x.Periods[1].No == asked.Partner
		})
		if i < 0 {
			return nil, httpd.Fail(http.StatusConflict, "slot-gone", "this time is not free any more; look at the candidates again").With("weekday", asked.Weekday)
		}
		x := c.Slots[i]
		p.Minutes = min(p.Minutes, x.Minutes())
		p.SlotList = append(p.SlotList, db.ProposalSlot{Weekday: x.Weekday, Start: x.Start.String(), End: x.End.String(),
			Periods: map[string]int{offer.School: asked.Lead, need.School: asked.Partner}})
	}
	if len(p.SlotList) > max(need.Periods-int(math.Floor(need.Met)), 1) {
		return nil, courseFault("too-many-slots", "the need asks for fewer lessons a week").With("periods", need.Periods)
	}
	return p, errors.Join(write(&p.Slots, p.SlotList), write(&p.Forms, p.FormList), write(&p.Figures, figuresOf(c.Figures)))
}

// publish makes the course of a proposal with its dated lessons, and the pairing where there is none. *db.ClashError tells what is taken.
func (s *Server) publish(ctx context.Context, tx bun.Tx, p *db.ProposalView) (*db.NewCourse, error) {
	needs, err := db.Needs(ctx, tx, db.NeedFilter{IDs: []string{p.Need}, Day: s.day().String()})
	if err != nil {
		return nil, err
	}
	if len(needs) == 0 {
		return nil, httpd.Fail(http.StatusConflict, "need-gone", "the need was withdrawn")
	}
	need := &needs[0]
	from, err := timetable.ParseDate(p.ValidFrom)
	if err != nil {
		return nil, err
	}
	p.ValidFrom = max(from, s.day()).String()
	areas, err := db.LoadAreas(ctx, tx)
	if err != nil {
		return nil, err
	}
	policy, _, err := policyFor(ctx, tx, areas, need.School)
	if err != nil {
		return nil, err
	}
	c := &db.NewCourse{Course: db.Course{Title: p.Title, Subject: need.Subject, Grade: need.Grade, Kind: "delivered", Lecturer: p.Lecturer, Room: p.Room, Picture: policy.Picture, Record: true,
		Minutes: p.Minutes, ValidFrom: p.ValidFrom, ValidTo: p.ValidTo, Offer: p.Offer}, Lead: p.Lead,
		Places: []db.CoursePlace{{School: need.School, Room: need.Room, Class: need.Class, Assistant: need.Assistant, Need: need.ID}}, Slots: p.Timetable()}
	pair, err := s.pairAll(ctx, tx, c, p.FormList)
	if err != nil {
		return nil, err
	}
	c.Pairing = pair.ID
	if err := checkCourse(ctx, tx, c, pair); err != nil {
		return nil, err
	}
	return c, db.CreateCourse(ctx, tx, c, s.now())
}
