package desk

import (
	"html/template"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"keepiton"
	"keepiton/campaign"
)

// entryBody is the editor of one entry.
type entryBody struct {
	entryHead
	Base     int
	Fields   []entryField
	Diff     []change
	Compared bool
	Checked  bool
	Reason   string
	Error    string
	Conflict *conflictView
	Write    bool
	Upload   bool // the form carries a file
	Deeds    *deedView
	// DeedTyped is an act as it was sent, when it was refused.
	DeedTyped form
}

// entryHead is what every page of an entry begins with.
type entryHead struct {
	ID     keepiton.EntryID // empty: a new one
	Kind   keepiton.EntryKind
	Rev    keepiton.EntryRevision
	Title  string
	Public keepiton.EntryRevision // what readers see; zero: nothing
	Admin  bool                   // the person manages accounts
}

// Shown reports whether readers see a revision of it.
func (h entryHead) Shown() bool { return h.Public.N > 0 }

func (b entryBody) title(p voice) template.HTML {
	if b.ID == "" {
		return p.T("desk.entry.new." + string(b.Kind))
	}
	return p.T("desk.entry.title", "Kind", p.Printer.T("entry.kind."+string(b.Kind)), "ID", string(b.ID))
}

// entryEditing is an entry with the form it is edited with.
type entryEditing struct {
	kind keepiton.EntryKind
	rev  keepiton.EntryRevision // newest; zero for a new one
	e    keepiton.Entry         // as stored
	f    form
	both []string
}

// entryOf reads the newest revision of the entry that the address names.
func (v *visit) entryOf() (entryEditing, error) {
	id := keepiton.EntryID(v.r.PathValue("id"))
	rev, err := v.opt.Store.Entry(v.r.Context(), id)
	if err != nil {
		return entryEditing{}, err
	}
	e, err := campaign.Read(rev)
	return entryEditing{kind: id.Kind(), rev: rev, e: e}, err
}

// head prepares what every page of an entry begins with.
func (v *visit) head(ed entryEditing) (entryHead, error) {
	h := entryHead{ID: ed.rev.ID, Kind: ed.kind, Rev: ed.rev, Title: ed.e.Index().Title, Admin: v.mayEntries(keepiton.RoleAdmin)}
	if h.ID == "" {
		return h, nil
	}
	public, err := v.opt.Store.PublicEntry(v.r.Context(), h.ID)
	if err == nil {
		h.Public = public
	} else if keepiton.CodeOf(err) != keepiton.NotFound {
		return h, err
	}
	return h, nil
}

func entryNewPage(v *visit) error {
	ed, err := v.newEntry()
	if err != nil {
		return err
	}
	return v.showEntry(http.StatusOK, ed, entryBody{})
}

// newEntry is an empty entry of the kind that the address names, with the values
// that most have.
func (v *visit) newEntry() (entryEditing, error) {
	kind := keepiton.EntryKind(v.r.URL.Query().Get("kind"))
	e := keepiton.NewEntry(kind)
	switch {
	case e == nil:
		return entryEditing{}, notFoundError(v.r.URL.Path)
	case !v.mayEntries(keepiton.RoleAnalyst):
		return entryEditing{}, keepiton.Errorf(keepiton.Forbidden, "the role %q may not create", v.user.Role)
	}
	f := form{}
	switch kind {
	case keepiton.KindOrganization:
		f.set("e.standing", keepiton.StandingMember)
	case keepiton.KindPledge:
		f.set("e.outcome", "open")
	case keepiton.KindWatch:
		f.set("e.status", "tentative")
	case keepiton.KindLetter, keepiton.KindStatement:
		f.set("e.dated", v.opt.Now().UTC().Format("2006-01-02"))
	}
	for _, field := range campaign.Fields(kind) {
		if field.Input == campaign.InputSources && field.Needed {
			f.grow(field.Name())
		}
	}
	return entryEditing{kind: kind, e: e, f: f}, nil
}

func entryPage(v *visit) error {
	ed, err := v.entryOf()
	if err == nil {
		ed.f, err = fillEntry(campaign.Fields(ed.kind), ed.e)
	}
	if err != nil {
		return err
	}
	return v.showEntry(http.StatusOK, ed, entryBody{Checked: true})
}

func (v *visit) showEntry(status int, ed entryEditing, b entryBody) (err error) {
	if b.entryHead, err = v.head(ed); err != nil {
		return err
	}
	fields := campaign.Fields(ed.kind)
	written, wrongs, err := readEntry(fields, ed.f, ed.e)
	if err != nil {
		return err
	}
	problems, err := v.opt.Office.Problems(v.r.Context(), written)
	if err != nil {
		return err
	}
	m := entryMaker{maker: maker{p: voice{v.p}, f: ed.f, inc: &keepiton.Incident{}, bad: wrongs, both: ed.both, check: b.Checked}, now: v.opt.Now(), kind: ed.kind, fields: fields, problems: problems}
	b.Fields, b.Base, b.Write = m.views(), ed.rev.N, v.mayEntries(keepiton.RoleAnalyst)
	if b.Conflict == nil && !b.Compared {
		if b.Deeds, err = v.deeds(ed); err != nil {
			return err
		}
		if b.Deeds != nil && b.DeedTyped != nil {
			b.Deeds.Typed = b.DeedTyped
		}
	}
	b.Upload = slices.ContainsFunc(fields, func(f campaign.Field) bool { return f.Input == campaign.InputMedia })
	return v.render(status, "entry", b)
}

// entryEdit does what the pressed button says: changes the form, shows what the
// change would be, saves, or hands over.
func entryEdit(v *visit) error {
	fresh, begin := v.r.PathValue("id") == "", v.entryOf
	if fresh {
		begin = v.newEntry
	}
	ed, err := begin()
	if err != nil {
		return err
	}
	if !v.mayEntries(keepiton.RoleAnalyst) {
		return keepiton.Errorf(keepiton.Forbidden, "the role %q may not change entries", v.user.Role)
	}
	fields := campaign.Fields(ed.kind)
	ed.f = form(v.r.PostForm)
	do, b := ed.f.get("do"), entryBody{Checked: true, Reason: ed.f.get("reason")}
	logo, err := v.takeLogo(fields, ed)
	if err != nil {
		if c := keepiton.CodeOf(err); c != keepiton.Invalid && c != keepiton.TooLarge {
			return err
		}
		b.Error = v.say(err)
		return v.showEntry(statusOf(err), ed, b)
	}
	if base, _ := strconv.Atoi(ed.f.get("base")); !fresh && base != ed.rev.N {
		return v.showEntryConflict(ed, base, b)
	}
	if changeEntry(fields, ed.f, do) {
		return v.showEntry(http.StatusOK, ed, b)
	}
	written, wrongs, err := readEntry(fields, ed.f, ed.e)
	if err != nil {
		return err
	}
	if !fresh {
		if b.Diff, err = compareEntries(v.p, fields, ed.e, written); err != nil {
			return err
		}
		b.Compared = true
	}
	problems, err := v.opt.Office.Problems(v.r.Context(), written)
	if err != nil {
		return err
	}
	same := b.Compared && len(b.Diff) == 0
	handOver := do == "submit" && ed.rev.State == keepiton.Draft // also what is saved already
	switch {
	case len(wrongs) > 0:
		b.Error = v.p.T("desk.error.unreadable")
	case do == "submit" && len(problems) > 0:
		b.Error = v.p.T("campaign.error.incomplete")
	case do == "preview", same && !handOver:
		return v.showEntry(http.StatusOK, ed, b)
	case do != "save" && do != "submit":
		return keepiton.Errorf(keepiton.Invalid, "no action %q", do)
	}
	if b.Error != "" {
		return v.showEntry(http.StatusUnprocessableEntity, ed, b)
	}
	rev, err := v.saveEntry(do, ed, written, same, b.Reason)
	switch code := keepiton.CodeOf(err); {
	case err == nil:
	case code == keepiton.Conflict && !fresh:
		base := ed.rev.N
		now, err2 := v.entryOf()
		if err2 != nil {
			return err2
		}
		now.f = ed.f
		return v.showEntryConflict(now, base, b)
	case code == keepiton.Invalid || code == keepiton.TooLarge:
		b.Error = v.say(err)
		return v.showEntry(statusOf(err), ed, b)
	default:
		return err
	}
	if logo != nil {
		logo.Subjects = []string{string(rev.ID)}
		if err := v.opt.Store.PutMedia(v.r.Context(), *logo); err != nil {
			return err
		}
	}
	done := "saved"
	if do == "submit" {
		done = "submitted"
	}
	return v.redirect(entryHere(rev.ID, "") + "?done=" + done)
}

// saveEntry stores what was written, and hands it over if that was asked for.
func (v *visit) saveEntry(do string, ed entryEditing, written keepiton.Entry, same bool, reason string) (rev keepiton.EntryRevision, err error) {
	ctx, office := v.r.Context(), v.opt.Office
	switch rev = ed.rev; {
	case rev.ID == "":
		rev, err = office.Create(ctx, v.who(), written, reason)
	case !same:
		rev, err = office.Save(ctx, v.who(), rev.ID, rev.N, written, reason)
	}
	if err == nil && do == "submit" {
		rev, err = office.Submit(ctx, v.who(), rev.ID, rev.N, reason)
	}
	return rev, err
}

// showEntryConflict shows what somebody else changed since the form was opened,
// beside what was typed.
func (v *visit) showEntryConflict(ed entryEditing, base int, b entryBody) error {
	all, err := v.opt.Store.EntryRevisions(v.r.Context(), ed.rev.ID)
	if err != nil {
		return err
	}
	if base < 1 || base >= len(all) {
		return keepiton.Errorf(keepiton.Invalid, "%s has no revision %d to begin from", ed.rev.ID, base)
	}
	old, err := campaign.Read(all[base-1])
	if err != nil {
		return err
	}
	fields := campaign.Fields(ed.kind)
	theirs, err := compareEntries(v.p, fields, old, ed.e)
	if err != nil {
		return err
	}
	if ed.both, err = rebaseEntry(fields, ed.f, old, ed.e); err != nil {
		return err
	}
	b.Conflict = &conflictView{N: ed.rev.N, Who: ed.rev.Author, Reason: ed.rev.Reason, Theirs: theirs}
	var labels []string
	for _, name := range ed.both {
		if f, ok := campaign.FieldOf(ed.kind, name); ok {
			labels = append(labels, v.p.T(f.Label))
		}
	}
	b.Conflict.Both = labels
	return v.showEntry(http.StatusConflict, ed, b)
}

// entryHere is the address of a page of an entry.
func entryHere(id keepiton.EntryID, page string) string {
	return strings.TrimSuffix("/desk/campaign/"+url.PathEscape(string(id))+"/"+page, "/")
}
