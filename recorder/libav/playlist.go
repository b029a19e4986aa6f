package libav

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// Made is what a rendition became.
type Made struct {
	Rendition
	Codecs  string // RFC 6381
	Average int    // bit/s, measured, video and audio
	Peak    int    // bit/s, of the largest segment
	Seconds float64
	bytes   int64 // of all segments
}

// avcCodec is the RFC 6381 name of an H.264 stream, from its encoder's parameter sets in Annex B.
func avcCodec(extra []byte) string {
	i := bytes.Index(extra, []byte{0, 0, 1, 0x67})
	if i < 0 || len(extra) < i+7 {
		return "avc1.640028"
	}
	return fmt.Sprintf("avc1.%X", extra[i+4:i+7])
}

// measure reads a finished media playlist (RFC 8216) and its segments.
func measure(dir string, r Rendition, avc string) (Made, error) {
	m := Made{Rendition: r, Codecs: avc + ",mp4a.40.2"}
	raw, err := os.ReadFile(filepath.Join(dir, "index.m3u8"))
	if err != nil {
		return m, fmt.Errorf("read the playlist: %w", err)
	}
	if !bytes.Contains(raw, []byte("#EXT-X-ENDLIST")) {
		return m, errors.New("the playlist has no end")
	}
	var seconds float64
	lines := bufio.NewScanner(bytes.NewReader(raw))
	for lines.Scan() {
		l := lines.Text()
		if rest, ok := strings.CutPrefix(l, "#EXTINF:"); ok {
			if seconds, err = strconv.ParseFloat(strings.TrimSuffix(rest, ","), 64); err != nil {
				return m, fmt.Errorf("the playlist: %w", err)
			}
		}
		if l == "" || strings.HasPrefix(l, "#") {
			continue
		}
		info, err := os.Stat(filepath.Join(dir, l))
		if err != nil {
			return m, fmt.Errorf("a segment is missing: %w", err)
		}
		m.Seconds += seconds
		m.bytes += info.Size()
		if seconds >= 1 || m.Peak == 0 { // a last crumb says nothing about the rate
			m.Peak = max(m.Peak, int(float64(info.Size())*8/max(seconds, 0.04)))
		}
	}
	if m.Seconds > 0 {
		m.Average = int(float64(m.bytes) * 8 / m.Seconds)
	}
	return m, nil
}

// complete checks that nothing of the plan's duration, and nothing that was encoded, is missing: a full disk may go unnoticed by a muxer.
func (m Made) complete(want float64, encoded int64) error {
	if m.bytes < encoded {
		return fmt.Errorf("rendition %s has %d bytes, %d were encoded: %w", m.Name, m.bytes, encoded, io.ErrShortWrite)
	}
	if math.Abs(m.Seconds-want) > 0.5 {
		return fmt.Errorf("rendition %s lasts %.2f s, %.2f s were expected", m.Name, m.Seconds, want)
	}
	return nil
}

// writeMaster writes the multivariant playlist.
func writeMaster(dir string, all []Made) error {
	var b strings.Builder
	b.WriteString("#EXTM3U\n#EXT-X-VERSION:7\n#EXT-X-INDEPENDENT-SEGMENTS\n")
	for _, m := range all {
		fmt.Fprintf(&b, "#EXT-X-STREAM-INF:BANDWIDTH=%d,AVERAGE-BANDWIDTH=%d,RESOLUTION=%dx%d,FRAME-RATE=%d.000,CODECS=\"%s\"\n%s/index.m3u8\n",
			m.Peak, m.Average, m.Width, m.Height, frameRate, m.Codecs, m.Name)
	}
	return os.WriteFile(filepath.Join(dir, "master.m3u8"), []byte(b.String()), 0o640)
}
