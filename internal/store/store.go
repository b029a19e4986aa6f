// Package store keeps finished media: a folder by default, MinIO or any other S3 when one machine is outgrown. Both pass the same test suite
// (storetest.Suite). Keys are slash-separated relative paths such as resources/{lesson}/hls/master.m3u8.
package store

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path"
	"strings"
	"time"
)

// A caller needs to tell these apart; everything else is a fault of the configuration or of the program.
var (
	ErrNotFound = errors.New("there is no such object in the store")
	ErrAway     = errors.New("the store cannot be reached now") // try again later
	ErrFull     = errors.New("the store is full")               // make room, then try again
	ErrKey      = errors.New("not a key of the store")
)

// Info describes an object.
type Info struct {
	Key      string
	Size     int64 // bytes
	Modified time.Time
	ETag     string // opaque, without quotes; changes when the content changes
}

// Object is an open object; its reader may be used by one goroutine at a time. Seeking and then reading fetches only what is read.
type Object struct {
	Info
	io.ReadSeekCloser
}

// Store holds objects. All methods may be called from many goroutines; each notices within about 10 s that the store is down.
type Store interface {
	// Put stores size bytes of r under key, replacing what was there. Nobody ever sees half of an object.
	Put(ctx context.Context, key string, r io.Reader, size int64) error
	// Get opens an object. The caller closes it.
	Get(ctx context.Context, key string) (*Object, error)
	Stat(ctx context.Context, key string) (Info, error)
	// List returns all objects whose key begins with prefix, in the order of their keys. An empty prefix lists everything.
	List(ctx context.Context, prefix string) ([]Info, error)
	// Delete removes an object; that it was not there is no error.
	Delete(ctx context.Context, key string) error
}

const maxKey = 900 // bytes; S3 allows 1024, a file system's path often less with its root

// CheckKey refuses what is not a clean relative path. Parts that begin with a dot are the stores' own.
func CheckKey(key string) error {
	bad := func(why string) error { return fmt.Errorf("%w: %q %s", ErrKey, key, why) }
	switch {
	case key == "":
		return bad("is empty")
	case len(key) > maxKey:
		return bad("is too long")
	case path.Clean(key) != key || strings.HasPrefix(key, "/"):
		return bad("is not a clean relative path")
	case strings.ContainsAny(key, "\\\x00"):
		return bad("contains a backslash or a zero")
	}
	for part := range strings.SplitSeq(key, "/") {
		if strings.HasPrefix(part, ".") {
			return bad("has a part that begins with a dot")
		}
		if len(part) > 200 {
			return bad("has a part that is too long")
		}
	}
	return nil
}

// contentTypes of what a recording consists of. Go's mime package depends on the machine's files, so it is not asked.
var contentTypes = map[string]string{
	".m3u8":  "application/vnd.apple.mpegurl",
	".m4s":   "video/iso.segment",
	".mp4":   "video/mp4",
	".jpg":   "image/jpeg",
	".vtt":   "text/vtt; charset=utf-8",
	".json":  "application/json",
	".jsonl": "application/jsonl",
}

// ContentType is the media type of an object, told by its key's extension.
func ContentType(key string) string {
	if t, ok := contentTypes[path.Ext(key)]; ok {
		return t
	}
	return "application/octet-stream"
}
