package red

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestParse(t *testing.T) {
	// Two redundant blocks, as RFC 2198 §5 draws them: 40 ms and 20 ms older.
	payload := []byte{0x80 | 111, 1920 >> 6, 1920 << 2 & 0xff, 3, 0x80 | 111, 960 >> 6, 960 << 2 & 0xff, 2, 111, 'a', 'a', 'a', 'b', 'b', 'c'}
	redundant, primary, ok := Parse(payload, nil)
	require.True(t, ok)
	require.Equal(t, []Block{{111, 1920, []byte("aaa")}, {111, 960, []byte("bb")}}, redundant)
	require.Equal(t, Block{PayloadType: 111, Data: []byte("c")}, primary)

	_, primary, ok = Parse([]byte{111, 'x'}, nil)
	require.True(t, ok, "the primary alone")
	require.Equal(t, []byte("x"), primary.Data)
	for name, bad := range map[string][]byte{
		"empty":             nil,
		"no primary":        {0x80 | 111, 15, 0, 1},
		"cut header":        {0x80 | 111, 15},
		"longer than there": {0x80 | 111, 15, 0, 9, 111, 'a'},
		"endless headers":   bytes.Repeat([]byte{0x80 | 111, 15, 0, 0}, 100),
	} {
		_, _, ok := Parse(bad, nil)
		require.False(t, ok, name)
	}
}

func TestFits(t *testing.T) {
	require.True(t, Fits(960, 100))
	require.True(t, Fits(MaxOffset, MaxLength))
	for _, c := range [][2]uint32{{0, 1}, {MaxOffset + 1, 1}, {960, 0}, {960, MaxLength + 1}, {0xffffffff, 1}} {
		require.False(t, Fits(c[0], int(c[1])), c)
	}
}

func TestWrittenIsRead(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		primary := rapid.SliceOfN(rapid.Byte(), 1, 300).Draw(t, "primary")
		var redundant []Block
		for range rapid.IntRange(0, 3).Draw(t, "blocks") {
			redundant = append(redundant, Block{PayloadType: 111, Offset: rapid.Uint16Range(1, MaxOffset).Draw(t, "offset"), Data: rapid.SliceOfN(rapid.Byte(), 1, MaxLength).Draw(t, "data")})
		}
		blocks, p, ok := Parse(append(AppendHead(nil, 111, redundant...), primary...), nil)
		require.True(t, ok)
		require.Equal(t, primary, p.Data)
		require.Equal(t, uint8(111), p.PayloadType)
		require.Equal(t, redundant, blocks)
	})
}

func TestAppendHeadAllocatesNothing(t *testing.T) {
	b, blocks := make([]byte, 0, 1000), []Block{{Offset: 1920, Data: make([]byte, 100)}, {Offset: 960, Data: make([]byte, 100)}}
	require.Zero(t, testing.AllocsPerRun(100, func() { b = AppendHead(b[:0], 111, blocks...) }))
}
