package seal_test

import (
	"encoding/hex"
	"encoding/json"
	"flag"
	"fmt"
	"log/slog"
	"os"
	"strings"
	"testing"

	"keepiton"
	"keepiton/seal"
)

var update = flag.Bool("update", false, "rewrite testdata")

// receiptVectors is testdata/receipts.json: the script in the browser is tested
// against the same file.
type receiptVectors struct {
	About    string          `json:"about"`
	Receipts []receiptVector `json:"receipts"`
	Read     []readVector    `json:"read"`   // texts that are receipts
	Refuse   []refuseVector  `json:"refuse"` // texts that are none
}

type receiptVector struct {
	Digits     string `json:"digits"` // all 32
	Shown      string `json:"shown"`
	Lookup     string `json:"lookup"`
	Reply      string `json:"reply"`      // recipient
	Withdraw   string `json:"withdraw"`   // public key
	Withdrawal string `json:"withdrawal"` // signature, hex; Ed25519 gives the same every time
	Sealed     []byte `json:"sealed"`     // a reply, base64
	Text       string `json:"text"`       // of that reply
}

type readVector struct {
	Text   string `json:"text"`
	Digits string `json:"digits"`
}

type refuseVector struct {
	Text string `json:"text"`
	Why  string `json:"why"` // length, character, check
}

const vectorFile = "testdata/receipts.json"

func TestReceiptVectors(t *testing.T) {
	if *update {
		writeReceiptVectors(t)
	}
	b, err := os.ReadFile(vectorFile)
	if err != nil {
		t.Fatal(err)
	}
	var v receiptVectors
	if err := json.Unmarshal(b, &v); err != nil {
		t.Fatal(err)
	}
	if len(v.Receipts) < 4 || len(v.Read) < 8 || len(v.Refuse) < 8 {
		t.Fatalf("%d receipts, %d to read, %d to refuse: the file is not whole", len(v.Receipts), len(v.Read), len(v.Refuse))
	}
	for _, want := range v.Receipts {
		r, err := seal.ParseReceipt(want.Digits)
		if err != nil {
			t.Fatalf("%s: %v", want.Digits, err)
		}
		got := receiptVector{want.Digits, r.String(), r.Address().Lookup, r.Address().Reply, r.Address().Withdraw, hex.EncodeToString(r.Withdrawal()), want.Sealed, ""}
		text, err := r.OpenReply(want.Sealed)
		if err != nil {
			t.Errorf("%s: %v", want.Digits, err)
		}
		got.Text = string(text)
		if fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("got  %+v\nwant %+v", got, want)
		}
	}
	for _, x := range v.Read {
		r, err := seal.ParseReceipt(x.Text)
		if err != nil || strings.ReplaceAll(r.String(), " ", "") != x.Digits {
			t.Errorf("%q read as %v, want %s: %v", x.Text, r.String(), x.Digits, err)
		}
	}
	for _, x := range v.Refuse {
		_, err := seal.ParseReceipt(x.Text)
		var e *keepiton.Error
		if !asError(err, &e) || e.Key != "receipt.error."+x.Why {
			t.Errorf("%q: %v, want %s", x.Text, err, x.Why)
		}
	}
}

func writeReceiptVectors(t *testing.T) {
	t.Helper()
	v := receiptVectors{About: "Receipts: digits and all that is derived of them (docs/formats-sealed.md). go test ./seal -run ReceiptVectors -update writes it."}
	for i, s := range []string{
		"000000000000000000000000000000" + "98", "123456789012345678901234567890" + "17", "999999999999999999999999999999" + "00", "314159265358979323846264338327" + "00",
	} {
		s = s[:30] + checkOf(s[:30])
		r, err := seal.ParseReceipt(s)
		if err != nil {
			t.Fatal(err)
		}
		text := []string{"", "Which street was it?", "በየትኛው ሰፈር ነበር?", strings.Repeat("في أي حي كان ذلك؟ ", 60)}[i]
		sealed, err := seal.SealReply(r.Address(), []byte(text))
		if err != nil {
			t.Fatal(err)
		}
		v.Receipts = append(v.Receipts, receiptVector{s, r.String(), r.Address().Lookup, r.Address().Reply, r.Address().Withdraw, hex.EncodeToString(r.Withdrawal()), sealed, text})
	}
	d := v.Receipts[1].Digits
	for _, zero := range []rune{'0', '٠', '۰', '०', '০', '௦', '๐', '༠', '０', '𝟎', '𞥐'} {
		v.Read = append(v.Read, readVector{inScript(v.Receipts[1].Shown, zero), d})
	}
	for _, text := range []string{d, d[:16] + "-" + d[16:], strings.Join(strings.Split(d, ""), " "), "\u200f" + v.Receipts[1].Shown + "\u200e\n", strings.ReplaceAll(v.Receipts[1].Shown, " ", "\u00a0"), strings.ReplaceAll(v.Receipts[1].Shown, " ", "\u2013"), strings.ReplaceAll(v.Receipts[1].Shown, " ", "\u2212")} {
		v.Read = append(v.Read, readVector{text, d})
	}
	v.Refuse = []refuseVector{
		{"", "length"},
		{d[:31], "length"},
		{d + "0", "length"},
		{strings.Repeat("1", 600), "length"},
		{"2" + d[1:], "check"},
		{d[1:2] + d[:1] + d[2:], "check"},
		{d[:30] + d[31:] + d[30:31], "check"},
		{d[:5] + "O" + d[6:], "character"},
		{d[:31] + "፩", "character"},
		{d[:31] + "²", "character"},
	}
	b, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(vectorFile, append(b, '\n'), 0o644); err != nil {
		t.Fatal(err)
	}
}

func inScript(s string, zero rune) string {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return zero + r - '0'
		}
		return r
	}, s)
}

// checkOf finds the check digits by trying all hundred: the number must be 1
// modulo 97 (ISO/IEC 7064), which is another way than the code goes.
func checkOf(digits string) string {
	for c := 2; c <= 98; c++ {
		m := 0
		for _, d := range fmt.Sprintf("%s%02d", digits, c) {
			m = (m*10 + int(d-'0')) % 97
		}
		if m == 1 {
			return fmt.Sprintf("%02d", c)
		}
	}
	panic("no check digits")
}

func TestCheckDigitsFindEveryWrongDigitAndEverySwap(t *testing.T) {
	for range 20 {
		d := strings.ReplaceAll(seal.NewReceipt().String(), " ", "")
		if d[30:] != checkOf(d[:30]) {
			t.Fatalf("%s: check digits are not those of MOD 97-10", d)
		}
		for i := range d {
			for c := byte('0'); c <= '9'; c++ {
				if c == d[i] {
					continue
				}
				if _, err := seal.ParseReceipt(d[:i] + string(c) + d[i+1:]); err == nil {
					t.Fatalf("%s with %c at %d was taken", d, c, i)
				}
			}
			if i > 0 && d[i] != d[i-1] {
				if _, err := seal.ParseReceipt(d[:i-1] + d[i:i+1] + d[i-1:i] + d[i+1:]); err == nil {
					t.Fatalf("%s with %d and %d swapped was taken", d, i-1, i)
				}
			}
		}
	}
}

func TestReceiptsAreNotLogged(t *testing.T) {
	r := seal.NewReceipt()
	digits := r.String()[:9]
	var out strings.Builder
	slog.New(slog.NewJSONHandler(&out, nil)).Info("made", "receipt", r)
	b, _ := json.Marshal(map[string]any{"receipt": r})
	_, err := seal.ParseReceipt(r.String()[:38] + "x")
	for _, s := range []string{out.String(), string(b), fmt.Sprintf("%#v", r), err.Error()} {
		if strings.Contains(s, digits) || strings.Contains(s, strings.ReplaceAll(digits, " ", "")) {
			t.Errorf("the receipt stands in %q", s)
		}
	}
}

func TestRepliesHaveStepsOfAKibibyte(t *testing.T) {
	a := seal.NewReceipt().Address()
	size := func(n int) int {
		b, err := seal.SealReply(a, make([]byte, n))
		if err != nil {
			t.Fatal(err)
		}
		return len(b)
	}
	if size(0) != size(1020) || size(1021) != size(0)+1024 {
		t.Errorf("0: %d, 1020: %d, 1021: %d bytes", size(0), size(1020), size(1021))
	}
	if n := size(seal.MaxReply); n > 64<<10 {
		t.Errorf("the longest reply is %d bytes sealed", n)
	}
	if _, err := seal.SealReply(a, make([]byte, seal.MaxReply+1)); keepiton.CodeOf(err) != keepiton.TooLarge {
		t.Errorf("a longer one: %v", err)
	}
}

func FuzzParseReceipt(f *testing.F) {
	f.Add("0000 0000 0000 0000 0000 0000 0000 0097")
	f.Add("١٢٣٤ ٥٦٧٨ ٩٠١٢ ٣٤٥٦ ٧٨٩٠ ١٢٣٤ ٥٦٧٨ ٩٠٥٨")
	f.Add("\u200f፩፪፫")
	f.Fuzz(func(t *testing.T, s string) {
		r, err := seal.ParseReceipt(s)
		if err != nil {
			if !r.IsZero() {
				t.Error("an error with a receipt")
			}
			return
		}
		again, err := seal.ParseReceipt(r.String())
		if err != nil || again != r {
			t.Errorf("%q does not read back: %v", r.String(), err)
		}
	})
}
