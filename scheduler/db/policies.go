package db

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/uptrace/bun"
)

// Policy (结对规则) is what an area decided about matching and planning.
type Policy struct {
	bun.BaseModel `bun:"table:area_policies"`
	Area          string `bun:",pk"`
	Rooms         int
	Minutes       int
	Minimum       int
	Held          int
	AnyEdition    bool
	Picture       string
	Weights       string         // JSON
	WeightOf      map[string]int `bun:"-"` // by criterion
}

// PolicyOf is the first of these areas' policies; nil where none of them decided. The areas are given as Areas.Above gives them.
func PolicyOf(ctx context.Context, q bun.IDB, chain []string) (*Policy, error) {
	var rows []Policy
	if err := q.NewSelect().Model(&rows).Where("area IN (?)", bun.List(chain)).Scan(ctx); err != nil || len(rows) == 0 {
		return nil, err
	}
	nearest := slices.MinFunc(rows, func(a, b Policy) int { return slices.Index(chain, a.Area) - slices.Index(chain, b.Area) })
	if err := json.Unmarshal([]byte(nearest.Weights), &nearest.WeightOf); err != nil {
		return nil, fmt.Errorf("policy of area %s: %w", nearest.Area, err)
	}
	return &nearest, nil
}

// SetPolicy writes an area's policy in place of the one that it had.
func SetPolicy(ctx context.Context, tx bun.Tx, p *Policy) (err error) {
	if p.Weights, err = toJSON(p.WeightOf); err != nil {
		return err
	}
	if err := ForgetPolicy(ctx, tx, p.Area); err != nil {
		return err
	}
	_, err = tx.NewInsert().Model(p).Exec(ctx)
	return err
}

// ForgetPolicy takes an area's policy back: that of the areas above holds again.
func ForgetPolicy(ctx context.Context, tx bun.Tx, area string) error {
	_, err := tx.NewDelete().Model((*Policy)(nil)).Where("area = ?", area).Exec(ctx)
	return err
}
