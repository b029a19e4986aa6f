package web

import (
	"net/http"
	"regexp"
	"strings"
)

// hostLike keeps a request's Host header from writing the policy.
var hostLike = regexp.MustCompile(`^[A-Za-z0-9.\-\[\]:]{1,255}$`)

// protect sets what the browser may do on a page: code from this server alone, connections to this server alone, camera and microphone
// for ourselves. Styles may be inline: antd writes its own. blob: is what the player (hls.js) and its worker use. Older Safari does not count a
// WebSocket to the same host as 'self', hence the host by name.
func protect(h http.Header, r *http.Request) {
	connect := "'self'"
	if hostLike.MatchString(r.Host) {
		connect += " ws://" + r.Host + " wss://" + r.Host
	}
	h.Set("Content-Security-Policy", strings.Join([]string{
		"default-src 'self'",
		"script-src 'self'",
		"style-src 'self' 'unsafe-inline'",
		"img-src 'self' data: blob:",
		"media-src 'self' blob:",
		"worker-src 'self' blob:",
		"connect-src " + connect,
		"object-src 'none'",
		"base-uri 'none'",
		"form-action 'self'",
		"frame-ancestors 'self'",
	}, "; "))
	h.Set("Permissions-Policy", "camera=(self), microphone=(self), display-capture=(self), fullscreen=(self), autoplay=(self), geolocation=(), payment=()")
	h.Set("Referrer-Policy", "same-origin")
}
