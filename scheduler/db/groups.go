package db

import (
	"context"

	"github.com/uptrace/bun"
)

// GroupView is a teaching group with its classes.
type GroupView struct {
	TeachingGroup
	Classes []string `bun:"-"`
}

// GroupsOf lists a school's teaching groups by name.
func GroupsOf(ctx context.Context, q bun.IDB, school string) ([]GroupView, error) {
	var rows []struct {
		TeachingGroup
		Class string
	}
	err := q.NewSelect().Model(&rows).ModelTableExpr("teaching_groups AS g").ColumnExpr("g.*, c.class").
		Join("JOIN teaching_group_classes c ON c.teaching_group = g.id").Where("g.school = ?", school).Order("g.name", "c.class").Scan(ctx)
	var groups []GroupView
	for _, r := range rows {
		if n := len(groups); n == 0 || groups[n-1].ID != r.ID {
			groups = append(groups, GroupView{TeachingGroup: r.TeachingGroup})
		}
		g := &groups[len(groups)-1]
		g.Classes = append(g.Classes, r.Class)
	}
	return groups, err
}

// InsertGroup writes a teaching group of pupils from these classes.
func InsertGroup(ctx context.Context, tx bun.Tx, g *TeachingGroup, classes []string) error {
	rows := make([]TeachingGroupClass, len(classes))
	for i, c := range classes {
		rows[i] = TeachingGroupClass{TeachingGroup: g.ID, Class: c}
	}
	return insertAll(ctx, tx, g, &rows)
}

// PortableDevicesOf lists what a school lends to lessons, by name.
func PortableDevicesOf(ctx context.Context, q bun.IDB, school string) ([]PortableDevice, error) {
	var rows []PortableDevice
	err := q.NewSelect().Model(&rows).Where("school = ?", school).Order("name").Scan(ctx)
	return rows, err
}
