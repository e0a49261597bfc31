package evaluate

import (
	"cmp"
	"slices"
	"strconv"
	"time"

	"keepiton"
	"keepiton/geo"
)

// Stretch is a time in which something was down, in truth or by a detector.
type Stretch struct {
	Country  string
	Region   string // ISO 3166-2; empty: not of one region
	ASN      keepiton.ASN
	From, To time.Time // a zero To: not known
}

// True is a disruption that happened.
type True struct {
	Stretch
	Day     bool   // its beginning is known to the day: From is the beginning of it
	Size    string // country, region, asn
	Network string // all, mobile, fixed
	Shut    bool   // made on purpose
}

// Alarm is a disruption that a detector told of. It began between From and Began.
type Alarm struct {
	Stretch
	Began    time.Time // zero: at From
	At       time.Time // when it was first told
	P        float64   // P(disruption) then
	Intent   float64   // P(intentional | disruption) two hours after the onset, or when last said; negative: not said
	Claimed  bool      // above the floor of evidence
	Shutdown bool      // ever called a likely shutdown
}

// How far apart beginnings may lie (notes/detection.md 6).
const (
	startSlack    = 30 * time.Minute
	startSlackDay = 24 * time.Hour
	// dayGap: an end that is not known lies at least so long after the beginning.
	dayGap = time.Hour
)

// Pair is a true disruption and the alarm that found it.
type Pair struct {
	True, Alarm int // in their lists
	IoU         float64
	Off         time.Duration // of the beginnings; 0 within the day that is known
}

// Match pairs alarms with true disruptions, one to one: they overlap, their beginnings
// lie within half an hour, or within a day of a day that is all that is known, and of
// several that would do the ones with the greatest share of time in common are taken first.
func Match(truth []True, alarms []Alarm) []Pair {
	var all []Pair
	for i, t := range truth {
		for j, a := range alarms {
			if !samePlace(t, a) {
				continue
			}
			off, ok := startsTogether(t, a)
			iou := overlap(t, a.Stretch)
			if ok && iou > 0 {
				all = append(all, Pair{i, j, iou, off})
			}
		}
	}
	slices.SortStableFunc(all, func(a, b Pair) int {
		return cmp.Or(cmp.Compare(b.IoU, a.IoU), cmp.Compare(a.Off, b.Off), cmp.Compare(a.True, b.True), cmp.Compare(a.Alarm, b.Alarm))
	})
	var out []Pair
	usedT, usedA := map[int]bool{}, map[int]bool{}
	for _, p := range all {
		if !usedT[p.True] && !usedA[p.Alarm] {
			usedT[p.True], usedA[p.Alarm] = true, true
			out = append(out, p)
		}
	}
	slices.SortFunc(out, func(a, b Pair) int { return cmp.Compare(a.True, b.True) })
	return out
}

// samePlace: what is true of a country is found by an alarm of the country; what is true
// of a part is found by one of that part or of the whole.
func samePlace(t True, a Alarm) bool {
	if t.Country != a.Country {
		return false
	}
	whole := a.Region == "" && a.ASN == 0
	switch t.Size {
	case string(Regional):
		return whole || t.Region == "" || t.Region == a.Region
	case string(Network):
		return whole || t.ASN == a.ASN
	}
	return whole
}

func startsTogether(t True, a Alarm) (time.Duration, bool) {
	off := a.From.Sub(t.From)
	if off < 0 { // the moment of the interval that is nearest
		off = min(0, keepiton.Later(a.Began, a.From).Sub(t.From))
	}
	if !t.Day {
		return off.Abs(), off.Abs() <= startSlack
	}
	switch {
	case off < 0:
		return -off, -off <= startSlackDay
	case off > 24*time.Hour:
		return off - 24*time.Hour, off-24*time.Hour <= startSlackDay
	}
	return 0, true
}

// overlap is the intersection over the union. An end that is not known is the other's.
func overlap(t True, a Stretch) float64 {
	tTo, aTo := t.To, a.To
	switch {
	case tTo.IsZero() && aTo.IsZero():
		return 1
	case tTo.IsZero():
		tTo = keepiton.Later(aTo, t.From.Add(dayGap))
	case aTo.IsZero():
		aTo = keepiton.Later(tTo, a.From.Add(dayGap))
	}
	from, to := keepiton.Later(t.From, a.From), keepiton.Earlier(tTo, aTo)
	if !to.After(from) {
		return 0
	}
	union := keepiton.Later(tTo, aTo).Sub(keepiton.Earlier(t.From, a.From))
	return to.Sub(from).Seconds() / union.Seconds()
}

// Truths are the disruptions of a list of events, and the claims of the record that no
// event of the list is part of.
func Truths(events []Event, claims []Claim) []True {
	byCountry := map[string][]Claim{}
	for _, c := range claims {
		byCountry[c.Country] = append(byCountry[c.Country], c)
	}
	var out []True
	had := map[Claim]bool{}
	for _, e := range events {
		t := True{Stretch: Stretch{Country: e.Country, From: e.From, To: e.To}, Size: string(e.Scope), Network: "all", Shut: Label(e, byCountry[e.Country])}
		switch e.Scope {
		case Regional:
			t.Region = regionCode(e.Country, e.Part)
		case Network:
			n, _ := strconv.ParseUint(e.Part, 10, 32)
			t.ASN = keepiton.ASN(n)
		}
		out = append(out, t)
		for _, c := range byCountry[e.Country] {
			if c.Holds(e.From) {
				had[c] = true
			}
		}
	}
	for _, c := range claims {
		if !c.Full || had[c] {
			continue
		}
		t := True{Stretch: Stretch{Country: c.Country, From: c.From, To: c.To}, Day: true, Size: string(Regional), Network: c.Network, Shut: true}
		if c.National {
			t.Size = string(National)
		}
		out = append(out, t)
	}
	slices.SortStableFunc(out, func(a, b True) int { return cmp.Or(a.From.Compare(b.From), cmp.Compare(a.Country, b.Country)) })
	return out
}

func regionCode(country, name string) string {
	for _, p := range geo.Resolve(geo.Name(country, "en"), name, "") {
		if p.Region != "" && p.Confidence >= keepiton.SurePlace {
			return p.Region
		}
	}
	return ""
}
