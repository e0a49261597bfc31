package web

import (
	"embed"
	"fmt"
	"html/template"
	"io"
	"slices"
	"strings"
	"sync"
	"time"

	"keepiton"
	"keepiton/export"
	"keepiton/geo"
	"keepiton/locale"
)

//go:embed templates/*.html
var templateFiles embed.FS

// frame is what every page has. A page's struct embeds it, and its template
// writes all text through its methods.
type frame struct {
	*visit
	Name   string // of the page, in messages and navigation
	Title  string
	Lead   string // one sentence, for the reader and for search engines
	Forms  []form // other forms of this page
	Feed   string // address of the Atom feed, if the page has one
	Data   any    // schema.org description, or nil
	Sample bool
	Linked map[string]string
	Base   string
	Card   *share // what the page offers to pass it on; nil: nothing

	// Spoken are the languages that the page's own words are in; nil: it does not say.
	Spoken []string

	prose   *prose // writes texts with links
	Open    bool   // it says what it is to those who show links to it
	Preview bool   // nobody sees this page yet: a band says so
	onion   string // see Onion
	Sealing bool   // forms are sealed in the browser when script is on
}

// form is the same page in another form.
type form struct{ Name, Href string }

// frame returns the frame of a page; its title and lead are messages of the
// page unless the caller sets others.
func (s *Server) frame(v *visit, name string, kv ...any) frame {
	return frame{
		visit: v, Name: name, Sample: s.opt.Sample, Linked: s.opt.Linked, Base: s.opt.BaseURL, Preview: s.opt.preview, onion: s.opt.Onion, prose: &prose{visit: v, has: s.known}, Sealing: s.opt.Recipients != nil,
		Title: v.p.T("page."+name+".title", kv...), Lead: v.p.T("page."+name+".lead", kv...),
	}
}

// exported lists links to the forms of a page whose incidents package export
// writes: what it does not know is not offered.
func (f *frame) exported(suffixes ...string) {
	f.forms(slices.DeleteFunc(slices.Clone(suffixes), func(s string) bool {
		_, known := export.BySuffix(s)
		return !known && s != "svg" && citations[s].kind == ""
	})...)
}

// forms lists links to the page's other forms.
func (f *frame) forms(suffixes ...string) {
	for _, s := range suffixes {
		if s == "atom" {
			f.Feed = f.other(s)
		}
		f.Forms = append(f.Forms, form{formName(s), f.other(s)})
	}
}

// T is a message in the page's language.
func (f *frame) T(key string, kv ...any) string { return f.p.T(key, kv...) }

// LangAttr marks a message that is not translated yet as English.
func (f *frame) LangAttr(key string) template.HTMLAttr { return f.p.LangAttr(key) }

// Review says how much of the page's language a native speaker has read; empty
// for English.
func (f *frame) Review() string {
	c := locale.CompletenessOf(f.p.Lang().Tag)
	switch {
	case f.p.Lang().Tag == "en" || c.Reviewed == c.Messages:
		return ""
	case c.Reviewed == 0:
		return f.p.T("language.machine")
	}
	return f.p.T("language.review", "Share", f.p.Percent(c.ReviewedShare()))
}

// N is a message in the plural form of n.
func (f *frame) N(key string, n int, kv ...any) string { return f.p.N(key, n, kv...) }

// Num writes a whole number.
func (f *frame) Num(n int) string { return f.p.Number(n) }

// Y writes a year, or another number that is not grouped.
func (f *frame) Y(n int) string { return f.p.Year(n) }

// Figures writes the figures in a sentence of ours in the reader's digits.
func (f *frame) Figures(s string) string { return f.p.Figures(s) }

// Say writes a message with its links, see prose.
func (f *frame) Say(key string) template.HTML { return f.prose.Say(key) }

// Code writes a code of a list.
func (f *frame) Code(list, code string) string { return f.p.Code(list, code) }

// Day writes the day of t.
func (f *frame) Day(t time.Time) string { return f.p.Day(t) }

// DayShort is a day for a narrow place.
func (f *frame) DayShort(t time.Time) string { return f.p.DayShort(t) }

// ISO writes the day of t for a machine.
func (f *frame) ISO(t time.Time) string { return t.UTC().Format(time.DateOnly) }

// Moment writes m to its precision.
func (f *frame) Moment(m keepiton.Moment) string { return f.p.Date(m) }

// Country names a country.
func (f *frame) Country(code string) string { return geo.Name(code, f.p.Lang().Tag) }

// Lang is the page's language.
func (f *frame) Lang() locale.Language { return f.p.Lang() }

// Languages lists the languages of the site.
func (f *frame) Languages() []locale.Language { return locale.Languages }

// In is the same page in another language.
func (f *frame) In(tag string) string { return f.inLanguage(tag) }

// Past reports whether the page shows the record as of a past day.
func (f *frame) Past() bool { return !f.asOf.IsZero() }

// AsOf is the day that the page shows the record as of.
func (f *frame) AsOf() time.Time { return f.now }

// Present is the same page as of now.
func (f *frame) Present() string { return f.with("as_of") }

// Today is the day of the visit.
func (f *frame) Today() time.Time { return f.today }

// Exact reports whether the page is the page of the navigation itself.
func (f *frame) Exact(nav string) bool { return f.path == "/"+nav }

// Copy reports whether the page is for a copy to be carried.
func (f *frame) Copy() bool { return f.copy }

// TimeTravel reports whether the page can show the record as of another day.
func (f *frame) TimeTravel() bool { return !slices.Contains(timeless, f.Name) }

// timeless are the pages that say the same on every day.
var timeless = []string{"methodology", "about", "techniques", "fault", "prepare", "during", "after", "glossary", "help", "languages", "language", "codebook", "error", "revision", "diff", "report", "sent", "receipt", "share", "sealed", "key", "stories", "story", "watch", "watchitem", "coalition", "organization", "join", "pledges", "pledge", "letters", "letter", "petitions", "petition", "petitionstep", "kit", "remix", "alerts", "alertstep", "alertmanage", "alerthook", "press", "statement", "early"}

// Other is the page in another form.
func (f *frame) Other(suffix string) string { return f.other(suffix) }

// AtDay is the home page as of a day.
func (f *frame) AtDay(day time.Time) string { return f.Href("/", "as_of", f.ISO(day)) }

// LevelKey is a verification level's name in messages.
func (f *frame) LevelKey(l keepiton.Level) string {
	if l == keepiton.Unverified {
		return "unverified"
	}
	return string(l)
}

// Instrument is the name of a feed of measurements; one without a name is its
// code.
func (f *frame) Instrument(feed string) string {
	if key := "casework.feed." + feed; f.visit.p.Has(key) {
		return f.visit.p.T(key)
	}
	return feed
}

// Hidden lists the parameters that a form about another parameter carries on.
func (f *frame) Hidden(without ...string) []form { return f.hidden(without...) }

// Nav lists the pages of the main navigation.
func (f *frame) Nav() []string {
	return []string{"incidents", "stories", "countries", "years", "trends", "signals", "corrections", "data", "methodology"}
}

// Campaign lists the pages of the campaign that the site has, for the foot of
// each page but those of years: their figures leave no byte for it (promise 8),
// and the front page is one link away.
func (f *frame) Campaign() (out []string) {
	if f.Name == "year" {
		return nil
	}
	for _, name := range []string{"what", "why", "prepare", "coalition", "pledges", "petition", "letters", "watch", "kit", "press", "alerts"} {
		if slices.ContainsFunc(routeTable, func(rt route) bool { return rt.pattern == "/"+name }) {
			out = append(out, name)
		}
	}
	return out
}

// Section reports whether the page belongs to a page of the navigation.
func (f *frame) Section(nav string) bool { return strings.HasPrefix(f.path, "/"+nav) }

func (v *visit) hidden(without ...string) []form {
	var out []form
next:
	for _, name := range parameters {
		for _, w := range append(without, "cursor") {
			if w == name {
				continue next
			}
		}
		for _, value := range v.query[name] {
			out = append(out, form{name, value})
		}
	}
	return out
}

// parsedTemplates are those of every site of the process: they stand in the
// program, and nothing of a site goes into them.
var parsedTemplates = sync.OnceValues(parseTemplates)

// parseTemplates reads layout and pages. Each page is a clone of the layout
// with its own "main".
func parseTemplates() (map[string]*template.Template, error) {
	layouts := map[string]*template.Template{}
	for _, sheet := range []string{frontStyle, yearStyle, sendStyle, storyStyle, kitStyle, explainStyle, signalStyle, style} {
		layout, err := parseLayout(sheet)
		if err != nil {
			return nil, err
		}
		layouts[sheet] = layout
	}
	files, err := templateFiles.ReadDir("templates")
	if err != nil {
		return nil, err
	}
	out := map[string]*template.Template{}
	for _, f := range files {
		name := strings.TrimSuffix(f.Name(), ".html")
		if name == "layout" || name == "parts" {
			continue
		}
		source, err := templateFiles.ReadFile("templates/" + f.Name())
		if err != nil {
			return nil, err
		}
		sheet, _ := dress(name)
		page, err := layouts[sheet].Clone()
		if err != nil {
			return nil, err
		}
		if out[name], err = page.Parse(tidy(string(source))); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// parseLayout reads the layout with a style sheet, and the parts that pages share.
func parseLayout(style string) (*template.Template, error) {
	source, err := templateFiles.ReadFile("templates/layout.html")
	if err != nil {
		return nil, err
	}
	parts, err := templateFiles.ReadFile("templates/parts.html")
	if err != nil {
		return nil, err
	}
	layout, err := template.New("layout").Funcs(functions).Parse(strings.Replace(tidy(string(source)), "/*style*/", style, 1))
	if err != nil {
		return nil, err
	}
	return layout.Parse(tidy(string(parts)))
}

// tidy takes the indentation out of a template. A line break stays one, since
// it may be the space between two words.
func tidy(source string) string {
	var b strings.Builder
	for line := range strings.Lines(source) {
		if line = strings.TrimSpace(line); line != "" {
			b.WriteString(line)
			b.WriteByte('\n')
		}
	}
	return b.String()
}

// functions are the few that a template needs beside its page's methods.
var functions = template.FuncMap{
	"pair": func(a, b any) []any { return []any{a, b} },
	"list": func(values ...any) []any { return values },
}

// html answers with a page.
func (s *Server) html(name string, page any) *answer {
	_, policy := dress(name)
	return &answer{contentType: "text/html; charset=utf-8", policy: policy, write: func(w io.Writer) error {
		t, ok := s.templates[name]
		if !ok {
			return fmt.Errorf("no template %q", name)
		}
		return t.Execute(w, page)
	}}
}

// formName is how people write the name of a form.
func formName(suffix string) string {
	switch suffix {
	case "geojson":
		return "GeoJSON"
	case "atom":
		return "Atom"
	case "feed.json":
		return "JSON Feed"
	}
	return strings.ToUpper(suffix)
}

// RuleLabel names a counting rule by the word that figures cite it with, and
// what it does.
func (v *visit) RuleLabel(name string) string {
	return v.p.Ours(name + " · " + v.p.T("rule."+name+".title"))
}
