//go:build !linux

package udpport

import "net"

// patient is never there.
type patient struct{}

// listenTwice opens one socket: pion's reading finds the feedback of viewers in it.
func listenTwice(addr *net.UDPAddr) (media *net.UDPConn, second *patient, err error) {
	media, err = net.ListenUDP("udp", addr)
	return media, nil, err
}

func (*patient) close() {}

func (p *Port) readPatient() {}

func (p *Port) look() bool { return false }
