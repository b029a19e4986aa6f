package sfu

import (
	"net/http"
	"strings"

	"github.com/gin-gonic/gin"
	"github.com/pion/webrtc/v4"
	"github.com/tongtang/tongtang/internal/httpd"
)

// fragmentType is the body of a PATCH (RFC 8840 §9).
const fragmentType = "application/trickle-ice-sdpfrag"

// maxFragment bounds a PATCH, bytes; maxCandidates what is taken of it.
const (
	maxFragment   = 16 << 10
	maxCandidates = 32
)

// fragment is what a PATCH says.
type fragment struct {
	ufrag, pwd string
	candidates []webrtc.ICECandidateInit
}

func readFragment(text string) (fragment, error) {
	var f fragment
	mid := ""
	for line := range strings.Lines(text) {
		key, value, _ := strings.Cut(strings.TrimRight(line, "\r\n"), ":")
		switch key {
		case "a=ice-ufrag":
			f.ufrag = value
		case "a=ice-pwd":
			f.pwd = value
		case "a=mid":
			mid = value
		case "a=candidate":
			if len(f.candidates) == maxCandidates {
				return f, httpd.Fail(http.StatusUnprocessableEntity, "sdp-invalid", "a fragment has at most %d candidates", maxCandidates)
			}
			of := mid
			f.candidates = append(f.candidates, webrtc.ICECandidateInit{Candidate: "candidate:" + value, SDPMid: &of})
		}
	}
	if f.ufrag == "" && len(f.candidates) == 0 {
		return f, httpd.Fail(http.StatusUnprocessableEntity, "sdp-invalid", "the fragment has neither candidates nor credentials")
	}
	return f, nil
}

// patch takes trickled candidates (RFC 9725 §4.3.2). An ICE restart is answered in restart.
func (s *Server) patch(c *gin.Context) error {
	_, found, err := s.own(c)
	if err != nil {
		return err
	}
	text, err := readBody(c, fragmentType, "not-sdp", maxFragment)
	if err != nil {
		return err
	}
	f, err := readFragment(text)
	if err != nil {
		return err
	}
	p := found.base()
	p.patching.Lock()
	defer p.patching.Unlock()
	ours := p.pc.RemoteDescription()
	restart := f.ufrag != "" && ours != nil && !strings.Contains(ours.SDP, "a=ice-ufrag:"+f.ufrag+"\r\n")
	switch tag := c.GetHeader("If-Match"); {
	case tag == "":
		return httpd.Fail(http.StatusPreconditionRequired, "etag-missing", "send If-Match with the ETag of the session, or * for an ICE restart")
	case restart && tag != "*" && tag != p.etag, !restart && tag != p.etag:
		return httpd.Fail(http.StatusPreconditionFailed, "etag-old", "the ICE session is not the present one")
	}
	if restart {
		return p.restart(c, f)
	}
	for _, candidate := range f.candidates {
		if err := p.pc.AddICECandidate(candidate); err != nil {
			return httpd.Fail(http.StatusUnprocessableEntity, "sdp-invalid", "a candidate cannot be used: %v", err)
		}
	}
	c.Status(http.StatusNoContent)
	return nil
}
