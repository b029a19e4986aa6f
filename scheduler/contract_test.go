package scheduler_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tongtang/tongtang/internal/grant"
	"github.com/tongtang/tongtang/scheduler"
	"github.com/tongtang/tongtang/scheduler/demo"
	"github.com/tongtang/tongtang/scheduler/link"
)

const qingshan = "/api/schools/" + demo.Qingshan

func TestContractOfASchool(t *testing.T) { onBoth(t, testContractOfASchool) }

func testContractOfASchool(t *testing.T, d *district) {
	d.neighbours()
	wang, sun, admin := d.as("wang"), d.as("sun"), d.as("admin")
	none, thin, wide := scheduler.Contract{}, scheduler.Contract{DownKbps: 256, UpKbps: 1_000_000}, scheduler.Contract{DownKbps: 20_000}
	require.Equal(t, none, ok[scheduler.SchoolDetail](wang.get(qingshan)).Contract)

	got := ok[scheduler.SchoolDetail](wang.call(http.MethodPut, qingshan+"/contract", thin))
	require.Equal(t, thin, got.Contract)
	require.NotEmpty(t, got.Bells)
	require.Equal(t, thin, ok[scheduler.SchoolDetail](sun.get(qingshan)).Contract)
	require.Equal(t, wide, ok[scheduler.SchoolDetail](admin.call(http.MethodPut, qingshan+"/contract", wide)).Contract)
	for _, s := range ok[scheduler.Schools](wang.get("/api/schools")).Schools {
		if s.ID == demo.Qingshan {
			require.Equal(t, wide, s.Contract)
		} else {
			require.Equal(t, none, s.Contract, "another school keeps its own")
		}
	}
	require.Equal(t, none, ok[scheduler.SchoolDetail](d.as("xiaoyu").get(qingshan)).Contract, "a pupil is not told")
	require.Equal(t, none, ok[scheduler.SchoolDetail](d.as("lin").get(qingshan)).Contract)

	sun.call(http.MethodPut, qingshan+"/contract", thin).refused(403, "not-allowed")
	d.as("dongwang").call(http.MethodPut, qingshan+"/contract", thin).refused(404, "school-unknown")
	for _, wrong := range []string{`{"downKbps":255}`, `{"upKbps":0}`, `{"upKbps":1000001}`, `{"downKbps":"x"}`, `{"upKbps":1000.5}`, `{"down":1000}`} {
		wang.call(http.MethodPut, qingshan+"/contract", []byte(wrong)).refused(422, "invalid")
	}
	require.Equal(t, wide, ok[scheduler.SchoolDetail](sun.get(qingshan)).Contract)
	require.Equal(t, none, ok[scheduler.SchoolDetail](wang.call(http.MethodPut, qingshan+"/contract", none)).Contract)
}

func TestGrantsCarryTheContract(t *testing.T) { onBoth(t, testGrantsCarryTheContract) }

func testGrantsCarryTheContract(t *testing.T, d *district) {
	wang, chen, lin := d.as("wang"), d.as("chen"), d.as("lin")
	studio, _ := d.enrol(demo.LecturerRoom)
	rural, _ := d.enrol(demo.QingshanRoom)
	claims := func(join *link.Join) *grant.Claims {
		c, err := d.signer.Verifier().Verify(join.Grant)
		require.NoError(t, err)
		return c
	}
	asks := func(u *user, body any) *grant.Claims {
		join := ok[link.Join](u.post("/api/lessons/"+d.now.Lesson+"/join", body))
		return claims(&join)
	}
	contract := func(c *grant.Claims) [2]int { return [2]int{c.SchoolDown, c.SchoolUp} }
	started, err := studio.Start(t.Context(), d.now.Lesson)
	require.NoError(t, err)
	require.Equal(t, [2]int{}, contract(claims(started)), "without a contract the SFU's configuration holds")

	ok[scheduler.SchoolDetail](wang.call(http.MethodPut, qingshan+"/contract", scheduler.Contract{DownKbps: 6000, UpKbps: 1000}))
	ok[scheduler.SchoolDetail](wang.call(http.MethodPut, "/api/schools/"+demo.Minghu+"/contract", scheduler.Contract{UpKbps: 8000}))
	for who, c := range map[string]*grant.Claims{"a pupil": asks(d.as("xiaoyu"), nil), "the assistant": asks(lin, nil), "the room": asks(lin, scheduler.JoinRequest{As: "room"})} {
		require.Equal(t, demo.Qingshan, c.School, who)
		require.Equal(t, [2]int{6000, 1000}, contract(c), who)
	}
	device, err := rural.Grant(t.Context(), d.now.Lesson)
	require.NoError(t, err)
	require.Equal(t, [2]int{6000, 1000}, contract(claims(device)))

	require.Equal(t, [2]int{0, 8000}, contract(asks(chen, nil)))
	device, err = studio.Grant(t.Context(), d.now.Lesson)
	require.NoError(t, err)
	require.Equal(t, demo.Minghu, claims(device).School)
	require.Equal(t, [2]int{0, 8000}, contract(claims(device)))
}
