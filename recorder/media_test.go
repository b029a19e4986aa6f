package recorder

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/tongtang/tongtang/internal/grant"
	"github.com/tongtang/tongtang/internal/httpd"
	"github.com/tongtang/tongtang/internal/store/storetest"
)

func (h *house) fill(lesson string) {
	h.t.Helper()
	for name, text := range map[string]string{"hls/master.m3u8": "#EXTM3U", "hls/720p/00000.m4s": "segment", "video.mp4": "0123456789", "poster.jpg": "jpeg",
		"chapters.vtt": "WEBVTT", "chapters.json": "[]", "log.jsonl": "{}", "captures.json": "[]", "resource.json": "{}"} {
		require.NoError(h.t, h.store.Put(h.t.Context(), Key(lesson, name), strings.NewReader(text), int64(len(text))))
	}
}

func problem(t *testing.T, body []byte) httpd.Problem {
	t.Helper()
	var p httpd.Problem
	require.NoError(t, json.Unmarshal(body, &p), "%s", body)
	return p
}

func TestMedia(t *testing.T) {
	minio := storetest.StartMinIO(t)
	for name, url := range map[string]string{"folder": "", "MinIO": minio.URL("media")} {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t, Config{}, url)
			h.fill("l1")
			viewer := h.token(grant.Claims{Lesson: "l1", Role: grant.Media}, "xiaoyu")

			for file, kind := range map[string]string{"hls/master.m3u8": "application/vnd.apple.mpegurl", "hls/720p/00000.m4s": "video/iso.segment", "video.mp4": "video/mp4",
				"poster.jpg": "image/jpeg", "chapters.vtt": "text/vtt; charset=utf-8", "chapters.json": "application/json"} {
				res, body := h.media("GET", "/media/l1/"+file, viewer)
				require.Equal(t, 200, res.StatusCode, file)
				require.Equal(t, kind, res.Header.Get("Content-Type"))
				require.NotEmpty(t, res.Header.Get("ETag"))
				require.Contains(t, res.Header.Get("Cache-Control"), "private")
				require.NotEmpty(t, body)
			}
			res, body := h.media("GET", "/media/l1/video.mp4", viewer, "Range", "bytes=2-5")
			require.Equal(t, http.StatusPartialContent, res.StatusCode)
			require.Equal(t, "2345", string(body))
			require.Equal(t, "bytes 2-5/10", res.Header.Get("Content-Range"))
			res, _ = h.media("GET", "/media/l1/video.mp4", viewer, "Range", "bytes=99-")
			require.Equal(t, http.StatusRequestedRangeNotSatisfiable, res.StatusCode)
			res, body = h.media("HEAD", "/media/l1/video.mp4", viewer)
			require.Equal(t, "10", res.Header.Get("Content-Length"))
			require.Empty(t, body)
			res, _ = h.media("GET", "/media/l1/video.mp4", viewer, "If-None-Match", res.Header.Get("ETag"))
			require.Equal(t, http.StatusNotModified, res.StatusCode)
			res, _ = h.media("GET", "/media/l1/video.mp4", "", "Authorization", "Bearer "+viewer)
			require.Equal(t, 200, res.StatusCode)
			res, _ = h.media("GET", "/media/l1/log.jsonl", h.token(grant.Claims{Lesson: "l1", Role: grant.Recorder}, "r"))
			require.Equal(t, 200, res.StatusCode, "for the recorder role")
		})
	}
}

func TestMediaIsRefused(t *testing.T) {
	t.Parallel()
	h := newHouse(t, Config{}, "")
	h.fill("l1")
	viewer := h.token(grant.Claims{Lesson: "l1", Role: grant.Media}, "xiaoyu")
	expired, err := h.signer.Sign(grant.Claims{Lesson: "l1", Role: grant.Media}, -time.Minute)
	require.NoError(t, err)
	for _, c := range []struct {
		name, path, token string
		status            int
		code              string
	}{
		{"no grant", "/media/l1/video.mp4", "", 401, "grant-missing"},
		{"garbage", "/media/l1/video.mp4", "abc.def.ghi", 401, "grant-invalid"},
		{"expired", "/media/l1/video.mp4", expired, 401, "grant-expired"},
		{"another lesson", "/media/l1/video.mp4", h.token(grant.Claims{Lesson: "l2", Role: grant.Media}, "x"), 403, "not-allowed"},
		{"a live viewer", "/media/l1/video.mp4", h.token(grant.Claims{Lesson: "l1", Role: grant.Viewer}, "x"), 403, "not-allowed"},
		{"no such file", "/media/l1/none.mp4", viewer, 404, "media-unknown"},
		{"no file", "/media/l1/", viewer, 404, "media-unknown"},
		{"the log names people", "/media/l1/log.jsonl", viewer, 404, "media-unknown"},
		{"the manifest too", "/media/l1/captures.json", viewer, 404, "media-unknown"},
		{"out of the folder", "/media/l1/..%2f..%2fl2/video.mp4", viewer, 404, "media-unknown"},
		{"out of the store", "/media/l1/%2e%2e/%2e%2e/%2e%2e/grant.key.mp4", viewer, 404, "media-unknown"},
		{"a zero", "/media/l1/a%00.mp4", viewer, 404, "media-unknown"},
	} {
		res, body := h.media("GET", c.path, c.token)
		require.Equal(t, c.status, res.StatusCode, c.name)
		require.Equal(t, c.code, problem(t, body).Code, c.name)
		require.Equal(t, "application/problem+json", res.Header.Get("Content-Type"))
	}
}

func TestMediaWhileTheStoreIsAway(t *testing.T) {
	t.Parallel()
	minio := storetest.StartMinIO(t)
	h := newHouse(t, Config{}, minio.URL("media"))
	h.fill("l1")
	minio.Stop(t)
	res, body := h.media("GET", "/media/l1/video.mp4", h.token(grant.Claims{Lesson: "l1", Role: grant.Media}, "x"))
	require.Equal(t, http.StatusServiceUnavailable, res.StatusCode)
	require.Equal(t, "store-away", problem(t, body).Code)
}
