package casework

import (
	"context"
	"slices"
	"strings"

	"keepiton"
	"keepiton/locale"
	"keepiton/store"
)

// noApplication is the error about a report that asks for nothing.
func noApplication() error {
	return &keepiton.Error{Code: keepiton.Invalid, Key: "casework.error.no_application", Err: keepiton.Errorf(keepiton.Invalid, "the report is no application to join")}
}

// application opens an application with what the desk thinks of it.
func (d *Desk) application(ctx context.Context, id keepiton.EnvelopeID) (*Opened, *Judgement, error) {
	o, err := d.Open(ctx, id)
	if err == nil && o.Report.Application == nil {
		err = noApplication()
	}
	if err != nil {
		return nil, nil, err
	}
	j, err := d.judgement(ctx, id)
	return o, j, err
}

// Enrol drafts the public organization of an application at the campaign's office,
// and tells the applicant that two people decide now. Invalid before every
// question of the checklist has an answer, when what would be sent could not be
// published, or when the reason tells what is sealed; Conflict when one was
// drafted from it already, or the application was declined.
func (d *Desk) Enrol(ctx context.Context, id keepiton.EnvelopeID, e Enrolment) (keepiton.EntryRevision, error) {
	o, j, err := d.application(ctx, id)
	if err != nil {
		return keepiton.EntryRevision{}, err
	}
	org := e.Organization(o.Report)
	switch problems := org.Check(); {
	case j.Entry != "":
		return keepiton.EntryRevision{}, &keepiton.Error{Code: keepiton.Conflict, Key: "casework.error.enrolled", Args: map[string]any{"ID": string(j.Entry)}, Err: keepiton.Errorf(keepiton.Conflict, "%s was drafted from the application already", j.Entry)}
	case j.Decision == Declined:
		return keepiton.EntryRevision{}, &keepiton.Error{Code: keepiton.Conflict, Key: "casework.error.declined", Err: keepiton.Errorf(keepiton.Conflict, "the application was declined")}
	case !j.Vetting.Done():
		return keepiton.EntryRevision{}, &keepiton.Error{Code: keepiton.Invalid, Key: "casework.error.vetting", Err: keepiton.Errorf(keepiton.Invalid, "the checklist is not finished")}
	case tells(o.Report, e.Reason, e.LogoAlt):
		return keepiton.EntryRevision{}, &keepiton.Error{Code: keepiton.Invalid, Key: "casework.error.tells", Err: keepiton.Errorf(keepiton.Invalid, "the reason tells what is sealed")}
	case len(problems) > 0:
		return keepiton.EntryRevision{}, &keepiton.Error{Code: keepiton.Invalid, Key: "lint." + problems[0].Key, Err: keepiton.Errorf(keepiton.Invalid, "%s cannot be published as it stands", problems[0].Field)}
	}
	org.Basis = []keepiton.EnvelopeID{id}
	rev, err := d.Server.DraftOrganization(ctx, org, strings.TrimSpace(e.Reason))
	if err != nil {
		return rev, err
	}
	if _, err := d.Judge(ctx, id, "organization drafted", func(j *Judgement) error { j.Entry = rev.ID; return nil }); err != nil {
		return rev, err
	}
	return rev, d.tell(ctx, o, "casework.join.told.drafted")
}

// leakLeast is the length in bytes from which a word of what is sealed is looked
// for: shorter ones stand anywhere.
const leakLeast = 5

// tells reports whether texts that go to the server in the clear hold how the
// applicant or a referee is reached, or what a referee is called.
func tells(r *keepiton.Report, texts ...string) bool {
	secrets := []keepiton.Private{r.Contact}
	for _, ref := range r.Application.Referees {
		secrets = append(secrets, ref.Name, ref.Contact)
	}
	all := locale.Fold(strings.Join(texts, "\n"))
	return slices.ContainsFunc(secrets, func(s keepiton.Private) bool {
		folded := locale.Fold(s.Reveal())
		return len(folded) >= leakLeast && strings.Contains(all, folded)
	})
}

// tell seals a message to an applicant, in the language of the application. One
// that came without a receipt cannot be told.
func (d *Desk) tell(ctx context.Context, o *Opened, key string, kv ...any) error {
	if o.Report.Receipt.Reply == "" {
		return nil
	}
	return d.Reply(ctx, o.Envelope.ID, locale.For(o.Report.Lang).T(key, kv...), false)
}

// Decline ends an application with words for the applicant, which the receipt
// shows. What was drafted from it is the office's to strike. Conflict when the
// organization is public: then it is withdrawn or suspended, in the open.
func (d *Desk) Decline(ctx context.Context, id keepiton.EnvelopeID, words string) error {
	_, j, err := d.application(ctx, id)
	if err != nil {
		return err
	}
	if j.Entry != "" {
		page, err := d.Server.Entries(ctx, enrolled(false, id))
		if err != nil {
			return err
		}
		if len(page.Items) > 0 {
			return &keepiton.Error{Code: keepiton.Conflict, Key: "casework.error.public", Err: keepiton.Errorf(keepiton.Conflict, "%s is public", j.Entry)}
		}
	}
	if err := d.Reply(ctx, id, words, false); err != nil {
		return err
	}
	_, err = d.Judge(ctx, id, "declined", func(j *Judgement) error { j.Decision = Declined; return nil })
	return err
}

// enrolled asks for the organizations that rest on applications: as readers see
// them, or as they stand at the office.
func enrolled(atOffice bool, ids ...keepiton.EnvelopeID) store.EntryQuery {
	q := store.EntryQuery{Kind: keepiton.KindOrganization, Desk: atOffice, Facets: map[string][]string{"basis": nil}, Limit: 1000}
	for _, id := range ids {
		q.Facets["basis"] = append(q.Facets["basis"], string(id))
	}
	return q
}

// Enrolled returns the newest revision, at the office, of what was drafted from an
// application; nil when nothing of it is left there.
func (d *Desk) Enrolled(ctx context.Context, id keepiton.EnvelopeID) (*keepiton.EntryRevision, error) {
	page, err := d.Server.Entries(ctx, enrolled(true, id))
	if err != nil || len(page.Items) == 0 {
		return nil, err
	}
	return &page.Items[0], nil
}

// SettleApplications tells those whose organization has become public, once, with
// a link to its page. link makes one of an entry for a language.
func (d *Desk) SettleApplications(ctx context.Context, s *Shelf, link func(lang string, id keepiton.EntryID) string) error {
	waiting := map[keepiton.EntryID]keepiton.EnvelopeID{}
	var ids []keepiton.EnvelopeID
	for _, e := range s.Here() {
		if j := s.Judged[e.ID]; j != nil && j.Entry != "" && j.Decision == Undecided {
			waiting[j.Entry], ids = e.ID, append(ids, e.ID)
		}
	}
	if len(ids) == 0 {
		return nil
	}
	page, err := d.Server.Entries(ctx, enrolled(false, ids...))
	if err != nil {
		return err
	}
	for _, rev := range page.Items {
		id, ok := waiting[rev.ID]
		if !ok || rev.State != keepiton.Published {
			continue
		}
		o, err := d.Open(ctx, id)
		if err != nil {
			return err
		}
		if err := d.tell(ctx, o, "casework.join.told.published", "Link", link(locale.For(o.Report.Lang).Lang().Tag, rev.ID)); err != nil {
			return err
		}
		if _, err := d.Judge(ctx, id, "published", func(j *Judgement) error { j.Decision = Use; return nil }); err != nil {
			return err
		}
		if err := d.Server.SetState(ctx, id, keepiton.EnvelopeUsed); err != nil {
			return err
		}
	}
	return nil
}
