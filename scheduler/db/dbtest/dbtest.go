// Package dbtest gives tests fresh databases of both kinds: SQLite in a temporary folder, and PostgreSQL on a real server that it starts
// itself, once for each test binary, and ends with it.
package dbtest

import (
	"context"
	"database/sql"
	"fmt"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver "pgx"
)

var (
	once    sync.Once
	server  *postgres
	failure error
	number  atomic.Int64
)

// Run runs the tests of a package and ends the PostgreSQL server, if one was started. Use it as os.Exit(dbtest.Run(m)) in TestMain.
func Run(m *testing.M) int {
	code := m.Run()
	if server != nil {
		if err := server.stop(); err != nil {
			fmt.Println("stop PostgreSQL:", err)
			return 1
		}
	}
	return code
}

// Each runs the test twice, with the address of an empty database of each kind.
func Each(t *testing.T, test func(t *testing.T, address string)) {
	t.Run("sqlite", func(t *testing.T) { test(t, SQLite(t)) })
	t.Run("postgres", func(t *testing.T) { test(t, Postgres(t)) })
}

// SQLite is the address of a database that is not there yet.
func SQLite(t testing.TB) string {
	return "sqlite://" + filepath.Join(t.TempDir(), "tongtang.db")
}

// Postgres is the address of an empty schema on the server, a database of its own for all that the tests do and much cheaper to make. The test fails where PostgreSQL cannot be started, and says why.
func Postgres(t testing.TB) string {
	t.Helper()
	once.Do(func() { server, failure = startPostgres() })
	if failure != nil {
		t.Fatalf("this test needs PostgreSQL: %v", failure)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	admin, err := sql.Open("pgx", server.address("public"))
	if err != nil {
		t.Fatal(err)
	}
	defer admin.Close()
	name := fmt.Sprintf("test%d", number.Add(1))
	if _, err := admin.ExecContext(ctx, "CREATE SCHEMA "+name); err != nil {
		t.Fatal(err)
	}
	return server.address(name)
}

// IsPostgres tells the two kinds of addresses apart.
func IsPostgres(address string) bool { return strings.HasPrefix(address, "postgres://") }
