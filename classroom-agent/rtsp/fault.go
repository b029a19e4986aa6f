package rtsp

import (
	"errors"

	"github.com/bluenviron/gortsplib/v4/pkg/base"
	"github.com/bluenviron/gortsplib/v4/pkg/liberrors"
)

// Fault says why a stream ended, in a code that the local page has words for.
type Fault struct {
	Code  string // address-invalid, camera-away, camera-silent, camera-refused, path-unknown, password-wrong, no-video, codec-unknown
	Wrong bool   // trying again will not help until somebody changes something
	Err   error  // may be nil
}

func (f *Fault) Error() string {
	if f.Err == nil {
		return f.Code
	}
	return f.Code + ": " + f.Err.Error()
}

func (f *Fault) Unwrap() error { return f.Err }

// fault finds the code for an error of the RTSP client.
func fault(err error) *Fault {
	var status liberrors.ErrClientBadStatusCode
	var auth liberrors.ErrClientAuthSetup
	var hangs liberrors.ErrClientTCPTimeout
	var unanswered liberrors.ErrClientRequestTimedOut
	var sdp liberrors.ErrClientSDPInvalid
	switch {
	case errors.As(err, &status) && (status.Code == base.StatusUnauthorized || status.Code == base.StatusForbidden), errors.As(err, &auth):
		return &Fault{Code: "password-wrong", Wrong: true, Err: err}
	case errors.As(err, &status) && status.Code == base.StatusNotFound:
		return &Fault{Code: "path-unknown", Wrong: true, Err: err}
	case errors.As(err, &status), errors.As(err, &sdp):
		return &Fault{Code: "camera-refused", Err: err}
	case errors.As(err, &hangs), errors.As(err, &unanswered):
		return &Fault{Code: "camera-silent", Err: err}
	}
	return &Fault{Code: "camera-away", Err: err}
}
