package signal

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestReportsThatCannotBe(t *testing.T) {
	good := Report{Session: "abc", Ms: 10_000, Freezes: 2, FrozenMs: 95_000, Decoded: 250, Dropped: 3, ConcealedMs: 120, BufferMs: 80}
	raw, err := json.Marshal(good)
	require.NoError(t, err)
	read, err := ReadReport(raw)
	require.NoError(t, err)
	require.Equal(t, good, read, "a freeze of a minute and a half ended")
	for name, change := range map[string]func(*Report){
		"no time":          func(r *Report) { r.Ms = 0 },
		"an hour":          func(r *Report) { r.Ms = 3_600_000 },
		"negative freezes": func(r *Report) { r.Freezes = -1 },
		"a frozen day":     func(r *Report) { r.FrozenMs = 86_400_000 },
		"too fast":         func(r *Report) { r.Decoded = 100_000 },
		"negative":         func(r *Report) { r.Dropped = -1 },
		"too much voice":   func(r *Report) { r.ConcealedMs = 1_000_000_000 },
		"a long buffer":    func(r *Report) { r.BufferMs = 60_001 },
	} {
		r := good
		change(&r)
		raw, err := json.Marshal(r)
		require.NoError(t, err)
		_, err = ReadReport(raw)
		require.ErrorContains(t, err, "cannot be right", name)
	}
	for _, text := range []string{``, `null5`, `[]`, `{"ms":1.5}`, `{"ms":"10"}`, `{"ms":1e99}`, `{"session":"a","ms":10000,"ip":"192.0.2.1"}`} {
		_, err := ReadReport(json.RawMessage(text))
		require.Error(t, err, text)
	}
}

// Whatever comes, numbers that are let through can be added up.
func FuzzReadReport(f *testing.F) {
	f.Add([]byte(`{"session":"a","ms":10000,"freezes":1,"frozenMs":300,"decoded":250,"dropped":1,"concealedMs":20,"bufferMs":80}`))
	f.Add([]byte(`{"ms":1e4}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		r, err := ReadReport(data)
		if err != nil {
			return
		}
		for _, n := range []int{r.Freezes, r.FrozenMs, r.Decoded, r.Dropped, r.ConcealedMs, r.BufferMs} {
			require.GreaterOrEqual(t, n, 0)
			require.LessOrEqual(t, n, maxFrozenMs)
		}
		require.InDelta(t, maxReportMs/2, r.Ms, maxReportMs/2)
	})
}
