package series

import (
	"math"
	"math/rand/v2"
	"reflect"
	"testing"
	"time"

	"keepiton"
)

// country is 90 days of a country's routes: a level that moves now and then, all of
// it seen by 40 peers, arrived some minutes after each bin.
func country(seed uint64, n int) []keepiton.Bin {
	dice := rand.New(rand.NewPCG(seed, 3))
	out := make([]keepiton.Bin, n)
	level := float64(1000 + dice.IntN(40_000))
	for i := range out {
		if dice.IntN(6) == 0 {
			level += float64(dice.IntN(9) - 4)
		}
		out[i] = keepiton.Bin{Value: level, N: 40, State: keepiton.Present, Arrived: keepiton.Stamp(29_000_000 + 5*i + 7 + dice.IntN(10)/9)}
	}
	return out
}

func TestABlockIsReadAsItWasWritten(t *testing.T) {
	dice := rand.New(rand.NewPCG(1, 2))
	blocks := map[string]Block{"empty": {Step: time.Hour}, "country": {5 * time.Minute, country(1, 288)}, "all silent": {time.Hour, make([]keepiton.Bin, 192)}}
	for name, value := range map[string]func() float64{
		"integers": func() float64 { return float64(dice.IntN(1e9)) }, "shares": func() float64 { return math.Round(dice.Float64()*1e4) / 1e4 }, "any": dice.NormFloat64,
		"huge": func() float64 { return math.Exp2(float64(dice.IntN(2000) - 1000)) }, "equivalents": func() float64 { return float64(dice.IntN(1e6)) / 256 },
		"signs": func() float64 { return []float64{0, math.Copysign(0, -1), -1, 1 << 52, -(1 << 52)}[dice.IntN(5)] },
	} {
		b := Block{Step: 5 * time.Minute, Bins: make([]keepiton.Bin, 288)}
		for i := range b.Bins {
			if bin := (keepiton.Bin{State: keepiton.BinState(dice.IntN(4))}); bin.State != keepiton.Silent {
				bin.Arrived, bin.Version = keepiton.Stamp(dice.Uint32()), keepiton.Stamp(dice.IntN(3))
				if bin.Has() {
					bin.Value, bin.N = value(), dice.Uint32()
				}
				b.Bins[i] = bin
			}
		}
		blocks[name] = b
	}
	for name, b := range blocks {
		data := AppendBlock(nil, b)
		got, err := ReadBlock(data, 288)
		if b.Bins == nil {
			b.Bins = []keepiton.Bin{}
		}
		if err != nil || !reflect.DeepEqual(got, b) {
			t.Errorf("%s: %v", name, err)
			for i := range b.Bins {
				if i < len(got.Bins) && got.Bins[i] != b.Bins[i] {
					t.Fatalf("bin %d: %+v, want %+v", i, got.Bins[i], b.Bins[i])
				}
			}
		}
		for i := range data {
			if _, err := ReadBlock(data[:i], 288); err == nil {
				t.Errorf("%s: %d of %d bytes are a block", name, i, len(data))
			}
		}
		if _, err := ReadBlock(data, len(b.Bins)-1); err == nil && len(b.Bins) > 0 {
			t.Errorf("%s: the limit does not hold", name)
		}
	}
	if n := len(AppendBlock(nil, blocks["country"])); n > 2*288 {
		t.Errorf("a day of a country takes %d bytes, more than two a bin", n)
	}
}

func FuzzReadBlock(f *testing.F) {
	f.Add(AppendBlock(nil, Block{5 * time.Minute, country(1, 288)}))
	f.Add(AppendBlock(nil, Block{time.Hour, []keepiton.Bin{{Value: math.Pi, State: keepiton.Present}, {State: keepiton.SourceDown, Arrived: 9}, {Value: 7, N: 1, State: keepiton.Late}}}))
	f.Fuzz(func(t *testing.T, data []byte) {
		b, err := ReadBlock(data, 1000)
		if err != nil {
			return
		}
		again, err := ReadBlock(AppendBlock(nil, b), 1000)
		if err != nil || !reflect.DeepEqual(again, b) {
			t.Fatalf("%+v is read again as %+v, %v", b, again, err)
		}
	})
}

func BenchmarkBlock(b *testing.B) {
	data := AppendBlock(nil, Block{5 * time.Minute, country(1, 288)})
	b.Run("read", func(b *testing.B) {
		for b.Loop() {
			if _, err := ReadBlock(data, 288); err != nil {
				b.Fatal(err)
			}
		}
		b.ReportMetric(288*float64(b.N)/b.Elapsed().Seconds()/1e6, "Mbins/s")
		b.ReportMetric(float64(len(data))/288, "bytes/bin")
	})
}
