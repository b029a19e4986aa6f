package faststart

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
)

func tool(t *testing.T, args ...string) string {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), args[0], args[1:]...).CombinedOutput()
	require.NoError(t, err, "%s", out)
	return strings.TrimSpace(string(out))
}

// plainFile is an MP4 with its index at the end.
func plainFile(t *testing.T) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "plain.mp4")
	tool(t, "ffmpeg", "-nostdin", "-v", "error", "-f", "lavfi", "-i", "testsrc2=size=320x180:rate=25", "-f", "lavfi", "-i", "sine", "-t", "5",
		"-c:v", "libx264", "-c:a", "aac", name)
	return name
}

func TestRewrite(t *testing.T) {
	from := plainFile(t)
	to := from + ".ready"
	require.NoError(t, Rewrite(from, to, []Chapter{{0, "引入"}, {2.5, "分数的加法 < & >"}}))
	before := tool(t, "ffmpeg", "-nostdin", "-v", "error", "-i", from, "-map", "0", "-f", "framemd5", "-")
	after := tool(t, "ffmpeg", "-nostdin", "-v", "error", "-xerror", "-i", to, "-map", "0", "-f", "framemd5", "-")
	require.Equal(t, before, after, "every picture and sample is the same")
	chapters := tool(t, "ffprobe", "-v", "error", "-show_entries", "chapter=start_time,end_time:chapter_tags=title", "-of", "csv=p=0", to)
	require.Equal(t, "0.000000,2.500000,引入\n2.500000,5.000000,分数的加法 < & >", chapters)
	raw, err := os.ReadFile(to)
	require.NoError(t, err)
	require.Less(t, bytes.Index(raw, []byte("moov")), bytes.Index(raw, []byte("mdat")))
}

func TestManyAndLongChapters(t *testing.T) {
	from := plainFile(t)
	var many []Chapter
	for i := range 300 {
		many = append(many, Chapter{float64(i) / 100, fmt.Sprint(i, strings.Repeat("字", 200))})
	}
	require.NoError(t, Rewrite(from, from+".ready", many))
	titles := tool(t, "ffprobe", "-v", "error", "-show_entries", "chapter_tags=title", "-of", "csv=p=0", from+".ready")
	require.Len(t, strings.Split(titles, "\n"), 255)
	require.True(t, utf8.ValidString(titles))
}

func TestBrokenFiles(t *testing.T) {
	from := plainFile(t)
	raw, err := os.ReadFile(from)
	require.NoError(t, err)
	for name, content := range map[string][]byte{"empty": nil, "cut": raw[:len(raw)-100], "junk": bytes.Repeat([]byte("junk"), 1000), "only a header": raw[:20]} {
		file := filepath.Join(t.TempDir(), "x.mp4")
		require.NoError(t, os.WriteFile(file, content, 0o600))
		require.Error(t, Rewrite(file, file+".ready", nil), name)
	}
	require.Error(t, Rewrite(filepath.Join(t.TempDir(), "none"), filepath.Join(t.TempDir(), "x"), nil))
}
