package scheduler

import (
	"cmp"
	"context"
	"maps"
	"math"
	"slices"
	"strings"

	"github.com/tongtang/tongtang/scheduler/db"
	"github.com/tongtang/tongtang/scheduler/pairing"
	"github.com/tongtang/tongtang/scheduler/plan"
	"github.com/tongtang/tongtang/scheduler/timetable"
)

// termProblem is a problem with what it was made of.
type termProblem struct {
	plan.Problem
	policy   Policy
	needs    map[string]db.NeedView
	offers   map[string]db.OfferView
	replaced []db.PlanPart // parts in place that may move
}

// stageMark stands between an offer's id and the stage, of a lecturer who teaches in stages with different bells.
const stageMark = "/"

// offerOfPlan is the id of the offer in the database.
func offerOfPlan(id string) string {
	id, _, _ = strings.Cut(id, stageMark)
	return id
}

// termProblem loads all that planning a term must know.
func (s *Server) termProblem(ctx context.Context, row *db.Plan) (*termProblem, error) {
	areas, err := db.LoadAreas(ctx, s.db.Read())
	if err != nil {
		return nil, err
	}
	schools := areas.Schools(row.Area)
	policy, _, err := policyFor(ctx, s.db.Read(), areas, row.Area)
	if err != nil {
		return nil, err
	}
	p := &termProblem{policy: policy, Problem: plan.Problem{Policy: policy.rules(), Weights: policy.Weights, History: map[pairing.Pair]pairing.Record{}, Names: map[string]string{}},
		needs: map[string]db.NeedView{}, offers: map[string]db.OfferView{}}
	if p.From, err = timetable.ParseDate(row.ValidFrom); err != nil {
		return nil, err
	}
	if p.To, err = timetable.ParseDate(row.ValidTo); err != nil {
		return nil, err
	}
	if row.Moves {
		if err := s.movable(ctx, p, row); err != nil {
			return nil, err
		}
	}
	if err := s.loadParties(ctx, p, areas, schools); err != nil {
		return nil, err
	}
	if err := s.loadOwn(ctx, p); err != nil {
		return nil, err
	}
	for _, slot := range p.Own { // also of those who teach at a school outside
		schools = append(schools, slot.School)
	}
	slices.Sort(schools)
	if p.Calendars, err = db.Calendars(ctx, s.db.Read(), slices.Compact(schools)); err != nil {
		return nil, err
	}
	if err := s.loadBoard(ctx, p); err != nil {
		return nil, err
	}
	records, err := db.PairRecords(ctx, s.db.Read(), schools, s.now())
	for pair, r := range records {
		p.History[pairing.Pair{Lead: pair[0], Partner: pair[1]}] = pairing.Record{Held: r[0], Due: r[1]}
	}
	if err != nil {
		return nil, err
	}
	return p, s.follow(ctx, p, row)
}

// movable finds the parts in place that may move: those that are not locked.
func (s *Server) movable(ctx context.Context, p *termProblem, row *db.Plan) error {
	placed, err := db.PartsInPlace(ctx, s.db.Read(), row.Area)
	for _, part := range placed {
		if !part.Locked {
			p.replaced = append(p.replaced, part)
		}
	}
	return err
}

func (s *Server) loadParties(ctx context.Context, p *termProblem, areas db.Areas, schools []string) error {
	needs, err := db.Needs(ctx, s.db.Read(), db.NeedFilter{Schools: schools, Day: s.day().String()})
	if err != nil {
		return err
	}
	offers, err := db.Offers(ctx, s.db.Read(), db.NeedFilter{Schools: schools, Day: s.day().String()})
	if err != nil {
		return err
	}
	rows, err := db.Schools(ctx, s.db.Read(), schools)
	if err != nil {
		return err
	}
	places := map[string]pairing.Place{}
	for _, r := range rows {
		places[r.ID], p.Names[r.ID] = pairing.Place{Lat: r.Lat, Lon: r.Lon}, r.Name
	}
	proposed, err := s.proposedNeeds(ctx, schools)
	if err != nil {
		return err
	}
	for _, o := range offers {
		p.offers[o.ID], p.Names[o.Lecturer] = o, o.LecturerName
	}
	freed, freedLoad := p.freed()
	classes := make([]string, len(needs))
	for i, n := range needs {
		classes[i] = n.Class
	}
	sets, err := db.SetsOf(ctx, s.db.Read(), classes)
	for _, n := range needs {
		p.needs[n.ID] = n
		open := n.Periods - int(math.Round(n.Met)) + freed[n.ID]
		if open <= 0 || proposed[n.ID] {
			continue
		}
		school := rulesSchool(areas, n.School)
		school.Place = places[n.School]
		p.Needs = append(p.Needs, matchNeed(&n, school, sets[n.Class], open))
	}
	for _, o := range offers {
		o.Load = max(o.Load-float64(freedLoad[o.Lecturer]), 0)
		p.Offers = append(p.Offers, byStage(&o, areas, places[o.School])...)
	}
	return err
}

// loadOwn reads what the schools' own timetables have of all who could take part.
func (s *Server) loadOwn(ctx context.Context, p *termProblem) error {
	var who []string
	for _, n := range p.Needs {
		who = append(who, n.Class, n.Room, n.Assistant)
	}
	for _, o := range p.Offers {
		who = append(append(who, o.Teacher), o.Rooms...)
	}
	var err error
	p.Own, err = db.OwnSlotsOf(ctx, s.db.Read(), who)
	return err
}

// proposedNeeds are the needs for which a proposal waits for answers: they are left to it.
func (s *Server) proposedNeeds(ctx context.Context, schools []string) (map[string]bool, error) {
	list, err := db.Proposals(ctx, s.db.Read(), db.ProposalFilter{Schools: schools, Since: s.now()})
	needs := map[string]bool{}
	for _, p := range list {
		if p.Open() {
			needs[p.Need] = true
		}
	}
	return needs, err
}

// freed is how many periods a week come free if what may move is taken away: of needs, and of lecturers.
func (p *termProblem) freed() (needs, lecturers map[string]int) {
	needs, lecturers = map[string]int{}, map[string]int{}
	for _, part := range p.replaced {
		lecturers[p.offers[part.Offer].Lecturer] += len(part.SlotList)
		for _, n := range part.NeedList {
			needs[n] += len(part.SlotList)
		}
	}
	return needs, lecturers
}

// byStage is the offer once for each stage of its grades, as the stages may have different bells.
func byStage(o *db.OfferView, areas db.Areas, at pairing.Place) []pairing.Offer {
	grades := map[string][]int{}
	for _, g := range o.GradeList {
		grades[db.StageOf(g)] = append(grades[db.StageOf(g)], g)
	}
	var list []pairing.Offer
	for _, stage := range slices.Sorted(maps.Keys(grades)) {
		one := matchOffer(o, grades[stage][0], areas)
		one.Grades, one.School.Place = grades[stage], at
		if len(grades) > 1 {
			one.ID += stageMark + stage
		}
		list = append(list, one)
	}
	return list
}

// loadBoard puts on a board what is booked of all parties in the term, without the lessons that may move.
func (s *Server) loadBoard(ctx context.Context, p *termProblem) error {
	all := timetable.Lesson{Booked: timetable.Booked{Start: p.From.At(0, s.zone), End: (p.To + 1).At(0, s.zone)}}
	all.Loads = append(all.Loads, timetable.Load{Use: timetable.Use{Dimension: timetable.RecorderDim}})
	use := func(d timetable.Dimension, id string) {
		if id != "" {
			all.Uses = append(all.Uses, timetable.Use{Dimension: d, ID: id})
		}
	}
	for _, n := range p.Needs {
		use(timetable.ClassDim, n.Class)
		use(timetable.RoomDim, n.Room)
		use(timetable.AssistantDim, n.Assistant)
	}
	for _, o := range p.Offers {
		use(timetable.LecturerDim, o.Teacher)
		for _, room := range o.Rooms {
			use(timetable.RoomDim, room)
		}
	}
	for school := range p.Calendars {
		all.Loads = append(all.Loads, linesOf(school)...)
	}
	var err error
	if p.Board, err = db.Taken(ctx, s.db.Read(), []timetable.Lesson{all}); err != nil {
		return err
	}
	for _, part := range p.replaced {
		lessons, err := db.Lessons(ctx, s.db.Read(), db.LessonFilter{Course: part.Course})
		if err != nil {
			return err
		}
		for _, l := range lessons {
			p.Board.Remove(l.ID)
		}
	}
	return nil
}

// follow makes the latest plan of the area, and what may move, the previous one; what is locked of it stays.
func (s *Server) follow(ctx context.Context, p *termProblem, row *db.Plan) error {
	for _, part := range p.replaced {
		p.Previous = append(p.Previous, p.lessonsOf(&part)...)
	}
	earlier, err := db.Plans(ctx, s.db.Read(), []string{row.Area}, 20)
	if err != nil {
		return err
	}
	for _, e := range earlier {
		if e.State != db.PlanDone || e.ID == row.ID {
			continue
		}
		parts, err := db.PlanParts(ctx, s.db.Read(), e.ID)
		if err != nil {
			return err
		}
		for _, part := range parts {
			if part.Course != "" {
				continue
			}
			lessons := p.lessonsOf(&part)
			p.Previous = append(p.Previous, lessons...)
			if part.Locked {
				p.Locked = append(p.Locked, lessons...)
			}
		}
		return nil // the latest alone
	}
	return nil
}

// lessonsOf are a part's weekly lessons, as far as there are still such needs and such an offer.
func (p *termProblem) lessonsOf(part *db.PlanPart) []plan.Lesson {
	var list []plan.Lesson
	offer := slices.IndexFunc(p.Offers, func(o pairing.Offer) bool {
		return offerOfPlan(o.ID) == part.Offer && len(part.NeedList) > 0 && slices.Contains(o.Grades, p.needs[part.NeedList[0]].Grade)
	})
	if offer < 0 {
		return nil
	}
	for _, slot := range part.SlotList {
		l := plan.Lesson{Offer: p.Offers[offer].ID, Room: part.Room, Weekday: slot.Weekday, Period: slot.Periods[p.Offers[offer].School.ID]}
		for _, n := range part.NeedList {
			if slices.ContainsFunc(p.Needs, func(open pairing.Need) bool { return open.ID == n }) {
				l.Seats = append(l.Seats, plan.Seat{Need: n, Period: slot.Periods[p.needs[n].School]})
			}
		}
		if len(l.Seats) > 0 {
			list = append(list, l)
		}
	}
	return list
}

// parts are the weekly lessons as courses to be: those of one offer, room and set of needs together.
func (p *termProblem) parts(found plan.Plan) []db.PlanPart {
	var list []db.PlanPart
	at := map[string]int{}
	first := plan.Times(p.Problem, found.Lessons)
	for i, l := range found.Lessons {
		needs := make([]string, len(l.Seats))
		periods := map[string]int{p.offers[offerOfPlan(l.Offer)].School: l.Period}
		for k, t := range l.Seats {
			needs[k] = t.Need
			periods[p.needs[t.Need].School] = t.Period
		}
		key := strings.Join(append([]string{l.Offer, l.Room}, needs...), " ")
		no, ok := at[key]
		if !ok {
			no = len(list)
			at[key] = no
			list = append(list, db.PlanPart{Offer: offerOfPlan(l.Offer), Room: l.Room, NeedList: needs})
		}
		list[no].SlotList = append(list[no].SlotList, db.ProposalSlot{Weekday: l.Weekday, Start: first[i][0].String(), End: first[i][1].String(), Periods: periods})
	}
	for i := range list {
		list[i].ReplaceList = p.coursesOf(list[i].NeedList)
		slices.SortFunc(list[i].SlotList, func(a, b db.ProposalSlot) int {
			return cmp.Or(cmp.Compare(a.Weekday, b.Weekday), cmp.Compare(a.Start, b.Start))
		})
	}
	return list
}

// coursesOf are the courses in place, which may move, that give something to the needs.
func (p *termProblem) coursesOf(needs []string) []string {
	var list []string
	for _, part := range p.replaced {
		if slices.ContainsFunc(part.NeedList, func(n string) bool { return slices.Contains(needs, n) }) {
			list = append(list, part.Course)
		}
	}
	slices.Sort(list)
	return slices.Compact(list)
}
