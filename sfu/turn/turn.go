// Package turn is the relay of a single machine, for those who reach neither the UDP nor the TCP port of the media. It relays to the media
// port of this server and to nothing else: its sockets stand on the loopback address, where nobody outside can send to them, and what a
// client wants to send elsewhere is refused. So there is no range of ports to open, and no way through it into anybody's network.
package turn

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"sync"
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
	PerOne int    // relays of one subject at once; a browser makes one for each address and transport. Default 16
	Total  int    // relays at once; default 1000
}

// Media is where the media port is: as clients name it, one address of each family (either may be missing), and as it is reached from here.
type Media struct {
	Named4, Named6 netip.AddrPort
	Local4, Local6 netip.AddrPort
}

const realm = "tongtang"

// idle is after how long without a word a TCP connection is closed: a client that is there refreshes or checks its path more often.
const idle = 5 * time.Minute

// Figures are told what happens; none may be nil.
type Figures struct {
	Relays     func(now int)
	Refused    func() // a relay over a limit
	RefusedTCP func() // a connection over a limit
}

// Server is the relay.
type Server struct {
	cfg     Config
	media   Media
	figures Figures
	udp     net.PacketConn
	tcp     net.Listener

	mu    sync.Mutex
	of    map[string]int // relays by subject
	total int
}

// Open takes the ports. Run serves on them.
func Open(cfg Config, media Media, figures Figures) (*Server, error) {
	if cfg.Secret == "" {
		return nil, errors.New("the TURN relay needs a secret")
	}
	if cfg.PerOne == 0 {
		cfg.PerOne = 16
	}
	if cfg.Total == 0 {
		cfg.Total = 1000
	}
	s := &Server{cfg: cfg, media: media, figures: figures, of: map[string]int{}}
	var err error
	if s.udp, err = net.ListenPacket("udp", cfg.Listen); err != nil {
		return nil, fmt.Errorf("open the TURN port: %w", err)
	}
	if s.tcp, err = net.Listen("tcp", s.udp.LocalAddr().String()); err != nil {
		return nil, errors.Join(fmt.Errorf("open the TURN port: %w", err), s.udp.Close())
	}
	return s, nil
}

// Addr is the address in use, the same for UDP and TCP.
func (s *Server) Addr() net.Addr { return s.udp.LocalAddr() }

// Run relays until ctx ends.
func (s *Server) Run(ctx context.Context) error {
	tcp := icetcp.Bound(&patient{s.tcp}, 2*s.cfg.Total, icetcp.MaxConnsOfOne, s.figures.RefusedTCP)
	server, err := turn.NewServer(turn.ServerConfig{
		Realm: realm, LoggerFactory: &logging.DefaultLoggerFactory{DefaultLogLevel: logging.LogLevelDisabled},
		AuthHandler: s.authenticate, QuotaHandler: s.quota,
		EventHandler: turn.EventHandler{
			OnAllocationCreated: func(_, _ net.Addr, _, subject, _ string, _ net.Addr, _ int) { s.count(subject, 1) },
			OnAllocationDeleted: func(_, _ net.Addr, _, subject, _ string) { s.count(subject, -1) },
		},
		PacketConnConfigs: []turn.PacketConnConfig{{PacketConn: s.udp, RelayAddressGenerator: s, PermissionHandler: s.permit}},
		ListenerConfigs:   []turn.ListenerConfig{{Listener: tcp, RelayAddressGenerator: s, PermissionHandler: s.permit}},
	})
	if err != nil {
		return errors.Join(fmt.Errorf("start the TURN relay: %w", err), s.udp.Close(), s.tcp.Close())
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

func (s *Server) quota(subject, _ string, _ net.Addr) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.total < s.cfg.Total && s.of[subject] < s.cfg.PerOne {
		return true
	}
	s.figures.Refused()
	return false
}

func (s *Server) count(subject string, by int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.total += by
	if s.of[subject] += by; s.of[subject] == 0 {
		delete(s.of, subject)
	}
	s.figures.Relays(s.total)
}

// permit lets clients name the media's address as their peer, and no other.
func (s *Server) permit(_ net.Addr, peer net.IP) bool {
	ip, ok := netip.AddrFromSlice(peer)
	return ok && (ip.Unmap() == s.media.Named4.Addr() || ip.Unmap() == s.media.Named6.Addr())
}

// patient closes connections that have nothing to say.
type patient struct{ net.Listener }

func (p *patient) Accept() (net.Conn, error) {
	c, err := p.Listener.Accept()
	if err != nil {
		return nil, err
	}
	return &timed{c}, nil
}

type timed struct{ net.Conn }

func (t *timed) Read(b []byte) (int, error) {
	if err := t.SetReadDeadline(time.Now().Add(idle)); err != nil {
		return 0, err
	}
	return t.Conn.Read(b)
}
