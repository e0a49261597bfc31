package review

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"maps"
	"slices"
	"time"

	"keepiton"
	"keepiton/geo"
	"keepiton/stop"
	"keepiton/store"
)

// ImportStore is what an import needs of the store.
type ImportStore interface {
	store.Editions
	Get(ctx context.Context, id keepiton.IncidentID, asOf time.Time) (keepiton.Revision, error)
	Changes(ctx context.Context, cursor string, limit int) ([]keepiton.Revision, string, error)
	List(ctx context.Context, q store.Query) (store.Page, error)
	Meta(ctx context.Context, key string) (string, error)
	Proposals(ctx context.Context, open bool, limit int) ([]store.Proposal, error)
}

// ImportEdition adds an edition of STOP to the record, whole or not at all.
//
// The record is derived anew from the set of all editions, so that the order
// of imports does not matter. Until ids are public the derived revisions
// replace those of earlier imports; after that existing ids are pins and what
// is missing is appended with the date of the edition that says so, on top of
// what people corrected.
//
// The same edition a second time changes nothing. Conflict when the record has
// an edition of that name with another date, or one whose content is public
// and differs. Defects are those that stop.NewEdition returned.
//
// An edition never changes what readers see of an incident that rests on
// reports: what it says of one waits as a proposal for two people to sign.
// Invalid when the sheets themselves would make such a source.
func ImportEdition(ctx context.Context, s ImportStore, e stop.Edition, defects []stop.Defect) (Report, error) {
	stored, err := s.Editions(ctx)
	if err != nil {
		return Report{}, err
	}
	since, err := s.Meta(ctx, idsPublicSince)
	if err != nil {
		return Report{}, err
	}
	sum := fingerprint(&e)
	editions := []stop.Edition{e}
	for _, old := range stored {
		if old.Name == e.Name {
			if !old.Published.Equal(e.Published) {
				return Report{}, keepiton.Hint(keepiton.Errorf(keepiton.Conflict, "the record has an edition %q published %s", e.Name, old.Published.Format(time.DateOnly)),
					"give this edition another name, or its own date")
			}
			if old.SHA256 == sum && slices.Equal(old.Covers, e.Covers) {
				return already(old)
			}
			if since != "" {
				return Report{}, keepiton.Hint(keepiton.Errorf(keepiton.Conflict, "the edition %q is public with other content", e.Name),
					"what was public stays: import the corrected files as an edition with a name and date of its own")
			}
			continue // nobody has seen it: the corrected files take its place
		}
		other, err := stop.UnmarshalEdition(old.Payload)
		if err != nil {
			return Report{}, err
		}
		editions = append(editions, other)
	}
	im := importing{store: s, edition: &e, own: defects, imp: store.Import{Rewrite: since == ""}}
	pins := stop.Pins{}
	if !im.imp.Rewrite {
		if pins, err = im.pins(ctx); err != nil {
			return Report{}, err
		}
	}
	im.record = stop.Derive(editions, pins)
	if err := im.fill(ctx); err != nil {
		return Report{}, err
	}
	if err := s.ApplyImport(ctx, im.imp); err != nil {
		return Report{}, err
	}
	return im.report, nil
}

// fingerprint is a hash over the hashes of the edition's files.
func fingerprint(e *stop.Edition) string {
	var sums []string
	for _, f := range e.Files {
		sums = append(sums, f.SHA256)
	}
	slices.Sort(sums)
	h := sha256.New()
	for _, s := range sums {
		h.Write([]byte(s + "\n"))
	}
	return hex.EncodeToString(h.Sum(nil))
}

// already returns the report of the first import.
func already(old store.Edition) (Report, error) {
	var r Report
	if err := json.Unmarshal(old.Report, &r); err != nil {
		return r, keepiton.Errorf(keepiton.Internal, "stored report of the edition %q: %w", old.Name, err)
	}
	r.Already = true
	return r, nil
}

// importing is one import on its way.
type importing struct {
	store   ImportStore
	edition *stop.Edition
	own     []stop.Defect
	record  stop.Record
	report  Report
	imp     store.Import

	now    map[keepiton.IncidentID]keepiton.Revision // as it stands, rows included; when ids are public
	spoken map[keepiton.IncidentID]map[string]bool   // the editions that each incident has a revision of
}

// pins collects the ids in use: which incident each row belongs to, and the
// greatest number of each year, people's incidents included. Rows follow what
// people did: to the incident that theirs was merged into, or that was split
// off with them.
func (im *importing) pins(ctx context.Context) (stop.Pins, error) {
	pins := stop.Pins{Rows: map[stop.RowRef]keepiton.IncidentID{}, Taken: map[int]int{}}
	im.now = map[keepiton.IncidentID]keepiton.Revision{}
	into, now := map[keepiton.IncidentID]keepiton.IncidentID{}, map[stop.RowRef]keepiton.IncidentID{}
	q := store.Query{States: keepiton.States, Sort: store.ByID, Limit: 1000, Rows: true}
	for {
		page, err := im.store.List(ctx, q)
		if err != nil {
			return pins, err
		}
		for _, rev := range page.Items {
			inc := &rev.Incident
			im.now[inc.ID] = rev
			if y, n, err := inc.ID.Parse(); err == nil {
				pins.Taken[y] = max(pins.Taken[y], n)
			}
			if inc.State == keepiton.Merged {
				into[inc.ID] = inc.MergedInto
				continue
			}
			for _, r := range inc.Rows {
				now[stop.RowRef{Edition: r.Edition, File: r.File, Sheet: r.Sheet, Row: r.Number}] = inc.ID
			}
		}
		if q.Cursor = page.Next; q.Cursor == "" {
			break
		}
	}
	links, err := im.store.Links(ctx)
	if err != nil {
		return pins, err
	}
	for _, l := range links {
		id := l.Incident
		for range len(into) { // a chain of merges ends
			if next, merged := into[id]; merged {
				id = next
			}
		}
		pins.Rows[stop.RowRef{Edition: l.Edition, File: l.File, Sheet: l.Sheet, Row: l.Row}] = id
	}
	maps.Copy(pins.Rows, now)
	return pins, im.remember(ctx)
}

// remember notes which editions have spoken of which incident.
func (im *importing) remember(ctx context.Context) error {
	const page = 1000
	im.spoken = map[keepiton.IncidentID]map[string]bool{}
	for cursor := ""; ; {
		revs, next, err := im.store.Changes(ctx, cursor, page)
		if err != nil {
			return err
		}
		for _, r := range revs {
			id := r.Incident.ID
			if im.spoken[id] == nil {
				im.spoken[id] = map[string]bool{}
			}
			im.spoken[id][r.Edition] = true
		}
		if len(revs) < page {
			break
		}
		cursor = next
	}
	proposals, err := im.store.Proposals(ctx, false, 0)
	for _, p := range proposals {
		if id := p.Incident.ID; p.Edition != "" {
			if im.spoken[id] == nil {
				im.spoken[id] = map[string]bool{}
			}
			im.spoken[id][p.Edition] = true
		}
	}
	return err
}

// fill turns the derived record into what the store is to do.
func (im *importing) fill(ctx context.Context) error {
	e := im.edition
	defects := slices.Clone(im.own)
	for _, f := range e.Files {
		defects = append(defects, f.Defects...)
	}
	defects = append(defects, im.record.Defects[e.Name]...)
	im.report = reportOf(e, im.record, defects)
	for _, d := range im.record.Incidents {
		revs, err := im.revisions(ctx, d)
		if err != nil {
			return err
		}
		if len(revs) > 0 {
			im.imp.Incidents = append(im.imp.Incidents, store.ImportedIncident{ID: d.ID, Revisions: revs})
		}
		for _, s := range d.Steps {
			if s.Edition == e.Name && s.After == nil {
				im.report.NotListed++
			}
		}
	}
	im.links()
	im.questions()
	im.unmapped()
	im.report.Waiting = len(im.imp.Proposals)
	payload, err := e.Marshal()
	if err != nil {
		return err
	}
	report, err := json.Marshal(im.report)
	if err != nil {
		return err
	}
	im.imp.Edition = store.Edition{Name: e.Name, Published: e.Published, Covers: e.Covers, SHA256: fingerprint(e), Payload: payload, Report: report}
	return nil
}

// revisions returns what one incident gains.
func (im *importing) revisions(ctx context.Context, d stop.Derived) ([]keepiton.Revision, error) {
	var all []keepiton.Revision
	for _, s := range d.Steps {
		if s.Revision.Incident.RestsOnReports() {
			return nil, keepiton.Errorf(keepiton.Invalid, "%s: a sheet cannot say that an incident rests on reports", d.ID)
		}
		all = append(all, s.Revision)
	}
	if im.imp.Rewrite {
		return all, nil
	}
	if _, known := im.now[d.ID]; !known {
		return all, nil
	}
	return im.missing(ctx, d)
}

// links keeps why each row belongs where it does: those of the new edition,
// and of all of them when the record is written anew.
func (im *importing) links() {
	for _, l := range im.record.Links {
		if l.Edition == im.edition.Name || im.imp.Rewrite {
			im.imp.Links = append(im.imp.Links, store.Link{Edition: l.Edition, File: l.File, Sheet: l.Sheet, Row: l.Row, Incident: l.Incident, Score: l.Score, Reasons: l.Reasons})
		}
	}
}

func (im *importing) questions() {
	for _, q := range im.record.Questions {
		if q.Edition != im.edition.Name && !im.imp.Rewrite {
			continue
		}
		a := store.Ambiguity{Kind: "match", Edition: q.Edition, Incident: q.Incident}
		for _, c := range q.Candidates {
			a.Candidates = append(a.Candidates, store.Candidate{Incident: c.Incident, Score: c.Score, Reasons: c.Reasons})
		}
		im.imp.Ambiguities = append(im.imp.Ambiguities, a)
	}
}

// unmapped lists the words that found no code: those of the new edition, and
// of all of them when the record is written anew.
func (im *importing) unmapped() {
	at := map[store.Unmapped]int{}
	var defects []stop.Defect
	for name, list := range im.record.Defects {
		if name == im.edition.Name || im.imp.Rewrite {
			defects = append(defects, list...)
		}
	}
	for _, d := range defects {
		var u store.Unmapped
		switch d.Kind {
		case stop.UnmappedPlace:
			u = store.Unmapped{Kind: "place", Column: "area_name", Words: d.Value}
			if codes, sure := geo.ResolveCountry(d.Country); len(codes) == 1 && sure >= keepiton.SurePlace {
				u.Country = codes[0]
			}
		case stop.UnknownSpelling:
			u = store.Unmapped{Kind: "value", Column: d.Column, Words: d.Value}
		default:
			continue
		}
		at[u]++
	}
	for u, n := range at {
		u.Count = n
		im.imp.Unmapped = append(im.imp.Unmapped, u)
	}
	slices.SortStableFunc(im.imp.Unmapped, func(a, b store.Unmapped) int {
		return cmpTexts(a.Kind, b.Kind, a.Column, b.Column, a.Country, b.Country, a.Words, b.Words)
	})
}
