// Package render makes the files of a course resource out of a lesson's captures and its log, into a folder: HLS, MP4, poster, chapters, the
// log, and resource.json that describes them all.
package render

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/tongtang/tongtang/recorder/compose"
	"github.com/tongtang/tongtang/recorder/faststart"
	"github.com/tongtang/tongtang/recorder/libav"
	"github.com/tongtang/tongtang/recorder/link"
	"github.com/tongtang/tongtang/recorder/spool"
	scheduler "github.com/tongtang/tongtang/scheduler/link"
	"github.com/tongtang/tongtang/sfu/signal"
)

// Names of the files of a resource.
const (
	Master       = "hls/master.m3u8"
	MP4          = "video.mp4"
	Poster       = "poster.jpg"
	ChaptersJSON = "chapters.json"
	ChaptersVTT  = "chapters.vtt"
	Log          = "log.jsonl"
	Manifest     = "captures.json"
	Description  = "resource.json" // written last: with it a resource is whole
)

// ErrNothing says that there is no picture and no sound of the lesson.
var ErrNothing = errors.New("nothing was captured")

// Job is one resource to be made.
type Job struct {
	Lesson   scheduler.Lesson
	Events   []signal.Event
	Captures []spool.Capture
	Dir      string // is emptied first
	Preset   string // of x264; "" the default
	Progress func(percent, secsLeft float64)
}

// File is one file of a resource.
type File struct {
	Name   string `json:"name"`
	Bytes  int64  `json:"bytes"`
	SHA256 string `json:"sha256"`
}

// Resource is what resource.json says.
type Resource struct {
	Lesson     scheduler.Lesson `json:"lesson"`
	Start      time.Time        `json:"start"`    // wall clock of the beginning
	Duration   float64          `json:"duration"` // seconds
	Renditions []link.Rendition `json:"renditions"`
	Chapters   []link.Chapter   `json:"chapters"`
	Damaged    int              `json:"damaged,omitempty"` // captures that could not be read to their end
	Broken     int              `json:"broken,omitempty"`  // pictures and packets that could not be decoded
	Files      []File           `json:"files"`             // all but resource.json
}

// Bytes is the size of all files.
func (r Resource) Bytes() int64 {
	var n int64
	for _, f := range r.Files {
		n += f.Bytes
	}
	return n
}

// Render makes the resource. An error leaves the folder unfinished.
func Render(ctx context.Context, job Job) (Resource, error) {
	in := input(job)
	if len(in.Material) == 0 {
		return Resource{}, ErrNothing
	}
	if !in.End.After(in.Start) {
		return Resource{}, fmt.Errorf("the lesson ends before it starts: %s to %s", in.Start, in.End)
	}
	if err := os.RemoveAll(job.Dir); err != nil {
		return Resource{}, fmt.Errorf("empty the result's folder: %w", err)
	}
	if err := os.MkdirAll(job.Dir, 0o750); err != nil {
		return Resource{}, fmt.Errorf("make the result's folder: %w", err)
	}
	plan := compose.Make(in)
	m := &material{captures: job.Captures, start: plan.Start}
	made, err := libav.Compose(ctx, libav.Job{Plan: plan, Material: m, Dir: job.Dir, Renditions: libav.DefaultRenditions, Preset: job.Preset, Progress: job.Progress})
	if err != nil {
		return Resource{}, err
	}
	r := Resource{Lesson: job.Lesson, Start: plan.Start, Duration: made.Renditions[0].Seconds, Chapters: plan.Chapters, Damaged: m.damaged(), Broken: made.Broken}
	for _, x := range made.Renditions {
		r.Renditions = append(r.Renditions, link.Rendition{Height: x.Height, Bitrate: x.Average})
	}
	if err := finishMP4(job.Dir, plan.Chapters); err != nil {
		return r, err
	}
	if err := writeNotes(job, plan); err != nil {
		return r, err
	}
	return r, describe(job.Dir, &r)
}

// input gathers what the plan is made of. Without times of the lesson, those of its log and of its captures count.
func input(job Job) compose.Input {
	in := compose.Input{Events: job.Events}
	for _, c := range job.Captures {
		m := compose.Material{Source: c.Source}
		for _, s := range c.Segments {
			x := compose.Stretch{From: s.Start, To: s.End()}
			if s.Kind == spool.Video {
				m.Video = append(m.Video, x)
			} else {
				m.Audio = append(m.Audio, x)
			}
			if in.Start.IsZero() || s.Start.Before(in.Start) {
				in.Start = s.Start
			}
			if s.End().After(in.End) {
				in.End = s.End()
			}
		}
		if len(c.Segments) > 0 {
			in.Material = append(in.Material, m)
		}
	}
	if job.Lesson.StartedAt != nil {
		in.Start = *job.Lesson.StartedAt
	}
	if job.Lesson.EndedAt != nil {
		in.End = *job.Lesson.EndedAt
	}
	return in
}

// finishMP4 puts the index to the front and the chapters in.
func finishMP4(dir string, chapters []link.Chapter) error {
	var cs []faststart.Chapter
	for _, c := range chapters {
		cs = append(cs, faststart.Chapter{Start: c.Start, Title: c.Title})
	}
	plain, ready := filepath.Join(dir, MP4), filepath.Join(dir, MP4+".ready")
	if err := faststart.Rewrite(plain, ready, cs); err != nil {
		return err
	}
	return os.Rename(ready, plain)
}

// writeNotes writes everything that is text.
func writeNotes(job Job, plan compose.Plan) error {
	chapters, err := json.Marshal(nonNil(plan.Chapters))
	if err != nil {
		return err
	}
	var log bytes.Buffer
	lines := json.NewEncoder(&log)
	for _, e := range job.Events {
		if err := lines.Encode(e); err != nil {
			return err
		}
	}
	manifest, err := json.Marshal(job.Captures)
	if err != nil {
		return err
	}
	for name, raw := range map[string][]byte{ChaptersJSON: chapters, ChaptersVTT: []byte(compose.WebVTT(plan.Chapters, plan.Duration)),
		Log: log.Bytes(), Manifest: manifest} {
		if err := os.WriteFile(filepath.Join(job.Dir, name), raw, 0o640); err != nil {
			return fmt.Errorf("write %s: %w", name, err)
		}
	}
	return nil
}

func nonNil(cs []link.Chapter) []link.Chapter {
	if cs == nil {
		return []link.Chapter{}
	}
	return cs
}

// describe sums every file up and writes resource.json.
func describe(dir string, r *Resource) error {
	err := filepath.WalkDir(dir, func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		f, err := sum(name)
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(dir, name)
		f.Name = filepath.ToSlash(rel)
		r.Files = append(r.Files, f)
		return err
	})
	if err != nil {
		return fmt.Errorf("sum the result up: %w", err)
	}
	slices.SortFunc(r.Files, uploadOrder)
	r.Chapters = nonNil(r.Chapters)
	raw, err := json.MarshalIndent(r, "", " ")
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, Description), raw, 0o640)
}

// uploadOrder puts playlists behind the segments that they name.
func uploadOrder(a, b File) int {
	rank := func(f File) int {
		switch {
		case f.Name == Master:
			return 2
		case filepath.Ext(f.Name) == ".m3u8":
			return 1
		}
		return 0
	}
	if d := rank(a) - rank(b); d != 0 {
		return d
	}
	return bytes.Compare([]byte(a.Name), []byte(b.Name))
}

func sum(name string) (File, error) {
	f, err := os.Open(name)
	if err != nil {
		return File{}, err
	}
	defer func() { _ = f.Close() }()
	h := sha256.New()
	n, err := io.Copy(h, f)
	return File{Bytes: n, SHA256: fmt.Sprintf("%x", h.Sum(nil))}, err
}

// Load reads a finished resource's description; fs.ErrNotExist while it is not whole.
func Load(dir string) (Resource, error) {
	raw, err := os.ReadFile(filepath.Join(dir, Description))
	if err != nil {
		return Resource{}, err
	}
	var r Resource
	return r, json.Unmarshal(raw, &r)
}
