package storetest

import (
	"encoding/json"
	"fmt"
	"reflect"
	"sync"
	"testing"
	"time"

	"keepiton"
)

// petition stores a public petition and returns its id.
func (w *world) petition() (id keepiton.EntryID) {
	w.Helper()
	p := &keepiton.Petition{Title: keepiton.Texts{"en": "Keep it on"}, Opens: keepiton.On(2023, 5, 1), Closes: keepiton.On(2023, 6, 1)}
	doc, err := json.Marshal(p)
	w.must("encode", err)
	for base, state := range []keepiton.State{keepiton.Draft, keepiton.Published} {
		rev, err := w.AppendEntry(w.ctx, keepiton.KindPetition, base, keepiton.EntryRevision{ID: id, State: state, Recorded: day0, Doc: doc}, p.Index())
		w.must("append", err)
		id = rev.ID
	}
	return id
}

func salt(b byte) []byte {
	out := make([]byte, 32)
	out[0], out[31] = b, b
	return out
}

func (w *world) open(id keepiton.EntryID) {
	w.Helper()
	_, err := w.OpenPetition(w.ctx, id, salt(1))
	w.must("open", err)
}

func (w *world) sign(id keepiton.EntryID, mark byte, way keepiton.Way, country, day string) bool {
	w.Helper()
	fresh, err := w.SignPetition(w.ctx, keepiton.PetitionSigner{Petition: id, Way: way, Mark: [32]byte{mark}, Country: country, Day: day})
	w.must("sign", err)
	return fresh
}

func (w *world) count(id keepiton.EntryID) keepiton.PetitionCount {
	w.Helper()
	c, err := w.PetitionCount(w.ctx, id)
	w.must("count", err)
	return c
}

func petitionMarks(t *testing.T, w *world) {
	id, other := w.petition(), w.petition()
	first, err := w.OpenPetition(w.ctx, id, salt(1))
	w.must("open", err)
	if again, err := w.reopen().OpenPetition(w.ctx, id, salt(2)); err != nil || !reflect.DeepEqual(again, first) {
		t.Errorf("a second salt took the place of the first: %v", err)
	}
	if kept, err := w.PetitionSalt(w.ctx, id); err != nil || !reflect.DeepEqual(kept, salt(1)) {
		t.Errorf("the salt came back as %x, %v", kept, err)
	}
	w.open(other)
	if !w.sign(id, 7, keepiton.ByMail, "ET", "2023-05-02") || w.sign(id, 7, keepiton.ByPartner, "SD", "2023-05-03") {
		t.Error("a mark signs once, whatever else is said with it")
	}
	if !w.sign(other, 7, keepiton.ByMail, "ET", "2023-05-02") {
		t.Error("a mark under one petition has nothing to do with another")
	}
	signed := func(mark byte) bool {
		ok, err := w.PetitionSigned(w.ctx, id, [32]byte{mark})
		w.must("look", err)
		return ok
	}
	if !signed(7) || signed(8) {
		t.Error("who has signed is told wrongly")
	}
	w.must("take back", w.UnsignPetition(w.ctx, id, [32]byte{7}))
	w.wantCode("take back twice", w.UnsignPetition(w.ctx, id, [32]byte{7}), keepiton.NotFound)
	if signed(7) || !w.sign(id, 7, keepiton.ByMail, "", "2023-05-04") {
		t.Error("what was taken back can be signed again")
	}
	for name, err := range map[string]error{
		"no such petition": second(w.OpenPetition(w.ctx, "KIT-2023-0099", salt(1))),
		"a letter":         second(w.OpenPetition(w.ctx, "KIL-2023-0001", salt(1))),
		"no box":           second(w.SignPetition(w.ctx, keepiton.PetitionSigner{Petition: "KIT-2023-0099", Way: keepiton.ByMail, Day: "2023-05-01"})),
		"no box, no salt":  second(w.PetitionSalt(w.ctx, "KIT-2023-0099")),
		"no box, unsign":   w.UnsignPetition(w.ctx, "KIT-2023-0099", [32]byte{1}),
		"nothing to close": w.ClosePetition(w.ctx, "KIT-2023-0099", day0),
	} {
		w.wantCode(name, err, keepiton.NotFound)
	}
	for name, s := range map[string]keepiton.PetitionSigner{
		"no day":     {Petition: id, Way: keepiton.ByMail},
		"no way":     {Petition: id, Day: "2023-05-01"},
		"no country": {Petition: id, Way: keepiton.ByMail, Day: "2023-05-01", Country: "et"},
	} {
		w.wantCode(name, second(w.SignPetition(w.ctx, s)), keepiton.Invalid)
	}
	w.wantCode("a short salt", second(w.OpenPetition(w.ctx, id, []byte("short"))), keepiton.Invalid)
}

func second[T any](_ T, err error) error { return err }

func petitionCounts(t *testing.T, w *world) {
	id := w.petition()
	if c := w.count(id); c.Total() != 0 || !c.AsOf.IsZero() || c.Closed {
		t.Errorf("before anybody could sign: %+v", c)
	}
	w.open(id)
	w.sign(id, 1, keepiton.ByMail, "ET", "2023-05-02")
	w.sign(id, 2, keepiton.ByMail, "ET", "2023-05-03")
	w.sign(id, 3, keepiton.ByMail, "", "2023-05-03")
	w.sign(id, 4, keepiton.ByPartner, "SD", "2023-05-03")
	if c := w.count(id); c.Total() != 0 {
		t.Errorf("numbers change only when they are counted: %+v", c)
	}
	before, err := w.Version(w.ctx)
	w.must("version", err)
	w.must("tally", w.TallyPetition(w.ctx, id, day0))
	after, _ := w.Version(w.ctx)
	if after <= before {
		t.Error("readers are not told that the numbers changed")
	}
	want := keepiton.PetitionCount{
		AsOf: day0, Ways: map[keepiton.Way]int{keepiton.ByMail: 3, keepiton.ByPartner: 1},
		Days:      map[keepiton.Way]map[string]int{keepiton.ByMail: {"2023-05-02": 1, "2023-05-03": 2}, keepiton.ByPartner: {"2023-05-03": 1}},
		Countries: map[string]int{"ET": 2, "SD": 1, "": 1},
	}
	if c := w.count(id); !reflect.DeepEqual(c, want) || c.Total() != 4 {
		t.Errorf("counted %+v\nwant %+v", c, want)
	}
	w.must("tally", w.TallyPetition(w.ctx, id, day0.Add(time.Hour)))
	if same, _ := w.Version(w.ctx); same != after || !w.count(id).AsOf.Equal(day0) {
		t.Error("nothing changed, and yet it was counted")
	}
	w.must("take back", w.UnsignPetition(w.ctx, id, [32]byte{2}))
	w.must("tally", w.TallyPetition(w.ctx, id, day0.Add(time.Hour)))
	if c := w.count(id); c.Total() != 3 || c.Countries["ET"] != 1 || c.Days[keepiton.ByMail]["2023-05-03"] != 1 {
		t.Errorf("after one was taken back: %+v", c)
	}
}

func petitionClosed(t *testing.T, w *world) {
	id, unsigned := w.petition(), w.petition()
	w.open(id)
	w.sign(id, 1, keepiton.ByMail, "ET", "2023-05-02")
	if open, err := w.OpenPetitions(w.ctx); err != nil || len(open) != 1 || open[0] != id {
		t.Errorf("open: %v, %v", open, err)
	}
	for range 2 {
		w.must("close", w.ClosePetition(w.ctx, id, day0))
	}
	w.must("close one that nobody signed", w.ClosePetition(w.ctx, unsigned, day0))
	if c := w.count(id); !c.Closed || c.Total() != 1 || !c.AsOf.Equal(day0) || c.Countries["ET"] != 1 {
		t.Errorf("closed: %+v", c)
	}
	if open, err := w.OpenPetitions(w.ctx); err != nil || len(open) != 0 {
		t.Errorf("still open: %v, %v", open, err)
	}
	if signed, err := w.PetitionSigned(w.ctx, id, [32]byte{1}); err != nil || signed {
		t.Errorf("a mark is left: %v, %v", signed, err)
	}
	for _, id := range []keepiton.EntryID{id, unsigned} {
		for name, err := range map[string]error{
			"salt":   second(w.PetitionSalt(w.ctx, id)),
			"open":   second(w.OpenPetition(w.ctx, id, salt(9))),
			"sign":   second(w.SignPetition(w.ctx, keepiton.PetitionSigner{Petition: id, Way: keepiton.ByMail, Mark: [32]byte{9}, Day: "2023-05-02"})),
			"unsign": w.UnsignPetition(w.ctx, id, [32]byte{1}),
		} {
			w.wantCode(name+" after the close", err, keepiton.Conflict)
		}
	}
	w.must("tally", w.TallyPetition(w.ctx, id, day0.Add(time.Hour)))
	if c := w.count(id); c.Total() != 1 || !c.AsOf.Equal(day0) {
		t.Errorf("a closed petition was counted again: %+v", c)
	}
}

func petitionTogether(t *testing.T, w *world) {
	id := w.petition()
	w.open(id)
	var all sync.WaitGroup
	var mu sync.Mutex
	fresh := 0
	for i := range 4 {
		s := w.reopen()
		all.Go(func() {
			for m := range 20 {
				ok, err := s.SignPetition(w.ctx, keepiton.PetitionSigner{Petition: id, Way: keepiton.ByMail, Mark: [32]byte{byte(m)}, Day: "2023-05-02"})
				if err != nil {
					t.Error(fmt.Errorf("hand %d: %w", i, err))
				}
				if ok {
					mu.Lock()
					fresh++
					mu.Unlock()
				}
			}
		})
	}
	all.Wait()
	w.must("tally", w.TallyPetition(w.ctx, id, day0))
	if c := w.count(id); fresh != 20 || c.Total() != 20 {
		t.Errorf("20 people signed in 4 places at once: %d were told so, %d are counted", fresh, c.Total())
	}
}
