package signal

import (
	"encoding/json"
	"net/http"

	"github.com/tongtang/tongtang/internal/httpd"
)

// Bounds of a report. A freeze is counted when it is over: it may have lasted much longer than what the report tells of.
const (
	maxReportMs = 60_000
	maxFrozenMs = 2 * 3_600_000
	maxBufferMs = 60_000
	maxFPS      = 250
	maxVoices   = 32
)

// ReadReport reads the data of the command "report" and refuses numbers that cannot be.
func ReadReport(data json.RawMessage) (Report, error) {
	var r Report
	if err := decode(data, &r); err != nil {
		return r, err
	}
	within := func(n, most int) bool { return n >= 0 && n <= most }
	frames := (r.Ms/1000 + 1) * maxFPS
	switch {
	case r.Ms < 1 || r.Ms > maxReportMs:
		return r, wrongReport("ms is from 1 to %d", maxReportMs)
	case !within(r.Freezes, r.Ms) || !within(r.FrozenMs, maxFrozenMs):
		return r, wrongReport("so many freezes do not fit into %d ms", r.Ms)
	case !within(r.Decoded, frames) || !within(r.Dropped, frames):
		return r, wrongReport("so many pictures do not fit into %d ms", r.Ms)
	case !within(r.ConcealedMs, maxVoices*r.Ms) || !within(r.BufferMs, maxBufferMs):
		return r, wrongReport("so much voice does not fit into %d ms", r.Ms)
	}
	return r, nil
}

func wrongReport(detail string, args ...any) error {
	return httpd.Fail(http.StatusUnprocessableEntity, "command-invalid", "the report cannot be right: "+detail, args...)
}
