package scheduler

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"net/http"
	"slices"
	"time"

	"github.com/uptrace/bun"

	"github.com/tongtang/tongtang/internal/httpd"
	"github.com/tongtang/tongtang/internal/ident"
	"github.com/tongtang/tongtang/scheduler/db"
	"github.com/tongtang/tongtang/scheduler/schoolweek"
	"github.com/tongtang/tongtang/scheduler/sheet"
	"github.com/tongtang/tongtang/scheduler/timetable"
)

type timetableInput struct {
	ByID
	Body TimetableFile
}

type importTimetableInput struct {
	ChangeByID
	Body TimetableFile
}

// previewTimetable reads a file and tells what its import would do; it changes nothing.
func (s *Server) previewTimetable(ctx context.Context, in *timetableInput) (*answer[TimetablePreview], error) {
	school, err := s.schoolFor(ctx, in.ID, equipping...)
	if err != nil {
		return nil, err
	}
	read, err := readTimetable(ctx, s.db.Read(), school, &in.Body)
	if err != nil {
		return nil, err
	}
	if err := read.notePlanned(ctx, s.db.Read(), school, s.now()); err != nil {
		return nil, err
	}
	now, err := db.OwnSlots(ctx, s.db.Read(), []string{school.ID})
	if err != nil {
		return nil, err
	}
	d := difference(now, read.lessons(), in.Body.Replace)
	read.preview.ImportCount, read.preview.Version = d.count(), school.Version
	return &answer[TimetablePreview]{read.told()}, nil
}

// importTimetable takes a file over, all of it or nothing. The same file again changes nothing.
func (s *Server) importTimetable(ctx context.Context, in *importTimetableInput) (*answer[ImportCount], error) {
	school, err := s.schoolFor(ctx, in.ID, equipping...)
	if err != nil {
		return nil, err
	}
	var out ImportCount
	callerOf(ctx).note.detail = in.Body.File.Name
	err = s.changeSchool(ctx, in.ID, in.Based, func(ctx context.Context, tx bun.Tx) error {
		read, err := readTimetable(ctx, tx, school, &in.Body)
		if err != nil {
			return err
		}
		if bad := read.told().Bad; bad > 0 {
			return httpd.Fail(http.StatusUnprocessableEntity, "rows-bad", "%d rows of the file cannot be taken over; nothing was changed", bad).With("count", bad)
		}
		now, err := db.OwnSlots(ctx, tx, []string{school.ID})
		if err != nil {
			return err
		}
		d := difference(now, read.lessons(), in.Body.Replace)
		out = d.count()
		return d.write(ctx, tx, school.ID, in.Body.File.Name, db.At(s.now()))
	})
	return &answer[ImportCount]{out}, err
}

// readFile is a file of a timetable as it was read.
type readFile struct {
	preview TimetablePreview
	rows    []schoolweek.Row
	sheets  []string              // of the rows
	planned map[int][]ImportFault // by row: lessons of ours that are planned already
}

func readTimetable(ctx context.Context, q bun.IDB, school *db.School, in *TimetableFile) (*readFile, error) {
	k, err := known(ctx, q, school)
	if err != nil {
		return nil, err
	}
	f := &readFile{preview: TimetablePreview{Sheets: []string{}, Sample: [][]string{}, Sheet: in.Sheet}}
	switch f.preview.Format = formatOf(in.File.Data); f.preview.Format {
	case "cses":
		f.rows, err = schoolweek.ReadCSES(in.File.Data, in.Owner, k)
	case "fet":
		f.rows, err = schoolweek.ReadFET(in.File.Data, k)
	default:
		err = f.readSheets(in, k)
	}
	if err == nil && len(f.rows) > maxImported {
		err = &sheet.Error{Code: "file-too-large", Detail: "the file has too many lessons"}
	}
	return f, fileProblem(err)
}

// maxImported bounds the lessons of a file: a school of sixty classes with eight lessons on six days.
const maxImported = 6_000

// formatOf knows a file by its content: XML is FET's, what begins like CSES in YAML is that, the rest are tables.
func formatOf(data []byte) string {
	head := bytes.TrimSpace(bytes.TrimPrefix(data[:min(len(data), 4096)], []byte("\xef\xbb\xbf")))
	for len(head) > 0 && head[0] == '#' { // a comment of YAML
		_, head, _ = bytes.Cut(head, []byte("\n"))
		head = bytes.TrimSpace(head)
	}
	switch {
	case bytes.HasPrefix(head, []byte("<")):
		return "fet"
	case bytes.HasPrefix(head, []byte("version:")), bytes.HasPrefix(head, []byte("{")), bytes.HasPrefix(head, []byte("---")), bytes.HasPrefix(head, []byte("configuration:")),
		bytes.HasPrefix(head, []byte("subjects:")), bytes.HasPrefix(head, []byte("schedules:")):
		return "cses"
	}
	return "sheet"
}

// fileProblem tells why a file cannot be read at all.
func fileProblem(err error) error {
	var file *schoolweek.FileError
	var table *sheet.Error
	switch {
	case errors.As(err, &file):
		return httpd.Fail(http.StatusUnprocessableEntity, file.Code, "%s", file.Detail)
	case errors.As(err, &table):
		return httpd.Fail(http.StatusUnprocessableEntity, table.Code, "%s", table.Detail)
	}
	return err
}

func (f *readFile) readSheets(in *TimetableFile, k *schoolweek.Known) error {
	sheets, err := sheet.Read(in.File.Data)
	if err != nil {
		return err
	}
	for _, s := range sheets {
		f.preview.Sheets = append(f.preview.Sheets, s.Name)
	}
	first := max(in.Sheet, 0)
	if first >= len(sheets) {
		return httpd.Fail(http.StatusUnprocessableEntity, "sheet-unknown", "the file has %d sheets", len(sheets))
	}
	m := schoolweek.Guess(&sheets[first], k)
	if in.Mapping != nil {
		m = in.Mapping.mapping()
	}
	f.preview.Mapping = mappingOf(m)
	f.preview.Sample = sampleOf(&sheets[first])
	if in.Sheet >= 0 {
		f.add(sheets[first].Name, schoolweek.Read(&sheets[first], m, k))
		return nil
	}
	for i := range sheets {
		each := m
		if g := schoolweek.Guess(&sheets[i], k); m.Form == schoolweek.Grid {
			each.Whose, each.Owner = g.Whose, g.Owner
			if each.Owner == "" {
				each.Owner = sheets[i].Name
			}
		}
		f.add(sheets[i].Name, schoolweek.Read(&sheets[i], each, k))
	}
	return nil
}

// What of a sheet is shown for the mapping.
const sampleRows, sampleColumns = 30, 60

func sampleOf(s *sheet.Sheet) [][]string {
	sample := [][]string{}
	for _, row := range s.Rows[:min(len(s.Rows), sampleRows)] {
		sample = append(sample, row[:min(len(row), sampleColumns)])
	}
	return sample
}

func (f *readFile) add(name string, rows []schoolweek.Row) {
	for _, r := range rows {
		f.rows, f.sheets = append(f.rows, r), append(f.sheets, name)
	}
}

func (m *SheetMapping) mapping() schoolweek.Mapping {
	out := schoolweek.Mapping{Form: schoolweek.Form(m.Form), Head: m.Head, Columns: map[schoolweek.Field]int{}, Whose: schoolweek.Field(m.Whose), Owner: m.Owner}
	for field, column := range m.Columns {
		out.Columns[schoolweek.Field(field)] = column
	}
	return out
}

func mappingOf(m schoolweek.Mapping) *SheetMapping {
	out := &SheetMapping{Form: string(m.Form), Head: m.Head, Columns: map[string]int{}, Whose: cmp.Or(string(m.Whose), "class"), Owner: m.Owner}
	for field, column := range m.Columns {
		out.Columns[string(field)] = column
	}
	return out
}

// notePlanned notes, at rows that can be taken over, which lessons are planned already where the row's class, teacher or room would be: somebody must
// move one or the other, as the import takes nothing of them away.
func (f *readFile) notePlanned(ctx context.Context, q bun.IDB, school *db.School, now time.Time) error {
	var rows []db.OwnSlot
	var of []int
	for i := range f.rows {
		if !f.rows[i].Bad() {
			rows, of = append(rows, ownSlot(school.ID, f.rows[i].Lesson)), append(of, i)
		}
	}
	found, err := db.PlannedAt(ctx, q, school, rows, now)
	f.planned = map[int][]ImportFault{}
	for _, p := range found {
		i, code := of[p.Slot], "class-planned"
		switch p.Dimension {
		case timetable.LecturerDim:
			code = "teacher-planned"
		case timetable.RoomDim:
			code = "room-planned"
		}
		f.planned[i] = append(f.planned[i], ImportFault{Code: code, Value: p.Title, First: &p.First, Count: p.Count})
	}
	return err
}

func (f *readFile) lessons() []schoolweek.Lesson { return schoolweek.Lessons(f.rows) }

// maxTold bounds the rows of a preview.
const maxTold = 3_000

// told is the preview with its rows: those with faults first, then those with notes.
func (f *readFile) told() TimetablePreview {
	out := f.preview
	out.Rows = []ImportRow{}
	for i := range f.rows {
		r := &f.rows[i]
		row := ImportRow{Row: r.Row, Column: r.Column, Lesson: ownLesson(r.Lesson), Faults: faults(r.Faults), Notes: append(faults(r.Notes), f.planned[i]...)}
		if len(f.sheets) > 0 {
			row.Sheet = f.sheets[i]
		}
		switch {
		case r.Bad():
			out.Bad++
		case len(row.Notes) > 0:
			out.Noted++
			fallthrough
		default:
			out.Good++
		}
		out.Rows = append(out.Rows, row)
	}
	slices.SortStableFunc(out.Rows, func(a, b ImportRow) int {
		return cmp.Or(cmp.Compare(min(len(b.Faults), 1), min(len(a.Faults), 1)), cmp.Compare(min(len(b.Notes), 1), min(len(a.Notes), 1)))
	})
	out.Rows = out.Rows[:min(len(out.Rows), maxTold)]
	return out
}

func faults(list []schoolweek.Fault) []ImportFault {
	out := make([]ImportFault, len(list))
	for i, f := range list {
		out[i] = ImportFault{Code: f.Code, Value: f.Value, Row: f.Row}
	}
	return out
}

// change is what an import does to the school's own timetable.
type change struct {
	fresh []schoolweek.Lesson
	same  int
	gone  []string // ids
}

// difference compares what there is with what the file has. The file takes the place of the weeks of its classes, and of the lessons without a
// class if it has any such; or of everything.
func difference(now []db.OwnSlot, file []schoolweek.Lesson, replace string) change {
	var d change
	coming, classes := map[schoolweek.Lesson]bool{}, map[string]bool{}
	for _, l := range file {
		coming[l], classes[schoolweek.ClassKey(l.Class)] = true, true
	}
	for i := range now {
		l := weekLesson(&now[i])
		switch {
		case coming[l]:
			d.same++
			delete(coming, l)
		case replace == "school" || classes[schoolweek.ClassKey(l.Class)]:
			d.gone = append(d.gone, now[i].ID)
		}
	}
	for _, l := range file {
		if coming[l] {
			d.fresh = append(d.fresh, l)
		}
	}
	return d
}

func (d *change) count() ImportCount {
	return ImportCount{New: len(d.fresh), Same: d.same, Gone: len(d.gone)}
}

func (d *change) write(ctx context.Context, tx bun.Tx, school, origin string, at db.Instant) error {
	if len(d.gone) > 0 {
		if _, err := tx.NewDelete().Model((*db.OwnSlot)(nil)).Where("id IN (?)", bun.List(d.gone)).Exec(ctx); err != nil {
			return err
		}
	}
	if len(d.fresh) == 0 {
		return nil
	}
	rows := make([]db.OwnSlot, len(d.fresh))
	for i, l := range d.fresh {
		rows[i] = ownSlot(school, l)
		rows[i].ID, rows[i].Origin, rows[i].Imported = ident.New(), origin, at
	}
	_, err := tx.NewInsert().Model(&rows).Exec(ctx)
	return err
}
