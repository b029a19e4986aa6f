package rtc

import (
	"net/netip"
	"sync"
	"sync/atomic"

	"github.com/pion/webrtc/v4"
	"github.com/tongtang/tongtang/sfu/udpport"
)

// Remote is where a connection's packets go: the remote address of the selected candidate pair, kept current as the peer moves.
type Remote struct {
	ice  *webrtc.ICETransport
	lost func()
	mu   sync.Mutex
	from *udpport.Route // nil: pion reads what comes
	told func(netip.AddrPort)
	over bool
	addr atomic.Pointer[netip.AddrPort]
}

// Follow begins before the connection does. lost is called when a peer that was reachable has moved to where it is not.
func Follow(ice *webrtc.ICETransport, lost func()) *Remote {
	r := &Remote{ice: ice, lost: lost}
	r.addr.Store(&netip.AddrPort{})
	ice.OnSelectedCandidatePairChange(func(*webrtc.ICECandidatePair) { r.read() })
	return r
}

// Address is invalid before the connection stands, and where a packet from the media port would not reach the peer.
func (r *Remote) Address() netip.AddrPort { return *r.addr.Load() }

// Reachable tells whether there is an address, without waiting for an event that is still on its way.
func (r *Remote) Reachable() bool {
	r.read()
	return r.Address().IsValid()
}

// read takes the pair of now: events may come late, and in any case after each other.
func (r *Remote) read() {
	r.mu.Lock()
	defer r.mu.Unlock()
	pair, err := r.ice.GetSelectedCandidatePair()
	if err != nil || pair == nil {
		return // the connection is ending
	}
	addr := reachable(pair)
	old := r.addr.Swap(&addr)
	if addr != *old && !r.over {
		r.tell(addr)
	}
	if old.IsValid() && !addr.IsValid() {
		r.lost()
	}
}

func (r *Remote) tell(addr netip.AddrPort) {
	if r.from != nil {
		r.from.Move(addr)
	}
	if r.told != nil {
		r.told(addr)
	}
}

func (r *Remote) route(from *udpport.Route) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.from = from
	from.Move(r.Address())
}

// Tell has told called with the address of now, and with every later one. It must not ask the Remote anything.
func (r *Remote) Tell(told func(netip.AddrPort)) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.told = told
	told(r.Address())
}

// Close ends the route of what comes from the peer.
func (r *Remote) Close() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.over = true
	if r.from != nil {
		r.from.Move(netip.AddrPort{})
	}
}

// reachable is the remote address of a pair of plain UDP: no TCP, no relay of ours, no link-local address, which needs an interface.
func reachable(pair *webrtc.ICECandidatePair) netip.AddrPort {
	ip, err := netip.ParseAddr(pair.Remote.Address)
	if err != nil || pair.Local.Protocol != webrtc.ICEProtocolUDP || pair.Remote.Protocol != webrtc.ICEProtocolUDP ||
		pair.Local.Typ == webrtc.ICECandidateTypeRelay || ip.Is6() && ip.IsLinkLocalUnicast() {
		return netip.AddrPort{}
	}
	return netip.AddrPortFrom(ip.Unmap(), pair.Remote.Port)
}
