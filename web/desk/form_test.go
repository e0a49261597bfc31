package desk

import (
	"net/url"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"keepiton"
	"keepiton/locale"
	"keepiton/sample"
)

func TestEveryEditedFieldStandsOnTheEditorOnce(t *testing.T) {
	m := maker{p: voice{locale.For("en")}, f: form{}, inc: &keepiton.Incident{}}
	seen := map[string]int{}
	for _, s := range m.sections() {
		for _, f := range s.Fields {
			seen[f.Name]++
		}
	}
	for _, f := range keepiton.Fields {
		want := 1
		if !edited(f.Name) {
			want = 0
		}
		if seen[f.Name] != want {
			t.Errorf("%s stands there %d times, want %d", f.Name, seen[f.Name], want)
		}
	}
}

func TestEveryEditedFieldCanBeRead(t *testing.T) {
	inc := &keepiton.Incident{}
	for _, f := range keepiton.Fields {
		_, isText := texts(inc)[f.Name]
		_, isCodes := codeLists(inc)[f.Name]
		_, isAnswer := answers(inc)[f.Name]
		_, isList := lists[f.Name]
		other := slices.Contains([]string{"targeted", "verification"}, f.Name)
		if got := isText || isCodes || isAnswer || isList || other; got != edited(f.Name) {
			t.Errorf("%s: read %v, edited %v", f.Name, got, edited(f.Name))
		}
	}
}

// plain is inc without what the form does not hold and an empty slice as nil.
func plain(inc *keepiton.Incident) *keepiton.Incident {
	c := inc.Clone()
	if len(c.Claims) == 0 {
		c.Claims = nil
	}
	for _, p := range codeLists(c) {
		if len(*p) == 0 {
			*p = nil
		}
	}
	return c
}

func TestFormHoldsTheWholeIncident(t *testing.T) {
	n := 0
	for _, rev := range sample.World(time.Date(2026, 5, 4, 0, 0, 0, 0, time.UTC)) {
		inc := &rev.Incident
		n++
		got, bad := fill(inc).read(inc)
		if len(bad) > 0 {
			t.Errorf("%s: %v", inc.ID, bad)
		}
		if diff := keepiton.Diff(inc, got); len(diff) > 0 {
			t.Errorf("%s changed on its way through the form: %+v", inc.ID, diff)
		}
		if a, b := plain(inc), plain(got); !reflect.DeepEqual(a.Places, b.Places) || !reflect.DeepEqual(a.Sources, b.Sources) || !reflect.DeepEqual(a.Episodes, b.Episodes) || !reflect.DeepEqual(a.Claims, b.Claims) {
			t.Errorf("%s: details changed on their way through the form", inc.ID)
		}
	}
	if n == 0 {
		t.Fatal("the made-up world is empty")
	}
}

func TestUnsurePlaceStaysUnsureUntilAPersonSaysSo(t *testing.T) {
	inc := &keepiton.Incident{Places: []keepiton.Place{{Words: "Foo", Country: "UG", Confidence: .5, Method: "fuzzy"}}}
	f := fill(inc)
	f["places.0.confidence"] = []string{"1"} // what a form says of it is not believed
	if got, _ := f.read(inc); got.Places[0].Confidence != .5 {
		t.Errorf("confidence became %v", got.Places[0].Confidence)
	}
	if !changeRows(f, "accept", "places:0:UG||") {
		t.Fatal("accept was not understood")
	}
	if got, _ := f.read(inc); got.Places[0].Confidence != 1 || got.Places[0].Method != "person" {
		t.Errorf("place became %+v", got.Places[0])
	}
}

func TestRowsAreAddedRemovedAndMoved(t *testing.T) {
	inc := &keepiton.Incident{Sources: []keepiton.Source{{ID: "s1", Kind: "news", URL: "https://a.example"}, {ID: "s4", Kind: "news", URL: "https://b.example"}}}
	f := fill(inc)
	changeRows(f, "add", "sources")
	if got := f.get("sources.2.id"); got != "s5" {
		t.Errorf("the new source is %q, want s5: ids are never used twice", got)
	}
	changeRows(f, "up", "sources:1")
	changeRows(f, "remove", "sources:1")
	got, _ := f.read(inc)
	if len(got.Sources) != 1 || got.Sources[0].ID != "s4" {
		t.Errorf("sources are %+v", got.Sources)
	}
	changeRows(f, "remove", "sources:99")
	changeRows(f, "remove", "nothing:0")
	changeRows(f, "add", "nothing")
	for range 2 * maxRows {
		changeRows(f, "add", "episodes")
	}
	if n := f.rows("episodes"); n != maxRows {
		t.Errorf("%d rows, at most %d wanted", n, maxRows)
	}
}

func FuzzForm(f *testing.F) {
	f.Add("episodes.0.row=1&episodes.0.start=2022-01-03&do=add:episodes&f.kinds=shutdown&places.0.row=1&places.0.country=ug")
	f.Add("sources.0.row=1&sources.0.id=s1&claim.*=s1&f.mobile=perhaps&do=remove:sources:0")
	f.Add("episodes.0.start=0001&do=add:episodes&episodes.0.row=1")
	f.Add("do=accept:places:0:UG|UG-1|x&places.0.row=1&places.0.words=%ff")
	f.Fuzz(func(t *testing.T, query string) {
		values, err := url.ParseQuery(query)
		if err != nil {
			return
		}
		for k, vs := range values {
			for i := range vs {
				values[k][i] = strings.ToValidUTF8(vs[i], "\uFFFD")
			}
		}
		fm := form(values)
		do, rest, _ := strings.Cut(fm.get("do"), ":")
		changeRows(fm, do, rest)
		inc, bad := fm.read(&keepiton.Incident{})
		keepiton.Lint(inc, time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC))
		if len(bad) > 0 {
			return // such a form comes back to its author and is not stored
		}
		again, bad := fill(inc).read(inc)
		if len(bad) > 0 {
			t.Errorf("what was read cannot be read again: %v", bad)
		}
		if diff := keepiton.Diff(inc, again); len(diff) > 0 {
			t.Errorf("read, written and read again differs: %+v", diff)
		}
	})
}
