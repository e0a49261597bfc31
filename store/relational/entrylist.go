package relational

import (
	"context"
	"database/sql"
	"encoding/base64"
	"slices"
	"strings"
	"time"

	"keepiton"
	"keepiton/locale"
	"keepiton/store"
)

// indexEntry replaces what an entry is found by in a view.
func (t *transaction) indexEntry(view int, kind keepiton.EntryKind, rev *keepiton.EntryRevision, index keepiton.EntryIndex) error {
	id := string(rev.ID)
	var since, until int64 // a time that is not known never matches a span
	if !index.From.IsZero() {
		since, until = index.From.At.Unix(), index.From.Until().Unix()
		if !index.To.IsZero() {
			until = index.To.Until().Unix()
		}
	}
	// Words stand between blanks, so that a search for " word" finds beginnings.
	words := " " + strings.Join(splitWords(locale.Fold(strings.Join(index.Words, " "))), " ")
	if err := plainText("entry", index.Order, words); err != nil {
		return err
	}
	if _, err := t.Exec(`INSERT INTO entry_index (entry, view, kind, n, state, ord, since, until, words) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (entry, view) DO UPDATE SET n = excluded.n, state = excluded.state, ord = excluded.ord, since = excluded.since, until = excluded.until, words = excluded.words`,
		id, view, string(kind), rev.N, string(rev.State), []byte(locale.Fold(index.Order)), since, until, words); err != nil {
		return err
	}
	if _, err := t.Exec(`DELETE FROM entry_facet WHERE entry = ? AND view = ?`, id, view); err != nil {
		return err
	}
	for _, f := range index.Facets {
		if err := plainText("entry", f.Name, f.Value); err != nil {
			return err
		}
		if _, err := t.Exec(`INSERT INTO entry_facet (view, name, value, entry) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING`, view, f.Name, f.Value, id); err != nil {
			return err
		}
	}
	return nil
}

// entryWhere is the condition of q on the table entry_index as i.
func entryWhere(q store.EntryQuery) (string, []any) {
	view, states := publicView, []keepiton.State{keepiton.Published}
	if q.Desk {
		view, states = deskView, q.States
	}
	terms, args := []string{`i.view = ?`}, []any{view}
	add := func(term string, values ...any) { terms, args = append(terms, term), append(args, values...) }
	in := func(term string, before []any, values []string) {
		all := slices.Clone(before)
		for _, v := range values {
			all = append(all, v)
		}
		add(strings.Replace(term, "?…", `?`+strings.Repeat(`, ?`, len(values)-1), 1), all...)
	}
	if q.Kind != "" {
		add(`i.kind = ?`, string(q.Kind))
	}
	if len(states) > 0 {
		in(`i.state IN (?…)`, nil, texts(states))
	}
	names := make([]string, 0, len(q.Facets))
	for name, values := range q.Facets {
		if len(values) > 0 {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	for _, name := range names {
		in(`i.entry IN (SELECT f.entry FROM entry_facet AS f WHERE f.view = ? AND f.name = ? AND f.value IN (?…))`, []any{view, name}, q.Facets[name])
	}
	if !q.From.IsZero() {
		add(`i.until > ?`, q.From.Unix())
	}
	if !q.Before.IsZero() {
		add(`i.since < ? AND i.until > 0`, q.Before.Unix())
	}
	for _, w := range splitWords(locale.Fold(q.Text)) {
		add(`i.words LIKE ? ESCAPE '!'`, "% "+likeText(w)+"%")
	}
	return strings.Join(terms, ` AND `), args
}

// likeText writes w so that LIKE takes it as it stands.
func likeText(w string) string {
	return strings.NewReplacer("!", "!!", "%", "!%", "_", "!_").Replace(w)
}

// ListEntries implements store.Entries.
func (s *Store) ListEntries(ctx context.Context, q store.EntryQuery) (store.EntryPage, error) {
	var page store.EntryPage
	if q.Limit == 0 {
		q.Limit = 50
	}
	if q.Limit < 1 || q.Limit > 1000 {
		return page, keepiton.Errorf(keepiton.Invalid, "limit %d is not between 1 and 1000", q.Limit)
	}
	where, args := entryWhere(q)
	err := s.Each(ctx, "count entries", `SELECT count(*) FROM entry_index AS i WHERE `+where, args, func(r *sql.Rows) error { return r.Scan(&page.Total) })
	if err != nil {
		return page, err
	}
	after, order := `>`, ``
	if q.Descending {
		after, order = `<`, ` DESC`
	}
	if q.Cursor != "" {
		ord, id, err := parseEntryCursor(q.Cursor)
		if err != nil {
			return page, err
		}
		where += ` AND (i.ord ` + after + ` ? OR i.ord = ? AND i.entry ` + after + ` ?)`
		args = append(args, ord, ord, id)
	}
	var ords [][]byte
	err = s.Each(ctx, "list entries", `SELECT `+entryColumns+`, i.ord FROM entry_index AS i JOIN entry_revision AS r ON r.entry = i.entry AND r.n = i.n
		WHERE `+where+` ORDER BY i.ord`+order+`, i.entry`+order+` LIMIT ?`, append(args, q.Limit+1), func(r *sql.Rows) error {
		var ord []byte
		rev, err := scanEntryWith(r, &ord)
		page.Items, ords = append(page.Items, rev), append(ords, ord)
		return err
	})
	if err == nil && len(page.Items) > q.Limit {
		page.Items = page.Items[:q.Limit]
		page.Next = entryCursor(ords[q.Limit-1], page.Items[q.Limit-1].ID)
	}
	return page, err
}

// entryCursor is where a list goes on: base64 of the order, NUL and the id.
func entryCursor(ord []byte, id keepiton.EntryID) string {
	return base64.RawURLEncoding.EncodeToString(append(append(slices.Clone(ord), 0), id...))
}

func parseEntryCursor(s string) (ord []byte, id string, err error) {
	b, err := base64.RawURLEncoding.DecodeString(s)
	at := strings.LastIndexByte(string(b), 0)
	if err != nil || at < 0 || len(b) > 4096 || keepiton.EntryID(b[at+1:]).Kind() == "" {
		return nil, "", keepiton.Errorf(keepiton.Invalid, "cursor %q is not one of ours", s)
	}
	return b[:at], string(b[at+1:]), nil
}

// CountEntries implements store.Entries.
func (s *Store) CountEntries(ctx context.Context, q store.EntryQuery, facet string) (map[string]int, error) {
	where, args := entryWhere(q)
	view := publicView
	if q.Desk {
		view = deskView
	}
	out := map[string]int{}
	err := s.Each(ctx, "count entries", `SELECT coalesce(f.value, ''), count(*) FROM entry_index AS i
		LEFT JOIN entry_facet AS f ON f.entry = i.entry AND f.view = ? AND f.name = ? WHERE `+where+` GROUP BY coalesce(f.value, '')`,
		append([]any{view, facet}, args...), func(r *sql.Rows) error {
			var value string
			var n int
			err := r.Scan(&value, &n)
			out[value] = n
			return err
		})
	return out, err
}

// PutEntryApproval implements store.Entries.
func (s *Store) PutEntryApproval(ctx context.Context, a keepiton.EntryApproval) error {
	if err := plainText("approval", a.Account, a.Organization, a.Reason); err != nil {
		return err
	}
	return s.transaction(ctx, "approve "+string(a.ID), func(t *transaction) error {
		var one int
		found, err := t.Get(`SELECT 1 FROM entry_revision WHERE entry = ? AND n = ?`, []any{string(a.ID), a.N}, []any{&one})
		switch {
		case err != nil:
			return err
		case !found:
			return noEntry(a.ID)
		}
		approves := 0
		if a.Approves {
			approves = 1
		}
		_, err = t.Exec(`INSERT INTO entry_approval (entry, n, account, organization, approves, reason, made) VALUES (?, ?, ?, ?, ?, ?, ?)
			ON CONFLICT (entry, n, account) DO UPDATE SET organization = excluded.organization, approves = excluded.approves, reason = excluded.reason, made = excluded.made`,
			string(a.ID), a.N, a.Account, a.Organization, approves, a.Reason, stamp(a.Day.UTC().Truncate(24*time.Hour)))
		return err
	})
}

// EntryApprovals implements store.Entries.
func (s *Store) EntryApprovals(ctx context.Context, id keepiton.EntryID, n int) (out []keepiton.EntryApproval, err error) {
	err = s.Each(ctx, "read approvals", `SELECT account, organization, approves, reason, made FROM entry_approval WHERE entry = ? AND n = ? ORDER BY account`,
		[]any{string(id), n}, func(r *sql.Rows) error {
			a := keepiton.EntryApproval{ID: id, N: n}
			var approves int
			var made int64
			err := r.Scan(&a.Account, &a.Organization, &approves, &a.Reason, &made)
			a.Approves, a.Day = approves != 0, unstamp(made)
			out = append(out, a)
			return err
		})
	return out, err
}
