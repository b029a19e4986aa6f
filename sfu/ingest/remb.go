package ingest

import "github.com/pion/rtcp"

// Limit asks the publisher to send no more than so many bit/s, all layers and the voice together (REMB, draft-alvestrand-rmcat-remb). Browsers
// take it as a cap whatever else tells them of the line; our own client leaves out layers.
func (s *Source) Limit(rate int64) {
	var ssrcs []uint32
	for _, l := range s.Layers() {
		if ssrc := s.newest(l); ssrc != 0 {
			ssrcs = append(ssrcs, ssrc)
		}
	}
	if len(ssrcs) > 0 {
		_ = s.write([]rtcp.Packet{&rtcp.ReceiverEstimatedMaximumBitrate{SenderSSRC: s.ssrc, Bitrate: float32(rate), SSRCs: ssrcs}}) // it is said again
	}
}

// Bitrate is what comes of all layers and the voice, bit/s of payload.
func (s *Source) Bitrate() int64 {
	sum := int64(0)
	for _, l := range s.Layers() {
		sum += l.Bitrate()
	}
	return sum
}
