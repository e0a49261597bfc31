package casework

import (
	"slices"
	"time"

	"keepiton"
	"keepiton/correlate"
	"keepiton/store"
)

// hintsShown bounds the hints of a page: a flood could name every country.
const hintsShown = 12

// hints are where the desk should look, by what senders left readable.
type hints struct {
	Shown []correlate.Candidate
	More  int
}

// hintsOf joins the open fields of envelopes and puts the record beside those
// that keep wants and that a page shows.
func (v *visit) hintsOf(all []keepiton.Envelope, beside *record, keep func(c *correlate.Candidate) bool) (hints, error) {
	found := slices.DeleteFunc(correlate.Candidates(all), func(c correlate.Candidate) bool { return !keep(&c) })
	h := hints{Shown: found[:min(len(found), hintsShown)]}
	h.More = len(found) - len(h.Shown)
	for i := range h.Shown {
		revs, err := beside.of(v, h.Shown[i].Country)
		if err != nil {
			return h, err
		}
		h.Shown[i].Beside(revs)
	}
	return h, nil
}

// caseHints are those of the country and the days that the reports of a case
// tell of, or the day before or after them.
func (v *visit) caseHints(b *caseBody) (hints, error) {
	if b.C.Country == "" {
		return hints{}, nil
	}
	return v.hintsOf(b.shelf.Here(), &record{}, func(c *correlate.Candidate) bool {
		return c.Country == b.C.Country && !c.Day.IsZero() && slices.ContainsFunc(b.Reports, func(l caseLine) bool {
			gap := dayOf(l.O).Sub(c.Day)
			return gap >= -24*time.Hour && gap <= 24*time.Hour
		})
	})
}

// record is what the record says of countries, asked once for each.
type record struct {
	countries map[string][]keepiton.Revision
}

func (r *record) of(v *visit, country string) ([]keepiton.Revision, error) {
	if revs, ok := r.countries[country]; ok {
		return revs, nil
	}
	p, err := v.desk.Server.Record(v.ctx(), store.Query{
		Countries: []string{country}, Sort: store.NewestFirst, Limit: 200,
		States: []keepiton.State{keepiton.Draft, keepiton.InReview, keepiton.Published},
	})
	if err != nil {
		return nil, err
	}
	if r.countries == nil {
		r.countries = map[string][]keepiton.Revision{}
	}
	r.countries[country] = p.Items
	return p.Items, nil
}
