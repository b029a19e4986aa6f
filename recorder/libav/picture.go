package libav

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/asticode/go-astiav"

	"github.com/tongtang/tongtang/recorder/compose"
)

// placed is a source's frame and its place.
type placed struct {
	compose.Layer
	frame *astiav.Frame
}

// frameShape is what the graph is built for; a camera that changes its picture gets a new graph.
type frameShape struct {
	w, h   int
	format astiav.PixelFormat
}

// pictureGraph lays the sources' frames over each other and scales the result to each rendition. Every push gives one frame per rendition.
type pictureGraph struct {
	graph  *astiav.FilterGraph
	srcs   []*astiav.FilterContext
	sinks  []*astiav.FilterContext
	layers []compose.Layer
	shapes []frameShape
}

func shapeOf(f *astiav.Frame) frameShape { return frameShape{f.Width(), f.Height(), f.PixelFormat()} }

// fits tells whether the graph was made for such layers.
func (g *pictureGraph) fits(in []placed) bool {
	if g == nil || len(in) != len(g.layers) {
		return false
	}
	for i, p := range in {
		if p.Layer != g.layers[i] || shapeOf(p.frame) != g.shapes[i] {
			return false
		}
	}
	return true
}

func newPictureGraph(in []placed, out []Rendition) (*pictureGraph, error) {
	g := &pictureGraph{graph: astiav.AllocFilterGraph()}
	g.graph.SetThreadCount(2)
	for _, p := range in {
		g.layers = append(g.layers, p.Layer)
		g.shapes = append(g.shapes, shapeOf(p.frame))
	}
	if err := g.build(in, out); err != nil {
		g.close()
		return nil, fmt.Errorf("make the picture's filters: %w", err)
	}
	return g, nil
}

func (g *pictureGraph) build(in []placed, out []Rendition) error {
	var outputs, inputs []*astiav.FilterInOut // as libavfilter calls them: the open ends of what is there already
	defer func() {
		for _, list := range [][]*astiav.FilterInOut{outputs, inputs} {
			if len(list) > 0 {
				list[0].Free()
			}
		}
	}()
	for i, p := range in {
		c, err := g.graph.NewFilterContext(astiav.FindFilterByName("buffer"), "in"+strconv.Itoa(i), astiav.FilterArgs{
			"video_size": fmt.Sprintf("%dx%d", p.frame.Width(), p.frame.Height()), "pix_fmt": strconv.Itoa(int(p.frame.PixelFormat())),
			"time_base": "1/" + strconv.Itoa(frameRate), "pixel_aspect": "1/1"})
		if err != nil {
			return err
		}
		g.srcs = append(g.srcs, c)
		outputs = chain(outputs, "in"+strconv.Itoa(i), c)
	}
	for i := range out {
		c, err := g.graph.NewFilterContext(astiav.FindFilterByName("buffersink"), "out"+strconv.Itoa(i), nil)
		if err != nil {
			return err
		}
		g.sinks = append(g.sinks, c)
		inputs = chain(inputs, "out"+strconv.Itoa(i), c)
	}
	if err := g.graph.Parse(describe(in, out), inputs[0], outputs[0]); err != nil {
		return err
	}
	return g.graph.Configure()
}

func chain(list []*astiav.FilterInOut, name string, c *astiav.FilterContext) []*astiav.FilterInOut {
	io := astiav.AllocFilterInOut()
	io.SetName(name)
	io.SetFilterContext(c)
	io.SetPadIdx(0)
	io.SetNext(nil)
	if n := len(list); n > 0 {
		list[n-1].SetNext(io)
	}
	return append(list, io)
}

// describe writes the graph in libavfilter's language. All inputs tick together, so overlay needs no synchronizing of its own.
func describe(in []placed, out []Rendition) string {
	var b strings.Builder
	for i, p := range in {
		fmt.Fprintf(&b, "[in%d]%s,setsar=1,format=yuv420p[l%d];", i, fit(p.Layer), i)
	}
	under := "l0"
	for i, p := range in[1:] {
		fmt.Fprintf(&b, "[%s][l%d]overlay=%d:%d[o%d];", under, i+1, p.X, p.Y, i)
		under = "o" + strconv.Itoa(i)
	}
	fmt.Fprintf(&b, "[%s]split=%d", under, len(out))
	for i := range out {
		fmt.Fprintf(&b, "[s%d]", i)
	}
	for i, r := range out {
		fmt.Fprintf(&b, ";[s%d]scale=%d:%d:flags=bicubic,setsar=1[out%d]", i, r.Width, r.Height, i)
	}
	return b.String()
}

func fit(l compose.Layer) string {
	if l.Crop {
		return fmt.Sprintf("scale=%d:%d:force_original_aspect_ratio=increase:flags=bilinear,crop=%d:%d", l.W, l.H, l.W, l.H)
	}
	return fmt.Sprintf("scale=%d:%d:force_original_aspect_ratio=decrease:force_divisible_by=2:flags=bicubic,pad=%d:%d:(ow-iw)/2:(oh-ih)/2", l.W, l.H, l.W, l.H)
}

// push lays the frames over each other as picture number n and returns one frame per rendition, which are the caller's to free.
func (g *pictureGraph) push(in []placed, n int64) ([]*astiav.Frame, error) {
	for i, p := range in {
		f := p.frame.Clone()
		f.SetPts(n)
		f.SetSampleAspectRatio(astiav.NewRational(1, 1))
		err := g.srcs[i].BuffersrcAddFrame(f, astiav.NewBuffersrcFlags())
		f.Free()
		if err != nil {
			return nil, fmt.Errorf("compose picture %d: %w", n, err)
		}
	}
	var out []*astiav.Frame
	for _, sink := range g.sinks {
		f := astiav.AllocFrame()
		if err := sink.BuffersinkGetFrame(f, astiav.NewBuffersinkFlags()); err != nil {
			f.Free()
			freeFrames(out)
			return nil, fmt.Errorf("compose picture %d: %w", n, err)
		}
		out = append(out, f)
	}
	return out, nil
}

func freeFrames(fs []*astiav.Frame) {
	for _, f := range fs {
		f.Free()
	}
}

func (g *pictureGraph) close() {
	if g == nil {
		return
	}
	for _, c := range append(g.srcs, g.sinks...) {
		c.Free()
	}
	g.graph.Free()
}
