package scheduler

import (
	"time"

	"github.com/tongtang/tongtang/scheduler/link"
)

// Clash says what a lesson cannot have, who has it, and when.
type Clash struct {
	Dimension string       `json:"dimension" enum:"lecturer,assistant,room,class,group,device,bandwidth,uplink,recorder" doc:"bandwidth and uplink: what a school's line receives and sends; recorder: the recordings at once"`
	ID        string       `json:"id"`
	Who       string       `json:"who" doc:"name of the person, room, class, group, device or school"`
	Other     string       `json:"other,omitempty" doc:"what the other lesson has, where it is not the same: another group of the same pupils"`
	Lesson    string       `json:"lesson" doc:"id of the lesson that is there already; empty: one of the school's own timetable"`
	Title     string       `json:"title"`
	Lessons   []link.Named `json:"lessons" doc:"all that are there already: of what is shared there may be several"`
	Start     time.Time    `json:"start"`
	End       time.Time    `json:"end"`
	Amount    int          `json:"amount,omitempty" doc:"of what is shared: all together, kbit/s or recordings"`
	Limit     int          `json:"limit,omitempty" doc:"of what is shared: what there is, kbit/s or recordings"`
	Solve     string       `json:"solve" enum:"other-slot,other-lecturer,other-assistant,other-room,other-class,other-device,smaller-picture,no-recording" doc:"what kind of change would solve it besides another slot"`
}

// Solution is a way to hold a lesson without a clash: at another time, or at its time with other means.
type Solution struct {
	Date    string       `json:"date,omitempty" format:"date" doc:"of another time"`
	Start   *time.Time   `json:"start,omitempty" doc:"of another time"`
	End     *time.Time   `json:"end,omitempty" doc:"of another time"`
	Periods []SlotPeriod `json:"periods,omitempty" doc:"of another time: each school's own, the lead school's first"`
	Swaps   []Swap       `json:"swaps,omitempty" doc:"of other means: all of them together"`
}

// Swap is one thing that is changed in a lesson: somebody or something else, a small picture (bandwidth, uplink), or no recording (recorder).
type Swap struct {
	Dimension string `json:"dimension" enum:"lecturer,assistant,room,device,bandwidth,uplink,recorder"`
	ID        string `json:"id,omitempty" maxLength:"64" doc:"of what is changed"`
	Who       string `json:"who,omitempty" maxLength:"200" doc:"its name; not read"`
	To        string `json:"to,omitempty" maxLength:"64" doc:"what takes its place"`
	ToName    string `json:"toName,omitempty" maxLength:"200" doc:"its name; not read"`
}
