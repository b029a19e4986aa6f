package scheduler_test

import (
	"context"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/uptrace/bun"

	"github.com/tongtang/tongtang/scheduler"
	"github.com/tongtang/tongtang/scheduler/db"
	"github.com/tongtang/tongtang/scheduler/demo"
	"github.com/tongtang/tongtang/scheduler/link"
)

// neighbours adds a second county with a school, its people, and a class of the first county that is not in the demo's course.
func (d *district) neighbours() {
	d.t.Helper()
	hash, err := scheduler.HashPassword(demo.Password)
	require.NoError(d.t, err)
	rows := []any{
		&db.Area{ID: "east-county", Parent: "demo-city", Level: 4, Name: "东湖县"},
		&db.Area{ID: "donghu", Parent: "east-county", Level: 5, Name: "东湖小学"},
		&db.School{ID: "donghu", Code: "3133000404", Kind: "rural", Stage: "primary", Zone: "Asia/Shanghai", TermName: "x", TermFrom: "2026-09-01",
			TermTo: "2027-01-31", TermWeek1: "2026-09-01"},
		&db.Room{ID: "donghu-1", School: "donghu", Name: "教室", Class: "interactive"},
		&db.Class{ID: "qingshan-1-1", School: demo.Qingshan, Name: "一年级1班", Grade: 1},
	}
	for login, at := range map[string]struct {
		role        db.Role
		area, class string
	}{
		"dong": {db.Student, "donghu", ""}, "dongwang": {db.Coordinator, "east-county", ""}, "dongli": {db.Observer, "donghu", ""},
		"he": {db.Lecturer, demo.Minghu, ""}, "gu": {db.Assistant, demo.Qingshan, ""}, "xiao1": {db.Student, demo.Qingshan, "qingshan-1-1"},
	} {
		rows = append(rows, &db.Person{ID: login, Login: login, Name: login, Password: hash, Class: at.class},
			&db.PersonRole{Person: login, Role: at.role, Area: at.area})
	}
	require.NoError(d.t, d.db.Tx(d.t.Context(), func(ctx context.Context, tx bun.Tx) error {
		for _, r := range rows {
			if _, err := tx.NewInsert().Model(r).Exec(ctx); err != nil {
				return err
			}
		}
		return nil
	}))
}

func TestOthersDoNotSeeTheLesson(t *testing.T) { onBoth(t, testOthersDoNotSeeTheLesson) }

func testOthersDoNotSeeTheLesson(t *testing.T, d *district) {
	d.neighbours()
	path := "/api/lessons/" + d.now.Lesson
	ok[link.DatedLesson](d.as("chen").post(path+"/start", nil))
	week := "?from=2026-11-20&to=2026-12-20"
	for _, login := range []string{"dong", "dongwang", "dongli", "xiao1"} {
		u := d.as(login)
		require.Empty(t, ok[scheduler.Today](u.get("/api/today")).Lessons, login)
		require.Empty(t, ok[scheduler.Lessons](u.get("/api/lessons"+week)).Lessons, login)
		require.Empty(t, ok[scheduler.Lessons](u.get("/api/lessons"+week+"&school="+demo.Qingshan)).Lessons, login)
		u.get(path).refused(404, "lesson-unknown")
		u.post(path+"/join", nil).refused(404, "lesson-unknown")
		u.post(path+"/join", scheduler.JoinRequest{As: "room"}).refused(404, "lesson-unknown")
		u.get("/api/resources/"+d.now.Lesson).refused(404, "resource-unknown")
	}
	coordinator := d.as("dongwang")
	coordinator.post(path+"/end", nil).refused(404, "lesson-unknown")
	coordinator.post(path+"/cancel", scheduler.Cancellation{Reason: "x"}).refused(404, "lesson-unknown")
	coordinator.get("/api/schools/"+demo.Minghu).refused(404, "school-unknown")
	require.Empty(t, ok[scheduler.Pairings](coordinator.get("/api/pairings")).Pairings)
	coordinator.call(http.MethodDelete, "/api/pairings/minghu-pairing", nil).refused(404, "pairing-unknown")
	require.Empty(t, ok[scheduler.Courses](coordinator.get("/api/courses")).Courses)
	course := ok[link.DatedLesson](d.as("chen").get(path)).Course
	coordinator.get("/api/courses/"+course).refused(404, "course-unknown")
	coordinator.call(http.MethodDelete, "/api/courses/"+course, nil).refused(404, "course-unknown")
	coordinator.get("/api/slots?lead=minghu&partners=qingshan").refused(422, "school-unknown")
	coordinator.post("/api/devices/enrolment", scheduler.EnrolmentRequest{Room: demo.LecturerRoom}).refused(422, "room-unknown")
	require.Len(t, ok[scheduler.Schools](coordinator.get("/api/schools")).Schools, 1)
}

func TestColleaguesSeeTheLessonAndTakeNoPart(t *testing.T) {
	onBoth(t, testColleaguesSeeTheLessonAndTakeNoPart)
}

func testColleaguesSeeTheLessonAndTakeNoPart(t *testing.T, d *district) {
	d.neighbours()
	path := "/api/lessons/" + d.now.Lesson
	he, gu := d.as("he"), d.as("gu")
	l := ok[link.DatedLesson](he.get(path))
	require.Empty(t, l.Mine)
	require.False(t, l.CanStart)
	he.post(path+"/start", nil).refused(403, "not-allowed")
	ok[link.DatedLesson](d.as("chen").post(path+"/start", nil))
	he.post(path+"/end", nil).refused(403, "not-allowed")
	he.post(path+"/join", nil).refused(403, "not-allowed")
	gu.post(path+"/join", nil).refused(403, "not-allowed")
	gu.post(path+"/join", scheduler.JoinRequest{As: "room"}).refused(403, "not-allowed")
	d.as("lin").post(path+"/join", scheduler.JoinRequest{As: "room", Room: demo.ShiqiaoRoom}).refused(403, "not-allowed")
	ok[link.DatedLesson](d.as("wang").post(path+"/end", nil))
}

func TestSchoolAdminsRuleTheirOwnSchool(t *testing.T) { onBoth(t, testSchoolAdminsRuleTheirOwnSchool) }

func testSchoolAdminsRuleTheirOwnSchool(t *testing.T, d *district) {
	sun := d.as("sun")
	bells := scheduler.NewBells{Name: "冬季", Weekdays: []int{1, 2, 3, 4, 5}, Periods: []scheduler.Period{{No: 0, Name: "早读", Start: "08:00", End: "08:20"}, {No: 1, Name: "第一节", Start: "08:30", End: "09:10", Lesson: true}}}
	own, other := "/api/areas/"+demo.Qingshan+"/bells", "/api/areas/"+demo.Minghu+"/bells"
	bells.From = "2026-11-01"
	ok[scheduler.Effect](sun.post(own, bells))
	require.Equal(t, bells.Periods, ok[scheduler.SchoolDetail](sun.get("/api/schools/"+demo.Qingshan)).Bells)
	sun.post(other, bells).refused(404, "area-unknown")
	sun.post("/api/areas/"+demo.County+"/bells", bells).refused(404, "area-unknown")
	sun.call(http.MethodPut, "/api/bells/"+demo.Minghu+"-bells", bells).refused(404, "bells-unknown")
	sun.post("/api/schools/"+demo.Minghu+"/calendar", nil).refused(404, "school-unknown")
	bells.Periods[1].Start = "08:10"
	p := sun.post(own, bells).refused(422, "bells-wrong")
	require.EqualValues(t, 2, p.Params["row"])

	person := scheduler.NewPerson{Name: "周老师", Login: "zhou", Password: "long-enough", Role: "lecturer", Area: demo.Qingshan}
	made := ok[scheduler.Person](sun.post("/api/people", person))
	require.Equal(t, "青山小学", made.Roles[0].AreaName)
	sun.post("/api/people", person).refused(409, "login-taken")
	for _, wrong := range []struct{ role, area string }{{"lecturer", demo.Minghu}, {"coordinator", demo.Qingshan}, {"operator", demo.Qingshan}, {"student", demo.County}, {"student", "nowhere"}} {
		person.Login, person.Role, person.Area = "other", wrong.role, wrong.area
		sun.post("/api/people", person).refused(403, "not-allowed")
	}
	for _, p := range ok[scheduler.People](sun.get("/api/people")).People {
		require.Equal(t, demo.Qingshan, p.Roles[0].Area)
	}
	person.Login, person.Role, person.Area = "zhu", "coordinator", demo.County
	ok[scheduler.Person](d.as("admin").post("/api/people", person))
	require.Len(t, ok[scheduler.People](d.as("wang").get("/api/people?role=lecturer&school="+demo.Minghu)).People, 4)
	ok[scheduler.Me](func() response {
		return d.stranger().post("/api/session", scheduler.SignIn{Login: "zhou", Password: "long-enough"})
	}())
}

func TestBlockedPeopleStayOut(t *testing.T) { onBoth(t, testBlockedPeopleStayOut) }

func testBlockedPeopleStayOut(t *testing.T, d *district) {
	xiaoyu := d.as("xiaoyu")
	require.NoError(t, d.db.Tx(t.Context(), func(ctx context.Context, tx bun.Tx) error {
		_, err := tx.NewUpdate().Model((*db.Person)(nil)).Set("blocked = ?", true).Where("id = 'xiaoyu'").Exec(ctx)
		return err
	}))
	xiaoyu.get("/api/today").refused(401, "signed-out")
	d.stranger().post("/api/session", scheduler.SignIn{Login: "xiaoyu", Password: demo.Password}).refused(401, "wrong-password")
}

func TestWrongPasswordsAreSlowedDown(t *testing.T) { onBoth(t, testWrongPasswordsAreSlowedDown) }

func testWrongPasswordsAreSlowedDown(t *testing.T, d *district) {
	u := d.stranger()
	known, unknown := scheduler.SignIn{Login: "chen", Password: "wrong"}, scheduler.SignIn{Login: "nobody", Password: "wrong"}
	var same [2][]byte
	for range 10 {
		a := u.post("/api/session", known)
		a.refused(401, "wrong-password")
		b := u.post("/api/session", unknown)
		b.refused(401, "wrong-password")
		same[0], same[1] = a.body, b.body
	}
	require.Equal(t, same[0], same[1], "an unknown login looks the same")
	p := u.post("/api/session", scheduler.SignIn{Login: "chen", Password: demo.Password}).refused(429, "too-many-tries")
	require.InDelta(t, 900, p.Params["seconds"], 1)
	u.post("/api/session", unknown).refused(429, "too-many-tries")
	d.as("lin")
	d.clock.Add(16 * time.Minute)
	d.as("chen")
}
