package source

import (
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"math/rand/v2"
	"os/exec"
	"testing"
	"testing/iotest"

	"github.com/klauspost/compress/zstd"
)

// text is three megabytes that can be packed, and differ everywhere.
func text() []byte {
	dice := rand.New(rand.NewPCG(7, 7))
	var b bytes.Buffer
	for b.Len() < 3<<20 {
		b.WriteString("announce ")
		for range dice.IntN(9) {
			b.WriteByte(byte('a' + dice.IntN(26)))
		}
		b.WriteByte('\n')
	}
	return b.Bytes()
}

func packGzip(data []byte) []byte {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	_, _ = w.Write(data)
	_ = w.Close()
	return b.Bytes()
}

func packBzip2(t testing.TB, data []byte) []byte {
	t.Helper()
	cmd := exec.Command("bzip2", "-c")
	cmd.Stdin = bytes.NewReader(data)
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func packZstd(data []byte) []byte {
	w, _ := zstd.NewWriter(nil)
	return w.EncodeAll(data, nil)
}

func unpack(t testing.TB, packed []byte) ([]byte, *Stream) {
	t.Helper()
	s := Open(iotest.OneByteReader(bytes.NewReader(packed)))
	if len(packed) > 10_000 {
		s.Close()
		s = Open(bytes.NewReader(packed))
	}
	defer s.Close()
	out, err := io.ReadAll(s)
	if err != nil {
		t.Fatal(err)
	}
	return out, s
}

func TestEveryPackingGivesTheSame(t *testing.T) {
	data := text()
	for name, c := range map[string]struct {
		packed []byte
		how    Compression
		want   []byte
	}{
		"plain": {data, Plain, data}, "nothing": {nil, Plain, nil}, "short": {[]byte("abc"), Plain, []byte("abc")},
		"gzip": {packGzip(data), Gzip, data}, "gzip of two": {append(packGzip(data), packGzip(data[:1000])...), Gzip, append(bytes.Clone(data), data[:1000]...)},
		"gzip of nothing": {packGzip(nil), Gzip, nil},
		"bzip2":           {packBzip2(t, data), Bzip2, data}, "bzip2 of two": {append(packBzip2(t, data), packBzip2(t, data[:1000])...), Bzip2, append(bytes.Clone(data), data[:1000]...)},
		"bzip2 of nothing": {packBzip2(t, nil), Bzip2, nil},
		"zstd":             {packZstd(data), Zstd, data},
	} {
		got, s := unpack(t, c.packed)
		if s.Compression != c.how || !bytes.Equal(got, c.want) || len(s.Damage) != 0 {
			t.Errorf("%s: %s, %d bytes of %d, damage %v", name, s.Compression, len(got), len(c.want), s.Damage)
		}
	}
}

func TestWhatIsGoodOfADamagedFileIsUnpacked(t *testing.T) {
	data := text()
	half := len(data) / 2
	gz, bz, zs := packGzip(data), packBzip2(t, data), packZstd(data)
	flip := func(b []byte, at int) []byte {
		b = bytes.Clone(b)
		b[at] ^= 0x10
		return b
	}
	for name, c := range map[string]struct {
		packed []byte
		least  int // bytes
		damage string
	}{
		"gzip that is cut":                       {gz[:len(gz)-1000], len(data) - 10_000, DamageCut},
		"gzip with a flipped bit":                {flip(gz, len(gz)/2), len(data) / 3, ""},
		"gzip with a wrong checksum":             {flip(gz, len(gz)-6), len(data), DamageChecksum},
		"a good member after one that is spoilt": {append(append(bytes.Clone(gz[:len(gz)/2]), make([]byte, 500)...), packGzip(data[:half])...), half + 1<<20, ""},
		"rubbish after a member":                 {append(bytes.Clone(gz), "<html>404 not found</html>"...), len(data), DamageCorrupt},
		"bzip2 that is cut":                      {bz[:len(bz)-1000], 2 << 20, DamageCut},
		"bzip2 with one spoilt block":            {flip(bz, len(bz)/2), len(data) - 1<<20, DamageCorrupt},
		"zstd that is cut":                       {zs[:len(zs)-1000], 2 << 20, DamageCut},
	} {
		got, s := unpack(t, c.packed)
		if len(got) < c.least || len(s.Damage) == 0 || c.damage != "" && s.Damage[c.damage] == 0 {
			t.Errorf("%s: %d bytes of at least %d, damage %v", name, len(got), c.least, s.Damage)
		}
	}
}

func TestAnErrorOfTheSourceIsNoDamage(t *testing.T) {
	down := errors.New("the line is down")
	for _, packed := range [][]byte{packGzip(text()), packBzip2(t, text()), packZstd(text()), text()} {
		s := Open(io.MultiReader(bytes.NewReader(packed[:len(packed)/2]), iotest.ErrReader(down)))
		n, err := io.Copy(io.Discard, s)
		if !errors.Is(err, down) || n < 1<<19 || len(s.Damage) != 0 {
			t.Errorf("%s: %v after %d bytes, damage %v", s.Compression, err, n, s.Damage)
		}
		s.Close()
	}
}

func TestAStreamThatNobodyReadsEnds(t *testing.T) {
	for _, packed := range [][]byte{packGzip(text()), packBzip2(t, text()), packZstd(text()), text()} {
		s := Open(bytes.NewReader(packed))
		if _, err := io.ReadFull(s, make([]byte, 10)); err != nil {
			t.Error(err)
		}
		s.Close()
	}
}

func FuzzOpen(f *testing.F) {
	small := text()[:3000]
	f.Add(packGzip(small))
	f.Add(packBzip2(f, small))
	f.Add(packZstd(small))
	f.Add(append(packGzip(small)[:500], packGzip(small)...))
	f.Fuzz(func(t *testing.T, packed []byte) {
		s := Open(bytes.NewReader(packed))
		defer s.Close()
		if _, err := io.Copy(io.Discard, io.LimitReader(s, 16<<20)); err != nil {
			t.Fatal(err)
		}
	})
}
