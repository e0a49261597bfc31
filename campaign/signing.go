package campaign

import (
	"context"
	"slices"
	"strings"
	"time"

	"keepiton"
	"keepiton/store"
)

// Signing is an open letter as the people of an organization meet it.
type Signing struct {
	ID       keepiton.EntryID
	N        int // the revision that readers see, and that would be signed
	Letter   *keepiton.Letter
	Open     bool                   // it can be signed now
	Signed   *keepiton.LetterSigner // nil: the organization has not signed
	Outdated bool                   // the words were changed since: the name does not stand under these
}

// On is the day on which the organization signed; zero if it has not.
func (s Signing) On() (day keepiton.Moment) {
	if s.Signed != nil {
		day, _ = keepiton.ParseMoment(s.Signed.Day)
	}
	return day
}

// Letters lists the open letters that an organization can sign or has signed, the
// latest first.
func (o *Office) Letters(ctx context.Context, who Person) (out []Signing, err error) {
	own, err := o.Own(ctx, who)
	if err != nil {
		return nil, err
	}
	q := store.EntryQuery{Kind: keepiton.KindLetter, Descending: true, Limit: 1000}
	for {
		page, err := o.Entries.ListEntries(ctx, q)
		if err != nil {
			return nil, err
		}
		for _, rev := range page.Items {
			s, err := o.signing(ctx, rev, own.ID)
			if err != nil {
				return nil, err
			}
			if s.Open || s.Signed != nil {
				out = append(out, s)
			}
		}
		if q.Cursor = page.Next; q.Cursor == "" {
			return out, nil
		}
	}
}

func (o *Office) signing(ctx context.Context, rev keepiton.EntryRevision, organization keepiton.EntryID) (Signing, error) {
	l, err := As[*keepiton.Letter](rev)
	if err != nil {
		return Signing{}, err
	}
	s := Signing{ID: rev.ID, N: rev.N, Letter: l, Open: rev.State == keepiton.Published && !l.Closes.IsZero() && o.Now().Before(l.Closes.Until())}
	all, err := o.Signatures.LetterSigners(ctx, rev.ID)
	if err != nil {
		return s, err
	}
	i := slices.IndexFunc(all, func(l keepiton.LetterSigner) bool { return l.Organization == organization })
	if i < 0 {
		return s, nil
	}
	s.Signed = &all[i]
	under, err := SignersOf(ctx, o.Entries, rev, all[i:i+1])
	s.Outdated = len(under) == 0
	return s, err
}

// Sign puts an organization's name under revision n of a letter.
//
// Errors: Forbidden for anybody but the people of a member of the coalition;
// Conflict when the letter takes no signatures now, or when its words are not those
// of revision n any more.
func (o *Office) Sign(ctx context.Context, who Person, letter keepiton.EntryID, n int) error {
	return o.sign(ctx, who, letter, n, "")
}

// SignWithKey is Sign with a detached OpenPGP signature, armored, over [LetterText]
// of the revision, made with the key that readers see of the organization. The
// signature is kept for them to check.
//
// Errors beside those of Sign: Invalid when the organization shows no key, or when
// its key did not make the signature.
func (o *Office) SignWithKey(ctx context.Context, who Person, letter keepiton.EntryID, n int, signature string) error {
	if strings.TrimSpace(signature) == "" {
		return fail(keepiton.Invalid, "campaign.error.no_signature", "no signature was sent")
	}
	return o.sign(ctx, who, letter, n, strings.TrimSpace(signature)+"\n")
}

func (o *Office) sign(ctx context.Context, who Person, letter keepiton.EntryID, n int, signature string) error {
	own, err := o.Own(ctx, who)
	switch {
	case err != nil:
		return err
	case own.Ended || own.Public == nil || own.Public.Standing != keepiton.StandingMember:
		return fail(keepiton.Forbidden, "campaign.error.not_member", "%s is no member of the coalition now", own.ID)
	}
	if letter.Kind() != keepiton.KindLetter {
		return fail(keepiton.NotFound, "", "%s is no letter", letter)
	}
	rev, err := o.Entries.PublicEntry(ctx, letter)
	if err != nil {
		return err
	}
	s, err := o.signing(ctx, rev, own.ID)
	switch {
	case err != nil:
		return err
	case !s.Open:
		return fail(keepiton.Conflict, "campaign.error.closed", "%s takes no signatures now", letter)
	case rev.N != n:
		return fail(keepiton.Conflict, "campaign.error.reread", "%s is at revision %d, not %d", letter, rev.N, n)
	}
	if signature != "" {
		text, err := LetterTextOf(rev)
		if err != nil {
			return err
		}
		if _, err := VerifyLetter(text, signature, own.Public.Key, o.Now()); err != nil {
			return err
		}
	}
	return o.Signatures.SignLetter(ctx, keepiton.LetterSigner{
		Letter: letter, N: n, Organization: own.ID, Account: who.Account, Signature: signature, Day: o.Now().UTC().Format(time.DateOnly),
	})
}

// Unsign takes the organization's name from under a letter, whenever it wants.
// NotFound when it does not stand there.
func (o *Office) Unsign(ctx context.Context, who Person, letter keepiton.EntryID) error {
	own, err := o.Own(ctx, who)
	if err != nil {
		return err
	}
	return o.Signatures.UnsignLetter(ctx, letter, own.ID)
}

// Revisions is what [SignersOf] asks of a store.
type Revisions interface {
	EntryRevisions(ctx context.Context, id keepiton.EntryID) ([]keepiton.EntryRevision, error)
}

// SignersOf returns those who stand under the words of a revision of a letter:
// nobody has signed what was changed after they signed. A translation that was
// added, the answer or the day of closing change no words.
func SignersOf(ctx context.Context, entries Revisions, rev keepiton.EntryRevision, signers []keepiton.LetterSigner) (out []keepiton.LetterSigner, err error) {
	l, err := As[*keepiton.Letter](rev)
	if err != nil {
		return nil, err
	}
	var all []keepiton.EntryRevision
	for _, s := range signers {
		if s.N == rev.N {
			out = append(out, s)
			continue
		}
		if all == nil {
			if all, err = entries.EntryRevisions(ctx, rev.ID); err != nil {
				return nil, err
			}
		}
		if s.N < 1 || s.N > len(all) {
			continue
		}
		signed, err := As[*keepiton.Letter](all[s.N-1])
		if err != nil {
			return nil, err
		}
		if holds(l.Title, signed.Title) && holds(l.Body, signed.Body) && holds(l.To, signed.To) {
			out = append(out, s)
		}
	}
	return out, nil
}

// holds reports whether now has every text of before unchanged.
func holds(now, before keepiton.Texts) bool {
	for lang := range before {
		if now[lang] != before[lang] {
			return false
		}
	}
	return true
}
