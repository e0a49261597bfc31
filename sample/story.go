package sample

import (
	"slices"
	"strings"
	"time"

	"keepiton"
)

// story is one incident as it was first written down, and what was done to it
// afterwards.
type story struct {
	inc   keepiton.Incident
	first time.Duration // from the start of the cut to the first revision; 20 hours when zero
	steps []step
}

// step is one later revision.
type step struct {
	after  time.Duration // since the revision before
	role   keepiton.Role
	reason string
	edit   func(inc *keepiton.Incident)
}

const day = 24 * time.Hour

// calendar turns the stories' dates into real ones.
type calendar struct{ now time.Time }

// on is a day some years before the present one; years is 1 or more, so that
// it is always past.
func (c calendar) on(years int, month time.Month, dayOfMonth int) keepiton.Moment {
	return keepiton.On(c.now.Year()-years, month, dayOfMonth)
}

// at is on with a time of day, known to the minute.
func (c calendar) at(years int, month time.Month, dayOfMonth, hour, minute int) keepiton.Moment {
	at := time.Date(c.now.Year()-years, month, dayOfMonth, hour, minute, 0, 0, time.UTC)
	return keepiton.Moment{At: at, Precision: keepiton.Minute}
}

// ago is the day so many days before now.
func (c calendar) ago(days int) keepiton.Moment {
	return keepiton.Moment{At: c.now.Truncate(day).AddDate(0, 0, -days)}
}

// hoursAgo is the full hour so many hours before now, known to the minute.
func (c calendar) hoursAgo(hours int) keepiton.Moment {
	return keepiton.Moment{At: c.now.Truncate(time.Hour).Add(-time.Duration(hours) * time.Hour), Precision: keepiton.Minute}
}

func cut(from, to keepiton.Moment) keepiton.Episode {
	return keepiton.Episode{Start: from, End: keepiton.Ending{State: keepiton.Ended, At: to}}
}

func going(from keepiton.Moment) keepiton.Episode {
	return keepiton.Episode{Start: from, End: keepiton.Ending{State: keepiton.Ongoing}}
}

func lost(from keepiton.Moment) keepiton.Episode {
	return keepiton.Episode{Start: from, End: keepiton.Ending{State: keepiton.EndUnknown}}
}

// daily is a cut on each of so many days, the same length every time. skip
// lists the days left out, from 0.
func daily(first keepiton.Moment, length time.Duration, days int, skip ...int) []keepiton.Episode {
	var out []keepiton.Episode
	for i := range days {
		if slices.Contains(skip, i) {
			continue
		}
		from := first
		from.At = first.At.AddDate(0, 0, i)
		to := from
		to.At = from.At.Add(length)
		out = append(out, cut(from, to))
	}
	return out
}

func news(id keepiton.SourceID, path, title string, when keepiton.Moment) keepiton.Source {
	return keepiton.Source{
		ID: id, Kind: "news", URL: "https://news.example.org/" + path, Title: title, Publisher: "The Example Courier", Published: when,
		ArchivedURL: "https://archive.example.org/" + path,
	}
}

func partner(id keepiton.SourceID, path, title string) keepiton.Source {
	return keepiton.Source{ID: id, Kind: "partner", URL: "https://partner.example.org/" + path, Title: title, Publisher: "Open Lines Network"}
}

func measurement(id keepiton.SourceID, path, title string) keepiton.Source {
	return keepiton.Source{ID: id, Kind: "measurement", URL: "https://measure.example.org/" + path, Title: title, Publisher: "Example Measurement Lab", OriginGroup: "measure.example.org"}
}

func order(id keepiton.SourceID, path, title, quote string) keepiton.Source {
	return keepiton.Source{ID: id, Kind: "order", URL: "https://gov.example.org/" + path, Title: title, Quote: quote}
}

func secret(id keepiton.SourceID) keepiton.Source {
	return keepiton.Source{ID: id, Kind: "partner", Words: "name known to the desk", Confidential: true}
}

func service(ids ...string) []keepiton.ServiceAnswer {
	var out []keepiton.ServiceAnswer
	for _, id := range ids {
		out = append(out, keepiton.ServiceAnswer{ID: id, Affected: keepiton.Yes})
	}
	return out
}

var (
	bothNetworks = keepiton.Networks{Mobile: keepiton.Yes, Fixed: keepiton.Yes}
	mobileOnly   = keepiton.Networks{Mobile: keepiton.Yes, Fixed: keepiton.No}
)

// in returns an incident in a country: the whole of it, or the parts with the
// numbers given.
func in(code string, parts ...int) keepiton.Incident {
	c := lookup(code)
	inc := keepiton.Incident{Country: c.label, Region: c.region, State: keepiton.Draft}
	switch len(parts) {
	case 0:
		inc.Places, inc.Scope = c.nationwide(), "several_regions"
	case 1:
		inc.Places, inc.Scope = c.places(parts...), "one_region"
	default:
		inc.Places, inc.Scope = c.places(parts...), "several_regions"
	}
	inc.Area = words(inc.Places)
	inc.Kinds, inc.Extents, inc.Networks = []string{"shutdown"}, []string{"full_network"}, bothNetworks
	return inc
}

// publish is the step in which an editor publishes.
func publish(after time.Duration, reason string) step {
	return step{after, keepiton.RoleEditor, reason, func(inc *keepiton.Incident) { inc.State = keepiton.Published }}
}

// review is the step in which an analyst asks for a second look.
func review(after time.Duration) step {
	return step{after, keepiton.RoleAnalyst, "Ready for a second pair of eyes.", func(inc *keepiton.Incident) { inc.State = keepiton.InReview }}
}

// verify is the step in which an editor states a level and on what it rests.
func verify(after time.Duration, level keepiton.Level, note string, on ...keepiton.SourceID) step {
	return step{after, keepiton.RoleEditor, "Level set to " + string(level) + ".", func(inc *keepiton.Incident) {
		inc.Verification = keepiton.Verification{Level: level, By: "Open Lines Network", On: on, Note: note}
	}}
}

// correct is the step in which somebody mends what was published.
func correct(after time.Duration, reason string, edit func(inc *keepiton.Incident)) step {
	return step{after, keepiton.RoleEditor, reason, edit}
}

// revisions writes the story down under an id. No revision is later than now.
func (s story) revisions(id keepiton.IncidentID, now time.Time) []keepiton.Revision {
	inc := s.inc.Clone()
	inc.ID = id
	if inc.Claims == nil {
		inc.Claims = map[string]keepiton.Claim{}
	}
	if _, ok := inc.Claims[keepiton.AnyField]; !ok && len(inc.Sources) > 0 {
		inc.Claims[keepiton.AnyField] = keepiton.Claim{Sources: []keepiton.SourceID{inc.Sources[0].ID}}
	}
	first := s.first
	if first == 0 {
		first = 20 * time.Hour
	}
	at := inc.Start().At.Add(first)
	steps := append([]step{{0, keepiton.RoleAnalyst, "First written down.", func(*keepiton.Incident) {}}}, s.steps...)
	var out []keepiton.Revision
	for n, st := range steps {
		at = at.Add(st.after)
		latest := now.Add(-time.Duration(len(steps)-n) * time.Minute)
		if at.After(latest) {
			at = latest
		}
		at = at.UTC().Truncate(time.Second)
		st.edit(inc)
		if v := &inc.Verification; v.Level != keepiton.Unverified && v.At.IsZero() {
			v.At = at
		}
		rev := keepiton.Revision{
			N: n + 1, Recorded: at, Role: st.role, Author: "sample-" + strings.ToLower(string(st.role)), Reason: st.reason, Incident: *inc.Clone(),
		}
		if n > 0 {
			rev.Changes = keepiton.Diff(&out[n-1].Incident, &rev.Incident)
		}
		out = append(out, rev)
	}
	return out
}
