package storetest

import (
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"
	"io"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"
	"testing/iotest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/tongtang/tongtang/internal/store"
)

// Suite is what every store must do. open returns an empty store.
func Suite(t *testing.T, open func(t *testing.T) store.Store) {
	for name, check := range map[string]func(*testing.T, context.Context, store.Store){
		"put and get":         putAndGet,
		"replace":             replace,
		"large object":        largeObject,
		"seek":                seek,
		"stat":                stat,
		"list":                list,
		"delete":              remove,
		"not there":           notThere,
		"bad keys":            badKeys,
		"wrong size":          wrongSize,
		"broken source":       brokenSource,
		"cancelled":           cancelled,
		"many at once":        manyAtOnce,
		"replaced while open": replacedWhileOpen,
	} {
		t.Run(name, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
			defer cancel()
			check(t, ctx, open(t))
		})
	}
}

func put(t *testing.T, ctx context.Context, s store.Store, key, text string) {
	t.Helper()
	require.NoError(t, s.Put(ctx, key, strings.NewReader(text), int64(len(text))))
}

func get(t *testing.T, ctx context.Context, s store.Store, key string) string {
	t.Helper()
	o, err := s.Get(ctx, key)
	require.NoError(t, err)
	all, err := io.ReadAll(o)
	require.NoError(t, err)
	require.NoError(t, o.Close())
	require.EqualValues(t, len(all), o.Size)
	return string(all)
}

func putAndGet(t *testing.T, ctx context.Context, s store.Store) {
	put(t, ctx, s, "resources/abc/resource.json", "一节课")
	require.Equal(t, "一节课", get(t, ctx, s, "resources/abc/resource.json"))
	put(t, ctx, s, "empty", "")
	require.Empty(t, get(t, ctx, s, "empty"))
	put(t, ctx, s, "课程/第 1 节 +&%.json", "names are not only ASCII")
	require.Equal(t, "names are not only ASCII", get(t, ctx, s, "课程/第 1 节 +&%.json"))
}

func replace(t *testing.T, ctx context.Context, s store.Store) {
	put(t, ctx, s, "a/b", "first, longer")
	before, err := s.Stat(ctx, "a/b")
	require.NoError(t, err)
	put(t, ctx, s, "a/b", "second")
	after, err := s.Stat(ctx, "a/b")
	require.NoError(t, err)
	require.Equal(t, "second", get(t, ctx, s, "a/b"))
	require.NotEqual(t, before.ETag, after.ETag)
}

// noise is repeatable content.
func noise(size int) []byte {
	b := make([]byte, size)
	var seed [32]byte
	_, _ = rand.NewChaCha8(seed).Read(b)
	return b
}

func largeObject(t *testing.T, ctx context.Context, s store.Store) {
	want := noise(40<<20 + 123) // three parts of a multipart upload
	require.NoError(t, s.Put(ctx, "big.mp4", bytes.NewReader(want), int64(len(want))))
	o, err := s.Get(ctx, "big.mp4")
	require.NoError(t, err)
	defer func() { _ = o.Close() }()
	h := sha256.New()
	_, err = io.Copy(h, o)
	require.NoError(t, err)
	require.Equal(t, fmt.Sprintf("%x", sha256.Sum256(want)), fmt.Sprintf("%x", h.Sum(nil)))
}

func seek(t *testing.T, ctx context.Context, s store.Store) {
	want := noise(1 << 20)
	require.NoError(t, s.Put(ctx, "x.m4s", bytes.NewReader(want), int64(len(want))))
	o, err := s.Get(ctx, "x.m4s")
	require.NoError(t, err)
	defer func() { _ = o.Close() }()
	end, err := o.Seek(0, io.SeekEnd)
	require.NoError(t, err)
	require.EqualValues(t, len(want), end)
	for _, at := range []int{0, 1, 70_000, 1<<20 - 10, 500_000} {
		_, err := o.Seek(int64(at), io.SeekStart)
		require.NoError(t, err)
		part := make([]byte, 10)
		_, err = io.ReadFull(o, part)
		require.NoError(t, err)
		require.Equal(t, want[at:at+10], part)
	}
	n, err := o.Seek(0, io.SeekEnd)
	require.NoError(t, err)
	require.EqualValues(t, len(want), n)
	_, err = o.Read(make([]byte, 1))
	require.Equal(t, io.EOF, err)
}

func stat(t *testing.T, ctx context.Context, s store.Store) {
	put(t, ctx, s, "a/b.vtt", "WEBVTT")
	info, err := s.Stat(ctx, "a/b.vtt")
	require.NoError(t, err)
	require.Equal(t, "a/b.vtt", info.Key)
	require.EqualValues(t, 6, info.Size)
	require.NotEmpty(t, info.ETag)
	require.WithinDuration(t, time.Now(), info.Modified, time.Minute)
	o, err := s.Get(ctx, "a/b.vtt")
	require.NoError(t, err)
	defer func() { _ = o.Close() }()
	require.Equal(t, info.ETag, o.ETag)
}

func keys(infos []store.Info) []string {
	var ks []string
	for _, i := range infos {
		ks = append(ks, i.Key)
	}
	return ks
}

func list(t *testing.T, ctx context.Context, s store.Store) {
	got, err := s.List(ctx, "")
	require.NoError(t, err)
	require.Empty(t, got)
	for _, k := range []string{"r/b/2", "r/b/10", "r/ba", "r/a/x", "q", "r/b/deep/er"} {
		put(t, ctx, s, k, k)
	}
	for prefix, want := range map[string][]string{
		"":       {"q", "r/a/x", "r/b/10", "r/b/2", "r/b/deep/er", "r/ba"},
		"r/b/":   {"r/b/10", "r/b/2", "r/b/deep/er"},
		"r/b":    {"r/b/10", "r/b/2", "r/b/deep/er", "r/ba"},
		"r/b/1":  {"r/b/10"},
		"none/":  nil,
		"r/b/2/": nil,
	} {
		got, err := s.List(ctx, prefix)
		require.NoError(t, err)
		require.Equal(t, want, keys(got), "prefix %q", prefix)
		for _, i := range got {
			require.EqualValues(t, len(i.Key), i.Size)
		}
	}
}

func remove(t *testing.T, ctx context.Context, s store.Store) {
	put(t, ctx, s, "a/b/c", "1")
	put(t, ctx, s, "a/d", "2")
	require.NoError(t, s.Delete(ctx, "a/b/c"))
	require.NoError(t, s.Delete(ctx, "a/b/c"), "deleting twice is no error")
	_, err := s.Stat(ctx, "a/b/c")
	require.ErrorIs(t, err, store.ErrNotFound)
	require.Equal(t, "2", get(t, ctx, s, "a/d"))
	put(t, ctx, s, "a/b/c", "again")
	require.Equal(t, "again", get(t, ctx, s, "a/b/c"))
}

func notThere(t *testing.T, ctx context.Context, s store.Store) {
	put(t, ctx, s, "a/b", "x")
	for _, key := range []string{"nothing", "a/nothing", "a", "a/b/c"} {
		_, err := s.Get(ctx, key)
		require.ErrorIs(t, err, store.ErrNotFound, key)
		_, err = s.Stat(ctx, key)
		require.ErrorIs(t, err, store.ErrNotFound, key)
		require.NoError(t, s.Delete(ctx, key), key)
	}
	require.Equal(t, "x", get(t, ctx, s, "a/b"))
}

func badKeys(t *testing.T, ctx context.Context, s store.Store) {
	for _, key := range []string{"", "/", "/etc/passwd", "..", "../x", "a/../../x", "a//b", "a/", "./a", ".partial/put-1", "a/.hidden", "a\\b",
		"a\x00b", strings.Repeat("a/", 500) + "a", strings.Repeat("a", 201)} {
		require.ErrorIs(t, s.Put(ctx, key, strings.NewReader("x"), 1), store.ErrKey, "%q", key)
		_, err := s.Get(ctx, key)
		require.ErrorIs(t, err, store.ErrKey, "%q", key)
		_, err = s.Stat(ctx, key)
		require.ErrorIs(t, err, store.ErrKey, "%q", key)
		require.ErrorIs(t, s.Delete(ctx, key), store.ErrKey, "%q", key)
	}
	_, err := s.List(ctx, "../")
	require.ErrorIs(t, err, store.ErrKey)
}

func wrongSize(t *testing.T, ctx context.Context, s store.Store) {
	for _, size := range []int64{3, 5} {
		require.Error(t, s.Put(ctx, "a", strings.NewReader("four"), size))
		_, err := s.Stat(ctx, "a")
		require.ErrorIs(t, err, store.ErrNotFound)
	}
}

func brokenSource(t *testing.T, ctx context.Context, s store.Store) {
	cable := fmt.Errorf("the cable is out")
	err := s.Put(ctx, "a", io.MultiReader(strings.NewReader("half"), iotest.ErrReader(cable)), 8)
	require.ErrorIs(t, err, cable)
	require.NotErrorIs(t, err, store.ErrAway)
	_, err = s.Stat(ctx, "a")
	require.ErrorIs(t, err, store.ErrNotFound)
}

func cancelled(t *testing.T, ctx context.Context, s store.Store) {
	ctx, cancel := context.WithCancel(ctx)
	cancel()
	err := s.Put(ctx, "a", strings.NewReader("text"), 4)
	require.ErrorIs(t, err, context.Canceled)
	require.NotErrorIs(t, err, store.ErrAway)
}

func manyAtOnce(t *testing.T, ctx context.Context, s store.Store) {
	var wg sync.WaitGroup
	for n := range 16 {
		wg.Go(func() {
			key := fmt.Sprintf("d%d/f", n%4)
			for range 3 {
				if err := s.Put(ctx, key, strings.NewReader("same"), 4); err != nil {
					t.Error(err)
				}
				if o, err := s.Get(ctx, key); err != nil {
					t.Error(err)
				} else {
					if b, err := io.ReadAll(o); err != nil || string(b) != "same" {
						t.Errorf("%q %v", b, err)
					}
					_ = o.Close()
				}
			}
		})
	}
	wg.Wait()
	got, err := s.List(ctx, "")
	require.NoError(t, err)
	require.Len(t, got, 4)
}

// A reader sees the old or the new object, never a mixture.
func replacedWhileOpen(t *testing.T, ctx context.Context, s store.Store) {
	old, fresh := bytes.Repeat([]byte("o"), 1<<20), bytes.Repeat([]byte("n"), 1<<20)
	require.NoError(t, s.Put(ctx, "a", bytes.NewReader(old), 1<<20))
	o, err := s.Get(ctx, "a")
	require.NoError(t, err)
	defer func() { _ = o.Close() }()
	_, err = io.ReadFull(o, make([]byte, 10))
	require.NoError(t, err)
	require.NoError(t, s.Put(ctx, "a", bytes.NewReader(fresh), 1<<20))
	rest, err := io.ReadAll(o)
	if err == nil {
		require.NotContains(t, string(rest), "n")
	}
}
