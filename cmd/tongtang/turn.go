package main

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/tongtang/tongtang/internal/iceservers"
	"github.com/tongtang/tongtang/sfu/turn"
)

// reachFlags are the ways to the media for those whom neither its UDP nor its TCP port reaches.
type reachFlags struct {
	TURNListen string   `name:"turn-listen" env:"TONGTANG_TURN_LISTEN" placeholder:"HOST:PORT" help:"Address of the embedded TURN relay, UDP and TCP, usually :3478; without it no relay."`
	TURNTLS    string   `name:"turn-tls-listen" env:"TONGTANG_TURN_TLS_LISTEN" placeholder:"HOST:PORT" help:"Address of the embedded TURN relay over TLS, usually :443 or :5349, for networks that let nothing else pass; needs --turn-listen and a certificate."`
	TURNCert   string   `name:"turn-cert" env:"TONGTANG_TURN_CERT" type:"path" placeholder:"FILE" help:"Its certificate with the chain (PEM), for the host of --public-url. Read again when it is renewed."`
	TURNKey    string   `name:"turn-key" env:"TONGTANG_TURN_KEY" type:"path" placeholder:"FILE" help:"The key of the certificate (PEM)."`
	TURNSecret string   `name:"turn-secret" env:"TONGTANG_TURN_SECRET" help:"Secret that the TURN servers share (coturn: static-auth-secret); without it one is made for the embedded relay and kept in the data folder."`
	ICEServers []string `name:"ice-servers" env:"TONGTANG_ICE_SERVERS" placeholder:"URL,…" help:"STUN and TURN servers of others that are told to everyone who enters a lesson, such as turn:turn.example.org:3478?transport=udp."`
}

// reach settles what the SFU relays and what it and the scheduler tell.
func (s *serveCmd) reach() (iceservers.Config, turn.Config, error) {
	ice := iceservers.Config{URLs: slices.Clone(s.ICEServers), Secret: s.TURNSecret}
	if s.TURNTLS != "" && (s.TURNListen == "" || s.TURNCert == "" || s.TURNKey == "") {
		return ice, turn.Config{}, errors.New("TURN over TLS needs --turn-listen, --turn-cert and --turn-key")
	}
	if s.TURNListen == "" {
		return ice, turn.Config{}, ice.Check()
	}
	if ice.Secret == "" {
		if !slices.Contains(s.Roles, "scheduler") || !slices.Contains(s.Roles, "sfu") {
			return ice, turn.Config{}, errors.New("with roles apart the TURN relay needs --turn-secret, the same everywhere")
		}
		var err error
		if ice.Secret, err = loadSecret(filepath.Join(s.Data, "turn.secret")); err != nil {
			return ice, turn.Config{}, err
		}
	}
	host, port, err := net.SplitHostPort(s.TURNListen)
	if err != nil {
		return ice, turn.Config{}, fmt.Errorf("address of the TURN relay: %w", err)
	}
	at := net.JoinHostPort(s.relayHost(host), port)
	ice.URLs = append(ice.URLs, "turn:"+at+"?transport=udp", "turn:"+at+"?transport=tcp")
	relay := turn.Config{Listen: s.TURNListen, Secret: ice.Secret}
	if s.TURNTLS != "" {
		if host, port, err = net.SplitHostPort(s.TURNTLS); err != nil {
			return ice, turn.Config{}, fmt.Errorf("address of the TURN relay over TLS: %w", err)
		}
		name := s.publicName() // what the certificate is for, rather than an address
		if name == "" {
			name = s.relayHost(host)
		}
		ice.URLs = append(ice.URLs, "turns:"+net.JoinHostPort(name, port)+"?transport=tcp")
		relay.TLS = turn.TLS{Listen: s.TURNTLS, Cert: s.TURNCert, Key: s.TURNKey}
	}
	return ice, relay, ice.Check()
}

// publicName is the host of the pages, "" when it is not known.
func (s *serveCmd) publicName() string {
	public, err := url.Parse(s.PublicURL)
	if err != nil {
		return ""
	}
	return public.Hostname()
}

// relayHost is how the outside names this machine.
func (s *serveCmd) relayHost(listen string) string {
	if len(s.PublicIP) > 0 {
		return s.PublicIP[0]
	}
	if name := s.publicName(); name != "" {
		return name
	}
	if ip := net.ParseIP(listen); listen != "" && (ip == nil || !ip.IsUnspecified()) {
		return listen
	}
	return "localhost"
}

// loadSecret reads a secret, and makes it where there is none.
func loadSecret(file string) (string, error) {
	raw, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		raw = []byte(rand.Text())
		err = os.WriteFile(file, raw, 0o600)
	}
	if err != nil {
		return "", fmt.Errorf("secret of the TURN relay: %w", err)
	}
	if secret := strings.TrimSpace(string(raw)); secret != "" {
		return secret, nil
	}
	return "", fmt.Errorf("the secret of the TURN relay, %s, is empty: delete it", file)
}
