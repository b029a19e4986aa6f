package scheduler

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"slices"

	"github.com/uptrace/bun"

	"github.com/tongtang/tongtang/internal/httpd"
	"github.com/tongtang/tongtang/internal/ident"
	"github.com/tongtang/tongtang/scheduler/db"
	"github.com/tongtang/tongtang/scheduler/link"
)

func (s *Server) listOffers(ctx context.Context, _ *nothing) (*answer[Offers], error) {
	rows, err := db.Offers(ctx, s.db.Read(), db.NeedFilter{Schools: callerOf(ctx).schools(matching...), Day: s.day().String()})
	if err != nil {
		return nil, err
	}
	list, err := s.offers(ctx, rows)
	return &answer[Offers]{Offers{list}}, err
}

// offers fills in the rooms.
func (s *Server) offers(ctx context.Context, rows []db.OfferView) ([]Offer, error) {
	names, err := db.RoomNames(ctx, s.db.Read(), rows)
	list := make([]Offer, len(rows))
	for i := range rows {
		list[i] = offerOf(&rows[i], names, callerOf(ctx))
	}
	return list, err
}

func offerOf(o *db.OfferView, rooms map[string]string, who *caller) Offer {
	out := Offer{ID: o.ID, School: link.Named{ID: o.School, Name: o.SchoolName}, Lecturer: link.Named{ID: o.Lecturer, Name: o.LecturerName}, Subject: o.Subject,
		Grades: nonNil(o.GradeList), Edition: o.Edition, AnyEdition: o.AnyEdition, Unit: o.Unit, Rooms: []link.Named{}, Languages: nonNil(o.LanguageList), Cap: o.Cap,
		OwnLoad: o.OwnLoad, Load: o.Load, Free: nonNil(o.FreeCells), Blocked: nonNil(o.BlockedCells), Note: o.Note, Version: o.Version, May: who.mayOffer(o.School, o.Lecturer)}
	for _, id := range o.RoomList {
		out.Rooms = append(out.Rooms, link.Named{ID: id, Name: rooms[id]})
	}
	return out
}

// mayOffer tells whether the caller may say what the lecturer gives: the school, the coordinator, and the lecturer.
func (c *caller) mayOffer(school, lecturer string) bool {
	return c.covers(school, equipping...) || (c.person.ID == lecturer && c.covers(school, db.Lecturer))
}

func (s *Server) addOffer(ctx context.Context, in *addOfferInput) (*answer[Offer], error) {
	return s.saveOffer(ctx, &db.Offer{ID: ident.New(), Created: db.At(s.now())}, in.Body)
}

func (s *Server) setOffer(ctx context.Context, in *setOfferInput) (*answer[Offer], error) {
	was, err := s.offerFor(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	if in.Body.Version == 0 {
		return nil, versionMissing(was.Version)
	}
	return s.saveOffer(ctx, &was.Offer, in.Body)
}

// offerFor finds an offer that the caller may change.
func (s *Server) offerFor(ctx context.Context, id string) (*db.OfferView, error) {
	rows, err := db.Offers(ctx, s.db.Read(), db.NeedFilter{IDs: []string{id}, Day: s.day().String()})
	if err != nil {
		return nil, err
	}
	who := callerOf(ctx)
	if len(rows) == 0 || !who.covers(rows[0].School, matching...) {
		return nil, httpd.Fail(http.StatusNotFound, "offer-unknown", "there is no such offer, or you may not see it")
	}
	if !who.mayOffer(rows[0].School, rows[0].Lecturer) {
		return nil, errNotAllowed
	}
	return &rows[0], nil
}

func (s *Server) saveOffer(ctx context.Context, row *db.Offer, in NewOffer) (*answer[Offer], error) {
	who := callerOf(ctx)
	switch {
	case who.areas[in.School].Level != db.SchoolLevel || !who.covers(in.School, matching...):
		return nil, schoolUnknown(in.School)
	case !who.mayOffer(in.School, in.Lecturer):
		return nil, errNotAllowed
	case row.Version > 0 && (in.School != row.School || in.Lecturer != row.Lecturer):
		return nil, courseFault("lecturer-unknown", "an offer stays with its lecturer")
	}
	next := *row
	if row.Version > 0 {
		next.Version = in.Version // what the change is based on
	}
	next.School, next.Lecturer, next.Subject, next.Edition, next.AnyEdition, next.Unit = in.School, in.Lecturer, in.Subject, in.Edition, in.AnyEdition, in.Unit
	next.Cap, next.OwnLoad, next.Note = in.Cap, in.OwnLoad, in.Note
	grades := slices.Sorted(slices.Values(in.Grades))
	err := errors.Join(write(&next.Grades, grades), write(&next.Rooms, in.Rooms), write(&next.Languages, nonNil(in.Languages)), write(&next.Free, nonNil(in.Free)),
		write(&next.Blocked, nonNil(in.Blocked)))
	if err != nil {
		return nil, err
	}
	who.note.object, who.note.detail = row.ID, in.Subject
	err = s.db.Tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		if err := checkOffer(ctx, tx, &next, in.Rooms); err != nil {
			return err
		}
		saved := next
		return db.SaveOffer(ctx, tx, &saved)
	})
	if err = s.staleMatch(ctx, err, func() (any, int, error) {
		now, err := s.offerFor(ctx, row.ID)
		if err != nil {
			return nil, 0, err
		}
		list, err := s.offers(ctx, []db.OfferView{*now})
		if err != nil {
			return nil, 0, err
		}
		return list[0], now.Version, nil
	}); db.IsDuplicate(err) {
		return nil, httpd.Fail(http.StatusConflict, "offer-there", "the lecturer has an offer of this subject already")
	}
	if err != nil {
		return nil, err
	}
	saved, err := s.offerFor(ctx, row.ID)
	if err != nil {
		return nil, err
	}
	list, err := s.offers(ctx, []db.OfferView{*saved})
	if err != nil {
		return nil, err
	}
	return &answer[Offer]{list[0]}, nil
}

// write puts a list into its column.
func write(column *string, list any) error {
	raw, err := json.Marshal(list)
	*column = string(raw)
	return err
}

func checkOffer(ctx context.Context, tx bun.Tx, o *db.Offer, rooms []string) error {
	if err := checkHolds(ctx, tx, o.Lecturer, db.Lecturer, o.School); err != nil {
		return err
	}
	for _, room := range rooms {
		if err := checkRoom(ctx, tx, room, o.School, link.LecturerRoom); err != nil {
			return err
		}
	}
	return nil
}

// checkRoom refuses a room that the school does not have, or not of the class where one is given. No room is no fault.
func checkRoom(ctx context.Context, q bun.IDB, id, school string, class link.RoomClass) error {
	if id == "" {
		return nil
	}
	room, err := db.RoomByID(ctx, q, id)
	if errors.Is(err, db.ErrNotFound) || (err == nil && (room.School != school || (class != "" && room.Class != string(class)))) {
		return courseFault("room-unknown", "the school has no such room").With("room", id)
	}
	return err
}

func (s *Server) withdrawOffer(ctx context.Context, in *ByID) (*empty, error) {
	o, err := s.offerFor(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	return done(s.db.Tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		row := o.Offer
		row.Withdrawn = true
		return db.SaveOffer(ctx, tx, &row)
	}))
}
