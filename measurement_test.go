package keepiton

import (
	"math/rand/v2"
	"testing"
)

func TestTheOrderInWhichABinArrivesDoesNotMatter(t *testing.T) {
	dice := rand.New(rand.NewPCG(1, 1))
	some := func() Bin {
		b := Bin{State: BinState(dice.IntN(4)), Arrived: Stamp(dice.IntN(3)), Version: Stamp(dice.IntN(2))}
		if b.Has() {
			b.Value, b.N = float64(dice.IntN(3)), uint32(dice.IntN(2))
		}
		return b
	}
	for range 100_000 {
		a, b, c := some(), some(), some()
		if a.Merge(b) != b.Merge(a) {
			t.Fatalf("%+v and %+v: %+v, the other way round %+v", a, b, a.Merge(b), b.Merge(a))
		}
		if l, r := a.Merge(b).Merge(c), a.Merge(b.Merge(c)); l != r {
			t.Fatalf("%+v, %+v, %+v: %+v or %+v", a, b, c, l, r)
		}
		if a.Merge(a) != a {
			t.Fatalf("%+v twice is %+v", a, a.Merge(a))
		}
		if a.Has() && !b.Has() && !a.Merge(b).Has() {
			t.Fatal("a value is lost")
		}
	}
}
