package web

import (
	"io/fs"
	"net/http"
	"path"
	"strings"

	"github.com/tongtang/tongtang/internal/httpd"
)

// handler answers from the files, and with index.html for every path that is a page's: the browser's router knows the rest.
type handler struct {
	assets map[string]*asset
}

// Handler serves the pages in files. Mount it behind every other route (NoRoute): it answers GET and HEAD only, and what looks like a
// file or like another service's route, and is not there, is a 404 problem and not a page.
func Handler(files fs.FS) http.Handler {
	assets, err := load(files)
	if err != nil {
		panic(err) // the files are embedded: reading them cannot fail
	}
	return &handler{assets}
}

func load(files fs.FS) (map[string]*asset, error) {
	assets := map[string]*asset{}
	return assets, fs.WalkDir(files, ".", func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case hidden(name) && d.IsDir():
			return fs.SkipDir
		case hidden(name) || d.IsDir():
			return nil
		}
		body, err := fs.ReadFile(files, name)
		if err != nil {
			return err
		}
		assets[name] = newAsset(name, body)
		return nil
	})
}

// hidden are the placeholder and vite's manifest.
func hidden(name string) bool { return name != "." && strings.HasPrefix(path.Base(name), ".") }

func (h *handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.Header().Set("Allow", "GET, HEAD")
		httpd.Write(w, httpd.Fail(http.StatusMethodNotAllowed, "method-not-allowed", "%s is not possible at %s", r.Method, r.URL.Path))
		return
	}
	name := strings.TrimPrefix(path.Clean("/"+r.URL.Path), "/")
	if a := h.assets[name]; a != nil && name != page {
		a.serve(w, r)
		return
	}
	if !isPage(name) {
		httpd.Write(w, httpd.Fail(http.StatusNotFound, "not-found", "there is nothing at %s", r.URL.Path))
		return
	}
	index := h.assets[page]
	if index == nil {
		httpd.Write(w, httpd.Fail(http.StatusServiceUnavailable, "pages-not-built", "this program was built without its pages: run `make build`"))
		return
	}
	protect(w.Header(), r)
	index.serve(w, r)
}

const page = "index.html"

// foreign are the first parts of other services' routes: an unknown path there is for a program, not for a person.
var foreign = []string{"api", "live", "media", "ical", "local", "assets", "metrics", "healthz", "readyz"}

func isPage(name string) bool {
	first, _, _ := strings.Cut(name, "/")
	for _, f := range foreign {
		if first == f {
			return false
		}
	}
	return name == page || path.Ext(name) == ""
}
