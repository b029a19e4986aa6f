package sfu

import (
	"context"
	"net/http"
	"strings"
	"sync/atomic"
	"time"

	"github.com/pion/rtcp"
	"github.com/pion/sdp/v3"
	"github.com/pion/webrtc/v4"
	"github.com/tongtang/tongtang/internal/grant"
	"github.com/tongtang/tongtang/internal/httpd"
	"github.com/tongtang/tongtang/sfu/codec"
	"github.com/tongtang/tongtang/sfu/crew"
	"github.com/tongtang/tongtang/sfu/ingest"
	"github.com/tongtang/tongtang/sfu/rtc"
	"github.com/tongtang/tongtang/sfu/signal"
	"github.com/tongtang/tongtang/sfu/udpport"
)

// publisher is one WHIP session: one source.
type publisher struct {
	*peer
	lesson  *lesson
	info    signal.Source
	source  *ingest.Source
	codec   codec.Codec // of the picture
	arrival int         // order of coming; set when it goes on air
	secret  *rtc.Secret
	remote  *rtc.Remote
	readers crew.Crew
	limited limited
	excess  excess
	most    atomic.Int64 // bit/s that it may send by its limit; 0 as long as it keeps to it
	row     row          // guarded by the record's lock
}

// slot is the kind of pane that a source belongs on.
func slot(role grant.Role, name string) signal.Slot {
	switch {
	case role != grant.Lecturer && role != grant.Publisher:
		return signal.GuestSlot
	case strings.HasPrefix(name, "screen"):
		return signal.CoursewareSlot
	}
	return signal.LecturerSlot
}

// publish answers a publisher's offer. The source is on air once the media connection stands.
func (l *lesson) publish(ctx context.Context, claims *grant.Claims, name string, offer *rtc.Offer) (*publisher, string, error) {
	if offer.Count(webrtc.RTPCodecTypeVideo) > 1 || offer.Count(webrtc.RTPCodecTypeAudio) > 1 {
		return nil, "", httpd.Fail(http.StatusUnprocessableEntity, "sdp-invalid", "a source has at most one video and one audio m-line")
	}
	takesOver, err := l.mayCome(claims, name)
	if err != nil {
		return nil, "", err
	}
	place, err := l.server.places.publish(l.id, claims, takesOver)
	if err != nil {
		return nil, "", err
	}
	p, answer, err := l.connectPublisher(ctx, claims, name, offer, place)
	if err != nil {
		place.leave()
	}
	return p, answer, err
}

func (l *lesson) connectPublisher(ctx context.Context, claims *grant.Claims, name string, offer *rtc.Offer, place *place) (*publisher, string, error) {
	video, audio := offer.Count(webrtc.RTPCodecTypeVideo), offer.Count(webrtc.RTPCodecTypeAudio)
	var p *publisher
	offer.Stranger = func(count int) { p.stranger(count) } // this and the next are called long after the answer
	heard := func(ssrc uint32, number uint16) { p.source.Hear(ssrc, number) }
	secret := &rtc.Secret{}
	pc, err := l.server.engine.Publisher(offer, heard, secret.Listen)
	if err != nil {
		return nil, "", err
	}
	p = &publisher{peer: newPeer(claims, pc, place), lesson: l, info: signal.Source{
		ID: name, Slot: slot(claims.Role, name), Participant: claims.Subject, Name: claims.Name, School: claims.School, Room: claims.Room,
		Video: video > 0, Audio: audio > 0, Layers: offer.RIDs(), Codec: offer.Picture().String(),
	}, codec: offer.Picture(), secret: secret}
	opus, red := offer.Voice()
	p.source = ingest.NewSource(ingest.Media{RIDs: offer.RIDs(), Picture: offer.Picture(), Audio: audio > 0, Opus: opus, RED: red,
		Limit: ingest.NewLimit(l.server.cfg.SourcePackets, l.server.cfg.SourceBytes), Over: p.overLimit}, pc.WriteRTCP, l.poke)
	pc.OnTrack(p.receive)
	answer, err := rtc.Answer(ctx, pc, offer)
	if err == nil {
		p.remote = rtc.Follow(pc.GetTransceivers()[0].Receiver().Transport().ICETransport(), p.moved)
	}
	if err != nil || !l.admit(p) || !l.spawn(p.run) {
		l.dismiss(p)
		_ = pc.GracefulClose()
		if err == nil {
			err = l.closed()
		}
		return nil, "", err
	}
	return p, answer, nil
}

// mayCome refuses a source that another has, and one that has just misbehaved; it tells whether an older session of the same source is there.
func (l *lesson) mayCome(claims *grant.Claims, name string) (takesOver bool, err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	p := l.publishers[name]
	if p != nil && p.claims.Subject != claims.Subject {
		return false, httpd.Fail(http.StatusConflict, "source-taken", "the source %s is published by somebody else", name).With("source", name)
	}
	return p != nil, l.stillBarred(bearer{name, claims.Subject}, time.Now())
}

// maxStrangers is how many streams that it did not announce a publisher may open before its session is closed: pion keeps each until the end.
const maxStrangers = 64

// stranger is told of a stream that was not announced.
func (p *publisher) stranger(count int) {
	p.lesson.server.metrics.strangers.Inc()
	if count == maxStrangers {
		p.expel(httpd.Fail(http.StatusTooManyRequests, "source-over-limit", "the source opened %d streams that it had not announced", count))
	}
}

// receive takes in one track. pion calls it in a goroutine of the track's own.
func (p *publisher) receive(track *webrtc.TrackRemote, receiver *webrtc.RTPReceiver) {
	layer := p.source.Layer(track.Kind(), track.RID())
	if layer == nil {
		p.lesson.slog.Warn("a track that was not announced is ignored", "source", p.info.ID, "rid", track.RID())
		return
	}
	st := &ingest.Stream{SSRC: uint32(track.SSRC()), Layer: layer, Formats: rtc.Formats(receiver), Asks: rtc.Repairs(track),
		LevelID: rtc.ExtensionID(receiver, sdp.AudioLevelURI), Number: rtc.ExtensionID(receiver, sdp.TransportCCURI),
		Repairs: func() uint32 { return uint32(track.RtxSSRC()) }}
	p.source.Begin(st)
	p.readers.Go(func() { p.source.Read(st, track) })
	p.readers.Go(func() {
		p.source.ReadReports(st, func() ([]rtcp.Packet, error) {
			if rid := track.RID(); rid != "" {
				packets, _, err := receiver.ReadSimulcastRTCP(rid)
				return packets, err
			}
			packets, _, err := receiver.ReadRTCP()
			return packets, err
		})
	})
}

// goDirect has the source's packets come past pion, if its keys and its address can be had.
func (p *publisher) goDirect() bool {
	if p.lesson.server.cfg.ThroughPion || !p.remote.Reachable() {
		return false
	}
	opener, err := p.secret.Media()
	if err != nil {
		p.lesson.slog.Debug("a source is read through pion", "source", p.info.ID, "error", err)
		return false
	}
	p.source.GoDirect(opener)
	p.lesson.server.engine.Route(p.remote, udpport.Media, p.source.Receive)
	return true
}

// moved is told that the publisher is now where no packet of plain UDP comes from. pion has not seen its stream and cannot go on with it: the
// publisher comes back and is read through pion.
func (p *publisher) moved() {
	if p.source.Direct() {
		p.close()
	}
}

// run is the life of the session.
func (p *publisher) run() {
	select {
	case <-p.connected:
		if p.goDirect() {
			p.lesson.server.metrics.directSources.Inc()
			defer p.lesson.server.metrics.directSources.Dec()
		}
		p.readers.Go(func() { p.source.Answer(p.gone) })
		p.lesson.record.begin(&p.row)
		p.lesson.goOnAir(p)
		<-p.gone
	case <-p.gone:
	}
	p.lesson.goOffAir(p)
	p.lesson.dismiss(p)
	p.lesson.record.lastOfSource(p)
	p.remote.Close()
	if err := p.hangUp(); err != nil {
		p.lesson.slog.Debug("closing a publisher", "source", p.info.ID, "error", err)
	}
	p.readers.Wait()
}

// goOnAir puts the source on air; an older session of the same name ends without the source going down.
func (l *lesson) goOnAir(p *publisher) {
	l.mu.Lock()
	old := l.publishers[p.info.ID]
	if old != nil && old.claims.Subject != p.claims.Subject {
		l.mu.Unlock()
		p.close() // somebody else was faster
		return
	}
	l.arrivals++
	p.arrival = l.arrivals
	if old != nil {
		p.arrival = old.arrival
	}
	l.publishers[p.info.ID] = p
	l.mu.Unlock()
	if old != nil {
		old.close()
	} else {
		l.server.metrics.sources.Inc()
	}
	l.slog.Info("source is on air", "source", p.info.ID, "name", p.info.Name, "school", p.info.School, "layers", p.info.Layers)
	l.note(func(*signal.State) ([]signal.Event, error) {
		return []signal.Event{signal.New(signal.SourceUp, p.claims.Subject, p.info)}, nil
	})
}

// goOffAir takes the source off air unless a newer session has taken its place.
func (l *lesson) goOffAir(p *publisher) {
	l.mu.Lock()
	if l.publishers[p.info.ID] != p {
		l.mu.Unlock()
		return
	}
	delete(l.publishers, p.info.ID)
	l.mu.Unlock()
	l.server.metrics.sources.Dec()
	l.slog.Info("source is off air", "source", p.info.ID)
	if l.life.Err() == nil { // the end of the lesson says it of all
		l.sourceDown(p.info.ID, p.claims.Subject)
	}
}

func (l *lesson) sourceDown(id, author string) {
	l.note(func(st *signal.State) ([]signal.Event, error) {
		if _, up := st.Sources[id]; !up {
			return nil, nil
		}
		return []signal.Event{signal.New(signal.SourceDown, author, signal.Ref{ID: id})}, nil
	})
}
