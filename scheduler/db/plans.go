package db

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/uptrace/bun"

	"github.com/tongtang/tongtang/scheduler/timetable"
)

// States of a plan.
const (
	PlanWaiting   = "waiting"
	PlanRunning   = "running"
	PlanDone      = "done"
	PlanCancelled = "cancelled"
	PlanFailed    = "failed"
)

// Kinds of parts.
const (
	PartNew     = "new"
	PartMoved   = "moved"   // it takes the place of courses
	PartKept    = "kept"    // it is a course already
	PartDropped = "dropped" // a course of which no need is in the plan
)

type (
	// Plan (排学期) is the planning of a term for an area.
	Plan struct {
		bun.BaseModel `bun:"table:plans"`
		ID            string `bun:",pk"`
		Area          string
		Coordinator   string
		State         string
		Moves         bool
		ValidFrom     string
		ValidTo       string
		Created       Instant
		Finished      Instant `bun:",nullzero"`
		Result        string  // JSON
		Reason        string
		Version       int `bun:",nullzero,default:1"`
	}
	// PlanPart is a course to be.
	PlanPart struct {
		bun.BaseModel `bun:"table:plan_parts"`
		Plan          string `bun:",pk"`
		No            int    `bun:",pk"`
		Kind          string // PartNew …
		Offer         string
		Room          string
		Needs         string // JSON
		Slots         string // JSON
		Replaces      string // JSON
		Locked        bool
		Course        string         `bun:",nullzero"`
		NeedList      []string       `bun:"-"`
		SlotList      []ProposalSlot `bun:"-"`
		ReplaceList   []string       `bun:"-"`
	}
)

// Timetable are the slots as the timetable engine takes them.
func (p *PlanPart) Timetable() []timetable.Slot {
	view := ProposalView{SlotList: p.SlotList}
	return view.Timetable()
}

// Plans finds the latest plans of the areas, the newest first.
func Plans(ctx context.Context, q bun.IDB, areas []string, most int) ([]Plan, error) {
	var rows []Plan
	err := q.NewSelect().Model(&rows).Where("area IN (?)", bun.List(areas)).Order("created DESC", "id").Limit(int64(most)).Scan(ctx)
	return rows, err
}

// PlanByID is one plan; ErrNotFound.
func PlanByID(ctx context.Context, q bun.IDB, id string) (*Plan, error) {
	var p Plan
	if err := q.NewSelect().Model(&p).Where("id = ?", id).Scan(ctx); err != nil {
		return nil, err
	}
	return &p, nil
}

// PlanParts are the parts of a plan in order: those with these numbers, or all.
func PlanParts(ctx context.Context, q bun.IDB, plan string, nos ...int) ([]PlanPart, error) {
	var rows []PlanPart
	sel := q.NewSelect().Model(&rows).Where("plan = ?", plan).Order("no")
	if len(nos) > 0 {
		sel = sel.Where("no IN (?)", bun.List(nos))
	}
	err := sel.Scan(ctx)
	for i := range rows {
		if err := rows[i].parse(); err != nil {
			return nil, fmt.Errorf("part %d of plan %s: %w", rows[i].No, plan, err)
		}
	}
	return rows, err
}

// PartsOf are the parts that became these courses, those of the latest plans last.
func PartsOf(ctx context.Context, q bun.IDB, courses []string) ([]PlanPart, error) {
	var rows []PlanPart
	err := q.NewSelect().Model(&rows).ModelTableExpr("plan_parts AS plan_part").Join("JOIN plans p ON p.id = plan_part.plan").Where("plan_part.course IN (?)", bun.List(courses)).
		Order("p.created", "plan_part.no").Scan(ctx)
	for i := range rows {
		if err := rows[i].parse(); err != nil {
			return nil, fmt.Errorf("part %d of plan %s: %w", rows[i].No, rows[i].Plan, err)
		}
	}
	return rows, err
}

// PartsInPlace are the parts of plans of the area whose courses are not cancelled: of each course the part of the latest plan.
func PartsInPlace(ctx context.Context, q bun.IDB, area string) ([]PlanPart, error) {
	var rows []PlanPart
	err := q.NewSelect().Model(&rows).ModelTableExpr("plan_parts AS plan_part").Join("JOIN plans p ON p.id = plan_part.plan").Join("JOIN courses c ON c.id = plan_part.course").
		Where("p.area = ?", area).Where("NOT c.cancelled").Order("p.created", "plan_part.no").Scan(ctx)
	for i := range rows {
		if err := rows[i].parse(); err != nil {
			return nil, fmt.Errorf("part %d of plan %s: %w", rows[i].No, rows[i].Plan, err)
		}
	}
	var latest []PlanPart
	seen := map[string]bool{}
	for _, part := range slices.Backward(rows) {
		if !seen[part.Course] {
			latest = append(latest, part)
			seen[part.Course] = true
		}
	}
	slices.Reverse(latest)
	return latest, err
}

func (p *PlanPart) parse() error {
	for text, to := range map[*string]any{&p.Needs: &p.NeedList, &p.Slots: &p.SlotList, &p.Replaces: &p.ReplaceList} {
		if err := json.Unmarshal([]byte(*text), to); err != nil {
			return err
		}
	}
	return nil
}

// write puts the lists into their columns.
func (p *PlanPart) write() (err error) {
	for text, list := range map[*string]any{&p.Needs: nonNil(p.NeedList), &p.Slots: nonNil(p.SlotList), &p.Replaces: nonNil(p.ReplaceList)} {
		if *text, err = toJSON(list); err != nil {
			return err
		}
	}
	return nil
}

// NextPlan takes the plan that has waited longest, and notes that it runs; ErrNotFound where none waits.
func NextPlan(ctx context.Context, tx bun.Tx) (*Plan, error) {
	var p Plan
	if err := tx.NewSelect().Model(&p).Where("state = ?", PlanWaiting).Order("created", "id").Limit(1).Scan(ctx); err != nil {
		return nil, err
	}
	p.State = PlanRunning
	_, err := tx.NewUpdate().Model(&p).Column("state").WherePK().Exec(ctx)
	return &p, err
}

// PlanBrokenOff is the reason of a failure: the server went down while it ran.
const PlanBrokenOff = "plan-broken-off"

// BreakOffPlans ends those that ran when the server went down. They are not begun again by themselves: one that takes the server down would do so
// at every start, and the needs may have changed.
func BreakOffPlans(ctx context.Context, tx bun.Tx, now time.Time) error {
	_, err := tx.NewUpdate().Model((*Plan)(nil)).Set("state = ?", PlanFailed).Set("reason = ?", PlanBrokenOff).Set("finished = ?", At(now)).
		Where("state = ?", PlanRunning).Exec(ctx)
	return err
}

// FinishPlan writes how a plan ended, unless it has ended already, and its parts.
func FinishPlan(ctx context.Context, tx bun.Tx, p *Plan, parts []PlanPart, now time.Time) error {
	p.Finished = At(now)
	res, err := tx.NewUpdate().Model(p).Column("state", "finished", "result", "reason").WherePK().Where("state IN (?, ?)", PlanWaiting, PlanRunning).Exec(ctx)
	if err != nil {
		return err
	}
	if n, err := res.RowsAffected(); err != nil || n == 0 {
		return err
	}
	for i := range parts {
		parts[i].Plan, parts[i].No = p.ID, i+1
		if err := parts[i].write(); err != nil {
			return err
		}
	}
	for len(parts) > 0 {
		chunk := parts[:min(len(parts), 500)]
		if _, err := tx.NewInsert().Model(&chunk).Exec(ctx); err != nil {
			return fmt.Errorf("write parts of plan: %w", err)
		}
		parts = parts[len(chunk):]
	}
	return nil
}

// LockParts locks parts that are not in place yet, or unlocks them.
func LockParts(ctx context.Context, tx bun.Tx, plan string, parts []int, locked bool) error {
	_, err := tx.NewUpdate().Model((*PlanPart)(nil)).Set("locked = ?", locked).Where("plan = ?", plan).Where("no IN (?)", bun.List(parts)).Exec(ctx)
	return err
}

// SetPartCourse notes which course a part became; "": none any more.
func SetPartCourse(ctx context.Context, tx bun.Tx, p *PlanPart, course string) error {
	p.Course = course
	_, err := tx.NewUpdate().Model(p).Column("course").WherePK().Exec(ctx)
	return err
}

// SetPartReplaces notes which courses a part replaces now.
func SetPartReplaces(ctx context.Context, tx bun.Tx, p *PlanPart) error {
	if err := p.write(); err != nil {
		return err
	}
	_, err := tx.NewUpdate().Model(p).Column("replaces").WherePK().Exec(ctx)
	return err
}

// HandOver gives the parts that became one course another, which takes its place.
func HandOver(ctx context.Context, tx bun.Tx, from, to string) error {
	_, err := tx.NewUpdate().Model((*PlanPart)(nil)).Set("course = ?", to).Where("course = ?", from).Exec(ctx)
	return err
}

// BegunLessons counts the lessons of the courses that have begun, or whose time has come.
func BegunLessons(ctx context.Context, q bun.IDB, courses []string, now time.Time) (int, error) {
	n, err := q.NewSelect().Model((*Lesson)(nil)).Where("course IN (?)", bun.List(courses)).
		Where("(state IN ('live', 'ended', 'missed') OR (state = 'planned' AND start_at <= ?))", At(now)).Count(ctx)
	return int(n), err
}

// HandChange is a change by hand of a course, or of one of its lessons (nil: of the course itself).
type HandChange struct {
	ScheduleChange
	Lesson  string
	StartAt Instant
}

// HandChanges are what people changed of courses and of their lessons that are still to come, or are made up for by one that is, in order.
func HandChanges(ctx context.Context, q bun.IDB, courses []string, now time.Time) ([]HandChange, error) {
	var rows []HandChange
	err := q.NewSelect().Model(&rows).ModelTableExpr("schedule_changes AS sc").ColumnExpr("sc.*, COALESCE(l.id, '') AS lesson, COALESCE(l.start_at, 0) AS start_at").
		Join("LEFT JOIN lessons l ON sc.kind = 'lesson' AND l.id = sc.object").Join("LEFT JOIN lessons m ON m.replaces = l.id").
		Where("(sc.kind = 'course' AND sc.object IN (?0) OR l.course IN (?0) AND (l.start_at > ?1 OR m.start_at > ?1))", bun.List(courses), At(now)).
		Order("sc.at", "sc.object", "sc.version").Limit(2000).Scan(ctx)
	return rows, err
}
