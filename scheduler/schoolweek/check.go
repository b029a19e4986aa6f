package schoolweek

import (
	"slices"
	"unicode/utf8"

	"github.com/tongtang/tongtang/scheduler/timetable"
)

// finish resolves the names of the rows and finds what is wrong with each, and between them.
func (k *Known) finish(rows []Row) []Row {
	seen := map[string][]int{} // what is taken at a weekday and period → rows
	for i := range rows {
		r := &rows[i]
		k.resolve(r)
		k.check(r)
		if r.Bad() {
			continue
		}
		for _, taken := range owners(&r.Lesson) {
			key := taken.what + " " + taken.who + " " + string(rune('0'+r.Lesson.Weekday)) + " " + string(rune('0'+r.Lesson.Period))
			for _, other := range seen[key] {
				k.collide(r, &rows[other], taken.what)
			}
			seen[key] = append(seen[key], i)
		}
	}
	return rows
}

// longestName is how many characters a subject or a name can have.
const longestName = 80

func (k *Known) check(r *Row) {
	l := &r.Lesson
	for _, text := range []string{l.Subject, l.Class, l.Teacher, l.Room} {
		if utf8.RuneCountInString(text) > longestName {
			r.fault("text-too-long", string([]rune(text)[:20])+"…")
		}
	}
	if l.Subject == "" {
		r.fault("subject-missing", "")
	}
	if l.Class == "" && l.Teacher == "" {
		r.fault("owner-missing", "")
	}
	if l.Period > 0 && len(k.periods) > 0 && !slices.ContainsFunc(k.periods, func(p timetable.Period) bool { return p.No == l.Period }) {
		r.fault("period-not-taught", itoa(l.Period))
	}
}

type owner struct{ what, who string }

func owners(l *Lesson) (list []owner) {
	for _, o := range []owner{{"class", l.Class}, {"teacher", l.Teacher}, {"room", l.Room}} {
		if o.who != "" {
			list = append(list, o)
		}
	}
	return list
}

// collide says what it means that two rows take the same at the same time. The same lesson twice is one. That a class has two lessons at once
// is a mistake, unless its pupils are taught in groups; that a teacher or a room has two can be meant (合班).
func (k *Known) collide(r, other *Row, what string) {
	a, b := r.Lesson, other.Lesson
	if a == b || other.Bad() || !timetable.Meet(a.Cycle, b.Cycle) {
		return
	}
	value := map[string]string{"class": b.Subject, "teacher": b.Class, "room": b.Class}[what]
	f := Fault{Code: what + "-taken", Value: value, Row: other.Row}
	switch {
	case what == "class" && !k.groups:
		if !slices.ContainsFunc(r.Faults, func(x Fault) bool { return x.Code == f.Code }) {
			r.Faults = append(r.Faults, f)
		}
	case what == "class":
		f.Code = "class-twice"
		fallthrough
	default:
		r.Notes = append(r.Notes, f)
	}
}
