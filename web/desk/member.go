package desk

import (
	"html/template"
	"net/http"
	"strconv"

	"keepiton"
	"keepiton/campaign"
	"keepiton/store"
)

// memberPath is where the people of an organization find what is theirs.
const memberPath = "/desk/organization"

// staffOnly keeps members out of what is the staff's: they are led to their own
// page from the desk's first one, and refused everywhere else.
func staffOnly(h handler) handler {
	return func(v *visit) error {
		switch {
		case v.user.Role.Rank() > 0:
			return h(v)
		case v.user.Role == keepiton.RoleMember && v.r.Method == http.MethodGet && v.r.URL.Path == "/desk/":
			return v.redirect(memberPath)
		}
		return keepiton.Errorf(keepiton.Forbidden, "the role %q has no business here", v.user.Role)
	}
}

// memberOnly lets in the people of an organization alone.
func memberOnly(h handler) handler {
	return func(v *visit) error {
		if v.user.Role != keepiton.RoleMember {
			return keepiton.Errorf(keepiton.Forbidden, "the role %q has no organization of its own", v.user.Role)
		}
		return h(v)
	}
}

// memberBody is an organization's own page.
type memberBody struct {
	campaign.Own
	Name     string
	Fields   []entryField
	Diff     []change // from what readers see to what was typed, or proposed
	Compared bool
	Checked  bool
	Reason   string
	Error    string
}

func (b memberBody) title(p voice) template.HTML { return p.T("desk.member.title") }

// May reports whether something can be proposed now.
func (b memberBody) May() bool { return !b.Busy && !b.Ended }

func memberPage(v *visit) error {
	own, err := v.opt.Office.Own(v.r.Context(), v.who())
	if err != nil {
		return err
	}
	f, err := fillEntry(campaign.MemberFields(), own.Shown())
	if err != nil {
		return err
	}
	b := memberBody{Own: own}
	if own.Mine != nil {
		if b.Diff, err = v.memberDiff(own, own.Mine); err != nil {
			return err
		}
		b.Compared = true
	}
	return v.showMember(http.StatusOK, f, b)
}

// memberDiff compares what readers see with what was proposed.
func (v *visit) memberDiff(own campaign.Own, mine keepiton.Entry) ([]change, error) {
	var public keepiton.Entry
	if own.Public != nil {
		public = own.Public
	}
	return compareEntries(v.p, campaign.MemberFields(), public, mine)
}

func (v *visit) showMember(status int, f form, b memberBody) error {
	fields := campaign.MemberFields()
	written, wrongs, err := readEntry(fields, f, b.Shown())
	if err != nil {
		return err
	}
	problems := campaign.Check(written, v.opt.Now())
	m := entryMaker{maker: maker{p: voice{v.p}, f: f, inc: &keepiton.Incident{}, bad: wrongs, check: b.Checked}, now: v.opt.Now(), kind: keepiton.KindOrganization, fields: fields, problems: problems}
	b.Name, b.Fields = b.Shown().Name, m.views()
	return v.render(status, "member", b)
}

// memberEdit does what the pressed button says: changes the form, compares, or
// hands the office what was written.
func memberEdit(v *visit) error {
	own, err := v.opt.Office.Own(v.r.Context(), v.who())
	if err != nil {
		return err
	}
	fields, f := campaign.MemberFields(), form(v.r.PostForm)
	b := memberBody{Own: own, Checked: true, Reason: f.get("reason")}
	ed := entryEditing{kind: keepiton.KindOrganization, rev: keepiton.EntryRevision{ID: own.ID}, e: own.Shown(), f: f}
	refuse := func(err error) error {
		if c := keepiton.CodeOf(err); c != keepiton.Invalid && c != keepiton.TooLarge && c != keepiton.Conflict && c != keepiton.Forbidden {
			return err
		}
		b.Error = v.say(err)
		return v.showMember(statusOf(err), f, b)
	}
	if !b.May() {
		_, err := v.opt.Office.Propose(v.r.Context(), v.who(), own.Base, own.Shown(), "")
		return refuse(err)
	}
	if _, err := v.takeLogo(fields, ed); err != nil {
		return refuse(err)
	}
	do := f.get("do")
	if changeEntry(fields, f, do) {
		return v.showMember(http.StatusOK, f, b)
	}
	written, wrongs, err := readEntry(fields, f, ed.e)
	if err != nil {
		return err
	}
	if b.Diff, err = v.memberDiff(own, written); err != nil {
		return err
	}
	b.Compared = true
	switch {
	case len(wrongs) > 0:
		b.Error = v.p.T("desk.error.unreadable")
		return v.showMember(http.StatusUnprocessableEntity, f, b)
	case do == "preview" || len(b.Diff) == 0:
		return v.showMember(http.StatusOK, f, b)
	case do != "propose":
		return keepiton.Errorf(keepiton.Invalid, "no action %q", do)
	}
	base, _ := strconv.Atoi(f.get("base"))
	org, ok := written.(*keepiton.Organization)
	if !ok {
		return keepiton.Errorf(keepiton.Internal, "the form of an organization gave a %T", written)
	}
	if _, err := v.opt.Office.Propose(v.r.Context(), v.who(), base, org, b.Reason); err != nil {
		return refuse(err)
	}
	return v.redirect(memberPath + "?done=sent_office")
}

// memberPreview shows what was proposed, or what readers see, as the public page.
func memberPreview(v *visit) error {
	own, err := v.opt.Office.Own(v.r.Context(), v.who())
	if err != nil {
		return err
	}
	rev, err := v.opt.Store.Entry(v.r.Context(), own.ID)
	if err == nil && own.Mine == nil {
		rev, err = v.opt.Store.PublicEntry(v.r.Context(), own.ID)
	}
	if err != nil {
		return err
	}
	return v.preview(rev)
}

// membersBody are the accounts of an organization, for its own people or for an
// administrator.
type membersBody struct {
	entryHead
	Own           bool // shown to its own people
	People        []store.Account
	Me            string
	Name          string
	Link, LinkFor string // shown once
	Error         string
	Ended         bool
}

func (b membersBody) title(p voice) template.HTML { return p.T("desk.member.people") }

func memberPeoplePage(v *visit) error { return v.showMembers(http.StatusOK, membersBody{}) }

func (v *visit) showMembers(status int, b membersBody) (err error) {
	organization := v.user.Organization
	if v.user.Role != keepiton.RoleMember {
		ed, err := v.entryOf()
		if err != nil {
			return err
		}
		if ed.kind != keepiton.KindOrganization {
			return notFoundError(v.r.URL.Path)
		}
		if b.entryHead, err = v.head(ed); err != nil {
			return err
		}
		organization = string(b.ID)
	} else {
		own, err := v.opt.Office.Own(v.r.Context(), v.who())
		if err != nil {
			return err
		}
		b.Own, b.Me, b.Ended = true, v.user.Account, own.Ended
	}
	if b.People, err = v.accounts.Members(v.r.Context(), v.user.Person, organization); err != nil {
		return err
	}
	return v.render(status, "members", b)
}

// memberPeople lets an organization invite and shut out its own people.
func memberPeople(v *visit) error {
	if own, err := v.opt.Office.Own(v.r.Context(), v.who()); err != nil || own.Ended {
		if err == nil {
			err = &keepiton.Error{Code: keepiton.Forbidden, Key: "campaign.error.ended", Err: keepiton.Errorf(keepiton.Forbidden, "%s is not in the coalition now", own.ID)}
		}
		return err
	}
	return v.changeMembers(func(name string) (account, token string, err error) {
		return v.accounts.AddMember(v.r.Context(), v.user.Person, name)
	}, memberPath+"/people")
}

func entryPeoplePage(v *visit) error { return v.showMembers(http.StatusOK, membersBody{}) }

// entryPeople lets an administrator make the first account of an organization,
// and manage the others.
func entryPeople(v *visit) error {
	ed, err := v.entryOf()
	if err != nil {
		return err
	}
	if ed.kind != keepiton.KindOrganization {
		return notFoundError(v.r.URL.Path)
	}
	return v.changeMembers(func(name string) (account, token string, err error) {
		token, err = v.accounts.Add(v.r.Context(), v.user.Person, name, keepiton.RoleMember, string(ed.rev.ID))
		return name, token, err
	}, entryHere(ed.rev.ID, "people"))
}

func (v *visit) changeMembers(add func(name string) (account, token string, err error), back string) error {
	ctx, f := v.r.Context(), v.r.PostForm
	name := f.Get("name")
	b := membersBody{}
	var err error
	switch f.Get("do") {
	case "add":
		b.LinkFor, b.Link, err = add(name)
		b.Name = name
	case "disable", "enable":
		err = v.accounts.Disable(ctx, v.user.Person, name, f.Get("do") == "disable")
	case "reset":
		b.LinkFor = name
		b.Link, err = v.accounts.Reset(ctx, v.user.Person, name)
	default:
		err = keepiton.Errorf(keepiton.Invalid, "no action %q", f.Get("do"))
	}
	if keepiton.CodeOf(err) == keepiton.Forbidden {
		return err
	}
	if err != nil {
		v.note(err)
		b.Error, b.Link = v.say(err), ""
		return v.showMembers(statusOf(err), b)
	}
	if b.Link == "" {
		return v.redirect(back + "?done=person")
	}
	b.Name, b.Link = "", v.link(b.Link)
	return v.showMembers(http.StatusOK, b)
}
