package libav

import (
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"runtime/debug"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/bluenviron/mediacommon/v2/pkg/codecs/h264"
	"github.com/bluenviron/mediacommon/v2/pkg/codecs/mpeg4audio"
	"github.com/stretchr/testify/require"
)

// liveFFmpeg makes input for a test.
func liveFFmpeg(t *testing.T, name string, args ...string) []byte {
	t.Helper()
	out := filepath.Join(t.TempDir(), name)
	text, err := exec.CommandContext(t.Context(), "ffmpeg", append(append([]string{"-v", "error", "-y"}, args...), out)...).CombinedOutput()
	require.NoError(t, err, string(text))
	b, err := os.ReadFile(out)
	require.NoError(t, err)
	return b
}

// accessUnits groups the NAL units of an H.265 stream by its delimiters (the encoder was told to write them).
func accessUnits(b []byte) [][][]byte {
	var units [][][]byte
	for n := range strings.SplitSeq(string(b), "\x00\x00\x01") {
		nal := []byte(strings.TrimRight(n, "\x00"))
		switch {
		case len(nal) < 2:
		case nal[0]>>1&0x3f == 35:
			units = append(units, nil)
		case len(units) > 0:
			units[len(units)-1] = append(units[len(units)-1], nal)
		}
	}
	return units
}

// decodes tells how many frames ffmpeg gets out of pictures, and their sizes.
func decodes(t *testing.T, pictures []Picture) (frames int, sizes map[string]bool) {
	t.Helper()
	var nalus [][]byte
	for _, p := range pictures {
		nalus = append(nalus, p.NALUs...)
	}
	file := filepath.Join(t.TempDir(), "out.h264")
	require.NoError(t, os.WriteFile(file, annexB(nalus), 0o600))
	out, err := exec.CommandContext(t.Context(), "ffprobe", "-v", "error", "-show_entries", "frame=width,height,pict_type", "-of", "csv=p=0", file).CombinedOutput()
	require.NoError(t, err, string(out))
	sizes = map[string]bool{}
	for line := range strings.Lines(string(out)) {
		if f := strings.Split(strings.TrimSpace(line), ","); len(f) >= 3 {
			frames++
			sizes[f[0]+"x"+f[1]] = true
			require.NotEqual(t, "B", f[2])
		}
	}
	return frames, sizes
}

func h265(t *testing.T, size string, pixels string) [][][]byte {
	return accessUnits(liveFFmpeg(t, "in.h265", "-f", "lavfi", "-i", "testsrc2=rate=25:size="+size, "-t", "2", "-pix_fmt", pixels,
		"-c:v", "libx265", "-preset", "ultrafast", "-x265-params", "bframes=2:b-adapt=0:b-pyramid=0:open-gop=0:scenecut=0:keyint=25:repeat-headers=1:aud=1:log-level=none"))
}

func TestH265WithBFramesBecomesH264(t *testing.T) {
	for name, pixels := range map[string]string{"8 bit": "yuv420p", "10 bit": "yuv420p10le", "full range": "yuvj420p"} {
		t.Run(name, func(t *testing.T) {
			units := h265(t, "320x180", pixels)
			require.Len(t, units, 50)
			v, err := NewLiveVideo(LiveH265, 1_000_000)
			require.NoError(t, err)
			defer v.Close()
			// decoding order I P B B …: with bframes=2 the frame after next two is sent first
			shown := displayOrder(len(units))
			var out []Picture
			for i, u := range units {
				p, err := v.Push(u, time.Duration(shown[i])*40*time.Millisecond+time.Second)
				require.NoError(t, err)
				out = append(out, p...)
			}
			frames, sizes := decodes(t, out)
			require.Greater(t, frames, 40)
			require.Contains(t, sizes, "320x180")
			require.True(t, out[0].Key)
			require.Equal(t, byte(7), out[0].NALUs[0][0]&0x1f, "SPS first")
			for i := 1; i < len(out); i++ {
				require.Greater(t, out[i].Time, out[i-1].Time)
			}
		})
	}
}

// displayOrder gives, for n units in decoding order, their places in display order: closed GOPs of 25, I P B B P B B …
func displayOrder(n int) []int {
	order := make([]int, n)
	gop := 25
	for i := range order {
		k := i % gop
		switch {
		case k == 0:
			order[i] = i
		case (k-1)%3 == 0:
			order[i] = i + 2
		default:
			order[i] = i - 1
		}
	}
	return order
}

func TestResolutionChangesUnderWay(t *testing.T) {
	v, err := NewLiveVideo(LiveH265, 1_000_000)
	require.NoError(t, err)
	defer v.Close()
	var out []Picture
	i := 0
	for _, size := range []string{"320x180", "640x360", "320x240"} {
		for _, u := range h265(t, size, "yuv420p") {
			p, err := v.Push(u, time.Duration(i)*40*time.Millisecond)
			require.NoError(t, err)
			out = append(out, p...)
			i++
		}
	}
	_, sizes := decodes(t, out)
	require.Len(t, sizes, 3, sizes)
}

func TestClockSetBackUnderWay(t *testing.T) {
	v, err := NewLiveVideo(LiveH265, 1_000_000)
	require.NoError(t, err)
	defer v.Close()
	var out []Picture
	shown := displayOrder(50)
	for i, u := range h265(t, "320x180", "yuv420p") {
		at := time.Hour + time.Duration(shown[i])*40*time.Millisecond
		if i >= 25 {
			at -= 10 * time.Minute
		}
		p, err := v.Push(u, at)
		require.NoError(t, err)
		out = append(out, p...)
	}
	require.Less(t, out[len(out)-1].Time, 51*time.Minute)
	frames, _ := decodes(t, out)
	require.Greater(t, frames, 40)
}

func TestKeyFrameOnDemandAndBrokenPictures(t *testing.T) {
	v, err := NewLiveVideo(LiveH265, 1_000_000)
	require.NoError(t, err)
	defer v.Close()
	keys := 0
	for i, u := range h265(t, "320x180", "yuv420p") {
		if i == 20 {
			v.KeyFrame()
		}
		if i == 30 || i == 31 {
			_, _ = v.Push([][]byte{{0x02, 0x01, 0xff, 0xff, 0x00, 0x13}}, time.Duration(i)*40*time.Millisecond)
			continue
		}
		p, _ := v.Push(u, time.Duration(i)*40*time.Millisecond)
		for _, p := range p {
			if p.Key {
				keys++
			}
		}
	}
	require.GreaterOrEqual(t, keys, 2)
}

// heard decodes Opus packets with this package's own decoder and returns the level of the second half.
func heard(t *testing.T, packets []OpusPacket) float64 {
	t.Helper()
	a, err := NewLiveAudio(LiveSound{Codec: LiveOpus, Rate: 48_000, Channels: 1})
	require.NoError(t, err)
	defer a.Close()
	for _, p := range packets {
		_, err := a.Push(p.Data, p.Time)
		require.NoError(t, err)
	}
	return a.Level()
}

func TestG711BecomesOpus(t *testing.T) {
	for codec, name := range map[LiveCodec]string{LiveALaw: "alaw", LiveMuLaw: "mulaw"} {
		raw := liveFFmpeg(t, "in."+name, "-f", "lavfi", "-i", "sine=440:r=8000", "-t", "3", "-f", name)
		a, err := NewLiveAudio(LiveSound{Codec: codec, Rate: 8000, Channels: 1})
		require.NoError(t, err)
		defer a.Close()
		var out []OpusPacket
		for i := 0; i+160 <= len(raw); i += 160 {
			p, err := a.Push(raw[i:i+160], time.Hour+time.Duration(i)*125*time.Microsecond)
			require.NoError(t, err)
			out = append(out, p...)
		}
		require.InDelta(t, 150, len(out), 3)
		require.Equal(t, time.Hour, out[0].Time)
		for i := 1; i < len(out); i++ {
			require.Equal(t, 20*time.Millisecond, out[i].Time-out[i-1].Time)
		}
		require.InDelta(t, -21, a.Level(), 3) // ffmpeg's sine is at 1/8 of full scale
		require.InDelta(t, -21, out[len(out)-1].Level, 3)
		require.InDelta(t, -21, heard(t, out), 4)
	}
}

// adts takes an AAC file apart.
func adts(t *testing.T, b []byte) (config []byte, units [][]byte) {
	t.Helper()
	var p mpeg4audio.ADTSPackets
	require.NoError(t, p.Unmarshal(b))
	for _, u := range p {
		units = append(units, u.AU)
	}
	c, err := mpeg4audio.AudioSpecificConfig{Type: p[0].Type, SampleRate: p[0].SampleRate, ChannelCount: p[0].ChannelCount}.Marshal()
	require.NoError(t, err)
	return c, units
}

func TestAACBecomesOpus(t *testing.T) {
	for _, rate := range []int{16_000, 44_100, 48_000} {
		for _, channels := range []int{1, 2} {
			config, units := adts(t, liveFFmpeg(t, "in.aac", "-f", "lavfi", "-i", "sine=440:r="+strconv.Itoa(rate), "-t", "3", "-ac", strconv.Itoa(channels), "-c:a", "aac"))
			a, err := NewLiveAudio(LiveSound{Codec: LiveAAC, Config: config, Rate: rate, Channels: channels})
			require.NoError(t, err)
			defer a.Close()
			var out []OpusPacket
			for i, u := range units {
				p, err := a.Push(u, time.Duration(i)*1024*time.Second/time.Duration(rate))
				require.NoError(t, err)
				out = append(out, p...)
			}
			require.InDelta(t, 150, len(out), 8)
			for i := 1; i < len(out); i++ {
				require.Equal(t, 20*time.Millisecond, out[i].Time-out[i-1].Time)
			}
			require.InDelta(t, -22.5, heard(t, out), 4)
		}
	}
}

func TestClockOfTheMicrophone(t *testing.T) {
	raw := liveFFmpeg(t, "in.alaw", "-f", "lavfi", "-i", "sine=440:r=8000", "-t", "10", "-f", "alaw")
	push := func(at func(i int) time.Duration) []OpusPacket {
		a, err := NewLiveAudio(LiveSound{Codec: LiveALaw, Rate: 8000, Channels: 1})
		require.NoError(t, err)
		defer a.Close()
		var out []OpusPacket
		for i := range len(raw) / 160 {
			p, err := a.Push(raw[i*160:i*160+160], at(i))
			require.NoError(t, err)
			out = append(out, p...)
		}
		return out
	}
	unit := 20 * time.Millisecond
	t.Run("a gap is a leap", func(t *testing.T) {
		out := push(func(i int) time.Duration {
			if i >= 100 {
				return time.Duration(i)*unit + 3*time.Second
			}
			return time.Duration(i) * unit
		})
		require.InDelta(t, (499*unit + 3*time.Second).Seconds(), out[len(out)-1].Time.Seconds(), 0.05)
	})
	t.Run("a clock that is set back begins anew", func(t *testing.T) {
		out := push(func(i int) time.Duration {
			if i >= 100 {
				return time.Duration(i) * unit
			}
			return time.Duration(i)*unit + time.Hour
		})
		require.InDelta(t, (499 * unit).Seconds(), out[len(out)-1].Time.Seconds(), 0.05)
	})
	for name, drift := range map[string]float64{"too fast": 0.99, "too slow": 1.01} {
		t.Run(name, func(t *testing.T) {
			out := push(func(i int) time.Duration { return time.Duration(float64(i) * drift * float64(unit)) })
			require.InDelta(t, 499*drift*unit.Seconds(), out[len(out)-1].Time.Seconds(), 0.06)
			for i := 1; i < len(out); i++ {
				require.GreaterOrEqual(t, out[i].Time-out[i-1].Time, unit-time.Microsecond)
			}
		})
	}
	t.Run("jitter is smoothed", func(t *testing.T) {
		out := push(func(i int) time.Duration { return time.Duration(i)*unit + time.Duration(i%3)*5*time.Millisecond })
		for i := 1; i < len(out); i++ {
			require.Equal(t, unit, out[i].Time-out[i-1].Time)
		}
	})
}

func TestSilenceAndNonsense(t *testing.T) {
	a, err := NewLiveAudio(LiveSound{Codec: LiveALaw, Rate: 8000, Channels: 1})
	require.NoError(t, err)
	defer a.Close()
	require.InDelta(t, silenceDB, a.Level(), 0)
	quiet := make([]byte, 160)
	for i := range quiet {
		quiet[i] = 0xd5 // A-law's zero
	}
	for i := range 50 {
		_, err := a.Push(quiet, time.Duration(i)*20*time.Millisecond)
		require.NoError(t, err)
	}
	require.Less(t, a.Level(), -60.0)

	_, err = NewLiveAudio(LiveSound{Codec: "MP3"})
	require.Error(t, err)
	_, err = NewLiveAudio(LiveSound{Codec: LiveAAC, Config: []byte{0xff, 0xff}, Rate: 48_000, Channels: 1})
	if err == nil {
		t.Log("the decoder takes any configuration and complains with the first packet")
	}
	_, err = Brightness(LiveH264, [][]byte{{0x65, 1, 2, 3}})
	require.Error(t, err)
}

func TestBrightness(t *testing.T) {
	for color, want := range map[string]float64{"black": 0, "white": 255, "gray": 128} {
		b := liveFFmpeg(t, "in.h264", "-f", "lavfi", "-i", "color="+color+":size=640x360", "-frames:v", "1", "-c:v", "libx264", "-pix_fmt", "yuv420p")
		var au h264.AnnexB
		require.NoError(t, au.Unmarshal(b))
		got, err := Brightness(LiveH264, au)
		require.NoError(t, err)
		require.InDelta(t, want, got, 20, color)
	}
}

// TestNothingLeaks runs the converters many times and looks at the process's memory.
func TestNothingLeaks(t *testing.T) {
	units := h265(t, "320x180", "yuv420p10le")
	raw := liveFFmpeg(t, "in.alaw", "-f", "lavfi", "-i", "sine=440:r=8000", "-t", "2", "-f", "alaw")
	round := func(n int) {
		for range n {
			v, err := NewLiveVideo(LiveH265, 1_000_000)
			require.NoError(t, err)
			for i, u := range units[:25] {
				_, err := v.Push(u, time.Duration(i)*40*time.Millisecond)
				require.NoError(t, err)
			}
			v.Close()
			a, err := NewLiveAudio(LiveSound{Codec: LiveALaw, Rate: 8000, Channels: 1})
			require.NoError(t, err)
			for i := range len(raw) / 160 {
				_, err := a.Push(raw[i*160:i*160+160], time.Duration(i)*20*time.Millisecond)
				require.NoError(t, err)
			}
			a.Close()
		}
	}
	round(10)
	// The allocator of C takes memory in large steps, for each thread that comes to it; a leak grows every time.
	least, before := math.Inf(1), resident(t)
	for range 6 {
		round(40)
		now := resident(t)
		least, before = min(least, now-before), now
	}
	require.Less(t, least, 2.0, "MB more after each 40 rounds")
}

// resident is the resident memory of this process in MB, without what Go only keeps for later.
func resident(t *testing.T) float64 {
	t.Helper()
	debug.FreeOSMemory()
	b, err := os.ReadFile("/proc/self/statm")
	require.NoError(t, err)
	pages, err := strconv.ParseFloat(strings.Fields(string(b))[1], 64)
	require.NoError(t, err)
	return math.Round(pages*float64(os.Getpagesize())/1e5) / 10
}
