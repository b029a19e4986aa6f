package scheduler

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/uptrace/bun"

	"github.com/tongtang/tongtang/internal/httpd"
	"github.com/tongtang/tongtang/scheduler/db"
	"github.com/tongtang/tongtang/scheduler/timetable"
)

// movedReason is told to the families when a course gives way to another.
const movedReason = "学期排课调整"

// acceptTerm lets parts become courses, each with those of its bundle in a transaction of its own: what is refused does not hold up the others.
func (s *Server) acceptTerm(ctx context.Context, in *termPartsInput) (*tagged[TermOutcome], error) {
	return s.eachBundle(ctx, in, false, s.acceptBundle)
}

// bundleStep does something with a plan's parts that go together. lose are the changes by hand that may be lost with it.
type bundleStep func(ctx context.Context, tx bun.Tx, row *db.Plan, bundle []*db.PlanPart, lose []string) error

// eachBundle does something with the bundles of the parts that are in place, or are not.
func (s *Server) eachBundle(ctx context.Context, in *termPartsInput, inPlace bool, do bundleStep) (*tagged[TermOutcome], error) {
	who := callerOf(ctx)
	row, err := s.termPlanFor(ctx, s.db.Read(), in.ID)
	if err != nil {
		return nil, err
	}
	if _, err := in.known(row.Version); err != nil {
		return nil, err
	}
	all, err := db.PlanParts(ctx, s.db.Read(), row.ID)
	if err != nil {
		return nil, err
	}
	out := TermOutcome{Version: row.Version, Done: []int{}, Refused: []RefusedPart{}}
	fresh := func(ctx context.Context, tx bun.Tx) error { return s.fresh(ctx, tx, in.Based, db.PlanVersion, row.ID) }
	bundles := bundlesWith(all, in.Body.Parts)
	if len(bundles) == 0 {
		return withVersion(out, out.Version), s.refuseStalePlan(ctx, row.ID, s.db.Tx(ctx, fresh))
	}
	for i, bundle := range bundles {
		var done []int
		err := s.db.Tx(ctx, func(ctx context.Context, tx bun.Tx) (err error) {
			if i == 0 { // what this request has done since is no reason to refuse the rest of it
				if err := fresh(ctx, tx); err != nil {
					return err
				}
			}
			done, err = s.stepWith(ctx, tx, row, bundle, inPlace, func(parts []*db.PlanPart) error { return do(ctx, tx, row, parts, in.Body.Lose) })
			return err
		})
		if refused, ok := s.refusedPart(ctx, bundle[0], err); ok {
			out.Refused = append(out.Refused, refused)
		} else if err != nil {
			return nil, s.refuseStalePlan(ctx, row.ID, err)
		} else {
			out.Done = append(out.Done, done...)
		}
	}
	who.note.object = row.ID
	who.note.none = len(out.Done) == 0
	out.Version, err = db.Version(ctx, s.db.Read(), db.PlanVersion, row.ID)
	return withVersion(out, out.Version), err
}

// bundlesWith are the bundles in which the parts are, as numbers of parts, that of the part which was asked for first.
func bundlesWith(all []db.PlanPart, asked []int) [][]int {
	bundles, seen := bundlesOf(all), map[int]bool{}
	var list [][]int
	for _, no := range asked {
		bundle, known := bundles[no]
		if !known || seen[no] {
			continue
		}
		nos := []int{no}
		for _, p := range all {
			if p.No != no && bundle != 0 && bundles[p.No] == bundle {
				nos = append(nos, p.No)
			}
		}
		for _, n := range nos {
			seen[n] = true
		}
		list = append(list, nos)
	}
	return list
}

// stepWith does something with those parts of a bundle that are in place, or are not, and tells their numbers.
func (s *Server) stepWith(ctx context.Context, tx bun.Tx, row *db.Plan, bundle []int, inPlace bool, do func([]*db.PlanPart) error) ([]int, error) {
	parts, err := db.PlanParts(ctx, tx, row.ID, bundle...)
	if err != nil {
		return nil, err
	}
	var todo []*db.PlanPart
	var nos []int
	var words []string
	for i := range parts {
		if p := &parts[i]; p.Kind != db.PartKept && (p.Course != "") == inPlace {
			todo, nos, words = append(todo, p), append(nos, p.No), append(words, strconv.Itoa(p.No))
		}
	}
	if len(todo) == 0 {
		return nil, nil // done already
	}
	if err := do(todo); err != nil {
		return nil, err
	}
	return nos, db.Raise(ctx, tx, s.noted(ctx, db.PlanVersion, row.ID, ""), db.FieldChange{Field: "parts", To: strings.Join(words, " ")})
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
	r.Changes, _ = p.Params["changes"].([]HandChange)
	return r, true
}

func (s *Server) acceptBundle(ctx context.Context, tx bun.Tx, row *db.Plan, bundle []*db.PlanPart, lose []string) error {
	var replaced []string
	for _, p := range bundle {
		replaced = append(replaced, p.ReplaceList...)
	}
	slices.Sort(replaced)
	replaced = slices.Compact(replaced)
	if err := s.keepHandChanges(ctx, tx, replaced, lose); err != nil {
		return err
	}
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
	kept, err := resultOf(row)
	if err != nil {
		return nil, err
	}
	policy := defaultPolicy
	if kept.Policy != nil {
		policy = *kept.Policy
	}
	from, err := timetable.ParseDate(row.ValidFrom)
	if err != nil {
		return nil, err
	}
	c := &db.NewCourse{Course: db.Course{Title: n.ClassName + n.Subject + " 专递课堂", Subject: n.Subject, Grade: n.Grade, Kind: "delivered", Lecturer: o.Lecturer, Room: p.Room, Record: true,
		Minutes: policy.least(), Picture: policy.Picture, ValidFrom: max(from, s.day()).String(), ValidTo: row.ValidTo, Offer: o.ID}, Lead: o.School, Slots: p.Timetable()}
	if len(needs) > 1 {
		c.Title = o.SchoolName + o.LecturerName + n.Subject + " 专递课堂"
	}
	for _, n := range needs {
		if n.Met+float64(len(p.SlotList)) > float64(n.Periods)+0.5 {
			return nil, httpd.Fail(http.StatusConflict, "need-met", "courses give the need its periods already").With("need", n.ID)
		}
		c.Places = append(c.Places, db.CoursePlace{School: n.School, Room: n.Room, Class: n.Class, Assistant: n.Assistant, Need: n.ID})
	}
	pair, err := s.pairAll(ctx, tx, c, usualForms)
	if err != nil {
		return nil, err
	}
	c.Pairing, c.ValidTo = pair.ID, min(c.ValidTo, pair.ValidTo)
	if err := checkCourse(ctx, tx, c, pair); err != nil {
		return nil, err
	}
	return c, db.CreateCourse(ctx, tx, c, s.now())
}
