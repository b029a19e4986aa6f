package agent

import (
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/tongtang/tongtang/internal/ident"
)

// Config is what a school sets. agent.example.yaml shows it with comments.
type Config struct {
	Server    string         `yaml:"server"`     // address of the Tongtang server; "" takes the one of the enrolment
	Cameras   []CameraConfig `yaml:"cameras"`    // the first is the lecturer's picture
	AutoStart bool           `yaml:"auto_start"` // start lessons by the timetable

	Data    string `yaml:"-"` // folder of the device's key and of what it remembers
	Listen  string `yaml:"-"` // host:port of the local page
	Version string `yaml:"-"`
}

// CameraConfig is one camera.
type CameraConfig struct {
	Name       string `yaml:"name"`       // source name: camera, camera2, camera3; "" is that of its place
	Main       string `yaml:"main"`       // RTSP address
	Sub        string `yaml:"sub"`        // RTSP address of the small picture; "" has none
	Microphone bool   `yaml:"microphone"` // its sound is the classroom's voice; without any, the first camera's is
}

// ReadConfig reads the YAML file strictly: an unknown key is an error, with its line.
func ReadConfig(file string) (Config, error) {
	var c Config
	f, err := os.Open(file)
	if err != nil {
		return c, fmt.Errorf("configuration: %w", err)
	}
	defer func() { _ = f.Close() }()
	d := yaml.NewDecoder(f)
	d.KnownFields(true)
	if err := d.Decode(&c); err != nil && !errors.Is(err, io.EOF) {
		return c, fmt.Errorf("configuration %s: %w", file, err)
	}
	return c, nil
}

// check fills in what is left out, and refuses what cannot be meant. A wrong camera address is no reason not to start: its camera says so.
func (c *Config) check() error {
	if c.Server != "" {
		if err := checkServer(c.Server); err != nil {
			return err
		}
	}
	seen, microphones := map[string]bool{}, 0
	for i := range c.Cameras {
		cam := &c.Cameras[i]
		if cam.Name == "" {
			cam.Name = "camera"
			if i > 0 {
				cam.Name += strconv.Itoa(i + 1)
			}
		}
		switch {
		case !ident.Valid(cam.Name):
			return fmt.Errorf("configuration: camera name %q: use a–z, 0–9 and -", cam.Name)
		case seen[cam.Name]:
			return fmt.Errorf("configuration: two cameras are called %q", cam.Name)
		case cam.Main == "":
			return fmt.Errorf("configuration: camera %q has no address (main)", cam.Name)
		}
		seen[cam.Name] = true
		if cam.Microphone {
			microphones++
		}
	}
	if microphones > 1 {
		return errors.New("configuration: only one camera can be the microphone")
	}
	if microphones == 0 && len(c.Cameras) > 0 {
		c.Cameras[0].Microphone = true
	}
	return nil
}

func checkServer(s string) error {
	u, err := url.Parse(s)
	if err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" || strings.Trim(u.Path, "/") != "" {
		return fmt.Errorf("the server's address %q is not like https://tongtang.example.org", s)
	}
	return nil
}
