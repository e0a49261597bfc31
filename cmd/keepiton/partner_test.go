package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"keepiton"
)

// TestAPartnersReportComesInWithATokenThatNobodyCanTrace is what a partner does:
// the operator makes it, it fetches tokens, and somebody sends a report with one.
func TestAPartnersReportComesInWithATokenThatNobodyCanTrace(t *testing.T) {
	dir := t.TempDir()
	c := campaignIn(t, dir)
	code, out, errs := runWith(t, nil, "partner", "add", "Org One", "--budget", "3", "--data", dir)
	if code != exitGood {
		t.Fatal(errs)
	}
	lines := strings.Split(strings.TrimSpace(string(out)), "\n")
	key := lines[len(lines)-1]
	s := start(t, "serve", "--data", dir, "--listen", "127.0.0.1:0")
	code, out, errs = runWith(t, []byte(key+"\n"), "partner", "tokens", "--server", s.address, "--count", "2")
	if code != exitGood {
		t.Fatal(errs)
	}
	tokens := strings.Fields(string(out))
	if len(tokens) != 2 || tokens[0] == tokens[1] {
		t.Fatalf("tokens %q", tokens)
	}
	if code, _, errs := runWith(t, []byte(key), "partner", "tokens", "--server", s.address, "--count", "2"); code == exitGood || !strings.Contains(errs, "1 of today's 3 tokens are left") {
		t.Errorf("beyond the budget: exit code %d, %s", code, errs)
	}
	if code, _, _ := runWith(t, []byte("guess"), "partner", "tokens", "--server", s.address); code == exitGood {
		t.Error("a guessed key has tokens signed")
	}
	receipt, sealed := container(t, c, "x", nil)
	file := filepath.Join(t.TempDir(), "notes.dat")
	if err := os.WriteFile(file, sealed, 0o600); err != nil {
		t.Fatal(err)
	}
	if code, _, errs := runWith(t, nil, "report", "send", file, "--server", s.address, "--token", tokens[1]); code != exitGood {
		t.Fatal(errs)
	}
	s.stop()
	if e, err := openSealedIn(t, dir).EnvelopeByLookup(t.Context(), receipt.Address().Lookup); err != nil || e.Lane != keepiton.LanePartner {
		t.Errorf("lane %q, %v", e.Lane, err)
	}
	// What the server keeps of partners holds neither the key nor a token.
	st, err := openStore(t.Context(), settings{Data: dir})
	if err != nil {
		t.Fatal(err)
	}
	defer st.Close()
	kept, err := filepath.Glob(filepath.Join(dir, "*"))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range kept {
		b, err := os.ReadFile(name)
		if err != nil {
			continue // a folder
		}
		for _, secret := range []string{key, tokens[0], tokens[1]} {
			if bytes.Contains(b, []byte(secret)) {
				t.Errorf("%s holds a partner's secret", filepath.Base(name))
			}
		}
	}
	for _, args := range [][]string{{"list"}, {"rotate"}, {"remove", "Org One"}} {
		if code, out, errs := runWith(t, nil, append(append([]string{"partner"}, args...), "--data", dir)...); code != exitGood || bytes.Contains(out, []byte(key)) {
			t.Errorf("partner %v: %d %s %s", args, code, out, errs)
		}
	}
}
