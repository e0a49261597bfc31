package main

import (
	"context"
	"encoding/csv"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"keepiton"
	"keepiton/export"
	"keepiton/stop"
)

// mustRun runs the program and wants one of the exit codes.
func mustRun(t testing.TB, want int, args ...string) string {
	t.Helper()
	code, out, errs := runCLI(t, args...)
	if code != want {
		t.Fatalf("keepiton %s: got exit %d, want %d: %s", strings.Join(args, " "), code, want, errs)
	}
	return out
}

func readText(t testing.TB, path string) string {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// TestRecordComesBackFromItsExport imports a real edition, exports it in its
// own layout, imports that into an empty record, and compares both records.
func TestRecordComesBackFromItsExport(t *testing.T) {
	for _, c := range []struct{ file, format, covers string }{
		{"stop_combined_2016_2025.dev.csv", "stop-2025", "2016-2025"},
		{"stop_2019_edition.dev.csv", "stop-2019", "2019"},
	} {
		dir := t.TempDir()
		at := func(name string) string { return filepath.Join(dir, name) }
		take := func(from, data string) {
			mustRun(t, exitDefects, "import", "stop", from, "--edition", "e", "--published", "2026-05-20", "--covers", c.covers, "--data", at(data))
			mustRun(t, exitGood, "export", c.format, "-o", at(data+".sheet.csv"), "--data", at(data), "--as-of", "2026-06-01")
			mustRun(t, exitGood, "export", "csv", "-o", at(data+".flat.csv"), "--data", at(data), "--as-of", "2026-06-01")
		}
		take(stopFile(t, c.file), "first")
		take(at("first.sheet.csv"), "second")
		if a, b := readText(t, at("first.sheet.csv")), readText(t, at("second.sheet.csv")); a != b {
			t.Errorf("%s: the sheet exported from the copy differs", c.file)
		}
		first, second := table(t, at("first.flat.csv")), table(t, at("second.flat.csv"))
		if len(first) != len(second) || len(first) < 100 {
			t.Fatalf("%s: got %d incidents, want %d", c.file, len(second), len(first))
		}
		silent := 0
		for i := range first {
			if first[i]["info_source"] == keepiton.Confidential {
				silent++ // what its sources were is not in any export
				continue
			}
			for column, want := range first[i] {
				if got := second[i][column]; got != want {
					t.Errorf("%s %s %s: got %q, want %q", c.file, first[i]["id"], column, got, want)
				}
			}
		}
		t.Logf("%s: %d incidents came back, %d of them with confidential sources", c.file, len(first), silent)
	}
}

// table reads a CSV file with a header.
func table(t testing.TB, path string) (out []map[string]string) {
	t.Helper()
	lines, err := csv.NewReader(strings.NewReader(readText(t, path))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range lines[1:] {
		row := map[string]string{}
		for i, cell := range l {
			row[lines[0][i]] = cell
		}
		out = append(out, row)
	}
	return out
}

// TestNoExportOfTheRealRecordTellsAConfidentialSource looks for the links of
// the real sheet's confidential rows in everything that is exported.
func TestNoExportOfTheRealRecordTellsAConfidentialSource(t *testing.T) {
	dir := t.TempDir()
	file := stopFile(t, "stop_combined_2016_2025.dev.csv")
	mustRun(t, exitDefects, "import", "stop", file, "--edition", "e", "--published", "2026-05-20", "--data", dir)
	open := map[string]int{}
	hidden := map[string]bool{}
	for _, row := range table(t, file) {
		for _, link := range strings.FieldsFunc(row["info_source_link"], func(r rune) bool { return strings.ContainsRune("; \n", r) }) {
			if row["info_source"] == "Confidential" {
				hidden[link] = true
			} else {
				open[link]++
			}
		}
		for key, cell := range row {
			if key != "info_source_link" {
				for link := range hidden {
					if strings.Contains(cell, link) && row["info_source"] != "Confidential" {
						open[link]++
					}
				}
			}
		}
	}
	n := 0
	for _, format := range []string{"csv", "json", "ndjson", "geojson", "atom", "txt", "stop-2016", "stop-2019", "stop-2020", "stop-2025", "sqlite"} {
		text := mustRun(t, exitGood, "export", format, "-o", "-", "--data", dir)
		if format == "ndjson" && !strings.Contains(text, "KIO-") {
			t.Fatal("the export is empty: the test would prove nothing")
		}
		for link := range hidden {
			if len(link) < 12 || open[link] > 0 {
				continue // public elsewhere in the sheet
			}
			n++
			if strings.Contains(text, link) {
				t.Errorf("%s tells %s", format, link)
			}
		}
	}
	t.Logf("%d confidential links looked for", n)
}

func TestExportIsWholeOrNotThere(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "out.csv")
	if err := os.WriteFile(path, []byte("old"), 0o600); err != nil {
		t.Fatal(err)
	}
	broken := keepiton.Errorf(keepiton.Unavailable, "cut")
	err := writeFile(path, func(w io.Writer) error {
		w.Write([]byte("half"))
		return broken
	})
	if keepiton.CodeOf(err) != keepiton.Unavailable {
		t.Errorf("got %v", err)
	}
	if got := readText(t, path); got != "old" {
		t.Errorf("the old file is gone: %q", got)
	}
	if left, _ := os.ReadDir(dir); len(left) != 1 {
		t.Errorf("left behind: %v", left)
	}
}

func TestExportFixesTheIDsAndNamesItsMistakes(t *testing.T) {
	dir := t.TempDir()
	mustRun(t, exitGood, "user", "list", "--data", dir) // makes an empty record
	mustRun(t, exitGood, "export", "csv", "-o", "-", "--data", dir)
	st, err := openStore(context.Background(), settings{Data: dir})
	if err != nil {
		t.Fatal(err)
	}
	defer st.Close()
	if since, err := st.Meta(t.Context(), "ids_public_since"); err != nil || since == "" {
		t.Errorf("ids_public_since is %q, %v", since, err)
	}
	for _, c := range []struct{ args, want string }{
		{"export -o x", "no format given"},
		{"export yaml -o x", "yaml"},
		{"export csv", "-o is missing"},
		{"export csv -o x --year soon", "--year"},
		{"export csv -o x --cause rain", "--cause"},
		{"export csv -o x --as-of soon", "--as-of"},
		{"export csv -o x --lang de", "--lang"},
		{"export csv json -o x", "json"},
	} {
		code, _, errs := runCLI(t, append(strings.Fields(c.args), "--data", dir)...)
		if code != exitUsage || !strings.Contains(errs, c.want) || !strings.Contains(errs, "hint:") {
			t.Errorf("%s: got exit %d and %q, want 2 and %q with a hint", c.args, code, errs, c.want)
		}
	}
}

func TestHelpNamesEveryFormat(t *testing.T) {
	help := exportCommand().help
	for _, f := range export.Formats() {
		if !strings.Contains(help, "  "+f.Name+" ") || !strings.Contains(help, f.Summary) {
			t.Errorf("the help lacks %s", f.Name)
		}
	}
	for _, l := range stop.Layouts {
		if _, ok := export.ByName(l.Name()); !ok {
			t.Errorf("layout %s has no format", l.Name())
		}
	}
}
