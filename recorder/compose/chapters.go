package compose

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/tongtang/tongtang/recorder/link"
)

// shortest is how long a slide must have been there to be a chapter: paging through makes none.
const shortest = 2 * time.Second

// chapters begin where a slide was shown or the floor was given. A slide without a title is called by its page's number.
func chapters(h *history, whole time.Duration) []link.Chapter {
	var all []link.Chapter
	for i, s := range h.slides {
		if i+1 < len(h.slides) && h.slides[i+1].from-s.from < shortest {
			continue
		}
		title := strings.Join(strings.Fields(s.slide.Title), " ")
		if title == "" {
			title = strconv.Itoa(s.slide.Page)
		}
		if n := len(all); n > 0 && all[n-1].Title == title {
			continue // the same slide was sent again
		}
		all = append(all, link.Chapter{Start: seconds(s.from), Title: title, Kind: "slide"})
	}
	for _, f := range h.floors {
		all = append(all, link.Chapter{Start: seconds(f.from), Title: f.name, Kind: "floor"})
	}
	all = slices.DeleteFunc(all, func(c link.Chapter) bool { return c.Start >= seconds(whole) && whole > 0 })
	slices.SortStableFunc(all, func(a, b link.Chapter) int {
		switch {
		case a.Start < b.Start:
			return -1
		case a.Start > b.Start:
			return 1
		}
		return 0
	})
	return all
}

func seconds(d time.Duration) float64 { return d.Round(time.Millisecond).Seconds() }

// WebVTT writes chapters as a WebVTT chapter track (W3C WebVTT §1.4): each lasts until the next begins.
func WebVTT(chapters []link.Chapter, whole time.Duration) string {
	var b strings.Builder
	b.WriteString("WEBVTT\n")
	for i, c := range chapters {
		end := whole.Seconds()
		if i+1 < len(chapters) {
			end = chapters[i+1].Start
		}
		if end <= c.Start {
			continue
		}
		fmt.Fprintf(&b, "\n%s --> %s\n%s\n", stamp(c.Start), stamp(end), cue.Replace(c.Title))
	}
	return b.String()
}

var cue = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", "\n", " ", "\r", " ")

func stamp(secs float64) string {
	ms := int64(secs*1000 + 0.5)
	return fmt.Sprintf("%02d:%02d:%02d.%03d", ms/3_600_000, ms/60_000%60, ms/1000%60, ms%1000)
}
