package relational

import (
	"context"
	"database/sql"
	"strings"
	"time"

	"keepiton"
	"keepiton/store"
)

const maxStory = 1 << 20 // bytes of JSON

func storyKey(id keepiton.StoryID) (int64, error) {
	year, n, err := id.Parse()
	return numbered(year, n, err)
}

func noStory(id keepiton.StoryID) error {
	return keepiton.Errorf(keepiton.NotFound, "there is no story %s", id)
}

const storyColumns = `n, recorded, role, author, reason, doc`

func scanStory(r *sql.Rows) (keepiton.StoryRevision, error) {
	var rev keepiton.StoryRevision
	var recorded int64
	var role string
	var doc []byte
	if err := r.Scan(&rev.N, &recorded, &role, &rev.Author, &rev.Reason, &doc); err != nil {
		return rev, err
	}
	rev.Recorded, rev.Role = unstamp(recorded), keepiton.Role(role)
	return rev, unpackJSON(doc, &rev.Story)
}

// stories reads the revisions that query selects.
func (s *Store) stories(ctx context.Context, query string, args ...any) (out []keepiton.StoryRevision, err error) {
	err = s.Each(ctx, "read stories", query, args, func(r *sql.Rows) error {
		rev, err := scanStory(r)
		out = append(out, rev)
		return err
	})
	return out, err
}

// Story implements store.Stories.
func (s *Store) Story(ctx context.Context, id keepiton.StoryID) (keepiton.StoryRevision, error) {
	key, err := storyKey(id)
	if err != nil {
		return keepiton.StoryRevision{}, noStory(id)
	}
	revs, err := s.stories(ctx, `SELECT `+storyColumns+` FROM story_revision WHERE story = ? ORDER BY n DESC LIMIT 1`, key)
	if err == nil && len(revs) == 0 {
		err = noStory(id)
	}
	if err != nil {
		return keepiton.StoryRevision{}, err
	}
	return revs[0], nil
}

// StoryRevisions implements store.Stories.
func (s *Store) StoryRevisions(ctx context.Context, id keepiton.StoryID) ([]keepiton.StoryRevision, error) {
	key, err := storyKey(id)
	if err != nil {
		return nil, noStory(id)
	}
	revs, err := s.stories(ctx, `SELECT `+storyColumns+` FROM story_revision WHERE story = ? ORDER BY n`, key)
	if err == nil && len(revs) == 0 {
		err = noStory(id)
	}
	return revs, err
}

// AppendStory implements store.Stories.
func (s *Store) AppendStory(ctx context.Context, base int, rev keepiton.StoryRevision) (keepiton.StoryRevision, error) {
	if rev.Recorded.IsZero() {
		return rev, keepiton.Errorf(keepiton.Invalid, "a revision of a story needs a time")
	}
	if err := plainText("revision", rev.Author, rev.Reason, string(rev.Role)); err != nil {
		return rev, err
	}
	rev.Recorded = rev.Recorded.UTC().Truncate(time.Second)
	err := s.transaction(ctx, "store a story", func(t *transaction) error {
		key, err := t.storyBase(base, &rev)
		if err != nil {
			return err
		}
		rev.N = base + 1
		return t.putStory(key, &rev)
	})
	return rev, err
}

// putStory stores a revision with what the story is found by. It fails, and with
// it the transaction, when the number is taken.
func (t *transaction) putStory(key int64, rev *keepiton.StoryRevision) error {
	data, err := marshal(&rev.Story, maxStory)
	if err != nil {
		return err
	}
	if _, err := t.Exec(`INSERT INTO story_revision (story, `+storyColumns+`) VALUES (?, ?, ?, ?, ?, ?, ?)`,
		key, rev.N, stamp(rev.Recorded), string(rev.Role), rev.Author, rev.Reason, pack(data)); err != nil {
		return err
	}
	if err := t.storyFacets(key, &rev.Story); err != nil {
		return err
	}
	_, err = t.Count("version", 1)
	return err
}

// storyBase checks that rev may follow revision base, numbers a new story, and
// raises a Recorded that lies before that of the revision it follows.
func (t *transaction) storyBase(base int, rev *keepiton.StoryRevision) (key int64, err error) {
	if base == 0 && rev.Story.ID == "" {
		year := rev.Recorded.Year()
		_, err = t.Get(`INSERT INTO story_number (year, last) VALUES (?, 1) ON CONFLICT (year) DO UPDATE SET last = story_number.last + 1 RETURNING last`,
			[]any{year}, []any{&key})
		rev.Story.ID = keepiton.NewStoryID(year, int(key))
		return int64(year)*yearSpan + key, err
	}
	if key, err = storyKey(rev.Story.ID); err != nil {
		return 0, err
	}
	var newest, recorded int64
	var doc []byte
	found, err := t.Get(`SELECT n, recorded, doc FROM story_revision WHERE story = ? ORDER BY n DESC LIMIT 1`, []any{key}, []any{&newest, &recorded, &doc})
	switch {
	case err != nil:
		return 0, err
	case !found:
		return 0, noStory(rev.Story.ID)
	case int64(base) != newest:
		return 0, keepiton.Errorf(keepiton.Conflict, "%s was changed by somebody else: revision %d is newer than %d", rev.Story.ID, newest, base)
	}
	var before keepiton.Story
	if err := unpackJSON(doc, &before); err != nil {
		return 0, err
	}
	if !before.State.May(rev.Story.State) || rev.Story.State == keepiton.Merged {
		return 0, keepiton.Errorf(keepiton.Conflict, "%s is %s and cannot become %s", rev.Story.ID, before.State, rev.Story.State)
	}
	if rev.Recorded.Unix() < recorded {
		rev.Recorded = unstamp(recorded)
	}
	return key, nil
}

// storyFacets replaces what a story is found by.
func (t *transaction) storyFacets(key int64, st *keepiton.Story) error {
	if _, err := t.Exec(`DELETE FROM story_facet WHERE story = ?`, key); err != nil {
		return err
	}
	put := func(kind, value string) error {
		_, err := t.Exec(`INSERT INTO story_facet (kind, value, story) VALUES (?, ?, ?) ON CONFLICT DO NOTHING`, kind, value, key)
		return err
	}
	facets := [][2]string{{"state", string(st.State)}, {"lang", st.Lang}}
	for _, p := range st.Places {
		if p.Country != "" && p.Confidence >= keepiton.SurePlace && !p.Except {
			facets = append(facets, [2]string{"country", p.Country})
		}
	}
	for _, id := range st.Incidents {
		facets = append(facets, [2]string{"incident", string(id)})
	}
	for _, h := range st.Harms {
		facets = append(facets, [2]string{"harm", h})
	}
	for _, tr := range st.Translations {
		facets = append(facets, [2]string{"lang", tr.Lang})
	}
	for _, id := range st.Basis {
		facets = append(facets, [2]string{"basis", string(id)})
	}
	for _, f := range facets {
		if err := plainText("story", f[1]); err != nil {
			return err
		}
		if err := put(f[0], f[1]); err != nil {
			return err
		}
	}
	return nil
}

// ListStories implements store.Stories.
func (s *Store) ListStories(ctx context.Context, q store.StoryQuery) (store.StoryPage, error) {
	var page store.StoryPage
	if q.Limit == 0 {
		q.Limit = 20
	}
	if q.Limit < 1 || q.Limit > 200 {
		return page, keepiton.Errorf(keepiton.Invalid, "limit %d is not between 1 and 200", q.Limit)
	}
	if len(q.States) == 0 {
		q.States = []keepiton.State{keepiton.Published}
	}
	where, args := storyWhere(q)
	err := s.Each(ctx, "count stories", `SELECT count(*) FROM (SELECT DISTINCT story FROM story_revision) AS s WHERE `+where, args, func(r *sql.Rows) error {
		return r.Scan(&page.Total)
	})
	if err != nil {
		return page, err
	}
	if q.Cursor != "" {
		key, err := storyKey(keepiton.StoryID(q.Cursor))
		if err != nil {
			return page, keepiton.Errorf(keepiton.Invalid, "cursor %q is not one of ours", q.Cursor)
		}
		where, args = where+` AND s.story < ?`, append(args, key)
	}
	page.Items, err = s.stories(ctx, `SELECT `+storyColumns+` FROM story_revision AS s
		WHERE n = (SELECT max(n) FROM story_revision AS newest WHERE newest.story = s.story) AND `+where+` ORDER BY s.story DESC LIMIT ?`, append(args, q.Limit+1)...)
	if err == nil && len(page.Items) > q.Limit {
		page.Items = page.Items[:q.Limit]
		page.Next = string(page.Items[q.Limit-1].Story.ID)
	}
	return page, err
}

// storyWhere is the condition of q on the column s.story.
func storyWhere(q store.StoryQuery) (string, []any) {
	var terms []string
	var args []any
	in := func(kind string, values []string) {
		if len(values) == 0 {
			return
		}
		terms = append(terms, `s.story IN (SELECT story FROM story_facet WHERE kind = ? AND value IN (?`+strings.Repeat(`, ?`, len(values)-1)+`))`)
		args = append(args, kind)
		for _, v := range values {
			args = append(args, v)
		}
	}
	in("state", texts(q.States))
	in("country", q.Countries)
	in("incident", texts(q.Incidents))
	in("harm", q.Harms)
	in("lang", q.Langs)
	in("basis", texts(q.Basis))
	return strings.Join(terms, ` AND `), args
}

func texts[S ~string](values []S) []string {
	out := make([]string, len(values))
	for i, v := range values {
		out[i] = string(v)
	}
	return out
}
