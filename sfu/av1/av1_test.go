package av1

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestStartsKeyframe(t *testing.T) {
	for name, c := range map[string]struct {
		payload []byte
		want    bool
	}{
		"empty":       {nil, false},
		"header only": {[]byte{0x28}, false},
		"sequence":    {[]byte{0x28, 11, 0x0a}, true},
		"goes on":     {[]byte{0xa8, 11, 0x0a}, false},
		"other frame": {[]byte{0x10, 0x30}, false},
	} {
		require.Equal(t, c.want, StartsKeyframe(c.payload), name)
	}
}
