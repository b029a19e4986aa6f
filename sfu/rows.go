package sfu

import (
	"time"

	"github.com/pion/webrtc/v4"
	"github.com/tongtang/tongtang/sfu/egress"
	"github.com/tongtang/tongtang/sfu/ingest"
	"github.com/tongtang/tongtang/sfu/link"
)

// line says whose rows they are.
func (p *peer) line(source string) link.Line {
	return link.Line{Session: p.id, Participant: p.claims.Subject, Role: string(p.claims.Role), School: p.claims.School, Room: p.claims.Room, Source: source}
}

// span is the time of the row that begins in the interval at begin, and begins the next. The record's lock is held.
func (r *row) span(begin, now time.Time) link.Span {
	ms := int(now.Sub(r.since).Milliseconds())
	r.since = now
	return link.Span{At: begin.UnixMilli(), Ms: max(0, ms)}
}

// quality is the viewer's row. The record's lock is held.
func (v *viewer) quality(t egress.Tally, begin, now time.Time) link.ViewerQuality {
	q := link.ViewerQuality{Line: v.line(v.view.Source), Span: v.row.span(begin, now),
		Packets: t.Packets, Bytes: t.Bytes, Repairs: t.Repairs, Dropped: t.Dropped, Expected: t.Expected, Lost: min(t.Lost, t.Expected),
		RTT: int(t.RTT.Microseconds()), Jitter: int(t.Jitter.Microseconds()), Estimate: t.Estimate, Direct: t.Direct}
	trip := v.row.trips.take(v.senders[0].Transport().ICETransport())
	if q.RTT == 0 {
		q.RTT = trip // it is told by the checks of the connection as well
	}
	v.lesson.mu.Lock()
	defer v.lesson.mu.Unlock()
	if len(v.panes.Video) > 0 {
		q.Shown, q.Layer = v.panes.Video[0].Source, v.panes.Video[0].Layer
	}
	q.Page = v.page.take()
	return q
}

// quality are the rows of the publisher's layers on which anything ever came. The record's lock is held.
func (p *publisher) quality(begin, now time.Time) []link.SourceQuality {
	line, span := p.line(p.info.ID), p.row.span(begin, now)
	trip := 0
	if receivers := p.pc.GetReceivers(); len(receivers) > 0 {
		trip = p.row.trips.take(receivers[0].Transport().ICETransport())
	}
	var rows []link.SourceQuality
	for _, l := range p.source.Layers() {
		if l.Count() > 0 {
			rows = append(rows, layerQuality(l, link.SourceQuality{Line: line, Span: span, RTT: trip}))
		}
	}
	return rows
}

func layerQuality(l *ingest.Layer, q link.SourceQuality) link.SourceQuality {
	t := l.Tally()
	if q.Layer = l.RID; !l.Video {
		q.Layer = link.LayerOfVoice
	}
	q.Packets, q.Bytes, q.Expected, q.Lost, q.Jitter = t.Packets, t.Bytes, t.Expected, t.Lost, int(t.Jitter.Microseconds())
	return q
}

// trips are the round trips of the connection checks (RFC 7675) so far: their number, and the sum in seconds.
type trips struct {
	n   uint64
	sum float64
}

// take returns the mean of those since it was called before, µs; 0 where there were none.
func (t *trips) take(ice *webrtc.ICETransport) int {
	s, ok := ice.GetSelectedCandidatePairStats()
	if !ok {
		return 0
	}
	was := *t
	*t = trips{s.ResponsesReceived, s.TotalRoundTripTime}
	if t.n < was.n || t.sum < was.sum { // another pair of addresses
		was = trips{}
	}
	if t.n == was.n {
		return 0
	}
	return int((t.sum - was.sum) / float64(t.n-was.n) * 1e6)
}
