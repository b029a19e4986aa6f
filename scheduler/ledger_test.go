package scheduler_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/tongtang/tongtang/scheduler"
	"github.com/tongtang/tongtang/scheduler/demo"
	"github.com/tongtang/tongtang/scheduler/link"
	"github.com/tongtang/tongtang/scheduler/seal"
)

func TestLedger(t *testing.T) { onBoth(t, testLedger) }

// One lesson of the week is held, one cancelled and made up for, which is still to come; the next week's are planned.
func testLedger(t *testing.T, d *district) {
	wang, sun, l := d.as("wang"), d.as("sun"), d.tuesday()
	required := "/api/schools/" + demo.Qingshan + "/required"
	ok[scheduler.RequiredList](sun.call(http.MethodPut, required, scheduler.Required{Class: "qingshan-3-1", Subject: "数学", PerWeek: 4}))
	list := ok[scheduler.RequiredList](wang.call(http.MethodPut, required, scheduler.Required{Class: "qingshan-3-1", Subject: "英语", PerWeek: 2})).Required
	require.Len(t, list, 2)
	sun.call(http.MethodPut, required, scheduler.Required{Class: "shiqiao-3-1", Subject: "数学", PerWeek: 4}).refused(422, "class-unknown")
	sun.call(http.MethodPut, "/api/schools/"+demo.Minghu+"/required", scheduler.Required{Class: "minghu-3-1", Subject: "数学", PerWeek: 4}).refused(404, "school-unknown")

	ok[link.DatedLesson](wang.post("/api/lessons/"+l.ID+"/cancel", scheduler.Cancellation{Reason: "停电"}))
	ok[link.DatedLesson](wang.post("/api/lessons/"+l.ID+"/make-up", scheduler.MakeUp{When: wednesdayAfternoon, Reason: "补课"}))
	d.clock.Set(time.Date(2026, 11, 26, 6, 0, 0, 0, time.UTC))
	thursday := ok[scheduler.Lessons](wang.get("/api/lessons?from=2026-11-26&to=2026-11-26")).Lessons[0]
	ok[link.DatedLesson](wang.post("/api/lessons/"+thursday.ID+"/start", nil))
	d.clock.Add(40 * time.Minute)
	ok[link.DatedLesson](wang.post("/api/lessons/"+thursday.ID+"/end", nil))

	ledger := ok[scheduler.Ledger](wang.get("/api/ledger?from=2026-11-24&to=2026-11-29"))
	var maths scheduler.LedgerLine
	for _, line := range ledger.Lines {
		if line.Class.ID == "qingshan-3-1" && line.Subject == "数学" {
			maths = line
		}
	}
	require.Equal(t, "青山小学", maths.School.Name)
	require.Equal(t, []int{3, 1, 1, 1, 0}, []int{maths.Required, maths.Delivered, maths.Planned, maths.Cancelled, maths.Lost}, "4 a week are 3 on four days; the cancelled one is to be made up for")
	require.Equal(t, 333, *maths.Permille)
	sums := func(list []scheduler.LedgerSum, id string) scheduler.Periods {
		for _, s := range list {
			if s.ID == id {
				return s.Periods
			}
		}
		return scheduler.Periods{}
	}
	require.Equal(t, 1, sums(ledger.Lecturers, "chen").Delivered, "a lesson to two classes is one period of the lecturer")
	require.Equal(t, 2, sums(ledger.Subjects, "数学").Delivered)
	require.Equal(t, 1, sums(ledger.Leads, demo.Minghu).Delivered)
	require.Equal(t, 2+3, sums(ledger.Schools, demo.Qingshan).Required, "English too")

	own := ok[scheduler.Ledger](sun.get("/api/ledger?from=2026-11-24&to=2026-11-29"))
	for _, line := range own.Lines {
		require.Equal(t, demo.Qingshan, line.School.ID, "another school's classes are not its business")
	}
	sun.get("/api/ledger?school="+demo.Shiqiao).refused(422, "school-unknown")
	sun.get("/api/ledger?from=2026-11-24&to=2026-11-23").refused(422, "dates-wrong")
	for _, format := range []string{"csv", "xlsx"} {
		res := wang.get("/api/ledger/file?from=2026-11-24&to=2026-11-29&format=" + format)
		require.Equal(t, 200, res.status, string(res.body))
		about, err := seal.Verify(d.signer.Verifier(), res.body)
		require.NoError(t, err, format)
		require.Equal(t, "王主任", about.By)
		if format == "csv" {
			require.Contains(t, string(res.body), "青山小学,三年级1班,数学,3,1,0,0,1,1,0,0,33.3%")
			_, err := seal.Verify(d.signer.Verifier(), []byte(strings.Replace(string(res.body), ",3,1,", ",3,3,", 1)))
			require.ErrorIs(t, err, seal.ErrChanged)
		}
	}
	require.Len(t, ok[scheduler.RequiredList](sun.call(http.MethodPut, required, scheduler.Required{Class: "qingshan-3-1", Subject: "英语", PerWeek: 0})).Required, 1)
}
