package web

import (
	"maps"
	"math"
	"net/http"
	"slices"
	"strings"
	"time"

	"keepiton"
	"keepiton/export"
	"keepiton/locale"
	"keepiton/store"
)

// incidentPage is one incident, every claim with its source.
type incidentPage struct {
	frame
	Inc       *keepiton.Incident
	Rev       *keepiton.Revision
	Newest    int // N of the newest public revision at the moment shown
	Sentence  string
	Cited     string // the same, in Latin digits
	Countries []tally
	Where     string // the area in the source's words
	When      string
	Ongoing   bool
	Episodes  []episodeView
	Duration  string
	Groups    []factGroup
	Sources   []sourceView
	Map       drawing
	Timeline  drawing
	Revisions []revisionLine
	Recent    []revisionLine // the newest few, newest first
	RowCount  int
	Rows      []rowView // empty when they are too many for this page
	Cite      string
	OneOf     bool // shown as one fixed revision
	MergedIn  string
	Tales     []tale   // what people told of it
	Entries   []linked // what the campaign has about it

	Instruments instruments
}

// episodeView is one continuous cut in words.
type episodeView struct {
	Start, End string
	Note       string
	Sources    []keepiton.SourceID
}

// sourceView is one source with what supports it.
type sourceView struct {
	keepiton.Source
	Host string // of the link, for readers who want to know before they follow it
	Link bool   // URL may be followed: http or https, well-formed
	// Picture is the address of the clean public copy, where the source is one.
	Picture string
}

// picture returns where the public copy of a source is, empty when it is none
// that can be shown. A PDF is handed over, not shown.
func (s *Server) picture(v *visit, src keepiton.Source) string {
	if s.opt.Media == nil || src.Kind != keepiton.KindReport || src.Confidential || src.SHA256 == "" {
		return ""
	}
	m, err := s.opt.Media.Media(v.ctx, src.SHA256)
	if err != nil || !strings.HasPrefix(m.Type, "image/") {
		return ""
	}
	return mediaAddress(m.SHA256, m.Type)
}

// rowsOnPage is the number of bytes of original cells that an incident's own
// page carries; more stand on their own page, so that the weight holds.
const rowsOnPage = 2500

// recentRevisions is the number of revisions that an incident's own page lists.
const recentRevisions = 4

func (s *Server) incident(v *visit) (*answer, error) {
	// An id that somebody typed from paper may be in small letters.
	typed := v.req.PathValue("id")
	if id := strings.ToUpper(typed); id != typed {
		if _, _, err := keepiton.IncidentID(id).Parse(); err == nil {
			return &answer{status: http.StatusMovedPermanently, location: v.Href("/incidents/" + id + suffixed(v.suffix))}, nil
		}
	}
	rev, err := s.find(v)
	if err != nil {
		return nil, err
	}
	if rev.Incident.State == keepiton.Merged && rev.Incident.MergedInto != "" {
		to := "/incidents/" + string(rev.Incident.MergedInto) + suffixed(v.suffix)
		return &answer{status: http.StatusMovedPermanently, location: v.Href(to)}, nil
	}
	if v.suffix != "" {
		return s.incidentForm(v, rev)
	}
	revs, err := s.publicRevisions(v, rev.Incident.ID)
	if err != nil {
		return nil, err
	}
	page := s.incidentView(v, rev, revs)
	if page.Tales, _, err = s.tales(v, store.StoryQuery{Incidents: []keepiton.IncidentID{rev.Incident.ID}}, talesBeside); err != nil {
		return nil, err
	}
	if rev.Incident.State == keepiton.Published {
		page.Card = s.incidentShares(v, rev)
	}
	if page.Instruments, err = s.incidentInstruments(v, &rev.Incident); err != nil {
		return nil, err
	}
	page.Entries, err = s.entriesAbout(v, rev.Incident.ID)
	a := s.html("incident", page)
	a.brief = s.opt.Signals != nil
	return a, err
}

func suffixed(suffix string) string {
	if suffix == "" {
		return ""
	}
	return "." + suffix
}

// find returns the incident of the path as any reader may have it. One that is
// not public does not exist for readers.
func (s *Server) find(v *visit) (*keepiton.Revision, error) {
	id := keepiton.IncidentID(v.req.PathValue("id"))
	if _, _, err := id.Parse(); err != nil {
		return nil, keepiton.Errorf(keepiton.NotFound, "%w", err)
	}
	rev, err := s.opt.Record.Get(v.ctx, id, v.asOf)
	if err != nil {
		return nil, err
	}
	if !rev.Incident.State.Public() {
		return nil, keepiton.Errorf(keepiton.NotFound, "incident %s is not public", id)
	}
	return s.quiet(v, &rev)
}

// quiet returns rev as any reader may have it. What has become confidential
// since is so in an older revision as well.
func (s *Server) quiet(v *visit, rev *keepiton.Revision) (*keepiton.Revision, error) {
	newest, err := s.opt.Record.Get(v.ctx, rev.Incident.ID, time.Time{})
	if err != nil {
		return nil, err
	}
	secrets := keepiton.Secrets{}
	maps.Copy(secrets, newest.Incident.Secrets())
	maps.Copy(secrets, rev.Incident.Secrets())
	return rev.Redact(secrets), nil
}

func (s *Server) incidentView(v *visit, rev *keepiton.Revision, revs []keepiton.Revision) *incidentPage {
	inc := &rev.Incident
	page := &incidentPage{frame: s.frame(v, "incident", "ID", string(inc.ID)), Inc: inc, Rev: rev, Newest: rev.N}
	page.Sentence = export.Sentence(v.p, inc, rev.KnownAt(v.now))
	page.Title = v.p.T("page.incident.title", "ID", string(inc.ID), "Country", v.countryNames(inc))
	page.Lead = page.Sentence
	for _, cc := range inc.Countries() {
		page.Countries = append(page.Countries, tally{Key: cc, Label: page.Country(cc), Href: v.Href("/countries/" + cc)})
	}
	page.Where = v.newItem(rev).Where
	page.When, page.Ongoing = v.span(inc)
	there := v.p.Beside(inc.Countries()...)
	for _, e := range inc.Episodes {
		page.Episodes = append(page.Episodes, episodeView{there.Date(e.Start), ending(there, e.End), e.Note, sourcesOf(inc, "episodes")})
	}
	page.Duration = v.duration(rev)
	page.Groups = v.facts(inc)
	for _, src := range inc.Sources {
		page.Sources = append(page.Sources, sourceView{src, hostOf(src.URL), followable(src.URL), s.picture(v, src)})
	}
	page.Map = v.incidentMap(page.T("page.incident.map"), inc)
	page.Timeline = v.timeline(page.T("page.incident.timeline"), rev)
	for i := range revs {
		page.Revisions = append(page.Revisions, v.revisionLine(&revs[i]))
	}
	if n := len(revs); n > 0 {
		page.Newest = revs[n-1].N
	}
	page.Recent = slices.Clone(page.Revisions[max(0, len(page.Revisions)-recentRevisions):])
	slices.Reverse(page.Recent)
	page.RowCount = len(inc.Rows)
	if cellBytes(inc.Rows) <= rowsOnPage {
		page.Rows = rowViews(inc.Rows)
	}
	page.exported("json", "csv", "xlsx", "geojson", "txt", "svg") // the citations stand under "cite"
	page.Cited = export.Sentence(v.p.Latin(), inc, rev.KnownAt(v.now))
	page.Instruments.Words = s.seenWords(v, inc)
	page.Data = s.incidentLD(v, rev, page.Cited)
	return page
}

// ending writes the end of an episode. Where nobody was asked or nobody
// knows, it says so.
func ending(p *locale.Printer, e keepiton.Ending) string {
	switch {
	case !e.At.IsZero() && e.State == keepiton.Ongoing:
		return p.T("page.incident.end.ongoing_until", "End", e.At)
	case !e.At.IsZero():
		return p.Date(e.At)
	case e.State == keepiton.Ongoing:
		return p.T("page.incident.end.ongoing")
	case e.State == keepiton.Ended:
		return p.T("page.incident.end.ended")
	case e.State == keepiton.EndUnknown:
		return p.T("page.incident.end.unknown")
	}
	return p.T("page.incident.end.not_asked")
}

// duration writes the sum of the episodes' days as an interval. What is still
// going on is told up to the day for which the revision speaks; an end that
// nobody knows may be as late as now.
func (v *visit) duration(rev *keepiton.Revision) string {
	inc, at := &rev.Incident, v.now
	if inc.End().State == keepiton.Ongoing {
		at = rev.KnownAt(v.now)
	}
	var sum keepiton.Days
	sum.Known = len(inc.Episodes) > 0
	for _, e := range inc.Episodes {
		if e.Start.IsZero() {
			return ""
		}
		d := e.Days(at)
		sum.Min += d.Min
		sum.Best += d.Best
		sum.Max += d.Max
		sum.Known = sum.Known && d.Known
	}
	if len(inc.Episodes) == 0 || sum.Max == 0 {
		return ""
	}
	if inc.End().State == keepiton.Ongoing {
		return v.p.N("page.incident.days.ongoing", int(math.Ceil(sum.Best)), "Day", at)
	}
	return v.p.Days(sum)
}

func hostOf(url string) string {
	_, rest, _ := strings.Cut(url, "://")
	host, _, _ := strings.Cut(rest, "/")
	return strings.TrimPrefix(host, "www.")
}

// followable reports whether a URL is safe and whole enough to be a link.
func followable(url string) bool {
	return keepiton.ValidURL(url) && (strings.HasPrefix(url, "http://") || strings.HasPrefix(url, "https://"))
}

// Window writes the time that a measurement covers.
func (page *incidentPage) Window(from, to keepiton.Moment) string {
	switch {
	case from.IsZero():
		return ""
	case to.IsZero():
		return page.T("page.span.since", "Start", page.short(from))
	}
	return page.T("page.span.both", "Start", page.Moment(from), "End", page.Moment(to))
}

// For lists the sources of a field.
func (page *incidentPage) For(field string) []keepiton.SourceID { return sourcesOf(page.Inc, field) }

// incidentLD describes an incident to search engines as schema.org has it.
func (s *Server) incidentLD(v *visit, rev *keepiton.Revision, sentence string) any {
	inc := &rev.Incident
	ld := map[string]any{
		"@context": "https://schema.org", "@type": "Report", "identifier": string(inc.ID), "name": sentence,
		"version": rev.N, "dateModified": rev.Recorded.Format(time.RFC3339), "inLanguage": v.p.Lang().Tag,
		"license": "https://creativecommons.org/licenses/by/4.0/",
	}
	if s.opt.BaseURL != "" {
		ld["url"] = s.opt.BaseURL + "/" + v.p.Lang().Tag + v.path
	}
	return ld
}
