package spool

import (
	"bufio"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"
)

// Unit is a sample as it is read back.
type Unit struct {
	Time     time.Time
	Duration time.Duration
	Key      bool
	Data     []byte
	Format   *Format // of the first unit of a video segment: what the decoder must know from here on
}

const (
	maxMoof = 4 << 20  // bytes; a part of a second has a few hundred samples
	maxPart = 64 << 20 // bytes
)

// segmentReader reads one file part by part.
type segmentReader struct {
	file   *os.File
	in     *bufio.Reader
	kind   Kind
	format Format
	whole  int64 // bytes up to the end of the last whole part
}

func openSegment(name string) (*segmentReader, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	r := &segmentReader{file: f, in: bufio.NewReaderSize(f, 256<<10)}
	if err := r.init(); err != nil {
		_ = f.Close()
		return nil, fmt.Errorf("%s: %w", filepath.Base(name), err)
	}
	return r, nil
}

func (r *segmentReader) init() error {
	for {
		name, body, err := r.box(maxMoof)
		if err != nil {
			return fmt.Errorf("%w: no header", ErrDamaged)
		}
		r.whole += int64(len(body))
		if name == "moov" {
			r.kind, r.format, err = readInit(body)
			return err
		}
	}
}

// box reads a whole box, header included.
func (r *segmentReader) box(limit uint32) (name string, raw []byte, err error) {
	head, err := r.in.Peek(8)
	if err != nil {
		return "", nil, err
	}
	size := binary.BigEndian.Uint32(head)
	name = string(head[4:8])
	if size < 8 || size > limit {
		return "", nil, fmt.Errorf("%w: box of %d bytes", ErrDamaged, size)
	}
	raw = make([]byte, size)
	_, err = io.ReadFull(r.in, raw)
	return name, raw, err
}

// next returns the samples of the next whole part; io.EOF behind the last one, ErrDamaged where the file is cut or not readable.
func (r *segmentReader) next() ([]Unit, error) {
	name, moof, err := r.box(maxMoof)
	if errors.Is(err, io.EOF) && r.in.Buffered() == 0 {
		return nil, io.EOF
	}
	if err != nil || name != "moof" {
		return nil, fmt.Errorf("%w: %v where a part should begin", ErrDamaged, errors.Join(err, errors.New(name)))
	}
	name, mdat, err := r.box(maxPart)
	if err != nil || name != "mdat" {
		return nil, fmt.Errorf("%w: a part without its data", ErrDamaged)
	}
	units, err := readPart(moof, mdat[8:], r.kind)
	if err != nil {
		return nil, err
	}
	r.whole += int64(len(moof) + len(mdat))
	return units, nil
}

func (r *segmentReader) close() error { return r.file.Close() }

// Reader gives the samples of a track in the order in which they were written, over all the segments it was opened with.
type Reader struct {
	Damaged int // segments of which something could not be read

	dir      string
	segments []Segment
	open     *segmentReader
	units    []Unit
}

// Read opens some segments of a capture. The caller closes the reader.
func (c Capture) Read(segments []Segment) *Reader { return &Reader{dir: c.Dir, segments: segments} }

// Next returns the next sample, io.EOF after the last one. Damaged files are left where they become unreadable.
func (r *Reader) Next() (Unit, error) {
	for len(r.units) == 0 {
		if r.open == nil {
			if err := r.advance(); err != nil {
				return Unit{}, err
			}
			continue
		}
		units, err := r.open.next()
		if err != nil {
			if !errors.Is(err, io.EOF) {
				r.Damaged++
			}
			r.leave()
			continue
		}
		r.units = units
	}
	u := r.units[0]
	r.units = r.units[1:]
	if u.Key && r.open != nil && r.open.kind == Video {
		u.Format = &r.open.format
	}
	return u, nil
}

// advance opens the next file that can be opened.
func (r *Reader) advance() error {
	for len(r.segments) > 0 {
		s := r.segments[0]
		r.segments = r.segments[1:]
		open, err := openSegment(filepath.Join(r.dir, s.File))
		if err == nil {
			r.open = open
			return nil
		}
		r.Damaged++
	}
	return io.EOF
}

func (r *Reader) leave() {
	if r.open != nil {
		_ = r.open.close()
		r.open = nil
	}
}

// Close ends reading.
func (r *Reader) Close() { r.leave(); r.segments, r.units = nil, nil }

// salvage cuts a file that its writer left open to its whole parts and describes it; nil when nothing in it is whole, and it was removed.
func salvage(name string) (*Segment, error) {
	seg, whole, err := survey(name)
	if err != nil || seg.Samples == 0 {
		if rm := os.Remove(name); rm != nil {
			return nil, fmt.Errorf("remove a ruined capture: %w", rm)
		}
		return nil, nil
	}
	if err := os.Truncate(name, whole); err != nil {
		return nil, fmt.Errorf("cut a capture: %w", err)
	}
	raw, err := os.ReadFile(name)
	if err != nil {
		return nil, fmt.Errorf("sum a capture: %w", err)
	}
	seg.Bytes, seg.SHA256, seg.Repaired = whole, fmt.Sprintf("%x", sha256.Sum256(raw)), true
	return seg, nil
}

func survey(name string) (*Segment, int64, error) {
	r, err := openSegment(name)
	if err != nil {
		return nil, 0, err
	}
	defer func() { _ = r.close() }()
	s := &Segment{File: filepath.Base(name), Kind: r.kind}
	if r.kind == Video {
		s.Width, s.Height = r.format.Size()
	}
	for {
		units, err := r.next()
		if err != nil {
			return s, r.whole, nil
		}
		for _, u := range units {
			if s.Samples == 0 {
				s.Start = u.Time
			}
			s.Samples++
			s.Duration = max(s.Duration, u.Time.Add(u.Duration).Sub(s.Start).Seconds())
		}
	}
}
