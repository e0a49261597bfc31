package relational

import (
	"context"
	"database/sql"
	"time"

	"keepiton"
	"keepiton/store"
)

// maxAssertion bounds each part of a stored assertion.
const maxAssertion = 64 << 10

// PutSignedApproval implements store.Desk.
func (s *Store) PutSignedApproval(ctx context.Context, a store.SignedApproval) error {
	for _, part := range [][]byte{a.Credential, a.PublicKey, a.AuthenticatorData, a.ClientData, a.Signature} {
		if len(part) > maxAssertion {
			return keepiton.Errorf(keepiton.TooLarge, "a part of the signature is larger than %d bytes", maxAssertion)
		}
	}
	return s.transaction(ctx, "sign "+a.Subject, func(t *transaction) error {
		if err := t.subject(a.Subject); err != nil {
			return err
		}
		if err := plainText("signature", a.Account, a.Organization); err != nil {
			return err
		}
		_, err := t.Exec(`INSERT INTO signed_approval (subject, n, digest, account, organization, credential, algorithm, public_key, authenticator, client, signature, made)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
			a.Subject, a.N, a.Digest[:], a.Account, a.Organization, a.Credential, a.Algorithm, a.PublicKey, a.AuthenticatorData, a.ClientData, a.Signature,
			stamp(a.Day.UTC().Truncate(24*time.Hour)))
		return err
	})
}

// subject returns NotFound unless id is that of an incident or a story.
func (t *transaction) subject(id string) error {
	query, missing := `SELECT 1 FROM incident WHERE id = ?`, notFound(keepiton.IncidentID(id))
	key, err := keyOf(keepiton.IncidentID(id))
	if err != nil {
		query, missing = `SELECT 1 FROM story_revision WHERE story = ? AND n = 1`, noStory(keepiton.StoryID(id))
		key, err = storyKey(keepiton.StoryID(id))
	}
	if err != nil {
		return missing
	}
	var one int
	found, err := t.Get(query, []any{key}, []any{&one})
	if err == nil && !found {
		err = missing
	}
	return err
}

// SignedApprovals implements store.Desk.
func (s *Store) SignedApprovals(ctx context.Context, subject string, n int) ([]store.SignedApproval, error) {
	var out []store.SignedApproval
	err := s.Each(ctx, "read signatures", `SELECT n, digest, account, organization, credential, algorithm, public_key, authenticator, client, signature, made
		FROM signed_approval WHERE subject = ? AND (n = ? OR ? = 0) ORDER BY n, account, digest`, []any{subject, n, n}, func(r *sql.Rows) error {
		a := store.SignedApproval{Subject: subject}
		var digest []byte
		var made int64
		if err := r.Scan(&a.N, &digest, &a.Account, &a.Organization, &a.Credential, &a.Algorithm, &a.PublicKey, &a.AuthenticatorData, &a.ClientData, &a.Signature, &made); err != nil {
			return err
		}
		copy(a.Digest[:], digest)
		a.Day = unstamp(made)
		out = append(out, a)
		return nil
	})
	return out, err
}

// keptDays is how long counts of opened reports are kept: long enough to look
// back from an alarm.
const keptDays = 90

// CountOpened implements store.Accounts.
func (s *Store) CountOpened(ctx context.Context, account string, day time.Time, limit int) (sum int, err error) {
	day = day.UTC().Truncate(24 * time.Hour)
	err = s.transaction(ctx, "count an opened report", func(t *transaction) error {
		if err := plainText("account", account); err != nil {
			return err
		}
		if _, err := t.Exec(`DELETE FROM opened WHERE day < ?`, stamp(day.AddDate(0, 0, -keptDays))); err != nil {
			return err
		}
		if _, err := t.Get(`SELECT times FROM opened WHERE account = ? AND day = ?`, []any{account, stamp(day)}, []any{&sum}); err != nil {
			return err
		}
		if sum >= limit {
			return keepiton.Errorf(keepiton.RateLimited, "%d reports were opened on %s already", sum, day.Format(time.DateOnly))
		}
		sum++
		_, err := t.Exec(`INSERT INTO opened (account, day, times) VALUES (?, ?, 1) ON CONFLICT (account, day) DO UPDATE SET times = opened.times + 1`, account, stamp(day))
		return err
	})
	return sum, err
}

// Opened implements store.Accounts.
func (s *Store) Opened(ctx context.Context, account string, day time.Time) (n int, err error) {
	err = s.Each(ctx, "read opened reports", `SELECT times FROM opened WHERE account = ? AND day = ?`, []any{account, stamp(day.UTC().Truncate(24 * time.Hour))}, func(r *sql.Rows) error {
		return r.Scan(&n)
	})
	return n, err
}
