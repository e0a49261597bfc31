package web

import (
	_ "embed"
	"encoding/json"
	"html/template"
	"io"
	"strings"
	"time"

	"keepiton"
	"keepiton/locale"
	"keepiton/seal"
	"keepiton/web/sealing"
)

//go:embed carried/carried.html
var carriedSource string

//go:embed carried/carried.css
var carriedStyle string

// Carried says what a carried form is made of. The same values give the same
// bytes, so that a copy can be compared with another by its hash.
type Carried struct {
	Recipients *seal.Recipients
	Site       string // public address without a slash at its end, where sealed files are taken; may be empty
	Onion      string // the same at the onion service, as OnionURL returns it; may be empty
	Lang       string // language that it opens in; empty: the reader's
}

// carriedPage is the whole file.
type carriedPage struct {
	First, Dir string // language before the script chooses one
	Policy     string
	Forms      []*carriedForm
	Data       any
	Script     template.JS
}

// carriedForm is the form in one language.
type carriedForm struct {
	reportPage
	Serial      int
	Made        time.Time
	Fingerprint string
	Site        string
	AtOnion     string
	Story       *reportPage // the form for a story
}

// carriedData is what the script reads.
type carriedData struct {
	Lang       string                 `json:"lang,omitempty"`
	Recipients []string               `json:"recipients"`
	Zones      map[string][]string    `json:"zones"`
	Regions    map[string]string      `json:"regions"`
	Languages  map[string]scriptWords `json:"languages"`
}

// WriteCarried writes the form that needs no network: one HTML file that holds
// the form in every language, the current recipients and the script that seals,
// and that nothing else is loaded for or may be sent from. Unavailable when
// nobody in the set has an age key: a browser can seal to no other.
func WriteCarried(w io.Writer, c Carried) error {
	to := ageRecipients(c.Recipients)
	if len(to) == 0 {
		return keepiton.Hint(keepiton.Errorf(keepiton.Unavailable, "carried form: nobody in the set has an age key"), "browsers seal to age keys alone: keepiton key add")
	}
	tmpl, err := parseCarried()
	if err != nil {
		return err
	}
	_, fingerprint := c.Recipients.CampaignID()
	data := carriedData{Lang: c.Lang, Recipients: to, Zones: scriptZones(), Regions: scriptRegions("en"), Languages: map[string]scriptWords{}}
	page := carriedPage{
		First: locale.For(c.Lang).Lang().Tag, Dir: locale.For(c.Lang).Dir(),
		Policy: carriedPolicy(),
		Script: template.JS(sealing.Script),
	}
	for _, l := range locale.Languages {
		p := locale.For(l.Tag)
		words := newScriptWords(p, carriedTexts)
		words.Regions = regionNames(l.Tag)
		data.Languages[l.Tag] = words
		page.Forms = append(page.Forms, &carriedForm{
			reportPage: reportPage{frame: frame{visit: &visit{p: p}, Name: "report"}, Form: typed{}, Carried: true},
			Story:      &reportPage{frame: frame{visit: &visit{p: p}, Name: "share"}, Form: typed{}, Carried: true},
			Serial:     c.Recipients.Serial, Made: c.Recipients.Made, Fingerprint: fingerprint, Site: strings.TrimSuffix(c.Site, "/"), AtOnion: c.Onion,
		})
	}
	island, err := json.Marshal(data)
	if err != nil {
		return err
	}
	page.Data = json.RawMessage(island)
	return tmpl.Execute(w, page)
}

// carriedSheet is the style of the file, and carriedPolicy its policy: nothing
// runs but the script, and nothing can be sent or loaded.
func carriedSheet() string { return sendStyle + minify(carriedStyle) }

func carriedPolicy() string {
	return "default-src 'none'; script-src '" + sealing.Source() + "'; style-src '" + sealing.SourceOf(carriedSheet()) + "'; base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'; trusted-types 'none'"
}

// ageRecipients lists the age keys of who can open reports today. Members who
// have OpenPGP alone are not among them: sealing to them takes OpenPGP, which
// the script does not speak (docs/sealing-in-the-browser.md).
func ageRecipients(r *seal.Recipients) []string {
	var out []string
	for _, m := range r.Live() {
		if m.Age != "" {
			out = append(out, m.Age)
		}
	}
	return out
}

// parseCarried reads the template with the parts that it shares with the form
// of the site.
func parseCarried() (*template.Template, error) {
	parts, err := templateFiles.ReadFile("templates/parts.html")
	if err != nil {
		return nil, err
	}
	tmpl, err := template.New("carried").Funcs(functions).Parse(strings.Replace(tidy(carriedSource), "/*style*/", carriedSheet(), 1))
	if err != nil {
		return nil, err
	}
	return tmpl.Parse(tidy(string(parts)))
}
