package relational

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"keepiton"
	"keepiton/count"
)

// batch gathers the revisions of one transaction. Shelves, search words and
// counters are written once, by flush.
type batch struct {
	t       *transaction
	seq     int64 // next free
	shelves map[int64]*shelf
	touched map[int64]*incident
}

// incident is one incident under change.
type incident struct {
	key    int64
	shelf  *shelf
	isNew  bool
	former map[string]bool
	docs   map[int64]*keepiton.Incident // by seq: those that were needed, without cells
}

func newBatch(t *transaction, revisions int) (*batch, error) {
	last, err := t.Count("seq", int64(revisions))
	return &batch{t: t, seq: last - int64(revisions) + 1, shelves: map[int64]*shelf{}, touched: map[int64]*incident{}}, err
}

// entries returns the incident's entries on its shelf, oldest first, and
// where they begin.
func (i *incident) entries() (entries []entry, from int) {
	_, slot := shelfOf(i.key)
	list := i.shelf.entries
	from, _ = slices.BinarySearchFunc(list, slot, func(e entry, slot uint8) int { return cmp.Compare(e.slot, slot) })
	to := from
	for to < len(list) && list[to].slot == slot {
		to++
	}
	return list[from:to], from
}

// inForce returns the newest entry, nil when there is none.
func (i *incident) inForce() *entry {
	entries, _ := i.entries()
	if len(entries) == 0 {
		return nil
	}
	return &entries[len(entries)-1]
}

// incident loads the incident of key with its shelf.
func (b *batch) incident(key int64) (*incident, error) {
	if i := b.touched[key]; i != nil {
		return i, nil
	}
	id, _ := shelfOf(key)
	sh := b.shelves[id]
	if sh == nil {
		var outline, present, history []byte
		found, err := b.t.Get(`SELECT o.data, p.data, h.data FROM shelf_outline o
			JOIN shelf_present p ON p.id = o.id JOIN shelf_history h ON h.id = o.id WHERE o.id = ?`, []any{id}, []any{&outline, &present, &history})
		if err != nil {
			return nil, err
		}
		sh = &shelf{}
		if found {
			if sh, err = decodeShelf(outline, present, history); err != nil {
				return nil, err
			}
		}
		b.shelves[id] = sh
	}
	i := &incident{key: key, shelf: sh, former: map[string]bool{}, docs: map[int64]*keepiton.Incident{}}
	var former string
	found, err := b.t.Get(`SELECT former FROM incident WHERE id = ?`, []any{key}, []any{&former})
	if err != nil {
		return nil, err
	}
	i.isNew = !found
	for _, w := range splitWords(former) {
		i.former[w] = true
	}
	b.touched[key] = i
	return i, nil
}

// doc returns the incident of a stored entry, without cells.
func (b *batch) doc(i *incident, seq int64) (*keepiton.Incident, error) {
	if d := i.docs[seq]; d != nil {
		return d, nil
	}
	var data []byte
	if _, err := b.t.Get(`SELECT doc FROM revision WHERE seq = ?`, []any{seq}, []any{&data}); err != nil {
		return nil, err
	}
	d := &keepiton.Incident{}
	i.docs[seq] = d
	return d, unpackJSON(data, d)
}

// add stores rev, whose Incident has its id, at its place among the revisions
// of the incident, and returns it with N and Changes.
func (b *batch) add(rev keepiton.Revision) (keepiton.Revision, error) {
	key, err := keyOf(rev.Incident.ID)
	if err != nil {
		return rev, err
	}
	i, err := b.incident(key)
	if err != nil {
		return rev, err
	}
	if err := checkTexts(&rev); err != nil {
		return rev, err
	}
	if i.isNew {
		if _, err := b.t.Exec(`INSERT INTO incident (id, former) VALUES (?, '')`, key); err != nil {
			return rev, err
		}
		if err := b.took(key); err != nil {
			return rev, err
		}
		i.isNew = false
	}
	entries, from := i.entries()
	e := entry{n: int64(len(entries)) + 1, seq: b.seq, recorded: rev.Recorded.Unix(), superseded: inForce, shape: shapeOf(&rev.Incident)}
	_, e.slot = shelfOf(key)
	b.seq++
	rev.N = int(e.n)
	c := count.CaseOf(&rev.Incident)
	if e.counted, err = c.AppendBinary(nil); err != nil {
		return rev, err
	}
	at := len(entries)
	for at > 0 && entries[at-1].recorded > e.recorded {
		at--
	}
	rev.Changes = nil
	if at > 0 {
		if rev.Changes, err = b.follow(i, &entries[at-1], &rev.Incident, e.recorded); err != nil {
			return rev, err
		}
	}
	if at < len(entries) {
		e.superseded = entries[at].recorded
		if err := b.rediff(i, &rev.Incident, entries[at].seq); err != nil {
			return rev, err
		}
	}
	if err := b.former(i, entries, at, &rev.Incident); err != nil {
		return rev, err
	}
	bare := rev.Incident
	bare.Rows = bareRows(bare.Rows)
	i.docs[e.seq] = &bare
	i.shelf.entries = slices.Insert(i.shelf.entries, from+at, e)
	return rev, b.insert(key, &e, &rev)
}

// follow ends the span of the revision before and tells what changed.
func (b *batch) follow(i *incident, before *entry, inc *keepiton.Incident, recorded int64) ([]keepiton.Change, error) {
	old, err := b.doc(i, before.seq)
	if err != nil {
		return nil, err
	}
	before.superseded = recorded
	_, err = b.t.Exec(`UPDATE revision SET superseded = ? WHERE seq = ?`, recorded, before.seq)
	return changed(old, inc), err
}

// changed tells what differs. Against what readers never saw it names the state
// alone: they may read the changes of what they see.
func changed(old, inc *keepiton.Incident) []keepiton.Change {
	diff := keepiton.Diff(old, inc)
	if inc.State.Public() && !old.State.Public() {
		diff = slices.DeleteFunc(diff, func(c keepiton.Change) bool {
			return c.Field != "state" && c.Field != "reason" && c.Field != "merged_into"
		})
	}
	return diff
}

// rediff tells anew what changed in the revision that inc slipped in before.
func (b *batch) rediff(i *incident, inc *keepiton.Incident, seq int64) error {
	next, err := b.doc(i, seq)
	if err != nil {
		return err
	}
	changes, err := packChanges(changed(inc, next))
	if err != nil {
		return err
	}
	_, err = b.t.Exec(`UPDATE revision SET changes = ? WHERE seq = ?`, changes, seq)
	return err
}

// former keeps the words of the revision that goes out of force, or of the
// one that comes too late to be in force.
func (b *batch) former(i *incident, entries []entry, at int, inc *keepiton.Incident) error {
	old := inc
	if at == len(entries) {
		if at == 0 {
			return nil
		}
		var err error
		if old, err = b.doc(i, entries[at-1].seq); err != nil {
			return err
		}
	}
	for _, w := range splitWords(searchText(old)) {
		i.former[w] = true
	}
	return nil
}

// took notes that the number in key is given away.
func (b *batch) took(key int64) error {
	_, err := b.t.Exec(`INSERT INTO year_number (year, last) VALUES (?, ?)
		ON CONFLICT (year) DO UPDATE SET last = CASE WHEN excluded.last > year_number.last THEN excluded.last ELSE year_number.last END`,
		key/yearSpan, key%yearSpan)
	return err
}

func packChanges(changes []keepiton.Change) ([]byte, error) {
	if len(changes) == 0 {
		return nil, nil
	}
	data, err := marshal(changes, 2*maxDoc)
	return pack(data), err
}

// insert writes the row of a revision.
func (b *batch) insert(key int64, e *entry, rev *keepiton.Revision) error {
	doc, rows, hash, err := packIncident(&rev.Incident)
	if err != nil {
		return keepiton.Errorf(keepiton.CodeOf(err), "%s: %w", rev.Incident.ID, err)
	}
	changes, err := packChanges(rev.Changes)
	if err != nil {
		return err
	}
	var rowsID any
	if rows != nil {
		if rowsID, err = b.sheetRows(rows, hash); err != nil {
			return err
		}
	}
	public := 0
	if rev.Incident.State.Public() {
		public = 1
	}
	_, err = b.t.Exec(`INSERT INTO revision (seq, incident, n, recorded, superseded, public, role, author, reason, edition, sheet_rows, changes, doc)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		e.seq, key, e.n, e.recorded, e.superseded, public, string(rev.Role), rev.Author, rev.Reason, rev.Edition, rowsID, changes, doc)
	return err
}

func (b *batch) sheetRows(rows []byte, hash [32]byte) (id int64, err error) {
	found, err := b.t.Get(`SELECT id FROM sheet_rows WHERE sha256 = ?`, []any{hash[:]}, []any{&id})
	if found || err != nil {
		return id, err
	}
	if id, err = b.t.Count("sheet_rows", 1); err != nil {
		return 0, err
	}
	_, err = b.t.Exec(`INSERT INTO sheet_rows (id, sha256, data) VALUES (?, ?, ?)`, id, hash[:], rows)
	return id, err
}

// flush writes the shelves and words of all that was touched and moves the
// version on.
func (b *batch) flush() error {
	version, err := b.t.Count("version", 1)
	if err != nil {
		return err
	}
	for _, key := range slices.Sorted(maps.Keys(b.touched)) {
		if err := b.index(b.touched[key]); err != nil {
			return err
		}
	}
	for _, id := range slices.Sorted(maps.Keys(b.shelves)) {
		outline, present, history := b.shelves[id].encode()
		if _, err := b.t.Exec(`INSERT INTO shelf_outline (id, version, data) VALUES (?, ?, ?)
			ON CONFLICT (id) DO UPDATE SET version = excluded.version, data = excluded.data`, id, version, outline); err != nil {
			return err
		}
		if _, err := b.t.Exec(`INSERT INTO shelf_present (id, data) VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET data = excluded.data`, id, present); err != nil {
			return err
		}
		if _, err := b.t.Exec(`INSERT INTO shelf_history (id, data) VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET data = excluded.data`, id, history); err != nil {
			return err
		}
	}
	return nil
}

// index writes the words under which the incident is found.
func (b *batch) index(i *incident) error {
	stands := i.inForce()
	if stands == nil {
		return nil
	}
	doc, err := b.doc(i, stands.seq)
	if err != nil {
		return err
	}
	w := Words{Present: searchText(doc)}
	for _, word := range splitWords(w.Present) {
		delete(i.former, word)
	}
	former := slices.Sorted(maps.Keys(i.former))
	w.Former = joinWords(former)
	w.PresentPart, w.FormerPart = partWords(splitWords(w.Present)), partWords(former)
	if _, err := b.t.Exec(`UPDATE incident SET former = ? WHERE id = ?`, w.Former, i.key); err != nil {
		return err
	}
	return b.t.d.Index(b.t.Ctx, b.t.Tx, i.key, w)
}

// checkTexts refuses what not every engine can hold in a text: NUL, and bytes
// that are no UTF-8.
func checkTexts(rev *keepiton.Revision) error {
	if rev.Recorded.Year() < 1900 || rev.Recorded.Year() > 9999 {
		return keepiton.Errorf(keepiton.Invalid, "%s: recorded %s is not a time of this record", rev.Incident.ID, rev.Recorded.Format(time.RFC3339))
	}
	if stateIndex(rev.Incident.State) == 0 {
		return keepiton.Errorf(keepiton.Invalid, "%s: %q is not a state of an incident", rev.Incident.ID, rev.Incident.State)
	}
	return plainText(string(rev.Incident.ID), string(rev.Role), rev.Author, rev.Reason, rev.Edition)
}
