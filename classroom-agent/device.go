package agent

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/tongtang/tongtang/scheduler/link"
)

// device is who this computer is to the server. It stands in device.json of the data folder, readable by the owner only.
type device struct {
	Server string    `json:"server"`
	ID     string    `json:"device"`
	Key    string    `json:"key"`
	Room   link.Room `json:"room"`
}

const deviceFile = "device.json"

// ErrNotEnrolled means that no code has been changed into a key yet.
var ErrNotEnrolled = errors.New("this computer is not enrolled")

func loadDevice(dir string) (*device, error) {
	d := &device{}
	if err := readJSON(filepath.Join(dir, deviceFile), d); err != nil {
		return nil, err
	}
	if d.Key == "" || d.Server == "" {
		return nil, ErrNotEnrolled
	}
	return d, nil
}

// Enrol changes a code into the device's key and keeps it in the data folder. A refusal is an *httpd.Problem.
func Enrol(ctx context.Context, dir, server, code string) error {
	if err := checkServer(server); err != nil {
		return err
	}
	name, err := os.Hostname()
	if err != nil || name == "" {
		name = "classroom"
	}
	e, err := (&link.Client{Server: server}).Enrol(ctx, link.Enrolment{Code: code, Name: name})
	if err != nil {
		return err
	}
	return writeJSON(filepath.Join(dir, deviceFile), device{Server: server, ID: e.Device, Key: e.Key, Room: e.Room})
}

// Enrolled tells whether the data folder has a key.
func Enrolled(dir string) bool {
	_, err := loadDevice(dir)
	return err == nil
}

// readJSON reads a file of the data folder; a missing one leaves the value as it is.
func readJSON(file string, into any) error {
	raw, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	if err := json.Unmarshal(raw, into); err != nil {
		return fmt.Errorf("%s is damaged: %w", file, err)
	}
	return nil
}

// writeJSON replaces a file of the data folder in one step.
func writeJSON(file string, v any) error {
	raw, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		return err
	}
	if err := os.WriteFile(file+".new", raw, 0o600); err != nil {
		return err
	}
	return os.Rename(file+".new", file)
}
