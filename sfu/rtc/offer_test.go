package rtc

import (
	"errors"
	"strings"
	"testing"

	"github.com/pion/sdp/v3"
	"github.com/pion/webrtc/v4"
	"github.com/stretchr/testify/require"
	"github.com/tongtang/tongtang/internal/httpd"
	"github.com/tongtang/tongtang/sfu/codec"
)

// session is the head of an offer; lines are added behind it.
const session = "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\na=ice-ufrag:abcd\r\na=ice-pwd:0123456789012345678901\r\na=fingerprint:sha-256 00\r\n"

func video(mid string, more ...string) string {
	return "m=video 9 UDP/TLS/RTP/SAVPF 96 97 102 103\r\nc=IN IP4 0.0.0.0\r\na=mid:" + mid + "\r\n" +
		"a=rtpmap:96 VP8/90000\r\na=rtpmap:97 H264/90000\r\na=fmtp:97 packetization-mode=1;profile-level-id=64001f\r\n" +
		"a=rtpmap:102 H264/90000\r\na=fmtp:102 level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f\r\na=rtpmap:103 rtx/90000\r\na=fmtp:103 apt=102\r\n" +
		strings.Join(more, "")
}

func audio(mid string, more ...string) string {
	return "m=audio 9 UDP/TLS/RTP/SAVPF 0 111\r\nc=IN IP4 0.0.0.0\r\na=mid:" + mid + "\r\na=rtpmap:111 opus/48000/2\r\na=fmtp:111 minptime=10\r\n" + strings.Join(more, "")
}

func TestReadOffer(t *testing.T) {
	o, err := ReadOffer(session+video("0", "a=sendrecv\r\n", "a=simulcast:send l;h\r\n")+audio("1"), Publish, 8)
	require.NoError(t, err)
	require.Equal(t, []Line{{"0", webrtc.RTPCodecTypeVideo, []string{"h", "l"}, codec.Set(0).With(codec.H264)},
		{"1", webrtc.RTPCodecTypeAudio, []string{""}, codec.Set(0).With(codec.Opus)}}, o.Lines)
	require.Equal(t, codec.H264, o.Picture())
	require.Equal(t, webrtc.PayloadType(102), o.video[0].main.PayloadType, "what every browser has comes first")
	require.Equal(t, webrtc.PayloadType(103), o.video[0].repairs.PayloadType)
	require.Equal(t, webrtc.PayloadType(111), o.opus.PayloadType)
	require.Equal(t, []string{"h", "l"}, o.RIDs())
	for _, m := range o.parsed.MediaDescriptions {
		_, both := m.Attribute(sdp.AttrKeySendRecv)
		require.False(t, both, "the answer takes one direction")
	}

	o, err = ReadOffer(session+video("a", "a=recvonly\r\n")+video("b", "a=inactive\r\n")+audio("c", "a=recvonly\r\n"), View, 8)
	require.NoError(t, err)
	require.Equal(t, 1, o.Count(webrtc.RTPCodecTypeVideo), "an inactive line is no pane")
	require.Equal(t, []string{"a", "c"}, []string{o.Lines[0].Mid, o.Lines[1].Mid})
}

// A line without a port of its own goes with the bundle; one that is switched off has none either.
func TestBundleOnlyLines(t *testing.T) {
	bundled := strings.Replace(audio("1", "a=bundle-only\r\n"), "m=audio 9", "m=audio 0", 1)
	o, err := ReadOffer(session+video("0")+bundled+strings.Replace(audio("2"), "m=audio 9", "m=audio 0", 1), Publish, 8)
	require.NoError(t, err)
	require.Len(t, o.Lines, 2)
	require.Equal(t, "1", o.Lines[1].Mid)
}

func TestLayers(t *testing.T) {
	for value, want := range map[string][]string{
		"send h;l":                 {"h", "l"},
		"send q;h;f":               {"f", "h", "q"},
		"send ~l,x;h":              {"h", "l"},
		"recv a send b;c":          {"b", "c"},
		"send a;b;c;d":             {"a", "b", "c"},
		"send":                     {""},
		"recv h;l":                 {""},
		"send ;;":                  {""},
		"send big;small":           {"big", "small"},
		"send 12345678901234567;h": {"h"},
		"send q;q;h":               {"h", "q"},
	} {
		m := &sdp.MediaDescription{Attributes: []sdp.Attribute{{Key: "simulcast", Value: value}}}
		require.Equal(t, want, layers(m), value)
	}
}

func TestRefusedOffers(t *testing.T) {
	for name, c := range map[string]struct{ text, code string }{
		"no mid":         {session + strings.Replace(video("0"), "a=mid:0\r\n", "", 1), "sdp-invalid"},
		"a long mid":     {session + video(strings.Repeat("x", 17)), "sdp-invalid"},
		"no line":        {session, "sdp-invalid"},
		"rejected line":  {session + strings.Replace(video("0"), "m=video 9", "m=video 0", 1), "sdp-invalid"},
		"no ufrag":       {strings.Replace(session, "a=ice-ufrag:abcd\r\n", "", 1) + video("0"), "sdp-invalid"},
		"two of one mid": {session + audio("1") + video("1"), "sdp-invalid"},
		"too many lines": {session + strings.Repeat(audio("1"), 9), "too-many-panes"},
		"only PCMU":      {session + strings.Replace(audio("1"), "opus", "PCMX", 1), "no-common-codec"},
		"Opus at 8 kHz":  {session + strings.Replace(audio("1"), "48000", "8000", 1), "no-common-codec"},
		"no profile":     {session + strings.ReplaceAll(strings.ReplaceAll(video("0"), "profile-level-id", "x"), "VP8", "H265"), "no-common-codec"},
	} {
		_, err := ReadOffer(c.text, Publish, 8)
		var p *httpd.Problem
		require.True(t, errors.As(err, &p), "%s: %v", name, err)
		require.Equal(t, c.code, p.Code, name)
	}
}

func TestEngineRefusesBadAddresses(t *testing.T) {
	for _, c := range []struct {
		listen string
		ips    []string
	}{{"nowhere:x", nil}, {"127.0.0.1:0", []string{"not an address"}}} {
		_, err := New(c.listen, c.ips)
		require.Error(t, err)
	}
	e, err := New("127.0.0.1:0", []string{"203.0.113.7"})
	require.NoError(t, err)
	defer func() { require.NoError(t, e.Close()) }()
	o, err := ReadOffer(session+video("0", "a=recvonly\r\n", "a=setup:actpass\r\n"), View, 8)
	require.NoError(t, err)
	pc, err := e.Viewer(o)
	require.NoError(t, err)
	defer func() { require.NoError(t, pc.GracefulClose()) }()
	answer, err := Answer(t.Context(), pc, o)
	require.NoError(t, err)
	require.Contains(t, answer, "203.0.113.7", "the public address")
	require.NotContains(t, answer, "127.0.0.1 "+"typ", "instead of the private one")
}
