package sfu

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// What was read of a fragment is within its bounds, holds no line break, and is the same when it is written down and read again.
func FuzzReadFragment(f *testing.F) {
	f.Add("a=ice-ufrag:a\r\na=mid:0\r\na=candidate:1\r\n")
	f.Add("a=ice-ufrag:EsAw\r\na=ice-pwd:P2uYro0UCOQ4zxjKXaWCBui1\r\nm=audio 9 UDP/TLS/RTP/SAVPF 0\r\na=mid:0\r\na=candidate:1 1 UDP 2 192.0.2.1 61764 typ host\r\na=end-of-candidates\r\n")
	f.Add("a=mid\na=candidate:1\na=mid:b\na=candidate:\n")
	f.Fuzz(func(t *testing.T, text string) {
		read, err := readFragment(text)
		if err != nil {
			return
		}
		require.LessOrEqual(t, len(read.candidates), maxCandidates)
		require.NotContains(t, read.ufrag+read.pwd, "\n")
		again := "a=ice-ufrag:" + read.ufrag + "\r\na=ice-pwd:" + read.pwd + "\r\n"
		for _, c := range read.candidates {
			require.True(t, strings.HasPrefix(c.Candidate, "candidate:"))
			require.NotContains(t, c.Candidate+*c.SDPMid, "\n")
			again += "a=mid:" + *c.SDPMid + "\r\na=" + c.Candidate + "\r\n"
		}
		second, err := readFragment(again)
		require.NoError(t, err)
		require.Equal(t, read, second)
	})
}

// The ICE part of an answer holds nothing else, and each line once.
func FuzzICEOf(f *testing.F) {
	f.Add("v=0\r\nm=video\r\na=ice-ufrag:a\r\na=candidate:1\r\na=candidate:1\r\na=x\r\nm=audio\r\na=candidate:2\r\n")
	f.Add("a=ice-pwd:x")
	f.Fuzz(func(t *testing.T, text string) {
		seen := map[string]bool{}
		for line := range strings.Lines(iceOf(text)) {
			require.False(t, seen[line])
			seen[line] = true
			key, _, _ := strings.Cut(strings.TrimSpace(line), ":")
			require.Contains(t, []string{"a=ice-ufrag", "a=ice-pwd", "a=candidate", "a=end-of-candidates"}, key)
		}
		require.Equal(t, iceOf(text), iceOf(iceOf(text)))
	})
}
