package rtc

import (
	"testing"

	"github.com/pion/webrtc/v4"
	"github.com/stretchr/testify/require"
)

func offers(f *testing.F) {
	f.Add(session + video("0", "a=simulcast:send h;l\r\na=rid:h send\r\na=rid:l send\r\n") + audio("1"))
	f.Add(session + video("0", "a=recvonly\r\n") + video("1", "a=recvonly\r\n") + audio("2", "a=recvonly\r\n"))
	f.Add(session + video("0", "a=simulcast:send q;q;~h,x recv y\r\n") + audio("0"))
	f.Add(session + video("0", "a=sendonly\r\na=setup:actpass\r\na=ssrc:1 cname:x\r\na=ssrc:2 cname:x\r\na=ssrc-group:FID 1 2\r\n"))
	f.Add("v=0")
}

// An offer that is taken has lines that can be told apart, codecs that can be answered, and layers within their bound.
func FuzzReadOffer(f *testing.F) {
	offers(f)
	f.Fuzz(func(t *testing.T, text string) {
		for _, d := range []Direction{Publish, View} {
			o, err := ReadOffer(text, d, 8)
			if err != nil {
				continue
			}
			require.NotEmpty(t, o.Lines)
			require.LessOrEqual(t, len(o.Lines), 8)
			mids := map[string]bool{}
			for _, l := range o.Lines {
				require.False(t, mids[l.Mid], "two lines %q", l.Mid)
				mids[l.Mid] = true
				require.NotEmpty(t, l.RIDs)
				require.LessOrEqual(t, len(l.RIDs), 3)
				rids := map[string]bool{}
				for _, r := range l.RIDs {
					require.False(t, rids[r], "two layers %q", r)
					rids[r] = true
					require.Equal(t, len(l.RIDs) > 1 || r != "", r != "", "a layer of a simulcast has a name")
				}
			}
			_, err = o.mediaEngine()
			require.NoError(t, err)
		}
	})
}

// Whatever is taken for an offer, pion answers it or refuses it, and lets go of everything.
func FuzzAnswer(f *testing.F) {
	offers(f)
	e, err := New("127.0.0.1:0", nil)
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(func() { _ = e.Close() })
	f.Fuzz(func(t *testing.T, text string) {
		for _, d := range []Direction{Publish, View} {
			o, err := ReadOffer(text, d, 8)
			if err != nil {
				continue
			}
			connect := func(o *Offer) (*webrtc.PeerConnection, error) { return e.Publisher(o, func(uint32, uint16) {}) }
			if d == View {
				connect = func(o *Offer) (*webrtc.PeerConnection, error) { return e.Viewer(o) }
			}
			pc, err := connect(o)
			require.NoError(t, err)
			answer, err := Answer(t.Context(), pc, o)
			require.Equal(t, err == nil, answer != "")
			require.NoError(t, pc.GracefulClose())
		}
	})
}
