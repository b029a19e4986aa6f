package db

import (
	"context"

	"github.com/uptrace/bun"
)

// Schools finds schools with their names, by name.
func Schools(ctx context.Context, q bun.IDB, ids []string) ([]School, error) {
	var rows []School
	err := q.NewSelect().Model(&rows).ModelTableExpr("schools AS school").ColumnExpr("school.*, a.name AS name, a.version AS version").
		Join("JOIN areas a ON a.id = school.id").Where("school.id IN (?)", bun.List(ids)).Order("a.name", "school.id").Scan(ctx)
	return rows, err
}

// ClassesOf lists a school's classes by grade and name.
func ClassesOf(ctx context.Context, q bun.IDB, school string) ([]Class, error) {
	var rows []Class
	err := q.NewSelect().Model(&rows).Where("school = ?", school).Order("grade", "name").Scan(ctx)
	return rows, err
}

// SetContract sets what the school's line carries, kbit/s; 0: no contract of its own.
func SetContract(ctx context.Context, tx bun.Tx, school string, down, up int) error {
	_, err := tx.NewUpdate().Model(&School{ID: school, DownKbps: down, UpKbps: up}).Column("down_kbps", "up_kbps").WherePK().Exec(ctx)
	return err
}

// SetPlace sets where the school stands, degrees; both 0: it is not known.
func SetPlace(ctx context.Context, tx bun.Tx, school string, lat, lon float64) error {
	_, err := tx.NewUpdate().Model(&School{ID: school, Lat: lat, Lon: lon}).Column("lat", "lon").WherePK().Exec(ctx)
	return err
}

// SchoolByCalendar finds the school whose iCalendar feed has this secret; ErrNotFound.
func SchoolByCalendar(ctx context.Context, q bun.IDB, secret string) (*School, error) {
	var id string
	if err := q.NewSelect().Model((*School)(nil)).Column("id").Where("calendar = ?", secret).Scan(ctx, &id); err != nil {
		return nil, err
	}
	rows, err := Schools(ctx, q, []string{id})
	if err == nil && len(rows) == 0 {
		err = ErrNotFound
	}
	if err != nil {
		return nil, err
	}
	return &rows[0], nil
}
