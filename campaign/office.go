package campaign

import (
	"context"
	"encoding/json"
	"slices"
	"time"

	"keepiton"
	"keepiton/store"
)

// Person is who acts: an account as it stands when the request comes in. For
// an account of the role member, Organization is the id of its entry.
type Person struct {
	Account      string
	Role         keepiton.Role
	Organization string
}

// Office drafts and publishes entries. All fields but Counts are required; Signatures
// only where letters are signed, Stories where statements quote them.
type Office struct {
	Entries    store.Entries
	Signatures store.Signatures
	// Need says how many must stand behind an entry before it is published.
	Need func(ctx context.Context, kind keepiton.EntryKind) (Need, error)
	Now  func() time.Time
	// Stories holds what quotes of statements come from; nil: no quote names a story.
	Stories Stories
	// Counts says whether an account's word still counts: one that was disabled, or
	// may no longer approve, stands behind nothing. nil: every word counts.
	Counts func(ctx context.Context, account string) (bool, error)
}

// Need is who must approve a revision before readers see it.
type Need struct {
	People        int // accounts that approve, 0: the editor who publishes is enough
	Organizations int // different organizations among them
}

// Vetting is the least for an organization, whatever the operator's policy: two
// people judge who joins, and their reasons are kept (notes/stop.md 4).
var Vetting = Need{People: 2, Organizations: 1}

// maxReason bounds a reason, in runes.
const maxReason = 2000

// Create begins a draft. An analyst may.
func (o *Office) Create(ctx context.Context, who Person, e keepiton.Entry, reason string) (keepiton.EntryRevision, error) {
	if err := who.least(keepiton.RoleAnalyst); err != nil {
		return keepiton.EntryRevision{}, err
	}
	return o.append(ctx, who, e.Kind(), 0, keepiton.EntryRevision{State: keepiton.Draft, Reason: reason}, e)
}

// Save stores another draft on top of revision base. What readers see stays
// until that is published.
func (o *Office) Save(ctx context.Context, who Person, id keepiton.EntryID, base int, e keepiton.Entry, reason string) (keepiton.EntryRevision, error) {
	if err := who.least(keepiton.RoleAnalyst); err != nil {
		return keepiton.EntryRevision{}, err
	}
	return o.append(ctx, who, e.Kind(), base, keepiton.EntryRevision{ID: id, State: keepiton.Draft, Reason: reason}, e)
}

// Submit hands the newest draft over: it can be approved from now on.
func (o *Office) Submit(ctx context.Context, who Person, id keepiton.EntryID, base int, reason string) (keepiton.EntryRevision, error) {
	if err := who.least(keepiton.RoleAnalyst); err != nil {
		return keepiton.EntryRevision{}, err
	}
	rev, e, err := o.newest(ctx, id, base)
	if err != nil {
		return rev, err
	}
	if err := o.whole(ctx, id, e); err != nil {
		return rev, err
	}
	return o.append(ctx, who, e.Kind(), base, keepiton.EntryRevision{ID: id, State: keepiton.InReview, Reason: reason}, e)
}

// SendBack returns what is in review to whoever wrote it, with the reason: it is
// a draft again, in the same words.
func (o *Office) SendBack(ctx context.Context, who Person, id keepiton.EntryID, base int, reason string) (keepiton.EntryRevision, error) {
	if err := who.least(keepiton.RoleAnalyst); err != nil {
		return keepiton.EntryRevision{}, err
	}
	rev, e, err := o.newest(ctx, id, base)
	switch {
	case err != nil:
		return rev, err
	case rev.State != keepiton.InReview:
		return rev, fail(keepiton.Conflict, "campaign.error.state", "%s is %s, not in review", id, rev.State)
	case reason == "":
		return rev, fail(keepiton.Invalid, "campaign.error.reason", "say why")
	}
	return o.append(ctx, who, e.Kind(), base, keepiton.EntryRevision{ID: id, State: keepiton.Draft, Reason: reason}, e)
}

// Restore begins a draft with the words of the older revision n. Nothing between
// is lost, and readers see no difference before the draft is published.
func (o *Office) Restore(ctx context.Context, who Person, id keepiton.EntryID, base, n int, reason string) (keepiton.EntryRevision, error) {
	if err := who.least(keepiton.RoleAnalyst); err != nil {
		return keepiton.EntryRevision{}, err
	}
	all, err := o.Entries.EntryRevisions(ctx, id)
	if err != nil {
		return keepiton.EntryRevision{}, err
	}
	if n < 1 || n > len(all) {
		return keepiton.EntryRevision{}, fail(keepiton.NotFound, "", "%s has no revision %d", id, n)
	}
	e, err := Read(all[n-1])
	if err != nil {
		return keepiton.EntryRevision{}, err
	}
	return o.append(ctx, who, e.Kind(), base, keepiton.EntryRevision{ID: id, State: keepiton.Draft, Reason: reason}, e)
}

// Approve says, for the record of the desk, that who stands behind revision n,
// or speaks against it. It needs a reason, and n in review.
func (o *Office) Approve(ctx context.Context, who Person, id keepiton.EntryID, n int, approves bool, reason string) error {
	if err := who.least(keepiton.RoleAnalyst); err != nil {
		return err
	}
	rev, _, err := o.newest(ctx, id, n)
	switch {
	case err != nil:
		return err
	case rev.State != keepiton.InReview:
		return fail(keepiton.Conflict, "campaign.error.state", "%s is %s, not in review", id, rev.State)
	case reason == "" || len([]rune(reason)) > maxReason:
		return fail(keepiton.Invalid, "campaign.error.reason", "say why, in at most %d letters", maxReason)
	}
	return o.Entries.PutEntryApproval(ctx, keepiton.EntryApproval{
		ID: id, N: n, Account: who.Account, Organization: who.Organization, Approves: approves, Reason: reason, Day: o.Now().UTC().Truncate(24 * time.Hour),
	})
}

// Standing is how far a revision is from being published.
type Standing struct {
	Need      Need
	Approvals []keepiton.EntryApproval
	Enough    bool
}

// Standing returns who spoke for or against revision n of id, and whether that
// is enough. One voice against holds it until it is taken back or the entry is
// changed.
func (o *Office) Standing(ctx context.Context, id keepiton.EntryID, n int) (Standing, error) {
	need, err := o.need(ctx, id.Kind())
	if err != nil {
		return Standing{}, err
	}
	s := Standing{Need: need}
	if s.Approvals, err = o.Entries.EntryApprovals(ctx, id, n); err != nil {
		return s, err
	}
	people, against, orgs := 0, false, map[string]bool{}
	for _, a := range s.Approvals {
		if !a.Approves {
			against = true
			continue
		}
		if counts, err := o.counts(ctx, a.Account); err != nil || !counts {
			if err != nil {
				return s, err
			}
			continue
		}
		people++
		if a.Organization != "" {
			orgs[a.Organization] = true
		}
	}
	s.Enough = !against && people >= need.People && (need.Organizations < 2 || len(orgs) >= need.Organizations)
	return s, nil
}

func (o *Office) counts(ctx context.Context, account string) (bool, error) {
	if o.Counts == nil {
		return true, nil
	}
	return o.Counts(ctx, account)
}

func (o *Office) need(ctx context.Context, kind keepiton.EntryKind) (Need, error) {
	need, err := o.Need(ctx, kind)
	if kind == keepiton.KindOrganization {
		need = Need{max(need.People, Vetting.People), max(need.Organizations, Vetting.Organizations)}
	}
	return need, err
}

// Publish shows revision base to the world. An editor may, once enough people
// stand behind it.
func (o *Office) Publish(ctx context.Context, who Person, id keepiton.EntryID, base int, reason string) (keepiton.EntryRevision, error) {
	if err := who.least(keepiton.RoleEditor); err != nil {
		return keepiton.EntryRevision{}, err
	}
	rev, e, err := o.newest(ctx, id, base)
	if err != nil {
		return rev, err
	}
	if s, ok := e.(*keepiton.Statement); ok && (rev.State == keepiton.Embargoed || s.Embargo.After(o.Now())) {
		return rev, fail(keepiton.Conflict, "campaign.error.embargo", "%s has an embargo: put it under it, or lift it", id)
	}
	if err := o.approved(ctx, id, base, e); err != nil {
		return rev, err
	}
	return o.append(ctx, who, e.Kind(), base, keepiton.EntryRevision{ID: id, State: keepiton.Published, Reason: reason}, e)
}

// whole returns an error that names what is missing or wrong in an entry.
func (o *Office) whole(ctx context.Context, id keepiton.EntryID, e keepiton.Entry) error {
	problems, err := o.Problems(ctx, e)
	if err == nil && len(problems) > 0 {
		err = incomplete(id, problems)
	}
	return err
}

// approved returns an error unless revision n of id is whole and enough people
// stand behind it.
func (o *Office) approved(ctx context.Context, id keepiton.EntryID, n int, e keepiton.Entry) error {
	if err := o.whole(ctx, id, e); err != nil {
		return err
	}
	s, err := o.Standing(ctx, id, n)
	if err == nil && !s.Enough {
		err = fail(keepiton.Forbidden, "campaign.error.approvals", "revision %d of %s needs %d people who stand behind it", n, id, s.Need.People)
	}
	return err
}

// Withdraw takes an entry back in the open: readers see the reason. One editor
// is enough, for a withdrawal may protect somebody. What is withdrawn is what
// readers saw, not a draft above it; a draft that never was public is given up,
// and readers hear nothing of it.
func (o *Office) Withdraw(ctx context.Context, who Person, id keepiton.EntryID, base int, reason string) (keepiton.EntryRevision, error) {
	if err := who.least(keepiton.RoleEditor); err != nil {
		return keepiton.EntryRevision{}, err
	}
	if reason == "" {
		return keepiton.EntryRevision{}, fail(keepiton.Invalid, "campaign.error.reason", "say why")
	}
	rev, e, err := o.newest(ctx, id, base)
	if err != nil {
		return rev, err
	}
	switch public, err := o.Entries.PublicEntry(ctx, id); {
	case err == nil:
		if e, err = Read(public); err != nil {
			return rev, err
		}
	case keepiton.CodeOf(err) != keepiton.NotFound:
		return rev, err
	}
	return o.append(ctx, who, e.Kind(), base, keepiton.EntryRevision{ID: id, State: keepiton.Withdrawn, Reason: reason}, e)
}

// newest returns the newest revision of id, which must be base, and its body.
func (o *Office) newest(ctx context.Context, id keepiton.EntryID, base int) (keepiton.EntryRevision, keepiton.Entry, error) {
	rev, err := o.Entries.Entry(ctx, id)
	if err != nil {
		return rev, nil, err
	}
	if rev.N != base {
		return rev, nil, fail(keepiton.Conflict, "campaign.error.changed", "%s was changed by somebody else: revision %d is newer than %d", id, rev.N, base)
	}
	e, err := Read(rev)
	return rev, e, err
}

func (o *Office) append(ctx context.Context, who Person, kind keepiton.EntryKind, base int, rev keepiton.EntryRevision, e keepiton.Entry) (keepiton.EntryRevision, error) {
	if len([]rune(rev.Reason)) > maxReason {
		return rev, fail(keepiton.Invalid, "campaign.error.reason", "a reason has at most %d letters", maxReason)
	}
	if org, ok := e.(*keepiton.Organization); ok && HoldsPrivateKey(org.Key) {
		return rev, fail(keepiton.Invalid, "campaign.error.private_key", "a private key is never stored")
	}
	doc, err := json.Marshal(e)
	if err != nil {
		return rev, keepiton.Errorf(keepiton.Internal, "write %s: %w", kind, err)
	}
	rev.Doc, rev.Author, rev.Role, rev.Recorded = doc, who.Account, who.Role, o.Now()
	return o.Entries.AppendEntry(ctx, kind, base, rev, e.Index())
}

// Read returns the body of a revision.
func Read(rev keepiton.EntryRevision) (keepiton.Entry, error) {
	e := keepiton.NewEntry(rev.ID.Kind())
	if e == nil {
		return nil, keepiton.Errorf(keepiton.Invalid, "%q is not an id of ours", string(rev.ID))
	}
	if err := json.Unmarshal(rev.Doc, e); err != nil {
		return nil, keepiton.Errorf(keepiton.Internal, "read %s: %w", rev.ID, err)
	}
	return e, nil
}

// As returns the body of a revision as the type that its caller knows it has:
// As[*keepiton.Pledge](rev).
func As[E keepiton.Entry](rev keepiton.EntryRevision) (E, error) {
	var none E
	e, err := Read(rev)
	if err != nil {
		return none, err
	}
	body, ok := e.(E)
	if !ok {
		return none, keepiton.Errorf(keepiton.NotFound, "%s is a %s", rev.ID, e.Kind())
	}
	return body, nil
}

// least returns Forbidden for a role below r.
func (who Person) least(r keepiton.Role) error {
	if who.Account == "" {
		return fail(keepiton.Unsigned, "error.unsigned", "nobody is signed in")
	}
	if who.Role.Rank() < r.Rank() {
		return fail(keepiton.Forbidden, "campaign.error.role", "the role %q may not do this", who.Role)
	}
	return nil
}

func incomplete(id keepiton.EntryID, problems []keepiton.Problem) error {
	fields := make([]string, len(problems))
	for i, p := range problems {
		fields[i] = p.Field
	}
	slices.Sort(fields)
	return fail(keepiton.Invalid, "campaign.error.incomplete", "%s: fill in or mend %v", id, slices.Compact(fields))
}

func fail(code keepiton.Code, key, format string, args ...any) error {
	return &keepiton.Error{Code: code, Key: key, Err: keepiton.Errorf(code, format, args...)}
}
