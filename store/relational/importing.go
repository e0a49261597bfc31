package relational

import (
	"context"
	"encoding/json"
	"strings"
	"time"
	"unicode/utf8"

	"keepiton"
	"keepiton/store"
)

// metaIDsPublic is the meta text that says since when ids are public; from
// then on a record is never rewritten.
const metaIDsPublic = "ids_public_since"

// ApplyImport implements store.Editions.
func (s *Store) ApplyImport(ctx context.Context, imp store.Import) error {
	return s.transaction(ctx, "store the import", func(t *transaction) error {
		if imp.Rewrite {
			if err := t.rewrite(); err != nil {
				return err
			}
		}
		if err := t.putEdition(&imp.Edition); err != nil {
			return err
		}
		if err := t.putIncidents(imp.Incidents); err != nil {
			return err
		}
		for i := range imp.Links {
			if err := t.putLink(&imp.Links[i]); err != nil {
				return err
			}
		}
		for i := range imp.Ambiguities {
			if err := t.putQuestion(&imp.Ambiguities[i]); err != nil {
				return err
			}
		}
		for i := range imp.Unmapped {
			if err := t.putUnmapped(&imp.Unmapped[i]); err != nil {
				return err
			}
		}
		for i := range imp.Proposals {
			if _, err := t.putProposal(&imp.Proposals[i]); err != nil {
				return err
			}
		}
		return nil
	})
}

// rewrite empties the record of everything that imports put there. It refuses
// once an id may have been seen or a person has edited. Numbers of incidents
// start anew: nobody knows the old ones.
func (t *transaction) rewrite() error {
	var since, other string
	if _, err := t.Get(`SELECT text FROM meta WHERE name = ?`, []any{metaIDsPublic}, []any{&since}); err != nil {
		return err
	}
	if since != "" {
		return keepiton.Errorf(keepiton.Conflict, "ids have been public since %s: the record is not written anew", since)
	}
	found, err := t.Get(`SELECT role FROM revision WHERE role <> ? LIMIT 1`, []any{string(keepiton.RoleImport)}, []any{&other})
	if err != nil {
		return err
	}
	if found {
		return keepiton.Errorf(keepiton.Conflict, "a person (%s) has edited: the record is not written anew", other)
	}
	tables := []string{"revision", "incident", "sheet_rows", "year_number", "shelf_outline", "shelf_present", "shelf_history", "link", "question", "approval", "proposal"}
	for _, table := range tables {
		if _, err := t.Exec(`DELETE FROM ` + table); err != nil {
			return err
		}
	}
	if _, err := t.Exec(`DELETE FROM unmapped WHERE resolved = 0`); err != nil {
		return err
	}
	for _, statement := range t.d.Unindex {
		if _, err := t.Exec(statement); err != nil {
			return err
		}
	}
	_, err = t.Count("rewrite", 1)
	return err
}

func (t *transaction) putIncidents(list []store.ImportedIncident) error {
	n := 0
	for _, inc := range list {
		n += len(inc.Revisions)
	}
	b, err := newBatch(t, n)
	if err != nil {
		return err
	}
	for _, inc := range list {
		for _, rev := range inc.Revisions {
			if rev.Incident.ID != "" && rev.Incident.ID != inc.ID {
				return keepiton.Errorf(keepiton.Invalid, "a revision for %s holds incident %s", inc.ID, rev.Incident.ID)
			}
			rev.Incident.ID = inc.ID
			rev.Recorded = rev.Recorded.UTC().Truncate(time.Second)
			if err := b.onlyPeople(&rev.Incident); err != nil {
				return err
			}
			if _, err := b.add(rev); err != nil {
				return err
			}
		}
	}
	return b.flush()
}

// onlyPeople refuses what an import may not show: an incident that rests on
// reports, or the taking away of reports from one that did.
func (b *batch) onlyPeople(inc *keepiton.Incident) error {
	if !inc.State.Public() {
		return nil
	}
	rests := inc.RestsOnReports()
	key, err := keyOf(inc.ID)
	if err != nil {
		return err
	}
	i, err := b.incident(key)
	if err != nil {
		return err
	}
	if stands := i.inForce(); stands != nil && publicState(stands.shape.state) {
		before, err := b.doc(i, stands.seq)
		if err != nil {
			return err
		}
		rests = rests || before.RestsOnReports()
	}
	if rests {
		return keepiton.Errorf(keepiton.Conflict, "%s rests on reports: an import does not change what readers see of it", inc.ID)
	}
	return nil
}

func (t *transaction) putEdition(e *store.Edition) error {
	if err := plainText("edition", e.Name, e.SHA256); err != nil {
		return err
	}
	if e.Name == "" {
		return keepiton.Errorf(keepiton.Invalid, "an edition needs a name")
	}
	var published int64
	found, err := t.Get(`SELECT published FROM edition WHERE name = ?`, []any{e.Name}, []any{&published})
	if err != nil {
		return err
	}
	if found && published != stamp(e.Published) {
		return keepiton.Errorf(keepiton.Conflict, "edition %q was published on %s, not on %s", e.Name,
			unstamp(published).Format(time.DateOnly), e.Published.Format(time.DateOnly))
	}
	covers, err := json.Marshal(e.Covers)
	if err != nil {
		return err
	}
	_, err = t.Exec(`INSERT INTO edition (name, published, covers, sha256, payload, report) VALUES (?, ?, ?, ?, ?, ?)
		ON CONFLICT (name) DO UPDATE SET covers = excluded.covers, sha256 = excluded.sha256, payload = excluded.payload, report = excluded.report`,
		e.Name, stamp(e.Published), string(covers), e.SHA256, e.Payload, e.Report)
	return err
}

func (t *transaction) putLink(l *store.Link) error {
	key, err := keyOf(l.Incident)
	if err != nil {
		return err
	}
	if err := plainText("link", append([]string{l.Edition, l.File, l.Sheet}, l.Reasons...)...); err != nil {
		return err
	}
	reasons, err := json.Marshal(l.Reasons)
	if err != nil {
		return err
	}
	_, err = t.Exec(`INSERT INTO link (edition, file, sheet, number, incident, score, reasons) VALUES (?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (edition, file, sheet, number) DO UPDATE SET incident = excluded.incident, score = excluded.score, reasons = excluded.reasons`,
		l.Edition, l.File, l.Sheet, l.Row, key, l.Score, string(reasons))
	return err
}

// putQuestion adds a question unless the same one stands already, be it open
// or answered.
func (t *transaction) putQuestion(a *store.Ambiguity) error {
	var key int64
	if a.Incident != "" {
		var err error
		if key, err = keyOf(a.Incident); err != nil {
			return err
		}
	}
	if err := plainText("question", a.Kind, a.Edition, a.Resolution, a.By); err != nil {
		return err
	}
	candidates, err := marshal(a.Candidates, maxDoc)
	if err != nil {
		return err
	}
	var id int64
	found, err := t.Get(`SELECT id FROM question WHERE kind = ? AND edition = ? AND incident = ? AND candidates = ?`, []any{a.Kind, a.Edition, key, string(candidates)}, []any{&id})
	if found || err != nil {
		return err
	}
	if id, err = t.Count("question", 1); err != nil {
		return err
	}
	_, err = t.Exec(`INSERT INTO question (id, kind, edition, incident, candidates, resolved, resolution, resolver) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
		id, a.Kind, a.Edition, key, string(candidates), stamp(a.Resolved), a.Resolution, a.By)
	return err
}

func (t *transaction) putUnmapped(u *store.Unmapped) error {
	if err := plainText("unmapped", u.Kind, u.Column, u.Country, u.Words, u.Answer); err != nil {
		return err
	}
	_, err := t.Exec(`INSERT INTO unmapped (kind, field, country, words, times, resolved, answer) VALUES (?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (kind, field, country, words) DO UPDATE SET times = excluded.times`,
		u.Kind, u.Column, u.Country, u.Words, u.Count, stamp(u.Resolved), u.Answer)
	return err
}

// plainText refuses NUL and bytes that are no UTF-8 in texts of columns: not
// every engine can hold them.
func plainText(what string, texts ...string) error {
	for _, s := range texts {
		if strings.ContainsRune(s, 0) || !utf8.ValidString(s) {
			return keepiton.Errorf(keepiton.Invalid, "%s: %q holds a NUL or is not valid UTF-8", what, s)
		}
	}
	return nil
}
