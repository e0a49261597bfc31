package casework

import (
	"slices"
	"strings"

	"keepiton"
	"keepiton/campaign"
	work "keepiton/casework"
	"keepiton/evidence"
	"keepiton/geo"
	"keepiton/store"
)

// applicationBody is an application to join, with what vetting needs beside it.
type applicationBody struct {
	O        *work.Opened
	J        *work.Judgement
	Vetting  work.Vetting
	Facts    []factLine
	Amiss    []keepiton.Problem // of what arrived: a program may have sent anything
	Standing string             // what it can become
	Files    []fileLine
	Added    []*work.Opened
	Likes    []campaign.Likeness
	Office   bool // there is one to ask and to draft at
	Answers  []keepiton.Answer
	Public   []partLine // what the office can get
	Leave    []string   // parts that are left out
	Logos    []fileLine // files that can be the logo
	Logo     string
	LogoAlt  string
	Entry    *keepiton.EntryRevision // drafted from it; nil: nothing is left at the office
	CanReply bool
	Error    string
	Typed    string // words of a reply that was refused
	Refusal  string // words that decline, refused
	Reason   string // of a draft that was refused
}

// partLine is a part of an application that can become public.
type partLine struct {
	Part   string // of work.EnrolmentParts; empty: it cannot be left out
	Label  string // message key
	Values []string
}

// Left reports whether a part stays out of the draft.
func (b *applicationBody) Left(part string) bool { return slices.Contains(b.Leave, part) }

// Ended reports whether nothing more is decided here.
func (b *applicationBody) Ended() bool {
	return b.J.Decision == work.Declined || b.J.Decision == work.Use
}

// showApplication shows an application; change writes what was typed into it.
func (v *visit) showApplication(o *work.Opened, refused error, change func(b *applicationBody)) error {
	shelf, err := v.desk.Shelf(v.ctx())
	if err != nil {
		return err
	}
	if err := v.settleApplications(shelf); err != nil {
		return err
	}
	if err := v.desk.OpenAdditions(v.ctx(), shelf, o); err != nil {
		return err
	}
	b := &applicationBody{
		O: o, J: shelf.Judged[o.Envelope.ID], Facts: v.facts(o.Report), Amiss: o.Report.CheckApplication(), Standing: o.Report.Application.Standing(),
		Added: v.desk.Additions(shelf, o), Answers: []keepiton.Answer{keepiton.NotAsked, keepiton.Unknown, keepiton.No, keepiton.Yes}, CanReply: o.Report.Receipt.Reply != "",
	}
	if b.J == nil {
		b.J = &work.Judgement{Envelope: o.Envelope.ID}
	}
	if b.J.Vetting != nil {
		b.Vetting = *b.J.Vetting
	}
	for i, f := range o.Files {
		line := fileLine{N: i + 1, Kind: f.Kind(), Size: f.Size, Name: f.Name.Reveal()}
		b.Files = append(b.Files, line)
		if f.Size <= campaign.MaxLogo && slices.Contains(logoKinds, line.Kind) {
			b.Logos = append(b.Logos, line)
		}
	}
	if err := v.besideApplication(b); err != nil {
		return err
	}
	status := 200
	if refused != nil {
		b.Error, status = v.say(refused), statuses[keepiton.CodeOf(refused)]
	}
	if change != nil {
		change(b)
	}
	b.Public = v.publicParts(o.Report)
	return v.render(status, "application", v.title("casework.join.title"), b)
}

// logoKinds are the files that a logo can be made of.
var logoKinds = []evidence.Kind{evidence.PNG, evidence.JPEG, evidence.GIF, evidence.WebP}

// besideApplication asks the campaign's office who is there already, and what was
// drafted. A server without an office has neither.
func (v *visit) besideApplication(b *applicationBody) error {
	q := store.EntryQuery{Kind: keepiton.KindOrganization, Desk: true, Limit: 200}
	var all []keepiton.EntryRevision
	for {
		page, err := v.desk.Server.Entries(v.ctx(), q)
		if keepiton.CodeOf(err) == keepiton.Unavailable && len(all) == 0 {
			return nil
		}
		if err != nil {
			return err
		}
		if all = append(all, page.Items...); page.Next == "" {
			break
		}
		q.Cursor = page.Next
	}
	b.Office = true
	if i := slices.IndexFunc(all, func(rev keepiton.EntryRevision) bool { return rev.ID == b.J.Entry && rev.ID != "" }); i >= 0 {
		b.Entry = &all[i]
		all = slices.Delete(slices.Clone(all), i, i+1)
	}
	b.Likes = campaign.Alike(b.O.Report.Organization(), all)
	return nil
}

// publicParts lists what the office can get.
func (v *visit) publicParts(r *keepiton.Report) (out []partLine) {
	o := r.Organization()
	add := func(part, label string, values ...string) {
		if values = slices.DeleteFunc(values, func(s string) bool { return s == "" }); len(values) > 0 {
			out = append(out, partLine{part, "entry." + label, values})
		}
	}
	add("", "organization.name", o.Name)
	if o.Type != "" {
		add("", "organization.type", v.p.Code("organization_type", o.Type))
	}
	add("", "organization.standing", v.p.Code("standing", o.Standing))
	add("names", "organization.names", o.Names.All()...)
	if o.Country != "" {
		add("country", "country", geo.Name(o.Country, v.p.Lang().Tag))
	}
	add("site", "organization.site", o.Site)
	add("langs", "organization.langs", strings.Join(o.Langs, " "))
	add("support", "organization.support", o.Support.All()...)
	return out
}

// settleApplications tells those whose organization is public by now.
func (v *visit) settleApplications(shelf *work.Shelf) error {
	return v.desk.SettleApplications(v.ctx(), shelf, func(lang string, id keepiton.EntryID) string {
		return v.opt.Site + "/" + lang + campaign.Path(id)
	})
}
