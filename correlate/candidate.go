package correlate

import (
	"cmp"
	"slices"
	"time"

	"keepiton"
)

// Candidate is what seems to be one event.
type Candidate struct {
	Country string    // ISO 3166-1 alpha-2
	Day     time.Time // UTC day of its beginning, 00:00; zero: nobody said one that can be
	Voices  []Voice   // by kind, then in the order of channels
	// Incidents of the record there and then, whatever their state; set by
	// [Candidate.Beside]. None does not mean that there was no shutdown.
	Incidents []keepiton.Revision
}

// Voice is what one channel says of one kind.
type Voice struct {
	Family  Family
	Channel string // of the family: the lane of reports
	Kind    string // mobile, fixed, full, service; empty: not said
	Count   int    // how often: reports, which are not people
	Opened  int    // how many of them somebody has read
}

// Family is a kind of witness. Channels of one family may fail, or be flooded,
// together.
type Family string

// The families. Those of measurements join them with package detect.
const (
	People Family = "people" // reports; their channels are the lanes
)

// kinds are what OpenFields.Kind may say, in the order in which it is shown.
var kinds = []string{"full", "mobile", "fixed", "service", ""}

// Candidates joins reports by the country and day that their senders left
// readable; reports without a country say nothing here. Gone ones and those that
// the desk set aside as spam are left out. A day that lies more than one day after
// the report's arrival is none. Those that most channels speak of come first, then
// the latest.
func Candidates(reports []keepiton.Envelope) []Candidate {
	type place struct {
		country string
		day     time.Time
	}
	type source struct{ channel, kind string }
	found := map[place]map[source]*Voice{}
	for i := range reports {
		e := &reports[i]
		if e.Open.Country == "" || !e.Gone.IsZero() || e.State == keepiton.EnvelopeSpam {
			continue
		}
		at, from := place{e.Open.Country, dayOf(e)}, source{string(e.Lane), kindOf(e)}
		if found[at] == nil {
			found[at] = map[source]*Voice{}
		}
		v := found[at][from]
		if v == nil {
			v = &Voice{Family: People, Channel: from.channel, Kind: from.kind}
			found[at][from] = v
		}
		if v.Count++; e.State != keepiton.EnvelopeNew {
			v.Opened++
		}
	}
	out := make([]Candidate, 0, len(found))
	for at, voices := range found {
		c := Candidate{Country: at.country, Day: at.day}
		for _, v := range voices {
			c.Voices = append(c.Voices, *v)
		}
		slices.SortStableFunc(c.Voices, func(a, b Voice) int {
			return cmp.Or(cmp.Compare(slices.Index(kinds, a.Kind), slices.Index(kinds, b.Kind)), cmp.Compare(laneOrder(a.Channel), laneOrder(b.Channel)))
		})
		out = append(out, c)
	}
	slices.SortStableFunc(out, func(a, b Candidate) int {
		return cmp.Or(cmp.Compare(b.Channels(), a.Channels()), b.Day.Compare(a.Day), cmp.Compare(a.Country, b.Country))
	})
	return out
}

func laneOrder(channel string) int { return slices.Index(keepiton.Lanes, keepiton.Lane(channel)) }

func dayOf(e *keepiton.Envelope) time.Time {
	day, err := time.Parse(time.DateOnly, e.Open.Day)
	if err != nil || day.After(e.Day.AddDate(0, 0, 1)) {
		return time.Time{}
	}
	return day
}

func kindOf(e *keepiton.Envelope) string {
	if slices.Contains(kinds, e.Open.Kind) {
		return e.Open.Kind
	}
	return ""
}

// Channels returns how many channels speak, each counted once.
func (c *Candidate) Channels() int {
	type channel struct {
		family Family
		name   string
	}
	all := map[channel]bool{}
	for _, v := range c.Voices {
		all[channel{v.Family, v.Channel}] = true
	}
	return len(all)
}

// Saying is what is said of one kind.
type Saying struct {
	Kind   string
	Voices []Voice
	Count  int
	Opened int
}

// Sayings returns the voices by kind, the whole network first.
func (c *Candidate) Sayings() []Saying {
	var out []Saying
	for _, v := range c.Voices {
		if n := len(out); n == 0 || out[n-1].Kind != v.Kind {
			out = append(out, Saying{Kind: v.Kind})
		}
		s := &out[len(out)-1]
		s.Voices = append(s.Voices, v)
		s.Count, s.Opened = s.Count+v.Count, s.Opened+v.Opened
	}
	return out
}

// Beside sets the incidents of the record that touch the day of c, or the day
// before or after it: a sender's day is often another in UTC. revs are those of
// its country. A candidate without a day has none.
func (c *Candidate) Beside(revs []keepiton.Revision) {
	if !c.Day.IsZero() {
		c.Incidents = Touching(revs, c.Day.AddDate(0, 0, -1), c.Day.AddDate(0, 0, 2))
	}
}
