package scheduler

import (
	"context"
	"slices"

	"github.com/tongtang/tongtang/scheduler/db"
	"github.com/tongtang/tongtang/scheduler/link"
	"github.com/tongtang/tongtang/scheduler/plan"
)

type namedArea = link.Named

// difference tells a plan's parts beside the courses that they would replace, those that would be dropped, and what could not be placed.
func (s *Server) difference(ctx context.Context, row *db.Plan, out *TermDetail) error {
	parts, err := db.PlanParts(ctx, s.db.Read(), row.ID)
	if err != nil {
		return err
	}
	kept, err := resultOf(row)
	if err != nil {
		return err
	}
	d, err := s.termFacts(ctx, parts, kept)
	if err != nil {
		return err
	}
	bundles := bundlesOf(parts)
	for i := range parts {
		part := d.part(&parts[i])
		part.Bundle = bundles[parts[i].No]
		out.Parts = append(out.Parts, part)
	}
	for _, u := range kept.Unplaced {
		if n, ok := d.needs[u.Need]; ok {
			out.Unplaced = append(out.Unplaced, UnplacedNeed{Need: n.ID, School: link.Named{ID: n.School, Name: n.SchoolName}, Class: link.Named{ID: n.Class, Name: n.ClassName}, Subject: n.Subject,
				Grade: n.Grade, Missing: u.Missing, Reasons: reasonsOf(u.Reasons, callerOf(ctx).areas)})
		}
	}
	return nil
}

func reasonsOf(list []plan.Reason, areas db.Areas) []TermReason {
	out := make([]TermReason, len(list))
	for i, r := range list {
		out[i] = TermReason{Code: r.Code, Offers: r.Offers, Of: r.Of, Detail: r.Detail}
		if c := r.Shift; c != nil {
			out[i].Shift = &BellShift{School: named(areas, c.School), Period: c.Period, Rest: c.Rest, Minutes: c.Minutes, Slots: c.Slots, Gain: c.Gain}
		}
	}
	return out
}

// termFacts is what parts speak of.
type termFacts struct {
	needs  map[string]*db.NeedView
	offers map[string]*db.OfferView
	rooms  map[string]string
	was    map[string][]TermSlot // by course that is replaced
}

func (s *Server) termFacts(ctx context.Context, parts []db.PlanPart, kept storedResult) (*termFacts, error) {
	var needs, offers, courses []string
	for _, p := range parts {
		needs, offers, courses = append(needs, p.NeedList...), append(offers, p.Offer), append(courses, p.ReplaceList...)
	}
	for _, u := range kept.Unplaced {
		needs = append(needs, u.Need)
	}
	f := &termFacts{needs: map[string]*db.NeedView{}, offers: map[string]*db.OfferView{}, was: map[string][]TermSlot{}}
	found, err := db.Needs(ctx, s.db.Read(), db.NeedFilter{IDs: nonNil(needs), Day: s.day().String(), Withdrawn: true})
	if err != nil {
		return nil, err
	}
	for i := range found {
		f.needs[found[i].ID] = &found[i]
	}
	given, err := db.Offers(ctx, s.db.Read(), db.NeedFilter{IDs: nonNil(offers), Day: s.day().String(), Withdrawn: true})
	if err != nil {
		return nil, err
	}
	for i := range given {
		f.offers[given[i].ID] = &given[i]
	}
	if f.rooms, err = db.RoomNames(ctx, s.db.Read(), given); err != nil {
		return nil, err
	}
	old, err := db.PartsOf(ctx, s.db.Read(), nonNil(courses))
	for _, p := range old {
		f.was[p.Course] = slotsOf(p.SlotList)
	}
	return f, err
}

func (f *termFacts) part(p *db.PlanPart) TermPart {
	o := f.offers[p.Offer]
	out := TermPart{No: p.No, Kind: p.Kind, Subject: o.Subject, Lecturer: link.Named{ID: o.Lecturer, Name: o.LecturerName}, School: link.Named{ID: o.School, Name: o.SchoolName},
		Room: link.Named{ID: p.Room, Name: f.rooms[p.Room]}, Seats: []TermSeat{}, Slots: slotsOf(p.SlotList), Locked: p.Locked, Accepted: p.Course != "", Course: p.Course}
	for _, id := range p.NeedList {
		n := f.needs[id]
		out.Grade = n.Grade
		out.Seats = append(out.Seats, TermSeat{n.ID, link.Named{ID: n.School, Name: n.SchoolName}, link.Named{ID: n.Class, Name: n.ClassName}})
	}
	for _, id := range p.ReplaceList {
		if p.Kind == db.PartMoved {
			out.Was = append(out.Was, f.was[id]...)
		}
	}
	return out
}

// same tells whether a part is what a course is already.
func same(p *db.PlanPart, c *db.NewCourse) bool {
	if p.Offer != c.Offer || p.Room != c.Room || len(p.SlotList) != len(c.Slots) || len(p.NeedList) != len(c.Places) {
		return false
	}
	for _, place := range c.Places {
		if !slices.Contains(p.NeedList, place.Need) {
			return false
		}
	}
	for _, slot := range c.Slots {
		if !slices.ContainsFunc(p.SlotList, func(own db.ProposalSlot) bool {
			if own.Weekday != slot.Weekday || len(own.Periods) != len(slot.Periods) {
				return false
			}
			for school, no := range slot.Periods {
				if own.Periods[school] != no {
					return false
				}
			}
			return true
		}) {
			return false
		}
	}
	return true
}

// bundlesOf numbers the parts that replace the same courses: one cannot be accepted without the others. 0: alone.
func bundlesOf(parts []db.PlanPart) map[int]int {
	byCourse, bundle := map[string][]int{}, map[int]int{}
	for _, p := range parts {
		bundle[p.No] = p.No
		for _, c := range p.ReplaceList {
			byCourse[c] = append(byCourse[c], p.No)
		}
	}
	for changed := true; changed; {
		changed = false
		for _, nos := range byCourse {
			least := bundle[nos[0]]
			for _, no := range nos {
				least = min(least, bundle[no])
			}
			for _, no := range nos {
				if bundle[no] != least {
					bundle[no], changed = least, true
				}
			}
		}
	}
	size := map[int]int{}
	for _, b := range bundle {
		size[b]++
	}
	for no, b := range bundle {
		if size[b] == 1 {
			bundle[no] = 0
		}
	}
	return bundle
}
