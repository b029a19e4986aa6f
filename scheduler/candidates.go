package scheduler

import (
	"context"
	"math"

	"github.com/tongtang/tongtang/scheduler/db"
	"github.com/tongtang/tongtang/scheduler/link"
	"github.com/tongtang/tongtang/scheduler/pairing"
	"github.com/tongtang/tongtang/scheduler/timetable"
)

// maxMatchSlots bounds how many slots of a candidate are told.
const maxMatchSlots = 60

// listCandidates ranks the offers of the coordinator's area for a need.
func (s *Server) listCandidates(ctx context.Context, in *candidatesInput) (*answer[Candidates], error) {
	who := callerOf(ctx)
	need, err := s.openNeed(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	all, err := db.Offers(ctx, s.db.Read(), db.NeedFilter{Schools: who.schools(db.Coordinator), Day: s.day().String()})
	if err != nil {
		return nil, err
	}
	var offers []db.OfferView
	for _, o := range all {
		if o.Subject == need.Subject {
			offers = append(offers, o)
		}
	}
	q, err := s.question(ctx, need, offers, in.AnyEdition)
	if err != nil {
		return nil, err
	}
	wire, err := s.offers(ctx, s.db.Read(), offers)
	if err != nil {
		return nil, err
	}
	byID := make(map[string]Offer, len(wire))
	for _, o := range wire {
		byID[o.ID] = o
	}
	out := Candidates{Need: needOf(need, who), From: q.From.String(), To: q.To.String(), Candidates: []Candidate{}}
	for _, c := range pairing.Match(*q) {
		out.Candidates = append(out.Candidates, candidateOf(c, byID[c.Offer.ID], need, who.areas))
	}
	return &answer[Candidates]{out}, nil
}

// question loads all that matching a need must know: calendars, what is booked of those offers that suit it, and how lessons of the pairs went.
func (s *Server) question(ctx context.Context, need *db.NeedView, offers []db.OfferView, anyEdition bool) (*pairing.Question, error) {
	areas := callerOf(ctx).areas
	sets, err := db.SetsOf(ctx, s.db.Read(), []string{need.Class})
	if err != nil {
		return nil, err
	}
	n := matchNeed(need, rulesSchool(areas, need.School), sets[need.Class], max(need.Periods-int(math.Round(need.Met)), 1))
	policy, _, err := policyFor(ctx, s.db.Read(), areas, need.School)
	if err != nil {
		return nil, err
	}
	q := &pairing.Question{Needs: []pairing.Need{n}, Policy: policy.rules(), Weights: policy.Weights, Names: map[string]string{need.School: need.SchoolName}}
	q.Policy.AnyEdition = q.Policy.AnyEdition || anyEdition
	schools := []string{need.School}
	all := timetable.Lesson{Loads: append(linesOf(need.School), timetable.Load{Use: timetable.Use{Dimension: timetable.RecorderDim}})}
	use := func(d timetable.Dimension, ids ...string) {
		for _, id := range ids {
			all.Uses = append(all.Uses, timetable.Use{Dimension: d, ID: id})
		}
	}
	use(timetable.ClassDim, need.Class)
	use(timetable.RoomDim, need.Room)
	use(timetable.AssistantDim, need.Assistant)
	for _, o := range offers {
		q.Names[o.School], q.Names[o.Lecturer] = o.SchoolName, o.LecturerName
		schools = append(schools, o.School)
	}
	rows, err := db.Schools(ctx, s.db.Read(), schools)
	if err != nil {
		return nil, err
	}
	places := map[string]pairing.Place{}
	for _, r := range rows {
		places[r.ID] = pairing.Place{Lat: r.Lat, Lon: r.Lon}
	}
	q.Needs[0].School.Place = places[need.School]
	for _, o := range offers {
		offer := matchOffer(&o, need.Grade, areas)
		offer.School.Place = places[o.School]
		q.Offers = append(q.Offers, offer)
		if q.Suits(offer) {
			use(timetable.LecturerDim, o.Lecturer)
			use(timetable.RoomDim, o.RoomList...)
			all.Loads = append(all.Loads, linesOf(o.School)...)
		}
	}
	if q.Calendars, err = db.Calendars(ctx, s.db.Read(), schools); err != nil {
		return nil, err
	}
	term := q.Calendars[need.School].Term
	q.From, q.To = max(s.day()+1, term.From), term.To
	all.Start, all.End = q.From.At(0, s.zone), (q.To+1).At(0, s.zone)
	if q.Board, err = db.TakenDuring(ctx, s.db.Read(), timetable.Purpose{Subject: need.Subject, Grade: need.Grade}, all); err != nil {
		return nil, err
	}
	records, err := db.PairRecords(ctx, s.db.Read(), []string{need.School}, s.now())
	q.History = map[pairing.Pair]pairing.Record{}
	for pair, r := range records {
		q.History[pairing.Pair{Lead: pair[0], Partner: pair[1]}] = pairing.Record{Held: r[0], Due: r[1]}
	}
	return q, err
}

// linesOf are both directions of a school's line, as what a board must know about.
func linesOf(school string) []timetable.Load {
	return []timetable.Load{{Use: timetable.Use{Dimension: timetable.BandwidthDim, ID: school}}, {Use: timetable.Use{Dimension: timetable.UplinkDim, ID: school}}}
}

// matchNeed is a need as the matching takes it, with so many periods open.
func matchNeed(n *db.NeedView, school pairing.School, set timetable.Set, open int) pairing.Need {
	return pairing.Need{ID: n.ID, School: school, Class: n.Class, Set: set, Subject: n.Subject, Grade: n.Grade, Periods: open, Edition: n.Edition, Unit: n.Unit, Room: n.Room,
		Listens: n.RoomClass == string(link.TerminalRoom), Assistant: n.Assistant, Line: pairing.Line{Down: n.DownKbps, Up: n.UpKbps}, Language: n.Language,
		Blocked: cellsOf(n.BlockedCells)}
}

func matchOffer(o *db.OfferView, grade int, areas db.Areas) pairing.Offer {
	return pairing.Offer{ID: o.ID, Teacher: o.Lecturer, School: rulesSchool(areas, o.School), Set: timetable.Set{Stage: db.StageOf(grade)}, Subject: o.Subject,
		Grades: o.GradeList, Edition: o.Edition, AnyEdition: o.AnyEdition, Unit: o.Unit, Free: cellsOf(o.FreeCells), Blocked: cellsOf(o.BlockedCells), Cap: o.Cap,
		Load: o.OwnLoad + int(math.Ceil(o.Load)), Rooms: o.RoomList, Languages: o.LanguageList}
}

func cellsOf(list []db.Cell) []pairing.Cell {
	cells := make([]pairing.Cell, len(list))
	for i, c := range list {
		cells[i] = pairing.Cell(c)
	}
	return cells
}

func candidateOf(c pairing.Candidate, offer Offer, need *db.NeedView, areas db.Areas) Candidate {
	out := Candidate{Offer: offer, Fits: c.Fits(), Score: c.Score, Reasons: []MatchReason{}, Figures: figuresOf(c.Figures), Slots: []MatchSlot{}, Chosen: []int{}}
	for _, r := range c.Reasons {
		out.Reasons = append(out.Reasons, MatchReason{r.Code, r.Name, r.Wanted, r.Has, r.Amount, r.Limit, r.Detail})
	}
	rooms := map[string]string{}
	for _, r := range offer.Rooms {
		rooms[r.ID] = r.Name
	}
	schools := []string{offer.School.ID, need.School}
	for _, s := range c.Slots[:min(len(c.Slots), maxMatchSlots)] {
		slot := MatchSlot{Weekday: s.Weekday, Start: s.Start.String(), End: s.End.String(), Minutes: s.Minutes(), Room: link.Named{ID: s.Room, Name: rooms[s.Room]},
			Held: len(s.Free), Days: s.Days}
		for i, p := range s.Periods {
			slot.Periods = append(slot.Periods, SlotPeriod{School: schools[i], No: p.No, Name: p.Name, Start: p.Start.String(), End: p.End.String()})
		}
		out.Slots = append(out.Slots, slot)
	}
	for _, i := range c.Chosen {
		if i < maxMatchSlots {
			out.Chosen = append(out.Chosen, i)
		}
	}
	if c.Shift != nil {
		out.Shift = &BellShift{School: named(areas, c.Shift.School), Period: c.Shift.Period, Rest: c.Shift.Rest, Minutes: c.Shift.Minutes, Slots: c.Shift.Slots, Gain: c.Shift.Gain}
	}
	return out
}

func figuresOf(list []pairing.Figure) []MatchFigure {
	out := make([]MatchFigure, len(list))
	for i, f := range list {
		out[i] = MatchFigure(f)
	}
	return out
}
