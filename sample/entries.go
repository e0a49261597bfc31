package sample

import (
	"encoding/json"
	"time"

	"keepiton"
)

// Entries returns every revision of what the made-up campaign keeps beside
// World(now): organizations, pledges, watch items, petitions, letters and
// statements, in the order in which they are to be stored. Ids and revision
// numbers are those that a store gives when nothing else is in it. Most are
// published; some wait at the desk, one is withdrawn. All of it is invented.
func Entries(now time.Time) []keepiton.EntryRevision {
	b := &binder{calendar: calendar{now.UTC().Truncate(time.Second)}, world: World(now), next: map[string]int{}}
	for _, tell := range []func(*binder){organizations, watches, pledges, petitions, letters, statements} {
		tell(b)
	}
	return b.out
}

// binder collects entries and gives them their ids.
type binder struct {
	calendar
	world []keepiton.Revision
	next  map[string]int // by kind and year
	out   []keepiton.EntryRevision
}

// draft adds the first revision of an entry, written so many days ago.
func (b *binder) draft(days int, e keepiton.Entry) keepiton.EntryID {
	at := b.ago(days).At.Add(9 * time.Hour)
	if at.After(b.now) {
		at = b.now
	}
	key := string(e.Kind()) + at.Format("2006")
	b.next[key]++
	id := keepiton.NewEntryID(e.Kind(), at.Year(), b.next[key])
	b.add(keepiton.EntryRevision{ID: id, N: 1, State: keepiton.Draft, Recorded: at, Role: keepiton.RoleAnalyst, Author: "sample-analyst"}, e)
	return id
}

// waiting adds an entry that waits for people to stand behind it.
func (b *binder) waiting(days int, e keepiton.Entry) keepiton.EntryID {
	id := b.draft(days, e)
	b.follow(keepiton.InReview, keepiton.RoleAnalyst, "", e)
	return id
}

// published adds an entry that readers see.
func (b *binder) published(days int, e keepiton.Entry) keepiton.EntryID {
	id := b.draft(days, e)
	b.follow(keepiton.Published, keepiton.RoleEditor, "", e)
	return id
}

// follow adds another revision to the entry that was added last.
func (b *binder) follow(state keepiton.State, role keepiton.Role, reason string, e keepiton.Entry) {
	last := b.out[len(b.out)-1]
	at := last.Recorded.Add(2 * time.Hour)
	if at.After(b.now) {
		at = b.now
	}
	author := "sample-analyst"
	if role == keepiton.RoleEditor {
		author = "sample-editor"
	}
	b.add(keepiton.EntryRevision{ID: last.ID, N: last.N + 1, State: state, Recorded: at, Role: role, Author: author, Reason: reason}, e)
}

func (b *binder) add(rev keepiton.EntryRevision, e keepiton.Entry) {
	doc, err := json.Marshal(e)
	if err != nil {
		panic(err) // a body of ours is always JSON
	}
	rev.Doc = doc
	b.out = append(b.out, rev)
}

// incident returns the published incident of a country that starts on a day.
func (b *binder) incident(country string, start keepiton.Moment) keepiton.IncidentID {
	for _, rev := range b.world {
		inc := &rev.Incident
		if inc.State == keepiton.Published && inc.Countries()[0] == country && inc.Start().At.Truncate(day).Equal(start.At.Truncate(day)) {
			return inc.ID
		}
	}
	panic("the made-up world has no incident in " + country + " on " + start.String())
}

// in is the day so many days after now.
func (b *binder) in(days int) keepiton.Moment { return b.ago(-days) }
