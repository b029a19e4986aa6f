package main

import (
	"bytes"
	"os"
	"os/exec"
	"testing"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
)

// asProgram makes the test's own binary the program: the bench starts it for its servers.
const asProgram = "TONGTANG_TEST_AS_PROGRAM"

func TestMain(m *testing.M) {
	if os.Getenv(asProgram) != "" {
		main()
		return
	}
	goleak.VerifyTestMain(m)
}

// A very small bench, with everything real: our server, plain pion's, and viewers that connect, count, decrypt and answer.
func TestBenchMeasuresBothServers(t *testing.T) {
	self, err := os.Executable()
	require.NoError(t, err)
	bench := exec.CommandContext(t.Context(), self, "bench", "--only", "cost,idle", "--viewers", "6", "--windows", "1", "--window", "300ms", "--settle", "200ms",
		"--sample", "2", "--idle", "2")
	bench.Env = append(os.Environ(), asProgram+"=1")
	var said bytes.Buffer
	bench.Stderr = &said
	out, err := bench.Output()
	require.NoError(t, err, "%s", said.String())
	for _, line := range []string{
		`CPU for each packet, 6 viewers, plain pion +\d+\.\d\d µs`, `CPU for each packet, 6 viewers +\d+\.\d\d µs`, `… as a share of plain pion's +\d`, `6 viewers, plain pion with transport-wide numbers +\d`,
		`heap allocations for each packet, feedback included +\d`, `delay p50, 6 viewers +\d+\.\d\d ms`, `idle viewer, CPU a second \(of 2\) `,
		`SRTP of ours: AES-128-GCM`, `(?m)^6, plain pion  .* 0 +0\.000 +\d+\.\d\d `,
	} {
		require.Regexp(t, line, string(out))
	}
}
