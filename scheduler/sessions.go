package scheduler

import (
	"context"
	"encoding/base64"
	"errors"
	"net/http"
	"time"

	"github.com/alexedwards/scs/v2"
	"github.com/uptrace/bun"

	"github.com/tongtang/tongtang/scheduler/db"
)

const (
	sessionCookie   = "tongtang_session"
	sessionLifetime = 7 * 24 * time.Hour
	personKey       = "person"
)

// newSessions keeps sessions in the scheduler's database, under a hash of the cookie's value.
func newSessions(d *db.DB) *scs.SessionManager {
	// Not scs.New: it starts a goroutine for a store in memory. The names of cookies and contexts do not matter, we have one manager.
	return &scs.SessionManager{Store: sessionStore{d}, Lifetime: sessionLifetime, HashTokenInStore: true, Codec: scs.GobCodec{}}
}

// openSession makes a session for the person and the cookie that carries it. A session that the browser had before is ended.
func (s *Server) openSession(ctx context.Context, old, person string) (http.Cookie, error) {
	if err := s.closeSession(ctx, old); err != nil {
		return http.Cookie{}, err
	}
	ctx, err := s.sessions.Load(ctx, "")
	if err != nil {
		return http.Cookie{}, err
	}
	s.sessions.Put(ctx, personKey, person)
	token, expires, err := s.sessions.Commit(ctx)
	if err != nil {
		return http.Cookie{}, err
	}
	return s.cookie(sessionCookie, token, "/", expires), nil
}

// closeSession forgets the session of the cookie's value, if there is one.
func (s *Server) closeSession(ctx context.Context, token string) error {
	if token == "" {
		return nil
	}
	ctx, err := s.sessions.Load(ctx, token)
	if err != nil {
		return err
	}
	return s.sessions.Destroy(ctx)
}

// sessionPerson is the id of the person whose session it is, "" where there is none.
func (s *Server) sessionPerson(ctx context.Context, token string) (string, error) {
	if token == "" {
		return "", nil
	}
	ctx, err := s.sessions.Load(ctx, token)
	if err != nil {
		return "", err
	}
	return s.sessions.GetString(ctx, personKey), nil
}

// cookie never leaves for another site's requests, and no script can read it.
func (s *Server) cookie(name, value, path string, expires time.Time) http.Cookie {
	return http.Cookie{Name: name, Value: value, Path: path, Expires: expires.UTC(), HttpOnly: true, Secure: s.secure, SameSite: http.SameSiteLaxMode}
}

// sessionStore is scs's store on our table.
type sessionStore struct{ db *db.DB }

var _ scs.CtxStore = sessionStore{}

func (st sessionStore) FindCtx(ctx context.Context, token string) ([]byte, bool, error) {
	var row db.Session
	err := st.db.Read().NewSelect().Model(&row).Where("token = ?", token).Where("expires > ?", db.At(time.Now())).Scan(ctx)
	if errors.Is(err, db.ErrNotFound) {
		return nil, false, nil
	}
	if err != nil {
		return nil, false, err
	}
	data, err := base64.StdEncoding.DecodeString(row.Data)
	return data, err == nil, nil
}

func (st sessionStore) CommitCtx(ctx context.Context, token string, data []byte, expires time.Time) error {
	row := &db.Session{Token: token, Data: base64.StdEncoding.EncodeToString(data), Expires: db.At(expires)}
	return st.db.Tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		_, err := tx.NewInsert().Model(row).On("CONFLICT (token) DO UPDATE").Set("data = EXCLUDED.data").Set("expires = EXCLUDED.expires").Exec(ctx)
		return err
	})
}

func (st sessionStore) DeleteCtx(ctx context.Context, token string) error {
	return st.db.Tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		_, err := tx.NewDelete().Model((*db.Session)(nil)).Where("token = ?", token).Exec(ctx)
		return err
	})
}

// scs asks for the forms without a context too, and calls them only where a store has no others.
func (st sessionStore) Find(token string) ([]byte, bool, error) {
	return st.FindCtx(context.Background(), token)
}
func (st sessionStore) Commit(token string, data []byte, expires time.Time) error {
	return st.CommitCtx(context.Background(), token, data, expires)
}
func (st sessionStore) Delete(token string) error { return st.DeleteCtx(context.Background(), token) }
