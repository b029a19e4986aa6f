package sfu

import (
	"net/http"
	"strings"

	"github.com/gin-gonic/gin"
	"github.com/tongtang/tongtang/internal/httpd"
)

// Routes adds the SFU's routes: WHIP (RFC 9725), WHEP (draft-ietf-wish-whep) and the lesson's events.
func (s *Server) Routes(r gin.IRouter) {
	live := r.Group("/live/:lesson", cors)
	live.POST("/whip", answerWith(s.whip))
	live.POST("/whep", answerWith(s.whep))
	for _, kind := range []string{"/whip", "/whep"} {
		live.OPTIONS(kind, preflight)
		live.OPTIONS(kind+"/:session", preflight)
		live.PATCH(kind+"/:session", answerWith(s.patch))
		live.DELETE(kind+"/:session", answerWith(s.delete))
	}
	live.GET("/events", s.events)
}

// answerWith turns the error of a handler into its problem document.
func answerWith(h func(*gin.Context) error) gin.HandlerFunc {
	return func(c *gin.Context) {
		if err := h(c); err != nil {
			httpd.Abort(c, err)
		}
	}
}

// cors lets pages of any origin in: permission is in the grant, never in a cookie.
func cors(c *gin.Context) {
	h := c.Writer.Header()
	h.Set("Access-Control-Allow-Origin", "*")
	h.Set("Access-Control-Expose-Headers", "Location, Link, ETag, Accept-Patch")
}

func preflight(c *gin.Context) {
	h := c.Writer.Header()
	methods := "POST, OPTIONS"
	if c.Param("session") != "" {
		methods = "PATCH, DELETE, OPTIONS"
		h.Set("Accept-Patch", fragmentType)
	} else {
		h.Set("Accept-Post", "application/sdp")
	}
	h.Set("Access-Control-Allow-Methods", methods)
	h.Set("Access-Control-Allow-Headers", "Authorization, Content-Type, If-Match")
	h.Set("Access-Control-Max-Age", "86400")
	c.Status(http.StatusNoContent)
}

// created answers a POST (RFC 9725 §4.2).
func (s *Server) created(c *gin.Context, kind string, p *peer, answer string) {
	h := c.Writer.Header()
	h.Set("Location", "/live/"+c.Param("lesson")+"/"+kind+"/"+p.id)
	h.Set("ETag", p.etag)
	h.Set("Accept-Patch", fragmentType)
	for _, ice := range s.cfg.ICEServers {
		h.Add("Link", ice.link())
	}
	c.Data(http.StatusCreated, "application/sdp", []byte(answer))
}

// link is the server as a Link header (RFC 9725 §4.6).
func (i ICEServer) link() string {
	quote := strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace
	link := "<" + i.URL + `>; rel="ice-server"`
	if i.Username != "" {
		link += `; username="` + quote(i.Username) + `"; credential="` + quote(i.Credential) + `"; credential-type="password"`
	}
	return link
}
