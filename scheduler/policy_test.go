package scheduler_test

import (
	"context"
	"maps"
	"net/http"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/uptrace/bun"

	"github.com/tongtang/tongtang/scheduler"
	"github.com/tongtang/tongtang/scheduler/db"
	"github.com/tongtang/tongtang/scheduler/demo"
	"github.com/tongtang/tongtang/scheduler/pairing"
)

const countyPolicy = "/api/areas/" + demo.County + "/policy"

// ruled decides the county's policy.
func (u *user) ruled(change func(*scheduler.Policy)) scheduler.AreaPolicy {
	u.d.t.Helper()
	p := ok[scheduler.AreaPolicy](u.get(countyPolicy)).Policy
	p.Weights = maps.Clone(p.Weights)
	change(&p)
	return ok[scheduler.AreaPolicy](u.put(countyPolicy, p))
}

func figureOf(t *testing.T, c scheduler.Candidate, of pairing.Criterion) scheduler.MatchFigure {
	t.Helper()
	i := slices.IndexFunc(c.Figures, func(f scheduler.MatchFigure) bool { return f.Criterion == of })
	require.GreaterOrEqual(t, i, 0)
	return c.Figures[i]
}

// A county decides by what is matched; a city's policy holds where the county has none; who comes second with a change is told.
func TestAnAreasPolicyRulesTheMatching(t *testing.T) { onBoth(t, testAnAreasPolicyRulesTheMatching) }

func testAnAreasPolicyRulesTheMatching(t *testing.T, d *district) {
	d.neighbours()
	wang := d.as("wang")
	first := wang.get(countyPolicy)
	p := ok[scheduler.AreaPolicy](first)
	require.Equal(t, []any{3, 40, 35, 900, "full", false}, []any{p.Rooms, p.Minutes, p.Minimum, p.Held, p.Picture, p.Own})
	require.Equal(t, 22, p.Weights["slots"])
	require.Equal(t, p.Policy, p.Default)
	require.Nil(t, p.By)
	best := wang.candidates(musicNeed)[0]
	require.Equal(t, []int{22, 1500}, []int{figureOf(t, best, "slots").Weight, pairing.DefaultPolicy.Line.Up})

	p = wang.ruled(func(p *scheduler.Policy) {
		p.AnyEdition, p.Picture, p.Minimum = true, "small", 0
		p.Weights = pairing.Weights{"slots": 50, "network": 50}
	})
	require.Equal(t, []any{true, "明湖县", 35}, []any{p.Own, p.By.Name, p.Default.Minimum})
	wang.based(http.MethodPut, countyPolicy, p.Policy, first.header.Get("ETag")).refused(412, "stale")
	wang.based(http.MethodPut, countyPolicy, p.Policy, "").refused(428, "version-missing")
	list := wang.candidates(musicNeed)
	require.True(t, list[0].Fits && list[1].Fits, "editions are no hindrance")
	require.Equal(t, []int{50, 0}, []int{figureOf(t, list[0], "slots").Weight, figureOf(t, list[0], "edition").Weight})
	for _, f := range list[0].Figures {
		require.False(t, f.Criterion == "network" && f.Known && f.Of != 700 && f.Of != 400, "the line for a small picture: %d", f.Of)
	}

	wang.ruled(func(p *scheduler.Policy) { p.Minutes = 41 })
	require.Equal(t, "no-common-slot", wang.candidates(musicNeed)[0].Reasons[0].Code, "periods have forty minutes")
	require.NoError(t, d.db.Tx(t.Context(), func(ctx context.Context, tx bun.Tx) error {
		return db.SetPolicy(ctx, tx, &db.Policy{Area: "demo-city", Rooms: 1, Minutes: 30, Held: 500, Picture: "full", WeightOf: map[string]int{"slots": 1}})
	}))
	p = ok[scheduler.AreaPolicy](wang.get(countyPolicy))
	require.Equal(t, []any{"明湖县", 41, "示范市", 30}, []any{p.By.Name, p.Minutes, p.DefaultBy.Name, p.Default.Minutes})
	p = ok[scheduler.AreaPolicy](wang.delete(countyPolicy))
	require.Equal(t, []any{false, "示范市", 1}, []any{p.Own, p.By.Name, p.Rooms})
	require.Equal(t, []any{true, 1}, []any{wang.candidates(musicNeed)[0].Fits, figureOf(t, wang.candidates(musicNeed)[0], "slots").Weight})

	for _, spoil := range []func(*scheduler.Policy){
		func(p *scheduler.Policy) { p.Weights = pairing.Weights{"slots": 0} },
		func(p *scheduler.Policy) { p.Weights = pairing.Weights{"slots": 101} },
		func(p *scheduler.Policy) { p.Weights = pairing.Weights{"slots": 101, "edition": -1} },
		func(p *scheduler.Policy) { p.Weights = pairing.Weights{"beauty": 1} },
		func(p *scheduler.Policy) { p.Minimum = 31 },
		func(p *scheduler.Policy) { p.Minimum = 5 },
	} {
		wrong := p.Policy
		spoil(&wrong)
		wang.put(countyPolicy, wrong).refused(422, "policy-wrong")
	}
	for _, spoil := range []func(*scheduler.Policy){func(p *scheduler.Policy) { p.Rooms = 0 }, func(p *scheduler.Policy) { p.Held = 1001 }, func(p *scheduler.Policy) { p.Picture = "huge" }} {
		wrong := p.Policy
		spoil(&wrong)
		wang.put(countyPolicy, wrong).refused(422, "invalid")
	}
	other := d.as("dongwang")
	other.get(countyPolicy).refused(404, "area-unknown")
	other.put(countyPolicy, p.Policy).refused(404, "area-unknown")
	other.delete(countyPolicy).refused(404, "area-unknown")
}

// The planner goes by the policy, and the courses of its plan by the one that they were planned by.
func TestATermIsPlannedByThePolicy(t *testing.T) { onBoth(t, testATermIsPlannedByThePolicy) }

func testATermIsPlannedByThePolicy(t *testing.T, d *district) {
	d.run()
	wang := d.as("wang")
	wang.ruled(func(p *scheduler.Policy) { p.Minutes, p.Minimum = 41, 0 })
	none := planned(wang, false)
	require.Zero(t, none.Result.Placed)
	require.Equal(t, "no-common-slot", none.Unplaced[0].Reasons[0].Code)

	wang.ruled(func(p *scheduler.Policy) { p.Minutes, p.Minimum, p.Rooms, p.Picture = 40, 0, 1, "small" })
	plan := planned(wang, false)
	require.Positive(t, plan.Result.Placed)
	for _, p := range plan.Parts {
		require.Len(t, p.Seats, 1, "one room for a lesson")
	}
	wang.ruled(func(p *scheduler.Policy) { p.Minutes, p.Picture = 30, "full" })
	part := plan.Parts[0]
	out := ok[scheduler.TermOutcome](wang.post("/api/terms/"+plan.ID+"/accept", scheduler.TermParts{Parts: []int{part.No}}))
	require.Equal(t, []int{part.No}, out.Done, "%+v", out.Refused)
	course := ok[scheduler.TermDetail](wang.get("/api/terms/" + plan.ID)).Parts[0].Course
	var row db.Course
	require.NoError(t, d.db.Read().NewSelect().Model(&row).Where("id = ?", course).Scan(t.Context()))
	require.Equal(t, []any{40, "small"}, []any{row.Minutes, row.Picture})
}

// Where the schools stand is told by them, and says how far a lecturer is away.
func TestSchoolsSayWhereTheyStand(t *testing.T) { onBoth(t, testSchoolsSayWhereTheyStand) }

func testSchoolsSayWhereTheyStand(t *testing.T, d *district) {
	wang, sun := d.as("wang"), d.as("sun")
	place := "/api/schools/" + demo.Qingshan + "/place"
	at := func(lat, lon float64) scheduler.Place { return scheduler.Place{Lat: &lat, Lon: &lon} }
	distance := func() scheduler.MatchFigure { return figureOf(t, wang.candidates(musicNeed)[0], "distance") }
	require.Equal(t, []any{true, 23}, []any{distance().Known, distance().Value})
	s := ok[scheduler.SchoolDetail](sun.put(place, at(30.2510004, 103.5)))
	require.Equal(t, at(30.251, 103.5), s.Place)
	require.Equal(t, s.Version, ok[scheduler.SchoolDetail](wang.get("/api/schools/"+demo.Qingshan)).Version)
	require.Equal(t, 49, distance().Value)
	require.Nil(t, ok[scheduler.SchoolDetail](sun.put(place, scheduler.Place{})).Lat)
	require.False(t, distance().Known)
	sun.based(http.MethodPut, place, at(30, 104), `"1"`).refused(412, "stale")
	sun.put(place, at(0, 0)).refused(422, "place-wrong")
	lat := 30.0
	sun.put(place, scheduler.Place{Lat: &lat}).refused(422, "place-wrong")
	sun.put(place, at(104, 30)).refused(422, "invalid")
	sun.put("/api/schools/"+demo.Minghu+"/place", at(30, 104)).refused(404, "school-unknown")
}
