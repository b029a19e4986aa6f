package scheduler

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	recording "github.com/tongtang/tongtang/recorder/link"

	"github.com/tongtang/tongtang/internal/grant"
	"github.com/tongtang/tongtang/internal/httpd"
	"github.com/tongtang/tongtang/scheduler/db"
	"github.com/tongtang/tongtang/scheduler/timetable"
)

// mediaTTL is how long the cookie that plays a recording is good for.
const mediaTTL = 6 * time.Hour

const mediaCookie = "tongtang_media"

func (s *Server) listResources(ctx context.Context, in *resourcesInput) (*answer[Resources], error) {
	who := callerOf(ctx)
	rows, err := db.Resources(ctx, s.db.Read(), db.ResourceFilter{Words: strings.Fields(in.Q), Subject: in.Subject,
		Schools: who.schools(db.Roles...), Lecturer: who.person.ID})
	if err != nil {
		return nil, err
	}
	ids := make([]string, len(rows))
	for i, r := range rows {
		ids[i] = r.Lesson
	}
	lessons, err := db.Lessons(ctx, s.db.Read(), db.LessonFilter{IDs: ids})
	if err != nil {
		return nil, err
	}
	seen := map[string]bool{}
	for i := range lessons {
		seen[lessons[i].ID] = who.sees(&lessons[i])
	}
	out := Resources{Resources: []Resource{}}
	for _, r := range rows {
		if !seen[r.Lesson] {
			continue
		}
		res, err := s.resource(r)
		if err != nil {
			return nil, err
		}
		out.Resources = append(out.Resources, res)
	}
	return &answer[Resources]{out}, nil
}

func (s *Server) resource(r db.ResourceView) (Resource, error) {
	out := Resource{ID: r.Lesson, Title: r.Title, Subject: r.Subject, Grade: r.Grade, Lecturer: r.Lecturer, School: r.SchoolName,
		Date: timetable.DateOf(r.TaughtAt.Time(), s.zone).String(), State: r.State, Duration: r.Duration}
	if err := json.Unmarshal([]byte(r.Recording), &out.Recording); err != nil {
		return out, fmt.Errorf("recording of lesson %s: %w", r.Lesson, err)
	}
	if out.Recording.Poster != "" {
		out.Poster = mediaURL(r.Lesson, out.Recording.Poster)
	}
	return out, nil
}

// mediaURL is where the recorder's route serves a key of the store: resources/{lesson}/x is at /media/{lesson}/x.
func mediaURL(lesson, key string) string {
	return "/media/" + lesson + "/" + strings.TrimPrefix(key, "resources/"+lesson+"/")
}

func (s *Server) getResource(ctx context.Context, in *ByID) (*withCookie[ResourceDetail], error) {
	who := callerOf(ctx)
	row, err := db.ResourceByLesson(ctx, s.db.Read(), in.ID)
	unknown := httpd.Fail(http.StatusNotFound, "resource-unknown", "there is no such resource, or you may not see it")
	if errors.Is(err, db.ErrNotFound) {
		return nil, unknown
	}
	if err != nil {
		return nil, err
	}
	if _, err := s.lessonFor(ctx, who, in.ID); err != nil {
		return nil, unknown
	}
	res, err := s.resource(*row)
	if err != nil {
		return nil, err
	}
	out := &withCookie[ResourceDetail]{Body: ResourceDetail{Resource: res, Chapters: res.Recording.Chapters}}
	if out.Body.Chapters == nil {
		out.Body.Chapters = []recording.Chapter{}
	}
	if res.Recording.HLS != "" {
		out.Body.HLS = mediaURL(in.ID, res.Recording.HLS)
	}
	if res.Recording.MP4 != "" {
		out.Body.MP4 = mediaURL(in.ID, res.Recording.MP4)
	}
	cookie, err := s.mediaCookie(who, in.ID)
	out.Cookie = []http.Cookie{cookie}
	return out, err
}

// mediaCookie opens the recorder's route for one lesson's recording.
func (s *Server) mediaCookie(who *caller, lesson string) (http.Cookie, error) {
	c := grant.Claims{Lesson: lesson, Role: grant.Media}
	c.Subject = who.person.ID
	token, err := s.signer.Sign(c, mediaTTL)
	return s.cookie(mediaCookie, token, "/media/"+lesson, time.Now().Add(mediaTTL)), err
}
