package store

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync/atomic"

	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"
)

// S3Config is where an S3 store is.
type S3Config struct {
	Endpoint             string // host:port
	Bucket               string // created where it is missing
	AccessKey, SecretKey string
	Region               string // "" asks the server
	TLS                  bool
}

const (
	partSize   = 16 << 20 // bytes of a multipart upload's part: what is sent again after a fault
	maxRetries = 2        // of minio-go, each after a short pause; the caller's own retries take minutes
)

// S3 is a store in one bucket of an S3 server. It uses only what every S3 has.
type S3 struct {
	client *minio.Client
	cfg    S3Config
	exists atomic.Bool // the bucket was seen
}

// OpenS3 checks the configuration; it does not call the server.
func OpenS3(_ context.Context, cfg S3Config) (*S3, error) {
	switch {
	case cfg.Endpoint == "":
		return nil, errors.New("S3 store: the host is missing; write s3://key:secret@host:port/bucket")
	case cfg.Bucket == "" || strings.Contains(cfg.Bucket, "/"):
		return nil, fmt.Errorf("S3 store: %q is not a bucket; write s3://key:secret@host:port/bucket", cfg.Bucket)
	case cfg.AccessKey == "" || cfg.SecretKey == "":
		return nil, fmt.Errorf("S3 store: key and secret are missing; set %s and %s", EnvAccessKey, EnvSecretKey)
	}
	client, err := minio.New(cfg.Endpoint, &minio.Options{
		Creds:      credentials.NewStaticV4(cfg.AccessKey, cfg.SecretKey, ""),
		Secure:     cfg.TLS,
		Region:     cfg.Region,
		Transport:  transport(),
		MaxRetries: maxRetries,
	})
	if err != nil {
		return nil, fmt.Errorf("S3 store: %w", err)
	}
	return &S3{client: client, cfg: cfg}, nil
}

// Put uploads in one request, or in parts when the object is large.
func (s *S3) Put(ctx context.Context, key string, r io.Reader, size int64) error {
	if err := CheckKey(key); err != nil {
		return err
	}
	if err := s.bucket(ctx); err != nil {
		return explain(ctx, "find or make bucket "+s.cfg.Bucket, err)
	}
	counted := &counter{r: io.LimitReader(r, size+1)}
	_, err := s.client.PutObject(ctx, s.cfg.Bucket, key, counted, size, minio.PutObjectOptions{
		ContentType: ContentType(key), PartSize: partSize, NumThreads: 2, SendContentMd5: !s.cfg.TLS,
	})
	if err == nil {
		_, _ = io.ReadFull(counted, make([]byte, 1))
	}
	if err == nil && counted.n != size {
		_ = s.Delete(ctx, key)
		err = fmt.Errorf("the object has %d bytes or more, %d were announced", counted.n, size)
	}
	return explain(ctx, "store "+key, err)
}

// bucket makes sure once that there is one.
func (s *S3) bucket(ctx context.Context) error {
	if s.exists.Load() {
		return nil
	}
	ok, err := s.client.BucketExists(ctx, s.cfg.Bucket)
	if err != nil {
		return err
	}
	if !ok {
		err = s.client.MakeBucket(ctx, s.cfg.Bucket, minio.MakeBucketOptions{Region: s.cfg.Region})
		if code := minio.ToErrorResponse(err).Code; code == "BucketAlreadyOwnedByYou" || code == "BucketAlreadyExists" {
			err = nil
		}
	}
	if err == nil {
		s.exists.Store(true)
	}
	return err
}

// Get asks for the object's description now and for its bytes when they are read.
func (s *S3) Get(ctx context.Context, key string) (*Object, error) {
	if err := CheckKey(key); err != nil {
		return nil, err
	}
	o, err := s.client.GetObject(ctx, s.cfg.Bucket, key, minio.GetObjectOptions{})
	if err != nil {
		return nil, explain(ctx, "open "+key, err)
	}
	info, err := o.Stat()
	if err != nil {
		_ = o.Close()
		return nil, explain(ctx, "open "+key, err)
	}
	return &Object{Info: remote(info, key), ReadSeekCloser: &s3Reader{ctx, o, key}}, nil
}

// Stat asks for the object's description.
func (s *S3) Stat(ctx context.Context, key string) (Info, error) {
	if err := CheckKey(key); err != nil {
		return Info{}, err
	}
	info, err := s.client.StatObject(ctx, s.cfg.Bucket, key, minio.StatObjectOptions{})
	if err != nil {
		return Info{}, explain(ctx, "look at "+key, err)
	}
	return remote(info, key), nil
}

// List reads page after page.
func (s *S3) List(ctx context.Context, prefix string) ([]Info, error) {
	if prefix != "" {
		if err := CheckKey(strings.TrimSuffix(prefix, "/")); err != nil {
			return nil, err
		}
	}
	ctx, cancel := context.WithCancel(ctx) // ends minio-go's goroutine when an error ends the loop
	defer cancel()
	var found []Info
	for o := range s.client.ListObjects(ctx, s.cfg.Bucket, minio.ListObjectsOptions{Prefix: prefix, Recursive: true}) {
		if o.Err != nil {
			err := explain(ctx, "list "+prefix, o.Err)
			if errors.Is(err, ErrNotFound) { // no bucket yet
				return nil, nil
			}
			return nil, err
		}
		found = append(found, remote(o, o.Key))
	}
	return found, explain(ctx, "list "+prefix, ctx.Err())
}

// Delete removes the object.
func (s *S3) Delete(ctx context.Context, key string) error {
	if err := CheckKey(key); err != nil {
		return err
	}
	err := explain(ctx, "delete "+key, s.client.RemoveObject(ctx, s.cfg.Bucket, key, minio.RemoveObjectOptions{}))
	if errors.Is(err, ErrNotFound) {
		return nil
	}
	return err
}

func remote(o minio.ObjectInfo, key string) Info {
	return Info{Key: key, Size: o.Size, Modified: o.LastModified, ETag: strings.Trim(o.ETag, `"`)}
}

// explain gives an error of minio-go the store's meaning. What the server did not answer itself came from the line.
func explain(ctx context.Context, action string, err error) error {
	if err == nil {
		return nil
	}
	if ctx.Err() != nil {
		return fmt.Errorf("%s: %w", action, ctx.Err())
	}
	var answer minio.ErrorResponse
	kind := ErrAway
	if errors.As(err, &answer) {
		switch {
		case answer.Code == "NoSuchKey" || answer.Code == "NoSuchBucket" || answer.StatusCode == http.StatusNotFound:
			kind = ErrNotFound
		case strings.Contains(answer.Code, "StorageFull") || answer.Code == "QuotaExceeded" || answer.StatusCode == http.StatusInsufficientStorage:
			kind = ErrFull
		case answer.StatusCode >= 500 || answer.StatusCode == http.StatusTooManyRequests || answer.StatusCode == http.StatusRequestTimeout:
		default:
			return fmt.Errorf("%s: %w", action, err)
		}
	} else if !isNetwork(err) {
		return fmt.Errorf("%s: %w", action, err)
	}
	return fmt.Errorf("%s: %w (%w)", action, kind, err)
}

// s3Reader gives reading errors the store's meaning.
type s3Reader struct {
	ctx context.Context
	*minio.Object
	key string
}

func (r *s3Reader) Read(p []byte) (int, error) {
	n, err := r.Object.Read(p)
	if err != nil && err != io.EOF {
		err = explain(r.ctx, "read "+r.key, err)
	}
	return n, err
}

// counter counts what was read, so that a short or a long object is noticed.
type counter struct {
	r io.Reader
	n int64
}

func (c *counter) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n += int64(n)
	return n, err
}
