package scheduler

import (
	"context"
	"errors"
	"net/http"
	"slices"

	"github.com/tongtang/tongtang/internal/httpd"
	"github.com/tongtang/tongtang/scheduler/db"
	"github.com/tongtang/tongtang/scheduler/timetable"
)

func (s *Server) findSlots(ctx context.Context, in *slotsInput) (*answer[Slots], error) {
	schools := append([]string{in.Lead}, in.Partners...)
	belled := slices.Clone(in.Classes)
	for _, group := range in.Groups {
		class, err := db.ClassWithBells(ctx, s.db.Read(), "", group)
		if err != nil {
			return nil, err
		}
		belled = append(belled, class)
	}
	calendars, err := s.calendarsFor(ctx, schools, belled)
	if err != nil {
		return nil, err
	}
	span, err := s.span(in, calendars[0].Term)
	if err != nil {
		return nil, err
	}
	common := timetable.Common(calendars, span)
	wanted := timetable.Lesson{Booked: timetable.Booked{Start: span.From.At(0, s.zone), End: (span.To + 1).At(0, s.zone), Uses: in.uses()}}
	board, err := s.takenFor(ctx, timetable.Purpose{Subject: in.Subject, Grade: in.Grade}, wanted)
	if err != nil {
		return nil, err
	}
	out := Slots{Slots: make([]Slot, len(common))}
	for i, fit := range board.Fits(wanted, common, calendars[0].Zone) {
		if out.Slots[i], err = s.slot(ctx, fit, schools); err != nil {
			return nil, err
		}
	}
	return &answer[Slots]{out}, nil
}

// calendarsFor reads the calendars of schools in the coordinator's area, in the order asked for, each for the bells of its class among those
// named; where none is named, for those of the school's stage.
func (s *Server) calendarsFor(ctx context.Context, schools, classes []string) ([]*timetable.Calendar, error) {
	who := callerOf(ctx)
	for _, id := range schools {
		if !who.covers(id, db.Coordinator) {
			return nil, schoolUnknown(id)
		}
	}
	byID, err := db.Calendars(ctx, s.db.Read(), schools)
	if errors.Is(err, db.ErrNotFound) {
		return nil, schoolUnknown(schools[0])
	}
	if err != nil {
		return nil, err
	}
	sets, err := db.SetsOfSchools(ctx, s.db.Read(), schools, classes)
	if err != nil {
		return nil, err
	}
	list := make([]*timetable.Calendar, len(schools))
	for i, id := range schools {
		list[i] = byID[id].For(sets[id])
	}
	return list, nil
}

func schoolUnknown(id string) error {
	return httpd.Fail(http.StatusUnprocessableEntity, "school-unknown", "there is no such school in your area").With("school", id)
}

// span is the part of the term that is searched.
func (s *Server) span(in *slotsInput, term timetable.Term) (timetable.Span, error) {
	span := timetable.Span{Minutes: in.Minutes}
	var err error
	if span.Cycle, err = parseCycle(in.Weeks, in.Every, in.Anchor, term); err != nil {
		return span, err
	}
	if span.From, err = s.dayOr(in.From, max(s.day(), term.From)); err != nil {
		return span, err
	}
	if span.To, err = s.dayOr(in.To, term.To); err != nil {
		return span, err
	}
	if span.To-span.From > maxDays {
		return span, httpd.Fail(http.StatusUnprocessableEntity, "dates-wrong", "to must be at most %d days after from", maxDays)
	}
	return span, nil
}

// uses is what the slot has to be free for.
func (in *slotsInput) uses() []timetable.Use {
	var uses []timetable.Use
	if in.Lecturer != "" {
		uses = append(uses, timetable.Use{Dimension: timetable.LecturerDim, ID: in.Lecturer})
	}
	for _, id := range in.Rooms {
		uses = append(uses, timetable.Use{Dimension: timetable.RoomDim, ID: id})
	}
	for _, id := range in.Classes {
		uses = append(uses, timetable.Use{Dimension: timetable.ClassDim, ID: id})
	}
	for _, id := range in.Groups {
		uses = append(uses, timetable.Use{Dimension: timetable.GroupDim, ID: id})
	}
	for _, id := range in.Devices {
		uses = append(uses, timetable.Use{Dimension: timetable.DeviceDim, ID: id})
	}
	return uses
}

func (s *Server) takenFor(ctx context.Context, purpose timetable.Purpose, wanted timetable.Lesson) (*timetable.Board, error) {
	if len(wanted.Uses) == 0 || !wanted.Start.Before(wanted.End) {
		return timetable.NewBoard(nil, nil), nil
	}
	return db.TakenAll(ctx, s.db.Read(), purpose, []timetable.Lesson{wanted})
}

func (s *Server) slot(ctx context.Context, c timetable.Fit, schools []string) (Slot, error) {
	slot := Slot{Weekday: c.Weekday, Start: c.Start.String(), End: c.End.String(), Minutes: c.Minutes(), Weeks: len(c.Dates), Dates: datesOf(c.Dates), Clashes: []Clash{},
		Spells: make([]Spell, len(c.Spells)), Free: len(c.Conflicts) == 0, Periods: slotPeriods(c.Periods, schools)}
	for i, t := range c.Spells {
		slot.Spells[i] = Spell{From: t.From.String(), To: t.To.String(), Start: t.Start.String(), End: t.End.String()}
	}
	if slot.Free {
		return slot, nil
	}
	named, err := db.NameClashes(ctx, s.db.Read(), c.Conflicts[:min(len(c.Conflicts), maxSlotClashes)], nil)
	slot.Clashes = clashesOf(named)
	return slot, err
}

func datesOf(dates []timetable.Date) []string {
	list := make([]string, len(dates))
	for i, d := range dates {
		list[i] = d.String()
	}
	return list
}

// maxSlotClashes is how many clashes of one slot are told: the others are the same in other weeks.
const maxSlotClashes = 5
