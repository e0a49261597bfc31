package desk

import (
	"html/template"
	"net/http"
	"slices"
	"strconv"

	"keepiton"
	"keepiton/campaign"
	"keepiton/locale"
)

type entryHistoryBody struct {
	entryHead
	Revisions []entryStep // newest first
	Between   []change
	From, To  int
	Base      int
	Write     bool
	Error     string
}

// entryStep is one revision with what it changed and who spoke for or against it.
type entryStep struct {
	keepiton.EntryRevision
	Changes   []change
	Approvals []keepiton.EntryApproval
}

func (b entryHistoryBody) title(p voice) template.HTML {
	return p.T("desk.history.title", "ID", string(b.ID))
}

func entryHistoryPage(v *visit) error { return v.showEntryHistory(http.StatusOK, "") }

func (v *visit) showEntryHistory(status int, wrong string) error {
	ed, err := v.entryOf()
	if err != nil {
		return err
	}
	b := entryHistoryBody{Base: ed.rev.N, Write: v.mayEntries(keepiton.RoleAnalyst), Error: wrong}
	if b.entryHead, err = v.head(ed); err != nil {
		return err
	}
	all, err := v.opt.Store.EntryRevisions(v.r.Context(), ed.rev.ID)
	if err != nil {
		return err
	}
	fields := campaign.Fields(ed.kind)
	bodies := make([]keepiton.Entry, len(all))
	var before keepiton.Entry
	for i, rev := range all {
		step := entryStep{EntryRevision: rev}
		if bodies[i], err = campaign.Read(rev); err != nil {
			return err
		}
		if step.Changes, err = compareEntries(v.p, fields, before, bodies[i]); err != nil {
			return err
		}
		if step.Approvals, err = v.opt.Store.EntryApprovals(v.r.Context(), rev.ID, rev.N); err != nil {
			return err
		}
		before = bodies[i]
		b.Revisions = append(b.Revisions, step)
	}
	slices.Reverse(b.Revisions)
	b.From, _ = strconv.Atoi(v.r.URL.Query().Get("from"))
	b.To, _ = strconv.Atoi(v.r.URL.Query().Get("to"))
	there := func(n int) bool { return n >= 1 && n <= len(all) }
	switch {
	case b.To == 0 && len(all) > 1: // offered, not compared: each revision shows its own changes
		b.To, b.From = len(all), len(all)-1
	case there(b.From) && there(b.To):
		if b.Between, err = compareEntries(v.p, fields, bodies[b.From-1], bodies[b.To-1]); err != nil {
			return err
		}
	}
	return v.render(status, "entryhistory", b)
}

// entryRestore begins a draft with the words of an older revision.
func entryRestore(v *visit) error {
	f := form(v.r.PostForm)
	id := keepiton.EntryID(v.r.PathValue("id"))
	base, _ := strconv.Atoi(f.get("base"))
	n, _ := strconv.Atoi(f.get("n"))
	rev, err := v.opt.Office.Restore(v.r.Context(), v.who(), id, base, n, f.get("reason"))
	if c := keepiton.CodeOf(err); c == keepiton.Invalid || c == keepiton.Conflict {
		return v.showEntryHistory(statusOf(err), v.say(err))
	}
	if err != nil {
		return err
	}
	return v.redirect(entryHere(rev.ID, "") + "?done=restored")
}

// entryPreview shows the public page of a revision as readers would see it, in
// the language that the address asks for or that of the desk.
func entryPreview(v *visit) error {
	id := keepiton.EntryID(v.r.PathValue("id"))
	rev, err := v.opt.Store.Entry(v.r.Context(), id)
	if err != nil {
		return err
	}
	if n, _ := strconv.Atoi(v.r.URL.Query().Get("n")); n > 0 && n < rev.N {
		all, err := v.opt.Store.EntryRevisions(v.r.Context(), id)
		if err != nil {
			return err
		}
		rev = all[n-1]
	}
	return v.preview(rev)
}

func (v *visit) preview(rev keepiton.EntryRevision) error {
	lang := v.r.URL.Query().Get("lang")
	if !locale.Known(lang) {
		lang = v.p.Lang().Tag
	}
	if v.opt.Preview == nil {
		return keepiton.Errorf(keepiton.Unavailable, "this desk shows no previews")
	}
	return v.opt.Preview(v.w, v.r, lang, rev)
}
