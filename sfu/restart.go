package sfu

import (
	"net/http"
	"regexp"
	"strings"

	"github.com/gin-gonic/gin"
	"github.com/pion/webrtc/v4"
	"github.com/tongtang/tongtang/internal/httpd"
	"github.com/tongtang/tongtang/internal/ident"
)

var (
	ufragLine     = regexp.MustCompile(`a=ice-ufrag:[^\r\n]*`)
	pwdLine       = regexp.MustCompile(`a=ice-pwd:[^\r\n]*`)
	candidateLine = regexp.MustCompile(`(?m)^a=(candidate:[^\r\n]*|end-of-candidates)\r?\n`)
	iceText       = regexp.MustCompile(`^[A-Za-z0-9+/]{4,256}$`)
)

// restart gives the session new ICE credentials (RFC 9725 §4.3.3): the peer has another network now, and everything else stays. The offer
// of before is set again with the credentials of the fragment; the answer's go back as a fragment.
func (p *peer) restart(c *gin.Context, f fragment) error {
	if !iceText.MatchString(f.ufrag) || !iceText.MatchString(f.pwd) || len(f.pwd) < 22 {
		return httpd.Fail(http.StatusUnprocessableEntity, "sdp-invalid", "an ICE restart needs a valid ice-ufrag and ice-pwd")
	}
	before := p.pc.RemoteDescription()
	if before == nil {
		return httpd.Fail(http.StatusNotFound, "session-unknown", "the session has ended")
	}
	offer := candidateLine.ReplaceAllString(before.SDP, "")
	offer = ufragLine.ReplaceAllString(offer, "a=ice-ufrag:"+f.ufrag)
	offer = pwdLine.ReplaceAllString(offer, "a=ice-pwd:"+f.pwd)
	if err := p.pc.SetRemoteDescription(webrtc.SessionDescription{Type: webrtc.SDPTypeOffer, SDP: offer}); err != nil {
		return httpd.Fail(http.StatusUnprocessableEntity, "sdp-invalid", "the ICE restart is not possible: %v", err)
	}
	answer, err := p.pc.CreateAnswer(nil)
	if err != nil {
		return err
	}
	gathered := webrtc.GatheringCompletePromise(p.pc)
	if err := p.pc.SetLocalDescription(answer); err != nil {
		return err
	}
	select {
	case <-gathered:
	case <-c.Done():
		return c.Err()
	}
	for _, candidate := range f.candidates {
		if err := p.pc.AddICECandidate(candidate); err != nil {
			return httpd.Fail(http.StatusUnprocessableEntity, "sdp-invalid", "a candidate cannot be used: %v", err)
		}
	}
	p.etag = `"` + ident.New() + `"`
	c.Header("ETag", p.etag)
	c.Data(http.StatusOK, fragmentType, []byte(iceOf(p.pc.LocalDescription().SDP)))
	return nil
}

// iceOf is the ICE part of the first m-line of a description: in a bundle there is one transport.
func iceOf(description string) string {
	var out strings.Builder
	lines, media := map[string]bool{}, 0
	for line := range strings.Lines(description) {
		if strings.HasPrefix(line, "m=") {
			media++
		}
		key, _, _ := strings.Cut(strings.TrimSpace(line), ":")
		switch key {
		case "a=ice-ufrag", "a=ice-pwd", "a=candidate", "a=end-of-candidates":
			if media <= 1 && !lines[line] {
				lines[line] = true
				out.WriteString(line)
			}
		}
	}
	return out.String()
}
