package web

import (
	"context"
	"fmt"
	"net/http/httptest"
	"sync"
	"testing"
)

// BenchmarkShareCard draws the card of an incident that nobody asked for before:
// the record, the piece, the drawing, the file.
func BenchmarkShareCard(b *testing.B) {
	s, revs := sampleSite(b)
	path := "/am/incidents/" + string(revs[0].Incident.ID) + "/card.png"
	for b.Loop() {
		s.pictures, renderings = newPageCache(1), newPageCache(1)
		if w := get(b, s, path); w.Code != 200 {
			b.Fatal(w.Code)
		}
	}
}

// BenchmarkPageBesideAFlood asks for pages that are not kept, alone and while eight
// others ask for pictures that nobody asked for before, one after the other.
func BenchmarkPageBesideAFlood(b *testing.B) {
	s, _ := sampleSite(b)
	n := 0
	page := func(b *testing.B) {
		for b.Loop() {
			n++
			if w := get(b, s, fmt.Sprintf("/en/incidents?q=word%d", n)); w.Code != 200 {
				b.Fatal(w.Code)
			}
		}
	}
	b.Run("alone", page)
	b.Run("flood", func(b *testing.B) {
		ctx, stop := context.WithCancel(b.Context())
		var flood sync.WaitGroup
		for i := range 8 {
			flood.Go(func() {
				for k := 0; ctx.Err() == nil; k++ {
					s.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", fmt.Sprintf("/en/kit/line/wide.png?title=%d+of+%d", k, i), nil).WithContext(ctx))
				}
			})
		}
		page(b)
		stop()
		flood.Wait()
	})
}
