package sfu

import (
	"context"
	"net/http"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/pion/webrtc/v4"
	"github.com/tongtang/tongtang/internal/grant"
	"github.com/tongtang/tongtang/internal/httpd"
	"github.com/tongtang/tongtang/sfu/egress"
	"github.com/tongtang/tongtang/sfu/ingest"
	"github.com/tongtang/tongtang/sfu/panes"
	"github.com/tongtang/tongtang/sfu/rtc"
	"github.com/tongtang/tongtang/sfu/signal"
	"github.com/tongtang/tongtang/sfu/udpport"
)

// viewer is one WHEP session.
type viewer struct {
	*peer
	lesson           *lesson
	view             panes.View
	lines            []rtc.Line     // in the order of the offer
	pictures, voices []int          // places in lines
	ports            []*egress.Port // one for each line
	senders          []*webrtc.RTPSender
	secret           *rtc.Secret
	remote           *rtc.Remote
	out              *egress.Viewer
	reads            sync.WaitGroup

	rate     atomic.Int64 // bit/s that leave for it, headers included
	measured int64        // bytes, at the last look

	// Guarded by the lesson's lock.
	live     bool // the connection stands
	shown    []*ingest.Layer
	panes    signal.Panes
	paused   map[string]bool // mids of the panes that it does not show
	off      []string        // for each video line the source that was taken away for want of bandwidth
	lastDown time.Time       // when something was last taken back for that
	watchers map[*socket]struct{}
	page     pageSum

	row row // guarded by the record's lock
}

// watch answers a viewer's offer.
func (l *lesson) watch(ctx context.Context, claims *grant.Claims, source string, offer *rtc.Offer) (*viewer, string, error) {
	if err := l.mayWatch(source); err != nil {
		return nil, "", err
	}
	place, err := l.server.places.view(l.id, claims)
	if err != nil {
		return nil, "", err
	}
	v, answer, err := l.connectViewer(ctx, claims, source, offer, place)
	if err != nil {
		place.leave()
	}
	return v, answer, err
}

func (l *lesson) connectViewer(ctx context.Context, claims *grant.Claims, source string, offer *rtc.Offer, place *place) (*viewer, string, error) {
	secret := &rtc.Secret{}
	pc, err := l.server.engine.Viewer(offer, secret.Listen)
	if err != nil {
		return nil, "", err
	}
	v := &viewer{peer: newPeer(claims, pc, place), lesson: l, secret: secret, lines: offer.Lines, watchers: map[*socket]struct{}{},
		shown: make([]*ingest.Layer, len(offer.Lines)), off: make([]string, offer.Count(webrtc.RTPCodecTypeVideo)),
		view: panes.View{Source: source, Video: offer.Count(webrtc.RTPCodecTypeVideo), Audio: offer.Count(webrtc.RTPCodecTypeAudio)}}
	v.pictures, v.voices = linesOf(v.lines, webrtc.RTPCodecTypeVideo), linesOf(v.lines, webrtc.RTPCodecTypeAudio)
	if signal.IsParticipant(claims.Role) {
		v.view.Participant = claims.Subject
	}
	answer, err := v.answer(ctx, offer)
	if err != nil {
		_ = pc.GracefulClose()
		return nil, "", err
	}
	v.out = l.server.fanout.Add(v.ports, pc.WriteRTCP)
	if !l.admit(v) || !l.spawn(v.run) {
		l.dismiss(v)
		v.out.Close()
		_ = pc.GracefulClose()
		return nil, "", l.closed()
	}
	return v, answer, nil
}

func (l *lesson) mayWatch(source string) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if source != "" && l.publishers[source] == nil {
		return httpd.Fail(http.StatusNotFound, "source-unknown", "no source %.80q is on air", source)
	}
	return nil
}

// answer gives every line its port and makes the answer.
func (v *viewer) answer(ctx context.Context, offer *rtc.Offer) (string, error) {
	for i, line := range v.lines {
		port := egress.NewPort(line.Kind, "pane-"+strconv.Itoa(i))
		t, err := v.pc.AddTransceiverFromTrack(port, webrtc.RTPTransceiverInit{Direction: webrtc.RTPTransceiverDirectionSendonly})
		if err != nil {
			return "", err
		}
		v.ports = append(v.ports, port)
		v.senders = append(v.senders, t.Sender())
	}
	v.remote = rtc.Follow(v.senders[0].Transport().ICETransport(), v.close) // it comes back and is served through pion
	return rtc.Answer(ctx, v.pc, offer)
}

// goDirect sends the viewer's media past pion, if its keys and its address can be had. It comes before the first packet.
func (v *viewer) goDirect() bool {
	if v.lesson.server.cfg.ThroughPion || !v.remote.Reachable() {
		return false
	}
	out, in, err := v.secret.Ciphers()
	if err != nil {
		v.lesson.slog.Debug("a viewer is served through pion", "viewer", v.id, "error", err)
		return false
	}
	v.out.GoDirect(out, in)
	v.remote.Tell(v.out.Move)
	v.lesson.server.engine.Route(v.remote, udpport.Feedback, func(sealed []byte) bool {
		v.out.Receive(sealed)
		return true
	})
	return true
}

// run is the life of the session.
func (v *viewer) run() {
	v.lesson.server.metrics.viewers.Inc()
	for _, s := range v.senders {
		v.reads.Go(func() { v.readFeedback(s) })
	}
	select {
	case <-v.connected:
		if v.goDirect() {
			v.lesson.server.metrics.direct.Inc()
			defer v.lesson.server.metrics.direct.Dec()
		}
		v.lesson.record.begin(&v.row)
		v.lesson.mu.Lock()
		v.live = true
		v.lesson.mu.Unlock()
		v.lesson.refresh()
		<-v.gone
	case <-v.gone:
	}
	v.lesson.dismiss(v)
	v.lesson.record.lastOf(v)
	v.remote.Close()
	v.out.Close()
	if err := v.hangUp(); err != nil {
		v.lesson.slog.Debug("closing a viewer", "viewer", v.id, "error", err)
	}
	v.reads.Wait()
	v.lesson.server.metrics.viewers.Dec()
}

// readFeedback hands on the RTCP of one line that comes through pion; it must be read in any case.
func (v *viewer) readFeedback(s *webrtc.RTPSender) {
	for {
		packets, _, err := s.ReadRTCP()
		if err != nil {
			return
		}
		v.out.Feedback(packets)
	}
}
