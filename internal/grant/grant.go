// Package grant is the short-lived signed permission (a JWT, RFC 7519, signed with Ed25519, RFC 8037) with which a
// person or a device enters one lesson. The scheduler signs; the SFU and the recorder only verify.
package grant

import (
	"crypto/ed25519"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/golang-jwt/jwt/v5"
)

// Role is what the bearer is in this one lesson.
type Role string

const (
	Lecturer  Role = "lecturer"  // teaches, or is the lecturer room's device: sources on the lecturer and courseware panes; all commands
	Assistant Role = "assistant" // with a remote class
	Room      Role = "room"      // an interactive room in front of one big screen: publishes a guest source, raises its hand
	Student   Role = "student"   // watches, raises a hand, takes no stage
	Observer  Role = "observer"  // watches and says
	Publisher Role = "publisher" // a script's source: lecturer side; no commands
	Viewer    Role = "viewer"    // a script's or a player's view: no commands, not a participant
	Recorder  Role = "recorder"  // views any source as it is; not a participant
	Media     Role = "media"     // plays the finished recording of the lesson, nothing live
)

// Roles lists every role.
var Roles = []Role{Lecturer, Assistant, Room, Student, Observer, Publisher, Viewer, Recorder, Media}

// Claims say who may do what in which lesson. Subject is the person's or device's id.
type Claims struct {
	Lesson  string   `json:"lesson"`
	Role    Role     `json:"role"`
	Name    string   `json:"name,omitempty"`    // shown to the others
	School  string   `json:"school,omitempty"`  // school id
	Room    string   `json:"room,omitempty"`    // room id
	Publish []string `json:"publish,omitempty"` // names of the sources it may publish

	// What the school may take and send, kbit/s; 0: what the SFU's configuration says.
	SchoolDown int `json:"schoolDown,omitempty"`
	SchoolUp   int `json:"schoolUp,omitempty"`

	jwt.RegisteredClaims
}

// MayPublish tells whether the bearer may publish the source of this name.
func (c *Claims) MayPublish(source string) bool { return slices.Contains(c.Publish, source) }

// ErrInvalid is the reason behind every refused grant; errors.Is(err, ErrExpired) tells the common one apart.
var (
	ErrInvalid = errors.New("the grant is not valid")
	ErrExpired = errors.New("the grant has expired")
)

const issuer = "tongtang"

// Signer signs grants. Only the scheduler (and the command line beside it) has one.
type Signer struct{ key ed25519.PrivateKey }

// Verifier checks grants.
type Verifier struct{ key ed25519.PublicKey }

// LoadOrCreate reads the signing key (PKCS #8, PEM) from file and makes it, readable by the owner only, where there is none.
func LoadOrCreate(file string) (*Signer, error) {
	s, err := Load(file)
	if err == nil || !errors.Is(err, fs.ErrNotExist) {
		return s, err
	}
	_, key, err := ed25519.GenerateKey(nil)
	if err != nil {
		return nil, fmt.Errorf("make grant key: %w", err)
	}
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return nil, fmt.Errorf("encode grant key: %w", err)
	}
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		return nil, err
	}
	tmp := file + ".new"
	if err := os.WriteFile(tmp, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}), 0o600); err != nil {
		return nil, err
	}
	return &Signer{key}, os.Rename(tmp, file)
}

// Load reads the signing key from file.
func Load(file string) (*Signer, error) {
	raw, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("read grant key: %w", err)
	}
	key, err := jwt.ParseEdPrivateKeyFromPEM(raw)
	if err != nil {
		return nil, fmt.Errorf("grant key %s: %w", file, err)
	}
	return &Signer{key.(ed25519.PrivateKey)}, nil
}

// WritePublic writes the public key (PKIX, PEM) to file: what an SFU or a recorder on another machine needs to verify.
func (s *Signer) WritePublic(file string) error {
	der, err := x509.MarshalPKIXPublicKey(s.key.Public())
	if err != nil {
		return fmt.Errorf("encode public grant key: %w", err)
	}
	return os.WriteFile(file, pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der}), 0o644)
}

// LoadVerifier reads the public key that WritePublic wrote.
func LoadVerifier(file string) (*Verifier, error) {
	raw, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("read public grant key: %w", err)
	}
	key, err := jwt.ParseEdPublicKeyFromPEM(raw)
	if err != nil {
		return nil, fmt.Errorf("public grant key %s: %w", file, err)
	}
	return &Verifier{key.(ed25519.PublicKey)}, nil
}

// Verifier returns the check that belongs to the signer.
func (s *Signer) Verifier() *Verifier { return &Verifier{s.key.Public().(ed25519.PublicKey)} }

// Sign makes the token; it is valid from now for ttl.
func (s *Signer) Sign(c Claims, ttl time.Duration) (string, error) {
	now := time.Now()
	c.Issuer = issuer
	c.IssuedAt = jwt.NewNumericDate(now)
	c.ExpiresAt = jwt.NewNumericDate(now.Add(ttl))
	return jwt.NewWithClaims(jwt.SigningMethodEdDSA, c).SignedString(s.key)
}

// Verify returns the claims of a token that this verifier's signer made and that has not expired.
func (v *Verifier) Verify(token string) (*Claims, error) {
	var c Claims
	_, err := jwt.ParseWithClaims(token, &c, func(*jwt.Token) (any, error) { return v.key, nil },
		jwt.WithValidMethods([]string{"EdDSA"}), jwt.WithIssuer(issuer), jwt.WithExpirationRequired(), jwt.WithLeeway(5*time.Second))
	switch {
	case errors.Is(err, jwt.ErrTokenExpired):
		return nil, ErrExpired
	case err != nil:
		return nil, fmt.Errorf("%w: %w", ErrInvalid, err)
	case c.Lesson == "" || !slices.Contains(Roles, c.Role):
		return nil, fmt.Errorf("%w: no lesson or role in it", ErrInvalid)
	}
	return &c, nil
}

// Bearer returns the token of the request's Authorization header (RFC 6750), "" where there is none.
func Bearer(r *http.Request) string {
	scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	if !strings.EqualFold(scheme, "Bearer") {
		return ""
	}
	return strings.TrimSpace(token)
}
