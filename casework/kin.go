package casework

import (
	"slices"
	"time"

	"keepiton"
	"keepiton/locale"
)

// Kinship says how far two reports may speak of one cut, and why. It never
// decides: an analyst groups.
type Kinship struct {
	Score   float64  // 0 to 1
	Reasons []string // codes: same_report, same_file, same_country, same_region, same_place, near_time, same_day, same_network, apart
}

// Weights of Kin. A cut is a place and a time; what is affected supports. They
// add up to one.
const (
	kinCountry = 0.25
	kinPlace   = 0.25 // region or named place
	kinTime    = 0.35
	kinNetwork = 0.15

	// KinFrom is the score from which reports are offered as one case: place
	// and time must both speak for it.
	KinFrom = 0.6
)

// nearTime is how far two people's clocks and memories of the same beginning
// lie apart: an hour is what STOP takes for one instance at least.
const nearTime = time.Hour

// Kin compares two reports.
func Kin(a, b *keepiton.Report) Kinship {
	var k Kinship
	add := func(weight float64, reason string) { k.Score += weight; k.Reasons = append(k.Reasons, reason) }
	if a.ID != "" && a.ID == b.ID {
		return Kinship{1, []string{"same_report"}}
	}
	if a.Country != "" && b.Country != "" {
		if a.Country != b.Country {
			return Kinship{0, []string{"apart"}}
		}
		add(kinCountry, "same_country")
	}
	switch {
	case a.Region != "" && a.Region == b.Region:
		add(kinPlace, "same_region")
	case a.Region != "" && b.Region != "": // a cut may span both, but that is not for a program to say
	case samePlace(a.Place.Reveal(), b.Place.Reveal()):
		add(kinPlace, "same_place")
	}
	switch gap, known := apart(a.Began.At, b.Began.At); {
	case !known:
	case gap <= nearTime:
		add(kinTime, "near_time")
	case gap <= 24*time.Hour:
		add(kinTime/2, "same_day")
	default:
		k.Score, k.Reasons = k.Score/2, append(k.Reasons, "apart")
	}
	if sameNetwork(a.Networks, b.Networks) {
		add(kinNetwork, "same_network")
	}
	return k
}

// apart is the least time between two moments within their precision; known is
// false when one of them is missing.
func apart(a, b keepiton.Moment) (gap time.Duration, known bool) {
	if a.IsZero() || b.IsZero() {
		return 0, false
	}
	if a.At.After(b.At) {
		a, b = b, a
	}
	return max(0, b.At.Sub(a.Until())), true
}

// samePlace compares free words: the same after folding.
func samePlace(a, b string) bool {
	a, b = locale.Fold(a), locale.Fold(b)
	return a != "" && a == b
}

func sameNetwork(a, b keepiton.Networks) bool {
	pairs := [][2]keepiton.Answer{{a.Mobile, b.Mobile}, {a.Fixed, b.Fixed}, {a.SMS, b.SMS}, {a.Voice, b.Voice}, {a.Satellite, b.Satellite}}
	return slices.ContainsFunc(pairs, func(p [2]keepiton.Answer) bool { return p[0] == keepiton.Yes && p[1] == keepiton.Yes })
}
