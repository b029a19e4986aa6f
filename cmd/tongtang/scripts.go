package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"text/tabwriter"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"github.com/tongtang/tongtang/internal/grant"
	"github.com/tongtang/tongtang/internal/ident"
	"github.com/tongtang/tongtang/scheduler"
)

// lessonsCmd works beside a running server, on its data folder.
type lessonsCmd struct {
	dataDir
	JSON bool `help:"One JSON object a line: id, state, title, start, end."`
}

func (l *lessonsCmd) Run(ctx context.Context) error {
	facts, err := scheduler.Attach(ctx, l.database())
	if err != nil {
		return err
	}
	defer facts.Close()
	lessons, err := facts.Lessons(ctx, time.Time{}, time.Time{})
	if err != nil {
		return err
	}
	if l.JSON {
		return scheduler.WriteLines(os.Stdout, lessons)
	}
	out := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
	for _, lesson := range lessons {
		fmt.Fprintf(out, "%s\t%s\t%s\t%s\n", lesson.ID, lesson.State, lesson.Start.Local().Format("2006-01-02 15:04"), lesson.Title)
	}
	return out.Flush()
}

// grantCmd lets scripts publish, view and record without signing in; whoever can read the data folder may do that.
type grantCmd struct {
	dataDir
	Lesson string        `required:"" help:"Id of the lesson."`
	Role   string        `required:"" enum:"viewer,publisher,recorder" help:"viewer, publisher or recorder."`
	Source string        `help:"Name of the source that a publisher may publish."`
	TTL    time.Duration `default:"4h" help:"How long the grant is valid."`
}

func (g *grantCmd) Run(ctx context.Context) error {
	role := grant.Role(g.Role)
	if (role == grant.Publisher) != (g.Source != "") {
		return errors.New("--source goes with --role publisher, and a publisher needs it")
	}
	if g.Source != "" && !ident.Valid(g.Source) {
		return fmt.Errorf("%q cannot be the name of a source: 1–64 characters a–z, 0–9 and -", g.Source)
	}
	if g.TTL <= 0 || g.TTL > 24*time.Hour {
		return errors.New("--ttl is at most 24h")
	}
	facts, err := scheduler.Attach(ctx, g.database())
	if err != nil {
		return err
	}
	defer facts.Close()
	lesson, err := facts.Lesson(ctx, g.Lesson)
	switch {
	case errors.Is(err, scheduler.ErrNoLesson):
		return fmt.Errorf("there is no lesson %s: `tongtang lessons` lists them", g.Lesson)
	case err != nil:
		return err
	case lesson.Over():
		return fmt.Errorf("the lesson %s is %s: nothing can be published or seen in it", g.Lesson, lesson.State)
	}
	signer, err := grant.Load(g.grantKey())
	if err != nil {
		return err
	}
	c := grant.Claims{Lesson: g.Lesson, Role: role, Name: "script", RegisteredClaims: jwt.RegisteredClaims{Subject: "script-" + ident.New()}}
	if g.Source != "" {
		c.Publish = []string{g.Source}
		c.Subject = "script-" + g.Source
	}
	token, err := signer.Sign(c, g.TTL)
	if err != nil {
		return err
	}
	fmt.Println(token)
	return nil
}
