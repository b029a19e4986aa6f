package store

import (
	"context"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
)

// Environment variables for the credentials, so that they need not stand in an address.
const (
	EnvAccessKey = "TONGTANG_S3_ACCESS_KEY"
	EnvSecretKey = "TONGTANG_S3_SECRET_KEY"
)

// Open returns the store of an address:
//
//	file:///var/lib/tongtang/media   or a plain path
//	s3://KEY:SECRET@host:port/bucket?tls=1&region=cn-north-1
//
// Of an S3 store that is down now Open says nothing: the first use does (ErrAway).
func Open(ctx context.Context, address string) (Store, error) {
	if !strings.Contains(address, "://") {
		if address == "" {
			return nil, fmt.Errorf("the address of the store is empty: give a folder, or s3://key:secret@host:port/bucket")
		}
		return OpenFolder(address)
	}
	u, err := url.Parse(address)
	if err != nil { // the error's text would show the secret
		return nil, fmt.Errorf("the address of the store is not a URL: percent-encode special characters in key and secret, or give them as %s and %s", EnvAccessKey, EnvSecretKey)
	}
	switch u.Scheme {
	case "file":
		if u.Host != "" || u.Path == "" {
			return nil, fmt.Errorf("store address %s: write file:///absolute/path", u.Redacted())
		}
		return OpenFolder(filepath.FromSlash(u.Path))
	case "s3":
		return openS3(ctx, u)
	}
	return nil, fmt.Errorf("store address %s: only file:// and s3:// are known", u.Redacted())
}

func openS3(ctx context.Context, u *url.URL) (Store, error) {
	q := u.Query()
	cfg := S3Config{
		Endpoint:  u.Host,
		Bucket:    strings.Trim(u.Path, "/"),
		TLS:       q.Get("tls") == "1" || q.Get("tls") == "true",
		Region:    q.Get("region"),
		AccessKey: u.User.Username(),
	}
	cfg.SecretKey, _ = u.User.Password()
	if cfg.AccessKey == "" {
		cfg.AccessKey = os.Getenv(EnvAccessKey)
	}
	if cfg.SecretKey == "" {
		cfg.SecretKey = os.Getenv(EnvSecretKey)
	}
	return OpenS3(ctx, cfg)
}
