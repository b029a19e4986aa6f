//go:build linux

package sockaddr

import (
	"net"
	"net/netip"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestAddresses(t *testing.T) {
	for _, text := range []string{"127.0.0.1:1", "255.1.2.3:65535", "[::1]:8189", "[2001:db8::7]:258"} {
		at := netip.MustParseAddrPort(text)
		var raw Raw
		Put(&raw, at, at.Addr().Is4())
		require.Equal(t, at, Get(&raw))
		raw = Raw{}
		require.EqualValues(t, Size, Put(&raw, at, false))
		require.Equal(t, at, netip.AddrPortFrom(Get(&raw).Addr().Unmap(), at.Port()))
	}
}

func TestFamilies(t *testing.T) {
	for listen, four := range map[string]bool{"127.0.0.1:0": true, "[::1]:0": false, ":0": false} {
		conn, err := net.ListenPacket("udp", listen)
		require.NoError(t, err)
		raw, err := conn.(*net.UDPConn).SyscallConn()
		require.NoError(t, err)
		is, err := IsIPv4(raw)
		require.NoError(t, err)
		require.Equal(t, four, is, listen)
		require.NoError(t, conn.Close())
		_, err = IsIPv4(raw)
		require.Error(t, err)
	}
}
