package bgp

import (
	"bytes"
	"testing"

	"keepiton/bgp/bgptest"
)

// TestAnExpandedArchiveIsManyCollectorsWorth holds what benchmarks rest on: sixteen
// times the elements of the real one, of sixteen times its peers, with nothing broken.
func TestAnExpandedArchiveIsManyCollectorsWorth(t *testing.T) {
	data := openArchive(t, "routeviews/updates.20260222.1530.bz2")
	count := func(data []byte) (Stats, *Tally) {
		r, tally := NewReader(bytes.NewReader(data)), &Tally{}
		var m Message
		for r.Next(&m) == nil {
			tally.Add(&m)
		}
		return r.Stats, tally
	}
	one, distinct := count(data)
	var expanded bytes.Buffer
	if err := bgptest.Expand(&expanded, data, 16); err != nil {
		t.Fatal(err)
	}
	many, more := count(expanded.Bytes())
	if many.Records != 16*one.Records || many.Announcements != 16*one.Announcements || many.Withdrawals != 16*one.Withdrawals || len(many.Errors) > 0 || many.Bytes != 16*one.Bytes {
		t.Errorf("%+v of %+v", many, one)
	}
	if more.Peers() != 16*distinct.Peers() || more.Announced() < 3*distinct.Announced() || more.Announced() > 4*distinct.Announced() {
		t.Errorf("%d peers and %d prefixes of %d and %d", more.Peers(), more.Announced(), distinct.Peers(), distinct.Announced())
	}
}
