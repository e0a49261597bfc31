package sealing_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"keepiton/intake"
	"keepiton/seal"
	"keepiton/seal/work"
	"keepiton/web/sealing/sealingtest"
)

// TestBundlesAreWrittenAsTheVectorsSay writes the vectors of package bundle byte
// for byte. One has fields of a newer program, which no form writes.
func TestBundlesAreWrittenAsTheVectorsSay(t *testing.T) {
	names, err := filepath.Glob("../../bundle/testdata/vectors/*.json")
	if err != nil || len(names) < 5 {
		t.Fatalf("vectors: %v %v", names, err)
	}
	for _, name := range names {
		if filepath.Base(name) == "newer.json" {
			continue
		}
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		want, err := os.ReadFile(strings.TrimSuffix(name, ".json") + ".bin")
		if err != nil {
			t.Fatal(err)
		}
		got := sealingtest.Run[[]byte](t, `
			const out = [], bundle = new KeepItOn.Writer((b) => out.push(Buffer.from(b)));
			for (const f of input.files) {
				const whole = f.hex !== undefined ? Buffer.from(f.hex, 'hex') : Buffer.from((f.repeat || '').repeat(f.size).slice(0, f.size));
				await bundle.file(named(whole, f));
			}
			function named(whole, f) {
				return {name: f.name, type: f.type, size: whole.length, slice: (a, b) => new Blob([whole.subarray(a, b)])};
			}
			const report = JSON.parse(input.report);
			delete report.files;
			bundle.end(report);
			return base64(Buffer.concat(out));`, json.RawMessage(text))
		if !bytes.Equal(got, want) {
			at := 0
			for at < len(got) && at < len(want) && got[at] == want[at] {
				at++
			}
			t.Errorf("%s: %d bytes, want %d; other from byte %d on: %q, want %q", filepath.Base(name), len(got), len(want), at, got[at:min(at+80, len(got))], want[at:min(at+80, len(want))])
		}
	}
}

// TestReceiptsAreThoseOfTheVectors derives all of the receipts that package seal
// lists, opens their replies, and reads and refuses the same texts.
func TestReceiptsAreThoseOfTheVectors(t *testing.T) {
	text, err := os.ReadFile("../../seal/testdata/receipts.json")
	if err != nil {
		t.Fatal(err)
	}
	type receipt struct{ Digits, Shown, Lookup, Reply, Withdraw, Withdrawal, Text string }
	type vectors struct {
		Receipts []receipt
		Read     []struct{ Text, Digits string }
		Refuse   []struct{ Text, Why string }
	}
	var want vectors
	if err := json.Unmarshal(text, &want); err != nil || len(want.Receipts) == 0 || len(want.Read) == 0 || len(want.Refuse) == 0 {
		t.Fatalf("vectors: %v", err)
	}
	type result struct {
		Receipts []receipt
		Read     []string
		Refused  []bool
	}
	got := sealingtest.Run[result](t, `
		return {
			Receipts: input.receipts.map((r) => {
				const a = KeepItOn.address(r.digits);
				return {Digits: KeepItOn.parseReceipt(r.shown), Shown: KeepItOn.format(r.digits), Lookup: a.lookup, Reply: a.reply, Withdraw: a.withdraw,
					Withdrawal: KeepItOn.withdrawal(r.digits), Text: KeepItOn.openReply(r.digits, bytes(r.sealed))};
			}),
			Read: input.read.map((r) => KeepItOn.parseReceipt(r.text)),
			Refused: input.refuse.map((r) => KeepItOn.parseReceipt(r.text) === null),
		};`, json.RawMessage(text))
	for i, w := range want.Receipts {
		if got.Receipts[i] != w {
			t.Errorf("receipt %d: got %+v, want %+v", i, got.Receipts[i], w)
		}
	}
	for i, w := range want.Read {
		if got.Read[i] != w.Digits {
			t.Errorf("%q is read as %q, want %q", w.Text, got.Read[i], w.Digits)
		}
	}
	for i, w := range want.Refuse {
		if !got.Refused[i] {
			t.Errorf("%q is taken for a receipt, though: %s", w.Text, w.Why)
		}
	}
}

// TestReceiptsAreDrawnWell draws many: every one is a receipt, and every digit
// comes as often as another in every place.
func TestReceiptsAreDrawnWell(t *testing.T) {
	const n = 20_000
	drawn := sealingtest.Run[[]string](t, `return Array.from({length: input}, KeepItOn.newReceipt).concat(KeepItOn.parseReceipt(KeepItOn.newReceipt()))`, n)
	var counts [30][10]int
	seen := map[[sha256.Size]byte]bool{}
	for _, r := range drawn[:n] {
		seen[sha256.Sum256([]byte(r))] = true
		for i := range counts {
			counts[i][r[i]-'0']++
		}
	}
	if len(seen) != n || len(drawn[n]) != 32 {
		t.Errorf("%d different receipts of %d, and %q", len(seen), n, hex.EncodeToString([]byte(drawn[n])))
	}
	for i, place := range counts {
		chi := 0.0
		for _, c := range place {
			d := float64(c) - n/10
			chi += d * d / (n / 10)
		}
		if chi > 75 { // nine degrees of freedom: by chance once in 10^12
			t.Errorf("place %d: %v, chi squared %.1f", i, place, chi)
		}
	}
}

func TestReceiptsOfAdditionsAreThoseOfIntake(t *testing.T) {
	receipt := seal.NewReceipt()
	got := sealingtest.Run[[]string](t, `return Array.from({length: 8}, (_, i) => KeepItOn.format(KeepItOn.addition(KeepItOn.parseReceipt(input), i + 1)))`, receipt.String())
	for i, g := range got {
		if want := intake.AdditionReceipt(receipt, i+1).String(); g != want {
			t.Errorf("addition %d: %s, want %s", i+1, g, want)
		}
	}
}

// TestWorkIsTakenByTheServer solves challenges of a few strengths.
func TestWorkIsTakenByTheServer(t *testing.T) {
	var office work.Office
	var challenges []string
	for _, bits := range []int{1, 7, 8, 9, 12} {
		challenges = append(challenges, office.Challenge(bits))
	}
	solved := sealingtest.Run[[]string](t, `const out = []; for (const c of input) out.push(await KeepItOn.solve(c)); return out;`, challenges)
	for i, s := range solved {
		if shown, err := office.Check(s); err != nil {
			t.Errorf("challenge %d: %d bits, %v", i, shown, err)
		}
	}
}
