package spool

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"time"

	"github.com/Eyevinn/mp4ff/avc"
	"github.com/Eyevinn/mp4ff/mp4"
)

// Clock rates of the tracks. Decode times in the files are ticks since 1970, so that every file, and what is left of it, tells its wall clock.
const (
	videoRate = 90_000 // Hz
	audioRate = 48_000 // Hz
	trackID   = 1
)

func (k Kind) rate() int64 {
	if k == Audio {
		return audioRate
	}
	return videoRate
}

func ticks(t time.Time, rate int64) int64 {
	return t.Unix()*rate + int64(t.Nanosecond())*rate/int64(time.Second)
}

func wall(ticks, rate int64) time.Time {
	return time.Unix(ticks/rate, ticks%rate*int64(time.Second)/rate).UTC()
}

// Format is what a decoder must know before the first sample. A change begins a new segment.
type Format struct {
	SPS, PPS []byte // of H.264, without start codes
}

func (f Format) equal(g Format) bool { return bytes.Equal(f.SPS, g.SPS) && bytes.Equal(f.PPS, g.PPS) }

// Size is the picture's size in pixels.
func (f Format) Size() (width, height int) {
	sps, err := parseSPS(f.SPS)
	if err != nil {
		return 0, 0
	}
	return int(sps.Width), int(sps.Height)
}

// parseSPS guards against what garbage from the line may do in the parser.
func parseSPS(raw []byte) (sps *avc.SPS, err error) {
	defer guard(&err)
	if len(raw) < 4 {
		return nil, errors.New("SPS is too short")
	}
	return avc.ParseSPSNALUnit(raw, false)
}

// ErrDamaged says that a file is not what the spool writes.
var ErrDamaged = errors.New("the capture is damaged")

func guard(err *error) {
	if p := recover(); p != nil {
		*err = fmt.Errorf("%w: %v", ErrDamaged, p)
	}
}

// initBoxes are ftyp and moov of a segment (ISO/IEC 14496-12; AVC file format 14496-15; Opus in ISOBMFF 0.8.1).
func initBoxes(kind Kind, f Format) (raw []byte, err error) {
	defer guard(&err)
	seg := mp4.CreateEmptyInit()
	seg.AddEmptyTrack(uint32(kind.rate()), string(kind), "und")
	trak := seg.Moov.Trak
	if kind == Video {
		if err := trak.SetAVCDescriptor("avc1", [][]byte{f.SPS}, [][]byte{f.PPS}, true); err != nil {
			return nil, err
		}
	} else {
		trak.Mdia.Minf.Stbl.Stsd.AddChild(mp4.CreateAudioSampleEntryBox("Opus", 2, 16, audioRate, opusBox()))
	}
	var b bytes.Buffer
	err = seg.Encode(&b)
	return b.Bytes(), err
}

// opusBox is the OpusSpecificBox: version 0, 2 channels, no pre-skip (the stream was joined in the middle), mapping family 0.
func opusBox() mp4.Box {
	body := []byte{0, 2, 0, 0}
	body = binary.BigEndian.AppendUint32(body, audioRate)
	body = append(body, 0, 0, 0)
	return mp4.CreateUnknownBox("dOps", uint64(8+len(body)), body)
}

// unit is a sample with the times it gets in the file.
type unit struct {
	dts, pts int64 // ticks since 1970
	key      bool
	data     []byte
}

// partBoxes are moof and mdat. end is the decode time at which the last unit ends.
func partBoxes(number uint32, units []unit, end int64) ([]byte, error) {
	frag, err := mp4.CreateFragment(number, trackID)
	if err != nil {
		return nil, err
	}
	for i, u := range units {
		next := end
		if i+1 < len(units) {
			next = units[i+1].dts
		}
		flags := mp4.NonSyncSampleFlags
		if u.key {
			flags = mp4.SyncSampleFlags
		}
		frag.AddFullSample(mp4.FullSample{
			Sample:     mp4.NewSample(flags, uint32(next-u.dts), uint32(len(u.data)), int32(u.pts-u.dts)),
			DecodeTime: uint64(u.dts), Data: u.data,
		})
	}
	var b bytes.Buffer
	err = frag.Encode(&b)
	return b.Bytes(), err
}

// readInit takes the format out of a moov box.
func readInit(raw []byte) (kind Kind, f Format, err error) {
	defer guard(&err)
	box, err := mp4.DecodeBox(0, bytes.NewReader(raw))
	if err != nil {
		return "", f, fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	moov, ok := box.(*mp4.MoovBox)
	if !ok || moov.Trak == nil {
		return "", f, fmt.Errorf("%w: no track", ErrDamaged)
	}
	stsd := moov.Trak.Mdia.Minf.Stbl.Stsd
	if stsd.AvcX == nil {
		return Audio, f, nil
	}
	conf := stsd.AvcX.AvcC
	if len(conf.SPSnalus) == 0 || len(conf.PPSnalus) == 0 {
		return "", f, fmt.Errorf("%w: no parameter sets", ErrDamaged)
	}
	return Video, Format{SPS: conf.SPSnalus[0], PPS: conf.PPSnalus[0]}, nil
}

// readPart takes the samples out of moof and the mdat's content.
func readPart(moofRaw, data []byte, kind Kind) (units []Unit, err error) {
	defer guard(&err)
	box, err := mp4.DecodeBox(0, bytes.NewReader(moofRaw))
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	moof, ok := box.(*mp4.MoofBox)
	if !ok || moof.Traf == nil || moof.Traf.Trun == nil || moof.Traf.Tfdt == nil {
		return nil, fmt.Errorf("%w: no samples", ErrDamaged)
	}
	at := int64(moof.Traf.Tfdt.BaseMediaDecodeTime())
	for _, s := range moof.Traf.Trun.Samples {
		if int(s.Size) > len(data) {
			return units, fmt.Errorf("%w: a sample is longer than its part", ErrDamaged)
		}
		units = append(units, Unit{
			Time:     wall(at+int64(s.CompositionTimeOffset), kind.rate()),
			Duration: time.Duration(int64(s.Dur) * int64(time.Second) / kind.rate()),
			Key:      s.Flags&mp4.NonSyncSampleFlags == 0, Data: data[:s.Size],
		})
		data = data[s.Size:]
		at += int64(s.Dur)
	}
	return units, nil
}
