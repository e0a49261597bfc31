package evidence

import (
	"archive/zip"
	"bytes"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"keepiton"
)

// phone is a telephone with ProofMode: GnuPG with a key that it made itself.
type phone struct {
	t    *testing.T
	home string
	gpg  string
}

func newPhone(t *testing.T) phone {
	t.Helper()
	p := phone{t: t, gpg: tool(t, "gpg", "gnupg")}
	home, err := os.MkdirTemp("", "p") // the path of a socket must be short
	if err != nil {
		t.Fatal(err)
	}
	p.home = home
	t.Cleanup(func() {
		kill := exec.Command("gpgconf", "--kill", "all")
		kill.Env = append(os.Environ(), "GNUPGHOME="+home)
		_ = kill.Run()
		os.RemoveAll(home)
	})
	p.run("--quick-gen-key", "noone@proofmode.witness.org", "rsa2048", "sign", "never")
	return p
}

func (p phone) run(args ...string) []byte {
	p.t.Helper()
	cmd := exec.Command(p.gpg, append([]string{"--batch", "--quiet", "--pinentry-mode", "loopback", "--passphrase", ""}, args...)...)
	cmd.Env = append(os.Environ(), "GNUPGHOME="+p.home)
	var errs bytes.Buffer
	cmd.Stderr = &errs
	out, err := cmd.Output()
	if err != nil {
		p.t.Fatalf("gpg %v: %v\n%s", args, err, errs.String())
	}
	return out
}

func (p phone) sign(b []byte) []byte {
	p.t.Helper()
	return p.run("--armor", "--detach-sign", "--output", "-", save(p.t, "f", b))
}

// shoot makes the entries of a ProofMode ZIP for a photo.
func (p phone) shoot(photo []byte) map[string][]byte {
	p.t.Helper()
	h := sum(photo)
	table := []byte("File Hash SHA256,File Path,Location.Latitude,Location.Longitude,DeviceID,Proof Generated\n" +
		h + `,/sdcard/DCIM/IMG_1.jpg,9.0249,38.7469,` + secretPhone + `,"2026-11-24T15:00:00,000Z"` + "\n")
	return map[string][]byte{
		"IMG_1.jpg": photo, "pubkey.asc": p.run("--armor", "--export"),
		h + ".asc": p.sign(photo), h + ".proof.csv": table, h + ".proof.csv.asc": p.sign(table),
		h + ".ots": []byte("ots"), h + ".gst": []byte("token"),
	}
}

func zipped(t testing.TB, entries map[string][]byte) []byte {
	t.Helper()
	var w bytes.Buffer
	z := zip.NewWriter(&w)
	for _, name := range slices.Sorted(maps.Keys(entries)) {
		f, err := z.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := f.Write(entries[name]); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return w.Bytes()
}

func TestProofModeIsChecked(t *testing.T) {
	slow(t)
	p := newPhone(t)
	shot := asJPEG(t, photo(5, 200, 150), 85)
	h := sum(shot)
	other := newPhone(t)

	with := func(change func(e map[string][]byte)) []byte {
		e := p.shoot(shot)
		change(e)
		return zipped(t, e)
	}
	type checks struct{ hash, signature, table, tableHash Check }
	good := checks{Holds, Holds, Holds, Holds}
	for _, c := range []struct {
		name string
		zip  []byte
		want checks
	}{
		{"as it came", with(func(map[string][]byte) {}), good},
		{"in a folder", with(func(e map[string][]byte) {
			for name, b := range maps.Clone(e) {
				e["proof/"+name] = b
				delete(e, name)
			}
		}), good},
		{"photo changed", with(func(e map[string][]byte) { e["IMG_1.jpg"] = append(bytes.Clone(shot), 0) }), checks{Broken, Broken, Holds, Holds}},
		{"photo gone", with(func(e map[string][]byte) { delete(e, "IMG_1.jpg") }), checks{Broken, Broken, Holds, Holds}},
		{"table changed", with(func(e map[string][]byte) {
			e[h+".proof.csv"] = bytes.Replace(e[h+".proof.csv"], []byte("9.0249"), []byte("8.0249"), 1)
		}), checks{Holds, Holds, Broken, Holds}},
		{"table of another photo", with(func(e map[string][]byte) {
			table := bytes.Replace(e[h+".proof.csv"], []byte(h), []byte(sum(nil)), 1)
			e[h+".proof.csv"], e[h+".proof.csv.asc"] = table, p.sign(table)
		}), checks{Holds, Holds, Holds, Broken}},
		{"table without a hash", with(func(e map[string][]byte) {
			table := []byte("File Path\n/x\n")
			e[h+".proof.csv"], e[h+".proof.csv.asc"] = table, p.sign(table)
		}), checks{Holds, Holds, Holds, Missing}},
		{"table not signed", with(func(e map[string][]byte) { delete(e, h+".proof.csv.asc") }), checks{Holds, Holds, Missing, Holds}},
		{"photo not signed", with(func(e map[string][]byte) { delete(e, h+".asc") }), checks{Holds, Missing, Holds, Holds}},
		{"key of somebody else", with(func(e map[string][]byte) { e["pubkey.asc"] = other.run("--armor", "--export") }), checks{Holds, Broken, Broken, Holds}},
		{"signed by somebody else", with(func(e map[string][]byte) { e[h+".asc"] = other.sign(shot) }), checks{Holds, Broken, Holds, Holds}},
		{"signatures swapped", with(func(e map[string][]byte) {
			e[h+".asc"], e[h+".proof.csv.asc"] = e[h+".proof.csv.asc"], e[h+".asc"]
		}), checks{Holds, Broken, Broken, Holds}},
		{"signature cut", with(func(e map[string][]byte) { e[h+".asc"] = e[h+".asc"][:100] }), checks{Holds, Broken, Holds, Holds}},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := VerifyProofMode(t.Context(), c.zip)
			if err != nil {
				t.Fatal(err)
			}
			if len(got.Files) != 1 {
				t.Fatalf("files: got %d", len(got.Files))
			}
			f := got.Files[0]
			if have := (checks{f.Hash, f.Signature, f.Table, f.TableHash}); have != c.want {
				t.Errorf("got %v, want %v", have, c.want)
			}
			if got.Intact() != (c.want == good) {
				t.Errorf("intact: got %v", got.Intact())
			}
		})
	}
}

func TestProofModeSaysWhoAndWhatIsClaimed(t *testing.T) {
	p := newPhone(t)
	shot := asJPEG(t, photo(5, 200, 150), 85)
	e := p.shoot(shot)
	e["HowToVerifyProofData.txt"] = []byte("how")
	got, err := VerifyProofMode(t.Context(), zipped(t, e))
	if err != nil {
		t.Fatal(err)
	}
	f := got.Files[0]
	if f.SHA256 != sum(shot) || f.Size != int64(len(shot)) || f.Kind != JPEG || f.Name.Reveal() != "IMG_1.jpg" || !f.Timestamps || !f.Attested || got.Strays != 1 {
		t.Errorf("file: got %s, %d, %s, strays %d", f.SHA256, f.Size, f.Kind, got.Strays)
	}
	if f.Claims["Location.Latitude"].Reveal() != "9.0249" || f.Claims["DeviceID"].Reveal() != secretPhone {
		t.Errorf("claims: got %d", len(f.Claims))
	}
	list := string(p.run("--with-colons", "--fingerprint"))
	if !strings.Contains(strings.ToLower(list), got.Key) || len(got.Key) != 40 {
		t.Errorf("key: got %s", got.Key)
	}
	if len(got.KeyNames) != 1 || got.KeyNames[0].Reveal() != "noone@proofmode.witness.org" {
		t.Errorf("names: got %d", len(got.KeyNames))
	}
	if text := fmt.Sprintf("%v %+v", got, got); strings.Contains(text, secretPhone) || strings.Contains(text, "IMG_1") || strings.Contains(text, "9.0249") {
		t.Errorf("it prints what the telephone said: %s", text)
	}
}

func TestArchiveWithoutAProof(t *testing.T) {
	_, err := VerifyProofMode(t.Context(), zipped(t, map[string][]byte{"a.jpg": asJPEG(t, photo(1, 20, 20), 80)}))
	if keepiton.CodeOf(err) != keepiton.NotFound {
		t.Errorf("got %v", err)
	}
	if _, err := VerifyProofMode(t.Context(), []byte("no zip")); keepiton.CodeOf(err) != keepiton.NotFound {
		t.Errorf("got %v", err)
	}
}

func TestHostileArchives(t *testing.T) {
	slow(t)
	p := newPhone(t)
	shot := asJPEG(t, photo(5, 60, 50), 85)
	h := sum(shot)
	with := func(change func(e map[string][]byte)) []byte {
		e := p.shoot(shot)
		change(e)
		return zipped(t, e)
	}
	nested := zipped(t, map[string][]byte{"b": make([]byte, 1<<20)})
	for range 4 {
		e := map[string][]byte{}
		for i := range 16 {
			e[fmt.Sprintf("%d.zip", i)] = nested
		}
		nested = zipped(t, e)
	}
	lying := with(func(e map[string][]byte) { e["zeros"] = make([]byte, 900<<10) })
	// The directory says 10 bytes; the data goes on.
	lying = bytes.ReplaceAll(lying, []byte{0, 0x10, 0x0e, 0}, []byte{10, 0, 0, 0})
	for _, c := range []struct {
		name string
		zip  []byte
		code keepiton.Code // empty: the proof is read all the same
		text string
	}{
		{"bomb", with(func(e map[string][]byte) { e["zeros"] = make([]byte, 64<<20) }), keepiton.TooLarge, "grows more than 200 times"},
		{"archives in archives", with(func(e map[string][]byte) { e["42.zip"] = nested }), "", ""},
		{"too many entries", with(func(e map[string][]byte) {
			for i := range maxEntries {
				e[fmt.Sprint(i)] = nil
			}
		}), keepiton.TooLarge, "entries are more than 500"},
		{"paths that climb", with(func(e map[string][]byte) { e["../../../etc/cron.d/x"] = []byte("x") }), "", ""},
		{"two keys", with(func(e map[string][]byte) { e["a/pubkey.asc"] = e["pubkey.asc"] }), keepiton.Invalid, "two keys"},
		{"two signatures", with(func(e map[string][]byte) { e["a/"+h+".asc"] = e[h+".asc"] }), keepiton.Invalid, "two asc"},
		{"no key in the key", with(func(e map[string][]byte) { e["pubkey.asc"] = []byte("<svg/>") }), keepiton.Invalid, "no OpenPGP key"},
		{"endless table", with(func(e map[string][]byte) { e[h+".proof.csv"] = bytes.Repeat([]byte("a,b\n"), 300<<10) }), keepiton.TooLarge, "more than"},
		{"size that is a lie", lying, keepiton.Invalid, "cannot be read"},
		{"cut", with(func(map[string][]byte) {})[:500], keepiton.Invalid, "zip:"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := VerifyProofMode(t.Context(), c.zip)
			if c.code == "" {
				if err != nil || !got.Intact() {
					t.Errorf("got %v, intact %v", err, got.Intact())
				}
				return
			}
			if keepiton.CodeOf(err) != c.code || !strings.Contains(err.Error(), c.text) {
				t.Errorf("got %v (%s), want %s with %q", err, keepiton.CodeOf(err), c.code, c.text)
			}
		})
	}
	if _, err := os.Stat("/etc/cron.d/x"); err == nil {
		t.Error("a path of the archive was written")
	}
}
