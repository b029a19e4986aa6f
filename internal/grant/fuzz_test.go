package grant

import (
	"net/http"
	"path/filepath"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"
	"github.com/stretchr/testify/require"
)

// Only what was signed is believed, whatever stands in an Authorization header.
func FuzzVerify(f *testing.F) {
	s, err := LoadOrCreate(filepath.Join(f.TempDir(), "grant.key"))
	if err != nil {
		f.Fatal(err)
	}
	good := Claims{Lesson: "maths", Role: Lecturer, Publish: []string{"camera"}, RegisteredClaims: jwt.RegisteredClaims{Subject: "chen"}}
	token, err := s.Sign(good, 24*time.Hour)
	if err != nil {
		f.Fatal(err)
	}
	f.Add("Bearer " + token)
	f.Add("bearer  " + token[:len(token)-3])
	f.Add("Bearer eyJhbGciOiJub25lIn0.eyJsZXNzb24iOiJtYXRocyIsInJvbGUiOiJsZWN0dXJlciJ9.")
	f.Add("Basic x")
	v := s.Verifier()
	f.Fuzz(func(t *testing.T, header string) {
		c, err := v.Verify(Bearer(&http.Request{Header: http.Header{"Authorization": {header}}}))
		if err != nil {
			require.Nil(t, c)
			return
		}
		require.Equal(t, "maths", c.Lesson)
		require.Equal(t, Lecturer, c.Role)
		require.Equal(t, "chen", c.Subject)
		require.Equal(t, []string{"camera"}, c.Publish)
	})
}
