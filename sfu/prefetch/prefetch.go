// Package prefetch has the processor bring memory into its cache that will be needed soon, while it works on something else. It pays where much
// memory is gone through in a known order and too rarely to stay in the cache: the viewers of a lesson, every few milliseconds. It changes nothing
// but the time; where a processor has no such instruction, or it is not known here, it does nothing. Pure.
package prefetch

import "unsafe"

// line is how much memory a cache takes at once, bytes; some take twice as much.
const line = 64

// Span is a stretch of memory. It keeps it alive.
type Span struct {
	from  unsafe.Pointer
	lines int
}

// Of is the memory of what p points at.
func Of[T any](p *T) Span { return Bytes(unsafe.Pointer(p), unsafe.Sizeof(*p)) }

// First is the first n bytes of that, or all of it.
func First[T any](p *T, n uintptr) Span { return Bytes(unsafe.Pointer(p), min(n, unsafe.Sizeof(*p))) }

// Slots is the slot i of a table and what lies behind it, two lines together: it is filled one slot after the other.
func Slots[T any](all []T, i int) Span { return Bytes(unsafe.Pointer(&all[i]), 2*line) }

// Bytes is n bytes from p on; nil is nothing.
func Bytes(p unsafe.Pointer, n uintptr) Span {
	if p == nil || n == 0 {
		return Span{}
	}
	return Span{p, int((uintptr(p)%line + n + line - 1) / line)}
}

// Fetch begins to bring it.
func (s Span) Fetch() {
	if s.lines > 0 {
		fetch(s.from, s.lines)
	}
}
