package main

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"keepiton"
	"keepiton/store"
	"keepiton/store/all"
)

func TestVerifyFindsAReportThatNobodySigned(t *testing.T) {
	data := t.TempDir()
	st, err := all.Open(context.Background(), "sqlite:"+filepath.Join(data, "record.db"))
	if err != nil {
		t.Fatal(err)
	}
	inc := keepiton.Incident{State: keepiton.Published, Episodes: []keepiton.Episode{{Start: keepiton.On(2026, 1, 2)}}}
	put := func() {
		t.Helper()
		if _, err := st.Append(context.Background(), store.Edit{Rev: keepiton.Revision{Recorded: time.Now(), Role: keepiton.RoleEditor, Incident: inc}}); err != nil {
			t.Fatal(err)
		}
	}
	put()
	if out := mustRun(t, exitGood, "verify", "--data", data); !strings.Contains(out, "1 revisions were read") || !strings.Contains(out, "All of it fits") {
		t.Errorf("an honest record: %s", out)
	}
	inc.Sources = []keepiton.Source{{ID: "s1", Kind: keepiton.KindReport, Confidential: true}}
	put()
	st.Close()
	if out := mustRun(t, exitDefects, "verify", "--data", data); !strings.Contains(out, "FAULT KIO-2026-0002 revision 1: ") || strings.Contains(out, "All of it fits") {
		t.Errorf("unsigned: %s", out)
	}
	if out := mustRun(t, exitDefects, "verify", "--json", "--data", data); !strings.Contains(out, `"where": "KIO-2026-0002 revision 1"`) {
		t.Errorf("as JSON: %s", out)
	}
	if code, _, errs := runCLI(t, "verify", "--data", filepath.Join(data, "nowhere")); code != exitFailed || !strings.Contains(errs, "no record") {
		t.Errorf("no record: exit %d %s", code, errs)
	}
}

func TestVerifyRefusesWhatIsNoProof(t *testing.T) {
	file := filepath.Join(t.TempDir(), "x.proof.json")
	if err := os.WriteFile(file, []byte(`{"format":"keepiton approval 1","incident":"KIO-2026-0001","revision":1,"content":"{\"incident\":{\"id\":\"KIO-2026-0001\"},\"revision\":1}","signatures":[]}`), 0o600); err != nil {
		t.Fatal(err)
	}
	if out := mustRun(t, exitDefects, "verify", file, file+"2"); strings.Count(out, "FAULT") != 2 || !strings.Contains(out, "no signatures of two organizations") {
		t.Errorf("got %s", out)
	}
}
