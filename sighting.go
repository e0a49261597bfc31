package keepiton

import "time"

// Sighting is what one witness saw in one bin of a series that counts distinct
// witnesses: the bin's value is how many met trouble, its n how many could tell. A
// bin is the set of its sightings, and sets are joined by union, so that what comes
// late, twice or in another order gives the same counts.
type Sighting struct {
	SeriesKey
	At      time.Time // beginning of the bin, UTC, a multiple of Step since 1970
	Step    time.Duration
	Arrived Stamp // when we had it, or when the feed did
	// Who tells witnesses of one bin apart. It is made for this bin alone: the same
	// witness is another number in another bin, so that nobody can be followed by it.
	Who  uint64
	What uint8 // Told, or Told and Met; joined by or
}

// What a witness saw.
const (
	Told uint8 = 1 << iota // could tell: counts in n
	Met                    // met the trouble that is counted: counts in the value, and in n
)
