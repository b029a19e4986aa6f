// Package ident makes the opaque identifiers of everything Tongtang stores: safe in URLs, file names and NATS subjects.
package ident

import (
	"crypto/rand"
	"regexp"
	"strings"
)

// New returns 16 lower-case base32 characters (80 random bits).
func New() string { return strings.ToLower(rand.Text()[:16]) }

var valid = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{0,63}$`)

// Valid tells whether s may be used as an identifier (1–64 characters a–z, 0–9 and "-", not starting with "-").
// Check with it whatever comes from outside before it becomes part of a subject, a key or a path.
func Valid(s string) bool { return valid.MatchString(s) }
