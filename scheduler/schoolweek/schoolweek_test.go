package schoolweek

import (
	"fmt"
	"os"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/tongtang/tongtang/scheduler/sheet"
	"github.com/tongtang/tongtang/scheduler/timetable"
)

// bells are seven periods of 40 minutes; the first is called 第一节.
func bells() []timetable.Period {
	periods := []timetable.Period{{Name: "早读", Start: 470, End: 490}}
	for i, name := range []string{"第一节", "第二节", "第三节", "第四节", "第五节", "第六节", "社团"} {
		start := timetable.Clock(500 + 50*i)
		periods = append(periods, timetable.Period{No: i + 1, Name: name, Start: start, End: start + 40, Lesson: true})
	}
	return periods
}

func school() *Known {
	return NewKnown([]Named{{ID: "c31", Name: "三年级1班"}, {ID: "c32", Name: "三年级2班"}, {ID: "c72", Name: "七年级2班"}},
		[]Named{{ID: "chen", Name: "陈老师", Login: "chen"}, {ID: "lin", Name: "林芳", Login: "lin"}, {ID: "w1", Name: "王伟", Login: "t1001"}, {ID: "w2", Name: "王伟", Login: "t1002"}},
		[]Named{{ID: "lab", Name: "科学室"}, {ID: "r301", Name: "301"}}, bells(), false)
}

func TestWordsForTimes(t *testing.T) {
	for text, day := range map[string]int{"周一": 1, "星期二": 2, "礼拜三": 3, "四": 4, "５": 5, "Sat": 6, "星期天": 7, "周 日": 7, "周一（11.23）": 1, "Wednesday": 3, "单周周五": 5,
		"": 0, "单周": 0, "第3节": 0, "8": 0, "周八": 0} {
		require.Equal(t, day, parseWeekday(text), text)
	}
	names := school().names
	for text, periods := range map[string][]int{"第3节": {3}, "第３节": {3}, "三": {3}, "第十一节": {11}, "3-4节": {3, 4}, "第1、2节": {1, 2}, "上午第2节": {2}, "下午第5节": {5}, "1": {1},
		"第2节 08:50-09:30": {2}, "周一第4节": {4}, "社团": {7}, "第五节课": {5}, "5~6": {5, 6},
		"": nil, "下午第1节": nil, "大课间": nil, "4-3": nil, "1-99": nil, "31": nil, "0": nil} {
		require.Equal(t, periods, parsePeriods(text, names), text)
	}
	for text, c := range map[string]timetable.Cycle{"": timetable.Weekly, "每周": timetable.Weekly, "单周": timetable.Odd, "（双）": timetable.Even, "单双周": timetable.Weekly, "odd": timetable.Odd, "每3周第2周": {Every: 3, Phase: 2}} {
		got, ok := parseWeeks(text)
		require.True(t, ok, text)
		require.Equal(t, c, got, text)
	}
	for _, text := range []string{"1-16周", "有时", "单元测验那一周"} {
		_, ok := parseWeeks(text)
		require.False(t, ok, text)
	}
}

func TestOneClassHasManySpellings(t *testing.T) {
	for _, same := range [][]string{{"三年级1班", "三（1）班", "三(1)班", "三1班", "3.1班", "3-1", "301班", "三年级（一）班", " 3年级 1班"},
		{"七年级2班", "初一(2)班", "7.2"}, {"高三3班", "高三(3)班", "高三三班"}} {
		for _, name := range same {
			require.Equal(t, ClassKey(same[0]), ClassKey(name), name)
		}
	}
	require.NotEqual(t, ClassKey("一年级2班"), ClassKey("12班"))
	require.Equal(t, "向日葵班", ClassKey("向日葵班"))
}

func lesson(day, period int, c timetable.Cycle, subject, teacher, room string) Lesson {
	l := Lesson{Weekday: day, Period: period, Cycle: c, Subject: subject, Class: "三年级1班", ClassID: "c31", Teacher: teacher, Room: room}
	if teacher == "林芳" {
		l.TeacherID = "lin"
	}
	if room == "科学室" {
		l.RoomID = "lab"
	}
	return l
}

func codes(list []Fault) (c []string) {
	for _, f := range list {
		c = append(c, f.Code)
	}
	return c
}

// A list with a title over its width and a head of two lines, as the office keeps it.
func TestAListSaysOfEachRowWhatIsWrong(t *testing.T) {
	s := &sheet.Sheet{Rows: [][]string{
		{"青山小学课程表", "青山小学课程表", "青山小学课程表", "青山小学课程表", "青山小学课程表", "青山小学课程表", "青山小学课程表"},
		{"班级", "时间", "时间", "时间", "课程", "任课教师", "地点"},
		{"班级", "星期", "节次", "单双周", "课程", "任课教师", "地点"},
		{"三（１）班", "周一", "第１节", "", "数学", "林芳", ""},
		{"三(1)班", "星期二", "2-3", "单周", "科学", "林芳", "科学室"},
		{},
		{"三(1)班", "某天", "第9节", "有时", "", "", ""},
		{"三(1)班", "周一", "1", "双周", "语文", "王伟", ""},
		{"", "周三", "1", "", "教研", "", ""},
		{"五年级9班", "周三", "1", "", "音乐", "林芳", "操场"},
		{"三(2)班", "周三", "1", "", "体育", "王伟(t1002)", ""},
		{"三(1)班", "周三", "10", "", "体育", "", ""},
		{"三(2)班", "周三", "1", "", "体育", "t1002", ""},
		{"三(2)班", "周二", "3", "", "美术", "林芳", ""},
	}}
	m := Guess(s, school())
	require.Equal(t, Mapping{Form: List, Head: 3, Columns: map[Field]int{Class: 0, Weekday: 1, Period: 2, Weeks: 3, Subject: 4, Teacher: 5, Room: 6}}, m)
	rows := Read(s, m, school())
	require.Len(t, rows, 11)
	require.Equal(t, Row{Row: 4, Lesson: lesson(1, 1, timetable.Weekly, "数学", "林芳", "")}, rows[0])
	require.Equal(t, lesson(2, 2, timetable.Odd, "科学", "林芳", "科学室"), rows[1].Lesson)
	require.Equal(t, lesson(2, 3, timetable.Odd, "科学", "林芳", "科学室"), rows[2].Lesson)
	require.Equal(t, []string{"weekday-unclear", "weeks-unclear", "subject-missing"}, codes(rows[3].Faults)[:3])
	require.Equal(t, []Fault{{"class-taken", "数学", 4}}, rows[4].Faults, "every week and even weeks meet")
	require.Equal(t, []string{"teacher-ambiguous"}, codes(rows[4].Notes))
	require.Equal(t, []string{"owner-missing"}, codes(rows[5].Faults))
	require.False(t, rows[6].Bad())
	require.Equal(t, []string{"class-unknown", "room-unknown"}, codes(rows[6].Notes))
	require.Equal(t, "w2", rows[7].Lesson.TeacherID)
	require.Equal(t, []Fault{{"period-not-taught", "10", 0}}, rows[8].Faults)
	require.Equal(t, rows[7].Lesson, rows[9].Lesson, "the same lesson in other words")
	require.Equal(t, []Fault{{"teacher-taken", "三年级1班", 5}}, rows[10].Notes)
	require.Len(t, Lessons(rows), 6)
}

// The week of one class with its name in the title, two lines above it, breaks between the periods, and cells of several lines.
func TestAGridOfOneClass(t *testing.T) {
	s := &sheet.Sheet{Name: "课表", Rows: [][]string{
		{"三年级（1）班 课程表", "三年级（1）班 课程表", "三年级（1）班 课程表", "三年级（1）班 课程表"},
		{"", "节次", "星期一", "星期二"},
		{"上午", "第1节\n08:20-09:00", "数学\n林芳", "语文（单）/科学（双）"},
		{"上午", "大课间", "大课间", "大课间"},
		{"上午", "2", "科学 林芳 科学室", "科学 林芳 科学室"},
		{"上午", "3", "单周\n音乐\n双周\n美术", "—"},
		{"下午", "清洁", "打扫", ""},
	}}
	m := Guess(s, school())
	require.Equal(t, Mapping{Form: Grid, Head: 2, Columns: map[Field]int{Period: 1}, Whose: Class, Owner: "三年级(1)班"}, m)
	rows := Read(s, m, school())
	require.Equal(t, []Lesson{
		lesson(1, 1, timetable.Weekly, "数学", "林芳", ""),
		lesson(1, 2, timetable.Weekly, "科学", "林芳", "科学室"),
		lesson(1, 3, timetable.Odd, "音乐", "", ""),
		lesson(1, 3, timetable.Even, "美术", "", ""),
		lesson(2, 1, timetable.Odd, "语文", "", ""),
		lesson(2, 1, timetable.Even, "科学", "", ""),
		lesson(2, 2, timetable.Weekly, "科学", "林芳", "科学室"),
	}, Lessons(rows))
	last := rows[len(rows)-1]
	require.Equal(t, []Fault{{"period-unclear", "清洁", 0}}, last.Faults)
	require.Equal(t, 7, last.Row)

	for text, want := range map[string][]Lesson{
		"数学(林芳)":        {{Subject: "数学", Teacher: "林芳"}},
		"数学 301":        {{Subject: "数学", Room: "301"}},
		"数学\n林芳(单周)":    {{Subject: "数学", Teacher: "林芳", Cycle: timetable.Odd}},
		"单:语文 双:数学":     nil,
		"语文(单);数学":      {{Subject: "语文", Cycle: timetable.Odd}, {Subject: "数学"}},
		"数学/林芳":         {{Subject: "数学", Teacher: "林芳"}},
		"信息科技\n周明\n机房2": {{Subject: "信息科技", Teacher: "周明", Room: "机房2"}},
	} {
		if want != nil {
			require.Equal(t, want, school().cell(text, Class), text)
		}
	}
	require.Equal(t, []Lesson{{Subject: "数学", Class: "301", Room: "科学室"}}, NewKnown([]Named{{Name: "三年级1班"}}, nil, []Named{{Name: "科学室"}}, nil, false).cell("数学\n301\n科学室", Teacher))
}

// 总课表: classes below each other, the periods of each weekday beside each other under a merged weekday.
func TestAnOverviewOfAllClasses(t *testing.T) {
	s := &sheet.Sheet{Rows: [][]string{
		{"总课表", "总课表", "总课表", "总课表", "总课表"},
		{"班级", "星期一", "星期一", "星期二", "星期二"},
		{"班级", "1", "2", "1", "2"},
		{"三1班", "数学", "语文\n林芳", "语文", ""},
		{"三2班", "语文", "数学", "", "科学\n林芳"},
	}}
	m := Guess(s, school())
	require.Equal(t, Mapping{Form: Overview, Head: 3, Columns: map[Field]int{Class: 0}, Whose: Class}, m)
	rows := Read(s, m, school())
	require.Len(t, Lessons(rows), 6)
	require.Equal(t, Row{Row: 4, Column: 3, Lesson: lesson(1, 2, timetable.Weekly, "语文", "林芳", "")}, rows[1])
	s.Rows[0] = nil
	s.Rows = slices.Insert(s.Rows[3:], 0, []string{"教师", "周一1", "周一第2节", "周二1", "周二2"})
	s.Rows[1][0], s.Rows[2][0] = "陈老师", "林芳"
	m = Guess(s, school())
	require.Equal(t, Mapping{Form: Overview, Head: 1, Columns: map[Field]int{Teacher: 0}, Whose: Teacher}, m)
	rows = Read(s, m, school())
	last := rows[len(rows)-1]
	require.Equal(t, Lesson{Weekday: 2, Period: 2, Cycle: timetable.Weekly, Subject: "科学", Class: "林芳", Teacher: "林芳", TeacherID: "lin"}, last.Lesson)
	require.Equal(t, []string{"class-unknown"}, codes(last.Notes), "in a teacher's week the second line is a class")
}

func TestAResultOfFET(t *testing.T) {
	data, err := os.ReadFile("testdata/qingshan_data_and_timetable.fet")
	require.NoError(t, err)
	rows, err := ReadFET(data, school())
	require.NoError(t, err)
	list := Lessons(rows)
	require.Len(t, list, 30, "two classes with 15 hours each")
	counts := map[string]int{}
	for _, l := range list {
		counts[l.Class+l.Subject]++
		require.Equal(t, l.Subject == "科学", l.RoomID == "lab", l)
	}
	require.Equal(t, map[string]int{"三年级1班数学": 5, "三年级1班语文": 5, "三年级1班英语": 3, "三年级1班科学": 2, "三年级2班数学": 5, "三年级2班语文": 5, "三年级2班英语": 3, "三年级2班科学": 2}, counts)
	for _, r := range rows {
		require.False(t, r.Bad(), "%v", r)
		require.NotContains(t, codes(r.Notes), "teacher-taken", "FET found a plan without a clash")
	}
	for text, code := range map[string]string{"": "fet-unreadable", "<fet/>": "fet-unsolved", "<html/>": "fet-unreadable", `<?xml version="1.0" encoding="gbk"?><fet/>`: "fet-unreadable",
		`<!DOCTYPE f [<!ENTITY a SYSTEM "file:///etc/passwd">]><fet>&a;</fet>`: "fet-unreadable"} {
		_, err := ReadFET([]byte(text), school())
		var e *FileError
		require.ErrorAs(t, err, &e, text)
		require.Equal(t, code, e.Code, text)
	}
}

func TestCSES(t *testing.T) {
	// As the format's own example has it: a cycle of two weeks, of six and of five working days.
	v2 := `{version: 2, configuration: {name: 三年级1班课表, description: x, cycle: {work_count: 11, rest_count: 3, spans: [{activity: work, count: 6}, {activity: rest, count: 1}, {activity: work, count: 5}, {activity: rest, count: 2}]}},
subjects: [{name: 数学, simplified_name: 数, teacher: 林芳, location: 科学室}, {name: 语文}],
schedules: [{name: 星期一, enable_day: [1, 7], classes: [{subject: 数学, start_time: "08:20:00", end_time: "09:00:00"}]},
 {name: 星期二-单周, enable_day: [2], classes: [{subject: 语文, start_time: "09:10:00", end_time: "09:50:00"}, {subject: 语文, start_time: "22:00:00", end_time: "22:40:00"}]},
 {name: 星期六, enable_day: [6], classes: [{subject: 语文, start_time: "08:20:00", end_time: "09:00:00"}]}]}`
	rows, err := ReadCSES([]byte(v2), "", school())
	require.NoError(t, err)
	require.Equal(t, []Lesson{lesson(1, 1, timetable.Weekly, "数学", "林芳", "科学室"), lesson(2, 2, timetable.Odd, "语文", "", ""), lesson(6, 1, timetable.Odd, "语文", "", "")}, Lessons(rows))
	require.Equal(t, []string{"period-unclear"}, codes(rows[2].Faults))

	v1 := `{version: 1, subjects: [{name: 数学, teacher: 林芳, room: 科学室}], schedules: [{name: 周三, enable_day: wed, weeks: even, classes: [{subject: 数学, start_time: "08:20:00", end_time: "09:00:00"}]}]}`
	rows, err = ReadCSES([]byte(v1), "三1班", school())
	require.NoError(t, err)
	require.Equal(t, []Lesson{lesson(3, 1, timetable.Even, "数学", "林芳", "科学室")}, Lessons(rows))

	for text, code := range map[string]string{"{version: 3}": "cses-unreadable", "a: [": "cses-unreadable", "{version: 2}": "cses-unreadable",
		"{version: 2, configuration: {cycle: {spans: [{activity: work, count: 5}]}}}":                                                                                       "cses-cycle",
		"{version: 2, configuration: {cycle: {spans: [{activity: work, count: 49}]}}}":                                                                                      "cses-unreadable",
		"{version: 2, configuration: {cycle: {spans: [{activity: work, count: 7}]}}, schedules: [{name: x, enable_day: [8], classes: [{subject: a}]}]}":                     "cses-cycle",
		"a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\nd: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c]\nsubjects: [*d,*d,*d,*d,*d]": "cses-unreadable"} {
		_, err := ReadCSES([]byte(text), "", school())
		var e *FileError
		require.ErrorAs(t, err, &e, text)
		require.Equal(t, code, e.Code, text)
	}
}

// anyWeek draws a timetable without a fault: a class has one lesson at a time.
func anyWeek(t *rapid.T, classes ...string) []Lesson {
	var list []Lesson
	ids := map[string]string{"三年级1班": "c31", "三年级2班": "c32"}
	for _, class := range classes {
		for day := 1; day <= 6; day++ {
			for period := 1; period <= 7; period++ {
				cycles := rapid.SampledFrom([][]timetable.Cycle{{}, {timetable.Weekly}, {timetable.Odd}, {timetable.Even, timetable.Odd}, {{Every: 3, Phase: 2}}}).Draw(t, "cycles")
				for _, c := range cycles {
					l := Lesson{Weekday: day, Period: period, Cycle: c, Class: class, ClassID: ids[class], Subject: rapid.SampledFrom([]string{"语文", "数学", "道德与法治", "A-B 1"}).Draw(t, "subject")}
					if l.Teacher = rapid.SampledFrom([]string{"", "林芳", "何明"}).Draw(t, "teacher"); l.Teacher == "林芳" {
						l.TeacherID = "lin"
					}
					if l.Room = rapid.SampledFrom([]string{"", "科学室", "操场"}).Draw(t, "room"); l.Room == "科学室" {
						l.RoomID = "lab"
					}
					list = append(list, l)
				}
			}
		}
	}
	slices.SortFunc(list, Compare)
	return list
}

// Export and import give the same timetable: as a list in Excel and CSV, and the week of a class as CSES.
func TestWhatIsExportedComesBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		week := anyWeek(t, "三年级1班", "三年级2班")
		page := ListPage("课表", week)
		book, err := sheet.Excel([]sheet.Page{page})
		require.NoError(t, err)
		text, err := sheet.CSV(page.Rows)
		require.NoError(t, err)
		for _, file := range [][]byte{book, text} {
			sheets, err := sheet.Read(file)
			require.NoError(t, err)
			rows := Read(&sheets[0], Guess(&sheets[0], school()), school())
			require.Equal(t, len(week), len(Lessons(rows)))
			for i, l := range Lessons(rows) {
				require.Equal(t, week[i], l)
			}
		}
	})
}

func TestAWeekAsCSESComesBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		week := anyWeek(t, "三年级1班")
		file, err := WriteCSES("三年级1班", "2026 秋", week, bells())
		require.NoError(t, err)
		rows, err := ReadCSES(file, "", school())
		require.NoError(t, err, string(file))
		require.Equal(t, fmt.Sprint(normal(week)), fmt.Sprint(normal(Lessons(rows))), string(file))
	})
}

// normal is the timetable with odd and even of the same lesson joined, and every cycle as the weeks of six that it holds in.
func normal(week []Lesson) []string {
	held := map[Lesson]uint{}
	for _, l := range week {
		c := l.Cycle
		l.Cycle = timetable.Cycle{}
		for w := range 6 {
			if c.Holds(w + 1) {
				held[l] |= 1 << w
			}
		}
	}
	var list []string
	for l, weeks := range held {
		list = append(list, fmt.Sprint(l, weeks))
	}
	slices.Sort(list)
	return list
}
