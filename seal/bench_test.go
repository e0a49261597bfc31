package seal_test

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"testing"

	"keepiton/seal"
	"keepiton/seal/sealtest"
)

// fiveMembers is a set of five with age keys, or with OpenPGP alone.
func fiveMembers(b testing.TB, pgpAlone bool) *seal.Recipients {
	b.Helper()
	c := sealtest.NewCampaign(b)
	var members []seal.Member
	for i := range 5 {
		m, _ := person(b, fmt.Sprint("desk ", i), pgpAlone)
		if !pgpAlone {
			m.OpenPGP = nil
		}
		members = append(members, m)
	}
	return sign(b, c, members, 2)
}

// random is a file that does not compress, as pictures do not.
func random(n int) []byte {
	b := make([]byte, n)
	x := uint64(1)
	for i := range b {
		x ^= x << 13
		x ^= x >> 7
		x ^= x << 17
		b[i] = byte(x)
	}
	return b
}

func benchmarkSeal(b *testing.B, way func(io.Writer) (io.WriteCloser, error), size int) {
	text := random(size)
	b.SetBytes(int64(size))
	b.ReportAllocs()
	for b.Loop() {
		w, err := way(io.Discard)
		if err != nil {
			b.Fatal(err)
		}
		if _, err := io.Copy(w, bytes.NewReader(text)); err != nil {
			b.Fatal(err)
		}
		if err := w.Close(); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkSeal50MB(b *testing.B) {
	benchmarkSeal(b, fiveMembers(b, false).Sealer().Seal, 50_000_000)
}

func BenchmarkSeal2KB(b *testing.B) { benchmarkSeal(b, fiveMembers(b, false).Sealer().Seal, 2000) }

// BenchmarkSeal2KBForOpenPGPToo has one more member, with OpenPGP alone.
func BenchmarkSeal2KBForOpenPGPToo(b *testing.B) {
	m, _ := person(b, "pgp", true)
	set := fiveMembers(b, false)
	c := sealtest.NewCampaign(b)
	benchmarkSeal(b, sign(b, c, append(set.Members, m), 2).Sealer().Seal, 2000)
}

func BenchmarkSealOpenPGP50MB(b *testing.B) {
	benchmarkSeal(b, fiveMembers(b, true).Sealer().SealOpenPGP, 50_000_000)
}

func BenchmarkSealOpenPGP2KB(b *testing.B) {
	benchmarkSeal(b, fiveMembers(b, true).Sealer().SealOpenPGP, 2000)
}

func BenchmarkOpen50MB(b *testing.B) {
	set, keys := sealtest.New(b)
	file := sealed(b, set.Sealer().Seal, random(50_000_000))
	b.SetBytes(50_000_000)
	b.ReportAllocs()
	for b.Loop() {
		r, err := keys.Open(bytes.NewReader(file))
		if err != nil {
			b.Fatal(err)
		}
		if _, err := io.Copy(io.Discard, r); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkSealReply(b *testing.B) {
	a := seal.NewReceipt().Address()
	for b.Loop() {
		if _, err := seal.SealReply(a, []byte("which street?")); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkReceiptAddress(b *testing.B) {
	r := seal.NewReceipt()
	for b.Loop() {
		r.Address()
	}
}

// TestSealAFileAsAProcess is what scripts/bench-seal.sh measures: it seals the
// file that is named to the set in a folder, into nowhere.
func TestSealAFileAsAProcess(t *testing.T) {
	file, dir, how := os.Getenv("KEEPITON_SEAL_FILE"), os.Getenv("KEEPITON_SEAL_KEYS"), os.Getenv("KEEPITON_SEAL_AS")
	if file == "" {
		t.Skip("for scripts/bench-seal.sh")
	}
	set, err := seal.LoadRecipients(dir)
	if err != nil {
		t.Fatal(err)
	}
	in, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	way := set.Sealer().Seal
	if how == "openpgp" {
		way = set.Sealer().SealOpenPGP
	}
	w, err := way(io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.CopyBuffer(struct{ io.Writer }{w}, struct{ io.Reader }{in}, make([]byte, 64<<10)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
}
