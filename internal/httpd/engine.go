package httpd

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"time"

	"github.com/gin-gonic/gin"
)

// NewEngine returns a gin engine whose panics, unknown routes and wrong methods are problem documents. Services add their routes to it.
func NewEngine() *gin.Engine {
	gin.SetMode(gin.ReleaseMode)
	e := gin.New()
	e.HandleMethodNotAllowed = true
	e.ContextWithFallback = true
	_ = e.SetTrustedProxies([]string{"127.0.0.1", "::1"})
	e.Use(gin.CustomRecoveryWithWriter(nil, func(c *gin.Context, cause any) {
		slog.Error("handler panicked", "route", c.FullPath(), "cause", fmt.Sprint(cause))
		Write(c.Writer, Fail(http.StatusInternalServerError, "internal", "something went wrong on the server; it has been logged"))
		c.Abort()
	}), secureHeaders)
	e.NoRoute(func(c *gin.Context) {
		Write(c.Writer, Fail(http.StatusNotFound, "not-found", "there is nothing at %s", c.Request.URL.Path))
	})
	e.NoMethod(func(c *gin.Context) {
		Write(c.Writer, Fail(http.StatusMethodNotAllowed, "method-not-allowed", "%s is not possible at %s", c.Request.Method, c.Request.URL.Path))
	})
	return e
}

func secureHeaders(c *gin.Context) {
	h := c.Writer.Header()
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "same-origin")
	h.Set("X-Frame-Options", "SAMEORIGIN")
}

// Abort answers with the error's problem document and ends the chain of handlers.
func Abort(c *gin.Context, err error) {
	c.Abort()
	Write(c.Writer, err)
}

// MaxBody bounds the request's body; reading past it gives a 413 problem.
func MaxBody(bytes int64) gin.HandlerFunc {
	return func(c *gin.Context) {
		c.Request.Body = http.MaxBytesReader(c.Writer, c.Request.Body, bytes)
	}
}

func unless(err, expected error) error {
	if errors.Is(err, expected) {
		return nil
	}
	return err
}

// Serve serves handler on l until ctx ends, then gives running requests 5 s.
func Serve(ctx context.Context, l net.Listener, handler http.Handler) error {
	s := &http.Server{
		Handler:           handler,
		ReadHeaderTimeout: 10 * time.Second,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    32 << 10,
		BaseContext:       func(net.Listener) context.Context { return ctx },
	}
	failed := make(chan error, 1)
	go func() { failed <- s.Serve(l) }()
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
	}
	grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	err := s.Shutdown(grace)
	if errors.Is(err, context.DeadlineExceeded) {
		err = s.Close()
	}
	return errors.Join(err, unless(<-failed, http.ErrServerClosed))
}
