package scheduler_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/tongtang/tongtang/internal/grant"
	"github.com/tongtang/tongtang/internal/httpd"
	"github.com/tongtang/tongtang/scheduler"
	"github.com/tongtang/tongtang/scheduler/demo"
	"github.com/tongtang/tongtang/scheduler/link"
)

// enrol enrols a device into a room through the coordinator's code.
func (d *district) enrol(room string) (*link.Client, *link.Enrolled) {
	d.t.Helper()
	code := ok[scheduler.EnrolmentCode](d.as("wang").post("/api/devices/enrolment", scheduler.EnrolmentRequest{Room: room}))
	c := &link.Client{Server: d.url}
	e, err := c.Enrol(d.t.Context(), link.Enrolment{Code: code.Code, Name: "pc"})
	require.NoError(d.t, err)
	c.Key = e.Key
	return c, e
}

func problemCode(t *testing.T, err error) string {
	t.Helper()
	var p *httpd.Problem
	require.ErrorAs(t, err, &p)
	return p.Code
}

func TestDeviceTakesItsLessonOnAirAndOff(t *testing.T) {
	onBoth(t, testDeviceTakesItsLessonOnAirAndOff)
}

func testDeviceTakesItsLessonOnAirAndOff(t *testing.T, d *district) {
	ctx := t.Context()
	c, e := d.enrol(demo.LecturerRoom)
	require.Equal(t, "录播教室一", e.Room.Name)
	require.Equal(t, "明湖实验小学", e.Room.SchoolName)

	lessons, err := c.Lessons(ctx)
	require.NoError(t, err)
	require.Equal(t, monday, lessons.Now)
	require.Len(t, lessons.Lessons, 3, "the one that is on, and those of Tuesday and Thursday")
	require.True(t, lessons.Lessons[0].CanStart)
	require.False(t, lessons.Lessons[1].CanStart)
	_, err = c.Start(ctx, lessons.Lessons[1].ID)
	require.Equal(t, "too-early", problemCode(t, err))

	_, err = c.Grant(ctx, d.now.Lesson)
	require.Equal(t, "not-live", problemCode(t, err))
	join, err := c.Start(ctx, d.now.Lesson)
	require.NoError(t, err)
	claims, err := d.signer.Verifier().Verify(join.Grant)
	require.NoError(t, err)
	require.Equal(t, grant.Lecturer, claims.Role)
	require.Equal(t, []string{"camera", "camera2", "camera3"}, claims.Publish)
	require.Equal(t, e.Device, claims.Subject)
	require.Equal(t, "陈老师", claims.Name)
	again, err := c.Start(ctx, d.now.Lesson)
	require.NoError(t, err)
	require.Equal(t, join.Lesson.StartedAt, again.Lesson.StartedAt)

	rural, _ := d.enrol(demo.QingshanRoom)
	_, err = rural.Start(ctx, d.now.Lesson)
	require.Equal(t, "not-allowed", problemCode(t, err))
	_, err = rural.Stop(ctx, d.now.Lesson)
	require.Equal(t, "not-allowed", problemCode(t, err))
	join, err = rural.Grant(ctx, d.now.Lesson)
	require.NoError(t, err)
	require.Equal(t, "room", join.Role)
	require.Equal(t, "room-"+demo.QingshanRoom, join.WHIP[0].Source)

	other, _ := d.enrol("minghu-studio-2")
	_, err = other.Grant(ctx, d.now.Lesson)
	require.Equal(t, "lesson-unknown", problemCode(t, err))

	ended, err := c.Stop(ctx, d.now.Lesson)
	require.NoError(t, err)
	require.Equal(t, link.Ended, ended.State)
	_, err = c.Start(ctx, d.now.Lesson)
	require.Equal(t, "already-ended", problemCode(t, err))
}

func TestEnrolmentCodeWorksOnceAndForADay(t *testing.T) {
	onBoth(t, testEnrolmentCodeWorksOnceAndForADay)
}

func testEnrolmentCodeWorksOnceAndForADay(t *testing.T, d *district) {
	ctx := t.Context()
	c := &link.Client{Server: d.url}
	e := link.Enrolment{Code: d.now.DeviceCode, Name: "pc"}
	_, err := c.Enrol(ctx, e)
	require.NoError(t, err)
	_, err = c.Enrol(ctx, e)
	require.Equal(t, "code-expired", problemCode(t, err))

	old := ok[scheduler.EnrolmentCode](d.as("sun").post("/api/devices/enrolment", scheduler.EnrolmentRequest{Room: demo.QingshanRoom}))
	require.Equal(t, monday.Add(24*time.Hour), old.Expires)
	d.clock.Add(24 * time.Hour)
	_, err = c.Enrol(ctx, link.Enrolment{Code: old.Code, Name: "pc"})
	require.Equal(t, "code-expired", problemCode(t, err))

	_, err = c.Enrol(ctx, link.Enrolment{Code: "123", Name: "pc"})
	require.Equal(t, "invalid", problemCode(t, err))
	for i := range 10 {
		_, err = c.Enrol(ctx, link.Enrolment{Code: fmt.Sprintf("0000000%d", i), Name: "pc"})
		require.Equal(t, "code-wrong", problemCode(t, err))
	}
	_, err = c.Enrol(ctx, link.Enrolment{Code: "00000010", Name: "pc"})
	require.Equal(t, "too-many-tries", problemCode(t, err))
}

func TestDeviceIsShownAndRemoved(t *testing.T) { onBoth(t, testDeviceIsShownAndRemoved) }

func testDeviceIsShownAndRemoved(t *testing.T, d *district) {
	c, e := d.enrol(demo.QingshanRoom)
	require.NoError(t, c.Status(t.Context(), link.AgentStatus{Version: "1.0", Cameras: []link.CameraStatus{{Name: "main", State: "up"}}}))
	sun := d.as("sun")
	list := ok[scheduler.Devices](sun.get("/api/devices")).Devices
	require.Len(t, list, 1)
	require.True(t, list[0].Online)
	require.Equal(t, "up", list[0].Status.Cameras[0].State)
	d.clock.Add(2 * time.Minute)
	require.False(t, ok[scheduler.Devices](sun.get("/api/devices")).Devices[0].Online)
	_, err := c.Lessons(t.Context())
	require.NoError(t, err)
	require.True(t, ok[scheduler.Devices](sun.get("/api/devices")).Devices[0].Online, "who asks for its lessons is there")

	_, lecturers := d.enrol(demo.LecturerRoom)
	sun.call("DELETE", "/api/devices/"+lecturers.Device, nil).refused(404, "device-unknown")
	require.Equal(t, 204, sun.call("DELETE", "/api/devices/"+e.Device, nil).status)
	_, err = c.Lessons(t.Context())
	require.Equal(t, "device-unknown", problemCode(t, err))
}
