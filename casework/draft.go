package casework

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"keepiton"
)

// Draft proposes an incident from the reports of a case that are to be used. It
// takes what they agree on and leaves open what they do not say. Sources are
// confidential, say no more than the kind of road and the month, and share an
// origin group where the desk found that they share an origin. Texts of
// reports do not go into it: an analyst writes the summary. Pictures are those
// that consent allows; see Desk.Consent.
func (c *Case) Draft(judged map[keepiton.EnvelopeID]*Judgement, reports []*Opened, consent func(*Opened) keepiton.Consent) *keepiton.Incident {
	inc := &keepiton.Incident{State: keepiton.Draft, Kinds: []string{"shutdown"}}
	var used []*Opened
	for _, o := range reports {
		if j := judged[o.Envelope.ID]; j != nil && j.Decision == Use && o.Envelope.Gone.IsZero() {
			used = append(used, o)
		}
	}
	inc.Places = c.places()
	inc.Episodes = []keepiton.Episode{episode(used)}
	inc.Networks = networks(used)
	inc.Services = services(used)
	inc.Sources = sources(judged, used, consent)
	for _, s := range c.Signals {
		if s.Says == Agrees {
			inc.Signals = append(inc.Signals, keepiton.SignalLink{Feed: s.Feed, URL: s.URL, Note: s.Note})
		}
	}
	var ids []keepiton.SourceID
	for _, s := range inc.Sources {
		ids = append(ids, s.ID)
	}
	inc.Claims = map[string]keepiton.Claim{keepiton.AnyField: {Sources: ids}}
	return inc
}

// places is what the desk settled on. Words of single reports may name a street
// and stay inside the seal.
func (c *Case) places() []keepiton.Place {
	if c.Country == "" {
		return nil
	}
	return []keepiton.Place{{Country: c.Country, Region: c.Region, Confidence: 1, Method: "person"}}
}

// episode begins with the earliest moment that a report gives, at the coarsest
// of hour and day: a minute would tell who wrote. It ends with the latest end,
// goes on if a report says so and none that ends later speaks against it, and
// is unknown otherwise.
func episode(used []*Opened) keepiton.Episode {
	var e keepiton.Episode
	ongoing, asked := false, false
	for _, o := range used {
		at := atLeastHour(o.Report.Began.At)
		if !at.IsZero() && (e.Start.IsZero() || at.At.Before(e.Start.At)) {
			e.Start = at
		}
		end := atLeastHour(o.Report.Ended.At)
		if !end.IsZero() && o.Report.Ongoing != keepiton.Yes && (e.End.At.IsZero() || end.At.After(e.End.At.At)) {
			e.End.At = end
		}
		ongoing = ongoing || o.Report.Ongoing == keepiton.Yes
		asked = asked || o.Report.Ongoing != keepiton.NotAsked
	}
	switch {
	case !e.End.At.IsZero():
		e.End.State = keepiton.Ended
	case ongoing:
		e.End.State = keepiton.Ongoing
	case asked:
		e.End.State = keepiton.EndUnknown
	}
	return e
}

// networks answers yes when a report says so, no when some say no and none yes.
func networks(used []*Opened) keepiton.Networks {
	var n keepiton.Networks
	merge := func(into *keepiton.Answer, a keepiton.Answer) {
		*into = max(*into, a) // not asked, unknown, no, yes: the stronger word wins
	}
	for _, o := range used {
		r := o.Report.Networks
		merge(&n.Mobile, r.Mobile)
		merge(&n.Fixed, r.Fixed)
		merge(&n.Satellite, r.Satellite)
		merge(&n.SMS, r.SMS)
		merge(&n.Voice, r.Voice)
	}
	return n
}

func services(used []*Opened) []keepiton.ServiceAnswer {
	var out []keepiton.ServiceAnswer
	for _, o := range used {
		for _, id := range o.Report.Services {
			if !slices.ContainsFunc(out, func(s keepiton.ServiceAnswer) bool { return s.ID == id }) {
				out = append(out, keepiton.ServiceAnswer{ID: id, Affected: keepiton.Yes})
			}
		}
	}
	slices.SortStableFunc(out, func(a, b keepiton.ServiceAnswer) int { return cmp.Compare(a.ID, b.ID) })
	return out
}

// sources makes one source of each report; the same report by two roads is one.
func sources(judged map[keepiton.EnvelopeID]*Judgement, used []*Opened, consent func(*Opened) keepiton.Consent) []keepiton.Source {
	var out []keepiton.Source
	seen := map[string]bool{}
	for _, o := range used {
		if o.Report.ID != "" && seen[o.Report.ID] {
			continue
		}
		seen[o.Report.ID] = true
		j := judged[o.Envelope.ID]
		id := keepiton.SourceID(fmt.Sprintf("s%d", len(out)+1))
		pictures := Pictures(j, consent(o))
		origin := j.Origin
		if origin == "" && len(pictures) > 0 {
			origin = string(id) // a picture is no second witness
		}
		out = append(out, keepiton.Source{ID: id, Kind: "report", Confidential: true, Words: "report " + o.Envelope.Day.Format("2006-01"), OriginGroup: origin})
		for _, x := range pictures {
			id := keepiton.SourceID(fmt.Sprintf("s%d", len(out)+1))
			out = append(out, keepiton.Source{ID: id, Kind: "report", Title: x.Alt, OriginGroup: origin, SHA256: x.Public})
		}
	}
	return out
}

// Pictures are the exhibits of a judgement that have a public copy which may be
// shown.
func Pictures(j *Judgement, c keepiton.Consent) []Exhibit {
	if j == nil || !c.Media {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(j.Exhibits), func(x Exhibit) bool { return x.Public == "" })
}

// Send begins the drafted incident at the server's desk, ties the case to it,
// and tells the senders that their report is used once it is published, not
// before. Conflict while envelopes are unopened.
func (d *Desk) Send(ctx context.Context, id string, inc *keepiton.Incident, reason string, anyway Anyway) (keepiton.Revision, error) {
	s, err := d.Shelf(ctx)
	if err == nil {
		err = d.looked(s, anyway)
	}
	if err != nil {
		return keepiton.Revision{}, err
	}
	rev, err := d.Server.Draft(ctx, inc, reason)
	if err != nil {
		return rev, err
	}
	step := "drafted"
	if n := len(d.Unlooked(s)); n > 0 {
		step = fmt.Sprintf("drafted, %d envelopes unopened", n)
	}
	_, err = d.Change(ctx, id, step, func(c *Case) error { c.Incident = rev.Incident.ID; return nil })
	return rev, err
}

// atLeastHour gives up minutes.
func atLeastHour(m keepiton.Moment) keepiton.Moment {
	if m.Precision == keepiton.Minute {
		m.At, m.Precision = m.At.Truncate(time.Hour), keepiton.Hour
	}
	return m
}
