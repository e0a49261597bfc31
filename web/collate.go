package web

import (
	"sync"

	"golang.org/x/text/collate"
	"golang.org/x/text/language"
)

// collators order names as each language does: É beside E, and Arabic by its
// own alphabet. A collator is not safe for use by many goroutines.
var collators sync.Map // tag -> *lockedCollator

type lockedCollator struct {
	mu sync.Mutex
	c  *collate.Collator
}

func compareNames(lang, a, b string) int {
	got, ok := collators.Load(lang)
	if !ok {
		got, _ = collators.LoadOrStore(lang, &lockedCollator{c: collate.New(language.Make(lang))})
	}
	l := got.(*lockedCollator)
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.c.CompareString(a, b)
}
