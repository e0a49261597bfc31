package desk

import (
	"context"
	"slices"
	"time"

	"keepiton"
	"keepiton/campaign"
	"keepiton/correlate"
	"keepiton/review"
	"keepiton/store"
)

// beside is what is known of a place and time from elsewhere.
type beside struct {
	Watch     []watched             // days of the watch list
	Incidents []line                // of the record, that touch it
	Past      []line                // of the record, earlier, most alike first
	PastCount int                   // all of them
	Voices    []correlate.Candidate // what senders of reports left readable; for those alone who may read reports
	Reports   int
}

// watched is an entry of the watch list.
type watched struct {
	ID    keepiton.EntryID
	Title string
	Cause string
	When  keepiton.Moment
}

// surroundings asks for each country once.
type surroundings struct {
	v       *visit
	record  map[string][]keepiton.Revision
	reports map[string][]correlate.Candidate // nil: not asked yet
}

func (v *visit) surroundings() *surroundings {
	return &surroundings{v: v, record: map[string][]keepiton.Revision{}}
}

// pastShown is how many earlier incidents a page shows.
const pastShown = 5

func (s *surroundings) of(d *keepiton.Disruption) (b beside, err error) {
	country := d.Entity.Country
	if country == "" {
		return b, nil
	}
	from, to := d.Onset.From.Add(-24*time.Hour), s.v.opt.Now().Add(24*time.Hour)
	if !d.End.IsZero() {
		to = d.End.To.Add(24 * time.Hour)
	}
	if b.Watch, err = s.watch(country, from.Add(-24*time.Hour), to); err != nil {
		return b, err
	}
	revs, err := s.incidents(country)
	if err != nil {
		return b, err
	}
	touching := correlate.Touching(revs, from, to)
	b.Incidents = s.v.lines(touching)
	past := slices.DeleteFunc(slices.Clone(revs), func(r keepiton.Revision) bool {
		start := r.Incident.Start()
		return start.IsZero() || !start.At.Before(from) || slices.ContainsFunc(touching, func(t keepiton.Revision) bool { return t.Incident.ID == r.Incident.ID })
	})
	slices.SortStableFunc(past, func(a, c keepiton.Revision) int { return alike(d, &c.Incident) - alike(d, &a.Incident) })
	b.PastCount = len(past)
	b.Past = s.v.lines(past[:min(len(past), pastShown)])
	if s.v.user.May(review.Unseal, "") {
		err = s.voices(&b, country, from, to)
	}
	return b, err
}

// incidents are those of a country, newest first, whatever their state.
func (s *surroundings) incidents(country string) ([]keepiton.Revision, error) {
	if revs, ok := s.record[country]; ok {
		return revs, nil
	}
	p, err := s.v.opt.Store.List(s.v.r.Context(), store.Query{Countries: []string{country}, Limit: 200, States: []keepiton.State{keepiton.Draft, keepiton.InReview, keepiton.Published}})
	s.record[country] = p.Items
	return p.Items, err
}

// alike counts in how many ways an incident of the past is like a disruption: the same
// region, the same service, the same kind of network.
func alike(d *keepiton.Disruption, inc *keepiton.Incident) (n int) {
	e := d.Entity
	if e.Region != "" && slices.ContainsFunc(inc.Places, func(p keepiton.Place) bool { return p.Region == e.Region }) {
		n += 2
	}
	if e.Service != "" && slices.ContainsFunc(inc.Services, func(s keepiton.ServiceAnswer) bool { return s.ID == e.Service && s.Affected == keepiton.Yes }) {
		n += 2
	}
	if e.Service == "" && slices.Contains(inc.Extents, "full_network") {
		n++
	}
	if mobile := e.Access == "mobile" || slices.Contains(d.Shape, "mobile_only"); mobile && inc.Networks.Mobile == keepiton.Yes && inc.Networks.Fixed != keepiton.Yes {
		n++
	}
	return n
}

// watch are the public entries of the watch list in a country that touch a time.
func (s *surroundings) watch(country string, from, to time.Time) (out []watched, err error) {
	page, err := s.v.opt.Store.ListEntries(s.v.r.Context(), store.EntryQuery{
		Kind: keepiton.KindWatch, Facets: map[string][]string{"country": {country}}, From: from, Before: to, Limit: 10,
	})
	if err != nil {
		return nil, err
	}
	for _, rev := range page.Items {
		e, err := campaign.Read(rev)
		if err != nil {
			return nil, err
		}
		if w, ok := e.(*keepiton.Watch); ok && w.Status != "cancelled" {
			out = append(out, watched{rev.ID, voice{s.v.p}.Text(w.Title), w.Cause, w.From})
		}
	}
	return out, nil
}

// voices are what senders left readable about the country and the days.
func (s *surroundings) voices(b *beside, country string, from, to time.Time) error {
	if s.reports == nil {
		all, err := s.v.openly(s.v.r.Context())
		if err != nil {
			return err
		}
		s.reports = map[string][]correlate.Candidate{}
		for _, c := range correlate.Candidates(all) {
			s.reports[c.Country] = append(s.reports[c.Country], c)
		}
	}
	for _, c := range s.reports[country] {
		if c.Day.IsZero() || c.Day.Before(from.Truncate(24*time.Hour)) || !c.Day.Before(to) {
			continue
		}
		b.Voices = append(b.Voices, c)
		for _, voice := range c.Voices {
			b.Reports += voice.Count
		}
	}
	return nil
}

// openly returns the envelopes whose senders left a country readable. They are kept in
// memory, and only what changed is asked for again.
func (s *server) openly(ctx context.Context) (out []keepiton.Envelope, err error) {
	if s.opt.Sealed == nil {
		return nil, nil
	}
	s.readable.Lock()
	defer s.readable.Unlock()
	err = s.opt.Sealed.EnvelopeParts(ctx, s.readable.marks, func(p store.Part[keepiton.Envelope]) error {
		s.readable.marks[p.N] = p.Mark
		s.readable.parts[p.N] = slices.DeleteFunc(slices.Clone(p.All), func(e keepiton.Envelope) bool { return e.Open.Country == "" })
		return nil
	})
	for _, part := range s.readable.parts {
		out = append(out, part...)
	}
	return out, err
}
