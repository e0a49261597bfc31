package relational

import (
	"context"
	"database/sql"
	"fmt"
	"slices"

	"keepiton"
	"keepiton/count"
)

// Verify reads every revision and compares all that was derived from it: spans
// of force, shelves, what counting keeps. It reports each fault it finds and
// returns how many revisions it read. An error means that it could not look.
func (s *Store) Verify(ctx context.Context, fault func(keepiton.IncidentID, string)) (revisions int, err error) {
	var keys []int64
	err = s.Each(ctx, "verify", `SELECT id FROM incident ORDER BY id`, nil, func(r *sql.Rows) error {
		var key int64
		err := r.Scan(&key)
		keys = append(keys, key)
		return err
	})
	if err != nil {
		return 0, err
	}
	var sh *shelf
	shelfID := int64(-1)
	for _, key := range keys {
		if id, _ := shelfOf(key); id != shelfID {
			if sh, err = s.readShelf(ctx, id); err != nil {
				return revisions, err
			}
			shelfID = id
		}
		n, err := s.verifyIncident(ctx, key, sh, func(text string) { fault(idOf(key), text) })
		if err != nil {
			return revisions, err
		}
		revisions += n
	}
	return revisions, nil
}

func (s *Store) readShelf(ctx context.Context, id int64) (*shelf, error) {
	var outline, present, history []byte
	err := s.One(ctx, fmt.Sprintf("shelf %d", id), `SELECT o.data, p.data, h.data FROM shelf_outline o
		JOIN shelf_present p ON p.id = o.id JOIN shelf_history h ON h.id = o.id WHERE o.id = ?`, []any{id}, []any{&outline, &present, &history})
	if err != nil {
		return nil, err
	}
	return decodeShelf(outline, present, history)
}

func (s *Store) verifyIncident(ctx context.Context, key int64, sh *shelf, fault func(string)) (int, error) {
	i := incident{key: key, shelf: sh}
	entries, _ := i.entries()
	n := 0
	err := s.Each(ctx, "verify", `SELECT `+revisionColumns+`, superseded FROM revision WHERE incident = ? ORDER BY recorded, n`, []any{key}, func(rows *sql.Rows) error {
		var r stored
		var superseded int64
		if err := r.scan(rows, &superseded); err != nil {
			return err
		}
		if err := unpackJSON(r.doc, &r.rev.Incident); err != nil {
			fault(err.Error())
			return nil
		}
		n++
		if n > len(entries) {
			return nil
		}
		e := &entries[n-1]
		want := int64(inForce)
		if n < len(entries) {
			want = entries[n].recorded
		}
		switch {
		case e.n != int64(r.rev.N) || e.seq != r.seq || e.recorded != r.rev.Recorded.Unix():
			fault(fmt.Sprintf("revision %d is not where its shelf has it", r.rev.N))
		case superseded != want || e.superseded != want:
			fault(fmt.Sprintf("revision %d is in force until %d, its shelf says %d, want %d", r.rev.N, superseded, e.superseded, want))
		case r.rev.Incident.ID != idOf(key):
			fault(fmt.Sprintf("revision %d holds incident %s", r.rev.N, r.rev.Incident.ID))
		}
		return s.verifyDerived(ctx, &r, e, fault)
	})
	if n != len(entries) {
		fault(fmt.Sprintf("%d revisions, %d on the shelf", n, len(entries)))
	}
	return n, err
}

// verifyDerived compares what lists and counts keep with the document.
func (s *Store) verifyDerived(ctx context.Context, r *stored, e *entry, fault func(string)) error {
	inc := &r.rev.Incident
	sh := shapeOf(inc)
	if sh.state != e.shape.state || sh.start != e.shape.start || sh.openFrom != e.shape.openFrom || !slices.Equal(sh.facets, e.shape.facets) {
		fault(fmt.Sprintf("revision %d is listed as something else", r.rev.N))
	}
	if r.rows.Valid {
		rows, err := s.cells(ctx, r.rows.Int64)
		if err != nil {
			return err
		}
		inc.Rows = rows
	}
	c := count.CaseOf(inc)
	counted, err := c.AppendBinary(nil)
	if err == nil && !slices.Equal(counted, e.counted) {
		fault(fmt.Sprintf("revision %d is counted as something else", r.rev.N))
	}
	return err
}
