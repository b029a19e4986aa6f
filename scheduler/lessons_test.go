package scheduler_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/tongtang/tongtang/internal/grant"
	"github.com/tongtang/tongtang/internal/iceservers"
	"github.com/tongtang/tongtang/scheduler"
	"github.com/tongtang/tongtang/scheduler/demo"
	"github.com/tongtang/tongtang/scheduler/link"
)

func TestLessonFromTodayToTheEnd(t *testing.T) { onBoth(t, testLessonFromTodayToTheEnd) }

func testLessonFromTodayToTheEnd(t *testing.T, d *district) {
	chen, xiaoyu := d.as("chen"), d.as("xiaoyu")

	me := ok[scheduler.Me](xiaoyu.get("/api/session"))
	require.Equal(t, "小雨", me.Name)
	require.Equal(t, "青山小学", me.School.Name)

	today := ok[scheduler.Today](xiaoyu.get("/api/today"))
	require.Equal(t, "2026-11-23", today.Date)
	require.Len(t, today.Lessons, 1)
	l := today.Lessons[0]
	require.Equal(t, d.now.Lesson, l.ID)
	require.Equal(t, link.Planned, l.State)
	require.Equal(t, "student", l.Mine)
	require.False(t, l.CanStart)
	require.False(t, l.CanJoin)
	require.Len(t, l.Rooms, 3)
	path := "/api/lessons/" + l.ID

	xiaoyu.post(path+"/join", nil).refused(409, "not-live")
	chen.post(path+"/end", nil).refused(409, "not-live")
	xiaoyu.post(path+"/start", nil).refused(403, "not-allowed")

	require.True(t, ok[link.DatedLesson](chen.get(path)).CanStart)
	started := ok[link.DatedLesson](chen.post(path+"/start", nil))
	require.Equal(t, link.Live, started.State)
	require.Equal(t, monday.Truncate(time.Millisecond), *started.StartedAt)

	join := ok[link.Join](xiaoyu.post(path+"/join", nil))
	require.Equal(t, "student", join.Role)
	require.Equal(t, "/live/"+l.ID+"/whep", join.WHEP)
	require.Empty(t, join.WHIP)
	claims, err := d.signer.Verifier().Verify(join.Grant)
	require.NoError(t, err)
	require.Equal(t, grant.Student, claims.Role)
	require.Equal(t, "xiaoyu", claims.Subject)
	require.Equal(t, demo.Qingshan, claims.School)
	require.WithinDuration(t, time.Now().Add(10*time.Minute), join.Expires, 5*time.Second)
	relay := fmt.Sprintf("%d:xiaoyu", l.End.Add(time.Hour).Unix()) // good for the lesson, and an hour over
	require.Equal(t, []link.ICEServer{{URLs: []string{"stun:ice.test"}},
		{URLs: []string{"turn:ice.test?transport=udp"}, Username: relay, Credential: iceservers.Password("s3", relay)}}, join.ICEServers)

	join = ok[link.Join](chen.post(path+"/join", nil))
	require.Equal(t, []link.WHIPSource{{Source: "screen", URL: "/live/" + l.ID + "/whip?source=screen"},
		{Source: "lecturer-chen", URL: "/live/" + l.ID + "/whip?source=lecturer-chen"}}, join.WHIP)

	lin := d.as("lin")
	require.Equal(t, "assistant", ok[link.Join](lin.post(path+"/join", nil)).Role)
	join = ok[link.Join](lin.post(path+"/join", scheduler.JoinRequest{As: "room"}))
	require.Equal(t, "room", join.Role)
	require.Equal(t, "青山小学 三年级互动教室", join.Me.Name)
	require.Equal(t, "room-"+demo.QingshanRoom, join.WHIP[0].Source)
	xiaoyu.post(path+"/join", scheduler.JoinRequest{As: "room"}).refused(403, "not-allowed")
	require.Equal(t, "observer", ok[link.Join](d.as("li").post(path+"/join", nil)).Role)

	d.clock.Add(5 * time.Minute)
	ended := ok[link.DatedLesson](chen.post(path+"/end", nil))
	require.Equal(t, link.Ended, ended.State)
	chen.post(path+"/end", nil).refused(409, "already-ended")
	chen.post(path+"/start", nil).refused(409, "already-ended")
	xiaoyu.post(path+"/join", nil).refused(409, "not-live")
}
