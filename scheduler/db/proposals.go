package db

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"github.com/tongtang/tongtang/scheduler/timetable"
)

// States of a proposal. In the first two it waits for answers.
const (
	AsksSchools  = "schools"
	AsksLecturer = "lecturer"
	Published    = "published"
	Refused      = "refused"
	Withdrawn    = "withdrawn"
	Expired      = "expired"
)

// Sides of a proposal.
const (
	LeadSide     = "lead"
	PartnerSide  = "partner"
	LecturerSide = "lecturer"
)

// ProposalSlot is a weekly slot with its times at present.
type ProposalSlot struct {
	Weekday int            `json:"weekday"`
	Start   string         `json:"start"`
	End     string         `json:"end"`
	Periods map[string]int `json:"periods"` // school id → number of its own period
}

// ProposalView is a proposal with what it speaks of.
type ProposalView struct {
	Proposal
	Lead            string // school id
	Partner         string // school id
	Lecturer        string
	RoomName        string
	CoordinatorName string
	SlotList        []ProposalSlot   `bun:"-"`
	FormList        []string         `bun:"-"`
	Answers         []ProposalAnswer `bun:"-"`
}

// Open tells whether the proposal still waits for answers.
func (p *ProposalView) Open() bool { return p.State == AsksSchools || p.State == AsksLecturer }

// Answer is what the side said; nil: nothing yet.
func (p *ProposalView) Answer(side string) *ProposalAnswer {
	for i := range p.Answers {
		if p.Answers[i].Side == side {
			return &p.Answers[i]
		}
	}
	return nil
}

// Timetable are the slots as the timetable engine takes them.
func (p *ProposalView) Timetable() []timetable.Slot {
	slots := make([]timetable.Slot, len(p.SlotList))
	for i, s := range p.SlotList {
		slots[i] = timetable.Slot{Weekday: s.Weekday, Cycle: timetable.Weekly, Periods: s.Periods}
	}
	return slots
}

// ProposalFilter chooses proposals: those with these ids (nil: any), in which one of the schools or the lecturer takes part (nil schools: any),
// and which wait for answers or were decided since.
type ProposalFilter struct {
	IDs      []string
	Schools  []string
	Lecturer string
	Since    time.Time
}

// Proposals finds proposals, the latest first.
func Proposals(ctx context.Context, q bun.IDB, f ProposalFilter) ([]ProposalView, error) {
	var rows []ProposalView
	sel := q.NewSelect().Model(&rows).ModelTableExpr("proposals AS proposal").
		ColumnExpr("proposal.*, o.school AS lead, n.school AS partner, o.lecturer AS lecturer, r.name AS room_name, p.name AS coordinator_name").
		Join("JOIN offers o ON o.id = proposal.offer").Join("JOIN needs n ON n.id = proposal.need").Join("JOIN rooms r ON r.id = proposal.room").
		Join("JOIN persons p ON p.id = proposal.coordinator").
		Where("(proposal.decided IS NULL OR proposal.decided >= ?)", At(f.Since)).Order("proposal.created DESC", "proposal.id").Limit(5000)
	if f.IDs != nil {
		sel = sel.Where("proposal.id IN (?)", bun.List(f.IDs))
	}
	if f.Schools != nil {
		sel = sel.Where("(o.school IN (?0) OR n.school IN (?0) OR o.lecturer = ?1)", bun.List(f.Schools), f.Lecturer)
	}
	if err := sel.Scan(ctx); err != nil || len(rows) == 0 {
		return rows, err
	}
	ids, at := make([]string, len(rows)), map[string]*ProposalView{}
	for i := range rows {
		r := &rows[i]
		ids[i], at[r.ID] = r.ID, r
		if err := json.Unmarshal([]byte(r.Slots), &r.SlotList); err != nil {
			return nil, fmt.Errorf("slots of proposal %s: %w", r.ID, err)
		}
		if err := json.Unmarshal([]byte(r.Forms), &r.FormList); err != nil {
			return nil, fmt.Errorf("forms of proposal %s: %w", r.ID, err)
		}
	}
	var answers []ProposalAnswer
	err := q.NewSelect().Model(&answers).ModelTableExpr("proposal_answers AS proposal_answer").ColumnExpr("proposal_answer.*, p.name AS name").
		Join("JOIN persons p ON p.id = proposal_answer.person").Where("proposal IN (?)", bun.List(ids)).Order("at", "side").Scan(ctx)
	for _, a := range answers {
		at[a.Proposal].Answers = append(at[a.Proposal].Answers, a)
	}
	return rows, err
}

// Decide brings a proposal to its end, or to its next state.
func Decide(ctx context.Context, tx bun.Tx, p *Proposal, state, reason, course string, now time.Time) error {
	p.State, p.Reason, p.Course = state, reason, course
	if state != AsksSchools && state != AsksLecturer {
		p.Decided = At(now)
	}
	_, err := tx.NewUpdate().Model(p).Column("state", "reason", "course", "decided").WherePK().Exec(ctx)
	return err
}

// ExpireProposals ends those that nobody answered in time.
func ExpireProposals(ctx context.Context, tx bun.Tx, now time.Time) error {
	var rows []Proposal
	err := tx.NewSelect().Model(&rows).Where("state IN (?, ?)", AsksSchools, AsksLecturer).Where("expires <= ?", At(now)).Scan(ctx)
	if err != nil {
		return err
	}
	for i := range rows {
		p := &rows[i]
		was := FieldChange{Field: "state", From: p.State, To: Expired}
		if err := Decide(ctx, tx, p, Expired, "", "", now); err != nil {
			return err
		}
		if err := Raise(ctx, tx, ScheduleChange{Kind: string(ProposalVersion), Object: p.ID, At: At(now), Action: "expireProposal"}, was); err != nil {
			return err
		}
	}
	return nil
}

// PairRecords tells for each pair of schools how many lessons of their courses were held, of those that were due before the instant.
func PairRecords(ctx context.Context, q bun.IDB, schools []string, now time.Time) (map[[2]string][2]int, error) {
	var rows []struct {
		Lead, Partner string
		Held, Due     int
	}
	err := q.NewRaw(`SELECT a.school AS lead, b.school AS partner, sum(CASE WHEN l.state = 'ended' THEN 1 ELSE 0 END) AS held, count(*) AS due
		FROM lessons l JOIN lesson_rooms a ON a.lesson = l.id AND a.place = 0 JOIN lesson_rooms b ON b.lesson = l.id AND b.place > 0
		WHERE l.end_at < ? AND b.school IN (?) GROUP BY a.school, b.school`, At(now), bun.List(schools)).Scan(ctx, &rows)
	records := make(map[[2]string][2]int, len(rows))
	for _, r := range rows {
		records[[2]string{r.Lead, r.Partner}] = [2]int{r.Held, r.Due}
	}
	return records, err
}
