package iceservers

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

var noon = time.Date(2026, 11, 23, 4, 0, 0, 0, time.UTC)

func TestCredentialsAreOfTheLesson(t *testing.T) {
	c := Config{URLs: []string{"turn:a.example:3478?transport=udp", "stun:a.example:3478", "turns:a.example:443?transport=tcp"}, Secret: "s3"}
	require.NoError(t, c.Check())
	list := c.For("xiaoyu", noon.Add(40*time.Minute), noon)
	require.Equal(t, []Server{
		{URLs: []string{"stun:a.example:3478"}},
		// The password by: printf 1795412400:xiaoyu | openssl dgst -sha1 -hmac s3 -binary | base64
		{URLs: []string{"turn:a.example:3478?transport=udp", "turns:a.example:443?transport=tcp"}, Username: "1795412400:xiaoyu", Credential: "YEqVZTgCS6Rger1jfytDPg+jtJY="},
	}, list)
	require.Equal(t, &Server{URLs: []string{"stun:a.example:3478"}}, c.Open())
	require.Empty(t, Config{}.For("xiaoyu", noon, noon))
}

func TestHowLongCredentialsAreGood(t *testing.T) {
	for _, c := range []struct {
		end, good time.Duration
	}{{40 * time.Minute, 100 * time.Minute}, {-2 * time.Hour, time.Hour}, {11 * time.Hour, 12 * time.Hour}, {90 * 24 * time.Hour, 12 * time.Hour}} {
		require.Equal(t, noon.Add(c.good), expiry(noon.Add(c.end), noon))
	}
	for name, good := range map[string]bool{"1795412400:x": true, "1795406400:x": false, "1795412400": false, "1795412400:": false, "x:y": false, "": false} {
		_, ok := Subject(name, noon)
		require.Equal(t, good, ok, name)
	}
}

func TestAddressesThatNoBrowserTakes(t *testing.T) {
	for _, u := range []string{"", "turn:", "http://a.example", "a.example:3478", "turn:a.example>; rel=x", "turn://a.example"} {
		require.Error(t, Config{URLs: []string{u}, Secret: "x"}.Check(), u)
	}
	require.Error(t, Config{URLs: []string{"turn:a.example:3478"}}.Check(), "without a secret")
}
