package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"keepiton"
	"keepiton/campaign"
	"keepiton/review"
	"keepiton/stop"
)

const importHelp = `keepiton import stop FILE... --edition NAME --published DATE [--covers YEARS] [--report FILE.json]
keepiton import organizations|pledges|watch FILE [--dry-run] [--publish] [--update]

STOP

Reads a published edition of STOP (CSV or XLSX, any of its four layouts, several
files and sheets) into the record. Every cell is kept, every defect is named and
counted, and nothing is imported when a file cannot be read. The same edition
twice changes nothing; the order in which editions are imported does not matter.

  --edition NAME     what the edition is called in the record, such as 2023-spring
  --published DATE   the day it was published, such as 2023-03-01
  --covers YEARS     the count years it covers, such as 2016-2022 or 2019,2020;
                     without it, those found in the files
  --report FILE      write the report as JSON
  --json             print the report as JSON instead of a summary

Also takes the settings --data and --db: see keepiton help settings.

  keepiton import stop stop-2016-2022.xlsx --edition 2023-spring --published 2023-03-01

` + importEntriesHelp + `

Exit codes: 0 no defects, 1 failed, 2 wrong use, 3 imported, defects reported.`

// importCommand is the subcommand import.
func importCommand() command {
	return command{name: "import", summary: "read an edition of STOP, or a sheet of the campaign, into the record", help: importHelp, run: runImport}
}

func runImport(ctx context.Context, e *env, args []string) (int, error) {
	var name, published, covers, reportFile string
	var asJSON bool
	var sheet sheetFlags
	s, rest, err := parseSettings(e, "import", args, func(set *flag.FlagSet) {
		set.StringVar(&name, "edition", "", "")
		set.StringVar(&published, "published", "", "")
		set.StringVar(&covers, "covers", "", "")
		set.StringVar(&reportFile, "report", "", "")
		set.BoolVar(&asJSON, "json", false, "")
		sheet.declare(set)
	})
	if err != nil {
		return exitUsage, err
	}
	usage := func(format string, v ...any) (int, error) {
		return exitUsage, keepiton.Hint(keepiton.Errorf(keepiton.Invalid, format, v...), "keepiton help import shows an example")
	}
	if len(rest) > 0 && campaign.ImportKinds[rest[0]] != "" {
		if name+published+covers != "" {
			return usage("--edition, --published and --covers are of import stop")
		}
		sheet.json, sheet.report = asJSON, reportFile
		return importEntries(ctx, e, s, rest, sheet, usage)
	}
	switch {
	case sheet.given():
		return usage("--dry-run, --publish, --update, --published-by, --source and --lang are of import organizations, pledges and watch")
	case len(rest) == 0 || rest[0] != "stop":
		return usage("import what? write: keepiton import stop FILE..., or organizations, pledges or watch and one FILE")
	case len(rest) == 1:
		return usage("no file given")
	case strings.TrimSpace(name) == "":
		return usage("--edition is missing")
	}
	day, err := time.Parse(time.DateOnly, published)
	if err != nil {
		return usage("--published %q is not a day such as 2023-03-01", published)
	}
	years, err := parseYears(covers)
	if err != nil {
		return usage("--covers: %v", err)
	}
	progress := progressOn(e.stderr)
	var files []stop.File
	for _, path := range rest[1:] {
		progress("reading %s", filepath.Base(path))
		f, err := readFile(path)
		if err != nil {
			return exitFailed, err
		}
		if !slices.ContainsFunc(f.Sheets, func(s stop.Sheet) bool { return len(s.Rows) > 0 }) {
			// With --covers it would say that nothing of those years is listed any more.
			return exitFailed, keepiton.Hint(keepiton.Errorf(keepiton.Invalid, "%s: a header and no rows", filepath.Base(path)), "was the whole sheet saved?")
		}
		files = append(files, f)
	}
	edition, defects, err := stop.NewEdition(name, day, files, years)
	if err != nil {
		return exitFailed, err
	}
	st, err := openStore(ctx, s)
	if err != nil {
		return exitFailed, err
	}
	defer st.Close()
	progress("comparing with the record")
	report, err := review.ImportEdition(ctx, st, edition, defects)
	if err != nil {
		return exitFailed, fmt.Errorf("edition %q: %w", edition.Name, err)
	}
	progress("")
	if reportFile != "" {
		if err := writeReport(reportFile, report); err != nil {
			return exitFailed, keepiton.Hint(fmt.Errorf("the edition is imported, but its report is not written: %w", err), "import it once more with another --report: nothing else changes")
		}
	}
	if asJSON {
		err = writeJSON(e.stdout, report)
	} else {
		summarize(e.stdout, report)
		if day.After(time.Now()) {
			fmt.Fprintf(e.stdout, "\nThat day is still to come: until then, the record shows this edition only as of %s or later.\n", published)
		}
	}
	if err != nil {
		return exitFailed, fmt.Errorf("the edition is imported, but its report is not written: %w", err)
	}
	if len(report.Defects) > 0 {
		return exitDefects, nil
	}
	return exitGood, nil
}

func readFile(path string) (stop.File, error) {
	f, err := os.Open(path)
	if err != nil {
		return stop.File{}, keepiton.Hint(keepiton.Errorf(keepiton.NotFound, "%w", err), "check the path")
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return stop.File{}, keepiton.Errorf(keepiton.Unavailable, "%w", err)
	}
	if !info.Mode().IsRegular() {
		return stop.File{}, keepiton.Hint(keepiton.Errorf(keepiton.Invalid, "%s is not a file", path), "name the CSV and XLSX files one by one")
	}
	return stop.Read(path, f, info.Size(), stop.ReadOptions{})
}

// parseYears reads years and ranges of years: 2016-2018,2020.
func parseYears(s string) ([]int, error) {
	var out []int
	for part := range strings.SplitSeq(s, ",") {
		if part = strings.TrimSpace(part); part == "" {
			continue
		}
		a, b, ranged := strings.Cut(part, "-")
		from, err1 := strconv.Atoi(strings.TrimSpace(a))
		to, err2 := from, error(nil)
		if ranged {
			to, err2 = strconv.Atoi(strings.TrimSpace(b))
		}
		if err1 != nil || err2 != nil || from < 1990 || to < from || to > 2199 {
			return nil, fmt.Errorf("%q is not a year or a range such as 2016-2022", part)
		}
		for y := from; y <= to; y++ {
			out = append(out, y)
		}
	}
	return out, nil
}

// writeReport writes the report beside its place and moves it there, so that
// a reader never sees half of it.
func writeReport(path string, r any) error {
	text, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		return err
	}
	tmp, err := os.CreateTemp(filepath.Dir(path), ".report-*")
	if err != nil {
		return err
	}
	defer os.Remove(tmp.Name())
	if _, err = tmp.Write(append(text, '\n')); err == nil {
		err = tmp.Chmod(0o644)
	}
	if cerr := tmp.Close(); err == nil {
		err = cerr
	}
	if err != nil {
		return err
	}
	return os.Rename(tmp.Name(), path)
}

// summarize tells a person what happened and what to do next.
func summarize(w io.Writer, r review.Report) {
	if r.Already {
		fmt.Fprintf(w, "The edition %q is already imported; nothing changed. What its import found:\n", r.Edition)
	} else {
		fmt.Fprintf(w, "Imported the edition %q, published %s.\n", r.Edition, r.Published)
	}
	fmt.Fprintf(w, "\n  %d rows are %d incidents\n", r.Rows, r.Incidents)
	for _, f := range r.Files {
		where := f.File
		if f.Sheet != "" {
			where += ", sheet “" + strings.TrimSpace(f.Sheet) + "”"
		}
		fmt.Fprintf(w, "  %-48s layout %d: %d rows, %d known, %d new, %d to be decided\n", where, f.Generation, f.Rows, f.Matched, f.New, f.Ambiguous)
	}
	if r.NotListed > 0 {
		fmt.Fprintf(w, "  %d incidents of the years it covers are no longer listed in some of them\n", r.NotListed)
	}
	if r.Waiting > 0 {
		fmt.Fprintf(w, "  %d of the incidents rest on reports: what the edition says of them waits at the desk for two people to sign\n", r.Waiting)
	}
	if len(r.Defects) > 0 {
		fmt.Fprintf(w, "\nDefects, kept as they stand:\n")
	}
	for i, d := range r.Defects {
		if i == 10 {
			fmt.Fprintf(w, "  and %d more kinds: see --report\n", len(r.Defects)-10)
			break
		}
		x := d.Examples[0]
		at := x.File
		if x.Row > 0 {
			at = fmt.Sprintf("%s row %d %s %q", strings.TrimSpace(x.Sheet), x.Row, strings.TrimSpace(x.Column), short(x.Value))
		}
		fmt.Fprintf(w, "  %6d  %-26s first: %s\n", d.Count, d.Kind, strings.TrimSpace(at))
	}
	if n := len(r.Unmapped.Places) + len(r.Unmapped.Values); n > 0 {
		fmt.Fprintf(w, "\n%d places and %d words found no code; they wait at the desk.\n", len(r.Unmapped.Places), len(r.Unmapped.Values))
	}
	fmt.Fprintf(w, "\nNext: keepiton count --rule rows --by year --as-of %s, or keepiton serve.\n", r.Published)
}

func short(s string) string {
	if r := []rune(s); len(r) > 40 {
		return string(r[:40]) + "…"
	}
	return s
}

// progressOn returns a function that shows what is being done when w is a
// terminal, and is silent otherwise. The empty text clears the line.
func progressOn(w io.Writer) func(format string, v ...any) {
	f, ok := w.(*os.File)
	if !ok {
		return func(string, ...any) {}
	}
	if info, err := f.Stat(); err != nil || info.Mode()&os.ModeCharDevice == 0 {
		return func(string, ...any) {}
	}
	return func(format string, v ...any) { fmt.Fprintf(w, "\r\x1b[K"+format, v...) }
}
