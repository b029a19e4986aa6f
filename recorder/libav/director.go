package libav

import (
	"context"
	"fmt"
	"time"

	"github.com/asticode/go-astiav"

	"github.com/tongtang/tongtang/recorder/compose"
)

// frameRate of every recording, pictures a second; a picture stands for 40 ms.
const frameRate = 25

const framePeriod = time.Second / frameRate

// director makes picture after picture of the plan and hands them to the encoders.
type director struct {
	plan    compose.Plan
	films   map[string]*film
	out     []Rendition
	frames  []chan *astiav.Frame // one per rendition
	seconds chan<- struct{}      // tells the mixer that a second of pictures is done; closed at the end
	poster  func(*astiav.Frame) error

	graph *pictureGraph
	black *astiav.Frame
}

// frameCount is how many pictures the plan has.
func frameCount(d time.Duration) int64 { return int64((d + framePeriod/2) / framePeriod) }

func (d *director) run(ctx context.Context) error {
	defer func() {
		for _, c := range d.frames {
			close(c)
		}
		close(d.seconds)
	}()
	var err error
	if d.black, err = blackFrame(d.out[0].Width, d.out[0].Height); err != nil {
		return err
	}
	scene, total := 0, frameCount(d.plan.Duration)
	poster := min(frameCount(d.plan.Poster), total-1)
	for n := range total {
		t := time.Duration(n) * framePeriod
		for scene+1 < len(d.plan.Scenes) && t >= d.plan.Scenes[scene].To {
			scene++
		}
		frames, err := d.picture(d.plan.Scenes[scene], t, n)
		if err != nil {
			return err
		}
		if n == poster {
			if err := d.poster(frames[0]); err != nil {
				freeFrames(frames)
				return err
			}
		}
		if err := d.hand(ctx, frames); err != nil {
			return err
		}
		if (n+1)%frameRate == 0 {
			select {
			case d.seconds <- struct{}{}:
			case <-ctx.Done():
				return ctx.Err()
			}
		}
	}
	return nil
}

// hand gives each encoder its frame.
func (d *director) hand(ctx context.Context, frames []*astiav.Frame) error {
	for i, f := range frames {
		select {
		case d.frames[i] <- f:
		case <-ctx.Done():
			freeFrames(frames[i:])
			return ctx.Err()
		}
	}
	return nil
}

func (d *director) picture(s compose.Scene, t time.Duration, n int64) ([]*astiav.Frame, error) {
	in := d.stack(s, t)
	if !d.graph.fits(in) {
		d.graph.close()
		d.graph = nil
		g, err := newPictureGraph(in, d.out)
		if err != nil {
			return nil, err
		}
		d.graph = g
	}
	return d.graph.push(in, n)
}

// stack finds the frames of a scene. A source that has none leaves the neutral picture, or its inset away.
func (d *director) stack(s compose.Scene, t time.Duration) []placed {
	var in []placed
	for i, l := range s.Layers(d.out[0].Width, d.out[0].Height) {
		var f *astiav.Frame
		if film := d.films[l.Source]; film != nil {
			f = film.at(t)
		}
		if f == nil && i == 0 {
			f = d.black
		}
		if f != nil {
			in = append(in, placed{l, f})
		}
	}
	return in
}

func (d *director) close() {
	d.graph.close()
	if d.black != nil {
		d.black.Free()
	}
	for _, c := range d.frames {
		for f := range c {
			f.Free()
		}
	}
}

func blackFrame(w, h int) (*astiav.Frame, error) {
	f := astiav.AllocFrame()
	f.SetWidth(w)
	f.SetHeight(h)
	f.SetPixelFormat(astiav.PixelFormatYuv420P)
	err := f.AllocBuffer(0)
	if err == nil {
		err = f.ImageFillBlack()
	}
	if err != nil {
		f.Free()
		return nil, fmt.Errorf("make the neutral picture: %w", err)
	}
	return f, nil
}
