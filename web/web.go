// Package web holds the built pages and serves them: the server's (dist) and the classroom agent's local page (dist-agent). Build them
// first (`npm run build`); without that the handler says so instead of serving.
package web

import (
	"embed"
	"io/fs"
)

//go:embed all:dist
var server embed.FS

//go:embed all:dist-agent
var agent embed.FS

// Server is the root of the server's pages.
func Server() fs.FS { return below(server, "dist") }

// Agent is the root of the agent's local page.
func Agent() fs.FS { return below(agent, "dist-agent") }

func below(tree embed.FS, folder string) fs.FS {
	sub, err := fs.Sub(tree, folder)
	if err != nil {
		panic(err) // only for an invalid path: the two above are constants
	}
	return sub
}
