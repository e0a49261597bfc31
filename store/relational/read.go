package relational

import (
	"context"
	"database/sql"
	"slices"
	"strings"
	"sync"
	"time"

	"keepiton"
)

// columns of a revision that every reading needs, in the order scan expects.
const revisionColumns = `seq, n, recorded, role, author, reason, edition, sheet_rows, doc`

// stored is a revision as read, and what its Incident left outside.
type stored struct {
	seq     int64
	rev     keepiton.Revision
	rows    sql.NullInt64
	doc     []byte
	changes []byte
}

func (r *stored) scan(rows interface{ Scan(...any) error }, more ...any) error {
	var recorded int64
	var role string
	dest := append([]any{&r.seq, &r.rev.N, &recorded, &role, &r.rev.Author, &r.rev.Reason, &r.rev.Edition, &r.rows, &r.doc}, more...)
	if err := rows.Scan(dest...); err != nil {
		return err
	}
	r.rev.Recorded = time.Unix(recorded, 0).UTC()
	r.rev.Role = keepiton.Role(role)
	return nil
}

// docCacheSize bounds how many decoded revisions are kept: a decoded one takes
// about 6 kB, so at most some 12 MB.
const docCacheSize = 2048

// docCache keeps decoded revisions, which never change. Sequence numbers are
// never used again, not even by a rewrite.
type docCache struct {
	mu   sync.Mutex
	docs map[int64]*cached
	ring []int64
	next int
}

type cached struct {
	rev  keepiton.Revision // Incident without cells; shared: clone before handing out
	rows sql.NullInt64
}

func (c *docCache) get(seq int64) *cached {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.docs[seq]
}

func (c *docCache) put(seq int64, d *cached) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.docs == nil {
		c.docs = make(map[int64]*cached, docCacheSize)
		c.ring = make([]int64, docCacheSize)
	}
	if _, ok := c.docs[seq]; ok {
		return
	}
	delete(c.docs, c.ring[c.next])
	c.ring[c.next] = seq
	c.next = (c.next + 1) % docCacheSize
	c.docs[seq] = d
}

func (c *cached) copy() keepiton.Revision {
	rev := c.rev
	rev.Incident = *c.rev.Incident.Clone()
	return rev
}

// revisions reads the revisions of the given sequence numbers, in that order,
// without Changes. NotFound when one is gone.
func (s *Store) revisions(ctx context.Context, seqs []int64, withRows bool) ([]keepiton.Revision, error) {
	got := make(map[int64]*cached, len(seqs))
	var missing []any
	for _, seq := range seqs {
		if d := s.docs.get(seq); d != nil {
			got[seq] = d
		} else {
			missing = append(missing, seq)
		}
	}
	for chunk := range slices.Chunk(missing, maxIn) {
		list, args := placeholders(chunk)
		var read []*stored
		err := s.Each(ctx, "read revisions", `SELECT `+revisionColumns+` FROM revision WHERE seq IN (`+list+`)`, args, func(r *sql.Rows) error {
			one := &stored{}
			read = append(read, one)
			return one.scan(r)
		})
		if err != nil {
			return nil, err
		}
		for _, one := range read {
			if err := unpackJSON(one.doc, &one.rev.Incident); err != nil {
				return nil, s.Fail("read revisions", err)
			}
			d := &cached{one.rev, one.rows}
			got[one.seq] = d
			s.docs.put(one.seq, d)
		}
	}
	out := make([]keepiton.Revision, len(seqs))
	for i, seq := range seqs {
		d := got[seq]
		if d == nil {
			return nil, keepiton.Errorf(keepiton.NotFound, "revision %d is gone", seq)
		}
		out[i] = d.copy()
		if withRows && d.rows.Valid {
			rows, err := s.cells(ctx, d.rows.Int64)
			if err != nil {
				return nil, err
			}
			out[i].Incident.Rows = rows
		}
	}
	return out, nil
}

// maxIn bounds the placeholders of one statement. Lists are filled up to one
// of a few lengths, so that few statements are prepared.
const maxIn = 200

func placeholders(args []any) (string, []any) {
	n := maxIn
	for _, size := range []int{1, 10, 50} {
		if len(args) <= size {
			n = size
			break
		}
	}
	args = slices.Clone(args)
	for len(args) < n {
		args = append(args, args[0])
	}
	return strings.TrimSuffix(strings.Repeat("?,", n), ","), args
}

// cells reads rows with their cells.
func (s *Store) cells(ctx context.Context, id int64) (rows []keepiton.Row, err error) {
	var data []byte
	if err := s.One(ctx, "rows", `SELECT data FROM sheet_rows WHERE id = ?`, []any{id}, []any{&data}); err != nil {
		return nil, err
	}
	return rows, s.Fail("read rows", unpackJSON(data, &rows))
}

// Get implements store.Incidents.
func (s *Store) Get(ctx context.Context, id keepiton.IncidentID, asOf time.Time) (keepiton.Revision, error) {
	key, err := keyOf(id)
	if err != nil {
		return keepiton.Revision{}, notFound(id)
	}
	at := int64(inForce - 1)
	if !asOf.IsZero() {
		at = asOf.Unix()
	}
	return s.single(ctx, id, `recorded <= ? AND superseded > ?`, key, at, at)
}

// Revision implements store.Incidents.
func (s *Store) Revision(ctx context.Context, id keepiton.IncidentID, n int) (keepiton.Revision, error) {
	key, err := keyOf(id)
	if err != nil {
		return keepiton.Revision{}, notFound(id)
	}
	return s.single(ctx, id, `n = ?`, key, int64(n))
}

// single reads one revision of an incident, whole.
func (s *Store) single(ctx context.Context, id keepiton.IncidentID, where string, args ...any) (keepiton.Revision, error) {
	r := &stored{}
	found := false
	err := s.Each(ctx, "read "+string(id), `SELECT `+revisionColumns+`, changes FROM revision WHERE incident = ? AND `+where, args, func(rows *sql.Rows) error {
		found = true
		return r.scan(rows, &r.changes)
	})
	if err != nil {
		return keepiton.Revision{}, err
	}
	if !found {
		return keepiton.Revision{}, notFound(id)
	}
	if d := s.docs.get(r.seq); d != nil {
		r.rev.Incident = *d.rev.Incident.Clone()
	} else if err := unpackJSON(r.doc, &r.rev.Incident); err != nil {
		return keepiton.Revision{}, s.Fail("read "+string(id), err)
	}
	if r.rows.Valid {
		if r.rev.Incident.Rows, err = s.cells(ctx, r.rows.Int64); err != nil {
			return keepiton.Revision{}, err
		}
	}
	return r.rev, s.Fail("read "+string(id), r.readChanges())
}

func (r *stored) readChanges() error {
	if r.changes == nil {
		return nil
	}
	return unpackJSON(r.changes, &r.rev.Changes)
}

// Revisions implements store.Incidents.
func (s *Store) Revisions(ctx context.Context, id keepiton.IncidentID) ([]keepiton.Revision, error) {
	key, err := keyOf(id)
	if err != nil {
		return nil, notFound(id)
	}
	var out []keepiton.Revision
	err = s.Each(ctx, "read revisions of "+string(id), `SELECT n, recorded, role, author, reason, edition, changes FROM revision WHERE incident = ? ORDER BY recorded, n`, []any{key}, func(rows *sql.Rows) error {
		var r stored
		var recorded int64
		var role string
		if err := rows.Scan(&r.rev.N, &recorded, &role, &r.rev.Author, &r.rev.Reason, &r.rev.Edition, &r.changes); err != nil {
			return err
		}
		r.rev.Recorded, r.rev.Role = time.Unix(recorded, 0).UTC(), keepiton.Role(role)
		if err := r.readChanges(); err != nil {
			return err
		}
		out = append(out, r.rev)
		return nil
	})
	if err == nil && out == nil {
		err = notFound(id)
	}
	return out, err
}

// Version implements store.Incidents.
func (s *Store) Version(ctx context.Context) (uint64, error) {
	version, _, err := s.versions(ctx)
	return uint64(version), err
}

// Changes implements store.Incidents.
func (s *Store) Changes(ctx context.Context, after string, limit int) ([]keepiton.Revision, string, error) {
	seq, err := parseChangesCursor(after)
	if err != nil {
		return nil, "", err
	}
	if limit < 1 || limit > maxLimit {
		return nil, "", keepiton.Errorf(keepiton.Invalid, "a limit of %d is not within 1 and %d", limit, maxLimit)
	}
	var out []keepiton.Revision
	err = s.Each(ctx, "read changes", `SELECT `+revisionColumns+`, changes FROM revision WHERE seq > ? AND public = 1 ORDER BY seq LIMIT ?`, []any{seq, limit}, func(rows *sql.Rows) error {
		var r stored
		if err := r.scan(rows, &r.changes); err != nil {
			return err
		}
		seq = r.seq
		if err := unpackJSON(r.doc, &r.rev.Incident); err != nil {
			return err
		}
		if err := r.readChanges(); err != nil {
			return err
		}
		out = append(out, r.rev)
		return nil
	})
	return out, changesCursor(seq), err
}

// Between implements store.Incidents.
func (s *Store) Between(ctx context.Context, from, to time.Time, yield func(before, after *keepiton.Revision) error) error {
	v, err := s.currentView(ctx)
	if err != nil {
		return err
	}
	fromSec, toSec := from.Unix(), int64(inForce)
	if !to.IsZero() {
		toSec = to.Unix()
	}
	if from.IsZero() {
		fromSec = noStart
	}
	for _, o := range v.outlines {
		if err := s.betweenOn(ctx, o, fromSec, toSec, yield); err != nil {
			return err
		}
	}
	return nil
}

// betweenOn compares the incidents of one shelf.
func (s *Store) betweenOn(ctx context.Context, o *outline, from, to int64, yield func(before, after *keepiton.Revision) error) error {
	var old, new [shelfSize]int64
	o.inForceAt(from, nil, func(m *mark) {
		if publicState(m.state) {
			old[m.slot] = m.seq
		}
	})
	o.inForceAt(to, nil, func(m *mark) {
		if publicState(m.state) {
			new[m.slot] = m.seq
		}
	})
	var seqs []int64
	for slot := range new {
		if new[slot] == old[slot] || new[slot] == 0 {
			continue
		}
		if old[slot] != 0 {
			seqs = append(seqs, old[slot])
		}
		seqs = append(seqs, new[slot])
	}
	revs, err := s.revisions(ctx, seqs, false)
	if err != nil {
		return err
	}
	for slot := range new {
		if new[slot] == old[slot] || new[slot] == 0 {
			continue
		}
		var before *keepiton.Revision
		if old[slot] != 0 {
			before, revs = &revs[0], revs[1:]
		}
		if err := yield(before, &revs[0]); err != nil {
			return err
		}
		revs = revs[1:]
	}
	return nil
}

func publicState(i uint8) bool { return i > 0 && keepiton.States[i-1].Public() }
