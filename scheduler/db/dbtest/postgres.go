package dbtest

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"syscall"
	"time"
)

// postgres is a server of our own, with its data in a temporary folder.
type postgres struct {
	dir  string
	port int
	cmd  *exec.Cmd
	done chan error
}

const installed = "/usr/lib/postgresql/*/bin" // Debian's

func startPostgres() (*postgres, error) {
	bins, _ := filepath.Glob(installed)
	if len(bins) == 0 {
		return nil, fmt.Errorf("there is none in %s; install it with: apt-get install postgresql", installed)
	}
	bin := slices.Max(bins)
	who, err := owner()
	if err != nil {
		return nil, err
	}
	p := &postgres{done: make(chan error, 1)}
	if p.dir, err = os.MkdirTemp("", "tongtang-postgres-"); err != nil {
		return nil, err
	}
	if err := p.start(bin, who); err != nil {
		return nil, errors.Join(err, os.RemoveAll(p.dir))
	}
	return p, nil
}

// owner is whom the server runs as: it refuses to run as root, and so Debian's user postgres it is then.
func owner() (*syscall.Credential, error) {
	if os.Geteuid() != 0 {
		return nil, nil
	}
	u, err := user.Lookup("postgres")
	if err != nil {
		return nil, fmt.Errorf("as root it runs as the user postgres: %w", err)
	}
	uid, err := strconv.Atoi(u.Uid)
	if err != nil {
		return nil, err
	}
	gid, err := strconv.Atoi(u.Gid)
	if err != nil {
		return nil, err
	}
	return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}, nil
}

func (p *postgres) start(bin string, who *syscall.Credential) error {
	if who != nil {
		if err := os.Chown(p.dir, int(who.Uid), int(who.Gid)); err != nil {
			return err
		}
	}
	data := filepath.Join(p.dir, "data")
	initdb := exec.Command(filepath.Join(bin, "initdb"), "-D", data, "-A", "trust", "-U", "app", "-E", "UTF8", "--no-locale", "-N")
	initdb.Dir, initdb.SysProcAttr = p.dir, &syscall.SysProcAttr{Credential: who}
	if out, err := initdb.CombinedOutput(); err != nil {
		return fmt.Errorf("initdb: %w: %s", err, out)
	}
	var err error
	if p.port, err = freePort(); err != nil {
		return err
	}
	log, err := os.Create(filepath.Join(p.dir, "log"))
	if err != nil {
		return err
	}
	defer log.Close()
	p.cmd = exec.Command(filepath.Join(bin, "postgres"), "-D", data, "-c", "listen_addresses=127.0.0.1", "-c", fmt.Sprintf("port=%d", p.port),
		"-c", "unix_socket_directories="+p.dir, "-c", "fsync=off", "-c", "synchronous_commit=off", "-c", "max_connections=200")
	p.cmd.Dir, p.cmd.Stdout, p.cmd.Stderr = p.dir, log, log
	// SIGQUIT ends the server at once when the test binary is killed. The signal is bound to the thread that starts it, hence the lock.
	p.cmd.SysProcAttr = &syscall.SysProcAttr{Credential: who, Pdeathsig: syscall.SIGQUIT, Setpgid: true}
	started := make(chan error, 1)
	go func() {
		runtime.LockOSThread()
		started <- p.cmd.Start()
		p.done <- p.cmd.Wait()
	}()
	if err := <-started; err != nil {
		return err
	}
	if err := p.ready(); err != nil {
		said, _ := os.ReadFile(filepath.Join(p.dir, "log"))
		return fmt.Errorf("%w: %s", errors.Join(err, p.stop()), said)
	}
	return nil
}

func (p *postgres) database(name string) string {
	return fmt.Sprintf("postgres://app@127.0.0.1:%d/%s?sslmode=disable", p.port, name)
}

func (p *postgres) schema(name string) string { return p.database("postgres") + "&search_path=" + name }

func (p *postgres) ready() error {
	ctx, cancel := context.WithTimeout(context.Background(), 60*time.Second)
	defer cancel()
	c, err := sql.Open("pgx", p.database("postgres"))
	if err != nil {
		return err
	}
	defer c.Close()
	for {
		err := c.PingContext(ctx)
		if err == nil {
			return nil
		}
		select {
		case died := <-p.done:
			p.done <- died
			return fmt.Errorf("the server ended: %w", died)
		case <-ctx.Done():
			return fmt.Errorf("the server was not ready within 60 s: %w", err)
		case <-time.After(50 * time.Millisecond):
		}
	}
}

// stop ends the server, waits for it and removes its data.
func (p *postgres) stop() error {
	_ = p.cmd.Process.Signal(syscall.SIGQUIT) // it may have ended
	if err := <-p.done; err != nil && !errors.As(err, new(*exec.ExitError)) {
		return fmt.Errorf("wait for PostgreSQL: %w", err)
	}
	return os.RemoveAll(p.dir)
}

func freePort() (int, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port, nil
}
