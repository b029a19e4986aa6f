package sfu

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/tongtang/tongtang/internal/grant"
	"github.com/tongtang/tongtang/internal/httpd"
	"github.com/tongtang/tongtang/internal/iceservers"
)

// Routes adds the SFU's routes: WHIP (RFC 9725), WHEP (draft-ietf-wish-whep) and the lesson's events.
func (s *Server) Routes(r gin.IRouter) {
	live := r.Group("/live/:lesson", cors)
	live.POST("/whip", answerWith(s.whip))
	live.POST("/whep", answerWith(s.whep))
	for _, kind := range []string{"/whip", "/whep"} {
		live.OPTIONS(kind, s.tellServers, preflight)
		live.OPTIONS(kind+"/:session", preflight)
		live.PATCH(kind+"/:session", answerWith(s.patch))
		live.DELETE(kind+"/:session", answerWith(s.delete))
	}
	live.GET("/events", s.events)
}

// comeBack is when somebody who found no room is to try again, seconds (RFC 9725 §4.5); problems that know better have it as waitParam.
const (
	comeBack  = "5"
	waitParam = "wait"
)

// answerWith turns the error of a handler into its problem document.
func answerWith(h func(*gin.Context) error) gin.HandlerFunc {
	return func(c *gin.Context) {
		if err := h(c); err != nil {
			var p *httpd.Problem
			if errors.As(err, &p) && (p.Status == http.StatusServiceUnavailable || p.Status == http.StatusTooManyRequests) {
				after := comeBack
				if wait, ok := p.Params[waitParam]; ok {
					after = fmt.Sprint(wait)
				}
				c.Header("Retry-After", after)
			}
			httpd.Abort(c, err)
		}
	}
}

// cors lets pages of any origin in: permission is in the grant, never in a cookie.
func cors(c *gin.Context) {
	h := c.Writer.Header()
	h.Set("Access-Control-Allow-Origin", "*")
	h.Set("Access-Control-Expose-Headers", "Location, Link, ETag, Accept-Patch, Retry-After")
}

func preflight(c *gin.Context) {
	h := c.Writer.Header()
	methods := "POST, OPTIONS"
	if c.Param("session") != "" {
		methods = "PATCH, DELETE, OPTIONS"
		h.Set("Accept-Patch", fragmentType)
	} else {
		h.Set("Accept-Post", sdpType)
	}
	h.Set("Access-Control-Allow-Methods", methods)
	h.Set("Access-Control-Allow-Headers", "Authorization, Content-Type, If-Match")
	h.Set("Access-Control-Max-Age", "86400")
	c.Status(http.StatusNoContent)
}

// created answers a POST (RFC 9725 §4.2).
func (s *Server) created(c *gin.Context, l *lesson, kind string, p *peer, answer string) {
	h := c.Writer.Header()
	h.Set("Location", "/live/"+l.id+"/"+kind+"/"+p.id)
	h.Set("ETag", p.etag)
	h.Set("Accept-Patch", fragmentType)
	addLinks(h, s.iceServers(l, p.claims))
	c.Data(http.StatusCreated, sdpType, []byte(answer))
}

func (s *Server) iceServers(l *lesson, claims *grant.Claims) []iceservers.Server {
	l.mu.Lock()
	end := l.info.End
	l.mu.Unlock()
	return s.cfg.ICE.For(claims.Subject, end, time.Now())
}

// tellServers adds the ICE servers to OPTIONS, for clients that want them before their offer (RFC 9725 §4.6). Credentials of TURN are for the
// bearer of a grant only: a browser's preflight has none.
func (s *Server) tellServers(c *gin.Context) {
	if token := grant.Bearer(c.Request); token != "" {
		if claims, l, err := s.enter(c, token); err == nil {
			addLinks(c.Writer.Header(), s.iceServers(l, claims))
			return
		}
	}
	if stun := s.cfg.ICE.Open(); stun != nil {
		addLinks(c.Writer.Header(), []iceservers.Server{*stun})
	}
}

// addLinks writes servers as Link headers (RFC 9725 §4.6).
func addLinks(h http.Header, servers []iceservers.Server) {
	quote := strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace
	for _, s := range servers {
		for _, url := range s.URLs {
			link := "<" + url + `>; rel="ice-server"`
			if s.Username != "" {
				link += `; username="` + quote(s.Username) + `"; credential="` + quote(s.Credential) + `"; credential-type="password"`
			}
			h.Add("Link", link)
		}
	}
}
