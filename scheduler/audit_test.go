package scheduler_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tongtang/tongtang/scheduler"
	"github.com/tongtang/tongtang/scheduler/db"
	"github.com/tongtang/tongtang/scheduler/demo"
	"github.com/tongtang/tongtang/scheduler/link"
)

// Who changed what is noted; who only looked, or was refused, is not.
func TestChangesAreAudited(t *testing.T) { onBoth(t, testChangesAreAudited) }

func testChangesAreAudited(t *testing.T, d *district) {
	wang := d.as("wang")
	wang.get("/api/today")
	wang.post("/api/lessons/nothing/cancel", scheduler.Cancellation{Reason: "x"}).refused(404, "lesson-unknown")
	ok[link.DatedLesson](wang.post("/api/lessons/"+d.now.Lesson+"/cancel", scheduler.Cancellation{Reason: "停电"}))
	_, e := d.enrol(demo.QingshanRoom)
	require.Equal(t, http.StatusNoContent, wang.call(http.MethodDelete, "/api/devices/"+e.Device, nil).status)

	var rows []db.Audit
	require.NoError(t, d.db.Read().NewSelect().Model(&rows).Scan(t.Context()))
	var got []string
	for _, r := range rows {
		require.Equal(t, "127.0.0.1", r.Address)
		require.Equal(t, db.At(monday), r.At)
		got = append(got, r.Actor+" "+r.Action+" "+r.Object+" "+r.Detail)
	}
	require.ElementsMatch(t, []string{
		"wang signIn wang ", "wang cancelLesson " + d.now.Lesson + " 停电", "wang signIn wang ", "wang enrolmentCode " + demo.QingshanRoom + " ",
		e.Device + " enrolDevice " + e.Device + " pc", "wang deleteDevice " + e.Device + " ",
	}, got)
}
