// Package turn is the relay of a single machine, for those who reach neither the UDP nor the TCP port of the media. It relays to the media
// port of this server and to nothing else: its sockets stand on the loopback address, where nobody outside can send to them, and what a
// client wants to send elsewhere is refused. So there is no range of ports to open, and no way through it into anybody's network.
package turn

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"time"

	"github.com/pion/logging"
	"github.com/pion/turn/v5"
	"github.com/tongtang/tongtang/internal/iceservers"
	"github.com/tongtang/tongtang/sfu/icetcp"
)

// Config of the relay. Zero limits get the defaults that are named.
type Config struct {
	Listen string // host:port, UDP and TCP; "" is no relay
	Secret string // of the credentials (internal/iceservers)
	TLS    TLS    // for networks that let nothing pass but what looks like https
	PerOne int    // relays of one subject at once; a browser makes one for each address and transport. Default 16
	Total  int    // relays at once; default 1000
	Bytes  int    // a second, of all relays of one subject, each way; default 2,500,000 (20 Mbit/s)
}

// TLS is the relay behind a certificate. Its files are read again when they are renewed.
type TLS struct {
	Listen    string // host:port; "" is none
	Cert, Key string // files, PEM
}

// Media is where the media port is: as clients name it, one address of each family (either may be missing), and as it is reached from here.
type Media struct {
	Named4, Named6 netip.AddrPort
	Local4, Local6 netip.AddrPort
}

const realm = "tongtang"

// Figures are told what happens; none may be nil.
type Figures struct {
	Relays     func(now int)
	Refused    func() // a relay over a limit
	RefusedTCP func() // a connection over a limit
	Dropped    func() // a packet over what its subject may send or get
}

// Server is the relay.
type Server struct {
	cfg     Config
	media   Media
	figures Figures
	users   users
	udp     net.PacketConn
	tcp     []net.Listener // the plain one and, where there is a certificate, that of TLS
	cert    *certificate
}

// Open takes the ports. Run serves on them.
func Open(cfg Config, media Media, figures Figures) (_ *Server, err error) {
	if cfg.Secret == "" {
		return nil, errors.New("the TURN relay needs a secret")
	}
	for v, d := range map[*int]int{&cfg.PerOne: 16, &cfg.Total: 1000, &cfg.Bytes: 2_500_000} {
		if *v == 0 {
			*v = d
		}
	}
	s := &Server{cfg: cfg, media: media, figures: figures, users: users{cfg: cfg, figures: figures, all: map[string]*user{}}}
	defer func() {
		if err != nil {
			err = errors.Join(fmt.Errorf("open the TURN port: %w", err), s.close())
		}
	}()
	if cfg.TLS.Listen != "" {
		if s.cert, err = openCertificate(cfg.TLS.Cert, cfg.TLS.Key); err != nil {
			return nil, err
		}
	}
	if s.udp, err = net.ListenPacket("udp", cfg.Listen); err != nil {
		return nil, err
	}
	for _, at := range []string{s.udp.LocalAddr().String(), cfg.TLS.Listen} {
		if at == "" {
			continue
		}
		l, err := net.Listen("tcp", at)
		if err != nil {
			return nil, err
		}
		s.tcp = append(s.tcp, l)
	}
	return s, nil
}

// close gives the ports back when Run will not.
func (s *Server) close() error {
	var all []error
	if s.udp != nil {
		all = append(all, s.udp.Close())
	}
	for _, l := range s.tcp {
		all = append(all, l.Close())
	}
	return errors.Join(all...)
}

// Addr is the address in use, the same for UDP and TCP.
func (s *Server) Addr() net.Addr { return s.udp.LocalAddr() }

// TLSAddr is the address of TLS, nil without.
func (s *Server) TLSAddr() net.Addr {
	if s.cert == nil {
		return nil
	}
	return s.tcp[1].Addr()
}

// Run relays until ctx ends.
func (s *Server) Run(ctx context.Context) error {
	var listeners []turn.ListenerConfig
	for i, l := range s.tcp {
		l = icetcp.Bound(&patient{l}, 2*s.cfg.Total, icetcp.MaxConnsOfOne, s.figures.RefusedTCP)
		if i == 1 {
			l = tls.NewListener(l, s.cert.config())
		}
		listeners = append(listeners, turn.ListenerConfig{Listener: l, RelayAddressGenerator: s, PermissionHandler: s.permit})
	}
	server, err := turn.NewServer(turn.ServerConfig{
		Realm: realm, LoggerFactory: &logging.DefaultLoggerFactory{DefaultLogLevel: logging.LogLevelDisabled},
		AuthHandler:       s.authenticate,
		QuotaHandler:      func(subject, _ string, _ net.Addr) bool { return s.users.room(subject) },
		PacketConnConfigs: []turn.PacketConnConfig{{PacketConn: s.udp, RelayAddressGenerator: s, PermissionHandler: s.permit}},
		ListenerConfigs:   listeners,
	})
	if err != nil {
		return errors.Join(fmt.Errorf("start the TURN relay: %w", err), s.close())
	}
	<-ctx.Done()
	return server.Close()
}

// authenticate finds the key of a name that Config.Secret has signed and that is still good.
func (s *Server) authenticate(r *turn.RequestAttributes) (string, []byte, bool) {
	subject, ok := iceservers.Subject(r.Username, time.Now())
	if !ok {
		return "", nil, false
	}
	return subject, turn.GenerateAuthKey(r.Username, r.Realm, iceservers.Password(s.cfg.Secret, r.Username)), true
}

// permit lets clients name the media's address as their peer, and no other.
func (s *Server) permit(_ net.Addr, peer net.IP) bool {
	ip, ok := netip.AddrFromSlice(peer)
	return ok && (ip.Unmap() == s.media.Named4.Addr() || ip.Unmap() == s.media.Named6.Addr())
}

// Who has connected says something soon (a first request, or the beginning of TLS), and something now and then.
const (
	first = 10 * time.Second
	idle  = 5 * time.Minute // a client that is there refreshes or checks its path more often
)

// patient closes connections that have nothing to say.
type patient struct{ net.Listener }

func (p *patient) Accept() (net.Conn, error) {
	c, err := p.Listener.Accept()
	if err != nil {
		return nil, err
	}
	return &timed{Conn: c, until: time.Now().Add(first)}, nil
}

type timed struct {
	net.Conn
	until time.Time // of the first read
}

func (t *timed) Read(b []byte) (int, error) {
	if err := t.SetReadDeadline(t.until); err != nil {
		return 0, err
	}
	n, err := t.Conn.Read(b)
	t.until = time.Now().Add(idle)
	return n, err
}
