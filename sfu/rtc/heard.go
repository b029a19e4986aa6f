package rtc

import (
	"encoding/binary"

	"github.com/pion/interceptor"
	"github.com/pion/sdp/v3"
)

// Heard is told the SSRC and the transport-wide sequence number of every packet that pion reads.
type Heard func(ssrc uint32, number uint16)

// NewInterceptor makes Heard an interceptor.Factory.
func (h Heard) NewInterceptor(string) (interceptor.Interceptor, error) {
	return &witness{heard: h}, nil
}

type witness struct {
	interceptor.NoOp
	heard Heard
}

// BindRemoteStream listens to one stream.
func (w *witness) BindRemoteStream(info *interceptor.StreamInfo, reader interceptor.RTPReader) interceptor.RTPReader {
	id := uint8(0)
	for _, x := range info.RTPHeaderExtensions {
		if x.URI == sdp.TransportCCURI {
			id = uint8(x.ID)
		}
	}
	if id == 0 {
		return reader
	}
	return interceptor.RTPReaderFunc(func(b []byte, a interceptor.Attributes) (int, interceptor.Attributes, error) {
		n, a, err := reader.Read(b, a)
		if err != nil {
			return n, a, err
		}
		if a == nil {
			a = interceptor.Attributes{}
		}
		if header, err := a.GetRTPHeader(b[:n]); err == nil {
			if number := header.GetExtension(id); len(number) >= 2 {
				w.heard(header.SSRC, binary.BigEndian.Uint16(number))
			}
		}
		return n, a, nil
	})
}
