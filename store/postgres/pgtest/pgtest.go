// Package pgtest gives tests a real PostgreSQL: a throw-away cluster on
// loopback, started when the first test asks for a database and stopped when
// the last test of the binary is done, or the server that KEEPITON_TEST_POSTGRES
// names.
package pgtest

import (
	"context"
	"crypto/rand"
	"fmt"
	"net"
	"net/url"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5"
)

// serverVariable names a server to use instead of a cluster of our own: a URL
// of a role that may create databases. Tests create and drop some there.
const serverVariable = "KEEPITON_TEST_POSTGRES"

var (
	once    sync.Once
	server  *cluster
	failure error
)

// Main runs the tests and stops the cluster, if one was started. Call it in
// TestMain: os.Exit(pgtest.Main(m)).
func Main(m *testing.M) int {
	code := m.Run()
	if server != nil {
		server.stop()
	}
	return code
}

// Database creates an empty database and returns its URL. It goes with the
// cluster; on a server that somebody named it is dropped when the test ends. Where there is no PostgreSQL the test is skipped, loudly; with CI
// set in the environment it fails.
func Database(tb testing.TB) string {
	tb.Helper()
	once.Do(func() { server, failure = start() })
	if failure != nil {
		if os.Getenv("CI") != "" {
			tb.Fatalf("PostgreSQL: %v", failure)
		}
		tb.Skipf("SKIPPED WITHOUT POSTGRESQL: %v; install postgresql 15 or set %s", failure, serverVariable)
	}
	name := "keepiton_test_" + strings.ToLower(rand.Text())
	server.run(tb, "CREATE DATABASE "+name)
	if server.lasts {
		tb.Cleanup(func() { server.run(tb, "DROP DATABASE "+name+" WITH (FORCE)") })
	}
	u := *server.url
	u.Path = "/" + name
	return u.String()
}

// cluster is a running server.
type cluster struct {
	url   *url.URL
	lasts bool // it is somebody's, and stays
	stop  func()
}

// run executes one statement on the maintenance database.
func (c *cluster) run(tb testing.TB, statement string) {
	tb.Helper()
	conn, err := pgx.Connect(context.Background(), c.url.String())
	if err != nil {
		tb.Fatalf("PostgreSQL: %v", err)
	}
	defer conn.Close(context.Background())
	if _, err := conn.Exec(context.Background(), statement); err != nil {
		tb.Fatalf("PostgreSQL: %s: %v", statement, err)
	}
}

func start() (*cluster, error) {
	if given := os.Getenv(serverVariable); given != "" {
		u, err := url.Parse(given)
		return &cluster{url: u, lasts: true, stop: func() {}}, err
	}
	bin, err := programs()
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "keepiton-pg")
	if err != nil {
		return nil, err
	}
	as, err := owner(dir)
	if err != nil {
		return nil, err
	}
	port, err := freePort()
	if err != nil {
		return nil, err
	}
	password := rand.Text()
	secret := filepath.Join(dir, "password")
	if err := os.WriteFile(secret, []byte(password), 0o644); err != nil {
		return nil, err
	}
	data := filepath.Join(dir, "data")
	command := func(name string, args ...string) error {
		words := append(slices.Clone(as), append([]string{filepath.Join(bin, name)}, args...)...)
		cmd := exec.Command(words[0], words[1:]...)
		cmd.Dir = dir
		if out, err := cmd.CombinedOutput(); err != nil {
			return fmt.Errorf("%s: %w: %s", name, err, out)
		}
		return nil
	}
	if err := command("initdb", "-D", data, "-U", "keepiton", "-A", "scram-sha-256", "--pwfile", secret, "-E", "UTF8", "--locale", "C.UTF-8"); err != nil {
		return nil, err
	}
	// fsync off, and with it what else is for after a cut of power or for another
	// server: the cluster does not outlive the test, so a cut of power may cost
	// it; that what is committed is safe is PostgreSQL's own promise.
	options := fmt.Sprintf("-c listen_addresses=127.0.0.1 -c port=%d -c unix_socket_directories='' -c max_connections=100 -c shared_buffers=256MB"+
		" -c fsync=off -c full_page_writes=off -c wal_level=minimal -c max_wal_senders=0 -c checkpoint_timeout=1h -c autovacuum=off", port)
	// The server must not hold the test's output open: pg_ctl writes to a log.
	if err := command("pg_ctl", "-D", data, "-l", filepath.Join(dir, "log"), "-w", "-t", "60", "-o", options, "start"); err != nil {
		log, _ := os.ReadFile(filepath.Join(dir, "log"))
		return nil, fmt.Errorf("%w: %s", err, log)
	}
	u := &url.URL{Scheme: "postgres", User: url.UserPassword("keepiton", password), Host: net.JoinHostPort("127.0.0.1", strconv.Itoa(port)), Path: "/postgres", RawQuery: "sslmode=disable"}
	return &cluster{url: u, stop: func() {
		if err := command("pg_ctl", "-D", data, "-m", "fast", "-w", "stop"); err != nil {
			fmt.Fprintln(os.Stderr, "pgtest:", err)
			return
		}
		_ = os.RemoveAll(dir)
	}}, nil
}

// programs finds the folder of initdb and pg_ctl: in the path, or where Debian
// keeps them; the newest version of 15 or later.
func programs() (string, error) {
	if p, err := exec.LookPath("pg_ctl"); err == nil {
		return filepath.Dir(p), nil
	}
	found, err := filepath.Glob("/usr/lib/postgresql/*/bin/pg_ctl")
	if err != nil || len(found) == 0 {
		return "", fmt.Errorf("pg_ctl is not installed")
	}
	slices.Sort(found)
	return filepath.Dir(found[len(found)-1]), nil
}

// owner gives dir to a user that PostgreSQL runs as: it refuses to be root.
// What it returns stands before every command.
func owner(dir string) ([]string, error) {
	if os.Geteuid() != 0 {
		return nil, nil
	}
	u, err := user.Lookup("postgres")
	if err != nil {
		return nil, fmt.Errorf("run as root, and there is no user postgres: %w", err)
	}
	uid, err1 := strconv.Atoi(u.Uid)
	gid, err2 := strconv.Atoi(u.Gid)
	if err1 != nil || err2 != nil {
		return nil, fmt.Errorf("user postgres has id %q", u.Uid)
	}
	if err := os.Chmod(dir, 0o755); err != nil {
		return nil, err
	}
	return []string{"runuser", "-u", "postgres", "--"}, os.Chown(dir, uid, gid)
}

func freePort() (int, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port, nil
}
