package export

import (
	"database/sql"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"keepiton"
)

func database(t *testing.T, data []byte) *sql.DB {
	t.Helper()
	file := filepath.Join(t.TempDir(), "x.sqlite")
	if err := os.WriteFile(file, data, 0o600); err != nil {
		t.Fatal(err)
	}
	db, err := sql.Open("sqlite", file)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

func number(t *testing.T, db *sql.DB, query string, args ...any) (n int) {
	t.Helper()
	if err := db.QueryRow(query, args...).Scan(&n); err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	return n
}

func TestDatabaseHoldsEveryPart(t *testing.T) {
	revs := append(newest(), marked())
	revs[len(revs)-1].Incident.ID = "KIO-2022-9999"
	var incidents, episodes, places, sources, cells, claims int
	for _, r := range revs {
		inc := r.Incident
		if !inc.State.Public() {
			continue
		}
		incidents++
		episodes += len(inc.Episodes)
		places += len(inc.Places)
		sources += len(inc.Sources)
		for _, row := range inc.Rows {
			cells += len(row.Cells)
		}
		for _, c := range inc.Claims {
			claims += max(1, len(slices.Compact(slices.Sorted(slices.Values(c.Sources)))))
		}
	}
	db := database(t, write(t, "sqlite", revs, options("en")))
	for table, want := range map[string]int{
		"incidents": incidents, "episodes": episodes, "places": places, "sources": sources, "cells": cells, "claims": claims, "codebook": len(columns),
	} {
		if got := number(t, db, "select count(*) from "+table); got != want || want == 0 {
			t.Errorf("%s: got %d rows, want %d", table, got, want)
		}
	}
	var check string
	if err := db.QueryRow("pragma integrity_check").Scan(&check); err != nil || check != "ok" {
		t.Errorf("got %q, %v", check, err)
	}
	if n := number(t, db, "select count(*) from sources where confidential and (url || words || title || publisher || quote || archived_url || sha256) <> ''"); n != 0 {
		t.Errorf("%d confidential sources say something", n)
	}
	if n := number(t, db, "select count(*) from meta where key = 'note' and value like 'SAMPLE DATA%'"); n != 1 {
		t.Error("the file does not say that its data are made up")
	}
}

func TestNothingIsLeftInTheTemporaryFolder(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	write(t, "sqlite", newest(), options("en"))
	boom := keepiton.Errorf(keepiton.Unavailable, "cut")
	err := writeSQLite(nil, func(func(*keepiton.Revision) error) error { return boom }, options("en"))
	if keepiton.CodeOf(err) != keepiton.Unavailable {
		t.Errorf("got %v, want the error of the record", err)
	}
	left, err := os.ReadDir(os.Getenv("TMPDIR"))
	if err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}
