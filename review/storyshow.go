package review

import (
	"context"
	"crypto/sha256"

	"keepiton"
	"keepiton/store"
)

// storyLabel keeps a signature under a story from being one under anything
// else.
const storyLabel = "keepiton story approval 1\n"

// StoryContent is what readers would see of st as its revision n, as canonical
// JSON; see Content.
func StoryContent(st *keepiton.Story, n int) ([]byte, error) {
	c := st.Clone()
	c.State, c.Reason = keepiton.Published, ""
	return canonical(struct {
		Story    *keepiton.Story `json:"story"`
		Revision int             `json:"revision"`
	}{c.Public(), n})
}

// StoryDigest is what people sign: SHA-256 over the label, the id, and
// StoryContent.
func StoryDigest(st *keepiton.Story, n int) ([32]byte, error) {
	content, err := StoryContent(st, n)
	return sha256.Sum256(append([]byte(storyLabel+string(st.ID)+"\n"), content...)), err
}

func isStory(id keepiton.StoryID) bool {
	_, _, err := id.Parse()
	return err == nil
}

func storiesOn(id keepiton.EnvelopeID) store.StoryQuery {
	return store.StoryQuery{States: keepiton.States, Basis: []keepiton.EnvelopeID{id}, Limit: 200}
}

// storyShowing is st as its revision n, with the signatures that count today.
func (d *Desk) storyShowing(ctx context.Context, st *keepiton.Story, n int) (s Showing, err error) {
	s = Showing{Story: st, N: n}
	if s.Digest, err = StoryDigest(st, n); err != nil {
		return s, err
	}
	return s, d.count(ctx, &s)
}

// StoryShowing returns what publishing id would show, to be signed. Conflict
// when it is published already, or was taken back.
func (d *Desk) StoryShowing(ctx context.Context, who Person, id keepiton.StoryID) (Showing, error) {
	rev, err := d.Story(ctx, who, id)
	if err != nil {
		return Showing{}, err
	}
	if rev.Story.State == keepiton.Published || rev.Story.TakenBack {
		return Showing{}, fail(keepiton.Conflict, "desk.error.state", map[string]any{"State": string(rev.Story.State)}, "%s is not to be signed", id)
	}
	st := rev.Story.Clone()
	st.State, st.Reason = keepiton.Published, ""
	return d.storyShowing(ctx, st, rev.N+1)
}

// maySignStory checks that n is the next revision of a story that who may sign.
func (d *Desk) maySignStory(ctx context.Context, who Person, id keepiton.StoryID, n int) error {
	_, err := d.beginStory(ctx, who, Sign, id, n-1)
	return err
}

// PublishStory shows a story to the world. Two people of two organizations must
// have signed exactly what readers will see; no role and no policy goes around
// it. Faults of Check block.
func (d *Desk) PublishStory(ctx context.Context, who Person, id keepiton.StoryID, base int, reason string) (keepiton.StoryRevision, error) {
	return d.showStory(ctx, who, Publish, id, base, reason)
}

// ReinstateStory publishes again what the desk withdrew, under the same rules
// and with new signatures. What a teller took back never returns.
func (d *Desk) ReinstateStory(ctx context.Context, who Person, id keepiton.StoryID, base int, reason string) (keepiton.StoryRevision, error) {
	if err := needReason(reason); err != nil {
		return keepiton.StoryRevision{}, err
	}
	return d.showStory(ctx, who, Reinstate, id, base, reason)
}

func (d *Desk) showStory(ctx context.Context, who Person, action Action, id keepiton.StoryID, base int, reason string) (keepiton.StoryRevision, error) {
	before, err := d.beginStory(ctx, who, action, id, base)
	if err != nil {
		return keepiton.StoryRevision{}, err
	}
	st := before.Story.Clone()
	st.State, st.Reason = keepiton.Published, ""
	if found := st.Check(); len(found) > 0 {
		return keepiton.StoryRevision{}, fail(keepiton.Invalid, "desk.error.faults", map[string]any{"N": len(found), "Field": found[0].Field},
			"%d faults must be mended first, such as %s in %s", len(found), found[0].Key, found[0].Field)
	}
	return d.appendStory(ctx, who, base, st, reason)
}
