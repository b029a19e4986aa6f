package capture

import (
	"encoding/binary"

	"github.com/pion/rtp"
	"github.com/pion/rtp/codecs"

	"github.com/tongtang/tongtang/recorder/spool"
)

// NAL unit types (ITU-T H.264 table 7-1).
const (
	naluIDR    = 5
	naluSPS    = 7
	naluPPS    = 8
	naluAUD    = 9
	naluFiller = 12
)

const maxPicture = 8 << 20 // bytes; more is no picture of a lesson

// picture is a whole access unit.
type picture struct {
	timestamp uint32 // RTP, 90 kHz
	key       bool
	format    spool.Format
	data      []byte // NAL units, each behind its length in 4 bytes
}

// assembler puts the pictures of an H.264 stream together (RFC 6184). Packets come in the order of their sequence numbers, perhaps with
// gaps; after a gap it waits for the next keyframe. Pure.
type assembler struct {
	started  bool
	next     uint16 // expected sequence number
	needKey  bool
	maimed   bool // the access unit at maimedAt has lost its beginning, or a part of it
	maimedAt uint32
	format   spool.Format

	unpack *codecs.H264Packet
	inUnit bool // a fragmented NAL unit is growing
	open   bool // an access unit is growing
	at     uint32
	data   []byte
	extra  []byte // parameter sets, when there are more than the usual two
	pps    int
	key    bool
}

func newAssembler() *assembler { return &assembler{needKey: true, unpack: avcPackets()} }

func avcPackets() *codecs.H264Packet { return &codecs.H264Packet{IsAVC: true} }

// push takes a packet. lost tells that packets before it are missing.
func (a *assembler) push(p *rtp.Packet) (done []picture, lost bool) {
	if !a.started || p.SequenceNumber != a.next {
		lost = a.started
		a.drop()
		a.maimed, a.maimedAt = !beginsKey(p.Payload), p.Timestamp
	}
	a.started, a.next = true, p.SequenceNumber+1
	if a.maimed && p.Timestamp == a.maimedAt {
		return nil, lost
	}
	a.maimed = false
	if a.open && p.Timestamp != a.at { // its marker was not set: some senders forget it, and some servers drop the end of a picture
		if a.inUnit {
			lost = true
			a.drop()
		} else {
			done = a.finish(done)
		}
	}
	units, err := a.unpack.Unmarshal(p.Payload)
	whole := a.continues(p.Payload) && !(p.Marker && a.inUnit)
	if err != nil || !whole || len(a.data) > maxPicture {
		a.drop()
		a.maimed, a.maimedAt = true, p.Timestamp
		return done, true
	}
	a.open, a.at = true, p.Timestamp
	a.take(units)
	if p.Marker {
		done = a.finish(done)
	}
	return done, lost
}

// continues follows fragmented NAL units (FU-A, RFC 6184 §5.8): false when one begins in another, or goes on without its beginning.
func (a *assembler) continues(payload []byte) bool {
	const fuA, begin, end = 28, 0x80, 0x40
	if len(payload) < 2 || payload[0]&0x1f != fuA {
		return !a.inUnit
	}
	fits := a.inUnit == (payload[1]&begin == 0)
	a.inUnit = payload[1]&end == 0
	return fits
}

// drop forgets the picture that was growing and everything up to the next keyframe.
func (a *assembler) drop() {
	a.needKey, a.inUnit = true, false
	a.unpack = avcPackets()
	a.reset()
}

// beginsKey tells whether the payload can only be the beginning of a keyframe's access unit: it holds an SPS.
func beginsKey(payload []byte) bool {
	const stapA = 24
	if len(payload) > 3 && payload[0]&0x1f == stapA {
		payload = payload[3:]
	}
	return len(payload) > 0 && payload[0]&0x1f == naluSPS
}

func (a *assembler) reset() {
	a.open, a.data, a.extra, a.pps, a.key = false, nil, nil, 0, false
}

func (a *assembler) take(units []byte) {
	for len(units) > 4 {
		n := int(binary.BigEndian.Uint32(units))
		if n > len(units)-4 {
			return
		}
		whole, nalu := units[:4+n], units[4:4+n]
		units = units[4+n:]
		if n == 0 {
			continue
		}
		switch nalu[0] & 0x1f {
		case naluSPS:
			a.format.SPS = append([]byte(nil), nalu...)
			a.extra = append(a.extra, whole...)
		case naluPPS:
			if a.pps == 0 {
				a.format.PPS = append([]byte(nil), nalu...)
			}
			a.pps++
			a.extra = append(a.extra, whole...)
		case naluAUD, naluFiller:
		case naluIDR:
			a.key = true
			a.data = append(a.data, whole...)
		default:
			a.data = append(a.data, whole...)
		}
	}
}

// finish gives the picture away if it can be decoded.
func (a *assembler) finish(done []picture) []picture {
	defer a.reset()
	if len(a.data) == 0 { // parameter sets alone
		return done
	}
	if a.key && len(a.format.SPS) > 0 && len(a.format.PPS) > 0 {
		a.needKey = false
	}
	if a.needKey {
		return done
	}
	data := a.data
	if a.pps > 1 { // the decoder needs them all; the file's header has room for the first
		data = append(a.extra, data...)
	}
	return append(done, picture{timestamp: a.at, key: a.key, format: a.format, data: data})
}
