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
	list, err := s.offers(ctx, s.db.Read(), rows)
	return &answer[Offers]{Offers{list}}, err
}

// offers fills in the rooms.
func (s *Server) offers(ctx context.Context, q bun.IDB, rows []db.OfferView) ([]Offer, error) {
	names, err := db.RoomNames(ctx, q, rows)
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

func (s *Server) addOffer(ctx context.Context, in *addOfferInput) (*tagged[Offer], error) {
	row := &db.Offer{ID: ident.New(), Created: db.At(s.now())}
	if err := fillOffer(ctx, row, in.Body); err != nil {
		return nil, err
	}
	callerOf(ctx).note.detail = in.Body.Subject
	err := s.db.Tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		if err := checkOffer(ctx, tx, row, in.Body.Rooms); err != nil {
			return err
		}
		_, err := tx.NewInsert().Model(row).Exec(ctx)
		return err
	})
	return s.tellOffer(ctx, row.ID, err)
}

func (s *Server) setOffer(ctx context.Context, in *setOfferInput) (*tagged[Offer], error) {
	callerOf(ctx).note.detail = in.Body.Subject
	err := s.changeOffer(ctx, in.ChangeByID, func(ctx context.Context, tx bun.Tx, row *db.Offer) error {
		if in.Body.School != row.School || in.Body.Lecturer != row.Lecturer {
			return courseFault("lecturer-unknown", "an offer stays with its lecturer")
		}
		if err := fillOffer(ctx, row, in.Body); err != nil {
			return err
		}
		return checkOffer(ctx, tx, row, in.Body.Rooms)
	})
	return s.tellOffer(ctx, in.ID, err)
}

func (s *Server) withdrawOffer(ctx context.Context, in *ChangeByID) (*empty, error) {
	return done(s.changeOffer(ctx, *in, func(_ context.Context, _ bun.Tx, row *db.Offer) error {
		row.Withdrawn = true
		return nil
	}))
}

// changeOffer changes an offer, or tells what others have made of it since the caller read it.
func (s *Server) changeOffer(ctx context.Context, in ChangeByID, change func(context.Context, bun.Tx, *db.Offer) error) error {
	var row *db.OfferView
	look := func(ctx context.Context, q bun.IDB) (doc any, err error) {
		row, doc, err = s.offerFor(ctx, q, in.ID)
		return doc, err
	}
	return s.changeDocument(ctx, in, db.OfferVersion, look, func(ctx context.Context, tx bun.Tx) error {
		if row.Withdrawn {
			return errOfferUnknown
		}
		if err := change(ctx, tx, &row.Offer); err != nil {
			return err
		}
		return db.SetOffer(ctx, tx, &row.Offer)
	})
}

var errOfferUnknown = httpd.Fail(http.StatusNotFound, "offer-unknown", "there is no such offer, or you may not see it")

// offerFor finds an offer that the caller may change, also one that was withdrawn.
func (s *Server) offerFor(ctx context.Context, q bun.IDB, id string) (*db.OfferView, Offer, error) {
	rows, err := db.Offers(ctx, q, db.NeedFilter{IDs: []string{id}, Day: s.day().String(), Withdrawn: true})
	if err != nil {
		return nil, Offer{}, err
	}
	who := callerOf(ctx)
	if len(rows) == 0 || !who.covers(rows[0].School, matching...) {
		return nil, Offer{}, errOfferUnknown
	}
	if !who.mayOffer(rows[0].School, rows[0].Lecturer) {
		return nil, Offer{}, errNotAllowed
	}
	list, err := s.offers(ctx, q, rows)
	if err != nil {
		return nil, Offer{}, err
	}
	return &rows[0], list[0], nil
}

// fillOffer writes what was asked for into the row of an offer.
func fillOffer(ctx context.Context, row *db.Offer, in NewOffer) error {
	who := callerOf(ctx)
	switch {
	case who.areas[in.School].Level != db.SchoolLevel || !who.covers(in.School, matching...):
		return schoolUnknown(in.School)
	case !who.mayOffer(in.School, in.Lecturer):
		return errNotAllowed
	}
	row.School, row.Lecturer, row.Subject, row.Edition, row.AnyEdition, row.Unit = in.School, in.Lecturer, in.Subject, in.Edition, in.AnyEdition, in.Unit
	row.Cap, row.OwnLoad, row.Note = in.Cap, in.OwnLoad, in.Note
	return errors.Join(write(&row.Grades, slices.Sorted(slices.Values(in.Grades))), write(&row.Rooms, in.Rooms), write(&row.Languages, nonNil(in.Languages)),
		write(&row.Free, nonNil(in.Free)), write(&row.Blocked, nonNil(in.Blocked)))
}

// tellOffer answers with an offer that was written, or says why it was not.
func (s *Server) tellOffer(ctx context.Context, id string, err error) (*tagged[Offer], error) {
	if db.IsDuplicate(err) {
		err = httpd.Fail(http.StatusConflict, "offer-there", "the lecturer has an offer of this subject already")
	}
	if err != nil {
		return nil, err
	}
	callerOf(ctx).note.object = id
	_, o, err := s.offerFor(ctx, s.db.Read(), id)
	if err != nil {
		return nil, err
	}
	return withVersion(o, o.Version), nil
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
