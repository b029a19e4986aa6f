package sfu

import (
	"errors"
	"io"
	"mime"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/tongtang/tongtang/internal/grant"
	"github.com/tongtang/tongtang/internal/httpd"
	"github.com/tongtang/tongtang/sfu/rtc"
)

// verify judges a token for a lesson. Problems: grant-missing, grant-expired, grant-invalid, not-allowed.
func (s *Server) verify(token, lesson string) (*grant.Claims, error) {
	if token == "" {
		return nil, httpd.Fail(http.StatusUnauthorized, "grant-missing", "send a grant: Authorization: Bearer …")
	}
	claims, err := s.deps.Verifier.Verify(token)
	switch {
	case errors.Is(err, grant.ErrExpired):
		return nil, httpd.Fail(http.StatusUnauthorized, "grant-expired", "the grant has expired; ask for a new one")
	case err != nil:
		return nil, httpd.Fail(http.StatusUnauthorized, "grant-invalid", "the grant was not made by this server's scheduler, or was changed")
	case claims.Lesson != lesson:
		return nil, httpd.Fail(http.StatusForbidden, "not-allowed", "the grant is for another lesson")
	case claims.Role == grant.Media:
		return nil, httpd.Fail(http.StatusForbidden, "not-allowed", "a media grant plays recordings only")
	}
	return claims, nil
}

// enter gives the bearer's claims and the lesson of a request. The grant is judged first: who has none learns nothing of lessons.
func (s *Server) enter(c *gin.Context, token string) (*grant.Claims, *lesson, error) {
	id := c.Param("lesson")
	claims, err := s.verify(token, id)
	if err != nil {
		return nil, nil, err
	}
	l, err := s.lesson(c, id)
	return claims, l, err
}

// own finds the session of a request. Its id is a secret of 80 bits; the grant may have expired since, but must be of the same bearer.
func (s *Server) own(c *gin.Context) (*lesson, session, error) {
	id := c.Param("lesson")
	claims, err := s.verify(grant.Bearer(c.Request), id)
	var p *httpd.Problem
	if err != nil && !(errors.As(err, &p) && p.Code == "grant-expired") {
		return nil, nil, err
	}
	l, err := s.lesson(c, id)
	if err != nil {
		return nil, nil, err
	}
	found := l.session(c.Param("session"))
	if found == nil {
		return nil, nil, httpd.Fail(http.StatusNotFound, "session-unknown", "the session has ended or never was")
	}
	if claims != nil && claims.Subject != found.base().claims.Subject {
		return nil, nil, httpd.Fail(http.StatusForbidden, "not-allowed", "the session belongs to somebody else")
	}
	return l, found, nil
}

// readOffer reads and judges the SDP of a request. Problems: not-acceptable, not-sdp, too-large, sdp-invalid, no-common-codec, too-many-panes.
func (s *Server) readOffer(c *gin.Context, d rtc.Direction) (*rtc.Offer, error) {
	if !acceptsSDP(c.GetHeader("Accept")) {
		return nil, httpd.Fail(http.StatusNotAcceptable, "not-acceptable", "the answer is application/sdp, which the Accept header rules out")
	}
	text, err := readBody(c, sdpType, "not-sdp", int64(s.cfg.MaxSDP))
	if err != nil {
		return nil, err
	}
	return rtc.ReadOffer(text, d, s.cfg.MaxLines)
}

// acceptsSDP reads an Accept header (RFC 9110 §12.5.1).
func acceptsSDP(accept string) bool {
	if accept == "" {
		return true
	}
	for part := range strings.SplitSeq(accept, ",") {
		kind, parameters, err := mime.ParseMediaType(part)
		if q, bad := strconv.ParseFloat(parameters["q"], 64); err != nil || bad == nil && q == 0 {
			continue
		}
		if kind == sdpType || kind == "application/*" || kind == "*/*" {
			return true
		}
	}
	return false
}

const sdpType = "application/sdp"

// Bodies. A sender of too much still gets its answer: most of what it sends is read and thrown away, or it would see only a broken connection.
const (
	drain       = 4 << 20 // bytes
	bodyTimeout = 15 * time.Second
)

func readBody(c *gin.Context, want, code string, limit int64) (string, error) {
	_ = http.NewResponseController(c.Writer).SetReadDeadline(time.Now().Add(bodyTimeout)) // not possible on every kind of connection
	raw, err := io.ReadAll(io.LimitReader(c.Request.Body, limit+1))
	if err != nil {
		return "", httpd.Fail(http.StatusBadRequest, "body-cut", "the body did not arrive whole")
	}
	if int64(len(raw)) > limit {
		_, _ = io.CopyN(io.Discard, c.Request.Body, drain)
		return "", httpd.Fail(http.StatusRequestEntityTooLarge, "too-large", "the body is larger than %d bytes", limit)
	}
	kind, _, err := mime.ParseMediaType(c.GetHeader("Content-Type"))
	if err != nil || !strings.EqualFold(kind, want) {
		return "", httpd.Fail(http.StatusUnsupportedMediaType, code, "the body must be %s", want)
	}
	return string(raw), nil
}
