package main

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/alecthomas/kong"
	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"
)

const deployFolder = "../../deploy/"

func deployed(t *testing.T, name string) string {
	t.Helper()
	raw, err := os.ReadFile(deployFolder + name)
	require.NoError(t, err)
	return string(raw)
}

// settings are the environment variables that `tongtang serve` takes.
func settings(t *testing.T) map[string]*kong.Flag {
	t.Helper()
	k, err := kong.New(&cli{})
	require.NoError(t, err)
	all := map[string]*kong.Flag{}
	for _, command := range append(k.Model.Children, k.Model.Node) {
		if command.Name != "serve" && command != k.Model.Node {
			continue
		}
		for _, f := range command.Flags {
			for _, env := range f.Envs {
				all[env] = f
			}
		}
	}
	return all
}

// assignments are the settings of an environment file; those that are commented out too.
func assignments(text string) map[string]string {
	all := map[string]string{}
	for _, m := range regexp.MustCompile(`(?m)^#?(TONGTANG_\w+)=(.*)$`).FindAllStringSubmatch(text, -1) {
		all[m[1]] = m[2]
	}
	return all
}

func TestEveryNamedSettingExists(t *testing.T) {
	known := settings(t)
	for _, file := range []string{"tongtang.env", "compose.yaml", "Dockerfile", "nginx.conf", "turnserver.conf", "../README.md", "../ARCHITECTURE.md", "../sfu/PROTOCOL.md"} {
		for _, name := range regexp.MustCompile(`TONGTANG_[A-Z0-9_]+`).FindAllString(deployed(t, file), -1) {
			if name != "TONGTANG_SOAK" { // of the tests
				require.Contains(t, known, name, "%s names a setting that there is not", file)
			}
		}
	}
}

// composeFile is what of compose.yaml is looked at.
type composeFile struct {
	Services map[string]struct {
		Build struct {
			Context, Dockerfile string
		}
		Image       string
		DependsOn   []string `yaml:"depends_on"`
		Environment map[string]string
		Ports       []string
		Volumes     []string
		Command     []string
	}
	Volumes map[string]any
}

func TestComposeFile(t *testing.T) {
	text := deployed(t, "compose.yaml")
	var c composeFile
	require.NoError(t, yaml.Unmarshal([]byte(text), &c))
	for name, s := range c.Services {
		for _, other := range s.DependsOn {
			require.Contains(t, c.Services, other, name)
		}
		for _, v := range s.Volumes {
			from, to, ok := strings.Cut(v, ":")
			require.True(t, ok && strings.HasPrefix(to, "/"), v)
			if strings.HasPrefix(from, ".") {
				require.FileExists(t, deployFolder+from)
			} else {
				require.Contains(t, c.Volumes, from, name)
			}
		}
	}
	server := c.Services["tongtang"]
	require.FileExists(t, filepath.Join(deployFolder, server.Build.Context, server.Build.Dockerfile))
	require.FileExists(t, filepath.Join(deployFolder, server.Build.Context, "Makefile"), "what the Dockerfile runs")

	// Each password of the file .env is named in the comment at the top.
	comment, _, _ := strings.Cut(text, "services:")
	env := map[string]string{}
	for _, m := range regexp.MustCompile(`\$\{(\w+)`).FindAllStringSubmatch(text, -1) {
		require.Contains(t, comment, m[1])
		env[m[1]] = "203.0.113.10"
	}
	env["PUBLIC_URL"] = "https://school.example"
	var said []string
	for name, value := range server.Environment {
		said = append(said, name+"="+os.Expand(strings.ReplaceAll(value, ":?}", "}"), func(k string) string { return env[k] }))
	}
	serve := settled(t, said)
	ice, relay, err := serve.reach()
	require.NoError(t, err)
	require.Equal(t, []string{"turn:203.0.113.10:3478?transport=udp", "turn:203.0.113.10:3478?transport=tcp"}, ice.URLs)
	require.Empty(t, relay.Listen)
	for _, port := range server.Ports {
		require.Regexp(t, `^8080:8080/(tcp|udp)$`, port, "the default of TONGTANG_LISTEN, and of the media")
	}
	coturn := strings.Join(c.Services["coturn"].Command, " ")
	require.Contains(t, coturn, "--static-auth-secret=${TURN_SECRET:?}")
	require.Contains(t, server.Volumes, "tongtang:"+dockerfile(t, `TONGTANG_DATA=(\S+)`)[0])
}

// dockerfile finds something in the Dockerfile.
func dockerfile(t *testing.T, pattern string) []string {
	t.Helper()
	m := regexp.MustCompile(pattern).FindStringSubmatch(deployed(t, "Dockerfile"))
	require.NotNil(t, m, pattern)
	return m[1:]
}

// The image has the packages of every library that the programs are linked with, and of nothing else.
func TestImageHasTheLibraries(t *testing.T) {
	self, err := os.Executable()
	require.NoError(t, err)
	linked, err := exec.Command("ldd", self).Output()
	require.NoError(t, err)
	libraries := regexp.MustCompile(`(?m)^\s(lib(?:av(?:codec|format|filter|device|util)|sw\w+))\.so\.(\d+) `).FindAllStringSubmatch(string(linked), -1)
	require.NotEmpty(t, libraries)
	installed := strings.ReplaceAll(dockerfile(t, `(?s)--no-install-recommends(.*?)&&`)[0], "\\\n", " ")
	for _, m := range libraries {
		require.Contains(t, strings.Fields(installed), m[1]+m[2])
	}
}

// settled is `tongtang serve` with these settings.
func settled(t *testing.T, env []string) *serveCmd {
	t.Helper()
	for _, e := range env {
		name, value, _ := strings.Cut(e, "=")
		t.Setenv(name, value)
	}
	var c cli
	k, err := kong.New(&c, kong.Exit(func(int) { t.Fatal("it does not start") }))
	require.NoError(t, err)
	_, err = k.Parse([]string{"serve"})
	require.NoError(t, err)
	return &c.Serve
}

// The sample environment with everything that is commented out is accepted.
func TestSampleEnvironment(t *testing.T) {
	var env []string
	for name, value := range assignments(deployed(t, "tongtang.env")) {
		env = append(env, name+"="+value)
	}
	serve := settled(t, env)
	ice, relay, err := serve.reach()
	require.NoError(t, err)
	require.Equal(t, "turns:tongtang.example.org:5349?transport=tcp", ice.URLs[len(ice.URLs)-1])
	require.Equal(t, ":3478", relay.Listen)
	require.Equal(t, []string{"sfu", "recorder"}, serve.Roles)
}

// unit reads the lines of a unit's section [Service].
func unit(t *testing.T, name string) map[string]string {
	t.Helper()
	all, section := map[string]string{}, ""
	for s := bufio.NewScanner(strings.NewReader(deployed(t, name))); s.Scan(); {
		line := s.Text()
		if strings.HasPrefix(line, "[") {
			section = line
		}
		if key, value, ok := strings.Cut(line, "="); ok && section == "[Service]" && !strings.HasPrefix(line, "#") {
			all[key] = value
		}
	}
	return all
}

// systemd takes the units. Their programs are not in place here: what it says about that is all that it may say.
func TestUnits(t *testing.T) {
	for _, name := range []string{"tongtang.service", "classroom-agent.service"} {
		_, err := exec.LookPath("systemd-analyze")
		require.NoError(t, err)
		said, _ := exec.Command("systemd-analyze", "verify", "--man=no", deployFolder+name).CombinedOutput()
		program, _, _ := strings.Cut(unit(t, name)["ExecStart"], " ")
		for line := range strings.Lines(string(said)) {
			require.Equal(t, fmt.Sprintf("%s: Command %s is not executable: No such file or directory\n", name, program), line)
		}
	}
	server := unit(t, "tongtang.service")
	require.Equal(t, "/usr/local/bin/tongtang serve", server["ExecStart"])
	require.Equal(t, "/var/lib/"+server["StateDirectory"], assignments(deployed(t, "tongtang.env"))["TONGTANG_DATA"])
	require.Contains(t, deployed(t, "tongtang.service"), "deploy/tongtang.env to "+server["EnvironmentFile"])
	own := unit(t, "classroom-agent.service")
	require.Contains(t, own["ExecStart"], "--data /var/lib/"+own["StateDirectory"])
}

// The server starts as its unit starts it: as nobody in particular, in a file system where it may write to its data folder and to nothing else.
func TestServerAsItsUnitStartsIt(t *testing.T) {
	if os.Getuid() != 0 {
		t.Log("the read-only file system needs root: started without it")
	}
	self, err := os.Executable()
	require.NoError(t, err)
	data := t.TempDir()
	require.NoError(t, os.Chmod(filepath.Dir(data), 0o755))
	require.NoError(t, os.Chmod(data, 0o777))
	at := freeAddress(t)
	env := map[string]string{}
	for name, value := range assignments(regexp.MustCompile(`(?m)^#.*$`).ReplaceAllString(deployed(t, "tongtang.env"), "")) {
		env[name] = value
	}
	env["TONGTANG_LISTEN"], env["TONGTANG_DATA"], env["TONGTANG_MEDIA_LISTEN"], env["TONGTANG_TURN_LISTEN"] = at, data, freeAddress(t), freeAddress(t)
	command := []string{self, "serve"}
	if os.Getuid() == 0 {
		// ProtectSystem=strict, ProtectHome, PrivateTmp, NoNewPrivileges, User=, LimitNOFILE=
		program := filepath.Join(data, "tongtang")
		raw, err := os.ReadFile(self)
		require.NoError(t, err)
		require.NoError(t, os.WriteFile(program, raw, 0o755))
		script := `set -e; mount --make-rprivate /; mkdir -p /mnt; mount -t tmpfs none /mnt; mkdir /mnt/data; mount --bind "$1" /mnt/data
mount -o remount,bind,ro /; mount -t tmpfs none /tmp; mount -t tmpfs -o mode=000 none /root; mount -t tmpfs -o mode=000 none /home
ulimit -n 65536 2>/dev/null || ulimit -n "$(ulimit -Hn)"; export TONGTANG_DATA=/mnt/data; exec setpriv --reuid=65534 --regid=65534 --clear-groups --no-new-privs --bounding-set=-all /mnt/data/tongtang serve`
		command = []string{"unshare", "-m", "bash", "-c", script, "bash", data}
	}
	server := exec.Command(command[0], command[1:]...)
	server.Env = []string{"PATH=/usr/bin:/bin:/usr/sbin:/sbin", asProgram + "=1"}
	for name, value := range env {
		server.Env = append(server.Env, name+"="+value)
	}
	var said bytes.Buffer
	server.Stderr = &said
	require.NoError(t, server.Start())
	ended := make(chan error, 1)
	go func() { ended <- server.Wait() }()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	for ready := false; !ready; {
		select {
		case err := <-ended:
			t.Fatalf("it ended: %v\n%s", err, said.String())
		case <-ctx.Done():
			_ = server.Process.Kill()
			t.Fatalf("it is not ready: %v\n%s", <-ended, said.String())
		case <-time.After(50 * time.Millisecond):
			if r, err := http.Get("http://" + at + "/readyz"); err == nil {
				ready = r.StatusCode == http.StatusOK
				_ = r.Body.Close()
			}
		}
	}
	require.NoError(t, server.Process.Signal(syscall.SIGTERM))
	require.NoError(t, <-ended, "%s", said.String())
	require.NotContains(t, said.String(), "level=ERROR")
	http.DefaultTransport.(*http.Transport).CloseIdleConnections()
	files, err := os.ReadDir(data)
	require.NoError(t, err)
	require.True(t, slices.ContainsFunc(files, func(f os.DirEntry) bool { return f.Name() == "grant.key" }), "its data are where the unit's are")
}

func freeAddress(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer func() { _ = l.Close() }()
	return l.Addr().String()
}
