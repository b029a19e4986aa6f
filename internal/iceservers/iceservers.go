// Package iceservers is what clients are told of STUN and TURN servers. TURN servers know the secret, not the people: who enters a lesson gets
// a name and a password that are good for that lesson (the "TURN REST API", draft-uberti-behave-turn-rest; coturn's use-auth-secret).
package iceservers

import (
	"crypto/hmac"
	"crypto/sha1"
	"encoding/base64"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Credentials are good until some time after the lesson's planned end, which lecturers overrun, and never for longer than a long school day.
const (
	Overrun = time.Hour
	Longest = 12 * time.Hour
)

// Config of the servers that are told to everyone who enters a lesson.
type Config struct {
	URLs   []string // stun:host:port, turn:host:port?transport=udp|tcp, turns:host:port?transport=tcp
	Secret string   // shared with the TURN servers
}

// Server is one entry, as RTCIceServer of WebRTC has it.
type Server struct {
	URLs                 []string
	Username, Credential string // of TURN
}

// Check refuses addresses that no browser takes, and TURN without a secret.
func (c Config) Check() error {
	for _, u := range c.URLs {
		scheme, host, ok := strings.Cut(u, ":")
		if !ok || host == "" || strings.ContainsAny(u, "<>\" \t\r\n/") || scheme != "stun" && scheme != "stuns" && !isTURN(u) {
			return fmt.Errorf("the ICE server %q is not one such as stun:host:3478 or turn:host:3478?transport=udp", u)
		}
		if isTURN(u) && c.Secret == "" {
			return fmt.Errorf("the TURN server %q needs the secret that it was given", u)
		}
	}
	return nil
}

func isTURN(u string) bool { return strings.HasPrefix(u, "turn:") || strings.HasPrefix(u, "turns:") }

// For are the servers for one subject of a grant, with credentials for a lesson that is planned to end at end.
func (c Config) For(subject string, end, now time.Time) []Server {
	var list []Server
	if stun := c.Open(); stun != nil {
		list = append(list, *stun)
	}
	var turn []string
	for _, u := range c.URLs {
		if isTURN(u) {
			turn = append(turn, u)
		}
	}
	if len(turn) == 0 {
		return list
	}
	name := strconv.FormatInt(expiry(end, now).Unix(), 10) + ":" + subject
	return append(list, Server{URLs: turn, Username: name, Credential: Password(c.Secret, name)})
}

// Open is what anybody may know: STUN. It is nil where there is none.
func (c Config) Open() *Server {
	var urls []string
	for _, u := range c.URLs {
		if !isTURN(u) {
			urls = append(urls, u)
		}
	}
	if urls == nil {
		return nil
	}
	return &Server{URLs: urls}
}

func expiry(end, now time.Time) time.Time {
	if end.Before(now) {
		end = now // it is being overrun
	}
	if latest := now.Add(Longest - Overrun); end.After(latest) {
		end = latest
	}
	return end.Add(Overrun)
}

// Password belongs to a name of the form "expiry:subject" (expiry in seconds since 1970).
func Password(secret, username string) string {
	mac := hmac.New(sha1.New, []byte(secret))
	mac.Write([]byte(username))
	return base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

// Subject is whom a name belongs to, while it is good.
func Subject(username string, now time.Time) (string, bool) {
	expires, subject, ok := strings.Cut(username, ":")
	seconds, err := strconv.ParseInt(expires, 10, 64)
	return subject, ok && err == nil && subject != "" && now.Unix() < seconds
}
