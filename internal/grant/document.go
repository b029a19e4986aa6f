package grant

import (
	"fmt"

	"github.com/golang-jwt/jwt/v5"
)

// Document says of a file that leaves the house what it was when it was issued. Subject is who issued it, IssuedAt when. It is no grant: it
// opens nothing, and it does not expire.
type Document struct {
	Digest string `json:"digest"` // of the content
	Title  string `json:"title,omitempty"`
	jwt.RegisteredClaims
}

// documents is the issuer of documents, so that neither can be taken for the other.
const documents = "tongtang-document"

// SignDocument makes the token.
func (s *Signer) SignDocument(d Document) (string, error) {
	d.Issuer = documents
	return jwt.NewWithClaims(jwt.SigningMethodEdDSA, d).SignedString(s.key)
}

// VerifyDocument returns what a token says that this verifier's signer made; ErrInvalid.
func (v *Verifier) VerifyDocument(token string) (*Document, error) {
	var d Document
	_, err := jwt.ParseWithClaims(token, &d, func(*jwt.Token) (any, error) { return v.key, nil },
		jwt.WithValidMethods([]string{"EdDSA"}), jwt.WithIssuer(documents))
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrInvalid, err)
	}
	if d.Digest == "" || d.IssuedAt == nil {
		return nil, fmt.Errorf("%w: it says nothing of a document", ErrInvalid)
	}
	return &d, nil
}
