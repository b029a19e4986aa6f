package store_test

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/tongtang/tongtang/internal/store"
	"github.com/tongtang/tongtang/internal/store/storetest"
)

func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m, // idle connections to MinIO are kept for 5 s
		goleak.IgnoreAnyFunction("net/http.(*persistConn).readLoop"), goleak.IgnoreAnyFunction("net/http.(*persistConn).writeLoop"))
}

func TestFolder(t *testing.T) {
	storetest.Suite(t, func(t *testing.T) store.Store {
		s, err := store.Open(t.Context(), "file://"+t.TempDir())
		require.NoError(t, err)
		return s
	})
}

func TestMinIO(t *testing.T) {
	server := storetest.StartMinIO(t)
	n := 0
	storetest.Suite(t, func(t *testing.T) store.Store {
		n++
		s, err := store.Open(t.Context(), server.URL(fmt.Sprintf("suite-%d", n)))
		require.NoError(t, err)
		return s
	})
}

func TestMinIOIsAwayAndComesBack(t *testing.T) {
	server := storetest.StartMinIO(t)
	ctx := t.Context()
	t.Setenv(store.EnvAccessKey, server.AccessKey)
	t.Setenv(store.EnvSecretKey, server.SecretKey)
	s, err := store.Open(ctx, "s3://"+server.Addr+"/lessons")
	require.NoError(t, err)
	require.NoError(t, s.Put(ctx, "a", strings.NewReader("kept"), 4))

	away := func(t *testing.T) {
		for action, err := range map[string]error{
			"put":    s.Put(ctx, "b", strings.NewReader("x"), 1),
			"get":    second(s.Get(ctx, "a")),
			"stat":   second(s.Stat(ctx, "a")),
			"list":   second(s.List(ctx, "")),
			"delete": s.Delete(ctx, "a"),
		} {
			require.ErrorIs(t, err, store.ErrAway, action)
		}
	}
	server.Stop(t)
	start := time.Now()
	away(t)
	require.Less(t, time.Since(start), 50*time.Second, "five calls")

	server.Start(t)
	require.Equal(t, "kept", read(t, s, "a"))
	require.NoError(t, s.Put(ctx, "b", strings.NewReader("x"), 1))
}

func TestMinIOHangs(t *testing.T) {
	server := storetest.StartMinIO(t)
	s, err := store.Open(t.Context(), server.URL("lessons"))
	require.NoError(t, err)
	require.NoError(t, s.Put(t.Context(), "a", strings.NewReader("kept"), 4))
	server.Pause(t)
	start := time.Now()
	err = s.Put(t.Context(), "b", strings.NewReader("x"), 1)
	require.ErrorIs(t, err, store.ErrAway)
	require.Less(t, time.Since(start), 30*time.Second)
	t.Logf("a hanging store was noticed after %.1f s", time.Since(start).Seconds())
	server.Resume(t)
	require.Equal(t, "kept", read(t, s, "a"))
}

func second[T any](_ T, err error) error { return err }

func read(t *testing.T, s store.Store, key string) string {
	t.Helper()
	o, err := s.Get(t.Context(), key)
	require.NoError(t, err)
	defer func() { _ = o.Close() }()
	b, err := io.ReadAll(o)
	require.NoError(t, err)
	return string(b)
}

func TestWrongCredentialsAreNoOutage(t *testing.T) {
	server := storetest.StartMinIO(t)
	s, err := store.OpenS3(t.Context(), store.S3Config{Endpoint: server.Addr, Bucket: "lessons", AccessKey: server.AccessKey, SecretKey: "not-the-secret"})
	require.NoError(t, err)
	err = s.Put(t.Context(), "a", strings.NewReader("x"), 1)
	require.Error(t, err)
	require.NotErrorIs(t, err, store.ErrAway)
}

func TestFolderIsAway(t *testing.T) {
	root := filepath.Join(t.TempDir(), "mount")
	s, err := store.OpenFolder(root)
	require.NoError(t, err)
	require.NoError(t, s.Put(t.Context(), "a", strings.NewReader("x"), 1))
	require.NoError(t, os.Rename(root, root+".gone"))
	require.ErrorIs(t, s.Put(t.Context(), "b", strings.NewReader("x"), 1), store.ErrAway)
	require.ErrorIs(t, second(s.Get(t.Context(), "a")), store.ErrAway)
	require.ErrorIs(t, second(s.List(t.Context(), "")), store.ErrAway)
	require.NoError(t, os.Rename(root+".gone", root))
	require.Equal(t, "x", read(t, s, "a"))
}

func TestFolderIsFull(t *testing.T) {
	storetest.OnSmallDisk(t, 1<<20, func(root string) {
		s, err := store.OpenFolder(root)
		require.NoError(t, err)
		require.NoError(t, s.Put(t.Context(), "a", strings.NewReader("kept"), 4))
		big := strings.Repeat("x", 2<<20)
		require.ErrorIs(t, s.Put(t.Context(), "b", strings.NewReader(big), int64(len(big))), store.ErrFull)
		require.Equal(t, "kept", read(t, s, "a"))
		require.NoError(t, s.Put(t.Context(), "b", strings.NewReader("small"), 5), "the half-written object made room again")
	})
}

func TestFolderClearsWhatACrashLeft(t *testing.T) {
	root := t.TempDir()
	_, err := store.OpenFolder(root)
	require.NoError(t, err)
	left := filepath.Join(root, ".partial", "put-123")
	require.NoError(t, os.WriteFile(left, []byte("half"), 0o600))
	require.NoError(t, os.Chtimes(left, time.Time{}, time.Now().Add(-25*time.Hour)))
	_, err = store.OpenFolder(root)
	require.NoError(t, err)
	require.NoFileExists(t, left)
}

func TestAddresses(t *testing.T) {
	for address, want := range map[string]string{
		"":                             "empty",
		"ftp://x/y":                    "only file:// and s3://",
		"file://host/x":                "file:///absolute/path",
		"s3://k:s@host:9000":           "not a bucket",
		"s3://k:s@host:9000/a/b":       "not a bucket",
		"s3://host:9000/bucket":        "key and secret are missing",
		"s3://k:s@/bucket":             "host is missing",
		"s3://k:topsecret%zz@h/bucket": "percent-encode",
	} {
		_, err := store.Open(context.Background(), address)
		require.ErrorContains(t, err, want, address)
		require.NotContains(t, err.Error(), "topsecret")
	}
}
