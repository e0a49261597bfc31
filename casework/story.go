package casework

import (
	"context"
	"slices"
	"strings"

	"keepiton"
	"keepiton/evidence"
)

// Consent is what the sender of a report allows as far as is known here: what
// the report says, or the newest of its additions that say it anew and are open.
// Where two came on one day, only what both allow counts.
func (d *Desk) Consent(o *Opened) keepiton.Consent {
	c, day := o.Report.Consent, o.Envelope.Day
	if lookup := o.Report.Receipt.Lookup; lookup != "" {
		added := false
		for _, a := range d.memory.all() {
			switch {
			case a.Report.Adds != lookup || a.Report.Consent.Version == 0 || added && a.Envelope.Day.Before(day):
			case added && a.Envelope.Day.Equal(day):
				c = both(c, a.Report.Consent)
			default:
				c, day, added = a.Report.Consent, a.Envelope.Day, true
			}
		}
	}
	return c
}

// both is what two consents allow.
func both(a, b keepiton.Consent) keepiton.Consent {
	a.Publish, a.Media, a.Press, a.Court, a.Partners = a.Publish && b.Publish, a.Media && b.Media, a.Press && b.Press, a.Court && b.Court, a.Partners && b.Partners
	if namingRank(b.Naming) < namingRank(a.Naming) {
		a.Naming, a.Name = b.Naming, b.Name
	}
	return a
}

func namingRank(n keepiton.Naming) int {
	return slices.Index([]keepiton.Naming{keepiton.NamedNobody, keepiton.NamedRolePlace, keepiton.NamedName}, n)
}

// Allowed is the most that a story drafted from o may show: how its teller is
// named, which pictures of the judgement, which uses. Nil when they did not
// allow their words to be published.
func (d *Desk) Allowed(o *Opened, j *Judgement) *keepiton.Story {
	c := d.Consent(o)
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
// somebody; Conflict when one was drafted from it already.
func (d *Desk) SendStory(ctx context.Context, id keepiton.EnvelopeID, st *keepiton.Story, reason string) (keepiton.StoryRevision, error) {
	o, err := d.Open(ctx, id)
	if err != nil {
		return keepiton.StoryRevision{}, err
	}
	j, err := d.judgement(ctx, id)
	if err != nil {
		return keepiton.StoryRevision{}, err
	}
	if j.Story != "" {
		return keepiton.StoryRevision{}, &keepiton.Error{Code: keepiton.Conflict, Key: "casework.error.story_drafted", Args: map[string]any{"ID": string(j.Story)}, Err: keepiton.Errorf(keepiton.Conflict, "the story %s was drafted from the report already", j.Story)}
	}
	allowed := d.Allowed(o, j)
	if allowed == nil || beyond(st, allowed) || j.Decision == Endanger {
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
