package main

import (
	"bytes"
	"strings"
	"testing"
)

// runHere runs the program with args in a data folder and returns its exit
// code and what it wrote.
func runHere(t *testing.T, data string, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	var out, errs bytes.Buffer
	e := testEnv(map[string]string{"KEEPITON_DATA": data})
	e.stdin, e.stdout, e.stderr = strings.NewReader(""), &out, &errs
	code = run(t.Context(), e, args)
	return code, out.String(), errs.String()
}

func TestCountAndDiffRefuseWrongUseBeforeOpeningTheRecord(t *testing.T) {
	for _, tc := range []struct{ line, says string }{
		{"count --rule stop", "the rules are rows, stop-2023"},
		{"count --by colour", "the keys are year, country"},
		{"count --format xml", "the formats are table, csv, json"},
		{"count --as-of yesterday", "is not a day"},
		{"count --year soon", "--year"},
		{"count more", "one word too many"},
		{"count --days --rule rows", "--days goes with"},
		{"count --colour red", "flag provided but not defined"},
		{"diff", "--from is missing"},
		{"diff --from 2026-05-20 --to 2023-03-01", "--to is before --from"},
		{"diff --from 2023-03-01 --id 17", "is not an incident id"},
		{"diff --from 2023-03-01 --format atom", "the formats are"},
	} {
		code, stdout, stderr := runHere(t, t.TempDir(), strings.Fields(tc.line)...)
		if code != exitUsage || stdout != "" || !strings.Contains(stderr, tc.says) || !strings.Contains(stderr, "hint: ") {
			t.Errorf("keepiton %s: exit %d, %q, %q; want exit 2 and %q", tc.line, code, stdout, stderr, tc.says)
		}
	}
}
