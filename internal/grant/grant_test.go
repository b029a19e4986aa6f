package grant

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestSignedGrantVerifies(t *testing.T) {
	file := filepath.Join(t.TempDir(), "keys", "grant.key")
	s, err := LoadOrCreate(file)
	require.NoError(t, err)
	info, err := os.Stat(file)
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o600), info.Mode().Perm())

	again, err := LoadOrCreate(file)
	require.NoError(t, err)
	token, err := s.Sign(Claims{Lesson: "l1", Role: Room, Publish: []string{"room-a"}}, time.Minute)
	require.NoError(t, err)
	c, err := again.Verifier().Verify(token)
	require.NoError(t, err)
	require.True(t, c.MayPublish("room-a"))
	require.False(t, c.MayPublish("camera"))

	require.NoError(t, s.WritePublic(file+".pub"))
	elsewhere, err := LoadVerifier(file + ".pub")
	require.NoError(t, err)
	_, err = elsewhere.Verify(token)
	require.NoError(t, err)
	_, err = LoadVerifier(file)
	require.Error(t, err, "a private key is not handed to those who only verify")
}

func TestRefusals(t *testing.T) {
	s, err := LoadOrCreate(filepath.Join(t.TempDir(), "a"))
	require.NoError(t, err)
	other, err := LoadOrCreate(filepath.Join(t.TempDir(), "b"))
	require.NoError(t, err)
	sign := func(s *Signer, c Claims, ttl time.Duration) string {
		token, err := s.Sign(c, ttl)
		require.NoError(t, err)
		return token
	}
	good := sign(s, Claims{Lesson: "l1", Role: Viewer}, time.Minute)
	for name, c := range map[string]struct {
		token string
		want  error
	}{
		"expired":      {sign(s, Claims{Lesson: "l1", Role: Viewer}, -time.Minute), ErrExpired},
		"other signer": {sign(other, Claims{Lesson: "l1", Role: Viewer}, time.Minute), ErrInvalid},
		"no lesson":    {sign(s, Claims{Role: Viewer}, time.Minute), ErrInvalid},
		"unknown role": {sign(s, Claims{Lesson: "l1", Role: "king"}, time.Minute), ErrInvalid},
		"cut":          {good[:len(good)-4], ErrInvalid},
		"empty":        {"", ErrInvalid},
		"alg none":     {"eyJhbGciOiJub25lIn0." + strings.Split(good, ".")[1] + ".", ErrInvalid},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := s.Verifier().Verify(c.token)
			require.ErrorIs(t, err, c.want)
		})
	}
}
