package web

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/base64"
	"mime"
	"net/http"
	"path"
	"strconv"
	"strings"
	"sync"
)

// asset is one file. Its gzip form is made at the first request that wants it, once, and kept.
type asset struct {
	body      []byte
	kind      string // media type
	etag      string
	forever   bool // its name holds a hash of its content
	gzipOnce  sync.Once
	gzipped   []byte // nil where it gains nothing
	mayShrink bool
}

// Types that Debian's mime table may lack or call differently.
var kinds = map[string]string{
	".css": "text/css; charset=utf-8", ".html": "text/html; charset=utf-8", ".js": "text/javascript; charset=utf-8",
	".json": "application/json", ".svg": "image/svg+xml", ".woff2": "font/woff2", ".wasm": "application/wasm",
}

func newAsset(name string, body []byte) *asset {
	ext := path.Ext(name)
	kind := kinds[ext]
	if kind == "" {
		kind = mime.TypeByExtension(ext)
	}
	if kind == "" {
		kind = "application/octet-stream"
	}
	sum := sha256.Sum256(body)
	return &asset{
		body: body, kind: kind,
		etag:      `"` + base64.RawURLEncoding.EncodeToString(sum[:12]) + `"`,
		forever:   strings.HasPrefix(name, "assets/"),
		mayShrink: len(body) > 512 && (kinds[ext] != "" && ext != ".woff2"),
	}
}

func (a *asset) serve(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Content-Type", a.kind)
	h.Set("ETag", a.etag)
	h.Set("X-Content-Type-Options", "nosniff")
	if a.forever {
		h.Set("Cache-Control", "public, max-age=31536000, immutable")
	} else {
		h.Set("Cache-Control", "no-cache")
	}
	if a.mayShrink {
		h.Set("Vary", "Accept-Encoding")
	}
	if r.Header.Get("If-None-Match") == a.etag {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	body := a.body
	if small := a.small(); small != nil && acceptsGzip(r) {
		h.Set("Content-Encoding", "gzip")
		body = small
	}
	h.Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(http.StatusOK) // said aloud: behind gin's NoRoute the status is 404 until then
	if r.Method != http.MethodHead {
		_, _ = w.Write(body)
	}
}

func (a *asset) small() []byte {
	if !a.mayShrink {
		return nil
	}
	a.gzipOnce.Do(func() {
		var out bytes.Buffer
		z, _ := gzip.NewWriterLevel(&out, gzip.BestCompression)
		_, _ = z.Write(a.body)
		_ = z.Close()
		if out.Len() < len(a.body) {
			a.gzipped = out.Bytes()
		}
	})
	return a.gzipped
}

// acceptsGzip reads Accept-Encoding (RFC 9110 §12.5.3) as far as browsers and proxies write it.
func acceptsGzip(r *http.Request) bool {
	for _, part := range strings.Split(r.Header.Get("Accept-Encoding"), ",") {
		coding, weight, _ := strings.Cut(strings.TrimSpace(part), ";")
		if strings.EqualFold(coding, "gzip") {
			q := strings.TrimSpace(weight)
			return q != "q=0" && q != "q=0.0" && q != "q=0.00" && q != "q=0.000"
		}
	}
	return false
}
