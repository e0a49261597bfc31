package campaign

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"strings"
	"time"

	"keepiton"
	"keepiton/store"
)

// ImportKinds are the kinds that are imported, by the word of the command line.
var ImportKinds = map[string]keepiton.EntryKind{
	"organizations": keepiton.KindOrganization, "pledges": keepiton.KindPledge, "watch": keepiton.KindWatch,
}

// Import reads sheets of entries into the store.
type Import struct {
	Entries store.Entries
	Now     func() time.Time
}

// ImportOptions say how a sheet is read.
type ImportOptions struct {
	Kind    keepiton.EntryKind
	File    string // its name, for messages and reasons
	Lang    string // of texts whose column names no language; empty: en
	Source  string // where rows that name no source are from: a link or words
	Publish bool   // new entries are shown to readers at once; otherwise they are drafts
	Update  bool   // what differs is stored as a new revision; otherwise it is only told
	DryRun  bool   // nothing is stored
	Account string // who answers for it, for the desk
}

// ImportReport is what became of the rows of a sheet.
type ImportReport struct {
	Kind      keepiton.EntryKind `json:"kind"`
	File      string             `json:"file"`
	DryRun    bool               `json:"dry_run,omitempty"`
	Published bool               `json:"published,omitempty"`
	Rows      int                `json:"rows"`
	New       []ImportedRow      `json:"new"`
	Same      []ImportedRow      `json:"same"`
	Different []ImportedRow      `json:"different"`
	Near      []NearRow          `json:"near"`
	Defects   []ImportDefect     `json:"defects"`
}

// ImportedRow is a row and the entry that it is.
type ImportedRow struct {
	Row    int              `json:"row"`
	ID     keepiton.EntryID `json:"id,omitempty"` // empty: new, and nothing was stored
	Title  string           `json:"title"`
	Fields []string         `json:"fields,omitempty"` // that differ
	Stored bool             `json:"stored,omitempty"`
}

// ImportDefect is a row that was not taken, or not wholly as it should be.
type ImportDefect struct {
	Row     int    `json:"row"`
	Column  string `json:"column,omitempty"`
	Value   string `json:"value,omitempty"`
	Problem string `json:"problem"`
	Taken   bool   `json:"taken"` // the row was stored all the same, as a draft
}

// Run reads a sheet. A row is new, the same as an entry that is there, or
// different from it; the same sheet twice changes nothing. A row with a cell that
// cannot be read is a defect and is left out; so is one that could not be
// published when that is asked for. Names that are nearly one another's are told
// and never merged. The error is for a sheet that cannot be read as a whole, of
// which nothing is stored, or for a store that fails: what is stored by then stays,
// and the sheet can be read again.
//
// Who may run it answers for what it publishes: the office's vetting is for
// people at the desk, an import is an act of the operator.
func (im *Import) Run(ctx context.Context, r io.Reader, opt ImportOptions) (ImportReport, error) {
	report := ImportReport{Kind: opt.Kind, File: opt.File, DryRun: opt.DryRun, Published: opt.Publish, New: []ImportedRow{}, Same: []ImportedRow{}, Different: []ImportedRow{}, Near: []NearRow{}, Defects: []ImportDefect{}}
	if opt.Lang == "" {
		opt.Lang = "en"
	}
	rows, err := readTable(r, knownColumn(opt.Kind))
	if err != nil {
		return report, err
	}
	report.Rows = len(rows)
	known, err := im.load(ctx, opt.Kind)
	if err != nil {
		return report, err
	}
	for _, row := range rows {
		if err := im.row(ctx, row, known, opt, &report); err != nil {
			return report, err
		}
	}
	report.Near = known.near()
	return report, nil
}

// load reads every entry of the kind as the desk has it.
func (im *Import) load(ctx context.Context, kind keepiton.EntryKind) (*register, error) {
	known := &register{kind: kind, byKey: map[string][]*registered{}}
	q := store.EntryQuery{Kind: kind, Desk: true, Limit: 1000}
	for {
		page, err := im.Entries.ListEntries(ctx, q)
		if err != nil {
			return nil, err
		}
		for _, rev := range page.Items {
			e, err := Read(rev)
			if err != nil {
				return nil, err
			}
			known.add(&registered{rev: rev, e: e})
		}
		if q.Cursor = page.Next; q.Cursor == "" {
			return known, nil
		}
	}
}

func (im *Import) row(ctx context.Context, row tableRow, known *register, opt ImportOptions, report *ImportReport) error {
	defect := func(d rowDefect, taken bool) {
		report.Defects = append(report.Defects, ImportDefect{row.line, d.column, clip(d.value), d.problem, taken})
	}
	e, wrong, err := readRow(row, fresh(opt.Kind), opt.Lang)
	if err != nil {
		return err
	}
	for _, d := range wrong {
		defect(d, false)
	}
	if len(wrong) > 0 {
		return nil
	}
	same, problem := known.find(e)
	if problem != "" {
		defect(rowDefect{problem: problem}, false)
		return nil
	}
	if same != nil {
		return im.compare(ctx, row, same, opt, report)
	}
	setSource(e, opt.Source)
	faults := Check(e, im.Now())
	for _, p := range faults {
		defect(rowDefect{p.Field, row.cells[p.Field], "cannot be published so: " + explain(p)}, !opt.Publish)
	}
	if len(faults) > 0 && opt.Publish {
		return nil
	}
	rev := keepiton.EntryRevision{State: keepiton.Draft}
	if opt.Publish {
		rev.State = keepiton.Published
	}
	if !opt.DryRun {
		if rev, err = im.store(ctx, 0, rev, e, opt); err != nil {
			return err
		}
	}
	known.add(&registered{rev: rev, e: e, row: row.line})
	report.New = append(report.New, ImportedRow{Row: row.line, ID: rev.ID, Title: e.Index().Title, Stored: !opt.DryRun})
	return nil
}

// compare tells whether a row says anything else than the entry that it is, and
// stores that when it is asked for.
func (im *Import) compare(ctx context.Context, row tableRow, was *registered, opt ImportOptions, report *ImportReport) error {
	e, _, err := readRow(row, was.e, opt.Lang)
	if err != nil {
		return err
	}
	keepSpelling(e, was.e)
	line := ImportedRow{Row: row.line, ID: was.rev.ID, Title: was.e.Index().Title}
	if line.Fields, err = differing(was.e, e); err != nil {
		return err
	}
	if len(line.Fields) == 0 {
		report.Same = append(report.Same, line)
		return nil
	}
	state := was.rev.State
	problem := ""
	switch faults := Check(e, im.Now()); {
	case !opt.Update:
	case was.row > 0:
		problem = "says something else of what stands in the sheet already"
	case state == keepiton.Withdrawn:
		problem = "was withdrawn, and was left as it is"
	case state == keepiton.InReview:
		problem = "is in review at the desk and was left as it is"
	case state == keepiton.Draft && opt.Publish:
		problem = "has a draft at the desk that would be published with it, and was left as it is"
	case len(faults) > 0 && opt.Publish:
		problem = "cannot be published so: " + explain(faults[0])
	case !opt.DryRun:
		rev := keepiton.EntryRevision{ID: was.rev.ID, State: keepiton.Draft}
		if opt.Publish {
			rev.State = keepiton.Published
		}
		if rev, err = im.store(ctx, was.rev.N, rev, e, opt); err != nil {
			return err
		}
		was.rev, was.e, line.Stored = rev, e, true
	}
	if problem != "" {
		report.Defects = append(report.Defects, ImportDefect{Row: row.line, Value: string(was.rev.ID), Problem: problem})
	}
	report.Different = append(report.Different, line)
	return nil
}

func (im *Import) store(ctx context.Context, base int, rev keepiton.EntryRevision, e keepiton.Entry, opt ImportOptions) (keepiton.EntryRevision, error) {
	doc, err := json.Marshal(e)
	if err != nil {
		return rev, keepiton.Errorf(keepiton.Internal, "write a %s: %w", e.Kind(), err)
	}
	rev.Doc, rev.Author, rev.Role, rev.Recorded, rev.Reason = doc, opt.Account, keepiton.RoleImport, im.Now(), "imported from "+opt.File
	return im.Entries.AppendEntry(ctx, e.Kind(), base, rev, e.Index())
}

// fresh is an empty body with what a row need not say.
func fresh(kind keepiton.EntryKind) keepiton.Entry {
	switch e := keepiton.NewEntry(kind).(type) {
	case *keepiton.Organization:
		e.Standing = keepiton.StandingMember // unconfirmed: that is the coalition's to say
		return e
	case *keepiton.Pledge:
		e.Outcome, e.Scope = "open", "other"
		return e
	case *keepiton.Watch:
		e.Status, e.Cause = "tentative", "other"
		return e
	default:
		return e
	}
}

// keepSpelling leaves the name by which a row was known again as it is there:
// another spelling of it is no difference.
func keepSpelling(e, was keepiton.Entry) {
	switch e := e.(type) {
	case *keepiton.Organization:
		if w, ok := was.(*keepiton.Organization); ok {
			e.Name = w.Name
		}
	case *keepiton.Pledge:
		if w, ok := was.(*keepiton.Pledge); ok {
			e.Leader = w.Leader
		}
	}
}

// setSource gives a body that names no source the one of the whole sheet.
func setSource(e keepiton.Entry, from string) {
	if from == "" {
		return
	}
	src := textSource(from)
	src.Kind = "campaign"
	switch e := e.(type) {
	case *keepiton.Organization:
		if len(e.Sources) == 0 {
			e.Sources = []keepiton.Source{src}
		}
	case *keepiton.Pledge:
		if len(e.Sources) == 0 {
			e.Sources = []keepiton.Source{src}
		}
	case *keepiton.Watch:
		if len(e.Sources) == 0 {
			e.Sources = []keepiton.Source{src}
		}
	}
}

// differing names the members in which two bodies differ.
func differing(a, b keepiton.Entry) ([]string, error) {
	var members [2]map[string]json.RawMessage
	for i, e := range []keepiton.Entry{a, b} {
		doc, err := json.Marshal(e)
		if err == nil {
			err = json.Unmarshal(doc, &members[i])
		}
		if err != nil {
			return nil, keepiton.Errorf(keepiton.Internal, "compare two of kind %s: %w", e.Kind(), err)
		}
	}
	var out []string
	for _, f := range Fields(a.Kind()) {
		if !bytes.Equal(members[0][f.Name()], members[1][f.Name()]) {
			out = append(out, f.Name())
		}
	}
	return out, nil
}

// explanations are the findings of Check in the words of the command line.
var explanations = map[string]string{
	"entry_missing": "it is needed", "entry_long": "too long, or under no language", "entry_code": "not in the list", "entry_country": "no country code",
	"entry_link": "a link begins with https:// or http://", "entry_sources": "it needs a source (a column source, or --source)", "entry_incident": "no id of an incident",
	"entry_other": "no id of that kind", "entry_order": "the end is before the beginning", "organization_member": "an organization of this type is a partner, not a member",
	"pledge_broken": "a broken pledge names the incidents that broke it, any other none",
}

func explain(p keepiton.Problem) string {
	if s := explanations[p.Key]; s != "" {
		return p.Field + ": " + s
	}
	return p.Field + ": " + p.Key
}

// clip shortens a cell for a report.
func clip(s string) string {
	r := []rune(strings.Join(strings.Fields(s), " "))
	if len(r) > 60 {
		return string(r[:60]) + "…"
	}
	return string(r)
}
