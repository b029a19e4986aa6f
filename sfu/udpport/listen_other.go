//go:build !linux

package udpport

import "net"

// listenTwice opens one socket: pion's reading finds the feedback of viewers in it.
func listenTwice(addr *net.UDPAddr) (media, patient *net.UDPConn, err error) {
	media, err = net.ListenUDP("udp", addr)
	return media, nil, err
}

func (p *Port) readPatient() {}
