package scheduler_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tongtang/tongtang/scheduler"
	"github.com/tongtang/tongtang/scheduler/demo"
)

// holidayFile is a file of days: "2026-10-01 国庆节" is off, "2026-10-10 国庆节 调休" is worked.
func holidayFile(days ...string) scheduler.HolidayFile {
	rows := make([]string, len(days))
	for i, d := range days {
		f := strings.Fields(d)
		rows[i] = fmt.Sprintf(`{"date":%q,"name":%q,"isOffDay":%t}`, f[0], f[1], len(f) == 2)
	}
	return scheduler.HolidayFile{File: scheduler.TableFile{Name: "2026.json", Data: []byte(`{"papers":[],"days":[` + strings.Join(rows, ",") + `]}`)}}
}

// A holiday file is told as a difference to the county's defaults; what a make-up day follows is asked; who decided for itself stays as it is.
func TestAHolidayFileBecomesTheDefault(t *testing.T) { onBoth(t, testAHolidayFileBecomesTheDefault) }

func testAHolidayFileBecomesTheDefault(t *testing.T, d *district) {
	d.neighbours()
	wang, sun := d.as("wang"), d.as("sun")
	path := "/api/areas/" + demo.County + "/holidays"
	ok[scheduler.Effect](sun.put("/api/areas/"+demo.Qingshan+"/days/2026-12-06", scheduler.NewDay{Kind: "off"}))
	file := holidayFile("2027-06-14 端午节", "2026-10-01 国庆节", "2026-10-02 中秋节", "2026-10-10 国庆节 调休", "2026-12-03 校庆日", "2026-12-06 校庆日 调休")

	told := ok[scheduler.HolidayPreview](wang.post(path+"/preview", file))
	require.Equal(t, scheduler.HolidayCount{New: 2, Changed: 1, Same: 2, Outside: 1}, told.HolidayCount)
	require.Equal(t, []string{"2026-08-01", "2027-02-21"}, []string{told.From, told.To})
	states := map[string]string{}
	for _, r := range told.Rows {
		states[r.Date] = r.State
	}
	require.Equal(t, map[string]string{"2026-10-01": "same", "2026-10-02": "changed", "2026-10-10": "same", "2026-12-03": "new", "2026-12-06": "new", "2027-06-14": "new"}, states)
	require.Equal(t, "国庆节", told.Rows[1].Now.Name)
	require.Equal(t, "明湖县", told.Rows[1].NowBy.Name)
	require.Equal(t, 5, told.Rows[2].Now.Weekday)
	makeUp := told.Rows[4]
	require.Equal(t, &scheduler.HolidayTwin{Date: "2026-12-03", Weekday: 4}, makeUp.Suggestion, "one school counts its weeks otherwise")
	require.Equal(t, []any{"2026-12-06", 1, false}, []any{makeUp.Date, makeUp.Own, makeUp.Outside})
	require.True(t, told.Rows[5].Outside)

	p := wang.post(path+"?preview=true", file).refused(422, "make-up-undecided")
	require.Equal(t, []any{"2026-12-06"}, p.Params["dates"], "nothing is guessed")
	file.Choices = []scheduler.HolidayChoice{{Date: "2026-12-06", Kind: "like", Weekday: 4, Week: 3}}
	before := wang.calendar(demo.County)
	effect := ok[scheduler.Effect](wang.post(path+"?preview=true", file))
	require.Equal(t, scheduler.EffectCounts{Cancelled: 1}, effect.Counts)
	require.Equal(t, before, wang.calendar(demo.County), "a preview leaves nothing")
	old := fmt.Sprintf(`"%d"`, told.Version)
	require.Equal(t, effect.Counts, ok[scheduler.Effect](wang.based(http.MethodPost, path, file, old)).Counts)
	wang.based(http.MethodPost, path, file, old).refused(412, "stale")

	own := sun.calendar(demo.Qingshan)
	require.Equal(t, "中秋节", on(own, "2026-10-02").Rules[0].Name)
	require.True(t, on(own, "2026-12-03").Off)
	rules := on(own, "2026-12-06").Rules
	require.Equal(t, scheduler.Decision{By: demo.Qingshan, NewDay: scheduler.NewDay{Kind: "off"}}, rules[0], "the school stays as it is")
	require.Equal(t, scheduler.Decision{By: demo.County, NewDay: scheduler.NewDay{Kind: "like", Weekday: 4, Week: 3, Name: "校庆日"}}, rules[1])

	// Once more, and the make-up day is left to the schools; what is to stay stays; the days of the next term are taken over.
	file.Choices = []scheduler.HolidayChoice{{Date: "2026-12-06", Kind: "open"}, {Date: "2026-10-02", Kind: "keep"}}
	file.Outside = true
	ok[scheduler.Effect](wang.post(path, file))
	require.Len(t, on(sun.calendar(demo.Qingshan), "2026-12-06").Rules, 1)
	require.Empty(t, on(wang.calendar(demo.Shiqiao), "2026-12-06").Rules)
	told = ok[scheduler.HolidayPreview](wang.post(path+"/preview", file))
	require.Equal(t, []string{"same", "new", "same"}, []string{told.Rows[3].State, told.Rows[4].State, told.Rows[5].State})
	file.Choices = nil
	wang.post(path, file).refused(422, "make-up-undecided")

	for _, wrong := range []scheduler.HolidayChoice{{Date: "2026-12-07", Kind: "open"}, {Date: "2026-12-03", Kind: "open"}, {Date: "2026-12-06", Kind: "like"}} {
		file.Choices = []scheduler.HolidayChoice{wrong}
		wang.post(path, file).refused(422, "day-wrong")
	}
	bad := holidayFile("2026-12-32 校庆日", "2026-12-03 校庆日")
	told = ok[scheduler.HolidayPreview](wang.post(path+"/preview", bad))
	require.Equal(t, scheduler.HolidayCount{Same: 1, Bad: 1}, told.HolidayCount)
	require.Equal(t, []scheduler.ImportFault{{Code: "date-unclear", Value: "2026-12-32"}}, told.Rows[0].Faults)
	wang.post(path, bad).refused(422, "rows-bad")
	for code, data := range map[string]string{"holidays-unreadable": "日期,名称", "holidays-empty": "[]", "holidays-too-large": strings.Repeat(" ", 130<<10)} {
		wang.post(path+"/preview", scheduler.HolidayFile{File: scheduler.TableFile{Name: "x", Data: []byte(data)}}).refused(422, code)
	}
	d.as("dongwang").post(path+"/preview", file).refused(404, "area-unknown")
	d.as("dongwang").post(path, file).refused(404, "area-unknown")
}
