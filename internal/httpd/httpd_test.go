package httpd

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/stretchr/testify/require"
)

func TestEveryFailureIsAProblemDocument(t *testing.T) {
	e := NewEngine()
	e.GET("/panic", func(*gin.Context) { panic("oh") })
	e.GET("/conflict", func(c *gin.Context) {
		Abort(c, Fail(http.StatusConflict, "source-taken", "%s is taken", "camera").With("source", "camera"))
	})
	e.GET("/cause", func(c *gin.Context) { Abort(c, errors.New("password of the database is x")) })
	e.POST("/body", MaxBody(8), func(c *gin.Context) {
		if _, err := io.ReadAll(c.Request.Body); err != nil {
			Abort(c, err)
		}
	})
	for _, c := range []struct {
		method, path string
		status       int
		code         string
	}{
		{"GET", "/panic", 500, "internal"},
		{"GET", "/conflict", 409, "source-taken"},
		{"GET", "/cause", 500, "internal"},
		{"POST", "/body", 413, "too-large"},
		{"GET", "/nowhere", 404, "not-found"},
		{"DELETE", "/conflict", 405, "method-not-allowed"},
	} {
		t.Run(c.method+c.path, func(t *testing.T) {
			w := httptest.NewRecorder()
			e.ServeHTTP(w, httptest.NewRequest(c.method, c.path, strings.NewReader("more than eight bytes")))
			require.Equal(t, c.status, w.Code)
			require.Equal(t, "application/problem+json", w.Header().Get("Content-Type"))
			require.Equal(t, "nosniff", w.Header().Get("X-Content-Type-Options"))
			require.NotContains(t, w.Body.String(), "password")
			var p Problem
			require.NoError(t, json.Unmarshal(w.Body.Bytes(), &p))
			require.Equal(t, c.code, p.Code)
			require.Equal(t, c.status, p.Status)
		})
	}
}

func TestServeEndsWithItsContext(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- Serve(ctx, l, NewEngine()) }()
	r, err := http.Get("http://" + l.Addr().String() + "/healthz")
	require.NoError(t, err)
	require.NoError(t, r.Body.Close())
	require.Equal(t, http.StatusNotFound, r.StatusCode)
	cancel()
	select {
	case err := <-done:
		require.NoError(t, err)
	case <-time.After(10 * time.Second):
		t.Fatal("the server did not end")
	}
}
