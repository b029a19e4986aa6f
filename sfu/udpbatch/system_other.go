//go:build !linux

package udpbatch

import "syscall"

// kind of an error; nothing but WriteTo is used on this system, which waits by itself.
type kind int

const (
	isOther kind = iota
	isFull
	isRefused
	isMissing
)

func kindOf(error) kind { return isOther }

func isIPv4(syscall.RawConn) (bool, error) { return false, nil }

func supported() Rung { return Single }

// system is empty: there is no sendmmsg here.
type system struct{}

func (system) init(*Batch) {}

func (system) write(*Batch, []message) (int, error) { return 0, syscall.ENOSYS }

func (b *Batch) wait() bool { return false }
