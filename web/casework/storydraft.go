package casework

import (
	"strings"

	"keepiton"
	work "keepiton/casework"
	"keepiton/store"
	"keepiton/web/storyform"
)

// storyBody is a story being drafted, with the report it comes from beside it.
type storyBody struct {
	O       *work.Opened
	Facts   []factLine
	Consent []string // message keys of what was allowed, additions that are open included
	Naming  keepiton.Naming
	Form    *storyform.Form // nil: its sender did not allow it
	Drafted keepiton.StoryID

	Unopened unopened
	Reason   string
	Error    string
}

func storyPage(v *visit) error { return v.showStory(nil, "", nil) }

// showStory shows the form: empty but for what the sender wrote, or as it was
// sent.
func (v *visit) showStory(sent *storyform.Form, reason string, refused error) error {
	o, shelf, err := v.storyOf()
	if err != nil {
		return err
	}
	c, j, allowed := v.desk.Consent(shelf, o), shelf.Judged[o.Envelope.ID], v.desk.Allowed(shelf, o)
	b := &storyBody{O: o, Facts: v.facts(o.Report), Consent: consent(c), Naming: c.Naming, Reason: reason, Form: sent, Unopened: v.unopened(shelf, "/reports/"+string(o.Envelope.ID)+"/story")}
	if j != nil {
		b.Drafted = j.Story
	}
	if allowed != nil && sent == nil && b.Drafted == "" {
		b.Form = storyform.New(storyFrom(o, c, allowed), allowed)
	}
	status := 200
	if refused != nil {
		b.Error, status = v.say(refused), statuses[keepiton.CodeOf(refused)]
	}
	return v.render(status, "story", v.title("casework.story.title"), b)
}

// storyOf opens the report that the address names, and what was added to it.
func (v *visit) storyOf() (*work.Opened, *work.Shelf, error) {
	o, err := v.opened()
	if err != nil {
		return nil, nil, err
	}
	shelf, err := v.desk.Shelf(v.ctx())
	if err == nil {
		err = v.desk.OpenAdditions(v.ctx(), shelf, o)
	}
	return o, shelf, err
}

// storyFrom begins a story with the sender's words. Their place is left out: the
// analyst chooses one that is coarse enough. Of the time the month is kept. The
// name is the one that consent gives: an addition may have asked for another.
func storyFrom(o *work.Opened, c keepiton.Consent, allowed *keepiton.Story) *keepiton.Story {
	r := o.Report
	st := &keepiton.Story{Lang: r.Lang, Text: r.Seen.Reveal(), Named: allowed.Named, Uses: allowed.Uses}
	if r.Story != nil {
		st.Title, st.Text, st.Harms = r.Story.Title.Reveal(), r.Story.Text.Reveal(), r.Story.Harms
	}
	if allowed.Named != keepiton.NamedNobody {
		st.Name = c.Name.Reveal()
	}
	if r.Country != "" {
		st.Places = []keepiton.Place{{Country: r.Country, Confidence: 1, Method: "person"}}
	}
	if at := r.Began.At; !at.IsZero() && at.Precision != keepiton.Month && at.Precision != keepiton.Year {
		st.When = keepiton.Moment{At: at.At.AddDate(0, 0, 1-at.At.Day()).Truncate(day), Precision: keepiton.Month}
	} else {
		st.When = at
	}
	return st
}

// sendStory pushes the draft and its pictures to the server's desk.
func sendStory(v *visit) error {
	o, shelf, err := v.storyOf()
	if err != nil {
		return err
	}
	c, j, allowed := v.desk.Consent(shelf, o), shelf.Judged[o.Envelope.ID], v.desk.Allowed(shelf, o)
	reason := v.r.PostForm.Get("reason")
	if allowed == nil {
		return v.showStory(nil, reason, &keepiton.Error{Code: keepiton.Forbidden, Key: "casework.story.no_consent", Err: keepiton.Errorf(keepiton.Forbidden, "the sender did not allow it")})
	}
	f := storyform.New(storyFrom(o, c, allowed), allowed)
	f.Read(v.r.PostForm)
	if f.Beyond() {
		return v.showStory(f, reason, &keepiton.Error{Code: keepiton.Forbidden, Key: "casework.error.story_consent", Err: keepiton.Errorf(keepiton.Forbidden, "more than the sender allowed")})
	}
	if len(f.Problems) > 0 {
		return v.showStory(f, reason, &keepiton.Error{Code: keepiton.Invalid, Key: "lint." + f.Problems[0].Key, Err: keepiton.Errorf(keepiton.Invalid, "the story has faults")})
	}
	copies := make([]store.MediaFile, len(f.Story.Media))
	for i, m := range f.Story.Media {
		if copies[i], err = v.storyCopy(o, j, m.SHA256); err != nil {
			return v.showStory(f, reason, err)
		}
	}
	rev, err := v.desk.SendStory(v.ctx(), o.Envelope.ID, &f.Story, strings.TrimSpace(reason), v.anyway())
	if err != nil {
		return v.showStory(f, reason, err)
	}
	for _, m := range copies {
		m.Subjects = []string{string(rev.Story.ID)}
		if err := v.desk.Server.PutMedia(v.ctx(), m); err != nil {
			return err
		}
	}
	return v.to("/reports/" + string(o.Envelope.ID) + "?done=story")
}

// storyCopy makes the public copy with the hash once more.
func (v *visit) storyCopy(o *work.Opened, j *work.Judgement, sum string) (store.MediaFile, error) {
	for _, x := range j.Exhibits {
		if x.Public == sum {
			b, kind, err := v.again(picture{o, x})
			return store.MediaFile{SHA256: sum, Type: kind, Bytes: b}, err
		}
	}
	return store.MediaFile{}, keepiton.Errorf(keepiton.NotFound, "there is no picture %.12s", sum)
}
