package scheduler

import (
	"net/http"
	"reflect"
	"strings"

	"github.com/tongtang/tongtang/internal/httpd"
)

var errControl = httpd.Fail(http.StatusUnprocessableEntity, "invalid", "text must not contain control characters")

// checkText refuses input with control characters in any of its strings: no text of ours has them, and a database cannot keep NUL.
func checkText(v reflect.Value) error {
	switch v.Kind() {
	case reflect.String:
		if strings.ContainsFunc(v.String(), func(r rune) bool { return r < ' ' && r != '\n' && r != '\t' && r != '\r' || r == 0x7f }) {
			return errControl
		}
	case reflect.Pointer, reflect.Interface:
		return checkText(v.Elem())
	case reflect.Struct:
		for i := range v.NumField() {
			if err := checkText(v.Field(i)); err != nil {
				return err
			}
		}
	case reflect.Slice, reflect.Array:
		if v.Type().Elem().Kind() == reflect.Uint8 {
			return nil // a file
		}
		for i := range v.Len() {
			if err := checkText(v.Index(i)); err != nil {
				return err
			}
		}
	case reflect.Map:
		for _, k := range v.MapKeys() {
			if err := checkText(k); err != nil {
				return err
			}
			if err := checkText(v.MapIndex(k)); err != nil {
				return err
			}
		}
	}
	return nil
}
