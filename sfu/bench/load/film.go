package load

import (
	"bytes"
	"context"
	"errors"
	"time"

	"github.com/tongtang/tongtang/sfu/client"
)

const naluAUD = 9

// Frames cuts an H.264 byte stream (ITU-T H.264 annex B) with access unit delimiters into pictures, without the delimiters.
func Frames(stream []byte) (frames [][][]byte) {
	for _, unit := range bytes.Split(stream, []byte{0, 0, 1})[1:] {
		unit = bytes.TrimRight(unit, "\x00") // of the next start code
		if len(unit) == 0 {
			continue
		}
		if unit[0]&0x1f == naluAUD {
			frames = append(frames, nil)
		} else if n := len(frames); n > 0 {
			frames[n-1] = append(frames[n-1], unit)
		}
	}
	return frames
}

// PublishFilm puts a real film on air, again and again, without sound.
func PublishFilm(ctx context.Context, l client.Lesson, source string, frames [][][]byte, rate int) (*Publication, error) {
	if len(frames) == 0 {
		return nil, errors.New("the film has no pictures")
	}
	video := client.NewVideo()
	publication, err := l.Publish(ctx, client.PublishOptions{Source: source, Video: video})
	if err != nil {
		return nil, err
	}
	playing, end := context.WithCancel(context.Background())
	p := &Publication{publication: publication, end: end}
	n := 0
	p.wg.Go(func() {
		p.play(playing, time.Second/time.Duration(rate), func(now time.Time) {
			_ = video[0].WriteFrame(frames[n%len(frames)], uint32(n*90000/rate), now)
			n++
		})
	})
	return p, nil
}
