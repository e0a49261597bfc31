package main

import (
	"bytes"
	"encoding/json"
	"html"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"keepiton"
	"keepiton/store"
)

// sampleRecord writes the made-up world into a data folder with keys.
func sampleRecord(t *testing.T) string {
	t.Helper()
	data := t.TempDir()
	campaignIn(t, data)
	st, err := openStore(t.Context(), settings{Data: data})
	if err != nil {
		t.Fatal(err)
	}
	if err := fillSample(t.Context(), st, time.Now()); err != nil {
		t.Fatal(err)
	}
	if err := st.Close(); err != nil {
		t.Fatal(err)
	}
	return data
}

// TestTheSiteTravelsAsAFolderAndAsAZIP walks the way of a copy: made, checked,
// changed on its way, found out.
func TestTheSiteTravelsAsAFolderAndAsAZIP(t *testing.T) {
	data := sampleRecord(t)
	keys, pass := campaignKeys(t)
	dir := filepath.Join(t.TempDir(), "copy")
	with := []string{"--data", data, "--lang", "en,am", "--base-url", "https://keepiton.example"}
	out := mustRun(t, exitGood, append([]string{"export", "site", "-o", dir, "--sign", keys, "--passphrase-file", pass}, with...)...)
	if !regexp.MustCompile(`Written: .*copy, [0-9]+ files, [0-9.]+ MB, as of 20`).MatchString(out) {
		t.Errorf("said %s", out)
	}
	for _, name := range []string{"index.html", "report-offline.html", "en/report-offline.html", "am/index.html", "am/incidents.txt", "en/incidents.atom", "data/incidents.csv", "data/incidents.sqlite", "data/stop-2025.csv", "data/README.txt", "data/LICENCE.txt", "LICENCE.txt", "data/datapackage.json", "key.asc", "MANIFEST.txt", "MANIFEST.txt.asc"} {
		if info, err := os.Stat(filepath.Join(dir, name)); err != nil || info.Size() == 0 {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := os.Stat(filepath.Join(dir, "fr")); err == nil {
		t.Error("a language that was not asked for")
	}
	if loose, followed := looseEnds(t, dir); len(loose) > 0 || followed < 5000 {
		t.Errorf("of %d links lead nowhere: %q", followed, loose[:min(len(loose), 10)])
	}
	page, err := os.ReadFile(filepath.Join(dir, "am", "data.html"))
	if err != nil {
		t.Fatal(err)
	}
	for _, link := range []string{`"../data/incidents.csv"`, `"../data/incidents.parquet"`, `"../data/stop-2016.csv"`, `"incidents.txt"`, `"incidents.atom"`} {
		if !bytes.Contains(page, []byte(link)) {
			t.Errorf("am/data.html does not link to %s", link)
		}
	}
	// The copy's own key is another campaign's than the one that signed here.
	if out := mustRun(t, exitDefects, "verify", dir); !strings.Contains(out, "not signed by this key") {
		t.Errorf("another's key: %s", out)
	}
	mine := filepath.Join(keys, "campaign.asc")
	if out := mustRun(t, exitGood, "verify", dir, "--key", mine); !strings.Contains(out, "signed by ") || !strings.Contains(out, "All of it fits") {
		t.Errorf("verify: %s", out)
	}
	gnupg(t, mine, filepath.Join(dir, "MANIFEST.txt"))

	zip := filepath.Join(t.TempDir(), "copy.zip")
	mustRun(t, exitGood, append([]string{"export", "site", "-o", zip}, with...)...)
	var told checked
	if err := json.Unmarshal([]byte(mustRun(t, exitGood, "verify", "--json", zip)), &told); err != nil {
		t.Fatal(err)
	}
	if len(told.Copies) != 1 || told.Copies[0].Site != "https://keepiton.example" || told.Copies[0].Good < 300 || told.Copies[0].SignedBy != "" {
		t.Errorf("of the ZIP: %+v", told)
	}
	a, err := os.ReadFile(filepath.Join(dir, "MANIFEST.txt"))
	if err != nil {
		t.Fatal(err)
	}
	if inZIP, err := exec.Command("unzip", "-p", zip, "keepiton-site/MANIFEST.txt").Output(); err == nil && !bytes.Equal(inZIP, a) {
		t.Error("the ZIP and the folder hold different files")
	}

	// Somebody on the way changes a page, and somebody else the list as well.
	victim := filepath.Join(dir, "en", "methodology.html")
	if err := os.WriteFile(victim, bytes.Replace(read(t, victim), []byte("</main>"), []byte("<p>It was a cable.</p></main>"), 1), 0o644); err != nil {
		t.Fatal(err)
	}
	if out := mustRun(t, exitDefects, "verify", dir, "--key", mine); !strings.Contains(out, "en/methodology.html: differs") || strings.Count(out, "FAULT") != 1 {
		t.Errorf("a changed page: %s", out)
	}
	list := filepath.Join(dir, "MANIFEST.txt")
	if err := os.WriteFile(list, bytes.Replace(read(t, list), []byte("# site"), []byte("# sitf"), 1), 0o644); err != nil {
		t.Fatal(err)
	}
	if out := mustRun(t, exitDefects, "verify", dir, "--key", mine); !strings.Contains(out, "MANIFEST.txt.asc") {
		t.Errorf("a changed list: %s", out)
	}
	if out := mustRun(t, exitDefects, "verify", zip, "--key", mine); !strings.Contains(out, "nobody signed it") {
		t.Errorf("no signature: %s", out)
	}
}

// looseEnds lists links of pages in a copy that lead to no file of it.
func looseEnds(t *testing.T, dir string) (out []string, followed int) {
	t.Helper()
	link := regexp.MustCompile(`(?:href|src|action)="([^"#]*)`)
	err := filepath.WalkDir(dir, func(name string, d os.DirEntry, err error) error {
		if err != nil || filepath.Ext(name) != ".html" || d.Name() == "report-offline.html" {
			return err
		}
		for _, m := range link.FindAllSubmatch(read(t, name), -1) {
			to := html.UnescapeString(string(m[1]))
			if to == "" || regexp.MustCompile(`^(https?|mailto|data):`).MatchString(to) {
				continue
			}
			followed++
			if info, err := os.Stat(filepath.Join(filepath.Dir(name), to)); err != nil || !info.Mode().IsRegular() {
				out = append(out, name+" → "+to)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out, followed
}

func read(t *testing.T, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// campaignKeys makes a campaign's key on a keyholder's machine.
func campaignKeys(t *testing.T) (keys, passphrase string) {
	t.Helper()
	keys, passphrase = filepath.Join(t.TempDir(), "keys"), filepath.Join(t.TempDir(), "pass")
	if err := os.WriteFile(passphrase, []byte("a passphrase long enough\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	mustRun(t, exitGood, "key", "init", "campaign", "--name", "Test", "--email", "test@campaign.example", "--keys", keys, "--passphrase-file", passphrase)
	return keys, passphrase
}

// gnupg has GnuPG check the signature beside a file.
func gnupg(t *testing.T, key, file string) {
	t.Helper()
	if _, err := exec.LookPath("gpg"); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal("gpg is missing")
		}
		t.Log("SKIPPED, NOT TESTED: gpg is missing")
		return
	}
	home := t.TempDir()
	for _, args := range [][]string{{"--import", key}, {"--verify", file + ".asc", file}} {
		if out, err := exec.Command("gpg", append([]string{"--homedir", home, "--batch", "--no-autostart"}, args...)...).CombinedOutput(); err != nil {
			t.Errorf("gpg %q: %v\n%s", args, err, out)
		}
	}
}

// TestAListIsSignedWhereTheKeyIs signs on the keyholder's machine what a server
// has made.
func TestAListIsSignedWhereTheKeyIs(t *testing.T) {
	keys, pass := campaignKeys(t)
	file := filepath.Join(t.TempDir(), "MANIFEST.txt")
	if err := os.WriteFile(file, []byte("# keepiton manifest 1\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	mustRun(t, exitGood, "key", "sign", file, "--keys", keys, "--passphrase-file", pass)
	gnupg(t, filepath.Join(keys, "campaign.asc"), file)
	if out := mustRun(t, exitGood, "verify", filepath.Dir(file), "--key", filepath.Join(keys, "campaign.asc")); !strings.Contains(out, "signed by") {
		t.Errorf("verify: %s", out)
	}
}

func TestCopyThatCannotBeMadeSaysWhyAndLeavesNothing(t *testing.T) {
	data := sampleRecord(t)
	mine := t.TempDir()
	if err := os.WriteFile(filepath.Join(mine, "thesis.txt"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		args string
		code int
		says string
	}{
		{"export site", exitUsage, "-o is missing"},
		{"export site -o -", exitUsage, "not one stream"},
		{"export site -o x --cause protests", exitUsage, "--country and --year alone"},
		{"export site -o x --lang en,xx", exitUsage, `"xx" is none of the seven`},
		{"export site -o x --country Atlantis", exitUsage, "Atlantis"},
		{"export site csv -o x", exitUsage, "one format at a time"},
		{"export site -o x --bom", exitUsage, "--bom"},
		{"export site -o " + mine, exitFailed, "not of a copy"},
		{"export site -o " + mine + "/none/x", exitFailed, "write"},
		{"export site -o x --sign " + mine, exitFailed, "secret key is not in"},
	} {
		args := append(strings.Fields(c.args), "--data", data)
		for i := range args {
			if args[i] == "x" {
				args[i] = filepath.Join(mine, "x")
			}
		}
		if code, out, errs := runCLI(t, args...); code != c.code || !strings.Contains(errs, c.says) {
			t.Errorf("%s: exit %d, %s%s", c.args, code, out, errs)
		}
	}
	if left, err := os.ReadDir(mine); err != nil || len(left) != 1 {
		t.Errorf("left behind: %v %v", left, err)
	}
}

// TestNothingConfidentialIsInACopy plants marked words where readers of the site
// never see them, and searches every file.
func TestNothingConfidentialIsInACopy(t *testing.T) {
	data := sampleRecord(t)
	st, err := openStore(t.Context(), settings{Data: data})
	if err != nil {
		t.Fatal(err)
	}
	now := time.Now().UTC()
	inc := keepiton.Incident{State: keepiton.Published, Country: "XA", Episodes: []keepiton.Episode{{Start: keepiton.On(2026, 1, 2)}}, Summary: "SHOWN-words"}
	open := keepiton.Source{ID: "s1", Kind: "news", URL: "https://news.example/a"}
	secret := keepiton.Source{ID: "s2", Kind: "partner", Confidential: true, Publisher: "MARKED-publisher", Words: "MARKED-words", URL: "https://marked.example/MARKED-url", Title: "MARKED-title", Quote: "MARKED-quote"}
	inc.Sources = []keepiton.Source{open, secret}
	first, err := st.Append(t.Context(), store.Edit{Rev: keepiton.Revision{Recorded: now.Add(-time.Hour), Role: keepiton.RoleEditor, Author: "MARKED-author", Incident: inc}})
	if err != nil {
		t.Fatal(err)
	}
	draft := keepiton.Incident{State: keepiton.Draft, Country: "XA", Summary: "MARKED-draft", Episodes: inc.Episodes}
	inc.Sources = inc.Sources[:1]
	_, err = st.Append(t.Context(),
		store.Edit{ID: first[0].Incident.ID, Base: 1, Rev: keepiton.Revision{Recorded: now.Add(-time.Minute), Role: keepiton.RoleEditor, Author: "MARKED-author", Incident: inc}},
		store.Edit{Rev: keepiton.Revision{Recorded: now, Role: keepiton.RoleEditor, Incident: draft}})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := st.AppendStory(t.Context(), 0, keepiton.StoryRevision{Recorded: now, Role: keepiton.RoleEditor, Story: keepiton.Story{State: keepiton.Draft, Lang: "en", Title: "MARKED-story", Text: "MARKED-telling"}}); err != nil {
		t.Fatal(err)
	}
	if err := st.Close(); err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(t.TempDir(), "copy")
	mustRun(t, exitGood, "export", "site", "-o", dir, "--data", data, "--lang", "en")
	shown := 0
	err = filepath.WalkDir(dir, func(name string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		body := read(t, name)
		if bytes.Contains(bytes.ToUpper(body), []byte("MARKED-")) {
			t.Errorf("%s has a marked word", name)
		}
		if bytes.Contains(body, []byte("SHOWN-words")) {
			shown++
		}
		return nil
	})
	if err != nil || shown < 3 {
		t.Errorf("the search finds the words that are shown in %d files only: %v", shown, err)
	}
}
