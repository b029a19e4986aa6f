// Package sockaddr is how Linux writes the addresses of UDP (ip(7), ipv6(7)), for system calls on many packets that Go's library has not.
package sockaddr

import (
	"errors"
	"net/netip"
	"syscall"
	"unsafe"

	"golang.org/x/sys/unix"
)

// Raw has room for an address of either family.
type Raw = unix.RawSockaddrInet6

// Size is that of Raw, bytes.
const Size = unix.SizeofSockaddrInet6

// Put writes an address as a socket of the family has it and returns its length. Families that do not fit meet nowhere: the system refuses the
// packet.
func Put(to *Raw, addr netip.AddrPort, ipv4 bool) uint32 {
	ip, port := addr.Addr().Unmap(), [2]byte{byte(addr.Port() >> 8), byte(addr.Port())}
	if ipv4 && ip.Is4() {
		four := (*unix.RawSockaddrInet4)(unsafe.Pointer(to))
		four.Family, four.Addr = unix.AF_INET, ip.As4()
		*(*[2]byte)(unsafe.Pointer(&four.Port)) = port
		return unix.SizeofSockaddrInet4
	}
	to.Family, to.Addr = unix.AF_INET6, ip.As16()
	*(*[2]byte)(unsafe.Pointer(&to.Port)) = port
	return unix.SizeofSockaddrInet6
}

// Get reads what the system has written.
func Get(from *Raw) netip.AddrPort {
	if from.Family == unix.AF_INET {
		four := (*unix.RawSockaddrInet4)(unsafe.Pointer(from))
		return netip.AddrPortFrom(netip.AddrFrom4(four.Addr), bigEndian(&four.Port))
	}
	return netip.AddrPortFrom(netip.AddrFrom16(from.Addr), bigEndian(&from.Port))
}

func bigEndian(port *uint16) uint16 {
	b := (*[2]byte)(unsafe.Pointer(port))
	return uint16(b[0])<<8 | uint16(b[1])
}

// IsIPv4 tells whether a socket has IPv4 addresses only.
func IsIPv4(raw syscall.RawConn) (bool, error) {
	var domain int
	var failed error
	err := raw.Control(func(fd uintptr) { domain, failed = unix.GetsockoptInt(int(fd), unix.SOL_SOCKET, unix.SO_DOMAIN) })
	return domain == unix.AF_INET, errors.Join(err, failed)
}
