package libav

import (
	"context"
	"errors"
	"io"
	"time"

	"github.com/asticode/go-astiav"
)

// filmAhead is how many decoded pictures wait for the compositor: a decoder that is faster waits.
const filmAhead = 6

type filmPicture struct {
	at    time.Duration
	frame *astiav.Frame
}

// film is the pictures of one source. run decodes in a goroutine of its own; at is the compositor's.
type film struct {
	decoder       *feedDecoder
	pictures      chan filmPicture
	current, next *filmPicture
	started       bool // run was called; it closes the channel
}

func newFilm(feed Feed) (*film, error) {
	d, err := newFeedDecoder(feed, astiav.FindDecoder(astiav.CodecIDH264), 0)
	if err != nil {
		return nil, err
	}
	return &film{decoder: d, pictures: make(chan filmPicture, filmAhead)}, nil
}

// run decodes until the feed or ctx ends.
func (f *film) run(ctx context.Context) error {
	defer close(f.pictures)
	var last time.Duration
	for {
		frame := astiav.AllocFrame()
		if err := f.decoder.next(frame); err != nil {
			frame.Free()
			if errors.Is(err, io.EOF) {
				return nil
			}
			return err
		}
		at := time.Duration(frame.Pts()) * time.Microsecond
		if frame.Pts() == astiav.NoPtsValue {
			at = last + 40*time.Millisecond
		}
		last = at
		select {
		case f.pictures <- filmPicture{at, frame}:
		case <-ctx.Done():
			frame.Free()
			return ctx.Err()
		}
	}
}

// at is the picture to show at t: the last one that is not later, the first one before that; nil when there is none at all. It stays the
// film's.
func (f *film) at(t time.Duration) *astiav.Frame {
	if f.current == nil {
		f.current = f.pull()
	}
	for {
		if f.next == nil {
			f.next = f.pull()
		}
		if f.next == nil || f.next.at > t {
			break
		}
		f.current.frame.Free()
		f.current, f.next = f.next, nil
	}
	if f.current == nil {
		return nil
	}
	return f.current.frame
}

func (f *film) pull() *filmPicture {
	p, ok := <-f.pictures
	if !ok {
		return nil
	}
	return &p
}

// close frees everything. run has ended.
func (f *film) close() {
	if f.started {
		for p := range f.pictures {
			p.frame.Free()
		}
	}
	for _, p := range []*filmPicture{f.current, f.next} {
		if p != nil {
			p.frame.Free()
		}
	}
	f.decoder.close()
}
