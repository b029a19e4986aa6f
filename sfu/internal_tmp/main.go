package main

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net"
	"os"
	"time"

	"github.com/golang-jwt/jwt/v5"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"
	"github.com/gin-gonic/gin"
	"github.com/tongtang/tongtang/internal/bus"
	"github.com/tongtang/tongtang/internal/grant"
	"github.com/tongtang/tongtang/internal/httpd"
	"github.com/tongtang/tongtang/scheduler/link"
	"github.com/tongtang/tongtang/sfu"
	"net/http"
	_ "net/http/pprof"
)

func main() {
	dir, _ := os.MkdirTemp("", "sfu")
	s, _ := grant.LoadOrCreate(dir + "/k")
	b, err := bus.Open(bus.Config{Dir: dir})
	if err != nil { panic(err) }
	reg := prometheus.NewRegistry()
	srv, err := sfu.New(sfu.Config{UDP: os.Getenv("UDP")}, sfu.Deps{Bus: b, Verifier: s.Verifier(), Metrics: reg, Log: slog.Default()})
	if err != nil { panic(err) }
	e := httpd.NewEngine()
	srv.Routes(e)
	e.GET("/metrics", gin.WrapH(promhttp.HandlerFor(reg, promhttp.HandlerOpts{})))
	e.GET("/", func(c *gin.Context) { c.Data(200, "text/html", []byte("<html><body></body></html>")) })
	go srv.Run(context.Background())
	for srv.Ready(context.Background()) != nil { time.Sleep(time.Millisecond) }
	kv, _ := b.JS.KeyValue(context.Background(), bus.LessonsBucket)
	now := time.Now()
	raw, _ := json.Marshal(link.Lesson{ID: "maths", State: link.Live, Start: now, End: now.Add(time.Hour)})
	kv.Put(context.Background(), "maths", raw)
	l, _ := net.Listen("tcp", "127.0.0.1:0")
	sign := func(r grant.Role, who string, pub ...string) string {
		t, _ := s.Sign(grant.Claims{Lesson: "maths", Role: r, Name: who, Publish: pub, RegisteredClaims: jwt.RegisteredClaims{Subject: who}}, time.Hour)
		return t
	}
	out, _ := json.Marshal(map[string]any{"url": "http://" + l.Addr().String(), "pid": os.Getpid(), "chen": sign(grant.Lecturer, "chen", "camera", "screen"), "room": sign(grant.Room, "room", "room-a"), "student": sign(grant.Student, "stu"), "viewer": sign(grant.Viewer, "v"), "publisher": sign(grant.Publisher, "p", "camera")})
	os.WriteFile(os.Getenv("OUT"), out, 0644)
	fmt.Println(string(out))
	go http.ListenAndServe("127.0.0.1:0", nil)
	httpd.Serve(context.Background(), l, e)
}
