package detect

import (
	"math"
	"time"

	"keepiton"
)

// NotKnown is what a number of a [Feature] is when nothing is known.
const NotKnown = -1

// Feature is what P(intentional | disruption) is judged by: everything that may be
// known of a disruption at one moment of its life, and nothing that comes later. The
// answers are Yes, No, and anything else for not known; numbers that are not known
// are negative. [Unheard] is the feature of which nothing is known.
//
// A row of a table of labelled events can fill it as well as a disruption and its
// context; what a table cannot tell stays not known and then says nothing.
type Feature struct {
	Country string `json:"country,omitempty"` // ISO 3166-1 alpha-2; empty: not known

	// The clock at the place, with its summer time. See [Feature.Clock].
	OnHour   keepiton.Answer `json:"on_hour"`
	HalfHour keepiton.Answer `json:"half_hour"`
	Night    keepiton.Answer `json:"night"`  // began from midnight to six
	Friday   keepiton.Answer `json:"friday"` // began on one

	// What fell by the moment of judgement, by families of witnesses.
	Routes  keepiton.Answer `json:"routes"`  // control: BGP
	Probes  keepiton.Answer `json:"probes"`  // data: active probing, Atlas
	Traffic keepiton.Answer `json:"traffic"` // users: telescope, Google, Cloudflare

	Hours float64         `json:"hours"` // from the onset to the end or the moment of judgement
	Ended keepiton.Answer `json:"ended"` // over by then

	Recurs     int `json:"recurs"`     // of the four days before, those with an onset there at the same time: see [Recurs]
	Earlier    int `json:"earlier"`    // other disruptions of the same place that began in the thirty days before
	Neighbours int `json:"neighbours"` // other countries where something fell within half an hour of the onset
	Parts      int `json:"parts"`      // regions and networks of the country that fell within half an hour of the onset, as events of their own

	History float64 `json:"history"` // incidents of the record there, with decay: see [History]
	People  float64 `json:"people"`  // who live in the country: see [geo.People]

	// Shape.
	MobileOnly  keepiton.Answer `json:"mobile_only"`
	IPv6Only    keepiton.Answer `json:"ipv6_only"`
	RoutesFlat  keepiton.Answer `json:"routes_flat"`  // routes stand while hosts or people are gone
	OnePlatform keepiton.Answer `json:"one_platform"` // services are blocked while hosts and routes stand
	Regional    keepiton.Answer `json:"regional"`     // only a part of the country

	// The calendar of the watch list.
	Election keepiton.Answer `json:"election"` // see [AroundVote]
	Exam     keepiton.Answer `json:"exam"`
	Protest  keepiton.Answer `json:"protest"`
	Coup     keepiton.Answer `json:"coup"`

	// Notices.
	Order       keepiton.Answer `json:"order"` // of an authority
	PowerCut    keepiton.Answer `json:"power_cut"`
	Cable       keepiton.Answer `json:"cable"`
	Earthquake  keepiton.Answer `json:"earthquake"`
	Weather     keepiton.Answer `json:"weather"`
	Maintenance keepiton.Answer `json:"maintenance"`

	Reporters int     `json:"reporters"` // distinct people who told of it
	Channels  int     `json:"channels"`  // roads by which they told
	Owned     float64 `json:"owned"`     // share of the address space with providers of the state, 0 to 1
}

// Unheard returns the feature of which nothing is known.
func Unheard() Feature {
	return Feature{
		Hours: NotKnown, Recurs: NotKnown, Earlier: NotKnown, Neighbours: NotKnown, Parts: NotKnown,
		History: NotKnown, People: NotKnown, Reporters: NotKnown, Channels: NotKnown, Owned: NotKnown,
	}
}

// widestOnset is how long an onset may be for its minute to say something.
const widestOnset = 20 * time.Minute

// Clock fills in what the clock at the place says of the onset: the hour or half hour
// counts when it lies in the interval, which must not be longer than twenty minutes.
// A nil zone leaves all of it not known.
func (f *Feature) Clock(onset keepiton.Interval, zone *time.Location) {
	if zone == nil || onset.IsZero() {
		return
	}
	from, to := onset.From.In(zone), onset.To.In(zone)
	if to.Sub(from) <= widestOnset {
		f.OnHour, f.HalfHour = keepiton.No, keepiton.No
		for t := from.Truncate(time.Minute); !t.After(to); t = t.Add(time.Minute) {
			switch {
			case t.Before(from):
			case t.Minute() == 0:
				f.OnHour = keepiton.Yes
			case t.Minute() == 30:
				f.HalfHour = keepiton.Yes
			}
		}
	}
	local := onset.Mid().In(zone)
	if f.OnHour == keepiton.Yes { // 23:55 to 00:00 is a beginning at midnight
		local = to
	}
	f.Night = answer(local.Hour() < 6)
	f.Friday = answer(local.Weekday() == time.Friday)
}

func answer(yes bool) keepiton.Answer {
	if yes {
		return keepiton.Yes
	}
	return keepiton.No
}

// Recurs counts those of the four days before an onset that had one at the same time,
// give or take ten minutes, or an hour where clocks were changed meanwhile
// (notes/detection.md 2.1: two thirds of the intervals between shutdowns, hardly any
// between outages).
func Recurs(onset time.Time, earlier []time.Time, zone *time.Location) int {
	if zone == nil {
		zone = time.UTC
	}
	var days [curfewDays + 1]bool
	for _, e := range earlier {
		for d := 1; d <= curfewDays; d++ {
			if off := onset.In(zone).AddDate(0, 0, -d).Sub(e); off.Abs() <= curfewSlack {
				days[d] = true
			}
		}
	}
	n := 0
	for _, yes := range days {
		if yes {
			n++
		}
	}
	return n
}

// Around a vote: campaigns end about two days before, and counting is over about a week
// after. The window was set beforehand and not tuned.
const (
	beforeVote = 2 * 24 * time.Hour
	afterVote  = 7 * 24 * time.Hour
)

// AroundVote reports whether something began about the time of a national vote: from two
// days before until seven days after its days.
func AroundVote(vote keepiton.Span, at time.Time) bool {
	return !at.Before(vote.From.Add(-beforeVote)) && at.Before(vote.To.Add(afterVote))
}

// The past.
const (
	// historyLife: an incident counts 1/e as much after three years (notes/detection.md 7.4).
	historyLife = 3 * 365.25 * 24 * time.Hour
	// historyGap: what began in the thirty days before an onset may be the same event.
	historyGap = 30 * 24 * time.Hour
)

// History sums up the incidents of a country's record that began more than thirty days
// before an onset, each by exp(-age / 3 years).
func History(past []time.Time, onset time.Time) float64 {
	sum := 0.0
	for _, p := range past {
		if age := onset.Sub(p); age > historyGap {
			sum += math.Exp(-age.Hours() / historyLife.Hours())
		}
	}
	return sum
}
