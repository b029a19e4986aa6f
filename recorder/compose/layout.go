package compose

// Layer is a source's place in the picture, in pixels; even numbers, since colour is stored for 2×2 pixels. The first layer lies lowest.
type Layer struct {
	Source     string
	X, Y, W, H int
	Crop       bool // fill the place and cut what is over; else show all of it with bars
}

// Layers puts a scene into a picture of w×h pixels: the lecturer's inset top right at a fifth of the width, the guest bottom right at a
// quarter, so that neither covers the other, nor the place where slides are written on.
func (s Scene) Layers(w, h int) []Layer {
	layers := []Layer{{Source: s.Main, W: w, H: h}}
	edge := even(w / 60)
	if s.Inset != "" && s.Inset != s.Main {
		iw, ih := even(w/5), even(w/5*9/16)
		layers = append(layers, Layer{Source: s.Inset, X: even(w - iw - edge), Y: edge, W: iw, H: ih, Crop: true})
	}
	if s.Guest != "" && s.Guest != s.Main {
		gw, gh := even(w/4), even(w/4*9/16)
		layers = append(layers, Layer{Source: s.Guest, X: even(w - gw - edge), Y: even(h - gh - edge), W: gw, H: gh, Crop: true})
	}
	return layers
}

func even(n int) int { return n &^ 1 }
