package camera

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/Eyevinn/mp4ff/mp4"
)

// film is a whole film in memory, ready to be sent.
type film struct {
	length time.Duration // of the loop: the length of the picture
	video  *videoTrack
	audio  *audioTrack // nil: no sound
}

// frame is one access unit.
type frame struct {
	at    time.Duration // when it is sent; equal to pts where there are no B-frames, else late enough that nothing comes before it was "filmed"
	pts   time.Duration // when it is shown
	key   bool
	nalus [][]byte
}

type videoTrack struct {
	hevc   bool
	params [][]byte // H.264: SPS, PPS; H.265: VPS, SPS, PPS
	frames []frame
}

// audioTrack is sound in frames of equal length.
type audioTrack struct {
	rate    int
	perUnit int    // samples of one frame
	config  []byte // AudioSpecificConfig (ISO/IEC 14496-3) of AAC; nil is G.711
	muLaw   bool
	units   [][]byte
}

// readFilm reads an MP4, and the voice beside it if one is named.
func readFilm(file, voice string) (*film, error) {
	raw, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("film: %w", err)
	}
	parsed, err := mp4.DecodeFile(bytes.NewReader(raw), mp4.WithDecodeMode(mp4.DecModeLazyMdat))
	if err != nil {
		return nil, fmt.Errorf("film %s: %w", file, err)
	}
	if parsed.Moov == nil || parsed.IsFragmented() {
		return nil, fmt.Errorf("film %s: not a plain MP4", file)
	}
	f := &film{}
	for _, trak := range parsed.Moov.Traks {
		stsd := trak.Mdia.Minf.Stbl.Stsd
		switch {
		case stsd.AvcX != nil, stsd.HvcX != nil:
			f.video, f.length, err = readVideo(raw, trak)
		case stsd.Mp4a != nil:
			f.audio, err = readAAC(raw, trak)
		}
		if err != nil {
			return nil, fmt.Errorf("film %s: %w", file, err)
		}
	}
	if f.video == nil {
		return nil, fmt.Errorf("film %s: no H.264 or H.265 in it", file)
	}
	if voice != "" {
		if f.audio, err = readG711(voice); err != nil {
			return nil, err
		}
	}
	return f, nil
}

func readVideo(raw []byte, trak *mp4.TrakBox) (*videoTrack, time.Duration, error) {
	v := &videoTrack{}
	stsd := trak.Mdia.Minf.Stbl.Stsd
	if stsd.AvcX != nil {
		v.params = append(append(v.params, stsd.AvcX.AvcC.SPSnalus...), stsd.AvcX.AvcC.PPSnalus...)
	} else {
		v.hevc = true
		for _, a := range stsd.HvcX.HvcC.NaluArrays {
			v.params = append(v.params, a.Nalus...)
		}
	}
	if len(v.params) == 0 {
		return nil, 0, errors.New("no parameter sets in its header")
	}
	samples, err := trak.GetSampleData(1, trak.GetNrSamples())
	if err != nil {
		return nil, 0, err
	}
	scale := time.Duration(trak.Mdia.Mdhd.Timescale)
	var dts, shift int64
	if len(samples) > 0 {
		shift = int64(samples[0].CompositionTimeOffset) // the first frame is shown at the film's beginning
	}
	for i, s := range samples {
		data, err := sampleBytes(raw, trak, uint32(i+1))
		if err != nil {
			return nil, 0, err
		}
		nalus, err := splitLengths(data)
		if err != nil {
			return nil, 0, err
		}
		v.frames = append(v.frames, frame{
			at:    time.Duration(dts) * time.Second / scale,
			pts:   time.Duration(dts+int64(s.CompositionTimeOffset)-shift) * time.Second / scale,
			key:   mp4.IsSyncSampleFlags(s.Flags),
			nalus: nalus,
		})
		dts += int64(s.Dur)
	}
	if dts == 0 {
		return nil, 0, errors.New("no pictures in it")
	}
	var reorder time.Duration
	for _, fr := range v.frames {
		reorder = max(reorder, fr.pts-fr.at)
	}
	for i := range v.frames {
		v.frames[i].at += reorder
	}
	return v, time.Duration(dts) * time.Second / scale, nil
}

func readAAC(raw []byte, trak *mp4.TrakBox) (*audioTrack, error) {
	entry := trak.Mdia.Minf.Stbl.Stsd.Mp4a
	if entry.Esds == nil || entry.Esds.DecConfigDescriptor == nil || entry.Esds.DecConfigDescriptor.DecSpecificInfo == nil {
		return nil, errors.New("AAC without a configuration")
	}
	a := &audioTrack{rate: int(trak.Mdia.Mdhd.Timescale), perUnit: 1024, config: entry.Esds.DecConfigDescriptor.DecSpecificInfo.DecConfig}
	for n := range trak.GetNrSamples() {
		data, err := sampleBytes(raw, trak, n+1)
		if err != nil {
			return nil, err
		}
		a.units = append(a.units, data)
	}
	if trak.Edts != nil && len(trak.Edts.Elst) > 0 && len(trak.Edts.Elst[0].Entries) > 0 {
		priming := int(max(0, trak.Edts.Elst[0].Entries[0].MediaTime)) / a.perUnit // what the encoder put before the beginning
		a.units = a.units[min(priming, len(a.units)):]
	}
	if len(a.units) == 0 {
		return nil, nil
	}
	return a, nil
}

// readG711 reads a WAV of format 6 (A-law) or 7 (µ-law) in units of 20 ms.
func readG711(file string) (*audioTrack, error) {
	raw, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("voice: %w", err)
	}
	if len(raw) < 12 || string(raw[:4]) != "RIFF" || string(raw[8:12]) != "WAVE" {
		return nil, fmt.Errorf("voice %s: not a WAV", file)
	}
	a := &audioTrack{rate: 8000, perUnit: 160}
	var data []byte
	for rest := raw[12:]; len(rest) >= 8; {
		name, size := string(rest[:4]), int(binary.LittleEndian.Uint32(rest[4:]))
		rest = rest[8:]
		size = min(size, len(rest))
		switch name {
		case "fmt ":
			if size < 16 {
				return nil, fmt.Errorf("voice %s: its header is cut", file)
			}
			tag, channels, rate := binary.LittleEndian.Uint16(rest), binary.LittleEndian.Uint16(rest[2:]), binary.LittleEndian.Uint32(rest[4:])
			if (tag != 6 && tag != 7) || channels != 1 || rate != 8000 {
				return nil, fmt.Errorf("voice %s: not G.711, 8 kHz, mono", file)
			}
			a.muLaw = tag == 7
		case "data":
			data = rest[:size]
		}
		rest = rest[min(size+size%2, len(rest)):]
	}
	for ; len(data) >= a.perUnit; data = data[a.perUnit:] {
		a.units = append(a.units, data[:a.perUnit])
	}
	if len(a.units) == 0 {
		return nil, fmt.Errorf("voice %s: less than 20 ms of sound", file)
	}
	return a, nil
}

func sampleBytes(raw []byte, trak *mp4.TrakBox, nr uint32) ([]byte, error) {
	ranges, err := trak.GetRangesForSampleInterval(nr, nr)
	if err != nil {
		return nil, err
	}
	var data []byte
	for _, r := range ranges {
		if r.Offset+r.Size > uint64(len(raw)) {
			return nil, errors.New("it is cut short")
		}
		data = append(data, raw[r.Offset:r.Offset+r.Size]...)
	}
	return data, nil
}

// splitLengths takes a sample apart into its NAL units (4-byte lengths, ISO/IEC 14496-15).
func splitLengths(data []byte) ([][]byte, error) {
	var nalus [][]byte
	for len(data) >= 4 {
		n := int(binary.BigEndian.Uint32(data))
		data = data[4:]
		if n == 0 || n > len(data) {
			return nil, errors.New("a broken picture in it")
		}
		nalus = append(nalus, data[:n])
		data = data[n:]
	}
	return nalus, nil
}
