package spool

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"hash"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// How captures are cut.
const (
	PartLength    = time.Second      // what a crash may cost
	SegmentLength = 10 * time.Second // then closed, at the next keyframe
	longestStep   = time.Second      // between two samples; more is a hole in time, and begins a new part
)

// Sample is what a source sent: one picture (H.264, each NAL unit behind its length in 4 bytes) or one Opus packet.
type Sample struct {
	Time   time.Time // wall clock
	Key    bool      // a decoder can begin here; always so for sound
	Format Format    // of a keyframe
	Data   []byte
}

// Track writes one track of one source. It belongs to one goroutine.
type Track struct {
	spool  *Spool
	kind   Kind
	dir    string
	number int // of the next file

	format  Format
	waitKey bool   // nothing can be written before the next keyframe
	pending []unit // the part that is growing
	seg     *segmentFile
}

// segmentFile is the file that is open.
type segmentFile struct {
	file       *os.File
	size       int64 // of what was written whole
	sum        hash.Hash
	start, end int64 // ticks
	parts      uint32
	samples    int
}

// Track opens the track of a source for writing, behind what is there already.
func (s *Spool) Track(lesson, source string, kind Kind) (*Track, error) {
	dir := s.captureDir(lesson, source)
	if err := os.MkdirAll(dir, 0o750); err != nil {
		return nil, fmt.Errorf("make the captures' folder: %w", full(err))
	}
	if _, err := os.Stat(filepath.Join(dir, manifestName)); errors.Is(err, fs.ErrNotExist) {
		if err := appendLine(dir, line{Source: source}); err != nil {
			return nil, fmt.Errorf("begin the manifest: %w", err)
		}
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, fmt.Errorf("open track: %w", err)
	}
	t := &Track{spool: s, kind: kind, dir: dir, number: 1, waitKey: true}
	for _, e := range entries {
		var n int
		if _, err := fmt.Sscanf(strings.TrimPrefix(e.Name(), string(kind)), "-%d.mp4", &n); err == nil {
			t.number = max(t.number, n+1)
		}
	}
	return t, nil
}

// Write adds a sample. ErrFull says that the part that was growing is lost; writing goes on by itself, at a keyframe, when there is room.
func (t *Track) Write(s Sample) error {
	if t.waitKey && !s.Key {
		return nil
	}
	err := t.makeWay(s)
	if t.waitKey && !s.Key { // it could not be written, and what follows is of no use
		return err
	}
	t.waitKey = false
	if s.Key && t.kind == Video {
		t.format = s.Format
	}
	pts := ticks(s.Time, t.kind.rate())
	dts := pts
	if n := len(t.pending); n > 0 { // pictures may be sent in another order than they are shown in
		dts = max(pts, t.pending[n-1].dts+1)
	}
	t.pending = append(t.pending, unit{dts: dts, pts: pts, key: s.Key, data: s.Data})
	return err
}

// makeWay writes out what is finished before s comes.
func (t *Track) makeWay(s Sample) error {
	if len(t.pending) == 0 {
		if t.seg != nil && t.mustCut(s, ticks(s.Time, t.kind.rate())) {
			return t.closeSegment()
		}
		return nil
	}
	rate := t.kind.rate()
	now, last := ticks(s.Time, rate), t.pending[len(t.pending)-1].dts
	step := now - last
	hole := step > ticksOf(longestStep, rate) || step < -ticksOf(longestStep, rate)
	cut := hole && step < 0 || t.mustCut(s, now)
	if !hole && !cut && now-t.pending[0].dts < ticksOf(PartLength, rate) {
		return nil
	}
	if hole || step <= 0 {
		step = t.usualStep()
	}
	if err := t.flush(last + step); err != nil {
		return err
	}
	if cut {
		return t.closeSegment()
	}
	return nil
}

func ticksOf(d time.Duration, rate int64) int64 { return int64(d) * rate / int64(time.Second) }

// mustCut tells whether s begins a new segment.
func (t *Track) mustCut(s Sample, now int64) bool {
	if !s.Key {
		return false
	}
	if t.kind == Video && !s.Format.equal(t.format) {
		return true
	}
	start := now
	switch {
	case t.seg != nil:
		start = t.seg.start
	case len(t.pending) > 0:
		start = t.pending[0].dts
	}
	return now-start >= ticksOf(SegmentLength, t.kind.rate())
}

// usualStep guesses the duration of a last sample.
func (t *Track) usualStep() int64 {
	if n := len(t.pending); n > 1 {
		return t.pending[n-1].dts - t.pending[n-2].dts
	}
	if t.kind == Audio {
		return ticksOf(20*time.Millisecond, audioRate)
	}
	return ticksOf(40*time.Millisecond, videoRate)
}

// Flush writes out the part that is growing when it began before t; for a source that has fallen silent.
func (t *Track) Flush(before time.Time) error {
	if len(t.pending) == 0 || t.pending[0].pts >= ticks(before, t.kind.rate()) {
		return nil
	}
	return t.flush(t.pending[len(t.pending)-1].dts + t.usualStep())
}

// Gap notes a time of which the track has nothing.
func (t *Track) Gap(start time.Time, length time.Duration, why string) error {
	return appendLine(t.dir, line{Gap: &Gap{Kind: t.kind, Start: start.UTC(), Duration: length.Seconds(), Why: why}})
}

// WaitsForKey tells that everything before the next keyframe is dropped.
func (t *Track) WaitsForKey() bool { return t.waitKey && t.kind == Video }

// Writes tells that a part was written since the last error.
func (t *Track) Writes() bool { return t.seg != nil && t.seg.parts > 0 }

// Lost says that samples are missing here: nothing is written before the next keyframe.
func (t *Track) Lost() { t.waitKey = t.waitKey || t.kind == Video }

// Close writes out what there is and closes the segment.
func (t *Track) Close() error {
	var err error
	if len(t.pending) > 0 {
		err = t.flush(t.pending[len(t.pending)-1].dts + t.usualStep())
	}
	return errors.Join(err, t.closeSegment())
}

// flush appends the pending part to the file and to the disk. After an error the part is lost, and the file ends where it was whole.
func (t *Track) flush(end int64) error {
	units := t.pending
	t.pending = nil
	err := t.writePart(units, end)
	if err == nil {
		return nil
	}
	t.waitKey = true
	return errors.Join(fmt.Errorf("write capture: %w", full(err)), t.closeSegment())
}

func (t *Track) writePart(units []unit, end int64) error {
	var raw []byte
	if t.seg == nil {
		head, err := initBoxes(t.kind, t.format)
		if err != nil {
			return err
		}
		raw = head
		name := filepath.Join(t.dir, fmt.Sprintf("%s-%06d.mp4", t.kind, t.number))
		file, err := os.OpenFile(name, os.O_CREATE|os.O_EXCL|os.O_RDWR, 0o640)
		if err != nil {
			return err
		}
		t.number++
		t.seg = &segmentFile{file: file, sum: sha256.New(), start: units[0].pts}
	}
	part, err := partBoxes(t.seg.parts+1, units, end)
	if err != nil {
		return err
	}
	if err := t.spool.room(len(raw) + len(part)); err != nil {
		return err
	}
	return t.seg.append(append(raw, part...), len(units), end)
}

func (g *segmentFile) append(raw []byte, samples int, end int64) error {
	_, err := g.file.WriteAt(raw, g.size)
	if err == nil {
		err = g.file.Sync()
	}
	if err != nil {
		_ = g.file.Truncate(g.size)
		return err
	}
	g.sum.Write(raw)
	g.size += int64(len(raw))
	g.parts++
	g.samples += samples
	g.end = end
	return nil
}

// closeSegment lists the open file in the manifest. Where that fails, repair will find it.
func (t *Track) closeSegment() error {
	g := t.seg
	if g == nil {
		return nil
	}
	t.seg = nil
	if err := g.file.Close(); err != nil {
		return fmt.Errorf("close capture: %w", err)
	}
	if g.parts == 0 {
		return os.Remove(g.file.Name())
	}
	rate := t.kind.rate()
	s := Segment{File: filepath.Base(g.file.Name()), Kind: t.kind, Start: wall(g.start, rate), Duration: float64(g.end-g.start) / float64(rate),
		Samples: g.samples, Bytes: g.size, SHA256: fmt.Sprintf("%x", g.sum.Sum(nil))}
	if t.kind == Video {
		s.Width, s.Height = t.format.Size()
	}
	if err := appendLine(t.dir, line{Segment: &s}); err != nil {
		return fmt.Errorf("list a segment: %w", err)
	}
	return nil
}
