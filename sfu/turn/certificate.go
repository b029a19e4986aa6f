package turn

import (
	"crypto/tls"
	"fmt"
	"os"
	"sync"
	"time"
)

// lookAgain is how often the files of the certificate are looked at: what renews it needs no restart.
const lookAgain = time.Minute

// certificate is a pair of files, read again when one has changed.
type certificate struct {
	cert, key string

	mu      sync.Mutex
	now     *tls.Certificate
	changed time.Time // of the younger file, when it was read
	looked  time.Time
}

func openCertificate(cert, key string) (*certificate, error) {
	c := &certificate{cert: cert, key: key}
	if err := c.read(); err != nil {
		return nil, fmt.Errorf("certificate of the TURN relay: %w", err)
	}
	return c, nil
}

// read reads the files if one of them has changed.
func (c *certificate) read() error {
	var changed time.Time
	for _, file := range []string{c.cert, c.key} {
		info, err := os.Stat(file)
		if err != nil {
			return err
		}
		if info.ModTime().After(changed) {
			changed = info.ModTime()
		}
	}
	if c.now != nil && changed.Equal(c.changed) {
		return nil
	}
	pair, err := tls.LoadX509KeyPair(c.cert, c.key)
	if err == nil {
		c.now, c.changed = &pair, changed
	}
	return err
}

// config is for the listener. While the files cannot be read, or do not fit each other because they are just being renewed, the old pair serves.
func (c *certificate) config() *tls.Config {
	return &tls.Config{MinVersion: tls.VersionTLS12, GetCertificate: func(*tls.ClientHelloInfo) (*tls.Certificate, error) {
		c.mu.Lock()
		defer c.mu.Unlock()
		if now := time.Now(); now.Sub(c.looked) >= lookAgain {
			c.looked = now
			_ = c.read()
		}
		return c.now, nil
	}}
}
