package relational

import (
	"context"
	"database/sql"
	"encoding/base64"
	"encoding/binary"
	"strings"

	"keepiton"
	"keepiton/store"
)

// disruptionWhere is the condition of f on the table disruption.
func disruptionWhere(f store.DisruptionFilter) (string, []any) {
	terms, args := []string{`1 = 1`}, []any{}
	add := func(term string, values ...any) { terms, args = append(terms, term), append(args, values...) }
	in := func(column string, values []string) (string, []any) {
		all := make([]any, len(values))
		for i, v := range values {
			all[i] = v
		}
		return column + ` IN (?` + strings.Repeat(`, ?`, len(values)-1) + `)`, all
	}
	if f.Country != "" {
		add(`country = ?`, f.Country)
	}
	if len(f.States) > 0 {
		term, values := in(`state`, texts(f.States))
		add(term, values...)
	}
	if !f.From.IsZero() {
		add(`until > ?`, f.From.Unix())
	}
	if !f.To.IsZero() {
		add(`onset < ?`, f.To.Unix())
	}
	if f.Open {
		add(`until = ?`, int64(notEnded))
	}
	if !f.InSight.IsZero() {
		add(`lost > ?`, f.InSight.Unix())
	}
	decided := texts(f.Decided)
	if f.Undecided {
		decided = append(decided, "", string(keepiton.Reopened))
	}
	if len(decided) > 0 {
		term, values := in(`decided`, decided)
		add(term, values...)
	}
	if f.Incident != "" {
		add(`incident = ?`, string(f.Incident))
	}
	if f.Into != "" {
		add(`into_id = ?`, string(f.Into))
	}
	return strings.Join(terms, ` AND `), args
}

// ListDisruptions implements store.Disruptions.
func (s *Store) ListDisruptions(ctx context.Context, f store.DisruptionFilter) (page store.DisruptionPage, err error) {
	if f.Limit == 0 {
		f.Limit = 50
	}
	if f.Limit < 1 || f.Limit > 1000 {
		return page, keepiton.Errorf(keepiton.Invalid, "limit %d is not between 1 and 1000", f.Limit)
	}
	where, args := disruptionWhere(f)
	if err := s.reading(ctx)(`SELECT count(*) FROM disruption WHERE `+where, args, func(r *sql.Rows) error { return r.Scan(&page.Total) }); err != nil {
		return page, err
	}
	if f.Cursor != "" {
		onset, ord, err := parseDisruptionCursor(f.Cursor)
		if err != nil {
			return page, err
		}
		where += ` AND (onset < ? OR onset = ? AND ord < ?)`
		args = append(args, onset, onset, ord)
	}
	var onset int64
	err = s.reading(ctx)(`SELECT onset, doc FROM disruption WHERE `+where+` ORDER BY onset DESC, ord DESC LIMIT ?`, append(args, f.Limit+1), func(r *sql.Rows) error {
		if len(page.Items) == f.Limit {
			page.Next = disruptionCursor(onset, page.Items[f.Limit-1].ID)
			return nil
		}
		var doc []byte
		if err := r.Scan(&onset, &doc); err != nil {
			return err
		}
		d, err := unpackDisruption(doc)
		page.Items = append(page.Items, d)
		return err
	})
	if err != nil {
		return page, err
	}
	page.Last = map[keepiton.DisruptionID]keepiton.Decision{}
	for i := range page.Items {
		d := &page.Items[i]
		if d.Verdicts, err = verdicts(s.reading(ctx), d.ID); err != nil {
			return page, err
		}
		all, err := decisions(s.reading(ctx), d.ID)
		if err != nil {
			return page, err
		}
		if len(all) > 0 {
			page.Last[d.ID] = all[len(all)-1]
		}
	}
	return page, nil
}

// disruptionCursor is where a list goes on: base64 of eight bytes of the onset and
// the id.
func disruptionCursor(onset int64, id keepiton.DisruptionID) string {
	return base64.RawURLEncoding.EncodeToString(append(binary.BigEndian.AppendUint64(nil, uint64(onset)), id...))
}

func parseDisruptionCursor(text string) (onset int64, ord []byte, err error) {
	b, err := base64.RawURLEncoding.Strict().DecodeString(text)
	if err != nil || len(b) < 8 || !keepiton.DisruptionID(b[8:]).Valid() {
		return 0, nil, keepiton.Hint(keepiton.Errorf(keepiton.Invalid, "%q is not a cursor of this list", text), "start again from the first page")
	}
	return int64(binary.BigEndian.Uint64(b)), b[8:], nil
}
