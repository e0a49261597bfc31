package series

import (
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"

	"keepiton"
)

func crowd(seed uint64, n int) Witnesses {
	dice := rand.New(rand.NewPCG(seed, 1))
	var out Witnesses
	for range n {
		out = append(out, Witness{Who: dice.Uint64() >> 24, What: uint8(1 + 2*dice.IntN(2))})
	}
	return out.Join(nil)
}

func TestWitnessesAreReadAsTheyWereWritten(t *testing.T) {
	for _, w := range []Witnesses{{}, {{Who: 0, What: 1}}, {{Who: 0, What: 3}, {Who: 1<<64 - 1, What: 1}}, crowd(1, 1000)} {
		data := AppendWitnesses(nil, w)
		got, err := ReadWitnesses(data)
		if err != nil || !reflect.DeepEqual(got, w) {
			t.Fatalf("%d witnesses: %v", len(w), err)
		}
		for i := range data {
			if _, err := ReadWitnesses(data[:i]); err == nil {
				t.Errorf("%d of %d bytes are a set", i, len(data))
			}
		}
	}
	if n := len(AppendWitnesses(nil, crowd(2, 1000))); n > 6000 {
		t.Errorf("a thousand witnesses take %d bytes", n)
	}
}

func TestJoiningCountsEachWitnessOnce(t *testing.T) {
	a, b := crowd(3, 50), crowd(4, 70)
	both := a.Join(b)
	if !reflect.DeepEqual(both, b.Join(a)) || !reflect.DeepEqual(both, both.Join(a).Join(b)) || len(both) != 120 {
		t.Error("the order, or how often, decides what is counted")
	}
	w := Witnesses{{Who: 7, What: keepiton.Told}}.Join(Witnesses{{Who: 7, What: keepiton.Told | keepiton.Met}, {Who: 8, What: keepiton.Told}})
	if met, told := w.Count(); met != 1 || told != 2 {
		t.Errorf("%d of %d", met, told)
	}
}

func FuzzReadWitnesses(f *testing.F) {
	f.Add(AppendWitnesses(nil, crowd(1, 9)))
	f.Add([]byte{layout, 2, 0, 0, 0xff})
	f.Fuzz(func(t *testing.T, data []byte) {
		w, err := ReadWitnesses(data)
		if err != nil {
			return
		}
		again, err := ReadWitnesses(AppendWitnesses(nil, w))
		if err != nil || !slices.Equal(again, w) || !slices.Equal(w.Join(w), w) {
			t.Fatalf("%+v is read again as %+v, %v", w, again, err)
		}
	})
}
