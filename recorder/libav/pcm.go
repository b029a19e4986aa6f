package libav

//#cgo pkg-config: libavutil
//#include <libavutil/frame.h>
import "C"

import (
	"fmt"
	"unsafe"

	"github.com/asticode/go-astiav"
)

// mixRate is the sample rate of everything that is mixed, Hz: Opus decodes to it.
const mixRate = 48_000

// planes are the samples of a planar float frame, one slice for each channel. They live in the frame's memory, as long as the frame does.
func planes(f *astiav.Frame) ([][]float32, error) {
	c := (*C.AVFrame)(f.UnsafePointer())
	if f.SampleFormat() != astiav.SampleFormatFltp || c.extended_data == nil {
		return nil, fmt.Errorf("sound is %s, not planar float", f.SampleFormat().Name())
	}
	n := int(c.nb_samples)
	channels := int(c.ch_layout.nb_channels)
	data := unsafe.Slice(c.extended_data, channels)
	out := make([][]float32, channels)
	for i := range out {
		out[i] = unsafe.Slice((*float32)(unsafe.Pointer(data[i])), n)
	}
	return out, nil
}

// stereoFrame makes an empty frame of n samples.
func stereoFrame(n int) (*astiav.Frame, error) {
	f := astiav.AllocFrame()
	f.SetNbSamples(n)
	f.SetSampleRate(mixRate)
	f.SetSampleFormat(astiav.SampleFormatFltp)
	f.SetChannelLayout(astiav.ChannelLayoutStereo)
	(*C.AVFrame)(f.UnsafePointer()).ch_layout.order = C.AV_CHANNEL_ORDER_NATIVE
	(*C.AVFrame)(f.UnsafePointer()).ch_layout.nb_channels = 2
	*(*C.uint64_t)(unsafe.Pointer(&(*C.AVFrame)(f.UnsafePointer()).ch_layout.u)) = 3 // front left and right
	if err := f.AllocBuffer(0); err != nil {
		f.Free()
		return nil, fmt.Errorf("make a sound frame: %w", err)
	}
	return f, nil
}
