package web

import (
	"compress/gzip"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/gin-gonic/gin"
	"github.com/stretchr/testify/require"

	"github.com/tongtang/tongtang/internal/httpd"
)

var built = fstest.MapFS{
	".gitkeep":              {},
	".vite/manifest.json":   {Data: []byte(`{}`)},
	"index.html":            {Data: []byte("<!doctype html><title>pages</title>")},
	"mark.svg":              {Data: []byte("<svg/>")},
	"assets/index-abc12.js": {Data: []byte(strings.Repeat("console.log('同堂');", 100))},
}

func ask(t *testing.T, h http.Handler, method, path string, headers ...string) *httptest.ResponseRecorder {
	t.Helper()
	r := httptest.NewRequest(method, path, nil)
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

func TestEveryPagePathIsTheIndexAndNothingElseIs(t *testing.T) {
	h := Handler(built)
	for path, status := range map[string]int{
		"/": 200, "/index.html": 200, "/lesson/01J9": 200, "/resources/a-b": 200, "/sign-in?from=%2Fschedule": 200, "/nowhere": 200,
		"/api/nothing": 404, "/live/x/whep": 404, "/media/x": 404, "/assets/old-1.js": 404, "/favicon.ico": 404, "/.vite/manifest.json": 404,
		"/.gitkeep": 404, "/../../etc/passwd": 200, "/%2e%2e/handler.go": 404,
	} {
		w := ask(t, h, http.MethodGet, path)
		require.Equal(t, status, w.Code, path)
		if status == 200 {
			require.Contains(t, w.Body.String(), "<title>pages</title>", path)
			require.Equal(t, "no-cache", w.Header().Get("Cache-Control"), path)
			require.Contains(t, w.Header().Get("Content-Security-Policy"), "script-src 'self';", path)
		} else {
			require.Equal(t, "application/problem+json", w.Header().Get("Content-Type"), path)
		}
	}
	require.Equal(t, http.StatusMethodNotAllowed, ask(t, h, http.MethodPost, "/").Code)
}

func TestBehindAnEngineThatKnowsNoSuchRoute(t *testing.T) {
	engine := httpd.NewEngine()
	engine.NoRoute(gin.WrapH(Handler(built)))
	require.Equal(t, http.StatusOK, ask(t, engine, http.MethodGet, "/lesson/x").Code)
	require.Equal(t, http.StatusOK, ask(t, engine, http.MethodGet, "/assets/index-abc12.js").Code)
	require.Equal(t, http.StatusNotFound, ask(t, engine, http.MethodGet, "/api/nothing").Code)
}

func TestAssetsAreSmallAndKept(t *testing.T) {
	h := Handler(built)
	plain := ask(t, h, http.MethodGet, "/assets/index-abc12.js")
	require.Empty(t, plain.Header().Get("Content-Encoding"))
	require.Equal(t, "public, max-age=31536000, immutable", plain.Header().Get("Cache-Control"))
	require.Equal(t, "text/javascript; charset=utf-8", plain.Header().Get("Content-Type"))

	small := ask(t, h, http.MethodGet, "/assets/index-abc12.js", "Accept-Encoding", "br, gzip;q=0.8")
	require.Equal(t, "gzip", small.Header().Get("Content-Encoding"))
	require.Less(t, small.Body.Len(), plain.Body.Len()/4)
	z, err := gzip.NewReader(small.Body)
	require.NoError(t, err)
	body, err := io.ReadAll(z)
	require.NoError(t, err)
	require.Equal(t, plain.Body.String(), string(body))

	refused := ask(t, h, http.MethodGet, "/assets/index-abc12.js", "Accept-Encoding", "gzip;q=0")
	require.Empty(t, refused.Header().Get("Content-Encoding"))
	again := ask(t, h, http.MethodGet, "/assets/index-abc12.js", "If-None-Match", plain.Header().Get("ETag"))
	require.Equal(t, http.StatusNotModified, again.Code)
	head := ask(t, h, http.MethodHead, "/assets/index-abc12.js")
	require.Zero(t, head.Body.Len())
	require.NotEmpty(t, head.Header().Get("Content-Length"))
}

func TestPolicyIsNotWrittenByTheHostHeader(t *testing.T) {
	r := httptest.NewRequest(http.MethodGet, "/", nil)
	r.Host = "school.example; script-src *"
	w := httptest.NewRecorder()
	Handler(built).ServeHTTP(w, r)
	require.NotContains(t, w.Header().Get("Content-Security-Policy"), "script-src *")
	require.Contains(t, ask(t, Handler(built), http.MethodGet, "/").Header().Get("Content-Security-Policy"), "connect-src 'self' ws://example.com wss://example.com;")
}

func TestWithoutBuiltPagesItSaysSo(t *testing.T) {
	w := ask(t, Handler(fstest.MapFS{".gitkeep": {}}), http.MethodGet, "/")
	require.Equal(t, http.StatusServiceUnavailable, w.Code)
	require.Contains(t, w.Body.String(), "make build")
}
