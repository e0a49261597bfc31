package review

import (
	"context"
	"encoding/json"
	"slices"

	"keepiton"
)

// StoryRules is the table of permissions on stories: who may do what in which
// state. A published story is not edited: it is withdrawn, mended, signed, and
// published again.
var StoryRules = []Rule{
	{Read, keepiton.RoleReader, keepiton.States},
	{Create, keepiton.RoleAnalyst, nil},
	{Save, keepiton.RoleAnalyst, []keepiton.State{keepiton.Draft, keepiton.InReview, keepiton.Withdrawn}},
	{Sign, keepiton.RoleAnalyst, []keepiton.State{keepiton.Draft, keepiton.InReview, keepiton.Withdrawn}},
	{Publish, keepiton.RoleEditor, []keepiton.State{keepiton.Draft, keepiton.InReview}},
	{Withdraw, keepiton.RoleEditor, []keepiton.State{keepiton.Published}},
	{Reinstate, keepiton.RoleEditor, []keepiton.State{keepiton.Withdrawn}},
}

// MayStory reports whether who may do the action to a story in the state.
func (who Person) MayStory(action Action, state keepiton.State) bool {
	return who.mayBy(StoryRules, action, state)
}

const maxStoryBytes = 512 << 10 // of a story as JSON

// Story returns the newest revision to somebody who may see drafts.
func (d *Desk) Story(ctx context.Context, who Person, id keepiton.StoryID) (keepiton.StoryRevision, error) {
	if err := who.allowBy(StoryRules, Read, keepiton.Draft); err != nil {
		return keepiton.StoryRevision{}, err
	}
	return d.Stories.Story(ctx, id)
}

// CreateStory begins a draft. It must name the reports it rests on: their
// tellers may withdraw them. What it allows (how the teller is named, pictures,
// uses) was decided where the report can be read, and no later edit of the
// story goes beyond it.
func (d *Desk) CreateStory(ctx context.Context, who Person, st *keepiton.Story, reason string) (keepiton.StoryRevision, error) {
	if err := who.allowBy(StoryRules, Create, ""); err != nil {
		return keepiton.StoryRevision{}, err
	}
	if len(st.Basis) == 0 {
		return keepiton.StoryRevision{}, fail(keepiton.Invalid, "story.error.basis", nil, "a story needs the report that it rests on")
	}
	c := st.Clone()
	c.ID, c.State, c.Reason, c.TakenBack = "", keepiton.Draft, "", false
	return d.appendStory(ctx, who, 0, c, reason)
}

// SaveStory stores other words, which makes earlier signatures void. State,
// reports and consent stay as they are.
func (d *Desk) SaveStory(ctx context.Context, who Person, id keepiton.StoryID, base int, st *keepiton.Story, reason string) (keepiton.StoryRevision, error) {
	before, err := d.beginStory(ctx, who, Save, id, base)
	if err != nil {
		return keepiton.StoryRevision{}, err
	}
	all, err := d.Stories.StoryRevisions(ctx, id)
	if err != nil {
		return keepiton.StoryRevision{}, err
	}
	c := st.Clone()
	b := before.Story.Clone()
	c.ID, c.State, c.Reason, c.TakenBack, c.Basis = b.ID, b.State, b.Reason, b.TakenBack, b.Basis
	if err := within(&all[0].Story, c); err != nil {
		return keepiton.StoryRevision{}, err
	}
	return d.appendStory(ctx, who, base, c, reason)
}

// within returns Forbidden when st shows more than its teller allowed, which is
// what the first draft shows.
func within(first, st *keepiton.Story) error {
	namings := []keepiton.Naming{keepiton.NamedNobody, keepiton.NamedRolePlace, keepiton.NamedName}
	rank := slices.Index(namings, st.Named)
	more := rank < 0 || rank > slices.Index(namings, first.Named)
	for _, m := range st.Media {
		more = more || !slices.ContainsFunc(first.Media, func(f keepiton.StoryMedia) bool { return f.SHA256 == m.SHA256 })
	}
	for _, u := range st.Uses {
		more = more || !slices.Contains(first.Uses, u)
	}
	if more {
		return fail(keepiton.Forbidden, "story.error.consent", nil, "the story would show more than its teller allowed")
	}
	return nil
}

// WithdrawStory takes a story down. One editor is enough, for a withdrawal may
// protect somebody.
func (d *Desk) WithdrawStory(ctx context.Context, who Person, id keepiton.StoryID, base int, reason string) (keepiton.StoryRevision, error) {
	if err := needReason(reason); err != nil {
		return keepiton.StoryRevision{}, err
	}
	before, err := d.beginStory(ctx, who, Withdraw, id, base)
	if err != nil {
		return keepiton.StoryRevision{}, err
	}
	c := before.Story.Clone()
	c.State, c.Reason = keepiton.Withdrawn, reason
	return d.appendStory(ctx, who, base, c, reason)
}

// TakenBackReason is the reason of a story whose teller withdrew. Pages say it
// in the reader's language.
const TakenBackReason = "taken back by its teller"

// WithdrawFor takes back every story that rests on a report, in whatever state:
// the teller withdrew the report, and with it every consent. The words of all
// revisions and the pictures are destroyed, and nobody can publish it again. It
// asks nobody. Twice is once; it is done before the report itself is destroyed,
// so that a failure in between leaves something to withdraw again.
func (d *Desk) WithdrawFor(ctx context.Context, id keepiton.EnvelopeID) error {
	for {
		page, err := d.Stories.ListStories(ctx, storiesOn(id))
		if err != nil || len(page.Items) == 0 {
			return err
		}
		for _, rev := range page.Items {
			if err := d.takeBack(ctx, rev.Story.ID); err != nil {
				return err
			}
		}
	}
}

func (d *Desk) takeBack(ctx context.Context, id keepiton.StoryID) error {
	all, err := d.Stories.StoryRevisions(ctx, id)
	if err != nil {
		return err
	}
	// Pictures first: while the story still names its report, a failure is
	// mended by the next try.
	for _, rev := range all {
		for _, m := range rev.Story.Media {
			if err := d.Media.DropMedia(ctx, m.SHA256, string(id)); err != nil {
				return err
			}
		}
	}
	_, err = d.Stories.EraseStory(ctx, keepiton.StoryRevision{
		Recorded: d.now(), Role: keepiton.RoleReader, Reason: TakenBackReason,
		Story: keepiton.Story{ID: id, Reason: TakenBackReason},
	})
	return err
}

// beginStory loads id for an action of who that was prepared on revision base.
func (d *Desk) beginStory(ctx context.Context, who Person, action Action, id keepiton.StoryID, base int) (keepiton.StoryRevision, error) {
	rev, err := d.Stories.Story(ctx, id)
	switch {
	case err != nil:
		return rev, err
	case rev.Story.TakenBack:
		return rev, fail(keepiton.Conflict, "story.error.taken_back", nil, "%s was taken back by its teller", id)
	}
	if err := who.allowBy(StoryRules, action, rev.Story.State); err != nil {
		return rev, err
	}
	if base != rev.N {
		return rev, conflict(keepiton.IncidentID(id), base, rev.N)
	}
	return rev, nil
}

// appendStory is the one gate: a published story passes with its signatures
// alone, whoever asks and whatever the policy says.
func (d *Desk) appendStory(ctx context.Context, who Person, base int, st *keepiton.Story, reason string) (keepiton.StoryRevision, error) {
	if len([]rune(reason)) > maxReasonRunes {
		return keepiton.StoryRevision{}, errReasonLong
	}
	if text, err := json.Marshal(st); err != nil || len(text) > maxStoryBytes {
		return keepiton.StoryRevision{}, fail(keepiton.TooLarge, "desk.error.too_large", nil, "the story is larger than %d bytes", maxStoryBytes)
	}
	if st.State == keepiton.Published {
		s, err := d.storyShowing(ctx, st, base+1)
		if err != nil {
			return keepiton.StoryRevision{}, err
		}
		if !s.Enough {
			return keepiton.StoryRevision{}, errSignatures(s)
		}
	}
	return d.Stories.AppendStory(ctx, base, keepiton.StoryRevision{Recorded: d.now(), Role: who.Role, Author: who.Account, Reason: reason, Story: *st})
}
