// Package scheduler owns the facts of Tongtang: people, schools, bells, pairings, courses, dated lessons, devices and the catalogue of
// recordings. It serves the HTTP API under /api, decides who may enter which lesson, and runs the lesson clock.
package scheduler

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"
	"github.com/gin-gonic/gin"

	"github.com/tongtang/tongtang/internal/httpd"
)

const sessionCookie = "tongtang_session"

// Server is the scheduler's role.
type Server struct{}

func (s *Server) authorize(r rule) func(huma.Context, func(huma.Context)) {
	return func(ctx huma.Context, next func(huma.Context)) { next(ctx) }
}

// Routes adds the scheduler's routes.
func (s *Server) Routes(r gin.IRouter) {}

func pending[I, O any](context.Context, *I) (*O, error) {
	return nil, httpd.Fail(http.StatusNotImplemented, "later", "comes within the hour")
}
