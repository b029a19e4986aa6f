package recorder

import (
	"errors"
	"net/http"
	"path"
	"slices"
	"strings"

	"github.com/gin-gonic/gin"

	"github.com/tongtang/tongtang/internal/grant"
	"github.com/tongtang/tongtang/internal/httpd"
	"github.com/tongtang/tongtang/internal/ident"
	"github.com/tongtang/tongtang/internal/store"
	"github.com/tongtang/tongtang/recorder/render"
)

// MediaCookie carries a grant of role media; the scheduler sets it for who may watch.
const MediaCookie = "tongtang_media"

// Routes adds the stored media: GET and HEAD of /media/{lesson}/{file}, with ranges.
func (s *Server) Routes(r gin.IRouter) {
	r.GET("/media/:lesson/*file", s.media)
	r.HEAD("/media/:lesson/*file", s.media)
}

func (s *Server) media(c *gin.Context) {
	lesson, file := c.Param("lesson"), strings.TrimPrefix(c.Param("file"), "/")
	claims, err := s.claims(c.Request)
	if err == nil {
		err = allowed(claims, lesson, file)
	}
	if err != nil {
		httpd.Abort(c, err)
		return
	}
	o, err := s.deps.Store.Get(c.Request.Context(), Key(lesson, file))
	if err != nil {
		httpd.Abort(c, s.storeProblem(err))
		return
	}
	defer func() { _ = o.Close() }()
	h := c.Writer.Header()
	h.Set("Content-Type", store.ContentType(file))
	h.Set("ETag", `"`+o.ETag+`"`)
	h.Set("Cache-Control", "private, max-age=3600")
	http.ServeContent(c.Writer, c.Request, "", o.Modified, o)
}

// claims of the bearer token, or of the cookie. Where both are sent, the bearer token counts.
func (s *Server) claims(r *http.Request) (*grant.Claims, error) {
	token := grant.Bearer(r)
	if token == "" {
		if cookie, err := r.Cookie(MediaCookie); err == nil {
			token = cookie.Value
		}
	}
	if token == "" {
		return nil, httpd.Fail(http.StatusUnauthorized, "grant-missing", "open the recording from its page, or send a grant as bearer token")
	}
	claims, err := s.deps.Verifier.Verify(token)
	switch {
	case errors.Is(err, grant.ErrExpired):
		return nil, httpd.Fail(http.StatusUnauthorized, "grant-expired", "the grant has expired: open the recording's page again")
	case err != nil:
		return nil, httpd.Fail(http.StatusUnauthorized, "grant-invalid", "the grant is not valid")
	}
	return claims, nil
}

// watchable are the files that a player needs. The log and the manifest name people: they are for the recorder role alone.
var watchable = []string{".m3u8", ".m4s", ".mp4", ".jpg", ".vtt"}

func allowed(claims *grant.Claims, lesson, file string) error {
	notHere := httpd.Fail(http.StatusNotFound, "media-unknown", "there is no such recording or file")
	if claims.Lesson != lesson || claims.Role != grant.Media && claims.Role != grant.Recorder {
		return httpd.Fail(http.StatusForbidden, "not-allowed", "the grant is not for the recording of this lesson")
	}
	if !ident.Valid(lesson) || file == "" || store.CheckKey(Key(lesson, file)) != nil {
		return notHere
	}
	if claims.Role == grant.Media && file != render.ChaptersJSON && !slices.Contains(watchable, path.Ext(file)) {
		return notHere
	}
	return nil
}

func (s *Server) storeProblem(err error) error {
	switch {
	case errors.Is(err, store.ErrNotFound), errors.Is(err, store.ErrKey):
		return httpd.Fail(http.StatusNotFound, "media-unknown", "there is no such recording or file")
	case errors.Is(err, store.ErrAway):
		s.log.Warn("a recording cannot be played", "error", err)
		return httpd.Fail(http.StatusServiceUnavailable, reasonStoreAway, "the store of the recordings cannot be reached now; try again in a minute")
	}
	return err
}
