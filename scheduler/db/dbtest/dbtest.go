// Package dbtest gives tests fresh databases of both kinds: SQLite in a temporary folder, and PostgreSQL on a real server that it starts
// itself, once for each test binary, and ends with it.
package dbtest

import (
	"fmt"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver "pgx"
)

var (
	server *postgres // once it was needed
	number atomic.Int64
)

// start starts the server, once.
var start = sync.OnceValue(func() (err error) {
	server, err = startPostgres()
	return err
})

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
	if err := start(); err != nil {
		t.Fatalf("this test needs PostgreSQL: %v", err)
	}
	name := fmt.Sprintf("test%d", number.Add(1))
	if err := admin(t.Context(), "CREATE SCHEMA "+name); err != nil {
		t.Fatal(err)
	}
	return server.schema(name)
}

// IsPostgres tells the two kinds of addresses apart.
func IsPostgres(address string) bool { return strings.HasPrefix(address, "postgres://") }
