package store

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"syscall"
	"time"
)

// partial is the folder inside the root where objects grow until they are whole; no key can reach it.
const partial = ".partial"

// Folder is a store in a directory tree. It may be an NFS or SMB mount: when the root is gone, the store is away.
type Folder struct{ root string }

// OpenFolder makes the folder where there is none, and clears away what a crash left half written.
func OpenFolder(root string) (*Folder, error) {
	abs, err := filepath.Abs(root)
	if err != nil {
		return nil, fmt.Errorf("folder of the store: %w", err)
	}
	if err := os.MkdirAll(filepath.Join(abs, partial), 0o750); err != nil {
		return nil, fmt.Errorf("make the folder of the store: %w", err)
	}
	f := &Folder{root: abs}
	f.clearPartial(24 * time.Hour)
	return f, nil
}

// clearPartial removes half-written files that nobody has touched for so long; another process may be writing the younger ones.
func (f *Folder) clearPartial(age time.Duration) {
	dir := filepath.Join(f.root, partial)
	entries, err := os.ReadDir(dir)
	if err != nil {
		return
	}
	for _, e := range entries {
		if info, err := e.Info(); err == nil && time.Since(info.ModTime()) > age {
			_ = os.Remove(filepath.Join(dir, e.Name()))
		}
	}
}

// Put writes beside, flushes to the disk and renames.
func (f *Folder) Put(ctx context.Context, key string, r io.Reader, size int64) error {
	if err := CheckKey(key); err != nil {
		return err
	}
	if _, err := os.Stat(f.root); err != nil {
		return f.explain("store "+key, err)
	}
	tmp, err := f.create()
	if err != nil {
		return f.explain("store "+key, err)
	}
	err = fill(ctx, tmp, r, size)
	if err == nil {
		err = f.publish(tmp.Name(), key)
	}
	if err != nil {
		_ = os.Remove(tmp.Name())
	}
	return f.explain("store "+key, err)
}

func (f *Folder) create() (*os.File, error) {
	dir := filepath.Join(f.root, partial)
	if err := os.MkdirAll(dir, 0o750); err != nil {
		return nil, err
	}
	return os.CreateTemp(dir, "put-*")
}

// fill copies size bytes into the file, flushes and closes it.
func fill(ctx context.Context, file *os.File, r io.Reader, size int64) error {
	n, err := io.Copy(file, io.LimitReader(&ctxReader{ctx, r}, size+1))
	if err == nil && n != size {
		err = fmt.Errorf("the object has %d bytes or more, %d were announced", n, size)
	}
	if err == nil {
		err = file.Sync()
	}
	return errors.Join(err, file.Close())
}

// publish gives the finished file its name. A Delete may take an empty folder away at the same moment, hence the second try.
func (f *Folder) publish(tmp, key string) (err error) {
	name := f.path(key)
	for range 3 {
		if err = os.MkdirAll(filepath.Dir(name), 0o750); err != nil {
			return err
		}
		if err = os.Rename(tmp, name); !errors.Is(err, fs.ErrNotExist) {
			break
		}
	}
	if err != nil {
		return err
	}
	return syncDir(filepath.Dir(name))
}

func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// Get opens the file.
func (f *Folder) Get(_ context.Context, key string) (*Object, error) {
	if err := CheckKey(key); err != nil {
		return nil, err
	}
	file, err := os.Open(f.path(key))
	if err != nil {
		return nil, f.explain("open "+key, err)
	}
	info, err := file.Stat()
	if err == nil && !info.Mode().IsRegular() {
		err = fs.ErrNotExist
	}
	if err != nil {
		_ = file.Close()
		return nil, f.explain("open "+key, err)
	}
	return &Object{Info: describe(key, info), ReadSeekCloser: file}, nil
}

// Stat looks at the file.
func (f *Folder) Stat(_ context.Context, key string) (Info, error) {
	if err := CheckKey(key); err != nil {
		return Info{}, err
	}
	info, err := os.Stat(f.path(key))
	if err == nil && !info.Mode().IsRegular() {
		err = fs.ErrNotExist
	}
	if err != nil {
		return Info{}, f.explain("look at "+key, err)
	}
	return describe(key, info), nil
}

// List walks the deepest folder that holds every key with this prefix.
func (f *Folder) List(ctx context.Context, prefix string) ([]Info, error) {
	if prefix != "" {
		if err := CheckKey(strings.TrimSuffix(prefix, "/")); err != nil {
			return nil, err
		}
	}
	if _, err := os.Stat(f.root); err != nil {
		return nil, f.explain("list "+prefix, err)
	}
	top := f.path(prefix[:strings.LastIndexByte(prefix, '/')+1])
	var found []Info
	err := filepath.WalkDir(top, func(name string, d fs.DirEntry, err error) error {
		switch {
		case errors.Is(err, fs.ErrNotExist):
			return nil // deleted meanwhile, or there is nothing with this prefix
		case err != nil:
			return err
		case ctx.Err() != nil:
			return ctx.Err()
		case d.IsDir() && strings.HasPrefix(d.Name(), ".") && name != f.root:
			return filepath.SkipDir
		case !d.Type().IsRegular():
			return nil
		}
		rel, err := filepath.Rel(f.root, name)
		key := filepath.ToSlash(rel)
		if err != nil || !strings.HasPrefix(key, prefix) {
			return err
		}
		if info, err := d.Info(); err == nil {
			found = append(found, describe(key, info))
		}
		return nil
	})
	sort.Slice(found, func(i, j int) bool { return found[i].Key < found[j].Key })
	return found, f.explain("list "+prefix, err)
}

// Delete removes the file and the folders that are empty then.
func (f *Folder) Delete(_ context.Context, key string) error {
	if err := CheckKey(key); err != nil {
		return err
	}
	name := f.path(key)
	if err := os.Remove(name); errors.Is(err, syscall.ENOTEMPTY) {
		return nil // only the beginning of other keys
	} else if err != nil {
		if err = f.explain("delete "+key, err); errors.Is(err, ErrNotFound) {
			return nil
		}
		return err
	}
	for dir := filepath.Dir(name); dir != f.root && os.Remove(dir) == nil; dir = filepath.Dir(dir) {
	}
	return nil
}

func (f *Folder) path(key string) string { return filepath.Join(f.root, filepath.FromSlash(key)) }

// explain gives a system error the store's meaning.
func (f *Folder) explain(action string, err error) error {
	if err == nil {
		return nil
	}
	var kind error
	switch {
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT):
		kind = ErrFull
	case errors.Is(err, syscall.ESTALE), errors.Is(err, syscall.EIO), errors.Is(err, syscall.ENOTCONN), errors.Is(err, syscall.EHOSTDOWN):
		kind = ErrAway
	case errors.Is(err, fs.ErrNotExist), errors.Is(err, syscall.ENOTDIR):
		kind = ErrNotFound
		if _, gone := os.Stat(f.root); gone != nil {
			kind = ErrAway
		}
	default:
		return fmt.Errorf("%s: %w", action, err)
	}
	return fmt.Errorf("%s: %w (%w)", action, kind, err)
}

func describe(key string, info fs.FileInfo) Info {
	return Info{Key: key, Size: info.Size(), Modified: info.ModTime(), ETag: fmt.Sprintf("%x-%x", info.Size(), info.ModTime().UnixNano())}
}

// ctxReader ends reading when the context ends.
type ctxReader struct {
	ctx context.Context
	r   io.Reader
}

func (c *ctxReader) Read(p []byte) (int, error) {
	if err := c.ctx.Err(); err != nil {
		return 0, err
	}
	return c.r.Read(p)
}
