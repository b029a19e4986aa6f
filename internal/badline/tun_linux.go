package badline

import (
	"fmt"
	"net/netip"
	"os"
	"os/exec"
	"runtime"
	"strings"

	"golang.org/x/sys/unix"
)

// end is one end of the line: a TUN device in a network namespace of its own. Both live as long as they are open or somebody has entered the
// namespace: nothing has to be removed, also after a kill.
type end struct {
	tun *os.File
	ns  *os.File
}

func (e *end) close() {
	for _, f := range []*os.File{e.tun, e.ns} {
		if f != nil {
			_ = f.Close()
		}
	}
}

// makeEnd makes a namespace with a device.
func makeEnd(own, peer netip.Addr) (*end, error) {
	e := &end{}
	failed := make(chan error)
	go func() {
		runtime.LockOSThread() // for ever: the thread of another namespace ends with this goroutine
		failed <- e.open(own, peer)
	}()
	if err := <-failed; err != nil {
		e.close()
		return nil, err
	}
	return e, nil
}

func (e *end) open(own, peer netip.Addr) (err error) {
	if err = unix.Unshare(unix.CLONE_NEWNET); err != nil {
		return fmt.Errorf("make a network namespace: %w", err)
	}
	if e.ns, err = os.Open("/proc/thread-self/ns/net"); err != nil {
		return err
	}
	if e.tun, err = openTUN(device); err != nil {
		return err
	}
	for _, args := range [][]string{
		{"link", "set", "dev", "lo", "up"},
		{"addr", "add", own.String(), "peer", peer.String(), "dev", device},
		{"link", "set", "dev", device, "mtu", fmt.Sprint(maxPacket), "txqueuelen", "5000", "up"},
	} {
		if err := ip(args...); err != nil {
			return err
		}
	}
	return nil
}

// device is the name of the line in both namespaces.
const device = "badline"

// openTUN makes a device in the network namespace of the calling thread.
func openTUN(name string) (*os.File, error) {
	fd, err := unix.Open("/dev/net/tun", unix.O_RDWR|unix.O_CLOEXEC|unix.O_NONBLOCK, 0)
	if err != nil {
		return nil, fmt.Errorf("open the TUN device: %w", err)
	}
	request, err := unix.NewIfreq(name)
	if err == nil {
		request.SetUint16(unix.IFF_TUN | unix.IFF_NO_PI)
		err = unix.IoctlIfreq(fd, unix.TUNSETIFF, request)
	}
	if err != nil {
		_ = unix.Close(fd)
		return nil, fmt.Errorf("make the TUN device %s: %w", name, err)
	}
	return os.NewFile(uintptr(fd), "/dev/net/tun"), nil
}

// ip runs ip(8) in the network namespace of the calling thread.
func ip(args ...string) error {
	out, err := exec.Command("ip", args...).CombinedOutput()
	if err != nil {
		return fmt.Errorf("ip %s: %w: %s", strings.Join(args, " "), err, out)
	}
	return nil
}

// Addresses of the two ends, of the range for measurements (RFC 2544).
var (
	Near = netip.AddrFrom4([4]byte{198, 18, 0, 1})
	Far  = netip.AddrFrom4([4]byte{198, 18, 0, 2})
)

// Ends are the two ends of a line.
type Ends struct{ near, far *end }

// NewEnds makes both.
func NewEnds() (*Ends, error) {
	near, err := makeEnd(Near, Far)
	if err != nil {
		return nil, err
	}
	far, err := makeEnd(Far, Near)
	if err != nil {
		near.close()
		return nil, err
	}
	return &Ends{near, far}, nil
}

// Namespaces are the files with which to enter (nsenter --net=…), as long as this process lives.
func (e *Ends) Namespaces() (near, far string) {
	file := func(e *end) string { return fmt.Sprintf("/proc/%d/fd/%d", os.Getpid(), e.ns.Fd()) }
	return file(e.near), file(e.far)
}

// Close removes both.
func (e *Ends) Close() {
	e.near.close()
	e.far.close()
}
