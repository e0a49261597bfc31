package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"keepiton"
	"keepiton/sample"
	"keepiton/store"
)

const demoHelp = `usage: keepiton demo [--listen :8080]

Serves a made-up world from a temporary folder, which is removed at the end.
Every page and export says that it is sample data. It prints links that sign two
made-up analysts in at the desk, where five made-up reports wait to be opened.

  keepiton demo --listen 127.0.0.1:8080`

func demoCommand() command {
	return command{name: "demo", summary: "the same on a made-up world", help: demoHelp, run: runDemo}
}

func runDemo(ctx context.Context, e *env, args []string) (code int, err error) {
	s, err := serveSettings(e, "demo", args, nil)
	if err != nil {
		return exitUsage, err
	}
	dir, err := os.MkdirTemp("", "keepiton-demo-*")
	if err != nil {
		return exitFailed, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	s.Data, s.DB = dir, ""
	st, err := openStore(ctx, s)
	if err != nil {
		return exitFailed, err
	}
	defer st.Close()
	if err := fillSample(ctx, st, time.Now()); err != nil {
		return exitFailed, err
	}
	if err := demoSignals(ctx, s, st, time.Now()); err != nil {
		return exitFailed, err
	}
	keys, err := demoKeys(s, time.Now())
	if err != nil {
		return exitFailed, fmt.Errorf("made-up keys: %w", err)
	}
	return serve(ctx, e, s, st, &hosted{keys: keys[0], demo: true})
}

// fillSample writes the made-up world into an empty record and marks it.
func fillSample(ctx context.Context, st store.Store, now time.Time) error {
	var edits []store.Edit
	for _, rev := range sample.World(now) {
		edits = append(edits, store.Edit{ID: rev.Incident.ID, Base: rev.N - 1, Rev: rev})
	}
	if _, err := st.Append(ctx, edits...); err != nil {
		return fmt.Errorf("write the made-up world: %w", err)
	}
	for _, told := range sample.Stories(now) {
		rev, err := st.AppendStory(ctx, 0, keepiton.StoryRevision{Recorded: now, Role: keepiton.RoleEditor, Reason: "made up", Story: told.Story})
		if err != nil {
			return fmt.Errorf("write a made-up story: %w", err)
		}
		if m := rev.Story.Media; len(m) > 0 {
			if err := st.PutMedia(ctx, store.MediaFile{SHA256: m[0].SHA256, Type: m[0].Type, Subjects: []string{string(rev.Story.ID)}, Bytes: told.Picture}); err != nil {
				return err
			}
		}
	}
	if err := fillCampaign(ctx, st, now); err != nil {
		return err
	}
	if err := fillSignatures(ctx, st, now); err != nil {
		return err
	}
	if err := st.SetMeta(ctx, "sample", "yes"); err != nil {
		return err
	}
	return publishIDs(ctx, st, now.UTC().Truncate(time.Second))
}
