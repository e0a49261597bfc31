package web

import "testing"

// BenchmarkWhereMessagesShow reads the pages of the made-up world, as the first
// translator of a day makes the site do.
func BenchmarkWhereMessagesShow(b *testing.B) {
	s, _ := sampleSite(b)
	v := &visit{ctx: b.Context(), today: testNow}
	for b.Loop() {
		s.readAll(v)
	}
}
