package campaign

import (
	"context"
	"sync"
	"time"

	"keepiton"
	"keepiton/store"
)

// UnusedLogo is how long a logo that no revision names is kept: a form that it was
// chosen in may still be open.
const UnusedLogo = 24 * time.Hour

// Sweeper removes the logos of organizations that no revision names, such as one
// that was chosen in a form and never saved. What any revision names stays, be it
// old, a draft or withdrawn: a history without its pictures would not be one. It
// remembers in memory alone since when a logo is unused, so that a restart only
// delays. It is safe for many goroutines.
type Sweeper struct {
	Entries store.Entries
	Media   store.Media
	Now     func() time.Time

	mu     sync.Mutex
	unused map[use]time.Time
}

// use is a picture of an entry.
type use struct{ sum, subject string }

// Sweep looks at every logo and returns how many it removed. Call it once in a while.
func (s *Sweeper) Sweep(ctx context.Context) (removed int, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	kept := map[string][]string{}
	err = s.Media.MediaUses(ctx, func(sum, subject string) error {
		if keepiton.EntryID(subject).Kind() == keepiton.KindOrganization {
			kept[subject] = append(kept[subject], sum)
		}
		return nil
	})
	if err != nil {
		return 0, err
	}
	now, unused := s.Now(), map[use]time.Time{}
	for subject, sums := range kept {
		named, err := s.named(ctx, keepiton.EntryID(subject))
		if err != nil {
			return removed, err
		}
		for _, sum := range sums {
			u := use{sum, subject}
			since, known := s.unused[u]
			switch {
			case named[sum]:
			case !known:
				unused[u] = now
			case now.Sub(since) < UnusedLogo:
				unused[u] = since
			default:
				if err := s.Media.DropMedia(ctx, sum, subject); err != nil {
					return removed, err
				}
				removed++
			}
		}
	}
	s.unused = unused
	return removed, nil
}

// named are the logos that the revisions of an organization name. One that is not
// there names none.
func (s *Sweeper) named(ctx context.Context, id keepiton.EntryID) (map[string]bool, error) {
	all, err := s.Entries.EntryRevisions(ctx, id)
	if err != nil && keepiton.CodeOf(err) != keepiton.NotFound {
		return nil, err
	}
	out := map[string]bool{}
	for _, rev := range all {
		org, err := As[*keepiton.Organization](rev)
		if err != nil {
			return nil, err
		}
		out[org.Logo] = true
	}
	return out, nil
}
