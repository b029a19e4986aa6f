package scheduler_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tongtang/tongtang/scheduler"
	"github.com/tongtang/tongtang/scheduler/demo"
	"github.com/tongtang/tongtang/scheduler/sheet"
)

const ownTimetable = qingshan + "/timetable"

// book is a workbook with one sheet.
func book(t *testing.T, name string, rows ...[]any) []byte {
	data, err := sheet.Excel([]sheet.Page{{Name: name, Rows: rows}})
	require.NoError(t, err)
	return data
}

func timetableFile(name string, data []byte) scheduler.TimetableFile {
	return scheduler.TimetableFile{File: scheduler.TableFile{Name: name, Data: data}}
}

func codesOf(list []scheduler.ImportFault) (codes []string) {
	for _, f := range list {
		codes = append(codes, f.Code)
	}
	return codes
}

// A school's administrator sends the office's sheet, sees what is wrong with it, corrects the reading, mends the sheet, and imports it; the same
// file again changes nothing.
func TestImportOfATimetable(t *testing.T) { onBoth(t, testImportOfATimetable) }

func testImportOfATimetable(t *testing.T, d *district) {
	sun := d.as("sun")
	rows := [][]any{{"青山小学 2026 秋 课程表"}, {"年级班", "星期", "节次", "单双周", "课程", "教师", "教室"},
		{"三（１）班", "周一", "第５节", "", "数学", "林老师", "三年级互动教室"}, {"三(1)班", "星期二", "6、7", "单周", "英语", "孙丽", ""},
		{"四年级1班", "礼拜三", "第1-2节", "", "语文", "林老师", ""}, {"三(1)班", "周一", "第5节", "双周", "美术", "", ""}, {"三(1)班", "周八", "第9节", "", "体育", "", ""}}
	bad := timetableFile("课表.xlsx", book(t, "总表", rows...))
	guessed := ok[scheduler.TimetablePreview](sun.post(ownTimetable+"/preview", bad))
	require.Equal(t, "list", guessed.Mapping.Form)
	require.Equal(t, 2, guessed.Mapping.Head)
	require.NotContains(t, guessed.Mapping.Columns, "class", "the column has no title that is known")
	require.Equal(t, []string{"总表"}, guessed.Sheets)
	require.Equal(t, "年级班", guessed.Sample[1][0])

	guessed.Mapping.Columns["class"] = 0
	bad.Mapping = guessed.Mapping
	p := ok[scheduler.TimetablePreview](sun.post(ownTimetable+"/preview", bad))
	require.Equal(t, []int{5, 2, 4}, []int{p.Good, p.Bad, p.Noted})
	require.Equal(t, []string{"class-taken"}, codesOf(p.Rows[0].Faults), "those that must be mended come first")
	require.Equal(t, 3, p.Rows[0].Faults[0].Row)
	require.Equal(t, []string{"weekday-unclear", "period-not-taught"}, codesOf(p.Rows[1].Faults))
	require.Equal(t, []string{"class-unknown"}, codesOf(p.Rows[slices.IndexFunc(p.Rows, func(r scheduler.ImportRow) bool { return r.Lesson.Subject == "语文" })].Notes))
	refusal := sun.post(ownTimetable, bad).refused(422, "rows-bad")
	require.EqualValues(t, 2, refusal.Params["count"])
	require.Empty(t, ok[scheduler.OwnTimetable](sun.get(ownTimetable)).Lessons, "all or nothing")

	good := bad
	good.File.Data = book(t, "总表", rows[:5]...)
	require.Equal(t, scheduler.ImportCount{New: 5}, ok[scheduler.TimetablePreview](sun.post(ownTimetable+"/preview", good)).ImportCount)
	require.Equal(t, scheduler.ImportCount{New: 5}, ok[scheduler.ImportCount](sun.post(ownTimetable, good)))
	require.Equal(t, scheduler.ImportCount{Same: 5}, ok[scheduler.ImportCount](sun.post(ownTimetable, good)))
	own := ok[scheduler.OwnTimetable](d.as("lin").get(ownTimetable))
	require.Equal(t, "课表.xlsx", own.Origin)
	require.Len(t, own.Lessons, 5)
	require.Equal(t, scheduler.OwnLesson{Weekday: 1, Period: 5, Weeks: "every", Subject: "数学", Class: "三年级1班", Teacher: "林老师", Room: "三年级互动教室",
		ClassID: "qingshan-3-1", TeacherID: "lin", RoomID: demo.QingshanRoom}, own.Lessons[0])

	// Another class's sheet leaves the first one's week alone; one for the whole school does not.
	other := good
	other.File.Data = book(t, "总表", rows[0], rows[1], []any{"四1班", "周三", "第1节", "", "数学", "", ""})
	require.Equal(t, scheduler.ImportCount{New: 1, Gone: 2}, ok[scheduler.TimetablePreview](sun.post(ownTimetable+"/preview", other)).ImportCount)
	other.Replace = "school"
	require.Equal(t, scheduler.ImportCount{New: 1, Gone: 5}, ok[scheduler.ImportCount](sun.post(ownTimetable, other)))
	require.Equal(t, http.StatusNoContent, sun.call(http.MethodDelete, ownTimetable, nil).status)
	require.Empty(t, ok[scheduler.OwnTimetable](sun.get(ownTimetable)).Lessons)

	d.neighbours()
	d.as("dongwang").post(ownTimetable, good).refused(404, "school-unknown")
	d.as("dongwang").get(ownTimetable).refused(404, "school-unknown")
	sun.post("/api/schools/"+demo.Minghu+"/timetable", good).refused(404, "school-unknown")
}

func TestImportOfOtherFormats(t *testing.T) { onBoth(t, testImportOfOtherFormats) }

func testImportOfOtherFormats(t *testing.T, d *district) {
	sun := d.as("sun")
	solved, err := os.ReadFile("schoolweek/testdata/qingshan_data_and_timetable.fet")
	require.NoError(t, err)
	fet := ok[scheduler.TimetablePreview](sun.post(ownTimetable+"/preview", timetableFile("x.fet", solved)))
	require.Equal(t, []any{"fet", 30, 0}, []any{fet.Format, fet.Good, fet.Bad})
	require.Equal(t, 30, ok[scheduler.ImportCount](sun.post(ownTimetable, timetableFile("x.fet", solved))).New)

	// Every sheet of a workbook is the grid of the class that it is called after.
	week := func(subject string) [][]any {
		return [][]any{{"节次", "周一", "周二"}, {1, subject, "体育"}, {2, "", subject}}
	}
	data, err := sheet.Excel([]sheet.Page{{Name: "三1班", Rows: week("语文")}, {Name: "三2班", Rows: week("音乐")}})
	require.NoError(t, err)
	all := timetableFile("grids.xlsx", data)
	all.Sheet = -1
	p := ok[scheduler.TimetablePreview](sun.post(ownTimetable+"/preview", all))
	require.Equal(t, "grid", p.Mapping.Form)
	require.Equal(t, scheduler.ImportCount{New: 6, Gone: 30}, p.ImportCount)
	require.Equal(t, "三2班", p.Rows[0].Sheet, "its class is not known")

	for code, data := range map[string][]byte{"file-old-excel": []byte("\xd0\xcf\x11\xe0"), "file-empty": []byte("\n"), "file-unreadable": []byte("PK\x03\x04"), "fet-unreadable": []byte("<html>"), "cses-unreadable": []byte("version: 7"),
		"file-too-large": make([]byte, sheet.MaxFile+1)} {
		sun.post(ownTimetable+"/preview", timetableFile("x", data)).refused(422, code)
	}
	sun.post(ownTimetable+"/preview", timetableFile("x", make([]byte, 2*sheet.MaxFile))).refused(413, "too-large")
	all.Sheet = 7
	sun.post(ownTimetable+"/preview", all).refused(422, "sheet-unknown")
	sun.post(ownTimetable+"/preview", []byte(`{"file":{"name":"a","data":"%"}}`)).refused(422, "invalid")
}

// What a school does without us is respected: slots say so, and a course is refused there, unless it takes the place of the class's own lesson.
func TestTheOwnTimetableIsRespected(t *testing.T) { onBoth(t, testTheOwnTimetableIsRespected) }

func testTheOwnTimetableIsRespected(t *testing.T, d *district) {
	wang, sun := d.as("wang"), d.as("sun")
	ok[scheduler.ImportCount](sun.post(ownTimetable, timetableFile("a.xlsx", book(t, "a", []any{"班级", "星期", "节次", "单双周", "课程", "教师", "教室"},
		[]any{"三1班", "周一", "5", "", "英语", "孙丽", ""}, []any{"三1班", "周一", "6", "双", "体育", "林老师", ""}))))
	find := func(more string) map[string]scheduler.Slot {
		found := map[string]scheduler.Slot{}
		for _, s := range ok[scheduler.Slots](wang.get("/api/slots?lead=minghu&partners=qingshan&classes=qingshan-3-1&from=2026-11-24&to=2026-12-20" + more)).Slots {
			if s.Weekday == 1 {
				found[s.Start] = s
			}
		}
		return found
	}
	slots := find("")
	require.False(t, slots["14:00"].Free)
	clash := slots["14:00"].Clashes[0]
	require.Equal(t, []string{"class", "qingshan-3-1", "三年级1班", "", "英语 · 三年级1班"}, []string{clash.Dimension, clash.ID, clash.Who, clash.Lesson, clash.Title})
	require.False(t, slots["14:50"].Free)
	require.True(t, find("&weeks=odd")["14:50"].Free, "in odd weeks the class has nothing then")
	require.True(t, find("&subject=" + "%E8%8B%B1%E8%AF%AD")["14:00"].Free, "the delivered lesson of the subject takes the place of the class's own")

	course := scheduler.NewCourse{Title: "三年级英语", Subject: "科学", Grade: 3, Kind: "delivered", Pairing: "minghu-pairing", Lecturer: "chen",
		LecturerRoom: demo.LecturerRoom, From: "2026-11-24", To: "2026-12-20", Receiving: []scheduler.NewReceiving{
			{School: demo.Qingshan, Room: demo.QingshanRoom, Class: "qingshan-3-1", Assistant: "lin"}},
		Slots: []scheduler.CourseSlot{{Weekday: 1, Periods: map[string]int{demo.Minghu: 5, demo.Qingshan: 5}}}}
	p := wang.post("/api/courses", course).refused(409, "clash")
	var clashes []scheduler.Clash
	raw, err := json.Marshal(p.Params["clashes"])
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(raw, &clashes))
	require.Len(t, clashes, 3, "on three Mondays; the teacher is not known, the room is free")
	require.Empty(t, clashes[0].Lesson)
	course.Subject = "英语"
	ok[scheduler.Course](wang.post("/api/courses", course))

	course.Slots[0].Periods = map[string]int{demo.Minghu: 6, demo.Qingshan: 6}
	p = wang.post("/api/courses", course).refused(409, "clash")
	require.Len(t, p.Params["clashes"], 4, "class and assistant, in two even weeks")
	course.Slots[0].Weeks = "odd"
	ok[scheduler.Course](wang.post("/api/courses", course))
}

// The preview names, row by row, which lessons are planned already where the school's own timetable wants the class, the teacher or the room. The import
// is not refused: a school knows its own week best, and somebody must move one or the other.
func TestThePreviewNamesLessonsPlannedAlready(t *testing.T) {
	onBoth(t, testThePreviewNamesLessonsPlannedAlready)
}

func testThePreviewNamesLessonsPlannedAlready(t *testing.T, d *district) {
	sun := d.as("sun")
	file := timetableFile("a.xlsx", book(t, "a", []any{"班级", "星期", "节次", "单双周", "课程", "教师", "教室"},
		[]any{"三1班", "周二", "5", "", "体育", "", ""}, []any{"三1班", "周四", "5", "单", "数学", "林老师", ""}, []any{"四1班", "周二", "5", "双", "音乐", "林老师", "三年级互动教室"},
		[]any{"三1班", "周二", "6", "", "美术", "林老师", ""}))
	p := ok[scheduler.TimetablePreview](sun.post(ownTimetable+"/preview", file))
	require.Equal(t, []int{4, 0, 2}, []int{p.Good, p.Bad, p.Noted})
	notes := map[string][]string{}
	for _, r := range p.Rows {
		for _, n := range r.Notes {
			if n.First == nil {
				continue
			}
			require.Equal(t, "三年级数学 专递课堂", n.Value)
			notes[r.Lesson.Subject] = append(notes[r.Lesson.Subject], fmt.Sprint(n.Code, " ", n.First.Format("01-02 15:04"), " ", n.Count))
		}
	}
	require.Equal(t, []string{"class-planned 11-24 06:00 13"}, notes["体育"], "from tomorrow on, each Tuesday of the term")
	require.NotContains(t, notes, "数学", "the delivered lesson takes the place of the class's own, with its assistant")
	require.Equal(t, []string{"teacher-planned 12-01 06:00 6", "room-planned 12-01 06:00 6"}, notes["音乐"], "in even weeks")
	require.NotContains(t, notes, "美术")
	require.Equal(t, 4, ok[scheduler.ImportCount](sun.post(ownTimetable, file)).New)
}

func list(kind string, data []byte) scheduler.RosterFile {
	return scheduler.RosterFile{Kind: kind, File: scheduler.TableFile{Name: kind + ".xlsx", Data: data}}
}

// A school's lists of classes, rooms and teachers: what is new, the same and changed; nobody is removed; and the own timetable that was imported
// before knows them afterwards.
func TestImportOfLists(t *testing.T) { onBoth(t, testImportOfLists) }

func testImportOfLists(t *testing.T, d *district) {
	sun, wang := d.as("sun"), d.as("wang")
	path := qingshan + "/roster"
	ok[scheduler.ImportCount](sun.post(ownTimetable, timetableFile("a.xlsx", book(t, "a", []any{"班级", "星期", "节次", "课程", "教师", "教室"}, []any{"四（1）班", "周一", 1, "语文", "李明", "四1教室"}))))

	classes := list("classes", book(t, "班级", []any{"班级", "年级"}, []any{"三年级1班", 3}, []any{"四年级1班", ""}, []any{"晨星班", "?"}))
	p := ok[scheduler.RosterPreview](wang.post(path+"/preview", classes))
	require.Equal(t, scheduler.RosterCount{New: 1, Same: 1, Bad: 1}, p.RosterCount)
	require.Equal(t, []string{"grade-unclear"}, codesOf(p.Rows[2].Faults))
	wang.post(path, classes).refused(422, "rows-bad")
	classes.File.Data = book(t, "班级", []any{"班级", "年级"}, []any{"三年级1班", 4}, []any{"四年级1班", ""})
	require.Equal(t, scheduler.RosterCount{New: 1, Changed: 1}, ok[scheduler.RosterDone](wang.post(path, classes)).RosterCount)
	require.Equal(t, scheduler.RosterCount{Same: 2}, ok[scheduler.RosterDone](wang.post(path, classes)).RosterCount)

	rooms := list("rooms", book(t, "教室", []any{"教室", "类型"}, []any{"四1教室", "互动教室"}))
	require.Equal(t, 1, ok[scheduler.RosterDone](sun.post(path, rooms)).New)
	teachers := list("teachers", book(t, "教师", []any{"姓名", "登录名", "角色"}, []any{"李明", "T1001", "主讲"}, []any{"林老师", "lin", "主讲"}, []any{"陈老师", "chen", ""}))
	p = ok[scheduler.RosterPreview](sun.post(path+"/preview", teachers))
	require.Equal(t, scheduler.RosterCount{New: 1, Changed: 1, Bad: 1}, p.RosterCount)
	require.Equal(t, []string{"login-elsewhere"}, codesOf(p.Rows[2].Faults))
	teachers.File.Data = book(t, "教师", []any{"姓名", "登录名", "角色"}, []any{"李明", "T1001", "主讲"}, []any{"林老师", "lin", "主讲"})
	made := ok[scheduler.RosterDone](sun.post(path, teachers))
	require.Len(t, made.Accounts, 1)
	require.Equal(t, http.StatusOK, d.stranger().post("/api/session", scheduler.SignIn{Login: "t1001", Password: made.Accounts[0].Password}).status)
	again := ok[scheduler.RosterDone](sun.post(path, teachers))
	require.Equal(t, scheduler.RosterCount{Same: 2}, again.RosterCount)
	require.Empty(t, again.Accounts, "a password is told once")

	l := ok[scheduler.OwnTimetable](sun.get(ownTimetable)).Lessons[0]
	require.Equal(t, "四年级1班", l.Class)
	require.NotEmpty(t, l.ClassID)
	require.NotEmpty(t, l.TeacherID)
	require.NotEmpty(t, l.RoomID)

	wang.post(path, teachers).refused(403, "not-allowed")
	d.as("admin").post(path, rooms).refused(403, "not-allowed")
	sun.post("/api/schools/"+demo.Minghu+"/roster", rooms).refused(404, "school-unknown")
	sun.post(path, list("pupils", rooms.File.Data)).refused(422, "invalid")
}

// What is exported can be imported again and changes nothing; templates are files that can be imported.
func TestExportOfTheOwnTimetable(t *testing.T) { onBoth(t, testExportOfTheOwnTimetable) }

func testExportOfTheOwnTimetable(t *testing.T, d *district) {
	sun := d.as("sun")
	ok[scheduler.ImportCount](sun.post(ownTimetable, timetableFile("a.xlsx", book(t, "a", []any{"班级", "星期", "节次", "单双周", "课程", "教师", "教室"},
		[]any{"三1班", "周一", 1, "", "语文", "林老师", ""}, []any{"三1班", "周一", 2, "单", "=数学", "", "操场"}, []any{"三1班", "周一", 2, "双", "音乐", "", ""}, []any{"四1班", "周五", 3, "", "语文", "", ""}))))
	for query, same := range map[string]int{"": 4, "?format=csv": 4, "?class=%E4%B8%89%E5%B9%B4%E7%BA%A71%E7%8F%AD": 3, "?format=cses&class=%E4%B8%89%E5%B9%B4%E7%BA%A71%E7%8F%AD": 3} {
		res := d.as("lin").get(ownTimetable + "/file" + query)
		require.Equal(t, http.StatusOK, res.status, string(res.body))
		require.Contains(t, res.header.Get("Content-Disposition"), "attachment")
		again := timetableFile("again", res.body)
		require.Equal(t, scheduler.ImportCount{Same: same}, ok[scheduler.ImportCount](sun.post(ownTimetable, again)), query)
	}
	sun.get(ownTimetable+"/file?format=cses").refused(422, "class-unknown")
	for _, kind := range []string{"teachers", "classes", "rooms"} {
		res := sun.get("/api/templates/" + kind)
		require.Equal(t, 0, ok[scheduler.RosterPreview](sun.post(qingshan+"/roster/preview", list(kind, res.body))).Bad, kind)
	}
	require.Equal(t, 0, ok[scheduler.TimetablePreview](sun.post(ownTimetable+"/preview", timetableFile("t", sun.get("/api/templates/timetable").body))).Bad)
}
