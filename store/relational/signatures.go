package relational

import (
	"context"
	"database/sql"

	"keepiton"
)

// maxSignature bounds a detached signature, in bytes: one of RSA with 4096 bits has
// less than 900.
const maxSignature = 16 << 10

// SignLetter implements store.Signatures.
func (s *Store) SignLetter(ctx context.Context, l keepiton.LetterSigner) error {
	if l.Letter.Kind() != keepiton.KindLetter || l.Organization.Kind() != keepiton.KindOrganization || l.Day == "" {
		return keepiton.Errorf(keepiton.Invalid, "%q does not sign %q on %q", l.Organization, l.Letter, l.Day)
	}
	if len(l.Signature) > maxSignature {
		return keepiton.Errorf(keepiton.TooLarge, "a signature of %d bytes, more than %d", len(l.Signature), maxSignature)
	}
	if err := plainText("signature", l.Account, l.Signature, l.Day); err != nil {
		return err
	}
	return s.transaction(ctx, "sign "+string(l.Letter), func(t *transaction) error {
		var one int
		found, err := t.Get(`SELECT 1 FROM entry_revision WHERE entry = ? AND n = ?`, []any{string(l.Letter), l.N}, []any{&one})
		switch {
		case err != nil:
			return err
		case !found:
			return noEntry(l.Letter)
		}
		if _, err := t.Exec(`INSERT INTO letter_signature (letter, organization, n, account, signature, day) VALUES (?, ?, ?, ?, ?, ?)
			ON CONFLICT (letter, organization) DO UPDATE SET n = excluded.n, account = excluded.account, signature = excluded.signature, day = excluded.day`,
			string(l.Letter), string(l.Organization), l.N, l.Account, l.Signature, l.Day); err != nil {
			return err
		}
		_, err = t.Count("version", 1)
		return err
	})
}

// UnsignLetter implements store.Signatures.
func (s *Store) UnsignLetter(ctx context.Context, letter, organization keepiton.EntryID) error {
	return s.transaction(ctx, "take a signature back", func(t *transaction) error {
		n, err := t.Exec(`DELETE FROM letter_signature WHERE letter = ? AND organization = ?`, string(letter), string(organization))
		if err == nil && n == 0 {
			err = keepiton.Errorf(keepiton.NotFound, "%s has not signed %s", organization, letter)
		}
		if err != nil {
			return err
		}
		_, err = t.Count("version", 1)
		return err
	})
}

// LetterSigners implements store.Signatures.
func (s *Store) LetterSigners(ctx context.Context, letter keepiton.EntryID) (out []keepiton.LetterSigner, err error) {
	err = s.Each(ctx, "read signatures", `SELECT organization, n, account, signature, day FROM letter_signature WHERE letter = ? ORDER BY day, organization`,
		[]any{string(letter)}, func(r *sql.Rows) error {
			l := keepiton.LetterSigner{Letter: letter}
			var organization string
			err := r.Scan(&organization, &l.N, &l.Account, &l.Signature, &l.Day)
			l.Organization = keepiton.EntryID(organization)
			out = append(out, l)
			return err
		})
	return out, err
}
