// Package storetest holds the one test suite that every store passes, and starts a real MinIO for tests.
package storetest

import (
	"bytes"
	"context"
	"crypto/rand"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"syscall"
	"testing"
	"time"
)

// EnvMinIO names the MinIO binary when it is not in the cache folder.
const EnvMinIO = "TONGTANG_MINIO"

// MinIO is a real server on a folder and a port of its own. It can be stopped and started again, as an outage.
type MinIO struct {
	Addr                 string // host:port
	AccessKey, SecretKey string

	binary, dir string
	mu          sync.Mutex
	cmd         *exec.Cmd
	output      bytes.Buffer
}

// StartMinIO starts a server that ends with the test. A missing binary fails the test.
func StartMinIO(t testing.TB) *MinIO {
	t.Helper()
	binary, err := findMinIO()
	if err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	m := &MinIO{Addr: l.Addr().String(), AccessKey: "tongtang", SecretKey: rand.Text(), binary: binary, dir: t.TempDir()}
	_ = l.Close()
	t.Cleanup(m.stop)
	m.Start(t)
	return m
}

func findMinIO() (string, error) {
	name := os.Getenv(EnvMinIO)
	if name == "" {
		cache, err := os.UserCacheDir()
		if err != nil {
			return "", err
		}
		name = filepath.Join(cache, "tongtang", "bin", "minio")
	}
	if _, err := os.Stat(name); err != nil {
		return "", fmt.Errorf("the MinIO server is not at %s: run `make deps`, or name the binary in %s", name, EnvMinIO)
	}
	return name, nil
}

// URL is the store's address for store.Open.
func (m *MinIO) URL(bucket string) string {
	return fmt.Sprintf("s3://%s:%s@%s/%s", m.AccessKey, m.SecretKey, m.Addr, bucket)
}

// Start starts the server, on the same folder and port as before, and waits until it answers.
func (m *MinIO) Start(t testing.TB) {
	t.Helper()
	m.mu.Lock()
	defer m.mu.Unlock()
	m.output.Reset()
	cmd := exec.Command(m.binary, "server", "--quiet", "--address", m.Addr, "--console-address", "127.0.0.1:0", m.dir)
	cmd.Env = append(os.Environ(), "MINIO_ROOT_USER="+m.AccessKey, "MINIO_ROOT_PASSWORD="+m.SecretKey,
		"MINIO_BROWSER=off", "MINIO_UPDATE=off", "HOME="+m.dir)
	cmd.Stdout, cmd.Stderr = &m.output, &m.output
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	if err := cmd.Start(); err != nil {
		t.Fatalf("start MinIO: %v", err)
	}
	m.cmd = cmd
	if err := m.ready(30 * time.Second); err != nil {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
		m.cmd = nil
		t.Fatalf("MinIO does not answer: %v\n%s", err, m.output.String())
	}
}

// ready waits until S3 itself answers: the health routes say yes a moment too early.
func (m *MinIO) ready(patience time.Duration) error {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	for {
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+m.Addr+"/", nil)
		if err != nil {
			return err
		}
		res, err := client.Do(req)
		if err == nil {
			_ = res.Body.Close()
			if res.StatusCode == http.StatusForbidden { // nobody may list the buckets without signing
				return nil
			}
			err = fmt.Errorf("S3 answers %s", res.Status)
		}
		select {
		case <-ctx.Done():
			return err
		case <-time.After(50 * time.Millisecond):
		}
	}
}

// Stop kills the server, as a power cut does. What was stored stays.
func (m *MinIO) Stop(t testing.TB) {
	t.Helper()
	m.stop()
}

// Pause freezes the server without closing its connections, as a dead line does; Resume ends that.
func (m *MinIO) Pause(t testing.TB)  { m.signal(t, syscall.SIGSTOP) }
func (m *MinIO) Resume(t testing.TB) { m.signal(t, syscall.SIGCONT) }

func (m *MinIO) signal(t testing.TB, s syscall.Signal) {
	t.Helper()
	m.mu.Lock()
	defer m.mu.Unlock()
	if err := m.cmd.Process.Signal(s); err != nil {
		t.Fatalf("signal MinIO: %v", err)
	}
}

func (m *MinIO) stop() {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.cmd == nil {
		return
	}
	_ = m.cmd.Process.Kill()
	_ = m.cmd.Wait()
	m.cmd = nil
}
