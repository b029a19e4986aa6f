package rtc

import (
	"net"
	"net/netip"
)

// Named is one address of the media port as the answers name it: the first that can be reached from outside, else a loopback address. It is
// invalid where the port has none of the family.
func (e *Engine) Named(ipv6 bool) netip.AddrPort {
	var best netip.Addr
	for _, ip := range e.addresses() {
		switch {
		case ip.Is6() != ipv6 || ip.IsLinkLocalUnicast():
		case !best.IsValid() || best.IsLoopback() && !ip.IsLoopback():
			best = ip
		}
	}
	return e.atPort(best)
}

// Local is the media port of a family as it is reached from this machine.
func (e *Engine) Local(ipv6 bool) netip.AddrPort {
	at := e.Conn().LocalAddr().(*net.UDPAddr).AddrPort().Addr().Unmap()
	switch {
	case !at.IsUnspecified():
		if at.Is6() != ipv6 {
			return netip.AddrPort{}
		}
	case ipv6:
		at = netip.IPv6Loopback()
	default:
		at = netip.AddrFrom4([4]byte{127, 0, 0, 1})
	}
	return e.atPort(at)
}

func (e *Engine) atPort(ip netip.Addr) netip.AddrPort {
	if !ip.IsValid() {
		return netip.AddrPort{}
	}
	return netip.AddrPortFrom(ip, uint16(e.Port()))
}

func (e *Engine) addresses() []netip.Addr {
	var all []netip.Addr
	if len(e.nat) > 0 {
		for _, text := range e.nat {
			all = append(all, netip.MustParseAddr(text).Unmap()) // New has read them
		}
		return all
	}
	for _, a := range e.mux.GetListenAddresses() {
		if u, ok := a.(*net.UDPAddr); ok {
			all = append(all, u.AddrPort().Addr().Unmap().WithZone(""))
		}
	}
	return all
}
