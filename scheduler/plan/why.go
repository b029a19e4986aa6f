package plan

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/tongtang/tongtang/scheduler/pairing"
	"github.com/tongtang/tongtang/scheduler/timetable"
)

// Codes of the reasons why a need is not met, beside those of pairing.Hindrances.
const (
	NoOffer       = "no-offer"       // nobody teaches the subject; Of is 0
	OutOfScope    = "out-of-scope"   // of the pairing
	NoBells       = "no-bells"       // the school has none
	NoCommonSlot  = "no-common-slot" // in which both could, even if nothing else were planned; Shift: what would help
	LecturerFull  = "lecturer-full"  // no periods a week left
	LecturerTaken = "lecturer-taken" // in all common slots, by other lessons
	RoomsTaken    = "rooms-taken"    // of the lead school, in all those left
	ClassTaken    = "class-taken"    // the class, its room or its assistant, in all those left
	LineFull      = "line-full"      // of one of the schools
	RecordersFull = "recorders-full"
	TooFewSlots   = "too-few-slots" // some are left, but fewer than are missing, or on days that have their lesson
)

// Reason is why offers cannot meet a need.
type Reason struct {
	Code   string           `json:"code"`
	Offers int              `json:"offers"`          // for how many offers this is what is in the way
	Of     int              `json:"of"`              // offers of the subject
	Shift  *timetable.Shift `json:"shift,omitempty"` // what would help
	Detail string           `json:"detail"`          // in English
}

var sentences = map[string]string{
	NoOffer: "nobody offers the subject", OutOfScope: "lie out of scope", NoBells: "the school, or theirs, has no bells", NoCommonSlot: "have no common slot with it",
	LecturerFull: "have no periods left", LecturerTaken: "teach others in all common slots", RoomsTaken: "have no lecturer room in the common slots",
	ClassTaken: "could only when the class, its room or its assistant is taken", LineFull: "could only when a school's line is full",
	RecordersFull: "could only when all recorders are in use", TooFewSlots: "have too few slots left", pairing.OtherGrade: "teach other grades",
	pairing.OtherEdition: "teach by another edition", pairing.RoomMissing: "the class has no room", pairing.SameSchool: "are of the same school",
}

// shiftsAtMost bounds the needs for which a shift of bells is looked for, which takes milliseconds.
const shiftsAtMost = 50

// unplaced are the needs that are not met, and why.
func (s *state) unplaced() []Unplaced {
	list := []Unplaced{}
	shifts := 0
	for n := range s.needs {
		if s.missing(n) <= 0 {
			continue
		}
		u := Unplaced{Need: s.needs[n].ID, Missing: s.missing(n), Reasons: s.why(n)}
		if i := slices.IndexFunc(u.Reasons, func(r Reason) bool { return r.Code == NoCommonSlot || r.Code == TooFewSlots }); i >= 0 && shifts < shiftsAtMost {
			shifts++
			u.Reasons[i].Shift = s.shift(n)
			if u.Reasons[i].Shift != nil {
				u.Reasons[i].Detail += "; " + u.Reasons[i].Shift.String()
			}
		}
		list = append(list, u)
	}
	return list
}

// why counts, for the offers of the subject, what is in the way first; the most frequent reason comes first, but those that a plan could change come
// before those that it could not.
func (s *state) why(n int) []Reason {
	own := &s.needs[n]
	counts := map[string]int{}
	of := 0
	for j := range s.offers {
		if s.offers[j].Subject == own.Subject {
			of++
			counts[s.obstacle(n, j)]++
		}
	}
	if of == 0 {
		counts[NoOffer] = 0
	}
	var list []Reason
	for code, offers := range counts {
		detail := sentences[code]
		if of > 0 {
			detail = fmt.Sprintf("%d of %d teachers: %s", offers, of, detail)
		}
		list = append(list, Reason{Code: code, Offers: offers, Of: of, Detail: detail})
	}
	slices.SortFunc(list, func(a, b Reason) int {
		return cmp.Or(cmp.Compare(hard(a.Code), hard(b.Code)), cmp.Compare(b.Offers, a.Offers), cmp.Compare(a.Code, b.Code))
	})
	return list
}

// hard is 1 for what no plan could change.
func hard(code string) int {
	switch code {
	case pairing.OtherGrade, pairing.OtherEdition, pairing.SameSchool, OutOfScope:
		return 1
	}
	return 0
}

// obstacle is the first thing that keeps an offer from giving a need what it lacks.
func (s *state) obstacle(n, offer int) string {
	own, o := &s.needs[n], &s.offers[offer]
	if codes := pairing.Hindrances(*own.Need, *o.Offer, s.p.Policy); len(codes) > 0 {
		return codes[0]
	}
	if s.p.Scope != "" && !pairing.Within(own.School, o.School, s.p.Scope) {
		return OutOfScope
	}
	if own.clock < 0 || o.clock < 0 {
		return NoBells
	}
	i := slices.IndexFunc(own.options, func(opt option) bool { return opt.offer == offer })
	switch {
	case len(o.rooms) == 0:
		return RoomsTaken
	case i < 0:
		return NoCommonSlot
	}
	return s.bottleneck(n, &own.options[i])
}

// bottleneck narrows the cells of an option down until none is left.
func (s *state) bottleneck(n int, opt *option) string {
	own, o := &s.needs[n], &s.offers[opt.offer]
	left := opt.open
	narrow := func(keep func(c cell) bool) bool {
		for c := range left.all() {
			if !keep(c) {
				left.remove(c)
			}
		}
		return left.empty()
	}
	shares := func(c cell) bool {
		l := s.lessonAt(opt.offer, c)
		return l != nil && s.joins(l, n, o, opt.link.partner[c])
	}
	free := s.own(n)
	roomy := func(c cell) bool {
		for i := range o.rooms {
			if !s.roomTaken(o, i, c) {
				return true
			}
		}
		return false
	}
	switch {
	case s.left[o.load] <= 0 && narrow(shares):
		return LecturerFull
	case narrow(func(c cell) bool { return shares(c) || !s.taken(o.teacher, o.clock).has(c) }):
		return LecturerTaken
	case narrow(func(c cell) bool { return shares(c) || roomy(c) }):
		return RoomsTaken
	case narrow(func(c cell) bool { return free.has(opt.link.partner[c]) }):
		return ClassTaken
	case narrow(func(c cell) bool {
		return s.carries(own.shares, own.clock, opt.link.partner[c]) && (shares(c) || s.carries(o.shares, o.clock, c))
	}):
		return LineFull
	case narrow(func(c cell) bool { return shares(c) || s.recorder.carries(o.clock, c, 1) }):
		return RecordersFull
	}
	return TooFewSlots
}

// shift finds the change of the school's bells that would give it the most with the best of the offers that suit it.
func (s *state) shift(n int) *timetable.Shift {
	own := &s.needs[n]
	cal := s.p.Calendars[own.School.ID]
	for j := range s.offers {
		o := &s.offers[j]
		if o.Subject != own.Subject || !s.suits(own, o) || len(o.rooms) == 0 || s.left[o.load] <= 0 {
			continue
		}
		lead := s.p.Calendars[o.School.ID].For(o.Set)
		found := timetable.Shifts([]*timetable.Calendar{lead, cal.For(own.Set)}, timetable.Search{Span: timetable.Span{From: s.p.From, To: s.p.To, Minutes: s.p.Policy.Minutes}, School: 1, Pause: 5})
		if len(found) > 0 {
			return &found[0]
		}
	}
	return nil
}
