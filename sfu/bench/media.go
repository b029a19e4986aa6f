package bench

import (
	"context"
	"crypto/rand"
	"time"

	"github.com/tongtang/tongtang/sfu/client"
)

const (
	fps = 30
	gop = 2 * fps // pictures from keyframe to keyframe
)

// film sends pictures of random bytes with the shape of H.264: nobody decodes them here.
func film(ctx context.Context, e *client.Encoding, bitrate int) {
	size := bitrate / 8 / fps
	key, delta := make([]byte, size*4), make([]byte, size*(gop-4)/(gop-1))
	_, _ = rand.Read(key) // never fails
	_, _ = rand.Read(delta)
	key[0], delta[0] = 0x65, 0x41
	parameters := [][]byte{{0x67, 0x42, 0xe0, 0x1f}, {0x68, 0xce, 0x3c, 0x80}}
	tick := time.NewTicker(time.Second / fps)
	defer tick.Stop()
	for n := uint32(0); ; n++ {
		select {
		case <-ctx.Done():
			return
		case now := <-tick.C:
			picture := [][]byte{delta}
			if n%gop == 0 {
				picture = append(parameters[:2:2], key)
			}
			_ = e.WriteFrame(picture, n*90000/fps, now)
		}
	}
}

// speak sends 20 ms of Opus at 64 kbit/s.
func speak(ctx context.Context, e *client.Encoding) {
	voice := make([]byte, 160)
	voice[0] = 0xf8
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for n := uint32(0); ; n++ {
		select {
		case <-ctx.Done():
			return
		case now := <-tick.C:
			_ = e.WriteFrame([][]byte{voice}, n*960, now)
		}
	}
}
