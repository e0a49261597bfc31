package web

import (
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"keepiton"
	"keepiton/campaign"
	"keepiton/export"
	"keepiton/geo"
	"keepiton/store"
)

// watchPage is the calendar of what to look at.
type watchPage struct {
	frame
	Months    []watchMonth
	Total     int
	Passed    bool // it shows what is over
	Chosen    bool
	Countries []option
	Kinds     []option
	Next      string
	Turn      string // the other half: what is over, or what is to come
}

// watchMonth is the items that begin in one month.
type watchMonth struct {
	Name  string
	Items []watchLine
}

// watchLine is an item of the calendar.
type watchLine struct {
	ID        keepiton.EntryID
	Href      string
	Title     said
	Country   string
	Kind      string
	When      string
	Status    string // code; confirmed is not said
	Now       bool
	Ethiopian string
	Cuts      int // incidents that came of it
}

var watchFacets = []string{"country", "kind", "status"}

func (s *Server) watch(v *visit) (*answer, error) {
	q := v.entryQuery(keepiton.KindWatch, watchFacets...)
	passed := v.get("view") == "past"
	if v.suffix != "" {
		return s.watchForms(v, q)
	}
	page := &watchPage{frame: s.frame(v, "watch"), Passed: passed, Chosen: narrowedEntries(q)}
	today := v.today.UTC().Truncate(24 * time.Hour)
	if page.Turn = v.with("view", "past"); passed {
		q.Descending, q.Before = true, today
		page.Turn = v.with("view")
	} else {
		q.From = today
	}
	list, err := listOf[*keepiton.Watch](s, v, q)
	if err != nil {
		return nil, err
	}
	page.Total, page.Next = list.Total, list.Next
	for _, item := range list.Items {
		rev, w := item.Rev, item.Body
		if passed && !w.Over(v.now) {
			continue // it began before today and goes on: it stands in the other half
		}
		name := v.p.Date(keepiton.Moment{At: w.From.At, Precision: keepiton.Month})
		if n := len(page.Months); n == 0 || page.Months[n-1].Name != name {
			page.Months = append(page.Months, watchMonth{Name: name})
		}
		m := &page.Months[len(page.Months)-1]
		m.Items = append(m.Items, v.watchLine(rev.ID, w))
	}
	if page.Countries, err = s.entryOptions(v, q, "country", v.country); err != nil {
		return nil, err
	}
	kind := func(code string) string { return v.p.Code("watch_kind", code) }
	if page.Kinds, err = s.entryOptions(v, q, "kind", kind); err != nil {
		return nil, err
	}
	page.forms("ics", "json")
	return s.html("watch", page), nil
}

// watchLine prepares an item of the calendar.
func (v *visit) watchLine(id keepiton.EntryID, w *keepiton.Watch) watchLine {
	line := watchLine{
		ID: id, Href: v.Href("/watch/" + string(id)), Title: v.say(w.Title), Country: v.country(w.Country),
		Kind: v.p.Code("watch_kind", w.Cause), When: v.watchSpan(w), Cuts: len(w.Incidents),
		Now: w.Status != "cancelled" && !w.From.At.After(v.now) && !w.Over(v.today),
	}
	if w.Status != "confirmed" {
		line.Status = w.Status
	}
	line.Ethiopian = v.ethiopianSpan(w)
	return line
}

// watchSpan writes when an item is.
func (v *visit) watchSpan(w *keepiton.Watch) string {
	switch {
	case w.To.IsZero() || w.To.At.Equal(w.From.At):
		return v.p.Date(w.From)
	case plainDay(w.From) && plainDay(w.To):
		return v.p.Range(w.From.At, w.To.At)
	}
	return v.p.T("page.span.both", "Start", v.p.Date(w.From), "End", v.p.Date(w.To))
}

// ethiopianCountries count their days in the Ethiopian calendar (notes/publication.md 5.3).
var ethiopianCountries = []string{"ET"}

// ethiopianSpan is the same in the Ethiopian calendar, for readers of Amharic and
// for Ethiopia; empty elsewhere, and where the day is not known.
func (v *visit) ethiopianSpan(w *keepiton.Watch) string {
	if v.p.Lang().Tag != "am" && !slices.Contains(ethiopianCountries, w.Country) || !plainDay(w.From) {
		return ""
	}
	from := v.p.EthiopicDay(w.From.At)
	if w.To.IsZero() || !plainDay(w.To) || w.To.At.Equal(w.From.At) {
		return from
	}
	return v.p.T("page.span.both", "Start", from, "End", v.p.EthiopicDay(w.To.At))
}

// watchForms answers with the whole choice as a calendar or as JSON.
func (s *Server) watchForms(v *visit, q store.EntryQuery) (*answer, error) {
	revs, err := s.chosenEntries(v, q)
	if err != nil {
		return nil, err
	}
	return s.watchAnswer(v, "watch", v.p.T("page.watch.title"), revs)
}

// watchDoc is a watch item as JSON.
type watchDoc struct {
	docHead
	*keepiton.Watch
}

func (s *Server) watchAnswer(v *visit, list, name string, revs []keepiton.EntryRevision) (*answer, error) {
	if v.suffix != "ics" {
		return entriesJSON(v, "watch", revs, func(rev keepiton.EntryRevision, w *keepiton.Watch) (any, error) {
			w.Sources = openSources(w.Sources)
			return watchDoc{headOf(rev), w}, nil
		})
	}
	var occasions []export.Occasion
	for _, rev := range revs {
		w, err := campaign.As[*keepiton.Watch](rev)
		if err != nil {
			return nil, err
		}
		occasions = append(occasions, v.occasion(rev, w))
	}
	return &answer{contentType: "text/calendar; charset=utf-8", write: func(out io.Writer) error {
		return export.WriteCalendar(out, list, name, occasions, s.exportOptions(v))
	}}, nil
}

func (v *visit) occasion(rev keepiton.EntryRevision, w *keepiton.Watch) export.Occasion {
	where := []string{}
	for _, p := range w.Places {
		if p.Region != "" {
			where = append(where, geo.RegionName(p.Region, v.p.Lang().Tag))
		}
	}
	where = append(where, v.country(w.Country))
	why := v.say(w.Why).Text
	if eth := v.ethiopianSpan(w); eth != "" {
		why = strings.TrimSpace(eth + "\n" + why)
	}
	return export.Occasion{
		ID: rev.ID, N: rev.N, Recorded: rev.Recorded, Title: v.say(w.Title).Text, Where: strings.Join(where, v.p.T("page.comma")),
		Why: why, Category: v.p.Code("watch_kind", w.Cause), Status: w.Status, From: w.From, To: w.To,
	}
}

// watchChecks says how many lines the checklist has for each time; those of a
// kind come on top (message page.watch.check.<kind>).
var watchChecks = []struct {
	When string
	N    int
}{{"before", 5}, {"during", 4}, {"after", 3}}

// checks is a part of the checklist.
type checks struct {
	When  string // before, during, after
	Lines []string
}

func (v *visit) watchChecklist(kind string) (out []checks) {
	for _, c := range watchChecks {
		part := checks{When: c.When}
		if key := "page.watch.check." + c.When + "." + kind; v.p.Has(key) {
			part.Lines = append(part.Lines, v.p.T(key))
		}
		for i := range c.N {
			part.Lines = append(part.Lines, v.p.T("page.watch.check."+c.When+"."+strconv.Itoa(i+1)))
		}
		out = append(out, part)
	}
	return out
}
