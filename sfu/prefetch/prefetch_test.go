package prefetch

import (
	"testing"
	"unsafe"

	"github.com/stretchr/testify/require"
)

func TestSpans(t *testing.T) {
	type thing struct{ bytes [200]byte }
	room := make([]byte, 1024)
	at := uintptr(line) - uintptr(unsafe.Pointer(&room[0]))%line // where a line begins
	for _, c := range []struct{ offset, n, lines uintptr }{{0, 1, 1}, {0, 64, 1}, {0, 65, 2}, {63, 1, 1}, {63, 2, 2}, {8, 200, 4}, {0, 0, 0}} {
		s := Bytes(unsafe.Pointer(&room[at+c.offset]), c.n)
		require.EqualValues(t, c.lines, s.lines, c)
		s.Fetch()
	}
	require.Zero(t, Bytes(nil, 100))
	Bytes(nil, 100).Fetch()
	x := &thing{}
	require.Equal(t, Bytes(unsafe.Pointer(x), 200), Of(x))
	require.Equal(t, Of(x), First(x, 1000))
	require.Equal(t, Bytes(unsafe.Pointer(x), 10), First(x, 10))
	require.Equal(t, Bytes(unsafe.Pointer(&room[7]), 128), Slots(room, 7))
}

// Memory is read from far and near, past the end of what there is, too: nothing happens.
func TestFetchingIsHarmless(t *testing.T) {
	room := make([]byte, 100)
	before := string(room)
	Bytes(unsafe.Pointer(&room[0]), 1<<20).Fetch()
	require.Equal(t, before, string(room))
	require.Zero(t, testing.AllocsPerRun(100, func() { Of(&room[3]).Fetch() }))
}
