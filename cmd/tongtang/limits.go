package main

import "github.com/tongtang/tongtang/sfu"

// limitFlags bound what the live media take up. Who is refused is told so (sfu/PROTOCOL.md).
type limitFlags struct {
	LessonSources int `env:"TONGTANG_MAX_LESSON_SOURCES" default:"64" help:"Sources in one lesson."`
	LessonViewers int `env:"TONGTANG_MAX_LESSON_VIEWERS" default:"1000" help:"Viewers of one lesson."`
	SchoolSources int `env:"TONGTANG_MAX_SCHOOL_SOURCES" default:"40" help:"Sources of one school, over all lessons."`
	SchoolViewers int `env:"TONGTANG_MAX_SCHOOL_VIEWERS" default:"300" help:"Viewers of one school, over all lessons."`
	NodeSources   int `env:"TONGTANG_MAX_SOURCES" default:"400" help:"Sources on this machine."`
	NodeViewers   int `env:"TONGTANG_MAX_VIEWERS" default:"4000" help:"Viewers on this machine."`
	Connecting    int `env:"TONGTANG_MAX_CONNECTING" default:"16" help:"Sessions of one person or device that are still connecting."`
	SourcePackets int `env:"TONGTANG_MAX_SOURCE_PACKETS" default:"3000" help:"Packets a second of one source; the rest is dropped."`
	SourceBytes   int `env:"TONGTANG_MAX_SOURCE_BYTES" default:"2500000" help:"Bytes a second of one source; the rest is dropped."`
}

func (l limitFlags) limits() sfu.Limits { return sfu.Limits(l) }
