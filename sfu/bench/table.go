package bench

import (
	"fmt"
	"math"
	"runtime"
	"slices"
	"strings"
	"text/tabwriter"
	"time"
)

// figure is one row of the table: less is better.
type figure struct {
	name      string
	unit      string
	value     float64
	min, max  float64 // the spread; equal for a single measurement
	must, aim float64 // NaN: none
	decimals  int
	remark    string
}

var none = math.NaN()

// of makes a figure of the medians of windows.
func of(name, unit string, s series, must, aim float64) figure {
	return figure{name: name, unit: unit, value: s.median(), min: s.min(), max: s.max(), must: must, aim: aim, decimals: 2}
}

// single is a figure without a spread.
func single(name, unit string, value, must, aim float64) figure {
	return figure{name: name, unit: unit, value: value, min: value, max: value, must: must, aim: aim, decimals: 1}
}

func (f figure) cells() string {
	number := func(v float64) string { return fmt.Sprintf("%.*f", f.decimals, v) }
	measured := number(f.value) + " " + f.unit
	if f.min != f.max {
		measured += " (" + number(f.min) + "–" + number(f.max) + ")"
	}
	limit := func(v float64) string {
		if math.IsNaN(v) {
			return "–"
		}
		return "≤ " + number(v)
	}
	verdict := ""
	switch {
	case math.IsNaN(f.must):
	case !(f.value <= f.must):
		verdict = "MISSED"
	case !math.IsNaN(f.aim) && f.value <= f.aim:
		verdict = "aim reached"
	default:
		verdict = "reached"
	}
	return strings.Join([]string{f.name, measured, limit(f.must), limit(f.aim), verdict, f.remark}, "\t")
}

func (r *run) figure(f figure) {
	r.figures = append(r.figures, f)
	r.tell("%s", strings.ReplaceAll(f.cells(), "\t", "  "))
}

// fact is told above the table, once.
func (r *run) fact(text string) {
	if !slices.Contains(r.facts, text) {
		r.facts = append(r.facts, text)
	}
}

// table shows how figures grow.
type table struct {
	title, head string
	rows        []string
}

func (r *run) table(title string, head ...string) *table {
	t := &table{title: title, head: strings.Join(head, "\t")}
	r.tables = append(r.tables, t)
	return t
}

func (t *table) row(cells ...string) { t.rows = append(t.rows, strings.Join(cells, "\t")) }

// spreadHead is the head of a table whose rows are spreads.
func spreadHead(of string) []string { return []string{of, "min", "p50", "p90", "p99", "max"} }

// spread is a row of how values are spread.
func (t *table) spread(name string, s series) {
	cells := []string{name}
	for _, p := range []float64{0, 0.5, 0.9, 0.99, 1} {
		cells = append(cells, fmt.Sprintf("%.1f", s.percentile(p)))
	}
	t.row(cells...)
}

func (r *run) print(took time.Duration) error {
	w := tabwriter.NewWriter(r.Out, 0, 0, 2, ' ', 0)
	line := func(format string, args ...any) { _, _ = fmt.Fprintf(w, format+"\n", args...) } // an error shows in Flush
	line("\nServer and load are processes of one machine with %d cores, %s, over loopback. One source: picture %.1f Mbit/s, 30/s, GOP 2 s, and Opus 50/s.", runtime.NumCPU(), runtime.Version(), float64(r.Bitrate)/1e6)
	line("A viewer: own UDP socket, full ICE, DTLS-SRTP, transport-wide feedback 10/s where numbers come, receiver reports 1/s, NACK. No UDP_GRO. Every")
	how := fmt.Sprintf("every %v", r.Pace)
	if r.Pace < 0 {
		how = "at once"
	}
	line("%dth viewer is read at once and decrypts all; the others are read %s and decrypt the first picture. Medians of %d windows of %v (min–max).", r.Sample, how, r.Windows, r.Window)
	for _, fact := range r.facts {
		line("%s", fact)
	}
	line("")
	if len(r.figures) > 0 {
		line("figure\tmeasured\tmust\taim\t\t")
		for _, f := range r.figures {
			line("%s", f.cells())
		}
	}
	for _, t := range r.tables {
		line("\n%s\n%s", t.title, t.head)
		for _, row := range t.rows {
			line("%s", row)
		}
	}
	line("\n%d s in all", int(took.Seconds()))
	return w.Flush()
}
