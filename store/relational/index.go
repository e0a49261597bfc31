package relational

import (
	"cmp"
	"context"
	"database/sql"
	"slices"
	"sync"
)

// index answers lists from memory. It holds the outline of every shelf: some
// 40 bytes for each revision, and no words of any document. A query asks the
// database for the version of the record (one small read), takes over the
// shelves that were written since, and looks at nothing else but the
// documents of its page.
type index struct {
	mu     sync.Mutex // guards taking over; readers use the view
	view   *view
	facets facetTable
}

// view is the index at one version of the record. It is never changed.
type view struct {
	version, rewrites int64
	outlines          []*outline // by id, which is the order of incidents
}

// outline is a shelf without what only counting needs.
type outline struct {
	id      int64
	present column
	history column
	spans   []span // of history
}

type span struct{ recorded, superseded int64 }

// mark is one revision.
type mark struct {
	seq      int64
	recorded int64
	start    int64 // noStart when not known
	n        int32
	openFrom int16 // see shape
	slot     uint8
	state    uint8 // see shape
}

// facetTable numbers facets. It only grows; there are some thousands at most
// (countries, ISO 3166-2 codes, years, codes, services).
type facetTable struct {
	mu      sync.RWMutex
	numbers map[string]uint32
}

func (t *facetTable) number(f string) uint32 {
	t.mu.Lock()
	defer t.mu.Unlock()
	n, ok := t.numbers[f]
	if !ok {
		if t.numbers == nil {
			t.numbers = map[string]uint32{}
		}
		n = uint32(len(t.numbers))
		t.numbers[f] = n
	}
	return n
}

func (t *facetTable) find(f string) (uint32, bool) {
	t.mu.RLock()
	defer t.mu.RUnlock()
	n, ok := t.numbers[f]
	return n, ok
}

// currentView returns the index at the version of the record as it is now.
func (s *Store) currentView(ctx context.Context) (*view, error) {
	version, rewrites, err := s.versions(ctx)
	if err != nil {
		return nil, err
	}
	s.index.mu.Lock()
	defer s.index.mu.Unlock()
	old := s.index.view
	if old != nil && old.version >= version && old.rewrites == rewrites {
		return old, nil
	}
	v, err := s.takeOver(ctx, old)
	if err != nil {
		return nil, s.Fail("read the index", err)
	}
	s.index.view = v
	return v, nil
}

// versions reads the version of the record and how often it was rewritten.
func (s *Store) versions(ctx context.Context) (version, rewrites int64, err error) {
	err = s.Each(ctx, "read the version", `SELECT name, value FROM counter WHERE name IN ('version', 'rewrite')`, nil, scanVersions(&version, &rewrites))
	return version, rewrites, err
}

func scanVersions(version, rewrites *int64) func(*sql.Rows) error {
	return func(r *sql.Rows) error {
		var name string
		var value int64
		if err := r.Scan(&name, &value); err != nil {
			return err
		}
		if name == "version" {
			*version = value
		} else {
			*rewrites = value
		}
		return nil
	}
}

// takeOver reads the shelves written after old, all of them when it is nil or
// the record was rewritten since, in one snapshot.
func (s *Store) takeOver(ctx context.Context, old *view) (*view, error) {
	tx, err := s.Read.BeginTx(ctx, s.d.Snapshot)
	if err != nil {
		return nil, err
	}
	defer tx.Rollback() //nolint:errcheck // nothing was written
	v := &view{}
	rows, err := tx.QueryContext(ctx, `SELECT name, value FROM counter WHERE name IN ('version', 'rewrite')`)
	if err != nil {
		return nil, err
	}
	scan := scanVersions(&v.version, &v.rewrites)
	for rows.Next() {
		if err := scan(rows); err != nil {
			rows.Close()
			return nil, err
		}
	}
	if err := rows.Close(); err != nil {
		return nil, err
	}
	since := int64(-1)
	if old != nil && old.rewrites == v.rewrites {
		since = old.version
		v.outlines = slices.Clone(old.outlines)
	}
	rows, err = tx.QueryContext(ctx, s.d.Bind(`SELECT id, data FROM shelf_outline WHERE version > ? ORDER BY id`), since)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var plain []byte
	for rows.Next() {
		var id int64
		var data sql.RawBytes
		if err := rows.Scan(&id, &data); err != nil {
			return nil, err
		}
		if plain, err = unpack(data, plain); err != nil {
			return nil, err
		}
		o, err := s.index.outlineOf(id, plain)
		if err != nil {
			return nil, err
		}
		at, found := slices.BinarySearchFunc(v.outlines, id, func(o *outline, id int64) int { return cmp.Compare(o.id, id) })
		if found {
			v.outlines[at] = o
		} else {
			v.outlines = slices.Insert(v.outlines, at, o)
		}
	}
	return v, rows.Err()
}

// outlineOf reads the unpacked outline part of a shelf.
func (x *index) outlineOf(id int64, plain []byte) (*outline, error) {
	o := &outline{id: id}
	if len(plain) == 0 || plain[0] != shelfVersion {
		return nil, errBroken
	}
	u := &unshelver{data: plain[1:]}
	var numbers, arena []uint32
	var shapes []shape
	var facets [][]uint32
	var present, history columnMaker
	err := u.outline(func(s shape, indexes []int) {
		from := len(arena)
		for _, i := range indexes {
			arena = append(arena, numbers[i])
		}
		shapes, facets = append(shapes, s), append(facets, arena[from:len(arena):len(arena)])
	}, func(f string) { numbers = append(numbers, x.facets.number(f)) }, func(e entry, k int) {
		s := &shapes[k]
		m := mark{seq: e.seq, recorded: e.recorded, start: s.start, n: int32(e.n), openFrom: int16(min(s.openFrom, 9999)), slot: e.slot, state: s.state}
		switch {
		case e.superseded == inForce:
			present.add(m, facets[k])
		case e.superseded > e.recorded: // others never were in force
			history.add(m, facets[k])
			o.spans = append(o.spans, span{e.recorded, e.superseded})
		}
	})
	o.present, o.history, o.spans = present.column(), history.column(), slices.Clip(o.spans)
	return o, err
}

// inForceAt calls yield for the revision of each incident of o in force at
// asOf (Unix seconds; inForce for now) that passes the filter; nil passes all.
func (o *outline) inForceAt(asOf int64, f *filter, yield func(m *mark)) {
	for word := range o.present.words() {
		for bits := o.present.match(f, word); bits != 0; bits &= bits - 1 {
			if m := o.present.at(word, bits); m.recorded <= asOf {
				yield(m)
			}
		}
	}
	if asOf >= inForce {
		return
	}
	for word := range o.history.words() {
		var standing uint64
		from := word * 64
		for i, s := range o.spans[from:min(from+64, len(o.spans))] {
			if s.recorded <= asOf && asOf < s.superseded {
				standing |= 1 << i
			}
		}
		if standing == 0 {
			continue
		}
		for bits := standing & o.history.match(f, word); bits != 0; bits &= bits - 1 {
			yield(o.history.at(word, bits))
		}
	}
}
