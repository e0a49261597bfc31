package relational

import (
	"container/heap"
	"context"
	"slices"
	"time"

	"keepiton"
	"keepiton/store"
)

const (
	defaultLimit = 50
	maxLimit     = 1000
)

// List implements store.Incidents.
func (s *Store) List(ctx context.Context, q store.Query) (store.Page, error) {
	if q.Limit == 0 {
		q.Limit = defaultLimit
	}
	if q.Limit < 1 || q.Limit > maxLimit {
		return store.Page{}, keepiton.Errorf(keepiton.Invalid, "a limit of %d is not within 1 and %d", q.Limit, maxLimit)
	}
	if !slices.Contains(sorts, q.Sort) {
		return store.Page{}, keepiton.Errorf(keepiton.Invalid, "there is no order %q", q.Sort)
	}
	from := cursor{sort: q.Sort}
	if q.Cursor != "" {
		var err error
		if from, err = parseCursor(q.Cursor, q.Sort); err != nil {
			return store.Page{}, err
		}
	}
	for attempt := 0; ; attempt++ {
		v, err := s.currentView(ctx)
		if err != nil {
			return store.Page{}, err
		}
		found, err := s.search(ctx, v, &q)
		if err != nil {
			return store.Page{}, err
		}
		p, err := s.pick(v, &q, from, found)
		if err != nil {
			return store.Page{}, err
		}
		page, err := s.page(ctx, &q, from, p)
		// A rewrite between the two steps takes the revisions away: look again.
		if keepiton.CodeOf(err) == keepiton.NotFound && attempt < 3 {
			continue
		}
		return page, err
	}
}

// pick chooses the revisions of one page from the index.
func (s *Store) pick(v *view, q *store.Query, from cursor, found *matches) (*picked, error) {
	f, err := s.index.filterOf(q, time.Now())
	if err != nil {
		return nil, err
	}
	p := &picked{limit: q.Limit + 1, backward: from.backward}
	if f.nothing {
		return p, nil
	}
	asOf := int64(inForce)
	if !q.AsOf.IsZero() {
		asOf = q.AsOf.Unix()
	}
	started := q.Cursor != ""
	// Looking from the end that comes first, most of what follows is refused at
	// once: incidents are numbered more or less as they begin.
	latest := q.Sort == store.NewestFirst || q.Sort == store.RecentlyChanged
	for i := range v.outlines {
		o := v.outlines[i]
		if latest != from.backward {
			o = v.outlines[len(v.outlines)-1-i]
		}
		if found != nil && found.slots[o.id] == 0 {
			continue
		}
		o.inForceAt(asOf, &f, func(m *mark) {
			if found != nil && !found.has(o.id, m.slot) {
				return
			}
			p.total++
			key := keyAt(o.id, m.slot)
			at := positionOf(q.Sort, key, m.start, m.recorded)
			switch {
			case started && from.backward && !at.before(from.at), started && !from.backward && !from.at.before(at):
				p.behind = true
			default:
				p.offer(choice{at: at, seq: m.seq})
			}
		})
	}
	return p, nil
}

type choice struct {
	at  position
	seq int64
}

// picked keeps the best choices seen so far, as a heap with the worst on top.
type picked struct {
	choices  []choice
	limit    int
	backward bool
	total    int
	behind   bool // something matches on the other side of the cursor
}

func (p *picked) Len() int      { return len(p.choices) }
func (p *picked) Swap(i, j int) { p.choices[i], p.choices[j] = p.choices[j], p.choices[i] }
func (p *picked) Less(i, j int) bool {
	return p.choices[j].at.before(p.choices[i].at) != p.backward
}
func (p *picked) Push(x any) { p.choices = append(p.choices, x.(choice)) }
func (p *picked) Pop() any {
	last := p.choices[len(p.choices)-1]
	p.choices = p.choices[:len(p.choices)-1]
	return last
}

func (p *picked) offer(c choice) {
	if len(p.choices) < p.limit {
		heap.Push(p, c)
		return
	}
	if c.at.before(p.choices[0].at) != p.backward {
		p.choices[0] = c
		heap.Fix(p, 0)
	}
}

// page turns the choices into a page with its documents.
func (s *Store) page(ctx context.Context, q *store.Query, from cursor, p *picked) (store.Page, error) {
	slices.SortFunc(p.choices, func(a, b choice) int {
		if a.at.before(b.at) {
			return -1
		}
		return 1
	})
	more := len(p.choices) > q.Limit
	switch {
	case more && p.backward:
		p.choices = p.choices[1:]
	case more:
		p.choices = p.choices[:q.Limit]
	}
	page := store.Page{Total: p.total}
	if len(p.choices) == 0 {
		return page, nil
	}
	before, after := p.behind, more
	if p.backward {
		before, after = more, p.behind
	}
	if before {
		page.Prev = cursor{q.Sort, true, p.choices[0].at}.String()
	}
	if after {
		page.Next = cursor{q.Sort, false, p.choices[len(p.choices)-1].at}.String()
	}
	seqs := make([]int64, len(p.choices))
	for i, c := range p.choices {
		seqs[i] = c.seq
	}
	var err error
	page.Items, err = s.revisions(ctx, seqs, q.Rows)
	return page, err
}
