package campaign_test

import (
	"encoding/binary"
	"encoding/json"
	"path/filepath"
	"testing"
	"time"

	"keepiton"
	"keepiton/store/relational"
	"keepiton/store/sqlite"
)

// BenchmarkSign keeps one signature, on the disk, and BenchmarkTally counts 100,000.
func BenchmarkSign(b *testing.B) {
	st, id := box(b, 0)
	n := uint64(1 << 40)
	for b.Loop() {
		n++
		if _, err := st.SignPetition(b.Context(), person(id, n)); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkTally(b *testing.B) {
	st, id := box(b, 100_000)
	n := uint64(1 << 40)
	for b.Loop() {
		n++
		if _, err := st.SignPetition(b.Context(), person(id, n)); err != nil { // or nothing is to be counted
			b.Fatal(err)
		}
		if err := st.TallyPetition(b.Context(), id, now); err != nil {
			b.Fatal(err)
		}
	}
}

func person(id keepiton.EntryID, n uint64) keepiton.PetitionSigner {
	s := keepiton.PetitionSigner{Petition: id, Way: keepiton.ByMail, Country: []string{"ET", "SD", "", "KE"}[n%4], Day: now.AddDate(0, 0, int(n%60)).Format(time.DateOnly)}
	binary.BigEndian.PutUint64(s.Mark[:], n*0x9e3779b97f4a7c15)
	return s
}

// box is a petition in a real store, signed by so many.
func box(b *testing.B, many int) (*relational.Store, keepiton.EntryID) {
	b.Helper()
	st, err := sqlite.Open(b.Context(), filepath.Join(b.TempDir(), "record.db"), sqlite.Options{})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { st.Close() })
	p := &keepiton.Petition{Title: keepiton.Texts{"en": "Keep it on"}}
	doc, err := json.Marshal(p)
	if err != nil {
		b.Fatal(err)
	}
	rev, err := st.AppendEntry(b.Context(), keepiton.KindPetition, 0, keepiton.EntryRevision{State: keepiton.Published, Recorded: now, Doc: doc}, p.Index())
	if err == nil {
		_, err = st.OpenPetition(b.Context(), rev.ID, make([]byte, 32))
	}
	for n := range many {
		if err == nil {
			_, err = st.SignPetition(b.Context(), person(rev.ID, uint64(n)))
		}
	}
	if err != nil {
		b.Fatal(err)
	}
	return st, rev.ID
}
