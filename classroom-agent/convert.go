package agent

import (
	"github.com/tongtang/tongtang/classroom-agent/rtsp"
	"github.com/tongtang/tongtang/recorder/libav"
)

// converter hands the pictures of one stream on: H.264 as it is, everything else as H.264.
type converter struct {
	stream *stream
	video  *libav.LiveVideo
	codec  libav.LiveCodec // that video was made for
	faults int
}

func (c *converter) push(v rtsp.Video) {
	if !c.stream.converted() {
		c.close()
		c.stream.feed.deliver(c.stream.layer, picture{v.At, v.Key, v.NALUs})
		return
	}
	if c.video != nil && c.codec != v.Codec {
		c.close()
	}
	if c.video == nil && !c.open(v) {
		return
	}
	if c.stream.wantKey.Swap(false) {
		c.video.KeyFrame()
	}
	pictures, err := c.video.Push(v.NALUs, v.At)
	if err != nil {
		c.fault(err)
	}
	for _, p := range pictures {
		c.stream.feed.deliver(c.stream.layer, picture{p.Time, p.Key, p.NALUs})
	}
}

// open begins at a keyframe.
func (c *converter) open(v rtsp.Video) bool {
	if !v.Key {
		return false
	}
	video, err := libav.NewLiveVideo(v.Codec, convertRate)
	if err != nil {
		c.fault(err)
		return false
	}
	c.video, c.codec = video, v.Codec
	return true
}

func (c *converter) fault(err error) {
	if c.faults++; c.faults == 1 || c.faults%250 == 0 {
		c.stream.feed.log.Warn("a picture could not be converted", "error", err, "count", c.faults)
	}
}

func (c *converter) close() {
	if c.video != nil {
		c.video.Close()
		c.video = nil
	}
}
