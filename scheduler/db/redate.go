package db

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/uptrace/bun"

	"github.com/tongtang/tongtang/scheduler/timetable"
)

// What becomes of a dated lesson when bells or days change.
const (
	LessonMoved     = "moved"     // its times follow the bells
	LessonCancelled = "cancelled" // it cannot be held on its date any more
	LessonRestored  = "restored"  // such a one, that can be held again
	LessonAdded     = "added"     // its date carries a lesson now
	LessonKept      = "kept"      // at its old time: the new one is taken
	LessonRefused   = "refused"   // its date could carry a lesson, but the time is taken
)

// RedateReason is the reason of lessons that a change of bells or days cancelled.
const RedateReason = "作息或校历调整"

// Redated is what a change of bells or days did to one dated lesson.
type Redated struct {
	What   string
	Lesson Lesson // as it is now
	Course *NewCourse
	Start  Instant           // before
	End    Instant           // before
	Misfit *timetable.Misfit // of a cancelled one
	Clash  *NamedClash       // what is in the way of one that was kept, refused, cancelled, or moved although its old time is no better

	conflict timetable.Conflict // without names
}

// Days are the dates from one to another, inclusive; a zero date does not limit.
type Days struct{ From, To timetable.Date }

func (d Days) has(date timetable.Date) bool { return d.From <= date && (d.To == 0 || date <= d.To) }

// around are the instants after now between which all lie that is of the days, with a day more on both sides: dates are those of the schools' zones.
func (d Days) around(now time.Time) (from, to Instant) {
	from, to = At(now), At(farAway)
	if d.From != 0 {
		from = max(from, At((d.From-1).At(0, time.UTC)))
	}
	if d.To != 0 {
		to = At((d.To + 2).At(0, time.UTC))
	}
	return from, to
}

// Redate brings the planned lessons of the schools' courses on some days, those after now, to what bells and days say: they keep their ids and raise
// their sequence. Extra lessons, and those that somebody moved, stay; a school's own timetable, which is in the way of a new time, is respected. What is
// of other days is not even read. It must run in a transaction; the one that changed the bells, or, for days that are left, a later one.
func Redate(ctx context.Context, tx bun.Tx, schools []string, days Days, now time.Time) ([]Redated, error) {
	work := redating{days: days, now: now}
	if err := work.load(ctx, tx, schools); err != nil {
		return nil, err
	}
	for chunk := range slices.Chunk(work.courses, coursesAtOnce) {
		if err := work.compareAll(ctx, tx, chunk); err != nil {
			return nil, err
		}
	}
	if err := work.settle(ctx, tx); err != nil {
		return nil, err
	}
	if err := work.write(ctx, tx); err != nil {
		return nil, err
	}
	slices.SortStableFunc(work.done, func(a, b *Redated) int { return cmp.Compare(a.Lesson.StartAt, b.Lesson.StartAt) })
	return work.told(ctx, tx)
}

// coursesAtOnce is of how many courses the lessons are read at once: most of them do not change and are forgotten.
const coursesAtOnce = 50

// redating collects what is to be done before it does it: a lesson may move to where another one was.
type redating struct {
	days      Days
	now       time.Time
	courses   []NewCourse
	calendars *calendarsOf
	gone      []Redated
	put       []placing
	done      []*Redated // of gone and put
}

// load reads the courses that run, and their calendars.
func (w *redating) load(ctx context.Context, tx bun.Tx, schools []string) (err error) {
	w.courses, err = findCourses(ctx, tx, func(q *bun.SelectQuery) *bun.SelectQuery {
		return taught(q, schools).Where("course.valid_to >= ?", (timetable.DateOf(w.now, time.UTC) - 1).String())
	})
	if err != nil {
		return err
	}
	w.calendars, err = loadCalendarsOf(ctx, tx, w.courses)
	return err
}

// placing is a lesson that is to have a new time.
type placing struct {
	Redated
	next NewLesson // with its new time and periods
	old  NewLesson
}

// key is the date, and the lead school's period, of a dated lesson: what stays when bells change.
type key struct {
	date   timetable.Date
	period int
}

func (w *redating) compareAll(ctx context.Context, tx bun.Tx, courses []NewCourse) error {
	there, err := w.futureLessons(ctx, tx, courses)
	for i := range courses {
		c := &courses[i]
		if err == nil {
			err = w.compare(ctx, tx, c, there[c.ID])
		}
		if err != nil {
			return fmt.Errorf("course %s: %w", c.ID, err)
		}
	}
	return nil
}

func (w *redating) compare(ctx context.Context, tx bun.Tx, c *NewCourse, there []NewLesson) error {
	spec, err := c.Spec()
	if err != nil {
		return err
	}
	calendars, now := w.calendars.of(c), w.now
	zone := calendars[c.Lead].Zone
	spec.From = max(spec.From, timetable.DateOf(now, zone), w.days.From)
	if w.days.To != 0 {
		spec.To = min(spec.To, w.days.To)
	}
	if spec.To < spec.From {
		return nil
	}
	held, lost := timetable.Expand(spec, calendars)
	if err := setMisfits(ctx, tx, c, lost, Days{spec.From, spec.To}); err != nil {
		return err
	}
	planned, cancelled, settled := map[key]*NewLesson{}, map[key]*NewLesson{}, map[key]bool{}
	for i := range there {
		l := &there[i]
		k := key{timetable.DateOf(l.StartAt.Time(), zone), l.Rooms[0].PeriodNo}
		switch {
		case l.MovedFrom != 0: // by somebody: its old slot stays empty
			settled[key{timetable.DateOf(l.MovedFrom.Time(), zone), l.MovedPeriod}] = true
		case !w.days.has(k.date): // in another zone
		case l.State == "planned":
			planned[k] = l
		case l.Reason == RedateReason:
			cancelled[k] = l
		default: // cancelled by somebody
			settled[k] = true
		}
	}
	for _, o := range held {
		if !o.Start.After(now) {
			continue
		}
		k := key{o.Date, o.Places[0].Period.No}
		switch l := planned[k]; {
		case l != nil:
			w.move(c, l, LessonMoved, o, now)
		case cancelled[k] != nil:
			w.move(c, cancelled[k], LessonRestored, o, now)
		case settled[k]:
		default:
			next := c.lesson(o, now)
			w.put = append(w.put, placing{Redated: Redated{What: LessonAdded, Course: c, Start: next.StartAt, End: next.EndAt}, next: next})
		}
		delete(planned, k)
	}
	w.lose(c, spec, calendars, planned)
	return nil
}

// move notes a lesson whose time or periods are others now.
func (w *redating) move(c *NewCourse, l *NewLesson, what string, o timetable.Occurrence, now time.Time) {
	next := NewLesson{Lesson: l.Lesson, Rooms: slices.Clone(l.Rooms), Devices: l.Devices}
	if len(next.Rooms) != len(o.Places) {
		return
	}
	next.StartAt, next.EndAt, next.State, next.Reason = At(o.Start), At(o.End), "planned", ""
	for i := range next.Rooms {
		setPeriod(&next.Rooms[i], o.Places[i].Period)
	}
	if what == LessonMoved && next.StartAt == l.StartAt && next.EndAt == l.EndAt && slices.Equal(next.Rooms, l.Rooms) {
		return
	}
	next.Sequence, next.Version = next.Sequence+1, next.Version+1
	next.Changed = At(now)
	w.put = append(w.put, placing{Redated{What: what, Course: c, Start: l.StartAt, End: l.EndAt}, next, *l})
}

// lose notes the lessons whose dates carry none any more. One that stands in no slot of its course was moved by somebody: it stays.
func (w *redating) lose(c *NewCourse, spec timetable.Course, calendars map[string]*timetable.Calendar, planned map[key]*NewLesson) {
	for k, l := range planned {
		slot := slotAt(spec, calendars[c.Lead].Day(k.date).Weekday, k)
		if slot < 0 {
			continue
		}
		if _, misfit := timetable.Hold(spec, slot, k.date, calendars); misfit != nil {
			w.gone = append(w.gone, Redated{What: LessonCancelled, Course: c, Lesson: l.Lesson, Start: l.StartAt, End: l.EndAt, Misfit: misfit})
		}
	}
}

// slotAt finds the slot that the lesson is of: the one that is due on the day, or was before the day followed another weekday; -1: none.
func slotAt(spec timetable.Course, followed int, k key) int {
	for _, weekday := range []int{followed, k.date.Weekday(), 0} {
		i := slices.IndexFunc(spec.Slots, func(s timetable.Slot) bool {
			return s.Periods[spec.Schools[0]] == k.period && (weekday == 0 || s.Weekday == weekday)
		})
		if i >= 0 {
			return i
		}
	}
	return -1
}

// setMisfits keeps what was said of other days.
func setMisfits(ctx context.Context, tx bun.Tx, c *NewCourse, lost []timetable.Misfit, days Days) error {
	var all []timetable.Misfit
	if err := json.Unmarshal([]byte(c.Misfits), &all); err != nil {
		return fmt.Errorf("misfits: %w", err)
	}
	all = append(nonNil(slices.DeleteFunc(all, func(m timetable.Misfit) bool { return days.has(m.Date) })), lost...)
	slices.SortStableFunc(all, func(a, b timetable.Misfit) int { return cmp.Compare(a.Date, b.Date) })
	now, err := toJSON(all)
	if err != nil || now == c.Misfits {
		return err
	}
	c.Misfits = now
	_, err = tx.NewUpdate().Model((*Course)(nil)).Set("misfits = ?", now).Where("id = ?", c.ID).Exec(ctx)
	return err
}

// futureLessons are the courses' lessons in slots of the days that have not begun: planned, or cancelled by a change of bells.
func (w *redating) futureLessons(ctx context.Context, tx bun.Tx, courses []NewCourse) (map[string][]NewLesson, error) {
	ids := make([]string, len(courses))
	for i, c := range courses {
		ids[i] = c.ID
	}
	from, to := w.days.around(w.now)
	var rows []Lesson
	err := tx.NewSelect().Model(&rows).Where("course IN (?)", bun.List(ids)).Where("NOT extra").
		Where("(state IN ('planned', 'cancelled') AND start_at > ?0 AND start_at < ?1 OR moved_from > ?0 AND moved_from < ?1)", from, to).Order("course", "start_at").Scan(ctx)
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	lessons, err := withParts(ctx, tx, rows)
	there := map[string][]NewLesson{}
	for i := range lessons {
		there[rows[i].Course] = append(there[rows[i].Course], lessons[i])
	}
	return there, err
}

// farAway is after all terms.
var farAway = time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)

// withParts reads the rooms and devices of lessons.
func withParts(ctx context.Context, tx bun.Tx, rows []Lesson) ([]NewLesson, error) {
	ids := make([]string, len(rows))
	lessons := make([]NewLesson, len(rows))
	at := map[string]int{}
	for i, l := range rows {
		ids[i], lessons[i].Lesson, at[l.ID] = l.ID, l, i
	}
	var rooms []LessonRoom
	err := tx.NewSelect().Model(&rooms).Where("lesson IN (?)", bun.List(ids)).Order("lesson", "place").Scan(ctx)
	for _, r := range rooms {
		l := &lessons[at[r.Lesson]]
		l.Rooms = append(l.Rooms, r)
	}
	if err != nil {
		return nil, err
	}
	var devices []LessonDevice
	err = tx.NewSelect().Model(&devices).Where("lesson IN (?)", bun.List(ids)).Scan(ctx)
	for _, d := range devices {
		l := &lessons[at[d.Lesson]]
		l.Devices = append(l.Devices, d.Device)
	}
	return lessons, err
}
