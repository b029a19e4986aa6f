package sfu

import (
	"net/http"

	"github.com/gin-gonic/gin"
	"github.com/tongtang/tongtang/internal/grant"
	"github.com/tongtang/tongtang/internal/httpd"
	"github.com/tongtang/tongtang/internal/ident"
	"github.com/tongtang/tongtang/sfu/rtc"
)

// whip takes a publisher in: POST /live/{lesson}/whip?source=NAME.
func (s *Server) whip(c *gin.Context) error {
	claims, l, err := s.enter(c, grant.Bearer(c.Request))
	if err != nil {
		return err
	}
	name := c.Query("source")
	if name == "" && len(claims.Publish) == 1 {
		name = claims.Publish[0] // a program that cannot be told a source has a grant for one
	}
	if !ident.Valid(name) || !claims.MayPublish(name) {
		return httpd.Fail(http.StatusForbidden, "not-allowed", "the grant does not allow publishing the source %.80q", name)
	}
	offer, err := s.readOffer(c, rtc.Publish)
	if err != nil {
		return err
	}
	p, answer, err := l.publish(c, claims, name, offer)
	if err != nil {
		return err
	}
	s.created(c, l, "whip", p.peer, answer)
	return nil
}

// whep takes a viewer in: POST /live/{lesson}/whep[?source=ID].
func (s *Server) whep(c *gin.Context) error {
	claims, l, err := s.enter(c, grant.Bearer(c.Request))
	if err != nil {
		return err
	}
	source := c.Query("source")
	if !maySee(claims, source) {
		return httpd.Fail(http.StatusForbidden, "not-allowed", "a %s grant does not allow this view", claims.Role)
	}
	offer, err := s.readOffer(c, rtc.View)
	if err != nil {
		return err
	}
	v, answer, err := l.watch(c, claims, source, offer)
	if err != nil {
		return err
	}
	s.created(c, l, "whep", v.peer, answer)
	return nil
}

// maySee tells who sees the stage, and who may choose a single source: the recorder, who teaches, scripts, and everybody the own one.
func maySee(claims *grant.Claims, source string) bool {
	switch claims.Role {
	case grant.Recorder, grant.Viewer, grant.Lecturer, grant.Assistant:
		return true
	case grant.Room, grant.Student, grant.Observer:
		return source == "" || claims.MayPublish(source)
	}
	return false
}

// delete ends a session (RFC 9725 §4.2).
func (s *Server) delete(c *gin.Context) error {
	_, found, err := s.own(c)
	if err != nil {
		return err
	}
	found.close()
	c.Status(http.StatusOK)
	return nil
}
