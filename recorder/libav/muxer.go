package libav

import (
	"errors"
	"fmt"
	"sync"
	"syscall"

	"github.com/asticode/go-astiav"
)

// muxer writes one file, or one HLS rendition with its segments. The picture's and the sound's goroutine both write.
type muxer struct {
	mu      sync.Mutex
	format  *astiav.FormatContext
	io      *astiav.IOContext // nil: the format opens its own files
	streams [2]*astiav.Stream
	bases   [2]astiav.Rational
	begun   bool
}

// Streams of a muxer.
const (
	pictureStream = iota
	soundStream
)

func newMuxer(format, path string, options map[string]string, video, audio *astiav.CodecContext) (*muxer, error) {
	fc, err := astiav.AllocOutputFormatContext(nil, format, path)
	if err != nil {
		return nil, fmt.Errorf("make %s muxer: %w", format, err)
	}
	m := &muxer{format: fc}
	if err := m.open(path, options, video, audio); err != nil {
		m.close()
		return nil, fmt.Errorf("begin %s: %w", path, system(err))
	}
	return m, nil
}

func (m *muxer) open(path string, options map[string]string, video, audio *astiav.CodecContext) error {
	for i, ctx := range []*astiav.CodecContext{video, audio} {
		s := m.format.NewStream(nil)
		if err := s.CodecParameters().FromCodecContext(ctx); err != nil {
			return err
		}
		s.SetTimeBase(ctx.TimeBase())
		m.streams[i], m.bases[i] = s, ctx.TimeBase()
	}
	m.streams[pictureStream].SetAvgFrameRate(astiav.NewRational(frameRate, 1))
	if !m.format.OutputFormat().Flags().Has(astiav.IOFormatFlagNofile) {
		io, err := astiav.OpenIOContext(path, astiav.NewIOContextFlags(astiav.IOContextFlagWrite))
		if err != nil {
			return err
		}
		m.io = io
		m.format.SetPb(io)
	}
	d := astiav.NewDictionary()
	defer d.Free()
	for k, v := range options {
		if err := d.Set(k, v, 0); err != nil {
			return err
		}
	}
	if err := m.format.WriteHeader(d); err != nil {
		return err
	}
	m.begun = true
	return nil
}

// system adds the system's own error to libav's, which is its negative number, so that a full disk can be told apart.
func system(err error) error {
	var e astiav.Error
	const lastErrno = 133
	if errors.As(err, &e) && e < 0 && e > -lastErrno {
		return fmt.Errorf("%w (%w)", err, syscall.Errno(-e))
	}
	return err
}

// write takes a copy of the packet.
func (m *muxer) write(stream int, p *astiav.Packet) error {
	c := p.Clone()
	if c == nil {
		return fmt.Errorf("no memory for a packet")
	}
	defer c.Free()
	c.SetStreamIndex(stream)
	c.RescaleTs(m.bases[stream], m.streams[stream].TimeBase())
	m.mu.Lock()
	defer m.mu.Unlock()
	if err := m.format.WriteInterleavedFrame(c); err != nil {
		return fmt.Errorf("write the recording: %w", system(err))
	}
	return nil
}

// finish writes what is kept back and the end.
func (m *muxer) finish() error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.begun = false
	if err := m.format.WriteTrailer(); err != nil {
		return fmt.Errorf("finish the recording: %w", system(err))
	}
	return nil
}

func (m *muxer) close() {
	if m.begun { // gives the format the chance to free its inner parts
		_ = m.format.WriteTrailer()
	}
	if m.io != nil {
		_ = m.io.Close()
	}
	m.format.Free()
}
