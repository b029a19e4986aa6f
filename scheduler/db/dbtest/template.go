package dbtest

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"
)

// Template is a database that is filled once of each kind, and copied for each test: making the tables anew takes longer than most tests.
type Template struct {
	sqlite   func() ([]byte, error) // the file
	postgres func() (string, error) // the name
}

// Filled is a template that fill makes from an empty database; fill must have closed it when it returns. It is called when the first test needs it.
func Filled(fill func(ctx context.Context, address string) error) *Template {
	return &Template{
		sqlite:   sync.OnceValues(func() ([]byte, error) { return fillSQLite(fill) }),
		postgres: sync.OnceValues(func() (string, error) { return fillPostgres(fill) }),
	}
}

// Each runs the test twice, with the address of a copy of each kind.
func (m *Template) Each(t *testing.T, test func(t *testing.T, address string)) {
	t.Run("sqlite", func(t *testing.T) { test(t, m.SQLite(t)) })
	t.Run("postgres", func(t *testing.T) { test(t, m.Postgres(t)) })
}

// SQLite is the address of a copy.
func (m *Template) SQLite(t *testing.T) string {
	t.Helper()
	file, err := m.sqlite()
	if err != nil {
		t.Fatalf("fill the template: %v", err)
	}
	path := filepath.Join(t.TempDir(), "tongtang.db")
	if err := os.WriteFile(path, file, 0o600); err != nil {
		t.Fatal(err)
	}
	return "sqlite://" + path
}

// Postgres is the address of a copy. The test fails where PostgreSQL cannot be started, and says why.
func (m *Template) Postgres(t *testing.T) string {
	t.Helper()
	template, err := m.postgres()
	if err != nil {
		t.Fatalf("this test needs PostgreSQL: %v", err)
	}
	name := fmt.Sprintf("test%d", number.Add(1))
	if err := admin(t.Context(), "CREATE DATABASE "+name+" TEMPLATE "+template); err != nil {
		t.Fatal(err)
	}
	return server.database(name)
}

func fillSQLite(fill func(context.Context, string) error) ([]byte, error) {
	dir, err := os.MkdirTemp("", "tongtang-template-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "tongtang.db")
	if err := fill(context.Background(), "sqlite://"+path); err != nil {
		return nil, err
	}
	if _, err := os.Stat(path + "-wal"); err == nil {
		return nil, fmt.Errorf("%s is still open: its file is not the whole of it", path)
	}
	return os.ReadFile(path)
}

func fillPostgres(fill func(context.Context, string) error) (string, error) {
	if err := start(); err != nil {
		return "", err
	}
	name := fmt.Sprintf("filled%d", number.Add(1))
	if err := admin(context.Background(), "CREATE DATABASE "+name); err != nil {
		return "", err
	}
	return name, fill(context.Background(), server.database(name))
}

// admin says one thing to the server.
func admin(ctx context.Context, statement string) error {
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	c, err := sql.Open("pgx", server.database("postgres"))
	if err != nil {
		return err
	}
	defer c.Close()
	_, err = c.ExecContext(ctx, statement)
	return err
}
