package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"keepiton/locale"
)

func TestATranslatorsFileGoesOutAndComesBack(t *testing.T) {
	dir := t.TempDir()
	po, into := filepath.Join(dir, "keepiton-fr.po"), filepath.Join(dir, "own")
	mustRun(t, exitGood, "messages", "export", "fr", "-o", po)
	text := readText(t, po)
	if out := mustRun(t, exitGood, "messages", "check", po); !strings.Contains(out, "nothing is wrong") {
		t.Errorf("check says %q", out)
	}
	before := "#, fuzzy\nmsgctxt \"answer.yes\"\nmsgid \"Yes\"\nmsgstr \"Oui\"\n"
	if !strings.Contains(text, before) {
		t.Fatalf("the file has no %q", before)
	}
	after := strings.Replace(text, before, strings.Replace(strings.TrimPrefix(before, "#, fuzzy\n"), "Oui", "Oui.", 1), 1)
	write(t, po, after)
	out := mustRun(t, exitGood, "messages", "merge", po, "--by", "Amina", "--into", into)
	if !strings.Contains(out, "fr: 1 messages changed, 1 marked as read by Amina") {
		t.Errorf("merge says %q", out)
	}
	var reviews map[string]map[string]locale.Review
	if err := json.Unmarshal([]byte(readText(t, filepath.Join(into, "review.json"))), &reviews); err != nil || reviews["fr"]["answer.yes"].By != "Amina" {
		t.Errorf("review.json: %v, %v", reviews, err)
	}
	if got := readText(t, filepath.Join(into, "fr.json")); !strings.Contains(got, `"answer.yes": "Oui."`) || strings.Contains(got, "answer.no") {
		t.Errorf("fr.json has more or less than what was changed: %s", got)
	}
}

func TestWhatIsWrongInATranslatorsFileIsNamed(t *testing.T) {
	dir := t.TempDir()
	po := filepath.Join(dir, "sw.po")
	write(t, po, "msgctxt \"answer.yes\"\nmsgid \"Yes\"\nmsgstr \"<b>Ndiyo</b>\"\n\nmsgctxt \"nope\"\nmsgid \"x\"\nmsgstr \"y\"\n")
	code, out, errs := runCLI(t, "messages", "check", po)
	if code != exitFailed || !strings.Contains(out, po+":1: wrong: answer.yes: has markup") || !strings.Contains(out, po+":5: wrong: nope: English has no such message") || !strings.Contains(errs, "2 mistakes") {
		t.Errorf("exit %d, %q, %q", code, out, errs)
	}
	if code, _, errs = runCLI(t, "messages", "merge", po, "--by", "x", "--into", dir); code != exitFailed || !strings.Contains(errs, "nothing was merged") {
		t.Errorf("merge: exit %d, %q", code, errs)
	}
	if _, err := os.Stat(filepath.Join(dir, "sw.json")); !os.IsNotExist(err) {
		t.Error("a file with mistakes was merged")
	}
	write(t, po, "msgctxt answer\n")
	for line, want := range map[string]string{
		"messages":                                        "what shall be done",
		"messages export xx -o x.po":                      "it is one of en fr ar",
		"messages export fr -o x.txt":                     "keepiton-fr.po",
		"messages merge " + po:                            "--by NAME",
		"messages check " + po:                            "sw.po: line 1: a text that does not stand in quotation marks",
		"messages check " + dir + "/no.po --lang no such": "no.po",
		"messages check " + dir + "/what-is-it.po":        "--lang",
	} {
		if code, _, errs := runCLI(t, strings.Fields(line)...); code == exitGood || !strings.Contains(errs, want) || !strings.Contains(errs, "hint: ") {
			t.Errorf("keepiton %s: exit %d, %q, want %q and a hint", line, code, errs, want)
		}
	}
	write(t, po, "msgctxt \"answer.yes\"\nmsgid \"Yes\"\nmsgstr \"Ndiyo\"\n\nmsgctxt \"answer.no\"\nmsgid \"No\"\nmsgstr \"No\"\n")
	if out := mustRun(t, exitGood, "messages", "merge", po, "--by", "Baraza", "--into", dir); !strings.Contains(out, "sw: 1 messages changed, 1 marked as read") {
		t.Errorf("English that was left as it was counts as a translation: %q", out)
	}
	begun := filepath.Join(dir, "keepiton-pl.po") // Polish has four forms
	mustRun(t, exitGood, "messages", "export", "pl", "-o", begun)
	if text := readText(t, begun); !strings.Contains(text, "msgctxt \"alert.digest.subject[many]\"") || !strings.Contains(text, "for numbers such as 2 3 4 22") {
		t.Error("a new language does not begin with its own plural forms")
	}
	if out := mustRun(t, exitGood, "messages", "status"); !strings.Contains(out, "\nfr ") || !strings.Contains(mustRun(t, exitGood, "messages", "status", "--json"), `"Reviewed"`) {
		t.Errorf("status: %q", out)
	}
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}
