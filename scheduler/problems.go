package scheduler

import (
	"net/http"
	"reflect"
	"strings"
	"sync"

	"github.com/danielgtaylor/huma/v2"

	"github.com/tongtang/tongtang/internal/httpd"
)

// codes are the problem codes of what huma itself refuses, by status.
var codes = map[int]string{
	http.StatusBadRequest:            "bad-request",
	http.StatusNotAcceptable:         "not-acceptable",
	http.StatusRequestTimeout:        "too-slow",
	http.StatusRequestEntityTooLarge: "too-large",
	http.StatusUnsupportedMediaType:  "not-json",
	http.StatusUnprocessableEntity:   "invalid",
}

// prepareHuma sets huma's package-wide switches once: its errors become problem documents of the house, lists are never null, and the
// names of JSON fields are compared exactly.
var prepareHuma = sync.OnceFunc(func() {
	huma.DefaultArrayNullable = false
	huma.ValidateStrictCasing = true
	huma.NewError = newProblem
	huma.NewErrorWithContext = func(_ huma.Context, status int, msg string, errs ...error) huma.StatusError {
		return newProblem(status, msg, errs...)
	}
})

func newProblem(status int, msg string, errs ...error) huma.StatusError {
	if status >= http.StatusInternalServerError {
		if len(errs) > 0 {
			return httpd.AsProblem(errs[0])
		}
		return httpd.Fail(status, "internal", "something went wrong on the server; it has been logged")
	}
	code, ok := codes[status]
	if !ok {
		code = "refused"
	}
	var details []string
	fields := map[string]string{}
	for _, err := range errs {
		d, ok := err.(huma.ErrorDetailer)
		if !ok {
			details = append(details, err.Error())
			continue
		}
		e := d.ErrorDetail()
		fields[strings.TrimPrefix(e.Location, "body.")] = e.Message
		details = append(details, e.Location+": "+e.Message)
	}
	if len(details) > 0 {
		msg += ": " + strings.Join(details, "; ")
	}
	p := httpd.Fail(status, code, "%s", msg)
	if len(fields) > 0 {
		p = p.With("fields", fields)
	}
	return p
}

// schemaName keeps the contract's word for a dated lesson, which in Go must differ from the bus's Lesson.
func schemaName(t reflect.Type, hint string) string {
	name := huma.DefaultSchemaNamer(t, hint)
	if name == "DatedLesson" {
		return "Lesson"
	}
	return name
}
