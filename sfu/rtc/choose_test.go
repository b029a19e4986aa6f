package rtc

import (
	"strings"
	"testing"

	"github.com/pion/webrtc/v4"
	"github.com/stretchr/testify/require"
	"github.com/tongtang/tongtang/sfu/codec"
)

// chromium is how a browser offers: VP8 first, everything with its RTX, several profiles, and RED behind Opus.
const chromium = session +
	"m=video 9 UDP/TLS/RTP/SAVPF 96 97 103 104 107 108 98 99 100 101 45 46 114\r\nc=IN IP4 0.0.0.0\r\na=mid:0\r\na=setup:actpass\r\n" +
	"a=rtpmap:96 VP8/90000\r\na=rtpmap:97 rtx/90000\r\na=fmtp:97 apt=96\r\n" +
	"a=rtpmap:103 H264/90000\r\na=fmtp:103 level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42001f\r\na=rtpmap:104 rtx/90000\r\na=fmtp:104 apt=103\r\n" +
	"a=rtpmap:107 H264/90000\r\na=fmtp:107 level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f\r\na=rtpmap:108 rtx/90000\r\na=fmtp:108 apt=107\r\n" +
	"a=rtpmap:98 VP9/90000\r\na=fmtp:98 profile-id=0\r\na=rtpmap:99 rtx/90000\r\na=fmtp:99 apt=98\r\n" +
	"a=rtpmap:100 VP9/90000\r\na=fmtp:100 profile-id=2\r\na=rtpmap:101 rtx/90000\r\na=fmtp:101 apt=100\r\n" +
	"a=rtpmap:45 AV1/90000\r\na=fmtp:45 level-idx=5;profile=0;tier=0\r\na=rtpmap:46 rtx/90000\r\na=fmtp:46 apt=45\r\na=rtpmap:114 red/90000\r\n" +
	"m=audio 9 UDP/TLS/RTP/SAVPF 111 63 9\r\nc=IN IP4 0.0.0.0\r\na=mid:1\r\na=setup:actpass\r\n" +
	"a=rtpmap:111 opus/48000/2\r\na=rtcp-fb:111 transport-cc\r\na=fmtp:111 minptime=10\r\na=rtpmap:63 red/48000/2\r\na=fmtp:63 111/111\r\na=rtpmap:9 G722/8000\r\n"

// answered returns the m-lines' first lines of our answer, and all of it.
func answered(t *testing.T, offer string, d Direction) (lines []string, answer string, o *Offer) {
	t.Helper()
	e, err := New("127.0.0.1:0", nil)
	require.NoError(t, err)
	defer func() { require.NoError(t, e.Close()) }()
	o, err = ReadOffer(offer, d, 8)
	require.NoError(t, err)
	connect := func(o *Offer) (*webrtc.PeerConnection, error) { return e.Publisher(o, func(uint32, uint16) {}) }
	if d == View {
		connect = func(o *Offer) (*webrtc.PeerConnection, error) { return e.Viewer(o) }
	}
	pc, err := connect(o)
	require.NoError(t, err)
	defer func() { require.NoError(t, pc.GracefulClose()) }()
	answer, err = Answer(t.Context(), pc, o)
	require.NoError(t, err)
	for _, line := range strings.Split(answer, "\r\n") {
		if strings.HasPrefix(line, "m=") {
			lines = append(lines, line[strings.Index(line, "SAVPF ")+6:])
		}
	}
	return lines, answer, o
}

func TestPublisherSendsTheBestLikedCodec(t *testing.T) {
	without := func(offer string, names ...string) string {
		for _, n := range names {
			offer = strings.ReplaceAll(offer, n+"/90000", "H265/90000")
		}
		return offer
	}
	for _, c := range []struct {
		offer string
		want  codec.Codec
		line  string
	}{
		{chromium, codec.H264, "107 108"},
		{without(chromium, "H264"), codec.VP8, "96 97"},
		{without(chromium, "H264", "VP8"), codec.VP9, "98 99"},
		{without(chromium, "H264", "VP8", "VP9"), codec.AV1, "45 46"},
	} {
		lines, _, o := answered(t, c.offer, Publish)
		require.Equal(t, c.want, o.Picture())
		require.Equal(t, c.line, lines[0])
	}
}

func TestPublisherIsAskedForRedundantVoice(t *testing.T) {
	lines, answer, o := answered(t, chromium, Publish)
	require.Equal(t, "63 111", lines[1], "what stands first is sent")
	require.Contains(t, answer, "a=fmtp:63 111/111\r\n")
	require.Contains(t, answer, "a=fmtp:111 minptime=10;useinbandfec=1\r\n")
	opus, red := o.Voice()
	require.Equal(t, []uint8{111, 63}, []uint8{opus, red})

	lines, answer, o = answered(t, strings.ReplaceAll(chromium, "111/111", "111/9"), Publish)
	require.Equal(t, "111", lines[1], "redundancy of something else")
	require.NotContains(t, answer, "red/48000")
	_, red = o.Voice()
	require.Zero(t, red)
}

func TestViewerGetsAllCodecsThatPass(t *testing.T) {
	lines, answer, o := answered(t, chromium, View)
	require.True(t, strings.HasPrefix(lines[0], "107 96 98 45 "), "in our order: %s", lines[0])
	for _, apt := range []string{"a=fmtp:108 apt=107", "a=fmtp:97 apt=96", "a=fmtp:99 apt=98", "a=fmtp:46 apt=45"} {
		require.Contains(t, answer, apt)
	}
	require.Equal(t, "63 111", lines[1])
	for _, c := range codec.Video {
		require.True(t, o.Lines[0].Codecs.Has(c), c)
	}
	o, err := ReadOffer(session+video("0")+strings.Replace(video("1"), " 96 97 102 103", " 96", 1), View, 8)
	require.NoError(t, err)
	require.True(t, o.Lines[0].Codecs.Has(codec.H264))
	require.False(t, o.Lines[1].Codecs.Has(codec.H264), "each line has its own")
	require.True(t, o.Lines[1].Codecs.Has(codec.VP8))
}
