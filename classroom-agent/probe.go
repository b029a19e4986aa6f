package agent

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/tongtang/tongtang/internal/httpd"
	"github.com/tongtang/tongtang/scheduler/link"
)

const (
	probeEvery = 3 * time.Second
	probeOnce  = 3 * time.Second
)

// errForgotten means that the SFU was restarted: it does not know our session any more.
var errForgotten = errors.New("the server does not know the session any more")

// probe asks whether the SFU still knows a WHIP session. Silence on the media line would tell too, but only after 10 s: these would be missing in
// the lesson and in its recording.
type probe struct {
	server  string
	join    *link.Join // the session's own grant: for its session it stays good
	session string
}

// forgotten is true when the SFU says so; any other answer, or none, is no reason to give the session up. It sends a PATCH (RFC 9725 §4.3) whose
// condition never holds, so that nothing changes.
func (p *probe) forgotten(ctx context.Context) bool {
	ctx, cancel := context.WithTimeout(ctx, probeOnce)
	defer cancel()
	to := strings.TrimSuffix(p.server, "/") + "/live/" + url.PathEscape(p.join.Lesson.ID) + "/whip/" + url.PathEscape(p.session)
	req, err := http.NewRequestWithContext(ctx, http.MethodPatch, to, strings.NewReader("a=end-of-candidates\r\n"))
	if err != nil {
		return false
	}
	req.Header.Set("Authorization", "Bearer "+p.join.Grant)
	req.Header.Set("Content-Type", "application/trickle-ice-sdpfrag")
	req.Header.Set("If-Match", `"none"`)
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return false
	}
	defer func() { _ = res.Body.Close() }()
	raw, err := io.ReadAll(io.LimitReader(res.Body, 64<<10))
	var answer httpd.Problem
	if err != nil || json.Unmarshal(raw, &answer) != nil {
		return false
	}
	return answer.Code == "session-unknown"
}
