package libav

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"

	"github.com/asticode/go-astiav"
)

// silenceDB stands for no sound at all: one step of 16 bits.
const silenceDB = -96

// liveMeter measures frames of 20 ms. The samples come out of the frame through the PCM encoder, the only way to them.
type liveMeter struct {
	enc    *astiav.CodecContext
	packet *astiav.Packet
	last   [5]float64 // mean squares of the last 100 ms
	at     int
}

func (m *liveMeter) open(channels int, layout astiav.ChannelLayout) error {
	codec := astiav.FindEncoder(astiav.CodecIDPcmS16Le)
	if codec == nil {
		return errors.New("libavcodec has no PCM encoder")
	}
	m.enc, m.packet = astiav.AllocCodecContext(codec), astiav.AllocPacket()
	m.enc.SetChannels(channels)
	m.enc.SetChannelLayout(layout)
	m.enc.SetSampleRate(opusRate)
	m.enc.SetSampleFormat(astiav.SampleFormatS16)
	m.enc.SetTimeBase(astiav.NewRational(1, opusRate))
	return liveOpen(m.enc, codec, nil)
}

func (m *liveMeter) add(f *astiav.Frame) error {
	if err := m.enc.SendFrame(f); err != nil {
		return fmt.Errorf("measure sound: %w", err)
	}
	if err := m.enc.ReceivePacket(m.packet); err != nil {
		return fmt.Errorf("measure sound: %w", err)
	}
	m.last[m.at%len(m.last)] = meanSquare(m.packet.Data())
	m.at++
	m.packet.Unref()
	return nil
}

// meanSquare of little-endian 16-bit samples, 1 being full scale.
func meanSquare(pcm []byte) float64 {
	if len(pcm) < 2 {
		return 0
	}
	var sum float64
	for i := 0; i+1 < len(pcm); i += 2 {
		v := float64(int16(binary.LittleEndian.Uint16(pcm[i:]))) / 32768
		sum += v * v
	}
	return sum / float64(len(pcm)/2)
}

func (m *liveMeter) db() float64 {
	n := min(m.at, len(m.last))
	var sum float64
	for _, v := range m.last[:n] {
		sum += v
	}
	if sum == 0 {
		return silenceDB
	}
	return max(silenceDB, 10*math.Log10(sum/float64(n)))
}

func (m *liveMeter) close() {
	if m.enc != nil {
		m.enc.Free()
		m.packet.Free()
	}
}
