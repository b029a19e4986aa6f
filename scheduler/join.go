package scheduler

import (
	"context"
	"net/http"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"github.com/tongtang/tongtang/internal/grant"
	"github.com/tongtang/tongtang/internal/httpd"
	"github.com/tongtang/tongtang/scheduler/db"
	"github.com/tongtang/tongtang/scheduler/link"
)

// grantTTL is how long a grant to enter a lesson is good for; whoever stays asks again before.
const grantTTL = 10 * time.Minute

func (s *Server) joinLesson(ctx context.Context, in *joinInput) (*answer[link.Join], error) {
	who := callerOf(ctx)
	l, err := s.lessonFor(ctx, who, in.ID)
	if err != nil {
		return nil, err
	}
	p := who.partOf(l)
	if p.role == "" {
		return nil, errNotAllowed
	}
	c := personClaims(who, p)
	if in.Body != nil && in.Body.As == "room" {
		if p, err = who.asRoom(l, in.Body.Room); err != nil {
			return nil, err
		}
		c = roomClaims(p.room)
	}
	join, err := s.join(c, p, l, s.dated(who, l))
	return &answer[link.Join]{join}, err
}

// asRoom is the part of a classroom's big screen, for whoever sits with the class.
func (c *caller) asRoom(l *db.LessonView, room string) (part, error) {
	for i := range l.Rooms {
		r := &l.Rooms[i]
		if i > 0 && c.assists(r) && (room == "" || room == r.Room) {
			return part{grant.Room, r}, nil
		}
	}
	return part{}, httpd.Fail(http.StatusForbidden, "not-allowed", "only the assistant of a receiving room can join as that room")
}

func personClaims(who *caller, p part) grant.Claims {
	c := grant.Claims{Role: p.role, Name: who.person.Name, School: p.room.School}
	c.Subject = who.person.ID
	switch p.role {
	case grant.Lecturer:
		c.Publish = []string{"screen", "lecturer-" + who.person.ID}
		c.Room = p.room.Room
	case grant.Assistant:
		c.Room = p.room.Room
	}
	return c
}

// roomClaims are the same whether a browser or a device stands for the room: it is one participant.
func roomClaims(r *db.LessonRoomView) grant.Claims {
	c := grant.Claims{Role: grant.Room, Name: r.SchoolName + " " + r.RoomName, School: r.School, Room: r.Room}
	c.Subject = "room-" + r.Room
	if link.RoomClass(r.RoomClass) != link.TerminalRoom {
		c.Publish = []string{"room-" + r.Room}
	}
	return c
}

// lecturerDeviceClaims are those of the device in the lecturer's room.
func lecturerDeviceClaims(d *db.Device, l *db.LessonView) grant.Claims {
	c := grant.Claims{Role: grant.Lecturer, Name: l.LecturerName, School: l.Rooms[0].School, Room: d.Room, Publish: []string{"camera", "camera2", "camera3"}}
	c.RegisteredClaims = jwt.RegisteredClaims{Subject: d.ID}
	return c
}

// join signs the grant for a live lesson and says where to go with it.
func (s *Server) join(c grant.Claims, p part, l *db.LessonView, view link.DatedLesson) (link.Join, error) {
	if l.State != string(link.Live) {
		if isOver(l.State) {
			return link.Join{}, httpd.Fail(http.StatusConflict, "not-live", "the lesson is over").With("state", l.State)
		}
		return link.Join{}, httpd.Fail(http.StatusConflict, "not-live", "the lesson is not on air yet").With("state", l.State).With("start", l.StartAt.Time())
	}
	c.Lesson = l.ID
	c.SchoolDown, c.SchoolUp = p.room.DownKbps, p.room.UpKbps
	token, err := s.signer.Sign(c, grantTTL)
	if err != nil {
		return link.Join{}, err
	}
	live := "/live/" + l.ID
	j := link.Join{Grant: token, Expires: time.Now().Add(grantTTL).UTC().Truncate(time.Second), Role: string(p.role), Lesson: view,
		Me: link.Named{ID: c.Subject, Name: c.Name}, WHEP: live + "/whep", Events: live + "/events", WHIP: []link.WHIPSource{}, ICEServers: []link.ICEServer{}}
	for _, ice := range s.cfg.ICE.For(c.Subject, l.EndAt.Time(), s.now()) {
		j.ICEServers = append(j.ICEServers, link.ICEServer{URLs: ice.URLs, Username: ice.Username, Credential: ice.Credential})
	}
	for _, source := range c.Publish {
		j.WHIP = append(j.WHIP, link.WHIPSource{Source: source, URL: live + "/whip?source=" + source})
	}
	return j, nil
}
