package bundle

import "keepiton"

// The types of this file are the JSON of the format, apart from the types of
// the root: [keepiton.Private] redacts itself in JSON, and a field renamed there
// must not change what other programs read. Texts that are private there are
// plain here and never leave this package. A test fills every field of
// [keepiton.Report] and reads it back, so that none can be forgotten here.

type wireFileHead struct {
	Name string `json:"name"`
	Type string `json:"type"`
}

type wireFileTail struct {
	Size   int64  `json:"size"`
	SHA256 string `json:"sha256"`
}

type wireReport struct {
	ID        string       `json:"id,omitzero"`
	Kind      string       `json:"kind,omitzero"`
	Lang      string       `json:"lang,omitzero"`
	Road      string       `json:"road,omitzero"`
	Began     wireWhen     `json:"began,omitzero"`
	Ended     wireWhen     `json:"ended,omitzero"`
	Ongoing   answer       `json:"ongoing,omitzero"`
	Country   string       `json:"country,omitzero"`
	Region    string       `json:"region,omitzero"`
	Place     string       `json:"place,omitzero"`
	Networks  wireNetworks `json:"networks,omitzero"`
	Services  []string     `json:"services,omitzero"`
	Provider  string       `json:"provider,omitzero"`
	Seen      string       `json:"seen,omitzero"`
	Firsthand answer       `json:"firsthand,omitzero"`
	Contact   string       `json:"contact,omitzero"`
	Sender    string       `json:"sender,omitzero"`
	Consent   wireConsent  `json:"consent,omitzero"`
	Story     *wireStory   `json:"story,omitzero"`
	Joins     *wireJoins   `json:"application,omitzero"`
	Adds      string       `json:"adds,omitzero"`
	Receipt   wireReceipt  `json:"receipt,omitzero"`
	Files     []wireFile   `json:"files,omitzero"`
}

// answer is keepiton.Answer; its texts are those of the record.
type answer = keepiton.Answer

type wireWhen struct {
	Date     string          `json:"date,omitzero"`
	Time     string          `json:"time,omitzero"`
	Calendar string          `json:"calendar,omitzero"`
	Clock    string          `json:"clock,omitzero"`
	Zone     string          `json:"zone,omitzero"`
	About    bool            `json:"about,omitzero"`
	At       keepiton.Moment `json:"at,omitzero"`
}

type wireNetworks struct {
	Mobile    answer `json:"mobile,omitzero"`
	Fixed     answer `json:"fixed,omitzero"`
	Satellite answer `json:"satellite,omitzero"`
	SMS       answer `json:"sms,omitzero"`
	Voice     answer `json:"voice,omitzero"`
}

type wireConsent struct {
	Publish  bool   `json:"publish,omitzero"`
	Media    bool   `json:"media,omitzero"`
	Press    bool   `json:"press,omitzero"`
	Court    bool   `json:"court,omitzero"`
	Partners bool   `json:"partners,omitzero"`
	Naming   string `json:"naming,omitzero"`
	Name     string `json:"name,omitzero"`
	Version  int    `json:"version,omitzero"`
}

type wireStory struct {
	Title string   `json:"title,omitzero"`
	Text  string   `json:"text,omitzero"`
	Harms []string `json:"harms,omitzero"`
}

type wireJoins struct {
	Name     string        `json:"name,omitzero"`
	Names    []wireName    `json:"names,omitzero"`
	Type     string        `json:"type,omitzero"`
	Site     string        `json:"site,omitzero"`
	Langs    []string      `json:"langs,omitzero"`
	Referees []wireReferee `json:"referees,omitzero"`
	Why      string        `json:"why,omitzero"`
	Support  string        `json:"support,omitzero"`
}

type wireName struct {
	Lang string `json:"lang,omitzero"`
	Name string `json:"name,omitzero"`
}

type wireReferee struct {
	Name    string `json:"name,omitzero"`
	Contact string `json:"contact,omitzero"`
}

type wireReceipt struct {
	Lookup   string `json:"lookup,omitzero"`
	Reply    string `json:"reply,omitzero"`
	Withdraw string `json:"withdraw,omitzero"`
}

type wireFile struct {
	Name   string `json:"name,omitzero"`
	Type   string `json:"type,omitzero"`
	Size   int64  `json:"size,omitzero"`
	SHA256 string `json:"sha256,omitzero"`
}

func toWire(r *keepiton.Report) wireReport {
	w := wireReport{
		ID: r.ID, Kind: string(r.Kind), Lang: r.Lang, Road: string(r.Road),
		Began: wireWhen(r.Began), Ended: wireWhen(r.Ended), Ongoing: r.Ongoing,
		Country: r.Country, Region: r.Region, Place: r.Place.Reveal(),
		Networks: wireNetworks(r.Networks), Services: r.Services, Provider: r.Provider.Reveal(),
		Seen: r.Seen.Reveal(), Firsthand: r.Firsthand, Contact: r.Contact.Reveal(), Sender: r.Sender.Reveal(),
		Consent: wireConsent{
			Publish: r.Consent.Publish, Media: r.Consent.Media, Press: r.Consent.Press, Court: r.Consent.Court,
			Partners: r.Consent.Partners, Naming: string(r.Consent.Naming), Name: r.Consent.Name.Reveal(), Version: r.Consent.Version,
		},
		Adds: r.Adds, Receipt: wireReceipt(r.Receipt),
	}
	if s := r.Story; s != nil {
		w.Story = &wireStory{Title: s.Title.Reveal(), Text: s.Text.Reveal(), Harms: s.Harms}
	}
	if a := r.Application; a != nil {
		w.Joins = &wireJoins{Name: a.Name.Reveal(), Type: a.Type, Site: a.Site.Reveal(), Langs: a.Langs, Why: a.Why.Reveal(), Support: a.Support.Reveal()}
		for _, n := range a.Names {
			w.Joins.Names = append(w.Joins.Names, wireName{n.Lang, n.Name.Reveal()})
		}
		for _, ref := range a.Referees {
			w.Joins.Referees = append(w.Joins.Referees, wireReferee{ref.Name.Reveal(), ref.Contact.Reveal()})
		}
	}
	for _, f := range r.Files {
		w.Files = append(w.Files, wireFile{Name: f.Name.Reveal(), Type: f.Type, Size: f.Size, SHA256: f.SHA256})
	}
	return w
}

func fromWire(w wireReport) *keepiton.Report {
	r := &keepiton.Report{
		ID: w.ID, Kind: keepiton.ReportKind(w.Kind), Lang: w.Lang, Road: keepiton.Road(w.Road),
		Began: keepiton.When(w.Began), Ended: keepiton.When(w.Ended), Ongoing: w.Ongoing,
		Country: w.Country, Region: w.Region, Place: keepiton.Private(w.Place),
		Networks: keepiton.Networks(w.Networks), Services: w.Services, Provider: keepiton.Private(w.Provider),
		Seen: keepiton.Private(w.Seen), Firsthand: w.Firsthand, Contact: keepiton.Private(w.Contact), Sender: keepiton.Private(w.Sender),
		Consent: keepiton.Consent{
			Publish: w.Consent.Publish, Media: w.Consent.Media, Press: w.Consent.Press, Court: w.Consent.Court,
			Partners: w.Consent.Partners, Naming: keepiton.Naming(w.Consent.Naming), Name: keepiton.Private(w.Consent.Name), Version: w.Consent.Version,
		},
		Adds: w.Adds, Receipt: keepiton.ReceiptAddress(w.Receipt),
	}
	if s := w.Story; s != nil {
		r.Story = &keepiton.StoryWords{Title: keepiton.Private(s.Title), Text: keepiton.Private(s.Text), Harms: s.Harms}
	}
	if a := w.Joins; a != nil {
		r.Application = &keepiton.Application{Name: keepiton.Private(a.Name), Type: a.Type, Site: keepiton.Private(a.Site), Langs: a.Langs, Why: keepiton.Private(a.Why), Support: keepiton.Private(a.Support)}
		for _, n := range a.Names {
			r.Application.Names = append(r.Application.Names, keepiton.OtherName{Lang: n.Lang, Name: keepiton.Private(n.Name)})
		}
		for _, ref := range a.Referees {
			r.Application.Referees = append(r.Application.Referees, keepiton.Referee{Name: keepiton.Private(ref.Name), Contact: keepiton.Private(ref.Contact)})
		}
	}
	for _, f := range w.Files {
		r.Files = append(r.Files, keepiton.ReportFile{Name: keepiton.Private(f.Name), Type: f.Type, Size: f.Size, SHA256: f.SHA256})
	}
	return r
}
