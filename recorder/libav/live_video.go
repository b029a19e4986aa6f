package libav

import (
	"bytes"
	"errors"
	"fmt"
	"runtime"
	"strconv"
	"time"

	"github.com/asticode/go-astiav"
)

const videoRate = 90_000

// Picture is one H.264 access unit.
type Picture struct {
	Time  time.Duration // when it is shown, on the clock of what was pushed
	Key   bool
	NALUs [][]byte // SPS and PPS stand before every IDR
}

// LiveVideo turns a camera's H.265 into H.264 without B-frames. The size of the picture may change at any keyframe.
type LiveVideo struct {
	maxBitrate int
	dec        *astiav.CodecContext
	enc        *astiav.CodecContext
	scale      *astiav.SoftwareScaleContext // nil when the frames are 8-bit 4:2:0 already
	size       videoSize
	packet     *astiav.Packet
	frame      *astiav.Frame
	plain      *astiav.Frame
	wantKey    bool
	last       int64 // time of the last frame encoded
}

type videoSize struct {
	width, height int
	format        astiav.PixelFormat
}

// NewLiveVideo opens the decoder; the encoder follows from the first picture. maxBitrate is in bit/s.
func NewLiveVideo(codec LiveCodec, maxBitrate int) (*LiveVideo, error) {
	c, dec, err := liveDecoder(codec)
	if err != nil {
		return nil, err
	}
	v := &LiveVideo{maxBitrate: maxBitrate, dec: dec, packet: astiav.AllocPacket(), frame: astiav.AllocFrame(), plain: astiav.AllocFrame()}
	dec.SetTimeBase(astiav.NewRational(1, videoRate))
	dec.SetThreadCount(min(2, runtime.NumCPU()))
	dec.SetThreadType(astiav.ThreadTypeSlice) // threads by frame would each hold one back
	if err := liveOpen(dec, c, nil); err != nil {
		v.Close()
		return nil, err
	}
	return v, nil
}

// KeyFrame asks for a keyframe with the next picture.
func (v *LiveVideo) KeyFrame() { v.wantKey = true }

// Push converts one access unit; the first must be a keyframe with its parameter sets. A broken picture is an error after which one may go on.
func (v *LiveVideo) Push(nalus [][]byte, at time.Duration) ([]Picture, error) {
	if err := liveFill(v.packet, annexB(nalus)); err != nil {
		return nil, err
	}
	v.packet.SetPts(liveTicks(at, videoRate))
	if err := v.dec.SendPacket(v.packet); err != nil {
		return nil, fmt.Errorf("decode picture: %w", err)
	}
	var out []Picture
	for {
		if err := v.dec.ReceiveFrame(v.frame); errors.Is(err, astiav.ErrEagain) {
			return out, nil
		} else if err != nil {
			return out, fmt.Errorf("decode picture: %w", err)
		}
		pictures, err := v.convert()
		v.frame.Unref()
		out = append(out, pictures...)
		if err != nil {
			return out, err
		}
	}
}

func (v *LiveVideo) convert() ([]Picture, error) {
	if err := v.prepare(); err != nil {
		return nil, err
	}
	pts := v.frame.Pts()
	if pts < v.last-videoRate { // the clock was set back by more than 1 s: an encoder cannot go back, a new one can
		v.closeEncoder()
		if err := v.prepare(); err != nil {
			return nil, err
		}
		v.last = pts - 1
	}
	if pts <= v.last {
		return nil, nil // a repeated time: the encoder would refuse it
	}
	v.last = pts
	f := v.frame
	if v.scale != nil {
		f = v.plain
		defer f.Unref()
		f.SetWidth(v.size.width)
		f.SetHeight(v.size.height)
		f.SetPixelFormat(astiav.PixelFormatYuv420P)
		if err := f.AllocBuffer(0); err != nil {
			return nil, fmt.Errorf("convert picture: %w", err)
		}
		if err := v.scale.ScaleFrame(v.frame, f); err != nil {
			return nil, fmt.Errorf("convert picture: %w", err)
		}
		f.SetPts(pts)
	}
	f.SetPictureType(astiav.PictureTypeNone)
	if v.wantKey {
		f.SetPictureType(astiav.PictureTypeI)
		v.wantKey = false
	}
	return v.encode(f)
}

func (v *LiveVideo) encode(f *astiav.Frame) ([]Picture, error) {
	if err := v.enc.SendFrame(f); err != nil {
		return nil, fmt.Errorf("encode picture: %w", err)
	}
	var out []Picture
	for {
		if err := v.enc.ReceivePacket(v.packet); errors.Is(err, astiav.ErrEagain) || errors.Is(err, astiav.ErrEof) {
			return out, nil
		} else if err != nil {
			return out, fmt.Errorf("encode picture: %w", err)
		}
		out = append(out, Picture{
			Time:  liveTime(v.packet.Pts(), videoRate),
			Key:   v.packet.Flags().Has(astiav.PacketFlagKey),
			NALUs: splitAnnexB(v.packet.Data()),
		})
		v.packet.Unref()
	}
}

// prepare makes the encoder for the frame at hand.
func (v *LiveVideo) prepare() error {
	is := videoSize{v.frame.Width(), v.frame.Height(), v.frame.PixelFormat()}
	if v.enc != nil && v.size == is {
		return nil
	}
	v.closeEncoder()
	v.size = is
	codec := astiav.FindEncoderByName("libx264")
	if codec == nil {
		return errors.New("libavcodec has no H.264 encoder")
	}
	enc := astiav.AllocCodecContext(codec)
	enc.SetWidth(is.width)
	enc.SetHeight(is.height)
	enc.SetPixelFormat(astiav.PixelFormatYuv420P)
	enc.SetTimeBase(astiav.NewRational(1, videoRate))
	enc.SetThreadCount(min(2, runtime.NumCPU()))
	rate := strconv.Itoa(v.maxBitrate)
	if err := liveOpen(enc, codec, map[string]string{"preset": "superfast", "tune": "zerolatency", "profile": "main", "crf": "23", "g": "50",
		"maxrate": rate, "bufsize": rate, "forced-idr": "1"}); err != nil {
		enc.Free()
		return fmt.Errorf("%d×%d: %w", is.width, is.height, err)
	}
	v.enc = enc
	if is.format == astiav.PixelFormatYuv420P {
		return nil
	}
	var err error
	v.scale, err = astiav.CreateSoftwareScaleContext(is.width, is.height, is.format, is.width, is.height, astiav.PixelFormatYuv420P,
		astiav.NewSoftwareScaleContextFlags(astiav.SoftwareScaleContextFlagBilinear))
	if err != nil {
		v.closeEncoder()
		return fmt.Errorf("convert from %s: %w", is.format, err)
	}
	return nil
}

func (v *LiveVideo) closeEncoder() {
	if v.enc != nil {
		v.enc.Free()
		v.enc = nil
	}
	if v.scale != nil {
		v.scale.Free()
		v.scale = nil
	}
}

// Close frees everything.
func (v *LiveVideo) Close() {
	v.closeEncoder()
	v.dec.Free()
	v.packet.Free()
	v.frame.Free()
	v.plain.Free()
}

// annexB joins NAL units with start codes (ITU-T H.264 Annex B).
func annexB(nalus [][]byte) []byte {
	var b []byte
	for _, n := range nalus {
		b = append(append(b, 0, 0, 0, 1), n...)
	}
	return b
}

// splitAnnexB takes an encoder's output apart; only what a decoder needs stays (no delimiters, no SEI).
func splitAnnexB(b []byte) [][]byte {
	var nalus [][]byte
	for _, n := range bytes.Split(b, []byte{0, 0, 1}) {
		n = bytes.TrimRight(n, "\x00")
		if len(n) == 0 {
			continue
		}
		if t := n[0] & 0x1f; t != 6 && t != 9 {
			nalus = append(nalus, n)
		}
	}
	return nalus
}
