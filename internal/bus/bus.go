// Package bus is NATS with JetStream: in this process by default, a cluster when one machine is outgrown. It carries the news between
// services, every lesson's log, and the recorder's jobs.
package bus

import (
	"context"
	"errors"
	"fmt"
	"net"
	"path/filepath"
	"strconv"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

// Config chooses between the embedded server and a cluster.
type Config struct {
	URL    string // of a NATS cluster; "" starts the embedded server
	Dir    string // where the embedded server keeps its streams
	Listen string // host:port on which the embedded server also serves other processes; "" for none
}

// Bus is a connection to the bus, and the embedded server behind it if there is one.
type Bus struct {
	Conn *nats.Conn
	JS   jetstream.JetStream

	embedded *server.Server
}

// Open starts or joins the bus. It waits until JetStream answers.
func Open(cfg Config) (*Bus, error) {
	b := &Bus{}
	opts := []nats.Option{nats.Name("tongtang"), nats.MaxReconnects(-1), nats.RetryOnFailedConnect(cfg.URL != "")}
	url := cfg.URL
	if url == "" {
		o := &server.Options{ServerName: "tongtang", JetStream: true, StoreDir: filepath.Join(cfg.Dir, "nats"), DontListen: cfg.Listen == "",
			NoSigs: true, NoLog: true, SyncInterval: time.Second}
		if cfg.Listen != "" {
			host, port, err := net.SplitHostPort(cfg.Listen)
			if err != nil {
				return nil, fmt.Errorf("address of the bus: %w", err)
			}
			n, err := strconv.Atoi(port)
			if err != nil {
				return nil, fmt.Errorf("port of the bus %q: %w", port, err)
			}
			o.Host, o.Port = host, n
		}
		s, err := server.NewServer(o)
		if err != nil {
			return nil, fmt.Errorf("start the embedded bus: %w", err)
		}
		s.Start()
		if !s.ReadyForConnections(20 * time.Second) {
			s.Shutdown()
			return nil, errors.New("the embedded bus did not start within 20 s")
		}
		b.embedded = s
		opts = append(opts, nats.InProcessServer(s))
		url = nats.DefaultURL
	}
	conn, err := nats.Connect(url, opts...)
	if err != nil {
		b.Close()
		return nil, fmt.Errorf("connect to the bus: %w", err)
	}
	b.Conn = conn
	if b.JS, err = jetstream.New(conn); err != nil {
		b.Close()
		return nil, fmt.Errorf("open JetStream: %w", err)
	}
	return b, nil
}

// Ready tells whether JetStream answers.
func (b *Bus) Ready(ctx context.Context) error {
	_, err := b.JS.AccountInfo(ctx)
	return err
}

// Close ends the connection and the embedded server, and waits for both.
func (b *Bus) Close() {
	if b.Conn != nil {
		b.Conn.Close()
	}
	if b.embedded != nil {
		b.embedded.Shutdown()
		b.embedded.WaitForShutdown()
	}
}
