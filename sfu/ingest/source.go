package ingest

import (
	"encoding/binary"
	"errors"
	"math/rand/v2"
	"slices"
	"sync"
	"time"

	"github.com/pion/interceptor/pkg/twcc"
	"github.com/pion/rtcp"
	"github.com/pion/rtp"
	"github.com/pion/webrtc/v4"
	"github.com/tongtang/tongtang/sfu/codec"
	"github.com/tongtang/tongtang/sfu/gcm"
	"github.com/tongtang/tongtang/sfu/nack"
	"github.com/tongtang/tongtang/sfu/ntp"
	"github.com/tongtang/tongtang/sfu/red"
)

// mtu bounds an incoming packet, bytes.
const mtu = 1500

// Media is what an offer announced.
type Media struct {
	RIDs      []string // layers of the picture, best first; none without a picture
	Picture   codec.Codec
	Audio     bool
	Opus, RED uint8 // payload types; 0 without

	Limit *Limit            // nil: none
	Over  func(dropped int) // told once a second that the source is over it
}

// Source is what one publisher sends: at most one voice, and one picture in layers, best first.
type Source struct {
	Video []*Layer
	Audio *Layer

	media Media
	write func([]rtcp.Packet) error
	begun func()
	gap   chan struct{} // a packet is missing that was not before
	ssrc  uint32        // ours, in what the publisher is told

	mu       sync.Mutex // packets come past pion and through it
	streams  []*Stream  // in the order in which they began
	opener   *gcm.MediaOpener
	numbers  *twcc.Recorder
	epoch    time.Time // of its clock
	numbered time.Time // when it was last told
	reported time.Time // when the last receiver report left
	due      []uint16
	block    []byte // where packets stay
	packet   rtp.Packet
	blocks   []red.Block
}

// NewSource makes the layers that were announced. write sends RTCP to the publisher; begun is called when the first packet of a stream
// has come.
func NewSource(m Media, write func([]rtcp.Packet) error, begun func()) *Source {
	s := &Source{media: m, write: write, begun: begun, gap: make(chan struct{}, 1), ssrc: rand.Uint32(), epoch: time.Now()}
	s.numbers = twcc.NewRecorder(s.ssrc)
	clock := &Clock{}
	for _, rid := range m.RIDs {
		var l *Layer
		l = NewLayer(rid, true, clock, func() { s.askKeyframe(l) })
		l.Codec = m.Picture
		s.Video = append(s.Video, l)
	}
	if m.Audio {
		s.Audio = NewLayer("", false, clock, nil)
	}
	return s
}

// Layers are all of them.
func (s *Source) Layers() []*Layer {
	all := append([]*Layer{}, s.Video...)
	if s.Audio != nil {
		all = append(all, s.Audio)
	}
	return all
}

// Layer finds the layer of an incoming track, nil when the offer did not announce it.
func (s *Source) Layer(kind webrtc.RTPCodecType, rid string) *Layer {
	if kind == webrtc.RTPCodecTypeAudio {
		return s.Audio
	}
	for _, l := range s.Video {
		if l.RID == rid {
			return l
		}
	}
	return nil
}

func (s *Source) askKeyframe(l *Layer) {
	if ssrc := s.newest(l); ssrc != 0 {
		_ = s.write([]rtcp.Packet{&rtcp.PictureLossIndication{SenderSSRC: s.ssrc, MediaSSRC: ssrc}}) // asked for again if it is lost
	}
}

// newest is the SSRC under which a layer comes now, 0 before the first packet.
func (s *Source) newest(l *Layer) uint32 {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, st := range slices.Backward(s.streams) {
		if st.Layer == l {
			return st.SSRC
		}
	}
	return 0
}

// Begin takes in a stream that pion has come to know.
func (s *Source) Begin(st *Stream) {
	st.missing = nack.New(patience)
	s.mu.Lock()
	s.streams = append(s.streams, st)
	s.mu.Unlock()
	if st.Layer.Video {
		st.Layer.RequestKeyframe(time.Now())
	}
}

// GoDirect has Receive take the packets; opener is the source's from now on.
func (s *Source) GoDirect(opener *gcm.MediaOpener) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.opener = opener
}

// Direct tells whether GoDirect was called.
func (s *Source) Direct() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.opener != nil
}

// Receive takes in a packet of RTP as it came from the publisher's address, encrypted. false: pion is to have it, it belongs to no stream that is
// known, or to one whose first packets are still on their way through pion. It keeps no bytes.
func (s *Source) Receive(sealed []byte) bool {
	now := time.Now()
	s.mu.Lock()
	st, repair := s.stream(binary.BigEndian.Uint32(sealed[8:]))
	if st == nil || s.opener == nil || !st.settles(binary.BigEndian.Uint16(sealed[2:]), repair) {
		s.mu.Unlock()
		return false
	}
	first := len(sealed) <= mtu && s.within(len(sealed), now) && s.open(st, sealed, repair, now)
	s.mu.Unlock()
	if first {
		s.begun()
	}
	return true
}

// stream is the one that packets of ssrc belong to, nil when it is not known, and whether they repair it.
func (s *Source) stream(ssrc uint32) (st *Stream, repair bool) {
	for _, st := range s.streams {
		if st.SSRC == ssrc {
			return st, false
		}
	}
	for _, st := range s.streams {
		if st.repairs(ssrc) {
			return st, true
		}
	}
	return nil, false
}

// open decrypts a packet and takes it in; it tells whether it is the first of its stream. What is forged, or has come before, is dropped.
func (s *Source) open(st *Stream, sealed []byte, repair bool, now time.Time) (first bool) {
	p := &s.packet
	plain, err := s.opener.OpenRTP(s.room(len(sealed)), sealed, &p.Header)
	if err != nil || p.Unmarshal(plain) != nil {
		return false
	}
	s.keep(plain)
	if number := p.GetExtension(st.Number); st.Number != 0 && len(number) >= 2 {
		s.hear(p.SSRC, binary.BigEndian.Uint16(number), now)
	}
	if repair {
		seq, payload, ok := original(p.Payload)
		if !ok {
			return false
		}
		p.SequenceNumber, p.Payload = seq, payload
	} else if !slices.Contains(st.Formats, p.PayloadType) {
		return false
	}
	return s.arrive(st, p, repair, now)
}

// Hear notes the transport-wide sequence number of a packet that came through pion.
func (s *Source) Hear(ssrc uint32, number uint16) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.hear(ssrc, number, time.Now())
}

func (s *Source) hear(ssrc uint32, number uint16, now time.Time) {
	s.numbers.Record(ssrc, number, now.Sub(s.epoch).Microseconds())
}

// Read takes in what comes of a stream through pion, until it ends: the first packets, and all where the publisher cannot be reached directly.
func (s *Source) Read(st *Stream, track *webrtc.TrackRemote) {
	buf := make([]byte, mtu)
	for {
		n, attributes, err := track.Read(buf)
		if errors.Is(err, webrtc.ErrCodecNotFound) {
			continue // a payload type that was not agreed
		}
		if err != nil {
			return
		}
		now := time.Now()
		s.mu.Lock()
		plain := append(s.room(n), buf[:n]...)
		first := s.within(n, now) && s.packet.Unmarshal(plain) == nil
		if first {
			s.keep(plain)
			first = s.arrive(st, &s.packet, attributes.Get(webrtc.AttributeRtxSsrc) != nil, now)
		}
		s.mu.Unlock()
		if first {
			s.begun()
		}
	}
}

// arrive takes a packet in, whichever way it came; it tells whether it is the first of its stream.
func (s *Source) arrive(st *Stream, p *rtp.Packet, repair bool, now time.Time) (first bool) {
	if !repair {
		first = !st.reception.begun
		st.reception.packet(p.SequenceNumber)
	}
	if st.Asks {
		before := st.missing.Any()
		if st.missing.Push(p.SequenceNumber, now); !before && st.missing.Any() {
			select {
			case s.gap <- struct{}{}:
			default:
			}
		}
	}
	s.take(st.Layer, p, st.LevelID, now)
	return first
}

// blockSize is how much memory packets share, bytes: one allocation for two dozen of them.
const blockSize = 32 << 10

// room is where a packet of n bytes may stay, if it is kept.
func (s *Source) room(n int) []byte {
	if cap(s.block)-len(s.block) < n {
		s.block = make([]byte, 0, blockSize)
	}
	at := len(s.block)
	return s.block[at : at : at+n]
}

func (s *Source) keep(packet []byte) { s.block = s.block[:len(s.block)+len(packet)] }

// within tells whether a packet keeps the source's limit.
func (s *Source) within(bytes int, now time.Time) bool {
	if s.media.Limit == nil {
		return true
	}
	ok, tell := s.media.Limit.Take(bytes, now)
	if tell > 0 {
		s.media.Over(tell)
	}
	return ok
}

// ReadReports takes in the sender reports for a stream, until its receiver ends.
func (s *Source) ReadReports(st *Stream, read func() ([]rtcp.Packet, error)) {
	for {
		packets, err := read()
		if err != nil {
			return
		}
		for _, p := range packets {
			if r, ok := p.(*rtcp.SenderReport); ok && r.SSRC == st.SSRC {
				s.report(st, r, time.Now())
			}
		}
	}
}

func (s *Source) report(st *Stream, r *rtcp.SenderReport, now time.Time) {
	s.mu.Lock()
	st.reception.sender(r.NTPTime, now)
	s.mu.Unlock()
	if s.newest(st.Layer) == st.SSRC {
		st.Layer.Report(ntp.ToTime(r.NTPTime), r.RTPTime, now)
	}
}
