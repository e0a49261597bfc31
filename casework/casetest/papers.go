package casetest

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"reflect"
	"slices"
	"testing"

	"keepiton"
	"keepiton/casework"
	"keepiton/store"
)

// paper asks for one; nil if there is none.
func (w *World) paper(s casework.Server, id string) (found *store.Paper) {
	w.Helper()
	w.must(s.Papers(w.Context(), []string{"00000000000000000000000000000000", id}, func(p store.Paper) error { found = &p; return nil }))
	return found
}

func papers(t *testing.T, w *World, s casework.Server) {
	const id, other = "0123456789abcdef0123456789abcdef", "fedcba9876543210fedcba9876543210"
	e, _ := w.arrive(1, 100, nil)
	p := store.Paper{ID: id, Kind: "case", Sealed: bytes.Repeat([]byte{0, 1, 255, '\n'}, store.MaxPaper/4)}
	version, err := s.PutPaper(t.Context(), p, 0)
	w.must(err)
	note := store.Paper{ID: other, Kind: "note", About: e.ID, Sealed: []byte("n")}
	note.Version, err = s.PutPaper(t.Context(), note, 0)
	w.must(err)
	if got := w.paper(s, id); got == nil || got.ID != id || got.Kind != "case" || got.Version != version || got.About != "" || !bytes.Equal(got.Sealed, p.Sealed) {
		t.Errorf("the case is not what was put: %v", got != nil)
	}
	if got := w.paper(s, other); got == nil || !reflect.DeepEqual(*got, note) {
		t.Errorf("the note is %+v", got)
	}
	var l learnt[store.PaperVersion]
	known := func(want ...store.PaperVersion) {
		t.Helper()
		w.must(l.ask(func(known store.Marks, yield func(store.Part[store.PaperVersion]) error) error {
			return s.PaperParts(t.Context(), known, yield)
		}))
		if got := l.all(); !slices.Equal(got, want) {
			t.Errorf("the papers are %v, want %v", got, want)
		}
	}
	known(store.PaperVersion{ID: id, Version: version}, store.PaperVersion{ID: other, Version: note.Version})
	p.Sealed = []byte("changed")
	next, err := s.PutPaper(t.Context(), p, version)
	if err != nil || next <= version {
		t.Errorf("version %d after %d, %v", next, version, err)
	}
	if known(store.PaperVersion{ID: id, Version: next}, store.PaperVersion{ID: other, Version: note.Version}); l.came != 1 {
		t.Errorf("%d parts came after one change", l.came)
	}
	_, err = s.PutPaper(t.Context(), p, version)
	w.wantCode("on an old version", err, keepiton.Conflict)
	_, err = s.PutPaper(t.Context(), p, 0)
	w.wantCode("as a new one", err, keepiton.Conflict)
	p.Sealed = make([]byte, store.MaxPaper+1)
	_, err = s.PutPaper(t.Context(), p, next)
	w.wantCode("too large", err, keepiton.TooLarge)
	stop := fmt.Errorf("enough")
	if err := s.Papers(t.Context(), []string{id, other}, func(store.Paper) error { return stop }); err != stop {
		t.Errorf("the list ended with %v", err)
	}
	w.must(s.DeletePaper(t.Context(), id))
	if known(store.PaperVersion{ID: other, Version: note.Version}); w.paper(s, id) != nil || l.came != 1 {
		t.Errorf("a removed paper is there; %d parts came", l.came)
	}
	w.wantCode("too many at one time", s.Papers(t.Context(), make([]string, casework.MaxPapers+1), nil), keepiton.TooLarge)
}

func papersGo(t *testing.T, w *World, s casework.Server) {
	e, _ := w.arrive(1, 100, nil)
	note := store.Paper{ID: "0123456789abcdef0123456789abcdef", Kind: "note", About: e.ID, Sealed: []byte("n")}
	version, err := s.PutPaper(t.Context(), note, 0)
	w.must(err)
	w.must(w.Sealed.Destroy(t.Context(), e.ID, keepiton.EnvelopeWithdrawn, w.Now()))
	if w.paper(s, note.ID) != nil {
		t.Error("the paper about what was withdrawn is there")
	}
	_, err = s.PutPaper(t.Context(), note, version)
	w.wantCode("a change of it", err, keepiton.Conflict)
	_, err = s.PutPaper(t.Context(), note, 0)
	w.wantCode("a new one about it", err, keepiton.Conflict)
}

// manyPapers come each once, in the order that they are asked for, also over a
// line that breaks.
func manyPapers(t *testing.T, w *World, s casework.Server) {
	var ids, got []string
	for i := range 150 {
		id := hex.EncodeToString(bytes.Repeat([]byte{byte(7 * i)}, 16))
		_, err := s.PutPaper(t.Context(), store.Paper{ID: id, Kind: "note", Sealed: bytes.Repeat([]byte{byte(i)}, 20_000)}, 0)
		w.must(err)
		ids = append(ids, id)
	}
	w.must(s.Papers(t.Context(), ids, func(p store.Paper) error {
		if want := bytes.Repeat([]byte{byte(len(got))}, 20_000); !bytes.Equal(p.Sealed, want) {
			t.Errorf("paper %d is another", len(got))
		}
		got = append(got, p.ID)
		return nil
	}))
	if !slices.Equal(got, ids) {
		t.Errorf("%d papers came, want %d in their order", len(got), len(ids))
	}
}

func usage(t *testing.T, w *World, s casework.Server) {
	w.arrive(1, 100, nil)
	w.arrive(2, 100, func(e *keepiton.Envelope) { e.Lane = keepiton.LaneSMS })
	got, err := s.Usage(t.Context())
	want, err2 := w.Sealed.Usage(t.Context())
	if err != nil || err2 != nil || got[keepiton.LaneSMS] != want[keepiton.LaneSMS] || got[keepiton.LaneOpen].Count != 1 || got[keepiton.LaneOpen].New != 1 {
		t.Errorf("got %+v, %v, want %+v", got, err, want)
	}
}
