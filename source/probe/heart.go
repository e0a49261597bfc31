package probe

import (
	"crypto/rand"
	"encoding/binary"
	"time"

	"keepiton"
)

// Beat is a heartbeat of a probe in a country, by mobile or fixed access or neither said:
// one more in that hour. Nothing tells two of them apart.
func Beat(country, access string, at time.Time) []keepiton.Sighting {
	var random [8]byte
	_, _ = rand.Read(random[:]) // never fails
	s := keepiton.Sighting{
		SeriesKey: keepiton.SeriesKey{Feed: name, Metric: Heartbeats, Entity: keepiton.Entity{Country: country}},
		At:        at.UTC().Truncate(Step), Step: Step, Arrived: keepiton.StampOf(at.Truncate(Step)),
		Who: binary.BigEndian.Uint64(random[:]), What: keepiton.Told | keepiton.Met,
	}
	all := []keepiton.Sighting{s}
	if access != "" {
		s.Entity.Access = access
		all = append(all, s)
	}
	return all
}
