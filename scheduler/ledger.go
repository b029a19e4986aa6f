package scheduler

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"

	"github.com/uptrace/bun"

	"github.com/tongtang/tongtang/internal/httpd"
	"github.com/tongtang/tongtang/scheduler/db"
	"github.com/tongtang/tongtang/scheduler/link"
	"github.com/tongtang/tongtang/scheduler/seal"
	"github.com/tongtang/tongtang/scheduler/sheet"
	"github.com/tongtang/tongtang/scheduler/timetable"
)

// accounting are the roles that read the ledger.
var accounting = []db.Role{db.Coordinator, db.SchoolAdmin, db.Observer, db.Operator}

// Ledger (开课率) is the delivered against the required periods of a time. Each lesson is one period for each class that receives it.
type Ledger struct {
	From      string       `json:"from" format:"date"`
	To        string       `json:"to" format:"date"`
	Schools   []LedgerSum  `json:"schools" doc:"that receive"`
	Leads     []LedgerSum  `json:"leads" doc:"that give; a lesson to several classes is one period"`
	Subjects  []LedgerSum  `json:"subjects"`
	Lecturers []LedgerSum  `json:"lecturers" doc:"by who taught, or should have; a lesson to several classes is one period"`
	Lines     []LedgerLine `json:"lines" doc:"by school, class and subject"`
}

// LedgerSum is the periods of one school, subject or lecturer.
type LedgerSum struct {
	link.Named
	Periods
}

// LedgerLine is the periods of one class and subject.
type LedgerLine struct {
	School  link.Named `json:"school"`
	Class   link.Named `json:"class" doc:"or teaching group"`
	Subject string     `json:"subject"`
	Periods
}

// Periods are counted periods.
type Periods struct {
	Required    int  `json:"required" doc:"by the curriculum, on the days that the school really teaches; 0 where nothing says"`
	Planned     int  `json:"planned"`
	Delivered   int  `json:"delivered" doc:"held, make-up lessons too"`
	Substituted int  `json:"substituted" doc:"of the delivered"`
	MadeUp      int  `json:"madeUp" doc:"of the delivered"`
	Cancelled   int  `json:"cancelled"`
	Missed      int  `json:"missed"`
	Lost        int  `json:"lost" doc:"cancelled or missed, and nothing makes up for it"`
	Permille    *int `json:"permille,omitempty" doc:"delivered of required; none where nothing is required"`
}

func periodsOfTally(t timetable.Tally) Periods {
	p := Periods{Required: t.Required, Planned: t.Planned, Delivered: t.Delivered, Substituted: t.Substituted, MadeUp: t.MadeUp, Cancelled: t.Cancelled, Missed: t.Missed, Lost: t.Lost}
	if rate, ok := t.Rate(); ok {
		p.Permille = &rate
	}
	return p
}

// LedgerSpan is the time of a ledger, and of which school.
type LedgerSpan struct {
	From   string `query:"from" format:"date" doc:"default: the beginning of the first school's term"`
	To     string `query:"to" format:"date" doc:"default: today"`
	School string `query:"school" maxLength:"64" doc:"default: all of the caller's"`
}

type ledgerFileInput struct {
	LedgerSpan
	Format string `query:"format" enum:"xlsx,csv" default:"xlsx"`
}

// Required is how many periods a week a class should have of a subject.
type Required struct {
	Class   string `json:"class" minLength:"1" maxLength:"64"`
	Subject string `json:"subject" minLength:"1" maxLength:"40"`
	PerWeek int    `json:"perWeek" minimum:"0" maximum:"40" doc:"0: nothing is said"`
}

// RequiredList is what a school's classes should have.
type RequiredList struct {
	Version  int        `json:"version" doc:"of the school: a change is based on it"`
	Required []Required `json:"required"`
}

type requiredInput struct {
	ChangeByID
	Body Required
}

func (s *Server) getLedger(ctx context.Context, in *LedgerSpan) (*answer[Ledger], error) {
	out, err := s.ledger(ctx, in)
	return &answer[Ledger]{out}, err
}

func (s *Server) ledger(ctx context.Context, in *LedgerSpan) (Ledger, error) {
	schools := callerOf(ctx).schools(accounting...)
	if in.School != "" {
		if !slices.Contains(schools, in.School) {
			return Ledger{}, schoolUnknown(in.School)
		}
		schools = []string{in.School}
	}
	from, to, err := s.ledgerSpan(ctx, in, schools)
	if err != nil {
		return Ledger{}, err
	}
	account, err := db.Ledger(ctx, s.db.Read(), schools, from, to, s.zone, s.now())
	if err != nil {
		return Ledger{}, err
	}
	return s.namedLedger(ctx, account, from, to)
}

func (s *Server) ledgerSpan(ctx context.Context, in *LedgerSpan, schools []string) (from, to timetable.Date, err error) {
	first := s.day()
	if in.From == "" {
		rows, err := db.Schools(ctx, s.db.Read(), schools[:min(len(schools), 1)])
		if err != nil {
			return 0, 0, err
		}
		if len(rows) > 0 {
			if first, err = timetable.ParseDate(rows[0].TermFrom); err != nil {
				return 0, 0, err
			}
		}
	}
	if from, err = s.dayOr(in.From, first); err != nil {
		return from, to, err
	}
	if to, err = s.dayOr(in.To, max(s.day(), from)); err != nil {
		return from, to, err
	}
	if to < from || to-from > maxDays {
		err = httpd.Fail(http.StatusUnprocessableEntity, "dates-wrong", "to must be from 0 to %d days after from", maxDays)
	}
	return from, to, err
}

func (s *Server) namedLedger(ctx context.Context, a timetable.Account, from, to timetable.Date) (Ledger, error) {
	var ids []string
	for _, l := range a.Lines {
		ids = append(ids, l.School, l.Class)
	}
	for _, sums := range []map[string]timetable.Tally{a.Schools, a.Leads, a.Lecturers} {
		for id := range sums {
			ids = append(ids, id)
		}
	}
	names, err := db.Names(ctx, s.db.Read(), ids, nil)
	if err != nil {
		return Ledger{}, err
	}
	sums := func(of map[string]timetable.Tally) []LedgerSum {
		list := make([]LedgerSum, 0, len(of))
		for id, t := range of {
			list = append(list, LedgerSum{link.Named{ID: id, Name: cmp.Or(names[id], id)}, periodsOfTally(t)})
		}
		slices.SortFunc(list, func(x, y LedgerSum) int { return cmp.Or(cmp.Compare(x.Name, y.Name), cmp.Compare(x.ID, y.ID)) })
		return list
	}
	out := Ledger{From: from.String(), To: to.String(), Schools: sums(a.Schools), Leads: sums(a.Leads), Subjects: sums(a.Subjects), Lecturers: sums(a.Lecturers),
		Lines: make([]LedgerLine, len(a.Lines))}
	for i, l := range a.Lines {
		out.Lines[i] = LedgerLine{link.Named{ID: l.School, Name: names[l.School]}, link.Named{ID: l.Class, Name: names[l.Class]}, l.Subject, periodsOfTally(l.Tally)}
	}
	return out, nil
}

// ledgerFile is a ledger to take away.
type ledgerFile struct {
	Type        string `header:"Content-Type"`
	Disposition string `header:"Content-Disposition"`
	Body        []byte
}

// exportLedger writes the ledger as a table under the server's seal.
func (s *Server) exportLedger(ctx context.Context, in *ledgerFileInput) (*ledgerFile, error) {
	l, err := s.ledger(ctx, &in.LedgerSpan)
	if err != nil {
		return nil, err
	}
	who := callerOf(ctx)
	about := seal.About{Title: fmt.Sprintf("开课率 %s – %s", l.From, l.To), By: who.person.Name, At: s.now()}
	rows, media := ledgerRows(about.Title, l), "text/csv; charset=utf-8"
	var data []byte
	if in.Format == "csv" {
		data, err = seal.CSV(s.signer, about, rows)
	} else {
		media = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
		data, err = seal.Excel(s.signer, about, []sheet.Page{{Name: "开课率", Rows: rows, Title: 1, Header: 1, Grid: true}})
	}
	name := "开课率-" + l.From + "-" + l.To + "." + in.Format
	return &ledgerFile{media, "attachment; filename*=UTF-8''" + url.PathEscape(name), data}, err
}

func ledgerRows(title string, l Ledger) [][]any {
	rows := [][]any{{title}, {"学校", "班级", "学科", "应开", "已开", "其中代课", "其中补课", "计划", "停课", "未开课", "缺", "开课率"}}
	for _, line := range l.Lines {
		rate := ""
		if line.Permille != nil {
			rate = fmt.Sprintf("%.1f%%", float64(*line.Permille)/10)
		}
		rows = append(rows, []any{line.School.Name, line.Class.Name, line.Subject, line.Required, line.Delivered, line.Substituted, line.MadeUp, line.Planned,
			line.Cancelled, line.Missed, line.Lost, rate})
	}
	return rows
}

func (s *Server) listRequired(ctx context.Context, in *ByID) (*tagged[RequiredList], error) {
	school, err := s.schoolFor(ctx, in.ID, accounting...)
	if err != nil {
		return nil, err
	}
	rows, err := db.Required(ctx, s.db.Read(), []string{in.ID})
	out := RequiredList{Version: school.Version, Required: make([]Required, len(rows))}
	for i, r := range rows {
		out.Required[i] = Required{r.Class, r.Subject, r.PerWeek}
	}
	return withVersion(out, out.Version), err
}

func (s *Server) setRequired(ctx context.Context, in *requiredInput) (*tagged[RequiredList], error) {
	if _, err := s.schoolFor(ctx, in.ID, equipping...); err != nil {
		return nil, err
	}
	r := in.Body
	callerOf(ctx).note.detail = fmt.Sprintf("%s %s %d", r.Class, r.Subject, r.PerWeek)
	err := s.changeSchool(ctx, in.ID, in.Based, func(ctx context.Context, tx bun.Tx) error {
		if err := checkOwn(ctx, tx, (*db.Class)(nil), "class-unknown", r.Class, in.ID); err != nil {
			return err
		}
		return db.SetRequired(ctx, tx, db.RequiredPeriods{Class: r.Class, Subject: r.Subject, PerWeek: r.PerWeek})
	})
	if err != nil {
		return nil, err
	}
	return s.listRequired(ctx, &in.ByID)
}
