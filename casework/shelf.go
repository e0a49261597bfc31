package casework

import (
	"context"
	"maps"
	"runtime"
	"slices"
	"strings"
	"sync"

	"keepiton"
	"keepiton/evidence"
	"keepiton/store"
)

// Shelf is what lies at the server, as a desk sees it at one moment. Nobody
// changes it: [Desk.Judge] and [Desk.Change] do.
type Shelf struct {
	Envelopes []keepiton.Envelope // in order of id, tombstones among them
	Judged    map[keepiton.EnvelopeID]*Judgement
	Cases     []*Case // newest work last
	Closed    int     // papers that these keys do not open, or a newer program wrote

	prints evidence.Index[PictureOf]
	adds   map[string][]keepiton.EnvelopeID // additions, by the lookup of what they add to
}

// Here are the envelopes that are not gone.
func (s *Shelf) Here() []keepiton.Envelope {
	return slices.DeleteFunc(slices.Clone(s.Envelopes), func(e keepiton.Envelope) bool { return !e.Gone.IsZero() })
}

// view is what a desk has learnt of the shelf, so that it asks for what changed
// alone. Text of notes and cases is in it, in the clear, in memory.
type view struct {
	turn chan struct{} // holds one while somebody asks; made by once
	once sync.Once

	envelopes listed[keepiton.Envelope]
	versions  listed[store.PaperVersion]
	papers    map[string]leaf
	shelf     *Shelf // made of the three; nil: to be made anew

	mu  sync.Mutex // of own
	own map[string]leaf
}

// listed is a list by parts.
type listed[T any] struct {
	marks store.Marks
	parts [store.Parts][]T
}

func (l *listed[T]) take(p store.Part[T]) { l.marks[p.N], l.parts[p.N] = p.Mark, p.All }

// pulled is how many papers are asked for at one time: some megabytes.
const pulled = 200

// Shelf asks the server for what changed and returns what is there now; what was
// withdrawn is forgotten. Two at once ask one after the other.
func (d *Desk) Shelf(ctx context.Context) (*Shelf, error) {
	v := &d.view
	v.once.Do(func() { v.turn, v.papers = make(chan struct{}, 1), map[string]leaf{} })
	select {
	case v.turn <- struct{}{}:
		defer func() { <-v.turn }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	err := d.Server.Envelopes(ctx, v.envelopes.marks, func(p store.Part[keepiton.Envelope]) error {
		v.envelopes.take(p)
		v.shelf = nil
		for _, e := range p.All {
			if !e.Gone.IsZero() {
				d.Forget(e.ID)
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	if err := d.refresh(ctx); err != nil {
		return nil, err
	}
	if v.shelf == nil {
		v.shelf = v.lay()
	}
	return v.shelf, nil
}

// refresh pulls the papers that changed.
func (d *Desk) refresh(ctx context.Context) error {
	v := &d.view
	var parts []store.Part[store.PaperVersion]
	var wanted []string
	err := d.Server.PaperParts(ctx, v.versions.marks, func(p store.Part[store.PaperVersion]) error {
		parts = append(parts, p)
		return nil
	})
	if err != nil {
		return err
	}
	v.takeOwn()
	for _, p := range parts {
		for _, is := range p.All {
			if v.papers[is.ID].version != is.Version {
				wanted = append(wanted, is.ID)
			}
		}
	}
	for ids := range slices.Chunk(wanted, pulled) {
		if err := d.pull(ctx, ids); err != nil {
			return err
		}
	}
	for _, p := range parts { // only now: until all of it is here, a part is asked for again
		for _, was := range v.versions.parts[p.N] {
			if !slices.ContainsFunc(p.All, func(is store.PaperVersion) bool { return is.ID == was.ID }) {
				delete(v.papers, was.ID)
			}
		}
		v.versions.take(p)
		v.shelf = nil
	}
	return nil
}

// pull asks for papers and opens them, on all processors: most of the work of a
// first look is theirs.
func (d *Desk) pull(ctx context.Context, ids []string) error {
	v := &d.view
	papers := make(chan store.Paper)
	var mu sync.Mutex
	var wg sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		wg.Go(func() {
			for p := range papers {
				o := d.unseal(p)
				mu.Lock()
				v.papers[p.ID] = o
				mu.Unlock()
			}
		})
	}
	err := d.Server.Papers(ctx, ids, func(p store.Paper) error { papers <- p; return nil })
	close(papers)
	wg.Wait()
	return err
}

// wrote keeps what this desk has just put, which need not be pulled.
func (v *view) wrote(id string, o leaf) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.own == nil {
		v.own = map[string]leaf{}
	}
	v.own[id] = o
}

func (v *view) takeOwn() {
	v.mu.Lock()
	defer v.mu.Unlock()
	maps.Copy(v.papers, v.own)
	clear(v.own)
}

// lay lays everything out.
func (v *view) lay() *Shelf {
	s := &Shelf{Envelopes: slices.Concat(v.envelopes.parts[:]...), Judged: map[keepiton.EnvelopeID]*Judgement{}}
	for _, is := range slices.Concat(v.versions.parts[:]...) {
		switch o := v.papers[is.ID]; {
		case o.err != nil:
			s.Closed++
		case o.judgement != nil:
			s.Judged[o.judgement.Envelope] = o.judgement
		case o.c != nil:
			s.Cases = append(s.Cases, o.c)
		}
	}
	s.adds = map[string][]keepiton.EnvelopeID{}
	for _, e := range s.Envelopes {
		j := s.Judged[e.ID]
		if j == nil || j.Looked == nil {
			continue
		}
		if e.Gone.IsZero() {
			for _, p := range j.Looked.Prints {
				s.prints.Add(p.Hash, PictureOf{e.ID, p.File})
			}
		}
		if j.Looked.Adds != "" {
			s.adds[j.Looked.Adds] = append(s.adds[j.Looked.Adds], e.ID)
		}
	}
	slices.SortStableFunc(s.Cases, func(a, b *Case) int {
		if n := a.last().Compare(b.last()); n != 0 {
			return n
		}
		return strings.Compare(a.ID, b.ID)
	})
	return s
}
