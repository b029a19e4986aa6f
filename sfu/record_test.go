package sfu

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/nats-io/nats.go/jetstream"
	"github.com/stretchr/testify/require"
	"github.com/tongtang/tongtang/internal/bus"
	"github.com/tongtang/tongtang/internal/grant"
	"github.com/tongtang/tongtang/internal/httpd"
	live "github.com/tongtang/tongtang/scheduler/link"
	"github.com/tongtang/tongtang/sfu/client"
	"github.com/tongtang/tongtang/sfu/link"
	"github.com/tongtang/tongtang/sfu/signal"
)

// recorded reads the quality record as it comes over the bus, until enough says so.
func (h *house) recorded(enough func(link.Quality) bool) link.Quality {
	h.t.Helper()
	c, err := h.bus.JS.CreateOrUpdateConsumer(h.t.Context(), bus.QualityStream, jetstream.ConsumerConfig{Durable: "test", AckPolicy: jetstream.AckExplicitPolicy})
	require.NoError(h.t, err)
	var all link.Quality
	end := time.Now().Add(30 * time.Second)
	for !enough(all) {
		require.True(h.t, time.Now().Before(end), "the record says: %+v", all)
		m, err := c.Next(jetstream.FetchMaxWait(time.Second))
		if err != nil {
			continue
		}
		var q link.Quality
		require.NoError(h.t, json.Unmarshal(m.Data(), &q))
		require.Equal(h.t, bus.QualitySubject(q.Lesson), m.Subject())
		require.NoError(h.t, m.DoubleAck(h.t.Context()))
		all.Viewers, all.Sources = append(all.Viewers, q.Viewers...), append(all.Sources, q.Sources...)
	}
	return all
}

// Of two viewers one has a bad line: the record tells which, and what its page saw.
func TestRecordTellsWhoHasABadLine(t *testing.T) {
	h := newHouse(t, Config{RecordEvery: time.Second})
	h.put("maths", live.Live)
	f := makeFilm(t, 50, "640x360")
	h.publish(h.grant("maths", grant.Lecturer, "chen", "camera"), "camera", map[string]*film{"h": f, "l": makeFilm(t, 50, "160x90")}, true)
	line := h.badLine(100)
	student := h.grant("maths", grant.Student, "xiaoyu")
	bad, err := line.through(student).View(deadline(t, 5*time.Second), client.ViewOptions{})
	require.NoError(t, err)
	defer func() { require.NoError(t, bad.Close()) }()
	good, err := h.grant("maths", grant.Observer, "wang").View(deadline(t, 5*time.Second), client.ViewOptions{})
	require.NoError(t, err)
	for _, v := range []*client.View{bad, good} {
		for _, track := range v.Tracks {
			watchTrack(t, track)
		}
	}
	who := h.join(student)
	report := signal.Report{Session: bad.Session(), Ms: 1000, Freezes: 1, FrozenMs: 300, Decoded: 20, Dropped: 1, ConcealedMs: 40, BufferMs: 90}
	ctx := deadline(t, 30*time.Second)
	require.NoError(t, who.Report(ctx, report))
	before := who.State().Seq
	report.BufferMs = 110
	require.NoError(t, who.Report(ctx, report))
	require.Equal(t, before, who.State().Seq, "a report is no event")
	for code, wrong := range map[string]signal.Report{
		"session-unknown": {Session: good.Session(), Ms: 1000}, // somebody else's
		"command-invalid": {Session: bad.Session(), Ms: 1000, Decoded: 1_000_000},
	} {
		var p *httpd.Problem
		require.ErrorAs(t, who.Report(ctx, wrong), &p)
		require.Equal(t, code, p.Code)
	}

	sum := func(rows []link.ViewerQuality, session string) (s link.ViewerQuality) {
		for _, r := range rows {
			if r.Session != session {
				continue
			}
			s.Packets, s.Repairs, s.Expected, s.Lost, s.Ms = s.Packets+r.Packets, s.Repairs+r.Repairs, s.Expected+r.Expected, s.Lost+r.Lost, s.Ms+r.Ms
			s.RTT, s.Direct, s.Shown, s.Estimate = max(s.RTT, r.RTT), s.Direct || r.Direct, r.Shown, r.Estimate
			if r.Page != nil {
				s.Page = r.Page
			}
		}
		return s
	}
	all := h.recorded(func(q link.Quality) bool {
		return sum(q.Viewers, bad.Session()).Expected > 600 && sum(q.Viewers, good.Session()).Expected > 600
	})
	b, g := sum(all.Viewers, bad.Session()), sum(all.Viewers, good.Session())
	t.Logf("bad line: %d of %d lost, %d sent again, RTT %d µs; good line: %d of %d", b.Lost, b.Expected, b.Repairs, b.RTT, g.Lost, g.Expected)
	require.InDelta(t, 0.1, float64(b.Lost)/float64(b.Expected), 0.06)
	require.Less(t, float64(g.Lost)/float64(g.Expected), 0.02)
	require.Positive(t, b.Repairs)
	require.Positive(t, b.RTT)
	require.Equal(t, "camera", b.Shown)
	require.True(t, g.Direct)
	require.Equal(t, &link.Page{Ms: 2000, Freezes: 2, FrozenMs: 600, Decoded: 40, Dropped: 2, ConcealedMs: 80, BufferMs: 100}, b.Page)
	require.Nil(t, g.Page)
	for _, r := range all.Viewers {
		require.Zero(t, r.At%1000, "rows begin at whole intervals")
		if r.Session == bad.Session() {
			require.Equal(t, link.Line{Session: r.Session, Participant: "xiaoyu", Role: "student", School: "school-xiaoyu"}, r.Line)
		}
	}
	layers := map[string]int{}
	for _, r := range all.Sources {
		layers[r.Layer] += r.Packets
		require.Equal(t, "camera", r.Source)
		require.Zero(t, r.Lost)
		require.Less(t, r.Jitter, 100_000)
	}
	require.Len(t, layers, 3)
	require.Greater(t, layers["h"], layers["l"])
	require.Positive(t, layers[link.LayerOfVoice])

	// Who goes leaves a last row, and so does the end of the lesson.
	sent := sum(all.Viewers, good.Session()).Packets
	require.NoError(t, good.Close())
	h.put("maths", live.Ended)
	rest := h.recorded(func(q link.Quality) bool {
		return sum(q.Viewers, good.Session()).Ms > 0 && sum(q.Viewers, bad.Session()).Ms > 0 && len(q.Sources) > 0
	})
	require.Positive(t, sent+sum(rest.Viewers, good.Session()).Packets)
}
