package libav

import (
	"errors"
	"fmt"

	"github.com/asticode/go-astiav"
)

const (
	stillWidth  = 32
	stillHeight = 18
)

// Brightness decodes one keyframe, its parameter sets before it, and returns its mean brightness, 0 (black) to 255. A few ms for a picture of 640×360.
func Brightness(codec LiveCodec, nalus [][]byte) (float64, error) {
	c, dec, err := liveDecoder(codec)
	if err != nil {
		return 0, err
	}
	defer dec.Free()
	dec.SetThreadCount(1)
	if err := liveOpen(dec, c, nil); err != nil {
		return 0, err
	}
	packet, frame := astiav.AllocPacket(), astiav.AllocFrame()
	defer packet.Free()
	defer frame.Free()
	if err := liveFill(packet, annexB(nalus)); err != nil {
		return 0, err
	}
	if err := dec.SendPacket(packet); err != nil {
		return 0, fmt.Errorf("decode keyframe: %w", err)
	}
	if err := dec.SendPacket(nil); err != nil {
		return 0, fmt.Errorf("decode keyframe: %w", err)
	}
	if err := dec.ReceiveFrame(frame); err != nil {
		return 0, fmt.Errorf("decode keyframe: %w", err)
	}
	return brightness(frame)
}

// brightness scales the picture down to a few grey points and takes their mean.
func brightness(f *astiav.Frame) (float64, error) {
	scale, err := astiav.CreateSoftwareScaleContext(f.Width(), f.Height(), f.PixelFormat(), stillWidth, stillHeight, astiav.PixelFormatGray8,
		astiav.NewSoftwareScaleContextFlags(astiav.SoftwareScaleContextFlagArea))
	if err != nil {
		return 0, fmt.Errorf("scale keyframe: %w", err)
	}
	defer scale.Free()
	small := astiav.AllocFrame()
	defer small.Free()
	small.SetWidth(stillWidth)
	small.SetHeight(stillHeight)
	small.SetPixelFormat(astiav.PixelFormatGray8)
	if err := small.AllocBuffer(0); err != nil {
		return 0, fmt.Errorf("scale keyframe: %w", err)
	}
	if err := scale.ScaleFrame(f, small); err != nil {
		return 0, fmt.Errorf("scale keyframe: %w", err)
	}
	points, err := small.Data().Bytes(1)
	if err != nil {
		return 0, fmt.Errorf("scale keyframe: %w", err)
	}
	if len(points) == 0 {
		return 0, errors.New("scale keyframe: nothing left")
	}
	var sum int
	for _, p := range points {
		sum += int(p)
	}
	return float64(sum) / float64(len(points)), nil
}
