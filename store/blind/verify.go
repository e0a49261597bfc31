package blind

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"fmt"
	"io"
	"os"

	"keepiton"
	"keepiton/store"
)

// VerifySealed implements store.Sealed. Beside the bodies it compares what the
// lanes hold with what they say they hold, and looks for rows and files that
// belong to nothing.
func (s *Store) VerifySealed(ctx context.Context, found func(problem string)) error {
	err := s.Envelopes(ctx, store.EnvelopeQuery{Gone: true}, func(e keepiton.Envelope) error {
		problem, err := s.verifyBody(ctx, &e)
		if problem != "" {
			found(fmt.Sprintf("report %s: %s", e.ID, problem))
		}
		return err
	})
	if err != nil {
		return err
	}
	if err := s.verifyLanes(ctx, found); err != nil {
		return err
	}
	if err := s.verifyRows(ctx, found); err != nil {
		return err
	}
	return s.verifyFolder(ctx, found)
}

func (s *Store) verifyBody(ctx context.Context, e *keepiton.Envelope) (problem string, err error) {
	r, err := s.OpenBody(ctx, e.ID)
	switch code := keepiton.CodeOf(err); {
	case code == keepiton.NotFound && e.Gone.IsZero():
		if now, err := s.Envelope(ctx, e.ID); err != nil || !now.Gone.IsZero() {
			return "", err // destroyed meanwhile
		}
		return "its body has no key", nil
	case code == keepiton.NotFound:
		return "", nil
	case ctx.Err() != nil:
		return "", s.Fail("verify", ctx.Err())
	case err != nil:
		return err.Error(), nil
	}
	defer r.Close()
	if !e.Gone.IsZero() {
		return "it is gone, and its body has a key", nil
	}
	sum := sha256.New()
	n, err := io.Copy(sum, r)
	switch {
	case err != nil:
		return err.Error(), nil
	case n != e.Size:
		return fmt.Sprintf("its body has %d bytes, not %d", n, e.Size), nil
	case [32]byte(sum.Sum(nil)) != e.Digest:
		return "its body is another one", nil
	}
	return "", nil
}

// verifyLanes compares in one statement, which sees one state.
func (s *Store) verifyLanes(ctx context.Context, found func(string)) error {
	return s.Each(ctx, "verify the lanes", `SELECT lane, CAST(sum(bytes) AS BIGINT), CAST(sum(count) AS BIGINT), CAST(sum(fresh) AS BIGINT) FROM (
			SELECT lane, bytes, count, fresh FROM lane
			UNION ALL SELECT lane, -((size + 4095) / 4096 * 4096 + 16384), -1, CASE WHEN state = 'new' THEN -1 ELSE 0 END FROM envelope WHERE gone = 0
		) held GROUP BY lane HAVING sum(bytes) <> 0 OR sum(count) <> 0 OR sum(fresh) <> 0`, nil, func(r *sql.Rows) error {
		var lane string
		var bytes, count, fresh int64
		err := r.Scan(&lane, &bytes, &count, &fresh)
		found(fmt.Sprintf("lane %s: its counters are off by %d bytes, %d envelopes, %d new ones", lane, bytes, count, fresh))
		return err
	})
}

func (s *Store) verifyRows(ctx context.Context, found func(string)) error {
	return s.Each(ctx, "verify the tables", `
		SELECT 'body of no report', count(*) FROM body b WHERE NOT EXISTS (SELECT 1 FROM envelope e WHERE e.id = b.id AND e.gone = 0)
		UNION ALL SELECT 'file of no body', count(*) FROM body_file f WHERE NOT EXISTS (SELECT 1 FROM body b WHERE b.id = f.id AND b.data IS NULL)
		UNION ALL SELECT 'body that is nowhere', count(*) FROM body b WHERE b.data IS NULL AND NOT EXISTS (SELECT 1 FROM body_file f WHERE f.id = b.id)
		UNION ALL SELECT 'receipt address of no report', count(*) FROM address a WHERE NOT EXISTS (SELECT 1 FROM envelope e WHERE e.id = a.id AND e.gone = 0)
		UNION ALL SELECT 'reply to no report', count(*) FROM reply r WHERE NOT EXISTS (SELECT 1 FROM envelope e WHERE e.lookup = r.lookup AND e.gone = 0)
		UNION ALL SELECT 'paper about no report, or one that was withdrawn', count(*) FROM paper p WHERE p.about IS NOT NULL AND NOT EXISTS (SELECT 1 FROM envelope e WHERE e.id = p.about AND e.state <> 'withdrawn')
		UNION ALL SELECT 'file of a body that is also an upload', count(*) FROM upload u WHERE EXISTS (SELECT 1 FROM body_file f WHERE f.name = u.name)`, nil, func(r *sql.Rows) error {
		var what string
		var n int64
		err := r.Scan(&what, &n)
		if n > 0 {
			found(fmt.Sprintf("%d times: a %s", n, what))
		}
		return err
	})
}

// verifyFolder looks for files that nobody writes and no row names.
func (s *Store) verifyFolder(ctx context.Context, found func(string)) error {
	stray := 0
	err := s.folder.names(func(f fileName) error {
		file, err := os.Open(s.folder.path(f))
		if err != nil {
			return nil // gone meanwhile
		}
		defer file.Close()
		if !lock(file) {
			return nil
		}
		named, err := s.named(ctx, f)
		if err == nil && !named {
			stray++
		}
		return err
	})
	if stray > 0 {
		found(fmt.Sprintf("%d files belong to no report; the next start removes them", stray))
	}
	return err
}
