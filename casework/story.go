package casework

import (
	"context"
	"slices"
	"strings"

	"keepiton"
	"keepiton/evidence"
)

// Allowed is the most that a story drafted from o may show: how its teller is
// named, which pictures of the judgement, which uses. Nil when they did not
// allow their words to be published.
func (d *Desk) Allowed(s *Shelf, o *Opened) *keepiton.Story {
	c, j := d.Consent(s, o), s.Judged[o.Envelope.ID]
	if !c.Publish {
		return nil
	}
	st := &keepiton.Story{Named: c.Naming}
	for i, yes := range []bool{c.Press, c.Court, c.Partners} {
		if yes {
			st.Uses = append(st.Uses, keepiton.StoryUses[i])
		}
	}
	if j == nil || !c.Media {
		return st
	}
	for _, x := range j.Exhibits {
		for _, f := range o.Files {
			if kind := storyPicture(x, f); kind != "" && f.SHA256 == x.File {
				st.Media = append(st.Media, keepiton.StoryMedia{SHA256: x.Public, Type: kind, Alt: x.Alt})
			}
		}
	}
	return st
}

// storyPicture returns the media type of the public copy of an exhibit when a
// story can show it.
func storyPicture(x Exhibit, f File) string {
	if x.Public == "" || f.SHA256 != x.File {
		return ""
	}
	for _, step := range slices.Backward(x.Record.Steps) {
		if step.To.SHA256 == x.Public {
			switch step.To.Kind {
			case evidence.JPEG:
				return "image/jpeg"
			case evidence.PNG:
				return "image/png"
			}
		}
	}
	return ""
}

// SendStory drafts a story from a report at the server's desk. Forbidden when
// it shows more than the sender allowed, or the report was judged to endanger
// somebody; Conflict when one was drafted from it already, or envelopes are
// unopened.
func (d *Desk) SendStory(ctx context.Context, id keepiton.EnvelopeID, st *keepiton.Story, reason string, anyway Anyway) (keepiton.StoryRevision, error) {
	o, err := d.Open(ctx, id)
	if err != nil {
		return keepiton.StoryRevision{}, err
	}
	s, err := d.Shelf(ctx)
	if err == nil {
		err = d.OpenAdditions(ctx, s, o)
	}
	if err == nil {
		err = d.looked(s, anyway)
	}
	if err != nil {
		return keepiton.StoryRevision{}, err
	}
	j := s.Judged[id]
	if j != nil && j.Story != "" {
		return keepiton.StoryRevision{}, &keepiton.Error{Code: keepiton.Conflict, Key: "casework.error.story_drafted", Args: map[string]any{"ID": string(j.Story)}, Err: keepiton.Errorf(keepiton.Conflict, "the story %s was drafted from the report already", j.Story)}
	}
	allowed := d.Allowed(s, o)
	if allowed == nil || beyond(st, allowed) || j != nil && j.Decision == Endanger {
		return keepiton.StoryRevision{}, &keepiton.Error{Code: keepiton.Forbidden, Key: "casework.error.story_consent", Err: keepiton.Errorf(keepiton.Forbidden, "the story shows more than the sender of the report allowed")}
	}
	c := st.Clone()
	c.ID, c.State, c.Basis = "", keepiton.Draft, []keepiton.EnvelopeID{id}
	rev, err := d.Server.DraftStory(ctx, c, strings.TrimSpace(reason))
	if err != nil {
		return rev, err
	}
	_, err = d.Judge(ctx, id, "story drafted", func(j *Judgement) error { j.Story = rev.Story.ID; return nil })
	return rev, err
}

// beyond reports whether st shows more than was allowed.
func beyond(st, allowed *keepiton.Story) bool {
	rank := namingRank(st.Named)
	if rank < 0 || rank > namingRank(allowed.Named) {
		return true
	}
	for _, m := range st.Media {
		if !slices.ContainsFunc(allowed.Media, func(a keepiton.StoryMedia) bool { return a.SHA256 == m.SHA256 && a.Type == m.Type }) {
			return true
		}
	}
	return slices.ContainsFunc(st.Uses, func(u string) bool { return !slices.Contains(allowed.Uses, u) })
}
