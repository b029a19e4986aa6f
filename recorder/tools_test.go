package recorder

import (
	"bytes"
	"context"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tongtang/tongtang/internal/httpd"
)

func number(t testing.TB, s string) float64 {
	t.Helper()
	f, err := strconv.ParseFloat(s, 64)
	require.NoError(t, err)
	return f
}

// media asks the recorder's routes.
func (h *house) media(method, path, token string, header ...string) (*http.Response, []byte) {
	h.t.Helper()
	engine := httpd.NewEngine()
	h.recorder.Routes(engine)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(h.t, err)
	end := h.serve(func(ctx context.Context) error { return httpd.Serve(ctx, l, engine) })
	defer end()
	req, err := http.NewRequestWithContext(h.t.Context(), method, "http://"+l.Addr().String()+path, nil)
	require.NoError(h.t, err)
	if token != "" {
		req.AddCookie(&http.Cookie{Name: MediaCookie, Value: token})
	}
	for i := 0; i+1 < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	res, err := (&http.Client{Transport: &http.Transport{DisableKeepAlives: true}}).Do(req)
	require.NoError(h.t, err)
	defer func() { _ = res.Body.Close() }()
	var body bytes.Buffer
	_, err = body.ReadFrom(res.Body)
	require.NoError(h.t, err)
	return res, body.Bytes()
}

// download brings a stored resource into a folder, so that ffprobe can read it.
func (h *house) download(lesson string) string {
	h.t.Helper()
	dir := h.t.TempDir()
	objects, err := h.store.List(h.t.Context(), Key(lesson, ""))
	require.NoError(h.t, err)
	for _, info := range objects {
		o, err := h.store.Get(h.t.Context(), info.Key)
		require.NoError(h.t, err)
		name := filepath.Join(dir, strings.TrimPrefix(info.Key, Key(lesson, "")))
		require.NoError(h.t, os.MkdirAll(filepath.Dir(name), 0o755))
		var b bytes.Buffer
		_, err = b.ReadFrom(o)
		require.NoError(h.t, err)
		require.NoError(h.t, o.Close())
		require.NoError(h.t, os.WriteFile(name, b.Bytes(), 0o600))
	}
	return dir
}
