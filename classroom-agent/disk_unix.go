//go:build !windows

package agent

import (
	"os"
	"syscall"
)

// diskFree tells how many bytes this program may still write where dir is.
func diskFree(dir string) (int64, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return 0, err
	}
	var s syscall.Statfs_t
	if err := syscall.Statfs(dir, &s); err != nil {
		return 0, err
	}
	return int64(s.Bavail) * int64(s.Bsize), nil
}
