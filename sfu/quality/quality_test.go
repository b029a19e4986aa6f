package quality

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestLossOverTheWraps(t *testing.T) {
	var r Reported
	for _, c := range []struct {
		name           string
		highest, lost  uint32
		expected, gone int
	}{
		{"the first block begins", 65_530, 0xfffffe, 0, 0}, // cumulative loss −2: duplicates
		{"over the wrap of the numbers and of the loss", 65_630, 3, 100, 5},
		{"nothing new", 65_630, 3, 0, 0},
		{"an old block", 65_600, 1, 0, 0},
		{"two came after all", 65_730, 1, 100, 0},
		{"they are taken from the next losses", 65_830, 5, 100, 2},
		{"more lost than sent is nonsense", 65_840, 500, 10, 10},
		{"a receiver that begins anew", 70, 0, 0, 0},
		{"and goes on", 170, 7, 100, 7},
	} {
		expected, gone := r.Block(c.highest, c.lost)
		require.Equal(t, []int{c.expected, c.gone}, []int{expected, gone}, c.name)
	}
	r = Reported{}
	r.Block(0xffffffff-10, 0)
	expected, _ := r.Block(9, 0)
	require.Equal(t, 20, expected, "the cycles wrap too")
}

func TestGapsAfterRepair(t *testing.T) {
	var g Gaps
	g.Begin(65_541)
	for _, c := range []struct {
		name              string
		highest, received uint64
		expected, gone    int
	}{
		{"the first packets", 65_640, 100, 100, 0},
		{"3 of 100 are missing", 65_740, 197, 100, 3},
		{"2 of them come late, 1 more is missing", 65_840, 298, 100, 0},
		{"5 more", 65_940, 393, 100, 4},
		{"the sender counts anew", 98_940, 443, 50, 0},
		{"and goes on", 98_990, 492, 50, 1},
	} {
		expected, gone := g.Settle(c.highest, c.received)
		require.Equal(t, []int{c.expected, c.gone}, []int{expected, gone}, c.name)
	}
}

// The sum of the losses is right whatever the order in which packets come and counts are settled.
func TestGapsAddUp(t *testing.T) {
	chance := rand.New(rand.NewPCG(7, 7))
	for range 200 {
		var g Gaps
		var highest, received uint64 = 1 << 16, 1
		g.Begin(highest)
		lost, told, waiting := 0, 0, 0
		for range 50 {
			for range chance.IntN(200) {
				highest++
				switch chance.IntN(20) {
				case 0:
					lost++
				case 1:
					waiting++
				default:
					received++
				}
			}
			_, gone := g.Settle(highest, received)
			told += gone
			received, waiting = received+uint64(waiting), 0
		}
		_, gone := g.Settle(highest, received)
		told += gone
		require.GreaterOrEqual(t, told, lost)
		require.LessOrEqual(t, told, lost+40, "what was on its way when it was settled counts once")
	}
}

// jitter in plain numbers: J += (|D| − J)/16.
func jitterOf(transits []float64) float64 {
	j := 0.0
	for i := 1; i < len(transits); i++ {
		d := transits[i] - transits[i-1]
		if d < 0 {
			d = -d
		}
		j += (d - j) / 16
	}
	return j
}

func TestJitterOfRFC3550(t *testing.T) {
	chance := rand.New(rand.NewPCG(1, 2))
	var j Jitter
	var transits []float64
	stamp := uint32(0xffffffff - 48_000) // wraps on the way
	arrival := uint32(0xffffffff - 96_000)
	for range 1000 {
		delay := uint32(chance.IntN(960)) // up to 20 ms
		j.Packet(stamp, arrival+delay)
		transits = append(transits, float64(delay))
		stamp += 960
		arrival += 960
	}
	require.InDelta(t, jitterOf(transits), float64(j.Ticks()), 2)

	j = Jitter{}
	for i := range uint32(1000) {
		j.Packet(i*960, i*960+5000)
	}
	require.Zero(t, j.Ticks(), "a long way is no jitter")
	j.Packet(0x7fffffff, 960*1000)
	require.LessOrEqual(t, j.Ticks(), uint32(maxDeviation/16), "a jump of the sender's clock")
}

func TestLineSumsUp(t *testing.T) {
	var l Line
	var voice, picture Reported
	require.Equal(t, Figures{}, l.Take(), "nobody has told anything")
	l.Block(&voice, 100, 0, 480, 48_000)
	l.Block(&picture, 1000, 0, 9000, 90_000)
	require.Equal(t, Figures{}, l.Take())
	l.Block(&voice, 150, 5, 480, 48_000)       // 10 ms
	l.Block(&picture, 1150, 15, 1800, 90_000)  // 20 ms
	l.Block(&picture, 1150, 15, 90000, 90_000) // nothing was sent since
	l.RoundTrip(30 * time.Millisecond)
	l.RoundTrip(50 * time.Millisecond)
	require.Equal(t, Figures{Expected: 200, Lost: 20, RTT: 40 * time.Millisecond, Jitter: 15 * time.Millisecond}, l.Take())
	require.Equal(t, Figures{}, l.Take(), "it began anew")
}
