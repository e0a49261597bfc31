package relational

import (
	"reflect"
	"testing"
)

func aShelf() *shelf {
	a := shape{state: 3, start: 1_600_000_000, facets: []string{"c:XA", "y:2020"}}
	b := shape{state: 4, start: noStart, openFrom: 2019, facets: []string{"c:XA", "l:", "y:2021"}}
	return &shelf{entries: []entry{
		{slot: 1, n: 2, seq: 9, recorded: -5, superseded: 5, shape: a, counted: []byte("one")},
		{slot: 1, n: 1, seq: 4, recorded: 5, superseded: 5, shape: a, counted: []byte("one")},
		{slot: 1, n: 3, seq: 1 << 40, recorded: 5, superseded: inForce, shape: b, counted: []byte("two")},
		{slot: 63, n: 1, seq: 10, recorded: 7, superseded: inForce, shape: b, counted: []byte("x")},
	}}
}

func TestShelfComesBackAsItWas(t *testing.T) {
	for _, s := range []*shelf{{}, aShelf()} {
		got, err := decodeShelf(s.encode())
		if err != nil || !reflect.DeepEqual(got, s) {
			t.Errorf("got %+v, %v, want %+v", got, err, s)
		}
	}
}

// FuzzUnshelf looks for bytes that a damaged disk might give and that would
// panic or take memory without measure.
func FuzzUnshelf(f *testing.F) {
	outline, present, history := aShelf().encode()
	for _, part := range [][]byte{outline, present, history} {
		plain, err := unpack(part, nil)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(plain)
	}
	f.Fuzz(func(t *testing.T, plain []byte) {
		packed := pack(plain)
		_, _ = decodeShelf(packed, packed, packed)
		var x index
		_, _ = x.outlineOf(1, plain)
		for _, read := range []func(*unshelver) error{
			func(u *unshelver) error { return u.present(func(uint8, int64, []byte) {}) },
			func(u *unshelver) error { return u.history(func(entry) {}) },
		} {
			if u, err := newUnshelver(packed, nil); err == nil {
				_ = read(u)
			}
		}
	})
}

func TestDocumentsAreMuchSmallerThanTheirJSON(t *testing.T) {
	// A guard of the dictionary: without it the sample takes twice the room.
	plain := []byte(`{"id":"KIO-2024-0003","state":"published","episodes":[{"start":"2024-03-04","end":{"state":"unknown"}}],"places":[{"words":"Norland","country":"XA","confidence":1}],"kinds":["shutdown"],"causes":["protests"],"sources":[{"id":"s1","kind":"news","url":"https://example.org/1"}]}`)
	if n := len(pack(plain)); n > len(plain)/2 {
		t.Errorf("%d bytes became %d", len(plain), n)
	}
}
