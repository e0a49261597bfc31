package main

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"keepiton"
	"keepiton/bundle"
	"keepiton/intake"
	"keepiton/seal"
	"keepiton/seal/sealtest"
	"keepiton/store"
	"keepiton/web/door"
)

// runWith is runCLI with something on standard input.
func runWith(t testing.TB, stdin []byte, args ...string) (code int, out []byte, errs string) {
	t.Helper()
	var stdout bytes.Buffer
	var stderr strings.Builder
	e := &env{stdin: bytes.NewReader(stdin), stdout: &stdout, stderr: &stderr, getenv: func(string) string { return "" }}
	code = run(context.Background(), e, args)
	return code, stdout.Bytes(), stderr.String()
}

// analyst is a campaign with one analyst, whose keys lie in a folder.
type analyst struct {
	public, private, passphrase string // folder, folder, file
	person                      *seal.Person
}

func newAnalyst(t testing.TB) analyst {
	t.Helper()
	a := analyst{public: t.TempDir(), private: t.TempDir()}
	campaign, err := seal.NewCampaign("Test Campaign", "keys@campaign.example", sealtest.Made)
	if err != nil {
		t.Fatal(err)
	}
	if a.person, err = seal.NewPerson("desk 1", "Org One", sealtest.Made); err != nil {
		t.Fatal(err)
	}
	set, err := campaign.Sign([]seal.Member{a.person.Member()}, 1, sealtest.Made)
	if err != nil {
		t.Fatal(err)
	}
	if err := set.Write(a.public); err != nil {
		t.Fatal(err)
	}
	locked, err := a.person.LockOpenPGP([]byte("four quiet words here"))
	if err != nil {
		t.Fatal(err)
	}
	a.passphrase = putFile(t, "passphrase", []byte("four quiet words here\n"))
	for name, text := range map[string][]byte{"age.txt": []byte(a.person.Age.String() + "\n"), "openpgp.asc": locked} {
		if err := os.WriteFile(filepath.Join(a.private, name), text, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return a
}

func putFile(t testing.TB, name string, b []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func getFile(t testing.TB, path string) []byte {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

var (
	photo      = append([]byte("\xff\xd8\xff\xe0\x00\x10JFIF\x00 MARKED-PHOTO "), bytes.Repeat([]byte{7, 5, 3}, 60_000)...)
	receiptOut = regexp.MustCompile(`\n    (\d{4} \d{4} \d{4} \d{4})\n    (\d{4} \d{4} \d{4} \d{4})\n`)
)

// writtenForm is an empty form, as the program writes it, filled in with an editor.
func writtenForm(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "words.txt")
	mustRun(t, exitGood, "report", "new", "-o", path)
	text := string(getFile(t, path))
	for name, answer := range map[string]string{
		"lang": "am", "began_date": "16 3 2019", "began_calendar": "ethiopic", "began_time": "3:00", "began_clock": "ethiopic-day",
		"zone": "Africa/Addis_Ababa", "ongoing": "yes", "country": "ET", "place": "ባሕር ዳር", "mobile": "yes", "fixed": "no",
		"services": "telegram, tiktok", "seen": "MARKED-WORDS\nየሞባይል ዳታ ጠፋ።", "contact": "MARKED@example.org", "consent_publish": "yes",
	} {
		before := text
		if text = strings.Replace(text, "\n"+name+": \n", "\n"+name+": "+answer+"\n", 1); text == before {
			t.Fatalf("the form has no empty field %s:\n%s", name, text)
		}
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// checkOpened compares what keepiton bundle open wrote with what was sealed.
func checkOpened(t *testing.T, folder string) *keepiton.Report {
	t.Helper()
	r, err := bundle.DecodeReport(getFile(t, filepath.Join(folder, "report.json")))
	if err != nil {
		t.Fatal(err)
	}
	if r.Seen != "MARKED-WORDS\nየሞባይል ዳታ ጠፋ።" || r.Began.Date != "16 3 2019" || r.Began.At.String() != "2026-11-25T06:00Z" || r.Road != keepiton.RoadCarried ||
		len(r.Services) != 2 || r.Consent != (keepiton.Consent{Publish: true, Version: keepiton.ConsentVersion}) {
		t.Errorf("other words came out than went in: at %v, %d services", r.Began.At, len(r.Services))
	}
	if len(r.Files) != 1 || r.Files[0].Name != "photo.jpg" || r.Files[0].Type != "image/jpeg" {
		t.Fatalf("got %d files", len(r.Files))
	}
	if got := getFile(t, filepath.Join(folder, "file-01")); !bytes.Equal(got, photo) {
		t.Errorf("the photo has %d bytes, want %d", len(got), len(photo))
	}
	entries, err := os.ReadDir(folder)
	if err != nil || len(entries) != 2 {
		t.Errorf("the folder holds %v, %v", entries, err)
	}
	for _, entry := range entries {
		if info, err := entry.Info(); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: others may read it: %v", entry.Name(), err)
		}
	}
	return r
}

// TestReportTravelsByHand is the story of somebody without internet: written and
// sealed there, carried, taken in here, opened by an analyst.
func TestReportTravelsByHand(t *testing.T) {
	a := newAnalyst(t)
	form, picture := writtenForm(t), putFile(t, "photo.jpg", photo)
	stick := t.TempDir()
	notes := filepath.Join(stick, "notes.dat")
	code, out, errs := runCLI(t, "report", "seal", form, "--attach", picture, "--recipients", a.public, "--open-fields", "-o", notes)
	if code != exitGood || !strings.Contains(errs, "2026-11-25T06:00Z") {
		t.Fatalf("got exit %d, %s", code, errs)
	}
	digits := receiptOut.FindStringSubmatch(out)
	if digits == nil {
		t.Fatalf("no receipt in %q", out)
	}
	receipt, err := seal.ParseReceipt(digits[1] + " " + digits[2])
	if err != nil {
		t.Fatal(err)
	}
	sealed := getFile(t, notes)
	for _, marked := range []string{"MARKED", "photo.jpg", "ባሕር", "telegram"} {
		if bytes.Contains(sealed, []byte(marked)) {
			t.Errorf("%q can be read in the sealed file", marked)
		}
	}

	data := t.TempDir()
	if err := os.WriteFile(filepath.Join(stick, "holiday.jpg"), photo, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(stick, ".hidden"), photo, 0o600); err != nil {
		t.Fatal(err)
	}
	for i, want := range []string{"1 reports taken in, 0 were", "0 reports taken in, 1 were"} {
		code, out, errs := runCLI(t, "bundle", "import", stick, "--data", data)
		if code != exitDefects || !strings.Contains(out, want) || !strings.Contains(out, "holiday.jpg: container: line 1: neither") || strings.Contains(out, "hidden") {
			t.Errorf("import %d: got exit %d, %q, %q", i+1, code, out, errs)
		}
	}
	st, err := openSealed(t.Context(), settings{Data: data})
	if err != nil {
		t.Fatal(err)
	}
	defer st.Close()
	body := filepath.Join(t.TempDir(), "body")
	n := 0
	err = st.Envelopes(t.Context(), store.EnvelopeQuery{}, func(e keepiton.Envelope) error {
		n++
		if e.Lane != keepiton.LaneCarried || e.Receipt != receipt.Address() || e.Open != (keepiton.OpenFields{Country: "ET", Day: "2026-11-25", Kind: "mobile"}) {
			t.Errorf("got lane %s, open %v, another receipt: %v", e.Lane, e.Open, e.Receipt != receipt.Address())
		}
		r, err := st.OpenBody(t.Context(), e.ID)
		if err != nil {
			return err
		}
		defer r.Close()
		b, err := io.ReadAll(r)
		if err != nil {
			return err
		}
		return os.WriteFile(body, b, 0o600)
	})
	if err != nil || n != 1 {
		t.Fatalf("got %d envelopes, %v", n, err)
	}

	// What the server kept and what was carried open alike; the server's copy has no header.
	for _, file := range []string{notes, body} {
		if code, out, _ := runCLI(t, "bundle", "verify", file); code != exitGood || !strings.Contains(out, "of the right form") {
			t.Errorf("verify without keys: exit %d, %q", code, out)
		}
		keys := []string{"--keys", filepath.Join(a.private, "age.txt")}
		if code, out, _ := runCLI(t, append([]string{"bundle", "verify", file}, keys...)...); code != exitGood || !strings.Contains(out, "whole: a report and 1 files of 180025 bytes") {
			t.Errorf("verify with keys: exit %d, %q", code, out)
		}
		folder := filepath.Join(t.TempDir(), "case")
		mustRun(t, exitGood, append([]string{"bundle", "open", file, "-o", folder}, keys...)...)
		if r := checkOpened(t, folder); r.Receipt != receipt.Address() {
			t.Error("the receipt inside is not the one that was printed")
		}
	}
}

// TestReportIsSentAndIsOneReport sends to the real doors of a server.
func TestReportIsSentAndIsOneReport(t *testing.T) {
	a := newAnalyst(t)
	data := t.TempDir()
	st, err := openSealed(t.Context(), settings{Data: data})
	if err != nil {
		t.Fatal(err)
	}
	defer st.Close()
	set, err := seal.LoadRecipients(a.public)
	if err != nil {
		t.Fatal(err)
	}
	in := &intake.Intake{Store: st, Sealer: func() (*seal.Sealer, error) { return set.Sealer(), nil }}
	srv := httptest.NewServer(door.New(door.Options{Intake: in, Log: slog.New(slog.DiscardHandler)}))
	defer srv.Close()

	form := writtenForm(t)
	large := putFile(t, "film.mp4", bytes.Repeat(photo, 12))
	for i, args := range [][]string{{}, {"--attach", large}} {
		var made sealed
		file := filepath.Join(t.TempDir(), "f")
		text := mustRun(t, exitGood, append([]string{"report", "seal", form, "--recipients", filepath.Join(a.public, seal.RecipientsFile), "--json", "-o", file}, args...)...)
		if err := json.Unmarshal([]byte(text), &made); err != nil || made.Size != int64(len(getFile(t, file))) || made.Members != 1 {
			t.Fatalf("got %s, %v", text, err)
		}
		for range 2 {
			if out := mustRun(t, exitGood, "report", "send", file, "--server", srv.URL, "--json"); !strings.Contains(out, "accepted") {
				t.Errorf("got %q", out)
			}
		}
		n := 0
		if err := st.Envelopes(t.Context(), store.EnvelopeQuery{}, func(e keepiton.Envelope) error {
			n++
			if e.Lane != keepiton.LaneWork || e.Work == 0 {
				t.Errorf("lane %s with %d bits of work", e.Lane, e.Work)
			}
			return nil
		}); err != nil || n != i+1 {
			t.Errorf("got %d envelopes, %v, want %d", n, err, i+1)
		}
	}
	// Nothing that is not sealed ever leaves.
	if code, _, errs := runCLI(t, "report", "send", form, "--server", srv.URL); code != exitFailed || !strings.Contains(errs, "nothing was sent") || !strings.Contains(errs, "hint:") {
		t.Errorf("a readable form: got exit %d, %q", code, errs)
	}
}

// TestOpenPGPMessageIsOpenedByGnuPG seals as for mail, and opens with gpg in
// front, with our own keys, and with gpg behind.
func TestOpenPGPMessageIsOpenedByGnuPG(t *testing.T) {
	a := newAnalyst(t)
	sealed := filepath.Join(t.TempDir(), "notes.dat")
	mustRun(t, exitGood, "report", "seal", writtenForm(t), "--attach", putFile(t, "photo.jpg", photo), "--recipients", a.public, "--openpgp", "-o", sealed)

	folder := filepath.Join(t.TempDir(), "case")
	mustRun(t, exitGood, "bundle", "open", sealed, "--keys", a.private, "--passphrase-file", a.passphrase, "-o", folder)
	checkOpened(t, folder)

	gpg := gnupgHome(t, filepath.Join(a.private, "openpgp.asc"), "four quiet words here")
	folder = filepath.Join(t.TempDir(), "case")
	if code, _, errs := runWith(t, gpg("--decrypt", sealed), "bundle", "open", "-", "-o", folder); code != exitGood {
		t.Fatalf("got exit %d, %s", code, errs)
	}
	checkOpened(t, folder)
}

// gnupgHome makes a home of GnuPG with a secret key, and returns a function that
// runs gpg there and returns what it writes. Its exit code is not looked at: gpg
// 2.2 leaves with 2 when one of several hidden recipients was not it.
func gnupgHome(t *testing.T, key, passphrase string) func(args ...string) []byte {
	t.Helper()
	if _, err := exec.LookPath("gpg"); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal(err)
		}
		t.Skip("SKIPPED, NOT TESTED: gpg is missing")
	}
	home, err := os.MkdirTemp("", "kio") // a socket's name has 108 bytes at most
	if err != nil {
		t.Fatal(err)
	}
	environment := append(os.Environ(), "GNUPGHOME="+home)
	t.Cleanup(func() {
		kill := exec.Command("gpgconf", "--kill", "all")
		kill.Env = environment
		kill.Run()
		os.RemoveAll(home)
	})
	gpg := func(args ...string) []byte {
		cmd := exec.Command("gpg", append([]string{"--batch", "--no-tty", "--quiet", "--trust-model", "always", "--pinentry-mode", "loopback", "--passphrase", passphrase}, args...)...)
		cmd.Env = environment
		var errs strings.Builder
		cmd.Stderr = &errs
		out, err := cmd.Output()
		if err != nil {
			t.Logf("gpg %s: %v %s", strings.Join(args, " "), err, errs.String())
		}
		return out
	}
	gpg("--import", key)
	return gpg
}

func TestBundleForAnotherProgramIsWhole(t *testing.T) {
	form, picture := writtenForm(t), putFile(t, "photo.jpg", photo)
	code, plain, errs := runWith(t, nil, "bundle", "create", form, picture, "-o", "-")
	if code != exitGood || !strings.Contains(errs, "Not sealed") {
		t.Fatalf("got exit %d, %s", code, errs)
	}
	folder := filepath.Join(t.TempDir(), "case")
	if code, _, errs := runWith(t, plain, "bundle", "open", "-", "-o", folder); code != exitGood {
		t.Fatalf("got exit %d, %s", code, errs)
	}
	if r := checkOpened(t, folder); r.Receipt != (keepiton.ReceiptAddress{}) {
		t.Error("a bundle that nobody sealed has a receipt")
	}
}
