package sample

import (
	"fmt"
	"iter"
	"math/rand/v2"
	"slices"
	"time"

	"keepiton"
)

// The generated record begins and ends here.
var (
	generateFrom  = time.Date(2009, time.May, 24, 0, 0, 0, 0, time.UTC)
	generateUntil = time.Date(2026, time.January, 1, 0, 0, 0, 0, time.UTC)
)

// Generate yields made-up incidents for benchmarks, one after the other in
// order of id, each as all its revisions in order. The same arguments always
// give the same incidents; only one incident is in memory at a time. Changes
// are left to the store. About one incident in a hundred ends withdrawn or
// merged, one in fifty is still a draft; none has original rows.
func Generate(incidents, revisionsEach int, seed uint64) iter.Seq[[]keepiton.Revision] {
	return func(yield func([]keepiton.Revision) bool) {
		r := rand.New(rand.NewPCG(seed, 20160330))
		span := generateUntil.Sub(generateFrom) / time.Duration(max(incidents, 1))
		numbers := map[int]int{}
		var before keepiton.IncidentID
		for i := range incidents {
			start := generateFrom.Add(time.Duration(i)*span + time.Duration(r.Int64N(int64(span)+1)))
			if start = start.Truncate(time.Minute); !start.Before(generateUntil) {
				start = generateUntil.Add(-time.Minute)
			}
			numbers[start.Year()]++
			g := generator{r, keepiton.NewIncidentID(start.Year(), numbers[start.Year()]), before, start}
			if !yield(g.revisions(max(revisionsEach, 1))) {
				return
			}
			before = g.id
		}
	}
}

// generator makes one incident.
type generator struct {
	*rand.Rand
	id, before keepiton.IncidentID
	start      time.Time
}

func (g generator) revisions(n int) []keepiton.Revision {
	inc := g.incident()
	times := make([]time.Time, n)
	left := generateUntil.Sub(g.start)
	for i := range times {
		times[i] = g.start.Add(time.Duration(g.Int64N(int64(left)))).Truncate(time.Second)
	}
	slices.SortStableFunc(times, time.Time.Compare)
	draft := g.IntN(50) == 0
	fate := g.IntN(200)
	out := make([]keepiton.Revision, n)
	for i := range out {
		role := keepiton.RoleAnalyst
		switch {
		case i == 0:
			inc.State = keepiton.Published
			if n > 1 || draft {
				inc.State = keepiton.Draft
			}
		case i == 1 && !draft:
			role, inc.State = keepiton.RoleEditor, keepiton.Published
		case i == n-1 && !draft && fate == 0:
			role, inc.State, inc.Reason = keepiton.RoleEditor, keepiton.Withdrawn, "Not a shutdown: a fault of the line."
		case i == n-1 && !draft && fate == 1 && g.before != "":
			role, inc.State, inc.Reason, inc.MergedInto = keepiton.RoleEditor, keepiton.Merged, "The same cut, written down twice.", g.before
		default:
			g.correct(inc, i)
		}
		out[i] = keepiton.Revision{
			N: i + 1, Recorded: times[i], Role: role, Author: "generated", Reason: reasons[i%len(reasons)], Incident: *inc.Clone(),
		}
	}
	return out
}

var reasons = []string{"First written down.", "Two sources agree.", "A newspaper gives the end.", "The order was published.", "A reader wrote in."}

// correct changes one field or two, a different one each time.
func (g generator) correct(inc *keepiton.Incident, n int) {
	switch n % 6 {
	case 0:
		inc.Causes = []string{g.cause()}
	case 1:
		inc.Summary = g.sentence()
	case 2:
		e := &inc.Episodes[len(inc.Episodes)-1]
		e.End = keepiton.Ending{State: keepiton.Ended, At: keepiton.Moment{At: g.end(e.Start.At)}}
	case 3:
		inc.GovAck, inc.GovQuote = keepiton.Yes, g.pick(quotes)
	case 4:
		id := keepiton.SourceID(fmt.Sprintf("s%d", len(inc.Sources)+1))
		inc.Sources = append(inc.Sources, news(id, fmt.Sprintf("%s/%d", g.id, n), g.sentence(), keepiton.Moment{At: g.start.Truncate(day)}))
	default:
		inc.Justifications = []string{keepiton.Justifications[g.IntN(len(keepiton.Justifications))].Code}
	}
}

func (g generator) incident() *keepiton.Incident {
	c := g.country()
	inc := in(c.code)
	if g.IntN(4) > 0 {
		inc = in(c.code, 1+g.IntN(len(c.parts)))
	}
	if g.IntN(3) == 0 {
		inc.Scope = "one_place"
	}
	inc.ID = g.id
	from := keepiton.Moment{At: g.start.Truncate(day)}
	switch g.IntN(10) {
	case 0:
		inc.Episodes = []keepiton.Episode{going(from)}
	case 1, 2:
		inc.Episodes = []keepiton.Episode{lost(from)}
	case 3:
		first := keepiton.Moment{At: from.At, Precision: keepiton.Minute}
		inc.Episodes = daily(first, 3*time.Hour, 2+g.IntN(9))
	default:
		inc.Episodes = []keepiton.Episode{cut(from, keepiton.Moment{At: g.end(from.At)})}
	}
	if g.IntN(5) == 0 {
		inc.Extents, inc.Services = []string{"service_based"}, service(g.pick(platformIDs))
	}
	if g.IntN(20) == 0 {
		inc.Kinds = []string{"throttling"}
	}
	if g.IntN(2) == 0 {
		inc.Networks = mobileOnly
	}
	inc.Causes = []string{g.cause()}
	inc.Justifications = []string{keepiton.CodeUnknown}
	inc.Perpetrators = []keepiton.Perpetrator{{Body: keepiton.Bodies[g.IntN(len(keepiton.Bodies))].Code, Country: c.code}}
	inc.Violence, inc.Election, inc.Abuses = keepiton.Answer(g.IntN(4)), keepiton.Answer(g.IntN(4)), keepiton.Answer(g.IntN(4))
	inc.Summary = g.sentence()
	inc.InfoSource = keepiton.InfoSources[g.IntN(4)].Code
	inc.Sources = []keepiton.Source{news("s1", string(g.id), g.sentence(), from)}
	inc.Claims = map[string]keepiton.Claim{keepiton.AnyField: {Sources: []keepiton.SourceID{"s1"}}}
	return &inc
}

// end is some days after from, most often few, sometimes many.
func (g generator) end(from time.Time) time.Time {
	days := g.IntN(4)
	if g.IntN(8) == 0 {
		days = g.IntN(400)
	}
	return from.Truncate(day).AddDate(0, 0, days+1)
}

// country picks by weight, so that one country makes up about half of the
// record, as in STOP.
func (g generator) country() country {
	n := g.IntN(100)
	for _, c := range countries {
		if n -= c.weight; n < 0 {
			return c
		}
	}
	return countries[0]
}

func (g generator) cause() string { return keepiton.Causes[g.IntN(len(keepiton.Causes))].Code }

func (g generator) pick(words []string) string { return words[g.IntN(len(words))] }

func (g generator) sentence() string {
	return fmt.Sprintf("%s %s %s.", g.pick(subjects), g.pick(predicates), g.pick(occasions))
}

var (
	platformIDs = []string{"whatsapp", "facebook", "telegram", "tiktok", "signal", "youtube"}
	subjects    = []string{"Mobile internet", "Every network", "The only operator", "A platform", "L'internet mobile", "الإنترنت", "ኢንተርኔት", "La red móvil"}
	predicates  = []string{"was cut", "went silent", "ran at a crawl", "a été coupé", "انقطع", "ተቋረጠ", "fue bloqueada", "came and went"}
	occasions   = []string{"before the vote", "during the exams", "after a march", "while villages burned", "pendant les examens", "خلال الاحتجاجات", "በምርጫው ወቅት", "for a festival", "around a visit", "on the border"}
	quotes      = []string{"This is temporary.", "There was no order.", "L'accès est suspendu.", "الخدمة متوقفة مؤقتا.", "ለጊዜው ተቋርጧል።"}
)
