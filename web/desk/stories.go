package desk

import (
	"html/template"
	"net/http"
	"slices"
	"strconv"

	"keepiton"
	"keepiton/review"
	"keepiton/store"
	"keepiton/web/storyform"
)

type storiesBody struct {
	Items []keepiton.StoryRevision
	Total int
	Next  string
}

func storiesPage(v *visit) error {
	if !v.user.MayStory(review.Read, keepiton.Draft) {
		return keepiton.Errorf(keepiton.Forbidden, "the role %q may not read drafts", v.user.Role)
	}
	page, err := v.opt.Store.ListStories(v.r.Context(), store.StoryQuery{States: keepiton.States, Limit: 50, Cursor: v.r.URL.Query().Get("cursor")})
	if err != nil {
		return err
	}
	return v.render(http.StatusOK, "stories", storiesBody{page.Items, page.Total, page.Next})
}

// storyBody is one story with what may be done to it now.
type storyBody struct {
	ID      keepiton.StoryID
	Rev     keepiton.StoryRevision
	Form    *storyform.Form // nil: it may not be edited now
	Can     []action
	Signing signing
	Base    int
	Reason  string
	Error   string
	History []storyStep
}

type storyStep struct {
	keepiton.StoryRevision
	Changes []change
}

func (b storyBody) title(p voice) template.HTML { return p.T("desk.story.title", "ID", string(b.ID)) }

func storyPage(v *visit) error { return v.showStory(http.StatusOK, storyBody{}, nil) }

// showStory shows a story; sent is the refused form, if one was.
func (v *visit) showStory(status int, b storyBody, sent *storyform.Form) error {
	ctx, who := v.r.Context(), v.user.Person
	b.ID = keepiton.StoryID(v.r.PathValue("id"))
	rev, err := v.desk.Story(ctx, who, b.ID)
	if err != nil {
		return err
	}
	all, err := v.opt.Store.StoryRevisions(ctx, b.ID)
	if err != nil {
		return err
	}
	b.Rev, b.Base = rev, rev.N
	before := &keepiton.Story{}
	for i := range all {
		b.History = append(b.History, storyStep{all[i], compareStories(v.p, before, &all[i].Story)})
		before = &all[i].Story
	}
	slices.Reverse(b.History)
	if rev.Story.TakenBack {
		return v.render(status, "story", b)
	}
	if rev.Story.State != keepiton.Published {
		s, err := v.desk.StoryShowing(ctx, who, b.ID)
		if err != nil {
			return err
		}
		if b.Signing, err = v.signing([]review.Showing{s}, 0); err != nil {
			return err
		}
	}
	for _, a := range []action{{review.Publish, "optional", ""}, {review.Reinstate, "required", ""}, {review.Withdraw, "required", "danger"}} {
		shows := a.Do != review.Withdraw
		if who.MayStory(a.Do, rev.Story.State) && (!shows || b.Signing.Enough()) {
			b.Can = append(b.Can, a)
		}
	}
	if b.Form = sent; sent == nil && who.MayStory(review.Save, rev.Story.State) {
		b.Form = storyform.New(&rev.Story, &all[0].Story)
		b.Form.Problems = rev.Story.Check()
	}
	return v.render(status, "story", b)
}

// storyAct saves a story, or publishes or withdraws it. A refused form comes
// back as it was sent.
func storyAct(v *visit) error {
	ctx, who, f := v.r.Context(), v.user.Person, form(v.r.PostForm)
	id, reason := keepiton.StoryID(v.r.PathValue("id")), f.get("reason")
	base, _ := strconv.Atoi(f.get("base"))
	do := review.Action(f.get("do"))
	var sent *storyform.Form
	var err error
	switch do {
	case review.Save:
		var all []keepiton.StoryRevision
		if all, err = v.opt.Store.StoryRevisions(ctx, id); err != nil {
			return err
		}
		sent = storyform.New(&all[len(all)-1].Story, &all[0].Story)
		sent.Read(v.r.PostForm)
		_, err = v.desk.SaveStory(ctx, who, id, base, &sent.Story, reason)
	case review.Publish:
		_, err = v.desk.PublishStory(ctx, who, id, base, reason)
	case review.Reinstate:
		_, err = v.desk.ReinstateStory(ctx, who, id, base, reason)
	case review.Withdraw:
		_, err = v.desk.WithdrawStory(ctx, who, id, base, reason)
	default:
		err = keepiton.Errorf(keepiton.Invalid, "no action %q", do)
	}
	if mendable(err) {
		return v.showStory(statusOf(err), storyBody{Error: v.say(err), Reason: reason}, sent)
	}
	if err != nil {
		return err
	}
	done := string(do)
	if do == review.Save {
		done = "saved"
	}
	return v.redirect("/desk/stories/" + string(id) + "?done=" + done)
}
