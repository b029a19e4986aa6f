package sfu

import (
	"net/http"
	"testing"
	"time"

	"github.com/pion/webrtc/v4"
	"github.com/stretchr/testify/require"
	"github.com/tongtang/tongtang/internal/grant"
	"github.com/tongtang/tongtang/internal/httpd"
	"github.com/tongtang/tongtang/scheduler/link"
	"github.com/tongtang/tongtang/sfu/client"
)

func TestExcessMustLast(t *testing.T) {
	now := time.Unix(1e9, 0)
	for name, c := range map[string]struct {
		apart time.Duration
		times int
		ends  bool
	}{
		"a burst": {time.Second, 4, false}, "without end": {time.Second, 5, true}, "one now and then": {10 * time.Second, 50, false},
	} {
		t.Run(name, func(t *testing.T) {
			var e excess
			for i := range c.times {
				require.Equal(t, c.ends && i == c.times-1, e.lasts(now.Add(time.Duration(i)*c.apart)))
			}
		})
	}
}

// A camera of one size that sends too much is taken off air and told why; one with a smaller picture beside leaves out the large one when it is
// asked to, and stays.
func TestSourceOverItsLimit(t *testing.T) {
	h := newHouse(t, Config{Limits: Limits{SourcePackets: 60}})
	h.put("maths", link.Live)
	large, small := makeFilm(t, 25, "640x360"), makeFilm(t, 25, "160x90")
	chen, qing := h.grant("maths", grant.Lecturer, "chen", "camera"), h.grant("maths", grant.Room, "qing", "room-qing")
	wild := h.publish(chen, "camera", map[string]*film{"": large}, false)
	tame := h.publish(qing, "room-qing", map[string]*film{"h": large, "l": small}, false)
	select {
	case <-wild.Done():
		require.ErrorIs(t, wild.Err(), client.ErrLost)
	case <-time.After(20 * time.Second):
		t.Fatal("it goes on")
	}
	require.Positive(t, h.metric("tongtang_sfu_source_packets_dropped_total"))
	require.Equal(t, 1, h.refusals("source-over-limit"))

	_, err := chen.Publish(deadline(t, 5*time.Second), client.PublishOptions{Source: "camera", Video: client.NewVideo()})
	var problem *httpd.Problem
	require.ErrorAs(t, err, &problem)
	require.Equal(t, http.StatusTooManyRequests, problem.Status)
	require.Equal(t, "source-over-limit", problem.Code)
	require.Contains(t, problem.Detail, "60 packets")
	offer := offerOf(t, webrtc.RTPTransceiverDirectionSendonly, 1, 0, webrtc.MimeTypeH264)
	res, body := request(t, "POST", h.web.URL+"/live/maths/whip?source=camera", chen.Grant, "application/sdp", offer)
	require.Equal(t, http.StatusTooManyRequests, res.StatusCode, body)
	require.Regexp(t, `^(1\d|20)$`, res.Header.Get("Retry-After"))

	other := h.grant("maths", grant.Lecturer, "lin", "camera")
	p, err := other.Publish(deadline(t, 5*time.Second), client.PublishOptions{Source: "camera", Video: client.NewVideo()})
	require.NoError(t, err, "another may have the source")
	require.NoError(t, p.Close())
	maths, err := h.server.lesson(t.Context(), "maths")
	require.NoError(t, err)
	maths.mu.Lock()
	for b, bar := range maths.barred { // the wait is over
		bar.until = time.Now()
		maths.barred[b] = bar
	}
	maths.mu.Unlock()
	p, err = chen.Publish(deadline(t, 5*time.Second), client.PublishOptions{Source: "camera", Video: client.NewVideo()})
	require.NoError(t, err)
	require.NoError(t, p.Close())

	maths.mu.Lock()
	layers := maths.publishers["room-qing"].source.Video
	maths.mu.Unlock()
	require.Eventually(t, func() bool { return !layers[0].Active(time.Now()) && layers[1].Active(time.Now()) }, 10*time.Second, 20*time.Millisecond)
	select {
	case <-tame.Done():
		t.Fatal("who sends less when it is asked to stays on air")
	default:
	}
}
