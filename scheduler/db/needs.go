package db

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/uptrace/bun"
)

// Cell is a period of the week, by the own school's number.
type Cell struct {
	Weekday int `json:"weekday" minimum:"1" maximum:"7"`
	Period  int `json:"period" minimum:"1" maximum:"30"`
}

// NeedView is a need with the names that belong to it.
type NeedView struct {
	Need
	SchoolName    string
	ClassName     string
	Grade         int
	RoomName      string
	RoomClass     string
	AssistantName string
	BlockedCells  []Cell  `bun:"-"`
	Met           float64 `bun:"-"` // periods a week that courses give
}

// OfferView is an offer with the names that belong to it.
type OfferView struct {
	Offer
	SchoolName   string
	LecturerName string
	GradeList    []int    `bun:"-"`
	RoomList     []string `bun:"-"`
	LanguageList []string `bun:"-"`
	FreeCells    []Cell   `bun:"-"`
	BlockedCells []Cell   `bun:"-"`
	Load         float64  `bun:"-"` // periods a week of the lecturer's courses
}

// NeedFilter chooses needs; what is nil or empty does not limit.
type NeedFilter struct {
	IDs     []string
	Schools []string
	Day     string // courses that still run on it count as meeting needs: YYYY-MM-DD

	Withdrawn bool // those that were withdrawn as well
}

// Needs finds needs, by school, class and subject.
func Needs(ctx context.Context, q bun.IDB, f NeedFilter) ([]NeedView, error) {
	var rows []NeedView
	sel := q.NewSelect().Model(&rows).ModelTableExpr("needs AS need").
		ColumnExpr("need.*, a.name AS school_name, c.name AS class_name, c.grade AS grade, COALESCE(r.name, '') AS room_name, COALESCE(r.class, '') AS room_class, COALESCE(p.name, '') AS assistant_name").
		Join("JOIN areas a ON a.id = need.school").Join("JOIN classes c ON c.id = need.class").
		Join("LEFT JOIN rooms r ON r.id = need.room").Join("LEFT JOIN persons p ON p.id = need.assistant").
		Order("a.name", "c.grade", "c.name", "need.subject", "need.id").Limit(10_000)
	if !f.Withdrawn {
		sel = sel.Where("NOT need.withdrawn")
	}
	if f.IDs != nil {
		sel = sel.Where("need.id IN (?)", bun.List(f.IDs))
	}
	if f.Schools != nil {
		sel = sel.Where("need.school IN (?)", bun.List(f.Schools))
	}
	if err := sel.Scan(ctx); err != nil || len(rows) == 0 {
		return rows, err
	}
	met, err := metPeriods(ctx, q, f.Day)
	for i := range rows {
		r := &rows[i]
		if err := json.Unmarshal([]byte(r.Blocked), &r.BlockedCells); err != nil {
			return nil, fmt.Errorf("need %s: %w", r.ID, err)
		}
		r.Met = met[r.ID]
	}
	return rows, err
}

// metPeriods are the periods a week that courses give to needs, by need.
func metPeriods(ctx context.Context, q bun.IDB, day string) (map[string]float64, error) {
	var rows []struct {
		Need    string
		Periods float64
	}
	err := q.NewRaw(`SELECT p.need, sum(1.0 / s.every) AS periods FROM course_places p JOIN courses c ON c.id = p.course JOIN course_slots s ON s.course = c.id
		WHERE p.need IS NOT NULL AND NOT c.cancelled AND c.valid_to >= ? GROUP BY p.need`, day).Scan(ctx, &rows)
	met := make(map[string]float64, len(rows))
	for _, r := range rows {
		met[r.Need] = r.Periods
	}
	return met, err
}

// Offers finds offers, by school, lecturer and subject.
func Offers(ctx context.Context, q bun.IDB, f NeedFilter) ([]OfferView, error) {
	var rows []OfferView
	sel := q.NewSelect().Model(&rows).ModelTableExpr("offers AS offer").ColumnExpr("offer.*, a.name AS school_name, p.name AS lecturer_name").
		Join("JOIN areas a ON a.id = offer.school").Join("JOIN persons p ON p.id = offer.lecturer").
		Order("a.name", "p.name", "offer.subject", "offer.id").Limit(10_000)
	if !f.Withdrawn {
		sel = sel.Where("NOT offer.withdrawn").Where("NOT p.blocked")
	}
	if f.IDs != nil {
		sel = sel.Where("offer.id IN (?)", bun.List(f.IDs))
	}
	if f.Schools != nil {
		sel = sel.Where("offer.school IN (?)", bun.List(f.Schools))
	}
	if err := sel.Scan(ctx); err != nil || len(rows) == 0 {
		return rows, err
	}
	loads, err := coursePeriods(ctx, q, f.Day)
	for i := range rows {
		if err := rows[i].parse(); err != nil {
			return nil, fmt.Errorf("offer %s: %w", rows[i].ID, err)
		}
		rows[i].Load = loads[rows[i].Lecturer]
	}
	return rows, err
}

func (o *OfferView) parse() error {
	for text, to := range map[*string]any{&o.Grades: &o.GradeList, &o.Rooms: &o.RoomList, &o.Languages: &o.LanguageList, &o.Free: &o.FreeCells, &o.Blocked: &o.BlockedCells} {
		if err := json.Unmarshal([]byte(*text), to); err != nil {
			return err
		}
	}
	return nil
}

// coursePeriods are the periods a week of the courses that run on the day or later, by lecturer.
func coursePeriods(ctx context.Context, q bun.IDB, day string) (map[string]float64, error) {
	var rows []struct {
		Lecturer string
		Periods  float64
	}
	err := q.NewRaw(`SELECT c.lecturer, sum(1.0 / s.every) AS periods FROM courses c JOIN course_slots s ON s.course = c.id
		WHERE NOT c.cancelled AND c.valid_to >= ? GROUP BY c.lecturer`, day).Scan(ctx, &rows)
	loads := make(map[string]float64, len(rows))
	for _, r := range rows {
		loads[r.Lecturer] = r.Periods
	}
	return loads, err
}

// SetNeed writes a need that is there; its version is raised by Raise.
func SetNeed(ctx context.Context, tx bun.Tx, n *Need) error {
	_, err := tx.NewUpdate().Model(n).ExcludeColumn("created", "version").WherePK().Exec(ctx)
	return err
}

// SetOffer writes an offer that is there; its version is raised by Raise.
func SetOffer(ctx context.Context, tx bun.Tx, o *Offer) error {
	_, err := tx.NewUpdate().Model(o).ExcludeColumn("created", "version").WherePK().Exec(ctx)
	return err
}

// RoomNames are the names of the offers' rooms, by id.
func RoomNames(ctx context.Context, q bun.IDB, offers []OfferView) (map[string]string, error) {
	var ids []string
	for _, o := range offers {
		ids = append(ids, o.RoomList...)
	}
	var rows []Room
	err := q.NewSelect().Model(&rows).Where("id IN (?)", bun.List(ids)).Scan(ctx)
	names := make(map[string]string, len(rows))
	for _, r := range rows {
		names[r.ID] = r.Name
	}
	return names, err
}
