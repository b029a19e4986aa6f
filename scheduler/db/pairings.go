package db

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/uptrace/bun"
)

// PairingView is a pairing with its partners and the number of its courses.
type PairingView struct {
	Pairing
	Courses  int      // that are not cancelled
	History  int      // all of its courses
	Partners []string `bun:"-"` // school ids
	FormList []string `bun:"-"`
}

// Pairings reads pairings, the latest first: those in which one of the schools takes part (nil: all).
func Pairings(ctx context.Context, q bun.IDB, schools []string) ([]PairingView, error) {
	var rows []PairingView
	sel := q.NewSelect().Model(&rows).ModelTableExpr("pairings AS pairing").
		ColumnExpr("pairing.*, (SELECT count(*) FROM courses c WHERE c.pairing = pairing.id AND NOT c.cancelled) AS courses").
		ColumnExpr("(SELECT count(*) FROM courses c WHERE c.pairing = pairing.id) AS history").
		Order("pairing.created DESC", "pairing.id")
	if schools != nil {
		sel = sel.Where("(pairing.lead IN (?0) OR EXISTS (SELECT 1 FROM pairing_partners p WHERE p.pairing = pairing.id AND p.school IN (?0)))", bun.List(schools))
	}
	if err := sel.Scan(ctx); err != nil || len(rows) == 0 {
		return rows, err
	}
	byID := map[string]*PairingView{}
	ids := make([]string, len(rows))
	for i := range rows {
		byID[rows[i].ID], ids[i] = &rows[i], rows[i].ID
		if err := json.Unmarshal([]byte(rows[i].Forms), &rows[i].FormList); err != nil {
			return nil, fmt.Errorf("forms of pairing %s: %w", rows[i].ID, err)
		}
	}
	var partners []PairingPartner
	err := q.NewSelect().Model(&partners).Where("pairing IN (?)", bun.List(ids)).Order("pairing", "place").Scan(ctx)
	for _, p := range partners {
		byID[p.Pairing].Partners = append(byID[p.Pairing].Partners, p.School)
	}
	return rows, err
}

// PairingByID finds a pairing; ErrNotFound.
func PairingByID(ctx context.Context, q bun.IDB, id string) (*PairingView, error) {
	all, err := Pairings(ctx, q, nil)
	if err != nil {
		return nil, err
	}
	for i := range all {
		if all[i].ID == id {
			return &all[i], nil
		}
	}
	return nil, ErrNotFound
}

// InsertPairing writes a pairing with its partners.
func InsertPairing(ctx context.Context, tx bun.Tx, p *PairingView) error {
	forms, err := json.Marshal(p.FormList)
	if err != nil {
		return err
	}
	p.Forms = string(forms)
	if _, err := tx.NewInsert().Model(&p.Pairing).Exec(ctx); err != nil {
		return err
	}
	partners := make([]PairingPartner, len(p.Partners))
	for i, school := range p.Partners {
		partners[i] = PairingPartner{Pairing: p.ID, School: school, Place: i + 1}
	}
	_, err = tx.NewInsert().Model(&partners).Exec(ctx)
	return err
}
