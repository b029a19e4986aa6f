package render

import (
	"encoding/binary"
	"time"

	"github.com/tongtang/tongtang/recorder/compose"
	"github.com/tongtang/tongtang/recorder/libav"
	"github.com/tongtang/tongtang/recorder/spool"
)

// material opens captures for libav. It remembers its readers, so that damage can be told afterwards.
type material struct {
	captures []spool.Capture
	start    time.Time
	readers  []*spool.Reader
}

func (m *material) Video(source string, used []compose.Stretch) libav.Feed {
	return m.open(source, spool.Video, used)
}

func (m *material) Audio(source string, used []compose.Stretch) libav.Feed {
	return m.open(source, spool.Audio, used)
}

func (m *material) open(source string, kind spool.Kind, used []compose.Stretch) libav.Feed {
	for _, c := range m.captures {
		if c.Source != source {
			continue
		}
		segments := needed(c.Of(kind), used, kind == spool.Video)
		if len(segments) == 0 {
			return nil
		}
		r := c.Read(segments)
		m.readers = append(m.readers, r)
		return &feed{reader: r, start: m.start, kind: kind}
	}
	return nil
}

func (m *material) damaged() int {
	n := 0
	for _, r := range m.readers {
		n += r.Damaged
	}
	return n
}

// needed picks the segments that touch a stretch. A picture stays until the next one comes, so of pictures the last segment before a
// stretch is needed too, or the first one of all when nothing is earlier.
func needed(all []spool.Segment, used []compose.Stretch, held bool) []spool.Segment {
	pick := make([]bool, len(all))
	for _, u := range used {
		before := -1
		for i, s := range all {
			if s.Start.Before(u.To) && s.End().After(u.From) {
				pick[i] = true
			}
			if !s.Start.After(u.From) {
				before = i
			}
		}
		if held && len(all) > 0 {
			pick[max(before, 0)] = true
		}
	}
	var some []spool.Segment
	for i, s := range all {
		if pick[i] {
			some = append(some, s)
		}
	}
	return some
}

// feed gives spooled samples the form that decoders want.
type feed struct {
	reader *spool.Reader
	start  time.Time
	kind   spool.Kind
}

func (f *feed) Next() (libav.Unit, error) {
	u, err := f.reader.Next()
	if err != nil {
		return libav.Unit{}, err
	}
	data := u.Data
	if f.kind == spool.Video {
		data = annexB(u)
	}
	return libav.Unit{At: u.Time.Sub(f.start), Data: data}, nil
}

func (f *feed) Close() { f.reader.Close() }

// annexB replaces the lengths by start codes, and puts the parameter sets before a keyframe (ITU-T H.264 Annex B).
func annexB(u spool.Unit) []byte {
	b := make([]byte, 0, len(u.Data)+256)
	if u.Format != nil {
		b = append(append(b, 0, 0, 0, 1), u.Format.SPS...)
		b = append(append(b, 0, 0, 0, 1), u.Format.PPS...)
	}
	for rest := u.Data; len(rest) > 4; {
		n := int(binary.BigEndian.Uint32(rest))
		rest = rest[4:]
		if n > len(rest) {
			break
		}
		b = append(append(b, 0, 0, 0, 1), rest[:n]...)
		rest = rest[n:]
	}
	return b
}
