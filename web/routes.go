package web

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"keepiton"
	"keepiton/export"
	"keepiton/locale"
)

// route is one noun of the site. name is the page's name in messages
// (page.<name>.title) and of its template.
type route struct {
	pattern string // standard mux, after the method and language
	name    string
	page    func(*Server, *visit) (*answer, error)
	forms   []string // suffixes that it answers in beside the page
}

func (rt route) answersIn(suffix string) bool {
	_, exported := export.BySuffix(suffix)
	return suffix == "" || slices.Contains(rt.forms, suffix) || exported && slices.Contains(rt.forms, "xlsx")
}

var (
	listForms     = []string{"json", "ndjson", "csv", "xlsx", "geojson", "atom", "feed.json", "txt", "svg"}
	incidentForms = []string{"json", "csv", "xlsx", "geojson", "txt", "svg", "bib", "ris", "csl", "cff"}
	tableForms    = []string{"json", "csv", "txt", "svg"}
	plainForms    = []string{"json", "csv", "txt"}
	chartForms    = []string{"svg", "csv", "json"}
	cardForms     = []string{"png", "svg"}
)

// routeTable lists every page of the site. Each stands under /{lang}.
var routeTable = []route{
	{"/{$}", "home", (*Server).home, nil},
	{"/incidents", "incidents", (*Server).incidents, listForms},
	{"/incidents/{id}", "incident", (*Server).incident, incidentForms},
	{"/incidents/{id}/card", "card", (*Server).incidentCard, cardForms},
	{"/incidents/{id}/press", "brief", (*Server).incidentBrief, []string{"pdf", "txt"}},
	{"/incidents/{id}/rows", "rows", (*Server).rows, nil},
	{"/incidents/{id}/revisions", "revisions", (*Server).revisions, []string{"json"}},
	{"/incidents/{id}/revisions/{n}", "revision", (*Server).revision, []string{"json"}},
	{"/incidents/{id}/diff", "diff", (*Server).diff, []string{"json"}},
	{"/countries", "countries", (*Server).countries, tableForms},
	{"/countries/{cc}", "country", (*Server).country, listForms},
	{"/countries/{cc}/card", "card", (*Server).countryCard, cardForms},
	{"/countries/{cc}/press", "brief", (*Server).countryBrief, []string{"pdf", "txt"}},
	{"/years", "years", (*Server).years, tableForms},
	{"/years/{yyyy}", "year", (*Server).year, listForms},
	{"/years/{yyyy}/card", "card", (*Server).yearCard, cardForms},
	{"/countries/{cc}/charts", "charts", (*Server).countryCharts, chartForms},
	{"/incidents/{id}/charts", "charts", (*Server).incidentCharts, chartForms},
	{"/signals", "signals", (*Server).signals, []string{"json", "csv", "atom", "feed.json"}},
	{"/signals/{id}", "signal", (*Server).signal, []string{"json"}},
	{"/signals/{id}/charts", "charts", (*Server).signalCharts, chartForms},
	{"/feeds", "health", (*Server).health, []string{"json"}},
	{"/trends", "trends", (*Server).trends, tableForms},
	{"/corrections", "corrections", (*Server).corrections, plainForms},
	{"/methodology", "methodology", (*Server).methodology, nil},
	{"/data", "data", (*Server).data, nil},
	{"/codebook", "codebook", (*Server).codebook, plainForms},
	{"/what", "what", explain("what"), nil},
	{"/what/kinds", "kinds", explain("kinds"), nil},
	{"/what/techniques", "techniques", explain("techniques"), nil},
	{"/what/fault", "fault", explain("fault"), nil},
	{"/why", "why", explain("why"), nil},
	{"/prepare", "prepare", explain("prepare"), nil},
	{"/during", "during", explain("during"), nil},
	{"/after", "after", explain("after"), nil},
	{"/glossary", "glossary", (*Server).glossary, nil},
	{"/about", "about", explain("about"), nil},
	{"/help", "help", (*Server).help, nil},
	{"/languages", "languages", (*Server).tongues, []string{"json"}},
	{"/languages/{code}", "language", (*Server).tongue, []string{"json", "csv", "po"}},
	{"/report", "report", (*Server).reportForm, nil},
	{"/receipt", "receipt", (*Server).receiptForm, nil},
	{"/report/sealed", "sealed", (*Server).sealedForm, nil},
	{"/stories", "stories", (*Server).stories, []string{"json", "txt", "atom", "feed.json"}},
	{"/stories/{id}", "story", (*Server).story, []string{"json"}},
	{"/stories/share", "share", (*Server).shareForm, nil},
	{"/coalition", "coalition", (*Server).coalition, []string{"json"}},
	{"/coalition/join", "join", (*Server).joinForm, nil},
	{"/coalition/{id}", "organization", (*Server).organization, []string{"json"}},
	{"/kit", "kit", (*Server).kit, nil},
	{"/kit/{template}", "remix", (*Server).remix, nil},
	{"/kit/{template}/preview", "kitpicture", (*Server).kitPreview, []string{"png"}},
	{"/kit/{template}/{shape}", "kitpicture", (*Server).kitPicture, []string{"svg", "png", "pdf"}},
	{"/badge/incidents/{id}", "badge", (*Server).incidentBadge, cardForms},
	{"/badge/countries/{cc}", "badge", (*Server).countryBadge, cardForms},
	{"/badge/pledges/{id}", "badge", (*Server).pledgeBadge, cardForms},
	{"/watch", "watch", (*Server).watch, []string{"ics", "json"}},
	{"/watch/{id}", "watchitem", (*Server).watchItem, []string{"ics", "json"}},
	{"/watch/{id}/card", "card", entryCard(keepiton.KindWatch), cardForms},
	{"/pledges", "pledges", (*Server).pledges, []string{"json"}},
	{"/pledges/{id}", "pledge", (*Server).pledge, []string{"json"}},
	{"/pledges/{id}/card", "card", entryCard(keepiton.KindPledge), cardForms},
	{"/letters", "letters", (*Server).letters, []string{"json"}},
	{"/letters/{id}", "letter", (*Server).letter, []string{"txt", "json"}},
	{"/letters/{id}/text/{n}", "lettertext", (*Server).letterBytes, []string{"txt"}},
	{"/letters/{id}/signature/{organization}", "lettersignature", (*Server).letterSignature, nil},
	{"/letters/{id}/card", "card", entryCard(keepiton.KindLetter), cardForms},
	{"/petition", "petitions", (*Server).petitions, []string{"json"}},
	{"/petition/{id}", "petition", (*Server).petition, []string{"json", "pdf"}},
	{"/petition/{id}/{use}/{token}", "petitionstep", (*Server).petitionStep, nil},
	{"/petition/{id}/card", "card", entryCard(keepiton.KindPetition), cardForms},
	{"/press", "press", (*Server).press, []string{"json"}},
	{"/press/{id}/card", "card", entryCard(keepiton.KindStatement), cardForms},
	{"/press/{id}", "statement", (*Server).statement, []string{"pdf", "txt", "json"}},
	{"/early/{token}", "early", (*Server).early, []string{"pdf", "txt"}},
	{"/key", "key", (*Server).keyForm, nil},
	{"/alerts", "alerts", (*Server).alerts, nil},
	{"/alerts/webhook", "alerthook", (*Server).hook, nil},
	{"/alerts/confirm/{token}", "alertstep", (*Server).confirmAlerts, nil},
	{"/alerts/manage/{token}", "alertmanage", (*Server).manageAlerts, nil},
	{"/alerts/end/{token}", "alertstep", (*Server).endAlerts, nil},
	{"/feeds/{list}", "feeds", (*Server).feed, []string{export.FeedAtom, export.FeedJSON}},
}

// routes builds the mux of the site.
func (s *Server) routes() *http.ServeMux {
	mux := http.NewServeMux()
	for _, rt := range routeTable {
		mux.HandleFunc("/{lang}"+rt.pattern, func(w http.ResponseWriter, r *http.Request) {
			if !isLanguage(r.PathValue("lang")) {
				s.elsewhere(w, r)
				return
			}
			s.serve(rt, w, r)
		})
	}
	s.routePosts(mux)
	s.routeKeys(mux)
	s.routeCAP(mux)
	mux.HandleFunc("/favicon.svg", s.favicon)
	mux.HandleFunc("/robots.txt", s.robots)
	mux.HandleFunc("/seal.js", s.sealScript)
	mux.HandleFunc("/{lang}"+kitZIP, s.kitArchived)
	mux.HandleFunc("/{lang}/seal", s.sealWords)      // seal.json
	mux.HandleFunc("/{lang}/regions", s.regionTable) // regions.json
	mux.HandleFunc("/report-offline", s.carriedFile)
	mux.HandleFunc("/{lang}/report-offline", s.carriedFile)
	mux.HandleFunc("/{lang}", s.elsewhere) // or the mux would add a slash to every first name
	mux.HandleFunc("/", s.elsewhere)
	return mux
}

// Pages lists the pages of the site that have one address in each language,
// without the language: what a copy of the site begins with.
func Pages() []string {
	var out []string
	for _, rt := range routeTable {
		if path := strings.TrimSuffix(rt.pattern, "{$}"); !strings.Contains(path, "{") {
			out = append(out, path)
		}
	}
	return out
}

func isLanguage(tag string) bool { return locale.Known(tag) }

// elsewhere answers paths that no route has: without a language it redirects
// to the reader's, so that /incidents/KIO-2022-0001 can be printed on paper.
func (s *Server) elsewhere(w http.ResponseWriter, r *http.Request) {
	task := taskOf(r)
	path := strings.TrimSuffix(r.URL.Path, "/")
	first, _, _ := strings.Cut(strings.TrimPrefix(path, "/"), "/")
	target := ""
	switch {
	case isLanguage(first) && "/"+first == path:
		target = path + "/"
	case isLanguage(first) && path != r.URL.Path && s.known(path):
		target = path
	case !isLanguage(first):
		tag := locale.Match(r.Header.Get("Accept-Language")).Tag
		if path == "" || s.known("/"+tag+path) {
			target = "/" + tag + path
			if path == "" {
				target += "/"
			}
		}
	}
	if target == "" {
		s.fail(w, r, keepiton.Errorf(keepiton.NotFound, "no page %s", r.URL.Path), 0)
		return
	}
	if task.suffix != "" {
		target += "." + task.suffix
	}
	q, err := normalise(r.URL.RawQuery)
	if err != nil {
		q = url.Values{}
	}
	if first, _, _ := strings.Cut(strings.TrimPrefix(target, "/"), "/"); !q.Has("digits") {
		if system := locale.DigitsWanted(first, r.Header.Get("Accept-Language")); system != "latn" {
			q.Set("digits", system)
		}
	}
	if len(q) > 0 {
		target += "?" + write(q)
	}
	secure(w.Header(), innerPolicy)
	w.Header()["Vary"] = varyLanguage
	w.Header().Set("Cache-Control", "no-cache")
	http.Redirect(w, r, target, http.StatusFound)
}

// known reports whether a route has the path.
func (s *Server) known(path string) bool {
	u := *taskURL
	u.Path = path
	_, pattern := s.mux.Handler(&http.Request{Method: http.MethodGet, URL: &u, Host: "localhost"})
	return pattern != "" && pattern != "/" && pattern != "/{lang}"
}

const faviconSVG = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><path fill="#1c1b18" d="M0 0h32v32H0z"/><path fill="none" stroke="#fbfaf6" stroke-width="4" d="M10 7a11.500 11.500 0 1 0 12 0M16 4v12"/></svg>`

func (s *Server) favicon(w http.ResponseWriter, r *http.Request) {
	secure(w.Header(), filePolicy)
	w.Header().Set("Content-Type", "image/svg+xml")
	w.Header().Set("Cache-Control", "public, max-age=604800")
	w.Write([]byte(faviconSVG))
}

// robots lets every robot read the pages, once: filters and past days make
// endless addresses.
func (s *Server) robots(w http.ResponseWriter, r *http.Request) {
	secure(w.Header(), filePolicy)
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("Cache-Control", "public, max-age=86400")
	w.Write([]byte("User-agent: *\nDisallow: /desk/\nDisallow: /*/early/\nDisallow: /*?\n"))
}
