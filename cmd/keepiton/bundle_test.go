package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"keepiton"
	"keepiton/bundle"
	"keepiton/seal"
	"keepiton/store"
)

// sealedBy seals a form with files and returns the container.
func sealedBy(t *testing.T, a analyst, args ...string) []byte {
	t.Helper()
	code, out, errs := runWith(t, nil, append([]string{"report", "seal", writtenForm(t), "--recipients", a.public, "-o", "-"}, args...)...)
	if code != exitGood || receiptOut.FindString(errs) == "" {
		t.Fatalf("got exit %d, %s", code, errs)
	}
	return out
}

func TestWrongUseOfReportAndBundle(t *testing.T) {
	note := putFile(t, "note.txt", []byte("kind: shutdown\nwhat: x\n"))
	form := putFile(t, "form.txt", []byte("kind: shutdown\nseen: x\n"))
	a := newAnalyst(t)
	dir := t.TempDir()
	for _, c := range []struct {
		line string
		code int
		says string
	}{
		{"report", exitUsage, "new, seal, send or form"},
		{"report burn x", exitUsage, `no action "burn"`},
		{"report new x", exitUsage, "takes no file"},
		{"report new --kind party", exitUsage, "party"},
		{"report new -o " + form, exitFailed, "is there already"},
		{"report seal", exitUsage, "takes one file"},
		{"report seal a b", exitUsage, "takes one file"},
		{"report seal x --openpgp --open-fields", exitUsage, "has no such place"},
		{"report seal " + dir + "/none", exitFailed, "none: no such file"},
		{"report seal " + note, exitFailed, "note.txt: line 2: neither a field"},
		{"report seal " + form + " --recipients " + dir, exitFailed, "campaign.asc"},
		{"report seal " + form + " --recipients " + a.public + " --attach " + dir, exitFailed, "is not a file"},
		{"report seal " + form + " --recipients " + a.public + " --attach " + dir + "/none", exitFailed, "none"},
		{"report seal " + form + " --recipients " + a.public + " -o " + note, exitFailed, "file exists"},
		{"report send x", exitUsage, "--server is missing"},
		{"report send x --server http://shutdowns.example", exitFailed, "in the clear"},
		{"report send x --server https://shutdowns.example --proxy 127.0.0.1", exitFailed, "--proxy"},
		{"report send " + dir + "/none --server https://shutdowns.example", exitFailed, "no such file"},
		{"bundle", exitUsage, "create, verify, open or import"},
		{"bundle burn x", exitUsage, `no action "burn"`},
		{"bundle open", exitUsage, "takes a file"},
		{"bundle open a b -o c", exitUsage, "-o is for one file"},
		{"bundle create x", exitUsage, "-o is missing"},
		{"bundle verify x -o y", exitUsage, "writes no file"},
		{"bundle open " + dir + "/none", exitFailed, "no such file"},
		{"bundle open " + form, exitFailed, "form.txt: container: line 1: neither"},
		{"bundle open " + form + " --keys " + dir, exitFailed, "holds no private keys"},
		{"bundle open " + form + " --keys " + dir + "/none", exitFailed, "no such file"},
		{"bundle import " + dir + "/none --data " + dir, exitFailed, "no such file"},
		{"bundle import " + dir + " --data " + dir, exitFailed, "no files there"},
	} {
		code, _, errs := runCLI(t, strings.Fields(c.line)...)
		if code != c.code || !strings.Contains(errs, c.says) || !strings.Contains(errs, "hint:") {
			t.Errorf("%s: got exit %d and %q, want %d, %q and a hint", c.line, code, errs, c.code, c.says)
		}
	}
	for _, name := range []string{"report", "bundle"} {
		if out := mustRun(t, exitGood, name, "--help"); !strings.Contains(out, "keepiton "+name+" ") {
			t.Errorf("%s: help has no example", name)
		}
	}
}

// TestKeyFileOfASiteIsEnoughToSeal, when the campaign signed what stands in it.
func TestKeyFileOfASiteIsEnoughToSeal(t *testing.T) {
	a, other := newAnalyst(t), newAnalyst(t)
	keyFile := func(campaign, set string) string {
		text, err := json.Marshal(map[string]any{
			"serial": 1, "recipients": []string{"ignored"}, "openpgp": string(getFile(t, filepath.Join(campaign, seal.CampaignFile))),
			"set": string(getFile(t, filepath.Join(set, seal.RecipientsFile))), "signature": string(getFile(t, filepath.Join(set, seal.SignatureFile))),
		})
		if err != nil {
			t.Fatal(err)
		}
		return putFile(t, "key.json", text)
	}
	out := filepath.Join(t.TempDir(), "f")
	mustRun(t, exitGood, "report", "seal", writtenForm(t), "--recipients", keyFile(a.public, a.public), "-o", out)
	mustRun(t, exitGood, "bundle", "verify", out, "--keys", filepath.Join(a.private, "age.txt"))
	if code, _, errs := runCLI(t, "report", "seal", writtenForm(t), "--recipients", keyFile(a.public, other.public), "-o", out+"2"); code != exitFailed || !strings.Contains(errs, "key.json: ") {
		t.Errorf("another campaign's set: got exit %d, %q", code, errs)
	}
}

func TestSealedFileGetsANameThatTellsNothing(t *testing.T) {
	a := newAnalyst(t)
	form := writtenForm(t)
	t.Chdir(t.TempDir())
	for range 3 {
		mustRun(t, exitGood, "report", "seal", form, "--recipients", a.public)
	}
	entries, err := os.ReadDir(".")
	if err != nil || len(entries) != 3 {
		t.Fatalf("got %v, %v", entries, err)
	}
	for _, entry := range entries {
		if !regexp.MustCompile(`^[a-z]+-[1-9]\d{3}\.dat$`).MatchString(entry.Name()) {
			t.Errorf("got the name %s", entry.Name())
		}
	}
}

func TestFileThatCannotBeSealedLeavesNothing(t *testing.T) {
	a := newAnalyst(t)
	long := putFile(t, "long.txt", []byte("kind: shutdown\nseen: "+strings.Repeat("ሰ", bundle.MaxReport/3)+"\n"))
	out := filepath.Join(t.TempDir(), "out.dat")
	code, _, errs := runCLI(t, "report", "seal", long, "--recipients", a.public, "-o", out)
	if code != exitFailed || !strings.Contains(errs, "at most 65536") {
		t.Errorf("got exit %d, %q", code, errs)
	}
	if _, err := os.Stat(out); !os.IsNotExist(err) {
		t.Errorf("a file that is not whole was left: %v", err)
	}
}

func TestReportIsAskedForOnATerminal(t *testing.T) {
	answers := map[string]string{
		"lang": "klingon\nam", "began_date": "ትናንት", "mobile": "perhaps\nyes", "seen": "one\ntwo", "consent_court": "yes", "naming": "nobody",
	}
	// A date asks for its calendar; without a time there is no clock to ask for,
	// and nobody is asked how to name nobody.
	unasked := map[string]bool{"kind": true, "began_clock": true, "ended_calendar": true, "ended_clock": true, "ended_about": true, "zone": true, "name": true}
	var typed strings.Builder
	for _, f := range bundle.FormFields {
		if unasked[f.Name] || !f.Asked(keepiton.ReportShutdown) {
			continue
		}
		typed.WriteString(answers[f.Name] + "\n")
		if f.Lines && answers[f.Name] != "" {
			typed.WriteString("\n")
		}
	}
	r := keepiton.Report{Kind: keepiton.ReportShutdown}
	var shown strings.Builder
	if err := askReport(bufio.NewReader(strings.NewReader(typed.String())), &shown, &r); err != nil {
		t.Fatal(err)
	}
	if r.Lang != "am" || r.Began.Date != "ትናንት" || r.Networks != (keepiton.Networks{Mobile: keepiton.Yes}) || r.Seen != "one\ntwo" || !r.Consent.Court || r.Consent.Publish {
		t.Errorf("the answers became others: lang %s, networks %v", r.Lang, r.Networks)
	}
	if strings.Count(shown.String(), "Possible answers: ") != 2 {
		t.Errorf("got %s", shown.String())
	}
	if err := askReport(bufio.NewReader(strings.NewReader("\n\n")), &shown, &r); keepiton.CodeOf(err) != keepiton.Unavailable {
		t.Errorf("answers that end: got %v", err)
	}
}

func TestNewReportAsJSONIsSealedToo(t *testing.T) {
	path := filepath.Join(t.TempDir(), "r.json")
	mustRun(t, exitGood, "report", "new", "--kind", "story", "-o", path)
	r, err := bundle.DecodeReport(getFile(t, path))
	if err != nil || r.Kind != keepiton.ReportStory {
		t.Fatal(err)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("others may read it: %v", err)
	}
	a := newAnalyst(t)
	mustRun(t, exitGood, "report", "seal", path, "--recipients", a.public, "-o", filepath.Join(t.TempDir(), "x"))
}

// TestBrokenFileIsNamedAndWhatIsWholeIsKept cuts and changes sealed files.
func TestBrokenFileIsNamedAndWhatIsWholeIsKept(t *testing.T) {
	a := newAnalyst(t)
	first := putFile(t, "a.jpg", photo)
	second := putFile(t, "b.jpg", bytes.Repeat([]byte("b"), 300_000))
	whole := sealedBy(t, a, "--attach", first, "--attach", second)
	keys := []string{"--keys", filepath.Join(a.private, "age.txt")}

	cut := putFile(t, "cut.dat", whole[:300_000])
	folder := filepath.Join(t.TempDir(), "case")
	code, out, _ := runCLI(t, append([]string{"bundle", "open", cut, "-o", folder}, keys...)...)
	if code != exitDefects || !strings.Contains(out, "cut.dat: opened into "+folder+": 1 files") || !strings.Contains(out, "cut.dat: defect: bundle: byte ") {
		t.Errorf("got exit %d, %q", code, out)
	}
	if got := getFile(t, filepath.Join(folder, "file-01")); !bytes.Equal(got, photo) {
		t.Error("the first file was whole and is not kept")
	}
	if entries, _ := os.ReadDir(folder); len(entries) != 1 {
		t.Errorf("the folder holds %v, want the one file that is whole", entries)
	}

	early := putFile(t, "early.dat", whole[:12_000])
	folder = filepath.Join(t.TempDir(), "case")
	if code, _, errs := runCLI(t, append([]string{"bundle", "open", early, "-o", folder}, keys...)...); code != exitFailed || !strings.Contains(errs, "early.dat") {
		t.Errorf("got exit %d, %q", code, errs)
	}
	if _, err := os.Stat(folder); !os.IsNotExist(err) {
		t.Errorf("an empty folder was left: %v", err)
	}

	changed := bytes.Clone(whole)
	changed[len(changed)-200_000] ^= 1
	good := putFile(t, "good.dat", whole)
	bad := putFile(t, "bad.dat", changed)
	code, out, _ = runCLI(t, append([]string{"bundle", "verify", good, bad, cut, "--json"}, keys...)...)
	var got []verified
	if err := json.Unmarshal([]byte(out), &got); err != nil || code != exitDefects || len(got) != 3 {
		t.Fatalf("got exit %d, %s", code, out)
	}
	if !got[0].Inside || got[0].Files != 2 || got[0].Bytes != int64(len(photo))+300_000 || got[0].Defect != "" || got[1].Defect == "" || got[2].Defect == "" {
		t.Errorf("got %+v", got)
	}
	// Without keys the outer form shows that it was cut, not that it was changed.
	for file, want := range map[string]int{good: exitGood, bad: exitGood, cut: exitDefects} {
		if code, out, _ := runCLI(t, "bundle", "verify", file); code != want {
			t.Errorf("%s without keys: got exit %d, %q", filepath.Base(file), code, out)
		}
	}
}

func TestReceiptOutsideOfTheSealIsNotBelieved(t *testing.T) {
	a := newAnalyst(t)
	whole := sealedBy(t, a)
	r := bufio.NewReader(bytes.NewReader(whole))
	h, err := bundle.ReadHeader(r)
	if err != nil {
		t.Fatal(err)
	}
	var forged bytes.Buffer
	h.Receipt = seal.NewReceipt().Address()
	if err := bundle.WriteHeader(&forged, h); err != nil {
		t.Fatal(err)
	}
	if _, err := r.WriteTo(&forged); err != nil {
		t.Fatal(err)
	}
	file := putFile(t, "forged.dat", forged.Bytes())
	for _, do := range []string{"open", "verify"} {
		args := []string{"bundle", do, file, "--keys", filepath.Join(a.private, "age.txt")}
		if do == "open" {
			args = append(args, "-o", filepath.Join(t.TempDir(), "case"))
		}
		if out := mustRun(t, exitGood, args...); !strings.Contains(out, "outside of the seal is not the one inside") {
			t.Errorf("%s: got %q", do, out)
		}
	}
}

func TestFileForOthersStaysClosed(t *testing.T) {
	a, other := newAnalyst(t), newAnalyst(t)
	file := putFile(t, "f.dat", sealedBy(t, a))
	for _, keys := range [][]string{{"--keys", filepath.Join(other.private, "age.txt")}, nil} {
		folder := filepath.Join(t.TempDir(), "case")
		if code, _, errs := runCLI(t, append([]string{"bundle", "open", file, "-o", folder}, keys...)...); code != exitFailed || !strings.Contains(errs, "sealed to other keys than yours") {
			t.Errorf("got exit %d, %q", code, errs)
		}
		if _, err := os.Stat(folder); !os.IsNotExist(err) {
			t.Error("a folder was made")
		}
	}
}

func TestLockedIdentityOpensWithItsPassphrase(t *testing.T) {
	if testing.Short() {
		t.Skip("scrypt takes a second on purpose")
	}
	a := newAnalyst(t)
	file := putFile(t, "f.dat", sealedBy(t, a))
	locked := filepath.Join(t.TempDir(), "identity.age")
	if err := seal.WriteIdentity(locked, a.person.Age, []byte("four quiet words here")); err != nil {
		t.Fatal(err)
	}
	mustRun(t, exitGood, "bundle", "verify", file, "--keys", locked, "--passphrase-file", a.passphrase)
	if code, _, errs := runCLI(t, "bundle", "verify", file, "--keys", locked); code != exitFailed || !strings.Contains(errs, "--passphrase-file") {
		t.Errorf("without a terminal: got exit %d, %q", code, errs)
	}
	wrong := putFile(t, "wrong", []byte("three loud words\n"))
	if code, _, errs := runCLI(t, "bundle", "verify", file, "--keys", locked, "--passphrase-file", wrong); code != exitFailed || strings.Contains(errs, "loud") {
		t.Errorf("with another passphrase: got exit %d, %q", code, errs)
	}
}

func TestImportTakesFilesFromAnybody(t *testing.T) {
	a := newAnalyst(t)
	data := t.TempDir()
	one, two := sealedBy(t, a), sealedBy(t, a)
	if code, out, errs := runWith(t, one, "bundle", "import", "-", "--data", data, "--json"); code != exitGood || !strings.Contains(string(out), `"taken": 1`) {
		t.Fatalf("got exit %d, %s, %s", code, out, errs)
	}
	// The same sealed report without its header, as another road may bring it, is
	// the same report.
	r := bufio.NewReader(bytes.NewReader(one))
	if _, err := bundle.ReadHeader(r); err != nil {
		t.Fatal(err)
	}
	var bare bytes.Buffer
	if _, err := r.WriteTo(&bare); err != nil {
		t.Fatal(err)
	}
	out := mustRun(t, exitGood, "bundle", "import", putFile(t, "bare", bare.Bytes()), putFile(t, "two", two), putFile(t, "two-again", two), "--data", data, "--json")
	var got imported
	if err := json.Unmarshal([]byte(out), &got); err != nil || got.Taken != 1 || got.Again != 2 || len(got.Defects) != 0 {
		t.Errorf("got %s, %v", out, err)
	}
}

func TestImportStopsAtAFullDiskOfTheLaneAndLosesNothing(t *testing.T) {
	a := newAnalyst(t)
	data := t.TempDir()
	st, err := openSealed(t.Context(), settings{Data: data})
	if err != nil {
		t.Fatal(err)
	}
	if err := st.SetQuota(t.Context(), keepiton.LaneCarried, store.Quota{Count: 1, Bytes: 1 << 30}); err != nil {
		t.Fatal(err)
	}
	if err := st.Close(); err != nil {
		t.Fatal(err)
	}
	files := []string{putFile(t, "one", sealedBy(t, a)), putFile(t, "two", sealedBy(t, a))}
	code, _, errs := runCLI(t, "bundle", "import", files[0], files[1], "--data", data)
	if code != exitFailed || !strings.Contains(errs, "two: this way in is full today; 1 files before it are taken in") || !strings.Contains(errs, "hint:") {
		t.Errorf("got exit %d, %q", code, errs)
	}
	if out := mustRun(t, exitGood, "bundle", "import", files[0], "--data", data); !strings.Contains(out, "1 were there already") {
		t.Errorf("got %q", out)
	}
}
