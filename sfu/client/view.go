package client

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"sync"

	"github.com/pion/rtcp"
	"github.com/pion/webrtc/v4"
	"github.com/tongtang/tongtang/sfu/crew"
)

// ViewOptions say what is watched.
type ViewOptions struct {
	Source string // one source as it is; "" the panes that the server chooses
	Video  int    // number of video m-lines; with Audio also 0: one each
	Audio  int    // number of audio m-lines

	// KeepOrder waits up to 800 ms for a repair of a lost packet, so that Track.ReadRTP follows the sequence numbers. For recording.
	KeepOrder bool
}

// View is a viewer's session. It ends by Close, or by itself when the connection is lost or the server ends it; then view anew.
type View struct {
	// Tracks are the m-lines in the order of the offer: videos first. A pane that shows nothing delivers nothing.
	Tracks []*Track

	pc      *webrtc.PeerConnection
	session *session
	life    *life
	wg      crew.Crew
	once    sync.Once
	closed  error
}

// View joins a lesson as a viewer. It returns when the server has answered; packets come on the tracks as soon as there are any. ctx bounds
// only the exchange.
func (l Lesson) View(ctx context.Context, o ViewOptions) (*View, error) {
	api, err := viewerAPI()
	if err != nil {
		return nil, err
	}
	pc, err := api.NewPeerConnection(l.configuration())
	if err != nil {
		return nil, err
	}
	v := &View{pc: pc, life: newLife()}
	v.life.watch(pc)
	if err := v.start(ctx, l, o); err != nil {
		return nil, errors.Join(err, v.Close())
	}
	return v, nil
}

func (v *View) start(ctx context.Context, l Lesson, o ViewOptions) error {
	if o.Video == 0 && o.Audio == 0 {
		o.Video, o.Audio = 1, 1
	}
	transceivers, err := v.lines(o)
	if err != nil {
		return err
	}
	v.pc.OnTrack(func(remote *webrtc.TrackRemote, receiver *webrtc.RTPReceiver) {
		for i, t := range transceivers {
			if t.Receiver() == receiver {
				v.wg.Go(func() { v.Tracks[i].readPackets(remote) })
				v.wg.Go(func() { v.Tracks[i].readReports(receiver) })
			}
		}
	})
	query := url.Values{}
	if o.Source != "" {
		query.Set("source", o.Source)
	}
	if v.session, err = negotiate(ctx, v.pc, l, l.url("/whep", query)); err != nil {
		return err
	}
	for i, t := range transceivers {
		v.Tracks[i].setMid(t.Mid())
	}
	return nil
}

// lines makes the receive-only m-lines.
func (v *View) lines(o ViewOptions) ([]*webrtc.RTPTransceiver, error) {
	var transceivers []*webrtc.RTPTransceiver
	for i := range o.Video + o.Audio {
		kind := webrtc.RTPCodecTypeVideo
		if i >= o.Video {
			kind = webrtc.RTPCodecTypeAudio
		}
		t, err := v.pc.AddTransceiverFromKind(kind, webrtc.RTPTransceiverInit{Direction: webrtc.RTPTransceiverDirectionRecvonly})
		if err != nil {
			return nil, fmt.Errorf("m-line %d: %w", i, err)
		}
		transceivers = append(transceivers, t)
		v.Tracks = append(v.Tracks, newTrack(kind, o.KeepOrder, v.pc.WriteRTCP, v.life.done))
	}
	return transceivers, nil
}

// RequestKeyframe asks for a keyframe on a video track. The server asks the source, seldom enough for its good.
func (v *View) RequestKeyframe(t *Track) error {
	ssrc := t.SSRC()
	if ssrc == 0 {
		return nil // nothing has come yet: the first that comes is a keyframe
	}
	return v.pc.WriteRTCP([]rtcp.Packet{&rtcp.PictureLossIndication{MediaSSRC: ssrc}})
}

// Session is the id of the WHEP session, for signal.Watch.
func (v *View) Session() string { return v.session.id() }

// Connected is closed when the media connection stands.
func (v *View) Connected() <-chan struct{} { return v.life.connected }

// Done is closed at the end of the view; Err then tells why: nil after Close, else ErrLost.
func (v *View) Done() <-chan struct{} { return v.life.done }

// Err is the reason of the end, once Done is closed.
func (v *View) Err() error {
	select {
	case <-v.life.done:
		return v.life.err
	default:
		return nil
	}
}

// Close ends the session and waits for everything to end.
func (v *View) Close() error {
	v.once.Do(func() {
		v.life.end(nil)
		if v.session != nil {
			v.closed = leave(v.session, v.pc, v.life)
		} else {
			v.closed = v.pc.GracefulClose()
		}
		v.wg.Wait()
	})
	return v.closed
}
