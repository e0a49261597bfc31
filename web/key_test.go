package web

import (
	"bytes"
	"encoding/json"
	"image"
	"image/color"
	"image/png"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/ProtonMail/gopenpgp/v3/crypto"

	"keepiton"
	"keepiton/intake"
	"keepiton/locale"
	"keepiton/seal"
)

// tool finds a program of Debian's, or skips the test; CI always has it.
func tool(t *testing.T, name string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	if err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatalf("%s is missing", name)
		}
		t.Skipf("SKIPPED, LOUDLY: %s is not installed", name)
	}
	return path
}

func run(t *testing.T, home, name string, args ...string) string {
	t.Helper()
	cmd := exec.Command(tool(t, name), args...)
	cmd.Env = append(os.Environ(), "GNUPGHOME="+home, "LC_ALL=C")
	var said bytes.Buffer
	cmd.Stderr = &said
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%s %v: %v\n%s%s", name, args, err, out, &said)
	}
	return string(out)
}

func TestKeyPageShowsTheFingerprintInEveryLanguage(t *testing.T) {
	s := newSenderSite(t)
	id, fingerprint := s.desk.Campaign.Recipients.CampaignID()
	for _, l := range locale.Languages {
		body := get(t, s, "/"+l.Tag+"/key").Body.String()
		for _, say := range []string{fingerprint, id, "keys@campaign.example", "Org One", "Org Two", `href="/key.asc"`, "BEGIN PGP PUBLIC KEY BLOCK", "OpenKeychain", "Kleopatra", "Thunderbird", "age -R key.txt", `<svg class="qr" role="img"`} {
			if !strings.Contains(body, say) {
				t.Errorf("%s: the page does not show %q", l.Tag, say)
			}
		}
	}
}

var qrRun = regexp.MustCompile(`M(\d+) (\d+)h(\d+)v1h-\d+z`)

func TestScannerReadsTheFingerprint(t *testing.T) {
	s := newSenderSite(t)
	body := get(t, s, "/en/key").Body.String()
	_, svg, _ := strings.Cut(body, `<svg class="qr"`)
	svg, _, _ = strings.Cut(svg, "</svg>")
	side, _ := strconv.Atoi(regexp.MustCompile(`viewBox="0 0 (\d+) `).FindStringSubmatch(svg)[1])
	const scale = 6
	img := image.NewGray(image.Rect(0, 0, side*scale, side*scale))
	for i := range img.Pix {
		img.Pix[i] = 255
	}
	for _, m := range qrRun.FindAllStringSubmatch(svg, -1) {
		x, _ := strconv.Atoi(m[1])
		y, _ := strconv.Atoi(m[2])
		w, _ := strconv.Atoi(m[3])
		for py := y * scale; py < (y+1)*scale; py++ {
			for px := x * scale; px < (x+w)*scale; px++ {
				img.SetGray(px, py, color.Gray{})
			}
		}
	}
	file := filepath.Join(t.TempDir(), "qr.png")
	f, err := os.Create(file)
	if err == nil {
		err = png.Encode(f, img)
	}
	if err != nil {
		t.Fatal(err)
	}
	f.Close()
	_, fingerprint := s.desk.Campaign.Recipients.CampaignID()
	if got, want := strings.TrimSpace(run(t, "", "zbarimg", "--quiet", "--raw", file)), "OPENPGP4FPR:"+strings.ReplaceAll(fingerprint, " ", ""); got != want {
		t.Errorf("scanned %q, want %q", got, want)
	}
}

func TestKeyFilesAreTheCampaigns(t *testing.T) {
	s := newSenderSite(t)
	set := s.desk.Campaign.Recipients
	w := get(t, s, "/key.asc")
	key, err := crypto.NewKeyFromArmored(w.Body.String())
	if err != nil || w.Header().Get("Content-Type") != "application/pgp-keys" {
		t.Fatalf("key.asc: %v, %v", err, w.Header())
	}
	if _, f := set.CampaignID(); seal.Fingerprint(key.GetFingerprint()) != f {
		t.Error("key.asc is another key")
	}
	var d keyDocument
	if err := json.Unmarshal(get(t, s, "/key.json").Body.Bytes(), &d); err != nil {
		t.Fatal(err)
	}
	again, err := seal.DecodeRecipients([]byte(d.OpenPGP), []byte(d.Set), []byte(d.Signature))
	if err != nil || again.Serial != d.Serial || len(d.Recipients) != 2 {
		t.Errorf("key.json does not hold the signed set: %v", err)
	}
	if w := get(t, s, "/key", "Accept-Language", "am"); w.Header().Get("Location") != "/am/key" {
		t.Errorf("/key leads to %q", w.Header().Get("Location"))
	}
	txt := get(t, s, "/key.txt").Body.String()
	if strings.Count(txt, "\nage1pq1") != 2 || !strings.HasPrefix(txt, "# set 1 of ") {
		t.Errorf("key.txt:\n%.300s", txt)
	}
}

func TestEmptyStateOfTheKey(t *testing.T) {
	s := newSenderSite(t)
	s.opt.Recipients = nil
	if body := get(t, s, "/en/key").Body.String(); !strings.Contains(body, "There is no key here yet") {
		t.Error("the page does not say that there is no key")
	}
	for _, path := range []string{"/key.asc", "/key.json", "/key.txt", "/.well-known/openpgpkey/policy"} {
		if w := get(t, s, path); w.Code != http.StatusNotFound {
			t.Errorf("%s: status %d", path, w.Code)
		}
	}
	s.opt.Recipients = func() (*seal.Recipients, error) { return nil, keepiton.Errorf(keepiton.Forbidden, "a bad signature") }
	if body := get(t, s, "/en/key").Body.String(); !strings.Contains(body, "cannot be trusted") {
		t.Error("the page does not warn of keys with a bad signature")
	}
}

// GnuPG names the place of the key by itself, fetches it from there, and
// encrypts to it.
func TestGnuPGFindsTheKeyInTheDirectory(t *testing.T) {
	s := newSenderSite(t)
	server := httptest.NewServer(s)
	defer server.Close()
	home := t.TempDir()
	t.Cleanup(func() { exec.Command("gpgconf", "--homedir", home, "--kill", "all").Run() })
	armored := filepath.Join(home, "key.asc")
	if err := os.WriteFile(armored, get(t, s, "/key.asc").Body.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	listed := run(t, home, "gpg", "--batch", "--with-wkd-hash", "--show-keys", armored)
	hash := regexp.MustCompile(`([a-z0-9]{32})@campaign\.example`).FindStringSubmatch(listed)
	if hash == nil {
		t.Fatalf("gpg names no hash:\n%s", listed)
	}
	direct := "/.well-known/openpgpkey/hu/" + hash[1]
	run(t, home, "gpg", "--batch", "--fetch-keys", server.URL+direct+"?l=keys")
	message := filepath.Join(home, "report.txt")
	if err := os.WriteFile(message, []byte("the internet is cut"), 0o600); err != nil {
		t.Fatal(err)
	}
	id, _ := s.desk.Campaign.Recipients.CampaignID()
	run(t, home, "gpg", "--batch", "--trust-model", "always", "--encrypt", "--recipient", id, message)
	sealed, err := os.ReadFile(message + ".gpg")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.desk.Take(t.Context(), intake.Pass{Lane: keepiton.LaneOpen}, bytes.NewReader(sealed)); err != nil {
		t.Errorf("what GnuPG sealed is not taken: %v", err)
	}
	advanced := strings.Replace(direct, "/openpgpkey/", "/openpgpkey/campaign.example/", 1)
	for path, want := range map[string]int{
		direct: 200, advanced: 200, "/.well-known/openpgpkey/policy": 200, "/.well-known/openpgpkey/campaign.example/policy": 200,
		strings.Replace(advanced, "campaign.example", "other.example", 1): 404, "/.well-known/openpgpkey/hu/iy9q119eutrkn8s1mk4r39qejnbu3n5q": 404, "/.well-known/openpgpkey/other.example/policy": 404, "/.well-known/openpgpkey/": 404,
	} {
		if w := get(t, s, path); w.Code != want || want == 200 && w.Header().Get("Access-Control-Allow-Origin") != "*" {
			t.Errorf("%s: status %d, want %d", path, w.Code, want)
		}
	}
}

func TestSecurityFileIsOfRFC9116(t *testing.T) {
	s := newSenderSite(t)
	s.opt.ContactExpires = time.Date(2027, 3, 1, 0, 0, 0, 0, time.UTC)
	w := get(t, s, "/.well-known/security.txt")
	want := "Contact: mailto:security@campaign.example\nExpires: 2027-03-01T00:00:00Z\nEncryption: https://keepiton.example/key.asc\n" +
		"Preferred-Languages: en, fr, ar, es, pt, am, ca\nCanonical: https://keepiton.example/.well-known/security.txt\n"
	if w.Body.String() != want || w.Header().Get("Content-Type") != "text/plain; charset=utf-8" {
		t.Errorf("got %q", w.Body)
	}
	s.opt.ContactExpires = time.Time{}
	if body := get(t, s, "/.well-known/security.txt").Body.String(); !strings.Contains(body, "Expires: 2027-02-23T00:00:00Z\n") {
		t.Errorf("without a day: %q", body)
	}
	s.opt.Contact = ""
	if w := get(t, s, "/.well-known/security.txt"); w.Code != http.StatusNotFound {
		t.Errorf("without a contact: status %d", w.Code)
	}
}
