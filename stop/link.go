package stop

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"keepiton"
	"keepiton/geo"
)

// Thresholds of record linkage, found on the three real editions: from accept
// on a pair is taken for one incident, from possible on it is a question for
// the desk, and two rivals closer than margin are a question too.
const (
	accept   = 0.70
	possible = 0.58
	margin   = 0.04
)

// Weights of the evidence. What one side lacks counts for nothing.
const (
	weighStart     = 0.30
	weighArea      = 0.25
	weighLinks     = 0.20
	weighNarrative = 0.10
	weighEnd       = 0.10
	weighExtent    = 0.05
	weighCause     = 0.05
	weighBody      = 0.05
)

// facts are what linkage looks at in a draft.
type facts struct {
	countries  []string
	start, end time.Time
	area       string   // folded words
	tokens     []string // of the area
	specific   []string // of the area without its last part, usually the state
	nationwide bool
	articles   []string // what the sources' URLs name
	narrative  []string // words of the event's text
	extents    []string
	cause      string
	body       string
}

func factsOf(inc *keepiton.Incident) facts {
	f := facts{extents: slices.Sorted(slices.Values(inc.Extents))}
	f.countries, _ = geo.ResolveCountry(inc.Country)
	if len(f.countries) == 0 {
		f.countries = []string{norm(inc.Country)}
	}
	slices.Sort(f.countries)
	f.start = inc.Start().At
	f.end = inc.End().At.At
	f.area = strings.Join(strings.FieldsFunc(strings.ToLower(inc.Area), notLetter), " ")
	f.tokens = tokensOf(f.area)
	if at := strings.LastIndexByte(inc.Area, ','); at > 0 {
		f.specific = tokensOf(strings.Join(strings.FieldsFunc(strings.ToLower(inc.Area[:at]), notLetter), " "))
	}
	for _, p := range inc.Places {
		f.nationwide = f.nationwide || p.Nationwide
	}
	for _, s := range inc.Sources {
		if s.URL != "" && !slices.Contains(f.articles, article(s.URL)) {
			f.articles = append(f.articles, article(s.URL))
		}
	}
	f.narrative = tokensOf(strings.Join(strings.FieldsFunc(strings.ToLower(inc.Summary), notLetter), " "))
	if len(inc.Causes) > 0 {
		f.cause = inc.Causes[0]
	}
	if len(inc.Perpetrators) > 0 {
		f.body = inc.Perpetrators[0].Body
	}
	return f
}

func notLetter(r rune) bool { return norm(string(r)) == "" }

var idleWords = map[string]bool{
	"district": true, "districts": true, "city": true, "state": true, "the": true, "and": true, "of": true, "in": true,
	"area": true, "areas": true, "county": true, "province": true, "region": true, "a": true, "to": true, "was": true,
}

func tokensOf(folded string) []string {
	var out []string
	for _, w := range strings.Fields(folded) {
		if !idleWords[w] && !slices.Contains(out, w) {
			out = append(out, w)
		}
	}
	slices.Sort(out)
	return out
}

// rarity weighs an area's words by how seldom they are among the events of the
// editions compared: "Srinagar" says more than "Kashmir".
type rarity struct {
	seen map[string]int
	all  int
}

func rarityOf(events []*event) rarity {
	r := rarity{seen: map[string]int{}, all: len(events)}
	for _, ev := range events {
		for _, t := range ev.facts.tokens {
			r.seen[t]++
		}
	}
	return r
}

func (r rarity) weight(token string) float64 {
	return math.Log(1 + float64(r.all+1)/float64(r.seen[token]+1))
}

// alike is the weighted Jaccard likeness of two sets of words.
func (r rarity) alike(a, b []string) float64 {
	both, either := 0.0, 0.0
	for _, t := range a {
		w := r.weight(t)
		either += w
		if _, ok := slices.BinarySearch(b, t); ok {
			both += w
		}
	}
	for _, t := range b {
		if _, ok := slices.BinarySearch(a, t); !ok {
			either += r.weight(t)
		}
	}
	if either == 0 {
		return 0
	}
	return both / either
}

// likeness is how sure linkage is that two drafts are one incident. Capped is
// true when the evidence may not decide alone, however high the score.
type likeness struct {
	score   float64
	reasons []string
	capped  bool
	certain bool // the four cells that identify an event agree
}

const daysFar = 10 // candidates start within so many days, or share a source

// compare weighs two drafts against each other; ok is false when they are not
// even candidates.
func compare(a, b *facts, r rarity) (l likeness, ok bool) {
	if !slices.ContainsFunc(a.countries, func(c string) bool { return slices.Contains(b.countries, c) }) {
		return l, false
	}
	shared := 0
	for _, x := range a.articles {
		if slices.Contains(b.articles, x) {
			shared++
		}
	}
	days := math.Abs(a.start.Sub(b.start).Hours()) / 24
	swapped := a.start.Year() == b.start.Year() && int(a.start.Month()) == b.start.Day() && a.start.Day() == int(b.start.Month())
	if a.start.IsZero() || b.start.IsZero() || days > daysFar && !swapped && (shared == 0 || days > 366) {
		return l, false
	}
	sum, weights := 0.0, 0.0
	weigh := func(weight, likeness float64, format string, args ...any) {
		sum += weight * likeness
		weights += weight
		if likeness >= 0.5 && format != "" {
			l.reasons = append(l.reasons, fmt.Sprintf(format, args...))
		}
	}
	l.reasons = append(l.reasons, "same country")
	switch {
	case days == 0:
		weigh(weighStart, 1, "same start %s", b.start.Format(time.DateOnly))
	case swapped:
		weigh(weighStart, 0.6, "start %s has day and month of %s the other way round", b.start.Format(time.DateOnly), a.start.Format(time.DateOnly))
	case days <= 1:
		weigh(weighStart, 0.8, "start one day apart")
	case days <= 3:
		weigh(weighStart, 0.6, "start %.0f days apart", days)
	case days <= 7:
		weigh(weighStart, 0.3, "")
	default:
		weigh(weighStart, 0, "")
	}
	area := 0.0
	switch {
	case a.area == b.area:
		area = 1
		if a.area == "" {
			area = 0.8
		}
	case a.nationwide && b.nationwide:
		area = 1
	case a.area == "" || b.area == "":
		area = 0.5
	case a.nationwide != b.nationwide:
		area = 0.1
	default:
		area = r.alike(a.tokens, b.tokens)
	}
	weigh(weighArea, area, "area %.0f%% alike", area*100)
	if len(a.articles) > 0 && len(b.articles) > 0 {
		weigh(weighLinks, float64(shared)/float64(min(len(a.articles), len(b.articles))), "%d shared sources", shared)
	}
	if len(a.narrative) > 2 && len(b.narrative) > 2 {
		weigh(weighNarrative, rarity{}.alike(a.narrative, b.narrative), "same narrative")
	}
	if !a.end.IsZero() && !b.end.IsZero() {
		near := max(0, 1-math.Abs(a.end.Sub(b.end).Hours())/24*0.3)
		weigh(weighEnd, near, "same end")
	}
	extent := slices.Equal(a.extents, b.extents)
	weigh(weighExtent, truth(extent), "same extent")
	if a.cause != "" && b.cause != "" {
		weigh(weighCause, truth(a.cause == b.cause), "same cause")
	}
	if a.body != "" && b.body != "" {
		weigh(weighBody, truth(a.body == b.body), "ordered by the same body")
	}
	l.score = sum / weights
	l.certain = days == 0 && extent && area == 1 && slices.Equal(a.countries, b.countries)
	if l.certain {
		l.score = max(l.score, 0.95)
	}
	l.capped = area < 0.34 || elsewhere(a, b) || days > 7 && !(shared > 0 && area >= 0.5)
	return l, true
}

// elsewhere reports whether two areas name different places of one state, such
// as two districts: however much else agrees, they are not one place.
func elsewhere(a, b *facts) bool {
	strange := func(words, in []string) bool {
		return len(words) > 0 && !slices.ContainsFunc(words, func(w string) bool { return slices.Contains(in, w) })
	}
	return strange(a.specific, b.tokens) && strange(b.specific, a.tokens)
}

func truth(b bool) float64 {
	if b {
		return 1
	}
	return 0
}
