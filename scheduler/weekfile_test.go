package scheduler_test

import (
	"context"
	"maps"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/uptrace/bun"

	"github.com/tongtang/tongtang/scheduler"
	"github.com/tongtang/tongtang/scheduler/db"
	"github.com/tongtang/tongtang/scheduler/demo"
	"github.com/tongtang/tongtang/scheduler/sheet"
)

// The printed week, opened again: true times, odd and even weeks, a day off and the make-up day, own lessons and those with other schools.
func TestTheWeekAsItIsPrinted(t *testing.T) { onBoth(t, testTheWeekAsItIsPrinted) }

func testTheWeekAsItIsPrinted(t *testing.T, d *district) {
	sun := d.as("sun")
	require.NoError(t, d.db.Tx(t.Context(), func(ctx context.Context, tx bun.Tx) error {
		junior := &db.Bells{ID: "junior", Area: demo.Qingshan, Name: "初中作息", Stage: "junior", Periods: `[{"no":1,"name":"第一节","start":"08:10","end":"08:55","lesson":true},{"no":2,"name":"第二节","start":"09:05","end":"09:50","lesson":true}]`}
		for _, row := range []any{&db.Class{ID: "qingshan-7-1", School: demo.Qingshan, Name: "七年级1班", Grade: 7}, junior} {
			if _, err := tx.NewInsert().Model(row).Exec(ctx); err != nil {
				return err
			}
		}
		return nil
	}))
	ok[scheduler.ImportCount](sun.post(ownTimetable, timetableFile("a.xlsx", book(t, "a", []any{"班级", "星期", "节次", "单双周", "课程", "教师", "教室"},
		[]any{"三1班", "周一", 1, "", "语文", "林老师", "三年级互动教室"}, []any{"三1班", "周一", 2, "单", "音乐", "何静", ""}, []any{"三1班", "周一", 2, "双", "美术", "", ""}, []any{"四1班", "周二", 3, "", "体育", "何静", ""},
		[]any{"七1班", "周一", 2, "", "物理", "周明", ""}))))
	require.NoError(t, d.db.Tx(t.Context(), func(ctx context.Context, tx bun.Tx) error {
		_, err := tx.NewInsert().Model(&[]db.DayOverride{{Area: demo.Qingshan, Day: "2026-11-27", Kind: "off", Name: "运动会"}, {Area: demo.Qingshan, Day: "2026-11-28", Kind: "like", Weekday: 1, Week: 14}}).Exec(ctx)
		return err
	}))
	read := func(query string) map[string]*sheet.Sheet {
		res := d.as("lin").get(qingshan + "/week" + query)
		require.Equal(t, 200, res.status, string(res.body))
		sheets, err := sheet.Read(res.body)
		require.NoError(t, err)
		byName := map[string]*sheet.Sheet{}
		for i := range sheets {
			byName[sheets[i].Name] = &sheets[i]
		}
		return byName
	}
	classes := read("?date=2026-11-25")
	require.Len(t, classes, 3)
	require.Equal(t, "第二节\n09:05–09:50", classes["七年级1班"].Cell(4, 0), "of the junior classes' own bells")
	s := classes["三年级1班"]
	require.Equal(t, "青山小学 三年级1班 周课表", s.Cell(0, 0))
	require.Contains(t, s.Cell(1, 0), "第13周（单周） 2026-11-23 至 2026-11-29")
	require.Equal(t, []string{"节次", "周一\n11-23", "周二\n11-24", "周三\n11-25", "周四\n11-26", "周五\n11-27\n放假（运动会）", "周六\n11-28\n调休：上周一的课"}, s.Rows[2])
	require.Equal(t, []string{"第一节\n08:30–09:10", "语文\n林老师\n三年级互动教室"}, s.Rows[3][:2])
	require.Equal(t, "音乐（单周）\n何静", s.Cell(4, 1))
	require.Equal(t, "美术（双周）", s.Cell(4, 6), "the make-up day follows an even week")
	require.Equal(t, "【同堂】数学\n陈老师\n三年级互动教室\n14:00–14:40", s.Cell(7, 2))
	teachers := read("?date=2026-11-25&of=teachers")
	require.Equal(t, "【同堂】数学\n陈老师\n三年级互动教室\n14:00–14:40", teachers["林老师"].Cell(7, 2))
	require.Equal(t, "体育\n四1班", teachers["何静"].Cell(5, 2))
	require.Equal(t, "物理\n七年级1班\n09:05–09:50", teachers["周明"].Cell(4, 1), "the true time, where the class has other bells")

	whole := read("?date=2026-11-25&of=school")
	require.Equal(t, []string{"七年级1班", "三年级1班", "初中", "四1班", "小学"}, slices.Sorted(maps.Keys(whole)), "a sheet for each bell schedule, and one for each class")
	require.Equal(t, "青山小学 小学 周课表", whole["小学"].Cell(0, 0))
	require.Equal(t, [][]string{
		{"第一节\n08:30–09:10", "三年级1班 语文 林老师"},
		{"第二节\n09:20–10:00", "三年级1班 音乐（单周） 何静"},
		{"第三节\n10:30–11:10", ""},
		{"第四节\n11:20–12:00", ""},
		{"第五节\n14:00–14:40", ""},
		{"第六节\n14:50–15:30", ""},
		{"第七节\n15:40–16:20", ""},
		{"其他时间", "三年级1班 【同堂】数学 陈老师 09:30–10:10"}, // the demo's own, which is on at once
	}, column(whole["小学"], 3, 1))
	require.Equal(t, "四1班 体育 何静", whole["小学"].Cell(5, 2))
	require.Equal(t, "三年级1班 【同堂】数学 陈老师 14:00–14:40", whole["小学"].Cell(7, 2))
	require.Equal(t, [][]string{{"第一节\n08:10–08:55", ""}, {"第二节\n09:05–09:50", "七年级1班 物理 周明"}}, column(whole["初中"], 3, 1))
	require.Equal(t, classes["三年级1班"].Rows, whole["三年级1班"].Rows)
	lead := d.as("chen").get("/api/schools/" + demo.Minghu + "/week?date=2026-11-25&of=school")
	sheets, err := sheet.Read(lead.body)
	require.NoError(t, err)
	require.Len(t, sheets, 1)
	require.Equal(t, "【同堂】数学 陈老师 14:00–14:40", sheets[0].Cell(7, 2))
	require.Len(t, read("?date=2026-11-16"), 3)
	sun.get("/api/schools/"+demo.Minghu+"/week").refused(404, "school-unknown")
	sun.get(qingshan+"/week?of=pupils").refused(422, "invalid")
}

// column is the first cell and another one of each row, from a row on.
func column(s *sheet.Sheet, from, col int) [][]string {
	var cells [][]string
	for row := from; row < len(s.Rows); row++ {
		cells = append(cells, []string{s.Cell(row, 0), s.Cell(row, col)})
	}
	return cells
}
