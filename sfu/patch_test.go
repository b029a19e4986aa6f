package sfu

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestReadFragment(t *testing.T) {
	f, err := readFragment("a=ice-ufrag:EsAw\r\na=ice-pwd:P2uYro0UCOQ4zxjKXaWCBui1\r\nm=audio 9 UDP/TLS/RTP/SAVPF 0\r\na=mid:0\r\na=candidate:1 1 UDP 2 192.0.2.1 61764 typ host\r\na=end-of-candidates\r\n")
	require.NoError(t, err)
	require.Equal(t, "EsAw", f.ufrag)
	require.Len(t, f.candidates, 1)
	require.Equal(t, "0", *f.candidates[0].SDPMid)
	require.Equal(t, "candidate:1 1 UDP 2 192.0.2.1 61764 typ host", f.candidates[0].Candidate)
	_, err = readFragment("")
	require.Error(t, err)
	_, err = readFragment(strings.Repeat("a=candidate:1\r\n", maxCandidates+1))
	require.Error(t, err)
}

func TestICEOfTheFirstLine(t *testing.T) {
	require.Equal(t, "a=ice-ufrag:a\r\na=candidate:1\r\n", iceOf("v=0\r\nm=video\r\na=ice-ufrag:a\r\na=candidate:1\r\na=candidate:1\r\na=x\r\nm=audio\r\na=candidate:2\r\n"))
}
