package scheduler

import (
	"context"
	"slices"

	"github.com/tongtang/tongtang/scheduler/db"
)

// caller is who makes a request: a person, or a device, or (both nil) someone who is not signed in.
type caller struct {
	person    *db.Account
	areas     db.Areas
	device    *db.Device
	address   string // where the request came from
	token     string // session cookie
	note      note   // for the audit log
	operation string // id of what is asked for
}

// note is what the audit log says of a request besides its operation.
type note struct {
	object, detail string
	none           bool // nothing was changed: there is nothing to note
}

type callerKey struct{}

// callerOf returns who makes the request. Every operation has one.
func callerOf(ctx context.Context) *caller {
	c, _ := ctx.Value(callerKey{}).(*caller)
	return c
}

// id is the person's or the device's id.
func (c *caller) id() string {
	switch {
	case c.person != nil:
		return c.person.ID
	case c.device != nil:
		return c.device.ID
	}
	return ""
}

// holds tells whether the person has one of the roles somewhere.
func (c *caller) holds(roles ...db.Role) bool {
	return slices.ContainsFunc(c.person.Roles, func(r db.PersonRole) bool { return slices.Contains(roles, r.Role) })
}

// covers tells whether one of the roles holds for the area: for itself or one above it.
func (c *caller) covers(area string, roles ...db.Role) bool {
	return slices.ContainsFunc(c.person.Roles, func(r db.PersonRole) bool {
		return slices.Contains(roles, r.Role) && c.areas.Within(area, r.Area)
	})
}

// schools lists the schools for which one of the roles holds, sorted.
func (c *caller) schools(roles ...db.Role) []string {
	found := []string{}
	for _, r := range c.person.Roles {
		if slices.Contains(roles, r.Role) {
			found = append(found, c.areas.Schools(r.Area)...)
		}
	}
	slices.Sort(found)
	return slices.Compact(found)
}
