package db

import (
	"context"
	"strings"

	"github.com/uptrace/bun"
)

// ResourceView is a resource with its school's name.
type ResourceView struct {
	Resource
	SchoolName string
}

// ResourceFilter chooses resources.
type ResourceFilter struct {
	Words    []string // all of them are in the title, the lecturer's or the school's name
	Subject  string
	Schools  []string // one of them took part in the lesson, or Lecturer taught it
	Lecturer string
}

const maxResources = 500

// Resources finds resources, the latest first.
func Resources(ctx context.Context, q bun.IDB, f ResourceFilter) ([]ResourceView, error) {
	var rows []ResourceView
	sel := resources(q, &rows).Order("resource.taught_at DESC", "resource.lesson").Limit(maxResources).
		Where("(l.lecturer = ? OR EXISTS (SELECT 1 FROM lesson_rooms r WHERE r.lesson = resource.lesson AND r.school IN (?)))", f.Lecturer, bun.List(f.Schools))
	if f.Subject != "" {
		sel = sel.Where("resource.subject = ?", f.Subject)
	}
	escape := strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`)
	for _, w := range f.Words {
		pattern := "%" + escape.Replace(strings.ToLower(w)) + "%"
		sel = sel.Where(`lower(resource.title || ' ' || resource.lecturer || ' ' || a.name) LIKE ? ESCAPE '\'`, pattern)
	}
	return rows, sel.Scan(ctx)
}

// ResourceByLesson finds the resource of a lesson; ErrNotFound.
func ResourceByLesson(ctx context.Context, q bun.IDB, lesson string) (*ResourceView, error) {
	var row ResourceView
	err := resources(q, &row).Where("resource.lesson = ?", lesson).Scan(ctx)
	return &row, err
}

func resources(q bun.IDB, model any) *bun.SelectQuery {
	return q.NewSelect().Model(model).ModelTableExpr("resources AS resource").ColumnExpr("resource.*, a.name AS school_name").
		Join("JOIN lessons l ON l.id = resource.lesson").Join("JOIN areas a ON a.id = resource.school")
}
