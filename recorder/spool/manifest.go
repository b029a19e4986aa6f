package spool

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// Kind of a track.
type Kind string

const (
	Video Kind = "video" // H.264
	Audio Kind = "audio" // Opus
)

// Segment is a closed file with one track.
type Segment struct {
	File     string    `json:"file"` // in the source's folder
	Kind     Kind      `json:"kind"`
	Start    time.Time `json:"start"`    // wall clock of the first sample
	Duration float64   `json:"duration"` // seconds
	Samples  int       `json:"samples"`
	Width    int       `json:"width,omitempty"` // pixels
	Height   int       `json:"height,omitempty"`
	Bytes    int64     `json:"bytes"`
	SHA256   string    `json:"sha256"`
	Repaired bool      `json:"repaired,omitempty"` // its writer died; what was whole was kept
}

// End is the wall clock at which the segment ends.
func (s Segment) End() time.Time {
	return s.Start.Add(time.Duration(s.Duration * float64(time.Second)))
}

// Gap is a time of which a track has nothing, although its source was there.
type Gap struct {
	Kind     Kind      `json:"kind"`
	Start    time.Time `json:"start"`
	Duration float64   `json:"duration"` // seconds
	Why      string    `json:"why"`      // packet-loss | disk-full | no-connection
}

// line of the manifest; one field is there.
type line struct {
	Source  string   `json:"source,omitempty"`
	Segment *Segment `json:"segment,omitempty"`
	Gap     *Gap     `json:"gap,omitempty"`
}

// Capture is what the spool has of one source, each list in the order of time.
type Capture struct {
	Source   string    `json:"source"`
	Dir      string    `json:"-"`
	Segments []Segment `json:"segments"`
	Gaps     []Gap     `json:"gaps,omitempty"`
}

// Of returns the segments of one track.
func (c Capture) Of(kind Kind) []Segment {
	var of []Segment
	for _, s := range c.Segments {
		if s.Kind == kind {
			of = append(of, s)
		}
	}
	return of
}

// Captures repairs what a crash left behind, and returns what there is of a lesson. No track may be open.
func (s *Spool) Captures(lesson string) ([]Capture, error) {
	dirs, err := os.ReadDir(filepath.Join(s.lessonDir(lesson), "captures"))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("captures of lesson %s: %w", lesson, err)
	}
	var all []Capture
	for _, d := range dirs {
		dir := filepath.Join(s.lessonDir(lesson), "captures", d.Name())
		c, err := readManifest(dir)
		if err != nil {
			return nil, err
		}
		if err := repair(&c); err != nil {
			return nil, err
		}
		slices.SortStableFunc(c.Segments, func(a, b Segment) int { return a.Start.Compare(b.Start) })
		if len(c.Segments) > 0 {
			all = append(all, c)
		}
	}
	return all, nil
}

const manifestName = "manifest.jsonl"

// appendLine is one write: a crash leaves the line or a beginning of it, which the reader skips.
func appendLine(dir string, l line) error {
	raw, err := json.Marshal(l)
	if err != nil {
		return err
	}
	f, err := os.OpenFile(filepath.Join(dir, manifestName), os.O_CREATE|os.O_RDWR|os.O_APPEND, 0o640)
	if err != nil {
		return full(err)
	}
	if torn(f) {
		raw = append([]byte("\n"), raw...)
	}
	_, err = f.Write(append(raw, '\n'))
	if err == nil {
		err = f.Sync()
	}
	return full(errors.Join(err, f.Close()))
}

// torn tells whether the file ends in the middle of a line.
func torn(f *os.File) bool {
	info, err := f.Stat()
	if err != nil || info.Size() == 0 {
		return false
	}
	last := make([]byte, 1)
	_, err = f.ReadAt(last, info.Size()-1)
	return err == nil && last[0] != '\n'
}

func readManifest(dir string) (Capture, error) {
	c := Capture{Source: filepath.Base(dir), Dir: dir}
	raw, err := os.ReadFile(filepath.Join(dir, manifestName))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return c, fmt.Errorf("manifest: %w", err)
	}
	lines := bufio.NewScanner(bytes.NewReader(raw))
	for lines.Scan() {
		var l line
		if json.Unmarshal(lines.Bytes(), &l) != nil {
			continue // torn by a crash; its file is found by repair
		}
		switch {
		case l.Source != "":
			c.Source = l.Source
		case l.Gap != nil:
			c.Gaps = append(c.Gaps, *l.Gap)
		case l.Segment != nil && l.Segment.File == filepath.Base(l.Segment.File):
			c.Segments = append(c.Segments, *l.Segment)
		}
	}
	return c, nil
}

// repair lists the files that no line of the manifest names: cut to what is whole, or removed when nothing is.
func repair(c *Capture) error {
	entries, err := os.ReadDir(c.Dir)
	if err != nil {
		return fmt.Errorf("repair captures: %w", err)
	}
	for _, e := range entries {
		known := slices.ContainsFunc(c.Segments, func(s Segment) bool { return s.File == e.Name() })
		if known || !strings.HasSuffix(e.Name(), ".mp4") {
			continue
		}
		seg, err := salvage(filepath.Join(c.Dir, e.Name()))
		if err != nil {
			return err
		}
		if seg == nil {
			continue
		}
		if err := appendLine(c.Dir, line{Segment: seg}); err != nil {
			return fmt.Errorf("list a repaired segment: %w", err)
		}
		c.Segments = append(c.Segments, *seg)
	}
	return nil
}
