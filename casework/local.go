package casework

import (
	"context"
	"io"
	"slices"

	"keepiton"
	"keepiton/store"
)

// Local is a [Server] in the process that holds the store, for one person. All
// fields but Live are required.
type Local struct {
	Who Account // as the account stands; Opened and Budget are filled by Account
	// Live returns the account as it stands at each call, for a Local that
	// outlives a request; nil: Who.
	Live   func(ctx context.Context) (Account, error)
	Sealed store.Sealed
	Budget *Budget
	Beside interface { // the record
		List(ctx context.Context, q store.Query) (store.Page, error)
	}
	Pictures interface { // of the record
		PutMedia(ctx context.Context, m store.MediaFile) error
	}
	// Begin makes a draft with the rights of Who; review.Desk's Create.
	Begin func(ctx context.Context, inc *keepiton.Incident, reason string) (keepiton.Revision, error)
	// Tell makes a draft of a story with those rights; review.Desk's CreateStory.
	Tell func(ctx context.Context, st *keepiton.Story, reason string) (keepiton.StoryRevision, error)
	// Campaign is what the campaign keeps, and Enrol makes a draft of an
	// organization; campaign.Office's Create. Nil where there is no office.
	Campaign interface {
		ListEntries(ctx context.Context, q store.EntryQuery) (store.EntryPage, error)
	}
	Enrol func(ctx context.Context, o *keepiton.Organization, reason string) (keepiton.EntryRevision, error)
}

var _ Server = (*Local)(nil)

// May reports whether a role may see sealed reports: analysts and up.
func May(r keepiton.Role) bool { return r.Rank() >= keepiton.RoleAnalyst.Rank() }

// allow returns who asks when they may.
func (l *Local) allow(ctx context.Context) (who Account, err error) {
	if who = l.Who; l.Live != nil {
		if who, err = l.Live(ctx); err != nil {
			return who, err
		}
	}
	if May(who.Role) {
		return who, nil
	}
	return who, &keepiton.Error{
		Code: keepiton.Forbidden, Key: "desk.error.role", Args: map[string]any{"Role": string(who.Role)},
		Err: keepiton.Errorf(keepiton.Forbidden, "the role %q may not see sealed reports", who.Role),
	}
}

// Account implements Server.
func (l *Local) Account(ctx context.Context) (Account, error) {
	a, err := l.allow(ctx)
	if err != nil {
		return Account{}, err
	}
	a.Opened, a.Budget, err = l.Budget.Used(ctx, a.Name)
	return a, err
}

// Envelopes implements Server.
func (l *Local) Envelopes(ctx context.Context, known store.Marks, yield func(store.Part[keepiton.Envelope]) error) error {
	if _, err := l.allow(ctx); err != nil {
		return err
	}
	return l.Sealed.EnvelopeParts(ctx, known, func(p store.Part[keepiton.Envelope]) error {
		for i := range p.All {
			p.All[i].Receipt = keepiton.ReceiptAddress{Lookup: p.All[i].Receipt.Lookup}
		}
		return yield(p)
	})
}

// Envelope implements Server.
func (l *Local) Envelope(ctx context.Context, id keepiton.EnvelopeID) (keepiton.Envelope, error) {
	if _, err := l.allow(ctx); err != nil {
		return keepiton.Envelope{}, err
	}
	return l.Sealed.Envelope(ctx, id)
}

// Body implements Server.
func (l *Local) Body(ctx context.Context, id keepiton.EnvelopeID) (io.ReadCloser, error) {
	who, err := l.allow(ctx)
	if err != nil {
		return nil, err
	}
	e, err := l.Sealed.Envelope(ctx, id)
	if err != nil {
		return nil, err
	}
	if !e.Gone.IsZero() {
		return nil, keepiton.Errorf(keepiton.NotFound, "the report was withdrawn or its term is over")
	}
	if err := l.Budget.Open(ctx, who.Name, id); err != nil {
		return nil, err
	}
	body, err := l.Sealed.OpenBody(ctx, id)
	if err != nil {
		return nil, err
	}
	return Checked(body, e), nil
}

// deskStates are the states that the desk may set; the others are set by a
// sender's withdrawal and by time.
var deskStates = []keepiton.EnvelopeState{
	keepiton.EnvelopeNew, keepiton.EnvelopeRead, keepiton.EnvelopeAsked, keepiton.EnvelopeUsed,
	keepiton.EnvelopeUnverified, keepiton.EnvelopeUnpublished, keepiton.EnvelopeAnswered, keepiton.EnvelopeSpam,
}

// SetState implements Server.
func (l *Local) SetState(ctx context.Context, id keepiton.EnvelopeID, s keepiton.EnvelopeState) error {
	if _, err := l.allow(ctx); err != nil {
		return err
	}
	if !slices.Contains(deskStates, s) {
		return keepiton.Errorf(keepiton.Invalid, "%q is not a state that the desk sets", s)
	}
	return l.Sealed.SetState(ctx, id, s)
}

// Register implements Server.
func (l *Local) Register(ctx context.Context, id keepiton.EnvelopeID, a keepiton.ReceiptAddress) error {
	if _, err := l.allow(ctx); err != nil {
		return err
	}
	return l.Sealed.Register(ctx, id, a)
}

// PutReply implements Server.
func (l *Local) PutReply(ctx context.Context, lookup string, sealed []byte) error {
	if _, err := l.allow(ctx); err != nil {
		return err
	}
	return l.Sealed.PutReply(ctx, lookup, sealed)
}

// PaperParts implements Server.
func (l *Local) PaperParts(ctx context.Context, known store.Marks, yield func(store.Part[store.PaperVersion]) error) error {
	if _, err := l.allow(ctx); err != nil {
		return err
	}
	return l.Sealed.PaperParts(ctx, known, yield)
}

// Papers implements Server.
func (l *Local) Papers(ctx context.Context, ids []string, yield func(store.Paper) error) error {
	if _, err := l.allow(ctx); err != nil {
		return err
	}
	if len(ids) > MaxPapers {
		return keepiton.Errorf(keepiton.TooLarge, "at most %d papers are asked for at one time", MaxPapers)
	}
	for _, id := range ids {
		p, err := l.Sealed.Paper(ctx, id)
		if keepiton.CodeOf(err) == keepiton.NotFound {
			continue
		}
		if err == nil {
			err = yield(p)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// PutPaper implements Server.
func (l *Local) PutPaper(ctx context.Context, p store.Paper, base int) (int, error) {
	if _, err := l.allow(ctx); err != nil {
		return 0, err
	}
	if len(p.Sealed) > store.MaxPaper {
		return 0, keepiton.Errorf(keepiton.TooLarge, "a paper is larger than %d bytes", store.MaxPaper)
	}
	return l.Sealed.PutPaper(ctx, p, base)
}

// DeletePaper implements Server.
func (l *Local) DeletePaper(ctx context.Context, id string) error {
	if _, err := l.allow(ctx); err != nil {
		return err
	}
	return l.Sealed.DeletePaper(ctx, id)
}

// Usage implements Server.
func (l *Local) Usage(ctx context.Context) (map[keepiton.Lane]store.Usage, error) {
	if _, err := l.allow(ctx); err != nil {
		return nil, err
	}
	return l.Sealed.Usage(ctx)
}

// Draft implements Server.
func (l *Local) Draft(ctx context.Context, inc *keepiton.Incident, reason string) (keepiton.Revision, error) {
	if _, err := l.allow(ctx); err != nil {
		return keepiton.Revision{}, err
	}
	return l.Begin(ctx, inc, reason)
}

// DraftStory implements Server.
func (l *Local) DraftStory(ctx context.Context, st *keepiton.Story, reason string) (keepiton.StoryRevision, error) {
	if _, err := l.allow(ctx); err != nil {
		return keepiton.StoryRevision{}, err
	}
	if err := l.here(ctx, st.Basis); err != nil {
		return keepiton.StoryRevision{}, err
	}
	return l.Tell(ctx, st, reason)
}

// DraftOrganization implements Server.
func (l *Local) DraftOrganization(ctx context.Context, o *keepiton.Organization, reason string) (keepiton.EntryRevision, error) {
	if _, err := l.allow(ctx); err != nil {
		return keepiton.EntryRevision{}, err
	}
	if l.Enrol == nil {
		return keepiton.EntryRevision{}, noOffice()
	}
	if err := l.here(ctx, o.Basis); err != nil {
		return keepiton.EntryRevision{}, err
	}
	return l.Enrol(ctx, o, reason)
}

// Entries implements Server.
func (l *Local) Entries(ctx context.Context, q store.EntryQuery) (store.EntryPage, error) {
	if _, err := l.allow(ctx); err != nil {
		return store.EntryPage{}, err
	}
	if l.Campaign == nil {
		return store.EntryPage{}, noOffice()
	}
	return l.Campaign.ListEntries(ctx, q)
}

func noOffice() error {
	return keepiton.Errorf(keepiton.Unavailable, "this server has no campaign's office")
}

// here wants reports whose key is not destroyed.
func (l *Local) here(ctx context.Context, ids []keepiton.EnvelopeID) error {
	for _, id := range ids {
		e, err := l.Sealed.Envelope(ctx, id)
		if err != nil {
			return err
		}
		if !e.Gone.IsZero() {
			return keepiton.Errorf(keepiton.NotFound, "the report was withdrawn or its term is over")
		}
	}
	return nil
}

// Record implements Server.
func (l *Local) Record(ctx context.Context, q store.Query) (store.Page, error) {
	if _, err := l.allow(ctx); err != nil {
		return store.Page{}, err
	}
	return l.Beside.List(ctx, q)
}

// PutMedia implements Server.
func (l *Local) PutMedia(ctx context.Context, m store.MediaFile) error {
	if _, err := l.allow(ctx); err != nil {
		return err
	}
	return l.Pictures.PutMedia(ctx, m)
}
