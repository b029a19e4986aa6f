package storetest

import (
	"fmt"
	"os"
	"os/exec"
	"syscall"
	"testing"
)

const inNamespace = "TONGTANG_TEST_IN_NAMESPACE"

// OnSmallDisk runs check with a folder on a tmpfs of so many bytes: a disk that is really full when it is full. Where the test does not run
// as root, the whole test is run again in a user namespace of its own, where it may mount. Call it as the test's only step.
func OnSmallDisk(t *testing.T, bytes int, check func(dir string)) {
	t.Helper()
	if os.Getuid() != 0 && os.Getenv(inNamespace) == "" {
		rerun(t)
		return
	}
	dir := t.TempDir()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, fmt.Sprintf("size=%d", bytes)); err != nil {
		t.Fatalf("mount a small tmpfs: %v", err)
	}
	defer func() {
		if err := syscall.Unmount(dir, syscall.MNT_DETACH); err != nil {
			t.Errorf("unmount %s: %v", dir, err)
		}
	}()
	check(dir)
}

func rerun(t *testing.T) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "unshare", "--user", "--map-root-user", "--mount", os.Args[0], "-test.v", "-test.run=^"+t.Name()+"$")
	cmd.Env = append(os.Environ(), inNamespace+"=1")
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("in a namespace: %v\n%s", err, out)
	}
	t.Logf("in a namespace:\n%s", out)
}
