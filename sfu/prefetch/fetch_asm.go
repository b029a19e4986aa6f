//go:build amd64 || arm64

package prefetch

import "unsafe"

// fetch touches lines lines from from on; lines is 1 at least. A prefetch of an address that does not exist is no error.
//
//go:noescape
func fetch(from unsafe.Pointer, lines int)
