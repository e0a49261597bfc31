package web

import (
	"net/http"
	"slices"
	"sync"
	"testing"
)

func TestManyReadersGetTheSamePages(t *testing.T) {
	s, revs := sampleSite(t)
	own := []string{"/report", "/report/sealed", "/stories/share", "/coalition/join"} // have a ticket of their own
	all := slices.DeleteFunc(paths(revs)[:28], func(path string) bool { return slices.Contains(own, path) })
	want := map[string]string{}
	for _, path := range all {
		want[path] = get(t, s, "/ar"+path).Body.String()
	}
	s.cache = newPageCache(200_000) // so small that pages come and go
	var readers sync.WaitGroup
	for i := range 6 {
		readers.Go(func() {
			for j := range all {
				path := all[(i*5+j)%len(all)]
				if i == 3 {
					s.Expire()
				}
				if w := get(t, s, "/ar"+path); w.Code != http.StatusOK && w.Code != http.StatusMovedPermanently || w.Body.String() != want[path] {
					t.Errorf("%s: status %d, another page than before", path, w.Code)
				}
			}
		})
	}
	readers.Wait()
}
