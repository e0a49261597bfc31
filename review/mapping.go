package review

import (
	"context"
	"slices"
	"strings"

	"keepiton"
	"keepiton/store"
)

// MethodPerson is the method of a place that a person chose.
const MethodPerson = "person"

// MapPlace answers where the words of an unmapped place lie: place carries the
// codes, a person's choice. Incidents that have these words without a sure code
// are corrected, each as a revision (or proposal), and their number is
// returned. Without a country the words are kept as they are and no longer
// asked about.
func (d *Desk) MapPlace(ctx context.Context, who Person, u store.Unmapped, place keepiton.Place, reason string) (int, error) {
	answer := place.Region
	if answer == "" {
		answer = place.Country
	}
	if place.District != "" {
		answer += "/" + place.District
	}
	return d.answer(ctx, who, u, answer, reason, func(inc *keepiton.Incident) (changed bool) {
		for i, p := range inc.Places {
			if p.Words == u.Words && p.Confidence < keepiton.SurePlace && (u.Country == "" || p.Country == "" || p.Country == u.Country) {
				p.Country, p.Region, p.District = place.Country, place.Region, place.District
				p.Confidence, p.Method = 1, MethodPerson
				inc.Places[i], changed = p, true
			}
		}
		return changed
	})
}

// MapValue answers which code an unknown spelling of a category means, and
// corrects the incidents whose original rows have it. An empty code keeps the
// words as they are.
func (d *Desk) MapValue(ctx context.Context, who Person, u store.Unmapped, code, reason string) (int, error) {
	if codes := CodesOfColumn(u.Column); code != "" && !codes.Has(code) {
		return 0, keepiton.Errorf(keepiton.Invalid, "%q is not a code of %s", code, u.Column)
	}
	return d.answer(ctx, who, u, code, reason, func(inc *keepiton.Incident) bool {
		changed := false
		for _, row := range inc.Rows {
			for _, cell := range row.Cells {
				if cell.Column == u.Column && hasPart(cell.Value, u.Words) {
					changed = addCode(inc, u.Column, code) || changed
				}
			}
		}
		return changed
	})
}

// answer corrects every incident that change alters, and closes the question.
// What was corrected before a failure stays corrected and the question open:
// answering again goes on.
func (d *Desk) answer(ctx context.Context, who Person, u store.Unmapped, answer, reason string, change func(*keepiton.Incident) bool) (int, error) {
	if err := needReason(reason); err != nil {
		return 0, err
	}
	if err := who.allow(Answer, ""); err != nil {
		return 0, err
	}
	n := 0
	if answer == "" {
		answer = "kept"
	} else {
		ids, err := d.concerned(ctx, change)
		if err != nil {
			return 0, err
		}
		for _, id := range ids {
			if err := d.amend(ctx, who, id, reason, change); err != nil {
				return n, err
			}
			n++
		}
	}
	return n, d.Questions.ResolveUnmapped(ctx, u.Kind, u.Column, u.Country, u.Words, answer, d.now())
}

// concerned lists the incidents that change would alter. It looks at all of
// them: such answers are rare, and a search could miss words.
func (d *Desk) concerned(ctx context.Context, change func(*keepiton.Incident) bool) (found []keepiton.IncidentID, err error) {
	q := store.Query{States: []keepiton.State{keepiton.Draft, keepiton.InReview, keepiton.Published}, Sort: store.ByID, Limit: 500, Rows: true}
	for {
		page, err := d.Incidents.List(ctx, q)
		if err != nil {
			return nil, err
		}
		for _, rev := range page.Items {
			if change(rev.Incident.Clone()) {
				found = append(found, rev.Incident.ID)
			}
		}
		if page.Next == "" {
			return found, nil
		}
		q.Cursor = page.Next
	}
}

// amend corrects or saves one incident, by its state.
func (d *Desk) amend(ctx context.Context, who Person, id keepiton.IncidentID, reason string, change func(*keepiton.Incident) bool) error {
	rev, base, err := d.current(ctx, id)
	if err != nil {
		return err
	}
	inc := rev.Incident.Clone()
	if !change(inc) {
		return nil // somebody was faster
	}
	if inc.State != keepiton.Published {
		_, err = d.Save(ctx, who, id, base, inc, reason)
		return err
	}
	_, err = d.Correct(ctx, who, id, base, inc, reason)
	return err
}

// CodesOfColumn returns the coded list that a column of STOP is read into, nil
// when it has none. Headers of the older layouts are read by their words.
func CodesOfColumn(column string) keepiton.Codes {
	f, ok := FieldOfColumn(column)
	if !ok {
		return nil
	}
	return f.Codes
}

// FieldOfColumn returns the coded field that a column of STOP is read into.
func FieldOfColumn(column string) (keepiton.Field, bool) {
	key := strings.ReplaceAll(strings.ToLower(strings.TrimSpace(column)), " ", "_")
	for _, f := range keepiton.Fields {
		if len(f.Codes) > 0 && slices.Contains(f.STOP, key) {
			return f, true
		}
	}
	return keepiton.Field{}, false
}

// hasPart reports whether words are the cell, or one of the values that STOP
// joins in it.
func hasPart(cell, words string) bool {
	if strings.TrimSpace(cell) == words {
		return true
	}
	if start, cut := strings.CutSuffix(words, "…"); cut { // the import keeps long words short
		return strings.HasPrefix(strings.TrimSpace(cell), start)
	}
	return slices.ContainsFunc(strings.FieldsFunc(cell, func(r rune) bool { return r == ',' || r == ';' || r == '\n' }), func(part string) bool {
		return strings.TrimSpace(part) == words
	})
}

// addCode gives the field of a column one more code; "unknown" gives way to
// it. A field of one code that has one already keeps it.
func addCode(inc *keepiton.Incident, column, code string) bool {
	f, _ := FieldOfColumn(column)
	many := map[string]*[]string{"kinds": &inc.Kinds, "extents": &inc.Extents, "causes": &inc.Causes, "justifications": &inc.Justifications}
	one := map[string]*string{"scope": &inc.Scope, "region": &inc.Region, "info_source": &inc.InfoSource}
	if p, ok := many[f.Name]; ok {
		if slices.Contains(*p, code) {
			return false
		}
		*p = append(slices.DeleteFunc(slices.Clone(*p), func(c string) bool { return c == keepiton.CodeUnknown }), code)
		return true
	}
	if p, ok := one[f.Name]; ok && *p == "" {
		*p = code
		return true
	}
	if f.Name == "perpetrators" && !slices.ContainsFunc(inc.Perpetrators, func(p keepiton.Perpetrator) bool { return p.Body == code }) {
		inc.Perpetrators = append(inc.Perpetrators, keepiton.Perpetrator{Body: code})
		return true
	}
	return false
}
