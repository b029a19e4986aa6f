package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestWaysToTheMedia(t *testing.T) {
	all := []string{"sfu", "recorder", "scheduler"}
	for _, c := range []struct {
		name   string
		serve  serveCmd
		urls   []string
		listen string
		tls    string
		fails  bool
	}{
		{name: "nothing", serve: serveCmd{Roles: all}},
		{name: "embedded", serve: serveCmd{Roles: all, PublicURL: "https://school.example/", reachFlags: reachFlags{TURNListen: ":3478"}},
			urls: []string{"turn:school.example:3478?transport=udp", "turn:school.example:3478?transport=tcp"}, listen: ":3478"},
		{name: "behind a NAT", serve: serveCmd{Roles: all, PublicURL: "https://school.example/", PublicIP: []string{"2001:db8::1"}, reachFlags: reachFlags{TURNListen: ":3478"}},
			urls: []string{"turn:[2001:db8::1]:3478?transport=udp", "turn:[2001:db8::1]:3478?transport=tcp"}, listen: ":3478"},
		{name: "on one address", serve: serveCmd{Roles: all, reachFlags: reachFlags{TURNListen: "192.0.2.7:443", ICEServers: []string{"stun:stun.example"}}},
			urls: []string{"stun:stun.example", "turn:192.0.2.7:443?transport=udp", "turn:192.0.2.7:443?transport=tcp"}, listen: "192.0.2.7:443"},
		{name: "over TLS", serve: serveCmd{Roles: all, PublicURL: "https://school.example/", PublicIP: []string{"192.0.2.7"}, reachFlags: reachFlags{TURNListen: ":3478", TURNTLS: ":443", TURNCert: "c", TURNKey: "k"}},
			urls: []string{"turn:192.0.2.7:3478?transport=udp", "turn:192.0.2.7:3478?transport=tcp", "turns:school.example:443?transport=tcp"}, listen: ":3478", tls: ":443"},
		{name: "over TLS without a certificate", serve: serveCmd{Roles: all, reachFlags: reachFlags{TURNListen: ":3478", TURNTLS: ":443"}}, fails: true},
		{name: "over TLS alone", serve: serveCmd{Roles: all, reachFlags: reachFlags{TURNTLS: ":443", TURNCert: "c", TURNKey: "k"}}, fails: true},
		{name: "of others", serve: serveCmd{Roles: []string{"scheduler"}, reachFlags: reachFlags{TURNSecret: "x", ICEServers: []string{"turns:turn.example:443?transport=tcp"}}},
			urls: []string{"turns:turn.example:443?transport=tcp"}},
		{name: "of others without a secret", serve: serveCmd{Roles: all, reachFlags: reachFlags{ICEServers: []string{"turn:turn.example"}}}, fails: true},
		{name: "roles apart without a secret", serve: serveCmd{Roles: []string{"sfu"}, reachFlags: reachFlags{TURNListen: ":3478"}}, fails: true},
		{name: "no port", serve: serveCmd{Roles: all, reachFlags: reachFlags{TURNListen: "here"}}, fails: true},
		{name: "no ICE server", serve: serveCmd{Roles: all, reachFlags: reachFlags{ICEServers: []string{"https://x.example"}}}, fails: true},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.serve.Data = t.TempDir()
			ice, relay, err := c.serve.reach()
			if c.fails {
				require.Error(t, err)
				return
			}
			require.NoError(t, err)
			require.Equal(t, c.urls, ice.URLs)
			require.Equal(t, c.listen, relay.Listen)
			require.Equal(t, c.tls, relay.TLS.Listen)
			if c.listen != "" {
				require.NotEmpty(t, ice.Secret)
				require.Equal(t, ice.Secret, relay.Secret)
				again, _, err := c.serve.reach()
				require.NoError(t, err)
				require.Equal(t, ice.Secret, again.Secret, "it outlives a restart")
			}
		})
	}
	empty := serveCmd{Roles: all, dataDir: dataDir{Data: t.TempDir()}, reachFlags: reachFlags{TURNListen: ":3478"}}
	require.NoError(t, os.WriteFile(filepath.Join(empty.Data, "turn.secret"), nil, 0o600))
	_, _, err := empty.reach()
	require.ErrorContains(t, err, "delete it")
}
