package scheduler

import (
	"time"

	"github.com/tongtang/tongtang/scheduler/db"
	"github.com/tongtang/tongtang/scheduler/link"
)

// TermPlan (排学期) is the planning of a term for all open needs of an area.
type TermPlan struct {
	ID       string        `json:"id"`
	Area     link.Named    `json:"area"`
	State    string        `json:"state" enum:"waiting,running,done,cancelled,failed"`
	Moves    bool          `json:"moves" doc:"what earlier plans put in place may move"`
	From     string        `json:"from" format:"date"`
	To       string        `json:"to" format:"date"`
	Created  time.Time     `json:"created"`
	Finished *time.Time    `json:"finished,omitempty"`
	Reason   string        `json:"reason,omitempty" doc:"code, of a failure"`
	Progress *TermProgress `json:"progress,omitempty" doc:"while it runs"`
	Result   *TermResult   `json:"result,omitempty" doc:"when it is done"`
	Version  int           `json:"version" doc:"what is done with it is based on: its ETag"`
}

// TermProgress tells how far a planning has come.
type TermProgress struct {
	Step   int `json:"step"`
	Steps  int `json:"steps" doc:"at most"`
	Placed int `json:"placed"`
	Bound  int `json:"bound"`
}

// TermReason is why offers cannot meet a need.
type TermReason struct {
	Code   string     `json:"code"`
	Offers int        `json:"offers" doc:"for how many offers this is what is in the way"`
	Of     int        `json:"of" doc:"offers of the subject"`
	Shift  *BellShift `json:"shift,omitempty" doc:"what would help"`
	Detail string     `json:"detail"`
}

// TermResult is what was found, in periods a week.
type TermResult struct {
	Needs   int `json:"needs"`
	Wanted  int `json:"wanted"`
	Placed  int `json:"placed"`
	Bound   int `json:"bound" doc:"no plan places more"`
	Changes int `json:"changes" doc:"lessons of needs that were planned otherwise before"`
	Score   int `json:"score" doc:"permille"`
}

// TermPlans are the latest plans of the caller's areas, and the areas.
type TermPlans struct {
	Areas []link.Named `json:"areas"`
	Plans []TermPlan   `json:"plans"`
}

// TermDetail is a plan as a difference to what is there.
type TermDetail struct {
	TermPlan
	Parts    []TermPart     `json:"parts"`
	Unplaced []UnplacedNeed `json:"unplaced"`
}

// TermPart is a course to be, or one that would be dropped.
type TermPart struct {
	No       int        `json:"no"`
	Kind     string     `json:"kind" enum:"new,moved,kept,dropped"`
	Subject  string     `json:"subject"`
	Grade    int        `json:"grade"`
	Lecturer link.Named `json:"lecturer"`
	School   link.Named `json:"school" doc:"that gives"`
	Room     link.Named `json:"room"`
	Seats    []TermSeat `json:"seats"`
	Slots    []TermSlot `json:"slots"`
	Was      []TermSlot `json:"was,omitempty" doc:"of what is moved"`
	Locked   bool       `json:"locked"`
	Accepted bool       `json:"accepted" doc:"it is in place"`
	Course   string     `json:"course,omitempty"`
	Bundle   int        `json:"bundle" doc:"parts with the same number are accepted together; 0: alone"`
}

// TermSeat is a class that receives.
type TermSeat struct {
	Need   string     `json:"need"`
	School link.Named `json:"school"`
	Class  link.Named `json:"class"`
}

// TermSlot is a weekly slot with its times when it begins.
type TermSlot struct {
	Weekday int            `json:"weekday"`
	Start   string         `json:"start"`
	End     string         `json:"end"`
	Periods map[string]int `json:"periods" doc:"by school"`
}

// UnplacedNeed is a need that is not met, or not wholly.
type UnplacedNeed struct {
	Need    string       `json:"need"`
	School  link.Named   `json:"school"`
	Class   link.Named   `json:"class"`
	Subject string       `json:"subject"`
	Grade   int          `json:"grade"`
	Missing int          `json:"missing" doc:"periods a week"`
	Reasons []TermReason `json:"reasons" doc:"those first that a change could help"`
}

// NewTermPlan asks for a plan.
type NewTermPlan struct {
	Area  string `json:"area" minLength:"1" maxLength:"64"`
	Moves bool   `json:"moves,omitempty" doc:"what earlier plans put in place may move"`
}

// TermParts names parts of a plan.
type TermParts struct {
	Parts []int    `json:"parts" minItems:"1" maxItems:"40" uniqueItems:"true" minimum:"1"`
	Lose  []string `json:"lose,omitempty" maxItems:"2000" maxLength:"80" doc:"ids of changes by hand that the caller has read and gives up"`
}

// TermLock locks parts of a plan, or unlocks them.
type TermLock struct {
	Parts  []int `json:"parts" minItems:"1" maxItems:"5000" uniqueItems:"true" minimum:"1"`
	Locked bool  `json:"locked"`
}

// TermOutcome is what became of parts.
type TermOutcome struct {
	Version int           `json:"version" doc:"of the plan: what is done next is based on it"`
	Done    []int         `json:"done"`
	Refused []RefusedPart `json:"refused"`
}

// RefusedPart says why a part was not accepted, or not undone.
type RefusedPart struct {
	Part    int          `json:"part"`
	Code    string       `json:"code"`
	Detail  string       `json:"detail"`
	Clashes []Clash      `json:"clashes,omitempty"`
	Changes []HandChange `json:"changes,omitempty" doc:"what was changed by hand, and would be lost"`
}

// HandChange is what somebody changed of a course, or of one of its lessons, after the part became the course.
type HandChange struct {
	ID     string     `json:"id" doc:"names the change"`
	Lesson string     `json:"lesson,omitempty" doc:"id; none: it is the course"`
	Start  *time.Time `json:"start,omitempty" doc:"of the lesson"`
	Change
}

type (
	newTermPlanInput struct{ Body NewTermPlan }
	termPartsInput   struct {
		ChangeByID
		Body TermParts
	}
	termLockInput struct {
		ChangeByID
		Body TermLock
	}
)

// slotsOf are the slots of a part.
func slotsOf(list []db.ProposalSlot) []TermSlot {
	slots := make([]TermSlot, len(list))
	for i, s := range list {
		slots[i] = TermSlot(s)
	}
	return slots
}
