package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"keepiton/campaign"
)

func TestTheListOfTheCoalitionImportsCleanlyAndOnce(t *testing.T) {
	list := filepath.Join("..", "..", "..", "shared", "data", "seed", "coalition.csv")
	if _, err := os.Stat(list); err != nil {
		if os.Getenv("CI") != "" {
			t.Fatal(err)
		}
		t.Skipf("SKIPPED, NOT TESTED: the real file is missing: %v", err)
	}
	data := filepath.Join(t.TempDir(), "data")
	args := []string{"import", "organizations", list, "--data", data, "--source", "listed by the campaign in 2017", "--json"}
	for i, want := range [][3]int{{132, 0, 1}, {132, 0, 0}, {0, 132, 0}} { // a dry run, the import, and once more
		run := args
		if i == 0 {
			run = append(run, "--dry-run")
		}
		code, out, errs := runCLI(t, run...)
		var r campaign.ImportReport
		if err := json.Unmarshal([]byte(out), &r); err != nil || code != exitGood || errs != "" {
			t.Fatalf("exit %d, %q: %v", code, errs, err)
		}
		if len(r.New) != want[0] || len(r.Same) != want[1] || len(r.Defects)+len(r.Near)+len(r.Different) != 0 || r.DryRun != (want[2] == 1) {
			t.Errorf("time %d: %d new, %d same; %+v %+v", i+1, len(r.New), len(r.Same), r.Defects, r.Near)
		}
	}
}

func TestImportOfASheetSaysWhereItIsWrong(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "sheet.csv")
	write := func(text string) {
		t.Helper()
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	report := filepath.Join(dir, "report.json")
	args := func(more ...string) []string {
		return append([]string{"import", "organizations", file, "--data", filepath.Join(dir, "data")}, more...)
	}
	write("name,country\nGood,KE\nLost,Atlantis\n")
	code, out, _ := runCLI(t, args("--report", report)...)
	if code != exitDefects || !strings.Contains(out, "2 rows, 1 new (drafts)") || !strings.Contains(out, `sheet.csv row 3 column country "Atlantis"`) {
		t.Errorf("exit %d: %s", code, out)
	}
	if text, err := os.ReadFile(report); err != nil || !strings.Contains(string(text), `"Atlantis"`) {
		t.Errorf("the report: %s, %v", text, err)
	}
	write("name,colour\nGood,red\n")
	if code, _, errs := runCLI(t, args()...); code != exitFailed || !strings.Contains(errs, `sheet.csv: line 1, column 2: there is no column "colour"`) {
		t.Errorf("exit %d: %s", code, errs)
	}
	write("name\nGood\n")
	if code, _, errs := runCLI(t, args("--publish", "--published-by", "nobody")...); code != exitFailed || !strings.Contains(errs, "nobody") {
		t.Errorf("exit %d: %s", code, errs)
	}
	for _, wrong := range [][]string{args("--edition", "x"), {"import", "organizations"}, {"import", "letters", file}, {"import", "stop", file, "--publish"}, args("--lang", "English")} {
		if code, _, errs := runCLI(t, wrong...); code != exitUsage {
			t.Errorf("%v: exit %d, %s", wrong, code, errs)
		}
	}
}

func TestTheHelpOfImportNamesEveryColumn(t *testing.T) {
	for word, kind := range campaign.ImportKinds {
		if !strings.Contains(importHelp, word) {
			t.Errorf("no word of %s", word)
		}
		for _, column := range campaign.Columns(kind) {
			if !strings.Contains(importEntriesHelp, column) {
				t.Errorf("no word of the column %s of %s", column, word)
			}
		}
	}
}

func TestAnAccountOfAMemberIsBoundToAnOrganization(t *testing.T) {
	dir := t.TempDir()
	data, file := filepath.Join(dir, "data"), filepath.Join(dir, "one.csv")
	if err := os.WriteFile(file, []byte("name\nOpen Lines\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	code, out, errs := runCLI(t, "import", "organizations", file, "--data", data, "--json")
	var r campaign.ImportReport
	if err := json.Unmarshal([]byte(out), &r); err != nil || code != exitGood || len(r.New) != 1 {
		t.Fatalf("exit %d, %s, %v", code, errs, err)
	}
	add := func(org string) (int, string, string) {
		return runCLI(t, "user", "add", "lines", "--role", "member", "--organization", org, "--data", data)
	}
	for _, org := range []string{"", "Open Lines", "KIP-2026-0001", "KIC-1999-0001"} {
		if code, _, errs := add(org); code != exitFailed {
			t.Errorf("bound to %q: exit %d, %s", org, code, errs)
		}
	}
	if code, out, errs := add(string(r.New[0].ID)); code != exitGood || !strings.Contains(out, "/desk/enter?t=") {
		t.Errorf("exit %d: %s %s", code, out, errs)
	}
	if code, _, _ := runCLI(t, "user", "role", "lines", "--role", "analyst", "--data", data); code != exitFailed {
		t.Errorf("a member becomes an analyst: exit %d", code)
	}
}
