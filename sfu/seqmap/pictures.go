package seqmap

import "github.com/tongtang/tongtang/sfu/vp8"

const (
	pictureMask = 0x7fff
	keyMask     = 0x1f
)

// Pictures numbers the VP8 pictures of one outgoing stream: picture id, TL0PICIDX and KEYIDX (RFC 7741 §4.2) count on through all switches.
type Pictures struct {
	started bool
	last    Shift // the newest numbers sent
}

// Shift is what is added to the numbers of one input until the next switch.
type Shift struct {
	Picture uint16
	TL0     uint8
	Key     uint8
}

// Switch makes the keyframe that begins with d the next picture of the stream, and returns how the numbers of its input are shifted.
func (p *Pictures) Switch(d vp8.Descriptor) Shift {
	if !p.started {
		return Shift{}
	}
	return Shift{Picture: p.last.Picture + 1 - d.Picture, TL0: p.last.TL0 + 1 - d.TL0, Key: p.last.Key + 1 - d.Key}
}

// Map gives a packet's descriptor its outgoing numbers.
func (p *Pictures) Map(d vp8.Descriptor, by Shift) vp8.Descriptor {
	d = by.Apply(d)
	if d.HasPicture() && (!p.started || (d.Picture-p.last.Picture)&pictureMask < 1<<14) {
		p.started = true
		p.last = Shift{d.Picture, d.TL0, d.Key}
	}
	return d
}

// Apply shifts the numbers of a descriptor.
func (s Shift) Apply(d vp8.Descriptor) vp8.Descriptor {
	d.Picture = (d.Picture + s.Picture) & pictureMask
	d.TL0 += s.TL0
	d.Key = (d.Key + s.Key) & keyMask
	return d
}
