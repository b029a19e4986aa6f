package agent

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/tongtang/tongtang/internal/httpd"
)

const (
	pushEvery  = 200 * time.Millisecond // of the state, at most
	pushAlways = 15 * time.Second       // keeps the connection alive
)

// local is the page of the teacher at this computer.
type local struct{ *Agent }

// guard refuses what does not come from the page itself: another site that has its name resolve to this computer (DNS rebinding) is told
// apart by Host, another site's form by Origin and the missing header.
func (l local) guard(c *gin.Context) {
	host := c.Request.Host
	if !l.ownHost(host) {
		httpd.Abort(c, httpd.Fail(http.StatusForbidden, "not-local", "this page is served under its local address only"))
		return
	}
	if origin := c.GetHeader("Origin"); origin != "" {
		if u, err := url.Parse(origin); err != nil || u.Host != host {
			httpd.Abort(c, httpd.Fail(http.StatusForbidden, "not-local", "another site may not use this page"))
			return
		}
	}
	if c.Request.Method != http.MethodGet && c.Request.Method != http.MethodHead && !deliberate(c) {
		httpd.Abort(c, httpd.Fail(http.StatusForbidden, "not-local", "the header X-Tongtang: 1 is missing"))
	}
}

// deliberate is a request that no form can send: a browser asks first whether another site may, and is told no.
func deliberate(c *gin.Context) bool {
	kind := c.ContentType()
	return c.GetHeader("X-Tongtang") == "1" || kind == "application/json" || kind == "application/sdp"
}

// ownHost is true for the loopback names, and for the address that was chosen for the page.
func (l local) ownHost(hostport string) bool {
	host, _, err := net.SplitHostPort(hostport)
	if err != nil {
		host = hostport
	}
	host = strings.Trim(host, "[]")
	if strings.EqualFold(host, "localhost") {
		return true
	}
	ip := net.ParseIP(host)
	if ip == nil {
		return false
	}
	own, ok := l.listener.Addr().(*net.TCPAddr)
	return ip.IsLoopback() || ok && (own.IP.IsUnspecified() || own.IP.Equal(ip)) // a name, which an attacker could choose, never passes
}

func (l local) state(c *gin.Context) {
	c.Header("Cache-Control", "no-store")
	c.JSON(http.StatusOK, l.State())
}

// events pushes the state whenever it changed (server-sent events).
func (l local) events(c *gin.Context) {
	c.Header("Content-Type", "text/event-stream")
	c.Header("Cache-Control", "no-store")
	tick := time.NewTicker(pushEvery)
	defer tick.Stop()
	var last []byte
	var sent time.Time
	for {
		raw, err := json.Marshal(l.State())
		if err != nil {
			return
		}
		if !bytes.Equal(raw, last) || time.Since(sent) > pushAlways {
			if _, err := c.Writer.Write(append(append([]byte("data: "), raw...), '\n', '\n')); err != nil {
				return
			}
			c.Writer.Flush()
			last, sent = raw, time.Now()
		}
		select {
		case <-c.Request.Context().Done():
			return
		case <-tick.C:
		}
	}
}

func (l local) start(c *gin.Context) {
	l.answer(c, l.director.ask(c.Request.Context(), c.Param("id"), true))
}

func (l local) stop(c *gin.Context) {
	l.answer(c, l.director.ask(c.Request.Context(), c.Param("id"), false))
}

func (l local) enrol(c *gin.Context) {
	var body struct{ Server, Code string }
	if err := c.ShouldBindJSON(&body); err != nil {
		httpd.Abort(c, httpd.Fail(http.StatusUnprocessableEntity, "json-invalid", "a JSON object with server and code is needed"))
		return
	}
	if err := checkServer(body.Server); err != nil {
		httpd.Abort(c, httpd.Fail(http.StatusUnprocessableEntity, "server-invalid", "%s", err.Error()))
		return
	}
	l.answer(c, l.Agent.enrol(c.Request.Context(), body.Server, strings.TrimSpace(body.Code)))
}

// answer tells the state, or the problem: the server's own, or that it is away.
func (l local) answer(c *gin.Context, err error) {
	var p *httpd.Problem
	switch {
	case err == nil:
		l.state(c)
	case errors.As(err, &p):
		httpd.Abort(c, p)
	default:
		l.log.Warn("the server could not be asked", "error", err)
		httpd.Abort(c, httpd.Fail(http.StatusBadGateway, "server-away", "the server cannot be reached"))
	}
}

// preview answers an SDP offer with the picture and sound of a camera.
func (l local) preview(c *gin.Context) {
	if c.ContentType() != "application/sdp" {
		httpd.Abort(c, httpd.Fail(http.StatusUnsupportedMediaType, "not-sdp", "send an SDP offer as application/sdp"))
		return
	}
	offer, err := io.ReadAll(c.Request.Body)
	if err != nil {
		httpd.Abort(c, err)
		return
	}
	f, err := l.camera(c.Query("camera"))
	if err != nil {
		httpd.Abort(c, err)
		return
	}
	answer, err := l.previews.open(c.Request.Context(), string(offer), f, l.voice(), l.log)
	if err != nil {
		httpd.Abort(c, err)
		return
	}
	c.Data(http.StatusCreated, "application/sdp", []byte(answer))
}

// camera finds a camera by its name; without a name, the first.
func (l local) camera(name string) (*feed, error) {
	for _, f := range l.feeds {
		if name == "" || f.cfg.Name == name {
			return f, nil
		}
	}
	return nil, httpd.Fail(http.StatusNotFound, "camera-unknown", "there is no such camera")
}

// page serves the files of the page.
func (l local) page(c *gin.Context) {
	c.Status(http.StatusOK) // gin has set 404 for a path that is none of its routes
	l.pages.ServeHTTP(c.Writer, c.Request)
	c.Writer.WriteHeaderNow()
}
