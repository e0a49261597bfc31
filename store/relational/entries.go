package relational

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"time"
	"unicode/utf8"

	"keepiton"
)

const maxEntry = 256 << 10 // bytes of JSON

// The views of an entry: what the desk works on, and what readers see.
const (
	deskView   = 0
	publicView = 1
)

func noEntry(id keepiton.EntryID) error {
	return keepiton.Errorf(keepiton.NotFound, "there is no %s", id)
}

const entryColumns = `r.entry, r.n, r.state, r.recorded, r.role, r.author, r.reason, r.doc`

func scanEntry(r *sql.Rows) (keepiton.EntryRevision, error) { return scanEntryWith(r) }

// scanEntryWith reads entryColumns and what stands behind them.
func scanEntryWith(r *sql.Rows, more ...any) (keepiton.EntryRevision, error) {
	var rev keepiton.EntryRevision
	var id, state, role string
	var recorded int64
	var doc []byte
	if err := r.Scan(append([]any{&id, &rev.N, &state, &recorded, &role, &rev.Author, &rev.Reason, &doc}, more...)...); err != nil {
		return rev, err
	}
	rev.ID, rev.State, rev.Role, rev.Recorded = keepiton.EntryID(id), keepiton.State(state), keepiton.Role(role), unstamp(recorded)
	plain, err := unpack(doc, nil)
	if err != nil {
		return rev, keepiton.Errorf(keepiton.Internal, "%s: %w: %w", id, errBroken, err)
	}
	rev.Doc = plain
	return rev, nil
}

// entryRevisions reads the revisions that query selects.
func (s *Store) entryRevisions(ctx context.Context, query string, args ...any) (out []keepiton.EntryRevision, err error) {
	err = s.Each(ctx, "read entries", query, args, func(r *sql.Rows) error {
		rev, err := scanEntry(r)
		out = append(out, rev)
		return err
	})
	return out, err
}

// oneEntry reads the single revision that query selects.
func (s *Store) oneEntry(ctx context.Context, id keepiton.EntryID, query string, args ...any) (keepiton.EntryRevision, error) {
	revs, err := s.entryRevisions(ctx, query, args...)
	if err == nil && len(revs) == 0 {
		err = noEntry(id)
	}
	if err != nil {
		return keepiton.EntryRevision{}, err
	}
	return revs[0], nil
}

// Entry implements store.Entries.
func (s *Store) Entry(ctx context.Context, id keepiton.EntryID) (keepiton.EntryRevision, error) {
	return s.oneEntry(ctx, id, `SELECT `+entryColumns+` FROM entry_revision AS r WHERE r.entry = ? ORDER BY r.n DESC LIMIT 1`, string(id))
}

// PublicEntry implements store.Entries.
func (s *Store) PublicEntry(ctx context.Context, id keepiton.EntryID) (keepiton.EntryRevision, error) {
	return s.oneEntry(ctx, id, `SELECT `+entryColumns+` FROM entry_index AS i JOIN entry_revision AS r ON r.entry = i.entry AND r.n = i.n
		WHERE i.entry = ? AND i.view = ?`, string(id), publicView)
}

// EntryRevisions implements store.Entries.
func (s *Store) EntryRevisions(ctx context.Context, id keepiton.EntryID) ([]keepiton.EntryRevision, error) {
	revs, err := s.entryRevisions(ctx, `SELECT `+entryColumns+` FROM entry_revision AS r WHERE r.entry = ? ORDER BY r.n`, string(id))
	if err == nil && len(revs) == 0 {
		err = noEntry(id)
	}
	return revs, err
}

// AppendEntry implements store.Entries.
func (s *Store) AppendEntry(ctx context.Context, kind keepiton.EntryKind, base int, rev keepiton.EntryRevision, index keepiton.EntryIndex) (keepiton.EntryRevision, error) {
	if rev.Recorded.IsZero() {
		return rev, keepiton.Errorf(keepiton.Invalid, "a revision of an entry needs a time")
	}
	if err := entryDoc(rev.Doc); err != nil {
		return rev, err
	}
	if err := plainText("revision", rev.Author, rev.Reason, string(rev.Role)); err != nil {
		return rev, err
	}
	rev.Recorded = rev.Recorded.UTC().Truncate(time.Second)
	err := s.transaction(ctx, "store a "+string(kind), func(t *transaction) error {
		public, err := t.entryBase(kind, base, &rev)
		if err != nil {
			return err
		}
		rev.N = base + 1
		if _, err := t.Exec(`INSERT INTO entry_revision (entry, n, state, recorded, role, author, reason, doc) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
			string(rev.ID), rev.N, string(rev.State), stamp(rev.Recorded), string(rev.Role), rev.Author, rev.Reason, pack(rev.Doc)); err != nil {
			return err
		}
		if err := t.indexEntry(deskView, kind, &rev, index); err != nil {
			return err
		}
		if rev.State != keepiton.Published && !(rev.State == keepiton.Withdrawn && public) {
			return nil // readers never hear of what was given up before they saw it
		}
		if rev.State == keepiton.Withdrawn {
			index.Facets, index.Words = nil, nil // readers find nothing by what was taken back
		}
		if err := t.indexEntry(publicView, kind, &rev, index); err != nil {
			return err
		}
		if err := t.entryChanged(&rev); err != nil {
			return err
		}
		_, err = t.Count("version", 1)
		return err
	})
	return rev, err
}

// entryDoc wants one JSON object in valid UTF-8, within the limit.
func entryDoc(doc json.RawMessage) error {
	switch {
	case len(doc) > maxEntry:
		return keepiton.Errorf(keepiton.TooLarge, "%d bytes are more than the %d bytes allowed", len(doc), maxEntry)
	case !utf8.Valid(doc) || !json.Valid(doc) || !bytes.HasPrefix(bytes.TrimSpace(doc), []byte("{")):
		return keepiton.Errorf(keepiton.Invalid, "the body of an entry is no JSON object")
	}
	return nil
}

// entryStates says what may follow what. A draft may stand above what readers
// see; a draft that is withdrawn was given up.
func entryStates(before, next keepiton.State, public bool) bool {
	switch next {
	case keepiton.Draft, keepiton.InReview:
		return true
	case keepiton.Embargoed:
		return before == keepiton.Draft || before == keepiton.InReview
	case keepiton.Published:
		return before != ""
	case keepiton.Withdrawn:
		return public || before == keepiton.Draft || before == keepiton.InReview || before == keepiton.Embargoed
	}
	return false
}

// entryBase checks that rev may follow revision base, numbers a new entry, and
// raises a Recorded that lies before that of the revision it follows. It reports
// whether readers see the entry, or its withdrawal, already.
func (t *transaction) entryBase(kind keepiton.EntryKind, base int, rev *keepiton.EntryRevision) (bool, error) {
	if base == 0 && rev.ID == "" {
		var last int64
		year := rev.Recorded.Year()
		if _, err := t.Get(`INSERT INTO entry_number (kind, year, last) VALUES (?, ?, 1) ON CONFLICT (kind, year) DO UPDATE SET last = entry_number.last + 1 RETURNING last`,
			[]any{string(kind), year}, []any{&last}); err != nil {
			return false, err
		}
		rev.ID = keepiton.NewEntryID(kind, year, int(last))
		if rev.ID.Kind() != kind || !(rev.State == keepiton.Draft || rev.State == keepiton.InReview || rev.State == keepiton.Published) {
			return false, keepiton.Errorf(keepiton.Invalid, "a new %s cannot be %s", kind, rev.State)
		}
		return false, nil
	}
	if rev.ID.Kind() != kind {
		return false, keepiton.Errorf(keepiton.Invalid, "%s is no %s", rev.ID, kind)
	}
	var newest, recorded, public int64
	var state string
	found, err := t.Get(`SELECT r.n, r.recorded, r.state, (SELECT count(*) FROM entry_index AS i WHERE i.entry = r.entry AND i.view = 1)
		FROM entry_revision AS r WHERE r.entry = ? ORDER BY r.n DESC LIMIT 1`, []any{string(rev.ID)}, []any{&newest, &recorded, &state, &public})
	switch {
	case err != nil:
		return false, err
	case !found:
		return false, noEntry(rev.ID)
	case int64(base) != newest:
		return false, keepiton.Errorf(keepiton.Conflict, "%s was changed by somebody else: revision %d is newer than %d", rev.ID, newest, base)
	case !entryStates(keepiton.State(state), rev.State, public > 0):
		return false, keepiton.Errorf(keepiton.Conflict, "%s is %s and cannot become %s", rev.ID, state, rev.State)
	}
	if rev.Recorded.Unix() < recorded {
		rev.Recorded = unstamp(recorded)
	}
	return public > 0, nil
}
