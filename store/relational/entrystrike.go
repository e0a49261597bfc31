package relational

import (
	"context"
	"encoding/json"
	"time"

	"keepiton"
)

// nothing is the body of what was struck.
var nothing = json.RawMessage(`{}`)

// StrikeEntry implements store.Entries.
func (s *Store) StrikeEntry(ctx context.Context, base int, rev keepiton.EntryRevision) (keepiton.EntryRevision, error) {
	if err := plainText("revision", rev.Author, rev.Reason, string(rev.Role)); err != nil {
		return rev, err
	}
	rev.State, rev.Doc, rev.Recorded = keepiton.Withdrawn, nothing, rev.Recorded.UTC().Truncate(time.Second)
	err := s.transaction(ctx, "strike an entry", func(t *transaction) error {
		var newest, recorded, public int64
		found, err := t.Get(`SELECT r.n, r.recorded, (SELECT count(*) FROM entry_index AS i WHERE i.entry = r.entry AND i.view = 1)
			FROM entry_revision AS r WHERE r.entry = ? ORDER BY r.n DESC LIMIT 1`, []any{string(rev.ID)}, []any{&newest, &recorded, &public})
		switch {
		case err != nil:
			return err
		case !found:
			return noEntry(rev.ID)
		case public > 0:
			return keepiton.Errorf(keepiton.Conflict, "readers have seen %s: it can only be withdrawn in the open", rev.ID)
		case int64(base) != newest:
			return keepiton.Errorf(keepiton.Conflict, "%s was changed by somebody else: revision %d is newer than %d", rev.ID, newest, base)
		}
		if rev.Recorded.Unix() < recorded {
			rev.Recorded = unstamp(recorded)
		}
		rev.N = base + 1
		for _, do := range []struct {
			sql  string
			args []any
		}{
			{`UPDATE entry_revision SET doc = ?, reason = '' WHERE entry = ?`, []any{pack(nothing), string(rev.ID)}},
			{`DELETE FROM entry_approval WHERE entry = ?`, []any{string(rev.ID)}},
			{
				`DELETE FROM media WHERE sha256 IN (SELECT m.sha256 FROM media_use AS m WHERE m.subject = ?)
					AND NOT EXISTS (SELECT 1 FROM media_use AS o WHERE o.sha256 = media.sha256 AND o.subject <> ?)`,
				[]any{string(rev.ID), string(rev.ID)},
			},
			{`DELETE FROM media_use WHERE subject = ?`, []any{string(rev.ID)}},
			{
				`INSERT INTO entry_revision (entry, n, state, recorded, role, author, reason, doc) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
				[]any{string(rev.ID), rev.N, string(rev.State), stamp(rev.Recorded), string(rev.Role), rev.Author, rev.Reason, pack(nothing)},
			},
		} {
			if _, err := t.Exec(do.sql, do.args...); err != nil {
				return err
			}
		}
		return t.indexEntry(deskView, rev.ID.Kind(), &rev, keepiton.EntryIndex{})
	})
	return rev, err
}
