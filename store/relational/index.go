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
	present []mark
	stands  []indexedShape // of present, in its order: lists of now read nothing else
	history []mark
	spans   []span // of history
	shapes  []indexedShape
}

type span struct{ recorded, superseded int64 }

// mark is one revision.
type mark struct {
	seq      int64
	recorded int64
	n        int32
	where    uint32 // its shape and its slot
}

func (m *mark) slot() uint8 { return uint8(m.where % shelfSize) }
func (m *mark) shape() int  { return int(m.where / shelfSize) }

type indexedShape struct {
	start    int64
	facets   []uint32
	bloom    uint64 // a bit for each facet, by its number modulo 64
	openFrom int32
	state    uint8
}

func bloomOf(facets []uint32) (bloom uint64) {
	for _, f := range facets {
		bloom |= 1 << (f % 64)
	}
	return bloom
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
		return nil, s.fail("read the index", err)
	}
	s.index.view = v
	return v, nil
}

// versions reads the version of the record and how often it was rewritten.
func (s *Store) versions(ctx context.Context) (version, rewrites int64, err error) {
	err = s.each(ctx, "read the version", `SELECT name, value FROM counter WHERE name IN ('version', 'rewrite')`, nil, scanVersions(&version, &rewrites))
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
	tx, err := s.read.BeginTx(ctx, s.d.Snapshot)
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
	rows, err = tx.QueryContext(ctx, s.d.bind(`SELECT id, data FROM shelf_outline WHERE version > ? ORDER BY id`), since)
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
	var numbers []uint32
	arena := make([]uint32, 0, 1024)
	err := u.outline(func(s shape, indexes []int) {
		from := len(arena)
		for _, i := range indexes {
			arena = append(arena, numbers[i])
		}
		o.shapes = append(o.shapes, indexedShape{
			start: s.start, openFrom: int32(s.openFrom), state: s.state,
			facets: arena[from:len(arena):len(arena)], bloom: bloomOf(arena[from:]),
		})
	}, func(f string) { numbers = append(numbers, x.facets.number(f)) }, func(e entry, shape int) {
		m := mark{seq: e.seq, recorded: e.recorded, n: int32(e.n), where: uint32(shape)*shelfSize + uint32(e.slot)}
		if e.superseded == inForce {
			o.present = append(o.present, m)
			return
		}
		if e.superseded > e.recorded {
			o.history = append(o.history, m)
			o.spans = append(o.spans, span{e.recorded, e.superseded})
		}
	})
	o.stands = make([]indexedShape, len(o.present))
	for i := range o.present {
		o.stands[i] = o.shapes[o.present[i].shape()]
	}
	o.shapes, o.present = slices.Clip(o.shapes), slices.Clip(o.present)
	o.history, o.spans = slices.Clip(o.history), slices.Clip(o.spans)
	return o, err
}

// inForceAt calls yield for the revision of each incident of o in force at
// asOf (Unix seconds; inForce for now), with its shape.
func (o *outline) inForceAt(asOf int64, yield func(m *mark, s *indexedShape)) {
	for i := range o.present {
		if m := &o.present[i]; m.recorded <= asOf {
			yield(m, &o.stands[i])
		}
	}
	if asOf >= inForce {
		return
	}
	for i, s := range o.spans {
		if s.recorded <= asOf && asOf < s.superseded {
			m := &o.history[i]
			yield(m, &o.shapes[m.shape()])
		}
	}
}
