// Package films makes the footage that the recorder's tests publish: a real teacher with a real voice, slides, and a clapperboard, whose
// flash and beep show whether picture and sound line up. What is made is kept in the user's cache folder, outside the tree.
package films

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/pion/webrtc/v4/pkg/media/h264reader"
	"github.com/pion/webrtc/v4/pkg/media/oggreader"
)

// FPS of every film, and the length of a voice packet.
const (
	FPS         = 25
	VoicePacket = 20 * time.Millisecond
)

// Picture is one access unit: NAL units without start codes, the parameter sets before each keyframe.
type Picture struct {
	NALUs [][]byte
	Key   bool
}

// Film is a silent H.264 picture at 25 per second, without B-frames, and an Opus voice in packets of 20 ms.
type Film struct {
	Pictures []Picture
	Voice    [][]byte
}

// Teacher is a real teacher at a camera with a real voice.
func Teacher(t testing.TB, width, height int, length time.Duration) *Film {
	t.Helper()
	picture := []string{"-stream_loop", "-1", "-i", footage(t)}
	voice := []string{"-stream_loop", "-1", "-i", speech(t)}
	return encode(t, picture, voice, fmt.Sprintf("scale=%d:%d,fps=25,noise=alls=5:allf=t", width, height), "anull", length)
}

// Slides is a still page that changes every few seconds, without sound.
func Slides(t testing.TB, width, height int, length time.Duration) *Film {
	t.Helper()
	source := fmt.Sprintf("color=c=white:size=%dx%d:rate=25,drawgrid=w=80:h=60:c=gray", width, height)
	mark := fmt.Sprintf("drawbox=x='mod(floor(t/3)*90,%d)':y=40:w=80:h=80:c=blue:t=fill", width-80)
	return encode(t, []string{"-f", "lavfi", "-i", source}, nil, mark, "", length)
}

// Clapper is black and silent except for a white flash and a beep of 100 ms at every full second of the film.
func Clapper(t testing.TB, width, height int, length time.Duration) *Film {
	t.Helper()
	picture := []string{"-f", "lavfi", "-i", fmt.Sprintf("color=c=black:size=%dx%d:rate=25", width, height)}
	sound := []string{"-f", "lavfi", "-i", "sine=frequency=1000:sample_rate=48000"}
	return encode(t, picture, sound, "drawbox=c=white:t=fill:enable='lt(mod(t,1),0.1)'", "asetnsamples=n=960,volume=volume='if(lt(mod(t,1),0.1),4,0)':eval=frame:precision=float", length)
}

// encode encodes picture and sound, or takes them from the cache.
func encode(t testing.TB, picture, sound []string, pictureFilter, soundFilter string, length time.Duration) *Film {
	t.Helper()
	dir, err := cacheDir()
	if err != nil {
		t.Fatal(err)
	}
	secs := fmt.Sprintf("%.3f", length.Seconds())
	recipe := fmt.Sprint("v1", picture, sound, pictureFilter, soundFilter, secs)
	base := filepath.Join(dir, fmt.Sprintf("film-%x", sha256.Sum256([]byte(recipe)))[:len("film-")+16])
	film := &Film{}
	h264 := produce(t, base+".h264", append(picture, "-t", secs, "-an", "-vf", pictureFilter, "-c:v", "libx264", "-preset", "veryfast", "-profile:v", "baseline",
		"-pix_fmt", "yuv420p", "-b:v", "1200k", "-maxrate", "1500k", "-bufsize", "1500k", "-g", "50", "-bf", "0", "-x264-params", "aud=1:scenecut=0", "-f", "h264"))
	if film.Pictures, err = pictures(h264); err != nil {
		t.Fatal(err)
	}
	if sound != nil {
		ogg := produce(t, base+".ogg", append(sound, "-t", secs, "-vn", "-af", soundFilter, "-ar", "48000", "-ac", "2", "-c:a", "libopus", "-b:a", "48k",
			"-frame_duration", "20", "-page_duration", "1", "-f", "ogg"))
		if film.Voice, err = packets(ogg); err != nil {
			t.Fatal(err)
		}
	}
	return film
}

func cacheDir() (string, error) {
	cache, err := os.UserCacheDir()
	if err != nil {
		return "", err
	}
	dir := filepath.Join(cache, "tongtang", "films")
	return dir, os.MkdirAll(dir, 0o755)
}

// produce runs ffmpeg once for each result.
func produce(t testing.TB, name string, args []string) []byte {
	t.Helper()
	raw, err := os.ReadFile(name)
	if err == nil {
		return raw
	}
	if !errors.Is(err, fs.ErrNotExist) {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Minute)
	defer cancel()
	tmp := name + "." + rand.Text() // tests run side by side
	cmd := exec.CommandContext(ctx, "ffmpeg", append(append([]string{"-nostdin", "-v", "error", "-y"}, args...), tmp)...)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("make a film with ffmpeg (Debian package ffmpeg): %v\n%s", err, out)
	}
	if err := os.Rename(tmp, name); err != nil {
		t.Fatal(err)
	}
	raw, err = os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

const (
	naluIDR = 5
	naluAUD = 9
)

// pictures cuts an Annex B stream at its access unit delimiters.
func pictures(raw []byte) ([]Picture, error) {
	r, err := h264reader.NewReader(bytes.NewReader(raw))
	if err != nil {
		return nil, err
	}
	var all []Picture
	for {
		n, err := r.NextNAL()
		if errors.Is(err, io.EOF) {
			return all, nil
		}
		if err != nil {
			return nil, err
		}
		if n.UnitType == naluAUD {
			all = append(all, Picture{})
			continue
		}
		if len(all) == 0 {
			return nil, errors.New("the film does not begin with an access unit delimiter")
		}
		p := &all[len(all)-1]
		p.NALUs = append(p.NALUs, n.Data)
		p.Key = p.Key || n.UnitType == naluIDR
	}
}

// packets takes the Opus packets out of an Ogg file that has one on each page.
func packets(raw []byte) ([][]byte, error) {
	r, _, err := oggreader.NewWith(bytes.NewReader(raw))
	if err != nil {
		return nil, err
	}
	var all [][]byte
	for {
		packet, _, err := r.ParseNextPage()
		if errors.Is(err, io.EOF) {
			return all, nil
		}
		if err != nil {
			return nil, err
		}
		if !bytes.HasPrefix(packet, []byte("OpusTags")) {
			all = append(all, packet)
		}
	}
}
