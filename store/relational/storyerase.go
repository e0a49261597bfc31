package relational

import (
	"context"
	"time"

	"keepiton"
)

// EraseStory implements store.Stories.
func (s *Store) EraseStory(ctx context.Context, rev keepiton.StoryRevision) (keepiton.StoryRevision, error) {
	key, err := storyKey(rev.Story.ID)
	if err != nil {
		return rev, noStory(rev.Story.ID)
	}
	if err := plainText("revision", rev.Author, rev.Reason, string(rev.Role), rev.Story.Reason); err != nil {
		return rev, err
	}
	before, err := s.StoryRevisions(ctx, rev.Story.ID)
	if err != nil {
		return rev, err
	}
	if newest := before[len(before)-1]; newest.Story.TakenBack {
		return newest, nil
	}
	newest := before[len(before)-1]
	if rev.Recorded = rev.Recorded.UTC().Truncate(time.Second); rev.Recorded.Before(newest.Recorded) {
		rev.Recorded = newest.Recorded
	}
	rev.N = newest.N + 1
	rev.Story = keepiton.Story{ID: rev.Story.ID, State: keepiton.Withdrawn, Reason: rev.Story.Reason, TakenBack: true}
	err = s.transaction(ctx, "take a story back", func(t *transaction) error {
		for _, old := range before {
			bare, err := marshal(&keepiton.Story{ID: old.Story.ID, State: old.Story.State, Reason: old.Story.Reason}, maxStory)
			if err != nil {
				return err
			}
			if _, err := t.Exec(`UPDATE story_revision SET doc = ? WHERE story = ? AND n = ?`, pack(bare), key, old.N); err != nil {
				return err
			}
		}
		// A revision that somebody added meanwhile has this number: nothing of
		// this happens then.
		return t.putStory(key, &rev)
	})
	return rev, err
}
