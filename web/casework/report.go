package casework

import (
	"html/template"
	"slices"
	"strings"

	"keepiton"
	work "keepiton/casework"
	"keepiton/evidence"
	"keepiton/geo"
	"keepiton/locale"
)

// reportBody is one opened report with what the desk thinks of it.
type reportBody struct {
	O         *work.Opened
	J         *work.Judgement
	Facts     []factLine
	Consent   []string // message keys of what was allowed
	Files     []fileLine
	Kin       []kinLine
	Added     []*work.Opened // what the sender added through the receipt
	Allowed   keepiton.Consent
	Likes     []likeLine     // pictures of other reports that look like one of this
	Twins     []*work.Opened // the same report, the same file, or nearly the same words
	Cases     []*work.Case
	Case      *work.Case
	Decisions []work.Decision
	Answers   []keepiton.Answer
	CanReply  bool
	Error     string
	Typed     string
}

// factLine is one thing that the sender said.
type factLine struct {
	Label template.HTML
	Lines []string
	Typed bool // their words, in their direction
	Long  bool // paragraphs, not a value
}

type fileLine struct {
	N        int // from 1
	Kind     evidence.Kind
	Rendered bool
	Size     int64
	Name     string // as the sender's program called it; stays here
	Exhibit  *work.Exhibit
}

type kinLine struct {
	O *work.Opened
	work.Kinship
}

func (v *visit) opened() (*work.Opened, error) {
	return v.desk.Open(v.ctx(), keepiton.EnvelopeID(v.r.PathValue("id")))
}

func reportPage(v *visit) error {
	o, err := v.opened()
	if err != nil {
		return err
	}
	if o.Report.Application != nil {
		return v.showApplication(o, nil, nil)
	}
	b, err := v.reportBody(o)
	if err != nil {
		return err
	}
	return v.render(200, "report", v.reportTitle(o), b)
}

func (v *visit) reportTitle(o *work.Opened) template.HTML {
	where := o.Report.Place.Reveal()
	if o.Report.Country != "" {
		where = geo.Name(o.Report.Country, v.p.Lang().Tag)
	}
	if where == "" {
		return v.title("casework.report.title")
	}
	return v.title("casework.report.title_at", "Place", where)
}

func (v *visit) reportBody(o *work.Opened) (*reportBody, error) {
	shelf, err := v.desk.Shelf(v.ctx())
	if err != nil {
		return nil, err
	}
	b := &reportBody{
		O: o, J: shelf.Judged[o.Envelope.ID], Facts: v.facts(o.Report), Decisions: work.Decisions,
		Answers: []keepiton.Answer{keepiton.NotAsked, keepiton.Unknown, keepiton.No, keepiton.Yes}, CanReply: o.Report.Receipt.Reply != "",
	}
	if b.J == nil {
		b.J = &work.Judgement{Envelope: o.Envelope.ID}
	}
	for _, c := range shelf.Cases {
		if c.ID == b.J.Case {
			b.Case = c
		} else if !c.Closed {
			b.Cases = append(b.Cases, c)
		}
	}
	for i, f := range o.Files {
		line := fileLine{N: i + 1, Kind: f.Kind(), Size: f.Size, Name: f.Name.Reveal()}
		line.Rendered = evidence.Rendered(line.Kind)
		line.Exhibit = exhibit(b.J, f.SHA256)
		b.Files = append(b.Files, line)
	}
	if err := v.desk.OpenAdditions(v.ctx(), shelf, o); err != nil {
		return nil, err
	}
	v.relatives(b, shelf)
	return b, nil
}

func exhibit(j *work.Judgement, sum string) *work.Exhibit {
	for i := range j.Exhibits {
		if j.Exhibits[i].File == sum {
			return &j.Exhibits[i]
		}
	}
	return nil
}

// relatives finds, among what is open in memory, the same report and those that
// may speak of the same cut.
func (v *visit) relatives(b *reportBody, shelf *work.Shelf) {
	open := []*work.Opened{b.O}
	for _, o := range v.open(shelf) {
		if o.Envelope.ID != b.O.Envelope.ID {
			open = append(open, o)
		}
	}
	b.Added = v.desk.Additions(shelf, b.O)
	b.Allowed = v.desk.Consent(shelf, b.O)
	b.Consent = consent(b.Allowed)
	b.Likes = v.likes(b.O.Envelope.ID, shelf.Likenesses(b.O.Envelope.ID))
	b.Twins = work.Alike(open)[0][1:]
	for _, o := range open[1:] {
		if slices.Contains(b.Twins, o) {
			continue
		}
		if k := work.Kin(b.O.Report, o.Report); k.Score >= work.KinFrom {
			b.Kin = append(b.Kin, kinLine{o, k})
		}
	}
	slices.SortStableFunc(b.Kin, func(a, c kinLine) int { return int(100*c.Score) - int(100*a.Score) })
	if len(b.Kin) > 20 {
		b.Kin = b.Kin[:20]
	}
}

// open are the reports on the shelf that are open in memory.
func (v *visit) open(shelf *work.Shelf) (open []*work.Opened) {
	for _, e := range shelf.Here() {
		if o := v.desk.Known(e.ID); o != nil {
			open = append(open, o)
		}
	}
	return open
}

// facts lists what the sender said, in the order of the form. What they left
// empty is not listed: it was not answered, which is not a no.
func (v *visit) facts(r *keepiton.Report) []factLine {
	var out []factLine
	add := func(key string, typed bool, lines ...string) {
		lines = slices.DeleteFunc(lines, func(s string) bool { return strings.TrimSpace(s) == "" })
		if len(lines) > 0 {
			out = append(out, factLine{v.title("casework.fact." + key), lines, typed, slices.Contains(longFacts, key)})
		}
	}
	when := func(key string, w keepiton.When) {
		typed := strings.TrimSpace(w.Date + " " + w.Time)
		add(key, true, typed)
		if typed != "" {
			back := locale.WhenBack(v.p, w)
			if back == (locale.Back{}) {
				add("read_as", false, v.p.T("casework.fact.unread"))
			} else {
				add("read_as", false, back.Gregorian, back.Ethiopian, back.UTC)
			}
		}
	}
	when("began", r.Began)
	when("ended", r.Ended)
	if r.Ongoing != keepiton.NotAsked {
		add("ongoing", false, v.p.Answer(r.Ongoing))
	}
	where := []string{}
	if r.Country != "" {
		where = append(where, geo.Name(r.Country, v.p.Lang().Tag))
	}
	if r.Region != "" {
		where = append(where, geo.RegionName(r.Region, v.p.Lang().Tag))
	}
	add("where", false, where...)
	add("place", true, r.Place.Reveal())
	var networks []string
	for _, n := range []struct {
		code string
		a    keepiton.Answer
	}{{"mobile", r.Networks.Mobile}, {"fixed", r.Networks.Fixed}, {"satellite", r.Networks.Satellite}, {"sms", r.Networks.SMS}, {"voice", r.Networks.Voice}} {
		if n.a != keepiton.NotAsked {
			networks = append(networks, v.p.T("casework.fact.network", "Network", v.p.T("field."+n.code), "Answer", v.p.Answer(n.a)))
		}
	}
	add("networks", false, networks...)
	var services []string
	for _, s := range r.Services {
		services = append(services, v.p.Code("service", s))
	}
	add("services", false, services...)
	add("provider", true, r.Provider.Reveal())
	add("seen", true, r.Seen.Reveal())
	if r.Story != nil {
		add("story_title", true, r.Story.Title.Reveal())
		add("story", true, r.Story.Text.Reveal())
		var harms []string
		for _, h := range r.Story.Harms {
			harms = append(harms, v.p.Code("harm", h))
		}
		add("harms", false, harms...)
	}
	if a := r.Application; a != nil {
		add("join_name", true, a.Name.Reveal())
		for _, n := range a.Names {
			add("join_names", true, n.Name.Reveal())
		}
		if a.Type != "" {
			add("join_type", false, v.p.Code("organization_type", a.Type))
		}
		add("join_site", true, a.Site.Reveal())
		add("join_langs", true, strings.Join(a.Langs, v.p.T("page.comma")))
		add("join_support", true, a.Support.Reveal())
		add("join_why", true, a.Why.Reveal())
		for _, ref := range a.Referees {
			add("join_referee", true, ref.Name.Reveal(), ref.Contact.Reveal())
		}
	}
	if r.Firsthand != keepiton.NotAsked {
		add("firsthand", false, v.p.Answer(r.Firsthand))
	}
	add("contact", true, r.Contact.Reveal())
	add("sender", true, r.Sender.Reveal())
	add("name", true, r.Consent.Name.Reveal())
	add("adds", false, r.Adds)
	return out
}

// longFacts are paragraphs, not values.
var longFacts = []string{"seen", "story", "join_support", "join_why"}

func consent(c keepiton.Consent) []string {
	var out []string
	for _, u := range []struct {
		key string
		yes bool
	}{{"publish", c.Publish}, {"media", c.Media}, {"press", c.Press}, {"court", c.Court}, {"partners", c.Partners}} {
		if u.yes {
			out = append(out, "casework.consent."+u.key)
		}
	}
	return out
}

// answerOf reads a choice of the checklist.
func answerOf(s string) keepiton.Answer {
	var a keepiton.Answer
	if a.UnmarshalText([]byte(s)) != nil {
		return keepiton.NotAsked
	}
	return a
}

// judge stores checklist, decision and a note.
func judge(v *visit) error {
	id := keepiton.EnvelopeID(v.r.PathValue("id"))
	f := v.r.PostForm
	_, err := v.desk.Judge(v.ctx(), id, "judged", func(j *work.Judgement) error {
		j.Firsthand, j.TimeSure, j.PlaceSure, j.Independent = answerOf(f.Get("firsthand")), answerOf(f.Get("time_sure")), answerOf(f.Get("place_sure")), answerOf(f.Get("independent"))
		j.Origin = strings.TrimSpace(f.Get("origin"))
		if d := work.Decision(f.Get("decision")); slices.Contains(work.Decisions, d) {
			j.Decision = d
		}
		j.AddNote(v.opt.Now().UTC().Truncate(day), v.who.Account, f.Get("note"))
		return nil
	})
	if err != nil {
		return err
	}
	return v.to("/reports/" + string(id) + "?done=judged")
}

// reply seals words to the sender. A refused one comes back as it was typed.
func reply(v *visit) error {
	id := keepiton.EnvelopeID(v.r.PathValue("id"))
	words := v.r.PostForm.Get("words")
	err := v.desk.Reply(v.ctx(), id, words, v.r.PostForm.Get("ask") != "")
	if err == nil {
		return v.to("/reports/" + string(id) + "?done=replied")
	}
	o, again := v.opened()
	if again != nil {
		return err
	}
	if o.Report.Application != nil {
		return v.showApplication(o, err, func(b *applicationBody) { b.Typed = words })
	}
	b, again := v.reportBody(o)
	if again != nil {
		return err
	}
	b.Error, b.Typed = v.say(err), words
	return v.render(statuses[keepiton.CodeOf(err)], "report", v.reportTitle(o), b)
}

// intoCase puts one report into a case, or makes one of it.
func intoCase(v *visit) error {
	v.r.PostForm["report"] = []string{v.r.PathValue("id")}
	return group(v)
}
