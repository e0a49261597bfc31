package main

import (
	"os"
	"strings"
	"testing"
)

const savedMail = "From: Abeba <abeba@example.org>\nSubject: cut\nMessage-Id: <1@example.org>\n\nNo internet since nine.\n"

// TestSavedMailIsImported takes a mail and a mailbox in, sealed at once where the
// operator says so, and refused with a next step where not.
func TestSavedMailIsImported(t *testing.T) {
	a := newAnalyst(t)
	data := t.TempDir()
	if err := os.CopyFS(data+"/keys", os.DirFS(a.public)); err != nil {
		t.Fatal(err)
	}
	one := putFile(t, "one.eml", []byte(savedMail))
	box := putFile(t, "box", []byte("From x\n"+savedMail+"\nFrom y\n"+strings.ReplaceAll(savedMail, "1@", "2@")))
	code, out, errs := runCLI(t, "bundle", "import", one, "--data", data)
	if code != exitDefects || !strings.Contains(out, "this address takes sealed mail only") {
		t.Errorf("in the clear: exit %d, %s %s", code, out, errs)
	}
	if out := mustRun(t, exitGood, "bundle", "import", one, box, "--data", data, "--mail-clear", "seal", "--json"); !strings.Contains(out, `"taken": 3`) {
		t.Errorf("sealed at once: %s", out)
	}
	if code, _, errs := runCLI(t, "serve", "--data", data, "--listen", "127.0.0.1:0", "--lmtp-listen", "127.0.0.1:0"); code != exitUsage || !strings.Contains(errs, "--mail-to") {
		t.Errorf("a listener for nobody: exit %d, %s", code, errs)
	}
	if code, _, errs := runCLI(t, "serve", "--data", data, "--listen", "127.0.0.1:0", "--mail-clear", "keep"); code != exitUsage || !strings.Contains(errs, "neither refuse nor seal") {
		t.Errorf("a third way: exit %d, %s", code, errs)
	}
}
