// Package db keeps the scheduler's facts in SQLite or PostgreSQL: the same SQL, the same queries, the same test suite. What must be
// decided and written together happens in Tx, which is serialisable on both.
package db

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	_ "github.com/jackc/pgx/v5/stdlib" // the driver "pgx"
	"github.com/pressly/goose/v3"
	"github.com/uptrace/bun"
	"github.com/uptrace/bun/dialect/pgdialect"
	"github.com/uptrace/bun/dialect/sqlitedialect"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

//go:embed migrations/*.sql
var migrations embed.FS

// DB is an open database. Safe for concurrent use.
type DB struct {
	read    *bun.DB
	write   *bun.DB // SQLite: one connection, whose transactions take the write lock at once
	dialect goose.Dialect
	alone   sync.RWMutex // held for writing by a transaction that has lost too often
}

// Open opens the database at sqlite:///path or postgres://…, makes it where there is none (SQLite) and brings its tables up to date.
func Open(ctx context.Context, address string) (*DB, error) {
	if path, ok := strings.CutPrefix(address, sqliteScheme); ok {
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			return nil, fmt.Errorf("folder of the database: %w", err)
		}
	}
	d, err := open(address, "rwc")
	if err != nil {
		return nil, err
	}
	if err := d.migrate(ctx); err != nil {
		_ = d.Close()
		return nil, err
	}
	return d, nil
}

// Attach opens a database that a server uses at the same time; it makes and changes no table.
func Attach(ctx context.Context, address string) (*DB, error) {
	d, err := open(address, "rw")
	if err != nil {
		return nil, err
	}
	if err := d.Ready(ctx); err != nil {
		_ = d.Close()
		return nil, fmt.Errorf("open the database: %w", err)
	}
	return d, nil
}

const sqliteScheme = "sqlite://"

func open(address, mode string) (*DB, error) {
	if path, ok := strings.CutPrefix(address, sqliteScheme); ok {
		return openSQLite(path, mode)
	}
	if strings.HasPrefix(address, "postgres://") || strings.HasPrefix(address, "postgresql://") {
		return openPostgres(address)
	}
	return nil, fmt.Errorf("the database's address must begin with sqlite:/// or postgres://")
}

func openSQLite(path, mode string) (*DB, error) {
	pool := func(query string, connections int) (*bun.DB, error) {
		u := url.URL{Scheme: "file", Opaque: (&url.URL{Path: path}).EscapedPath(), RawQuery: "mode=" + mode + "&_pragma=busy_timeout(10000)&_pragma=journal_mode(WAL)" +
			"&_pragma=synchronous(NORMAL)&_pragma=foreign_keys(1)" + query}
		c, err := sql.Open("sqlite", u.String())
		if err != nil {
			return nil, fmt.Errorf("open the database: %w", err)
		}
		c.SetMaxOpenConns(connections)
		c.SetMaxIdleConns(connections)
		return bun.NewDB(c, sqlitedialect.New()), nil
	}
	write, err := pool("&_txlock=immediate", 1)
	if err != nil {
		return nil, err
	}
	read, err := pool("&_pragma=query_only(1)", 4)
	if err != nil {
		_ = write.Close()
		return nil, err
	}
	return &DB{read: read, write: write, dialect: goose.DialectSQLite3}, nil
}

func openPostgres(address string) (*DB, error) {
	c, err := sql.Open("pgx", address)
	if err != nil {
		return nil, fmt.Errorf("open the database: %w", err)
	}
	c.SetMaxOpenConns(16)
	c.SetMaxIdleConns(8)
	c.SetConnMaxLifetime(30 * time.Minute)
	d := bun.NewDB(c, pgdialect.New())
	return &DB{read: d, write: d, dialect: goose.DialectPostgres}, nil
}

func (d *DB) migrate(ctx context.Context) error {
	files, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return err
	}
	p, err := goose.NewProvider(d.dialect, d.write.DB, files)
	if err != nil {
		return fmt.Errorf("read the migrations: %w", err)
	}
	if _, err := p.Up(ctx); err != nil {
		return fmt.Errorf("bring the database up to date: %w", err)
	}
	return nil
}

// Read answers queries outside a transaction.
func (d *DB) Read() bun.IDB { return d.read }

// Ready tells whether the database answers.
func (d *DB) Ready(ctx context.Context) error {
	return errors.Join(d.read.PingContext(ctx), d.write.PingContext(ctx))
}

// Close ends all connections.
func (d *DB) Close() error {
	if d.read == d.write {
		return d.write.Close()
	}
	return errors.Join(d.read.Close(), d.write.Close())
}

// attempts bounds how often a transaction that lost against others is tried again. After patience of them it runs while no other transaction of
// this process does: a long one, such as a county's new bells, would lose against short ones for ever.
const (
	attempts = 25
	patience = 5
)

// Tx runs fn in a serialisable transaction, and again when it lost against a concurrent one: fn must be free of side effects outside
// the database, and must not call Tx. On SQLite writers queue up, and so fn must be short.
func (d *DB) Tx(ctx context.Context, fn func(context.Context, bun.Tx) error) error {
	for try := 1; ; try++ {
		err := d.try(ctx, fn, try > patience)
		if err == nil || !lost(err) || try == attempts {
			return err
		}
		pause := time.Duration(rand.Int64N(int64(min(try, 10)) * int64(10*time.Millisecond)))
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(pause):
		}
	}
}

func (d *DB) try(ctx context.Context, fn func(context.Context, bun.Tx) error, alone bool) error {
	if alone {
		d.alone.Lock()
		defer d.alone.Unlock()
	} else {
		d.alone.RLock()
		defer d.alone.RUnlock()
	}
	return d.write.RunInTx(ctx, &sql.TxOptions{Isolation: sql.LevelSerializable}, fn)
}

// lost tells whether the transaction failed because of a concurrent one only: PostgreSQL's class 40, SQLite's busy. Two who book the same
// in PostgreSQL may find each other by the key of the bookings first; tried again, the second one sees the clash.
func lost(err error) bool {
	var pg *pgconn.PgError
	if errors.As(err, &pg) {
		return strings.HasPrefix(pg.Code, "40") || pg.ConstraintName == "bookings_key" || pg.ConstraintName == "schedule_changes_once"
	}
	var lite *sqlite.Error
	return errors.As(err, &lite) && lite.Code()&0xff == sqlite3.SQLITE_BUSY
}

// IsDuplicate tells whether a unique rule of the database refused the row.
func IsDuplicate(err error) bool {
	var pg *pgconn.PgError
	if errors.As(err, &pg) {
		return pg.Code == "23505"
	}
	var lite *sqlite.Error
	return errors.As(err, &lite) && (lite.Code() == sqlite3.SQLITE_CONSTRAINT_UNIQUE || lite.Code() == sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY)
}

// ErrNotFound is sql.ErrNoRows under the name that callers of this package use.
var ErrNotFound = sql.ErrNoRows

// Instant is a point in time as it is stored: milliseconds since 1970, UTC. As a nullzero column 0 is NULL.
type Instant int64

// At rounds down to the millisecond.
func At(t time.Time) Instant { return Instant(t.UnixMilli()) }

// Time is the instant in UTC.
func (i Instant) Time() time.Time { return time.UnixMilli(int64(i)).UTC() }

// Pointer is nil for NULL.
func (i Instant) Pointer() *time.Time {
	if i == 0 {
		return nil
	}
	t := i.Time()
	return &t
}
