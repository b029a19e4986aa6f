package recorder

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"

	"github.com/stretchr/testify/require"

	"github.com/tongtang/tongtang/internal/bus"
	"github.com/tongtang/tongtang/internal/grant"
	"github.com/tongtang/tongtang/internal/store"
)

// A recorder as a process of its own, which can really be killed: the test binary, started again.

const envProcess = "TONGTANG_TEST_RECORDER"

type processConfig struct {
	Bus, Store, Key string
	Config          Config
}

func init() {
	raw := os.Getenv(envProcess)
	if raw == "" {
		return
	}
	if err := recorderProcess(raw); err != nil {
		println(err.Error())
		os.Exit(1)
	}
	os.Exit(0)
}

func recorderProcess(raw string) error {
	var c processConfig
	if err := json.Unmarshal([]byte(raw), &c); err != nil {
		return err
	}
	b, err := bus.Open(bus.Config{URL: c.Bus})
	if err != nil {
		return err
	}
	st, err := store.Open(context.Background(), c.Store)
	if err != nil {
		return err
	}
	signer, err := grant.Load(c.Key)
	if err != nil {
		return err
	}
	s, err := New(c.Config, Deps{Bus: b, Store: st, Verifier: signer.Verifier()})
	if err != nil {
		return err
	}
	return s.Run(context.Background())
}

// startProcess replaces the house's recorder by a process. kill is SIGKILL.
func (h *house) startProcess() (kill func()) {
	h.t.Helper()
	raw, err := json.Marshal(processConfig{Bus: "nats://" + h.busAddr, Store: h.storeURL, Key: filepath.Join(h.dir, "grant.key"), Config: h.cfg})
	require.NoError(h.t, err)
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), envProcess+"="+string(raw))
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	require.NoError(h.t, cmd.Start())
	killed := false
	end := func() {
		if !killed {
			killed = true
			_ = cmd.Process.Kill()
			_ = cmd.Wait()
			h.t.Logf("recorder process:\n%s", out.String())
		}
	}
	h.t.Cleanup(end)
	return end
}
