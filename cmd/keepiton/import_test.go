package main

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// runCLI runs the program as a shell would and returns exit code and output.
func runCLI(t testing.TB, args ...string) (code int, out, errs string) {
	t.Helper()
	var stdout, stderr strings.Builder
	e := &env{stdin: strings.NewReader(""), stdout: &stdout, stderr: &stderr, getenv: func(string) string { return "" }}
	code = run(context.Background(), e, args)
	return code, stdout.String(), stderr.String()
}

func stopFile(t testing.TB, name string) string {
	t.Helper()
	path := filepath.Join("..", "..", "..", "shared", "data", "stop", name)
	if _, err := os.Stat(path); err != nil {
		if os.Getenv("CI") != "" {
			t.Fatal(err)
		}
		t.Skipf("SKIPPED, NOT TESTED: the real file is missing: %v", err)
	}
	return path
}

func TestImportWritesItsReportAndLeavesWithThree(t *testing.T) {
	dir := t.TempDir()
	report := filepath.Join(dir, "report.json")
	args := []string{"import", "stop", stopFile(t, "stop_2019_edition.dev.csv"), "--edition", "2019-first", "--published", "2020-02-01", "--covers", "2019", "--data", filepath.Join(dir, "data"), "--report", report}
	for _, again := range []bool{false, true} {
		code, out, errs := runCLI(t, args...)
		if code != exitDefects || errs != "" {
			t.Fatalf("got exit %d and %q, want 3 and silence", code, errs)
		}
		if strings.Contains(out, "already imported") != again {
			t.Errorf("second time %v: got %q", again, out)
		}
		text, err := os.ReadFile(report)
		if err != nil {
			t.Fatal(err)
		}
		var got struct {
			Edition string
			Files   []struct {
				File, Sheet                                         string
				Generation, Rows, Imported, Matched, New, Ambiguous int
			}
			Rows, Incidents int
			Defects         []struct {
				Kind     string
				Count    int
				Examples []struct {
					File, Sheet string
					Row         int
					Column      string
					Value       string
				}
			}
			Unmapped struct{ Places, Values []string }
		}
		if err := json.Unmarshal(text, &got); err != nil {
			t.Fatal(err)
		}
		if got.Edition != "2019-first" || got.Rows != 137 || got.Incidents != 136 || len(got.Files) != 1 || got.Files[0].Generation != 2 || got.Files[0].New != 137 {
			t.Errorf("got %+v, want 137 rows of the second layout that are 136 new incidents", got)
		}
	}
}

func TestCleanSheetLeavesWithZero(t *testing.T) {
	dir := t.TempDir()
	var header, row []string
	for _, c := range [][2]string{
		{"start_date_type", "Actual"},
		{"start_date", "2022-01-03"},
		{"country", "India"},
		{"geo_scope", `"It affected locations in more than one state, province, or region"`},
		{"area_name", "Nationwide"},
		{"shutdown_type", "Shutdown"},
		{"affected_network", "Mobile"},
		{"shutdown_extent", "Full network"},
		{"ordered_by", "State government"},
		{"decision_maker", ""},
		{"actual_cause", "Protests"},
		{"actual_cause_details", ""},
		{"info_source", "News media article"},
		{"info_source_link", "https://example.org/1"},
		{"shutdown_status", "Ended"},
		{"end_date", "2022-01-04"},
		{"duration", "2"},
		{"gov_justification", "Unknown"},
		{"gov_just_details", ""},
		{"gov_ack", "Yes"},
		{"legal_just", "No"},
		{"legal_method", ""},
		{"gov_ack_source", ""},
		{"gov_ack_quote", ""},
		{"facebook_affected", "No"},
		{"twitter_affected", "No"},
		{"whatsapp_affected", "No"},
		{"instagram_affected", "No"},
		{"telegram_affected", "No"},
		{"other_affected", ""},
		{"sms_affected", "No"},
		{"phonecall_affected", "No"},
		{"telcos_involved", ""},
		{"telco_ack", "Unknown"},
		{"telco_ack_source", ""},
		{"telco_ack_quote", ""},
		{"election", "No"},
		{"violence", "No"},
		{"hr_abuse_reported", "No"},
		{"users_targeted", ""},
		{"users_target_detail", ""},
		{"users_notified", "No"},
		{"econ_impact", ""},
		{"event", ""},
		{"an_link", ""},
		{"region", "APAC"},
		{"count_year", "2022"},
	} {
		header, row = append(header, c[0]), append(row, c[1])
	}
	sheet := filepath.Join(dir, "clean.csv")
	if err := os.WriteFile(sheet, []byte(strings.Join(header, ",")+"\n"+strings.Join(row, ",")+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	code, out, errs := runCLI(t, "import", "stop", sheet, "--edition", "clean", "--published", "2023-01-01", "--data", filepath.Join(dir, "data"))
	if code != exitGood || !strings.Contains(out, "1 rows are 1 incidents") {
		t.Errorf("got exit %d, %q, %q, want 0", code, out, errs)
	}
}

func TestBadFileImportsNothingAndSaysWhere(t *testing.T) {
	dir := t.TempDir()
	bad := filepath.Join(dir, "bad.csv")
	if err := os.WriteFile(bad, []byte("hello,world\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	data := filepath.Join(dir, "data")
	code, _, errs := runCLI(t, "import", "stop", stopFile(t, "stop_2019_edition.dev.csv"), bad, "--edition", "x", "--published", "2020-02-01", "--data", data)
	if code != exitFailed || !strings.Contains(errs, "bad.csv: row 1") || !strings.Contains(errs, "hint:") {
		t.Errorf("got exit %d and %q, want 1, the place and a hint", code, errs)
	}
	if _, err := os.Stat(data); !os.IsNotExist(err) {
		t.Errorf("the data folder was made: %v", err)
	}
}

func TestWrongUseOfImport(t *testing.T) {
	for _, args := range [][]string{
		{"import"},
		{"import", "letters", "x"},
		{"import", "stop"},
		{"import", "stop", "x.csv"},
		{"import", "stop", "x.csv", "--edition", "e"},
		{"import", "stop", "x.csv", "--edition", "e", "--published", "yesterday"},
		{"import", "stop", "x.csv", "--edition", "e", "--published", "2020-02-01", "--covers", "2022-2016"},
		{"import", "stop", "--colour", "red"},
	} {
		if code, _, errs := runCLI(t, args...); code != exitUsage || !strings.Contains(errs, "hint:") {
			t.Errorf("%v: got exit %d and %q, want 2 with a hint", args, code, errs)
		}
	}
}

func BenchmarkImportCommand(b *testing.B) {
	file := stopFile(b, "stop_combined_2016_2025.dev.csv")
	for b.Loop() {
		if code, _, errs := runCLI(b, "import", "stop", file, "--edition", "e", "--published", "2026-05-20", "--data", b.TempDir()); code != exitDefects {
			b.Fatal(code, errs)
		}
	}
}
