package sfu

import (
	"encoding/binary"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/pion/rtp"
	"github.com/pion/webrtc/v4"
	"github.com/stretchr/testify/require"
	"github.com/tongtang/tongtang/internal/grant"
	"github.com/tongtang/tongtang/scheduler/link"
	"github.com/tongtang/tongtang/sfu/client"
	"github.com/tongtang/tongtang/sfu/red"
	"github.com/tongtang/tongtang/sfu/signal"
	"github.com/tongtang/tongtang/sfu/vp8"
)

// Codecs of the tests' own peers, under payload types of their liking.
var (
	vp8Codec  = webrtc.RTPCodecParameters{PayloadType: 120, RTPCodecCapability: webrtc.RTPCodecCapability{MimeType: webrtc.MimeTypeVP8, ClockRate: 90000}}
	opusCodec = webrtc.RTPCodecParameters{PayloadType: 109, RTPCodecCapability: webrtc.RTPCodecCapability{MimeType: webrtc.MimeTypeOpus, ClockRate: 48000, Channels: 2}}
	redCodec  = webrtc.RTPCodecParameters{PayloadType: 121, RTPCodecCapability: webrtc.RTPCodecCapability{MimeType: "audio/red", ClockRate: 48000, Channels: 2, SDPFmtpLine: "109/109"}}
)

// connect makes a peer of pion's with just these codecs and exchanges the offer; build adds its lines.
func (h *house) connect(l client.Lesson, path string, codecs []webrtc.RTPCodecParameters, build func(*webrtc.PeerConnection)) {
	h.t.Helper()
	var m webrtc.MediaEngine
	for _, c := range codecs {
		kind := webrtc.RTPCodecTypeAudio
		if strings.HasPrefix(c.MimeType, "video/") {
			kind = webrtc.RTPCodecTypeVideo
		}
		require.NoError(h.t, m.RegisterCodec(c, kind))
	}
	var s webrtc.SettingEngine
	s.SetIncludeLoopbackCandidate(true)
	pc, err := webrtc.NewAPI(webrtc.WithMediaEngine(&m), webrtc.WithSettingEngine(s)).NewPeerConnection(webrtc.Configuration{})
	require.NoError(h.t, err)
	h.t.Cleanup(func() { require.NoError(h.t, pc.GracefulClose()) })
	build(pc)
	req, err := http.NewRequestWithContext(deadline(h.t, 10*time.Second), http.MethodPost, h.web.URL+"/live/"+l.ID+path, strings.NewReader(gather(h.t, pc, nil)))
	require.NoError(h.t, err)
	req.Header.Set("Authorization", "Bearer "+l.Grant)
	req.Header.Set("Content-Type", "application/sdp")
	line := l.HTTP
	if line == nil {
		line = &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	}
	res, err := line.Do(req)
	require.NoError(h.t, err)
	defer func() { _ = res.Body.Close() }()
	answer, err := io.ReadAll(res.Body)
	require.NoError(h.t, err)
	require.Equal(h.t, http.StatusCreated, res.StatusCode, string(answer))
	require.NoError(h.t, pc.SetRemoteDescription(webrtc.SessionDescription{Type: webrtc.SDPTypeAnswer, SDP: string(answer)}))
}

// packetsOf sends on what comes on the tracks of a peer, until it ends.
func packetsOf(pc *webrtc.PeerConnection) <-chan *rtp.Packet {
	packets := make(chan *rtp.Packet, 5000)
	pc.OnTrack(func(track *webrtc.TrackRemote, _ *webrtc.RTPReceiver) {
		for {
			p, _, err := track.ReadRTP()
			if err != nil {
				return
			}
			packets <- p
		}
	})
	return packets
}

// every calls f with 0, 1, 2 … until the test ends.
func every(t *testing.T, d time.Duration, f func(n int)) {
	quit := make(chan struct{})
	var wg sync.WaitGroup
	t.Cleanup(func() { close(quit); wg.Wait() })
	wg.Go(func() {
		tick := time.NewTicker(d)
		defer tick.Stop()
		for n := 0; ; n++ {
			select {
			case <-quit:
				return
			case <-tick.C:
				f(n)
			}
		}
	})
}

// publishVP8 puts a source on air that sends VP8 with picture ids of 7 bits, a keyframe every 10 pictures.
func (h *house) publishVP8(l client.Lesson, source string) {
	h.t.Helper()
	track, err := webrtc.NewTrackLocalStaticRTP(vp8Codec.RTPCodecCapability, "v", "s")
	require.NoError(h.t, err)
	h.connect(l, "/whip?source="+source, []webrtc.RTPCodecParameters{vp8Codec}, func(pc *webrtc.PeerConnection) {
		_, err := pc.AddTransceiverFromTrack(track, webrtc.RTPTransceiverInit{Direction: webrtc.RTPTransceiverDirectionSendonly})
		require.NoError(h.t, err)
	})
	every(h.t, 20*time.Millisecond, func(n int) {
		payload := []byte{0x90, 0x80, byte(n & 0x7f), 1, 0, 0, byte(n)}
		if n%10 == 0 {
			payload[3] = 0
		}
		_ = track.WriteRTP(&rtp.Packet{Header: rtp.Header{Version: 2, Marker: true, SequenceNumber: uint16(n), Timestamp: uint32(n * 3600)}, Payload: payload})
	})
}

// A source of another codec is taken, goes to who can play it, and the others are told why they see nothing.
func TestSourceOfAnotherCodec(t *testing.T) {
	h := newHouse(t, Config{})
	h.put("maths", link.Live)
	h.publishVP8(h.grant("maths", grant.Lecturer, "chen", "camera"), "camera")

	student := h.grant("maths", grant.Student, "xiaoyu")
	who := h.join(student)
	v, err := student.View(deadline(t, 5*time.Second), client.ViewOptions{}) // offers H.264 only
	require.NoError(t, err)
	defer func() { require.NoError(t, v.Close()) }()
	require.NoError(t, who.Watch(deadline(t, 5*time.Second), v.Session()))
	eventually(t, 10*time.Second, func() bool {
		p, ok := who.lastPanes()
		return ok && p.Video[0] == signal.Pane{Mid: p.Video[0].Mid, Source: "camera", Reason: "codec"}
	}, "told why")
	maths, err := h.server.lesson(t.Context(), "maths")
	require.NoError(t, err)
	require.Equal(t, "vp8", maths.log.State().Sources["camera"].Codec)

	var packets <-chan *rtp.Packet
	h.connect(h.grant("maths", grant.Viewer, "tv"), "/whep", []webrtc.RTPCodecParameters{vp8Codec}, func(pc *webrtc.PeerConnection) {
		packets = packetsOf(pc)
		_, err := pc.AddTransceiverFromKind(webrtc.RTPCodecTypeVideo, webrtc.RTPTransceiverInit{Direction: webrtc.RTPTransceiverDirectionRecvonly})
		require.NoError(t, err)
	})
	var last vp8.Descriptor
	for i := range 150 {
		var p *rtp.Packet
		select {
		case p = <-packets:
		case <-time.After(10 * time.Second):
			t.Fatalf("%d packets came", i)
		}
		require.Equal(t, uint8(vp8Codec.PayloadType), p.PayloadType, "the viewer's own")
		d, ok := vp8.Parse(p.Payload)
		require.True(t, ok)
		require.False(t, d.Short)
		if i > 0 {
			require.Equal(t, last.Picture+1, d.Picture, "over the wrap of 7 bits")
		}
		last = d
	}
	require.Zero(t, v.Tracks[0].SSRC(), "the other viewer got nothing")
}

// A voice with RED over a line that loses 5 % of the packets from the publisher's side and 5 % towards the viewer.
func TestVoiceOverABadLine(t *testing.T) {
	h := newHouse(t, Config{})
	h.put("maths", link.Live)
	line := h.badLine(50)
	track, err := webrtc.NewTrackLocalStaticRTP(redCodec.RTPCodecCapability, "a", "s")
	require.NoError(t, err)
	h.connect(h.grant("maths", grant.Lecturer, "chen", "camera"), "/whip?source=camera", []webrtc.RTPCodecParameters{redCodec, opusCodec}, func(pc *webrtc.PeerConnection) {
		_, err := pc.AddTransceiverFromTrack(track, webrtc.RTPTransceiverInit{Direction: webrtc.RTPTransceiverDirectionSendonly})
		require.NoError(t, err)
	})
	word := func(n int) []byte { return []byte{0xf8, 0xff, byte(n >> 8), byte(n)} }
	every(t, 2*time.Millisecond, func(n int) { // ten times as fast as speech
		if n%20 == 7 { // lost on the way
			return
		}
		payload := append(red.AppendHead(nil, 109, red.Block{Offset: 960, Data: word(n - 1)}), word(n)...)
		_ = track.WriteRTP(&rtp.Packet{Header: rtp.Header{Version: 2, SequenceNumber: uint16(n), Timestamp: uint32(n * 960)}, Payload: payload})
	})
	plain, err := h.badLine(50).through(h.grant("maths", grant.Viewer, "agent")).View(deadline(t, 5*time.Second), client.ViewOptions{Audio: 1, KeepOrder: true})
	require.NoError(t, err)
	defer func() { require.NoError(t, plain.Close()) }()
	var packets <-chan *rtp.Packet
	h.connect(line.through(h.grant("maths", grant.Viewer, "tv")), "/whep", []webrtc.RTPCodecParameters{redCodec, opusCodec}, func(pc *webrtc.PeerConnection) {
		packets = packetsOf(pc)
		_, err := pc.AddTransceiverFromKind(webrtc.RTPCodecTypeAudio, webrtc.RTPTransceiverInit{Direction: webrtc.RTPTransceiverDirectionRecvonly})
		require.NoError(t, err)
	})
	heard, direct := map[uint16]bool{}, 0
	first, newest := uint16(0), uint16(0)
	for len(heard) < 3000 {
		var p *rtp.Packet
		select {
		case p = <-packets:
		case <-time.After(10 * time.Second):
			t.Fatalf("%d words came", len(heard))
		}
		require.Equal(t, uint8(redCodec.PayloadType), p.PayloadType)
		blocks, primary, ok := red.Parse(p.Payload, nil)
		require.True(t, ok)
		n := binary.BigEndian.Uint16(primary.Data[2:])
		if len(heard) == 0 {
			first = n
		}
		heard[n], newest = true, max(newest, n)
		direct++
		for _, b := range blocks {
			heard[binary.BigEndian.Uint16(b.Data[2:])] = true
		}
	}
	words := int(newest-first) + 1
	missing := 0
	for n := first; n <= newest; n++ {
		if !heard[n] {
			missing++
		}
	}
	t.Logf("%d words: %d packets came, %d words are missing (%.2f %%); %d were lost towards the viewer", words, direct, missing, 100*float64(missing)/float64(words), line.dropped.Load())
	require.Greater(t, line.dropped.Load(), int64(words/40))
	require.LessOrEqual(t, float64(missing), 0.005*float64(words))

	var gone uint16
	all := collect(t, plain.Tracks[0], 2000, 10*time.Second)
	for i, p := range all {
		require.Len(t, p.Payload, 4, "plain Opus, packet %d", i)
		if i > 0 {
			gone += p.SequenceNumber - all[i-1].SequenceNumber - 1
		}
	}
	require.LessOrEqual(t, gone, uint16(len(all)/200), "what asks for lost packets gets them")
}

// Who speaks is told to everybody, at once to who comes later; a voice that nobody hears is not told.
func TestWhoSpeaks(t *testing.T) {
	h := newHouse(t, Config{})
	h.put("maths", link.Live)
	var loud atomic.Bool
	publish := func(l client.Lesson, source string) {
		voice := client.NewAudio()
		p, err := l.Publish(deadline(t, 10*time.Second), client.PublishOptions{Source: source, Audio: voice})
		require.NoError(t, err)
		t.Cleanup(func() { _ = p.Close() })
		every(t, 20*time.Millisecond, func(n int) {
			voice.SetLevel(-70)
			if loud.Load() {
				voice.SetLevel(-25)
			}
			_ = voice.WriteFrame([][]byte{{0xf8, 0xff, 0xfe}}, uint32(n*960), time.Now())
		})
	}
	publish(h.grant("maths", grant.Lecturer, "chen", "camera"), "camera")
	qing := h.grant("maths", grant.Room, "qing", "room-qing")
	publish(qing, "room-qing")
	who, room := h.join(h.grant("maths", grant.Student, "xiaoyu")), h.join(qing)
	loud.Store(true)
	eventually(t, 10*time.Second, func() bool { return slices.Equal(who.lastSpeaking(), []string{"camera"}) }, "the lecturer speaks")
	late := h.join(h.grant("maths", grant.Lecturer, "chen"))
	eventually(t, 5*time.Second, func() bool { return slices.Equal(late.lastSpeaking(), []string{"camera"}) }, "who comes later is told")
	_, err := late.Send(deadline(t, 5*time.Second), signal.GiveFloor, signal.Ref{ID: "qing"})
	require.NoError(t, err)
	eventually(t, 5*time.Second, func() bool {
		return slices.Equal(slices.Sorted(slices.Values(room.lastSpeaking())), []string{"camera", "room-qing"})
	}, "both are heard")
	loud.Store(false)
	eventually(t, 5*time.Second, func() bool { return who.lastSpeaking() != nil && len(who.lastSpeaking()) == 0 }, "silence")
}

// loose is a track that writes any SSRC.
type loose struct {
	*webrtc.TrackLocalStaticRTP
	out chan webrtc.TrackLocalWriter
}

func (l *loose) Bind(c webrtc.TrackLocalContext) (webrtc.RTPCodecParameters, error) {
	l.out <- c.WriteStream()
	return l.TrackLocalStaticRTP.Bind(c)
}

// A publisher that opens streams without end: they are ignored and counted, and then its session is over. The lesson goes on.
func TestStreamsWithoutEnd(t *testing.T) {
	h := newHouse(t, Config{})
	h.put("maths", link.Live)
	static, err := webrtc.NewTrackLocalStaticRTP(vp8Codec.RTPCodecCapability, "v", "s")
	require.NoError(t, err)
	track := &loose{static, make(chan webrtc.TrackLocalWriter, 1)}
	h.connect(h.grant("maths", grant.Lecturer, "chen", "camera"), "/whip?source=camera", []webrtc.RTPCodecParameters{vp8Codec}, func(pc *webrtc.PeerConnection) {
		_, err := pc.AddTransceiverFromTrack(track, webrtc.RTPTransceiverInit{Direction: webrtc.RTPTransceiverDirectionSendonly})
		require.NoError(t, err)
	})
	out := <-track.out
	maths, err := h.server.lesson(t.Context(), "maths")
	require.NoError(t, err)
	up := func() bool { return len(maths.log.State().Sources) == 1 }
	eventually(t, 10*time.Second, up, "on air")
	every(t, 2*time.Millisecond, func(n int) {
		_, _ = out.WriteRTP(&rtp.Header{Version: 2, PayloadType: 99, SSRC: uint32(1000 + n%500), SequenceNumber: uint16(n)}, []byte{1, 2, 3})
	})
	eventually(t, 20*time.Second, func() bool { return !up() }, "its session was closed")
	require.GreaterOrEqual(t, h.metric("tongtang_sfu_unknown_streams_total"), float64(maxStrangers))
	_, err = h.grant("maths", grant.Lecturer, "chen", "camera").Publish(deadline(t, 5*time.Second), client.PublishOptions{Source: "camera", Audio: client.NewAudio()})
	require.ErrorContains(t, err, "source-over-limit: the source opened 64 streams")
	h.publishVP8(h.grant("maths", grant.Lecturer, "lin", "camera"), "camera")
	eventually(t, 10*time.Second, up, "another may come")
}
