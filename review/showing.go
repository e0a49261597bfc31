package review

import (
	"context"
	"slices"

	"keepiton"
	"keepiton/locale"
	"keepiton/store"
)

// Showing is what readers would see of an incident that rests on reports, or of
// a story, as its next revision. It takes effect only when two people of two named
// organizations have signed exactly this digest, each with a passkey of their
// own; no role and no policy goes around it (see needed, which every change of
// the record passes).
type Showing struct {
	Incident *keepiton.Incident // as it would be stored; nil for a story
	Story    *keepiton.Story    // the same of a story; nil for an incident
	N        int                // the revision that it would be
	Digest   [32]byte
	Signed   []store.SignedApproval // those that count today, in order of account
	Enough   bool                   // two of two organizations are among them
}

// Subject is the id of what would be shown.
func (s Showing) Subject() string {
	if s.Story != nil {
		return string(s.Story.ID)
	}
	return string(s.Incident.ID)
}

// Content is what readers would see, as it is signed after label and id.
func (s Showing) Content() ([]byte, error) {
	if s.Story != nil {
		return StoryContent(s.Story, s.N)
	}
	return Content(s.Incident, s.N)
}

// needed returns which of the edits show readers something that needs
// signatures, each with those it has. It is the one gate: append lets nothing
// pass for which Enough is false.
//
// An edit needs them when readers would see it and it rests on reports, or
// rested on them since it was last published. Taking down needs none: a
// withdrawal, or a redirect, that shows nothing new.
func (d *Desk) needed(ctx context.Context, edits ...store.Edit) ([]Showing, error) {
	var out []Showing
	for _, e := range edits {
		inc := &e.Rev.Incident
		if !inc.State.Public() {
			continue
		}
		before, next, rested, err := d.rested(ctx, e.ID)
		if err != nil {
			return nil, err
		}
		if !rested && !inc.RestsOnReports() {
			continue
		}
		if quiet, err := showsNothingNew(before, inc); err != nil {
			return nil, err
		} else if quiet {
			continue
		}
		s := Showing{Incident: inc, N: next}
		if s.Digest, err = Digest(inc, s.N); err != nil {
			return nil, err
		}
		if err := d.count(ctx, &s); err != nil {
			return nil, err
		}
		out = append(out, s)
	}
	return out, nil
}

// showsNothingNew reports whether inc takes down what before showed, or leaves
// nothing but a redirect of what readers never saw.
func showsNothingNew(before, inc *keepiton.Incident) (bool, error) {
	if inc.State == keepiton.Published {
		return false, nil
	}
	seen := &keepiton.Incident{ID: inc.ID}
	if before != nil && before.State.Public() {
		seen = before
	}
	return sameShown(seen, inc)
}

// rested looks back from the revision of id in force to the one that readers saw
// last, and reports whether any of them rests on reports: taking the source off
// a draft is no way around the second person. It returns what is in force, nil
// for nothing, and the N of the next revision.
func (d *Desk) rested(ctx context.Context, id keepiton.IncidentID) (before *keepiton.Incident, next int, rests bool, err error) {
	if id == "" {
		return nil, 1, false, nil
	}
	all, err := d.Incidents.Revisions(ctx, id)
	if keepiton.CodeOf(err) == keepiton.NotFound {
		return nil, 1, false, nil
	}
	if err != nil {
		return nil, 0, false, err
	}
	for _, r := range slices.Backward(all) {
		rev, err := d.Incidents.Revision(ctx, id, r.N)
		if err != nil {
			return nil, 0, false, err
		}
		if before == nil {
			before = &rev.Incident
		}
		rests = rests || rev.Incident.RestsOnReports()
		if s := rev.Incident.State; rests || s == keepiton.Published || s == keepiton.Withdrawn {
			break
		}
	}
	return before, nextN(all), rests, nil
}

// nextN is the number that the store gives the next revision.
func nextN(all []keepiton.Revision) (n int) {
	for _, r := range all {
		n = max(n, r.N)
	}
	return n + 1
}

// count finds the signatures under s that count today: they verify, and who
// made them still is what they were then. An account that was disabled, moved
// to another organization, or lost the passkey no longer stands behind it.
func (d *Desk) count(ctx context.Context, s *Showing) error {
	if s.Subject() == "" {
		return nil // nothing can have been signed yet
	}
	all, err := d.Questions.SignedApprovals(ctx, s.Subject(), s.N)
	if err != nil {
		return err
	}
	for _, a := range all {
		if a.Digest != s.Digest || VerifyApproval(a) != nil {
			continue
		}
		stands, err := d.stands(ctx, a)
		if err != nil {
			return err
		}
		if stands {
			s.Signed = append(s.Signed, a)
		}
	}
	s.Enough = twoOrganizations(s.Signed)
	return nil
}

// stands reports whether the account behind a is one that may sign, of the same
// organization, with the same passkey.
func (d *Desk) stands(ctx context.Context, a store.SignedApproval) (bool, error) {
	acc, err := d.People.Account(ctx, a.Account)
	if keepiton.CodeOf(err) == keepiton.NotFound {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	who := Person{Account: acc.Name, Role: acc.Role, Organization: acc.Organization}
	if acc.Disabled || !who.May(Sign, keepiton.InReview) || organization(a.Organization) == "" || organization(acc.Organization) != organization(a.Organization) {
		return false, nil
	}
	keys, err := d.People.Passkeys(ctx, a.Account)
	if err != nil {
		return false, err
	}
	for _, k := range keys {
		if string(k.ID) != string(a.Credential) {
			continue
		}
		algorithm, key, err := publicKey(k)
		return err == nil && algorithm == a.Algorithm && string(key) == string(a.PublicKey), nil
	}
	return false, nil
}

// organization is the name by which two organizations are told apart: another
// case, accent or blank does not make another organization.
func organization(name string) string { return locale.Fold(name) }

// twoOrganizations reports whether two accounts of two organizations are among
// the signatures.
func twoOrganizations(signed []store.SignedApproval) bool {
	for i, a := range signed {
		for _, b := range signed[:i] {
			if a.Account != b.Account && string(a.PublicKey) != string(b.PublicKey) && organization(a.Organization) != organization(b.Organization) {
				return true
			}
		}
	}
	return false
}

// errSignatures says what is missing.
func errSignatures(s Showing) error {
	return fail(keepiton.Forbidden, "desk.error.signatures", map[string]any{"ID": s.Subject(), "N": len(s.Signed)},
		"%s rests on reports: two people of two organizations must sign it with a passkey, and %d have", s.Subject(), len(s.Signed))
}
