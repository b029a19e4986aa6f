package bench

import (
	"fmt"
	"io"
	"runtime"
	"text/tabwriter"
	"time"
)

// Print makes a table of what was measured beside what must be, and how it grows.
func Print(out io.Writer, all []Figures) error {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	line := func(format string, args ...any) { _, _ = fmt.Fprintf(w, format+"\n", args...) } // an error shows in Flush
	line("\nPlanning a term of 20 weeks with three make-up days and two seasons of bells, %d cores, %s. The bound lets a need have several teachers and classes", runtime.NumCPU(), runtime.Version())
	line("share lessons whether or not their bells agree, and counts cells without asking who else wants them.\n")
	if len(all) > 0 && all[0].Times == 1 && !all[0].Few {
		f := all[0]
		line("figure\tmeasured\tmust\t\t")
		row := func(name, measured, must string, reached bool) {
			verdict := "reached"
			if !reached {
				verdict = "MISSED"
			}
			line("%s\t%s\t%s\t%s\t", name, measured, must, verdict)
		}
		row("whole plan", seconds(f.Plan), "≤ 10 s", f.Plan <= 10*time.Second)
		row("peak memory", megabytes(f.Memory), "≤ 1024 MiB", f.Memory <= 1<<30)
		row("placed, of what the bound allows", share(f), "≥ 98 %", f.Placed*100 >= f.Bound*98)
		row(fmt.Sprintf("expansion, for each 100,000 of %d dated lessons", f.Dated), seconds(per(f.Expand, f.Dated)), "≤ 1 s", per(f.Expand, f.Dated) <= time.Second)
		row(fmt.Sprintf("clash check of an added weekly slot, against %d", f.OnBoard), fmt.Sprintf("%.2f ms", float64(f.Check)/1e6), "≤ 1 ms", f.Check <= time.Millisecond)
		line("")
	}
	line("county\tschools\tteachers\toffers\tneeds\tperiods\tplaced\tbound\t\tscore\tplan\tagain\tchanges\tmemory\texpand 100,000\tcheck\t")
	for _, f := range all {
		name := fmt.Sprintf("×%d", f.Times)
		if f.Few {
			name += ", a fourth of the offers"
		}
		line("%s\t%d\t%d\t%d\t%d\t%d\t%d\t%d\t%s\t%d ‰\t%s\t%s\t%d\t%s\t%s\t%.2f ms\t", name, f.Schools, f.Teachers, f.Offers, f.Needs, f.Wanted, f.Placed, f.Bound, share(f), f.Score,
			seconds(f.Plan), seconds(f.Again), f.Changes, megabytes(f.Memory), seconds(per(f.Expand, f.Dated)), float64(f.Check)/1e6)
	}
	return w.Flush()
}

func seconds(d time.Duration) string { return fmt.Sprintf("%.2f s", d.Seconds()) }

func megabytes(n int64) string { return fmt.Sprintf("%d MiB", n>>20) }

func share(f Figures) string {
	return fmt.Sprintf("%.1f %%", 100*float64(f.Placed)/float64(max(f.Bound, 1)))
}

// per is the time of 100,000 lessons.
func per(d time.Duration, lessons int) time.Duration {
	return time.Duration(float64(d) * enough / float64(max(lessons, 1)))
}
