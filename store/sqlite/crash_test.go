package sqlite

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"keepiton"
	"keepiton/count"
	"keepiton/store"
	"keepiton/store/relational"
)

// childVariable makes the test binary the process that is killed; its value is
// the file of the record.
const childVariable = "KEEPITON_CRASH_RECORD"

func TestMain(m *testing.M) {
	if file := os.Getenv(childVariable); file != "" {
		if err := writeUntilKilled(context.Background(), file, os.Stdout); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	}
	if dir := os.Getenv(sealedChildVariable); dir != "" {
		if err := sendUntilKilled(context.Background(), dir, os.Stdout); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	}
	os.Exit(m.Run())
}

// writeUntilKilled stores twins, pairs of incidents that only ever change
// together, by turns as edits and as imports, and says what was acknowledged:
// "number of the pair, revision, words".
func writeUntilKilled(ctx context.Context, file string, out io.Writer) error {
	s, err := Open(ctx, file, Options{})
	if err != nil {
		return err
	}
	at := time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC)
	for step := 0; ; step++ {
		pair := rand.IntN(40)
		word := fmt.Sprintf("w%d", rand.Int64())
		a, b := twins(pair)
		n := 0
		if rev, err := s.Get(ctx, a, time.Time{}); err == nil {
			n = rev.N
		} else if keepiton.CodeOf(err) != keepiton.NotFound {
			return err
		}
		rev := keepiton.Revision{Recorded: at, Role: keepiton.RoleEditor, Incident: twin(pair, word)}
		if step%3 == 2 {
			rev.Role = keepiton.RoleImport
			err = s.ApplyImport(ctx, store.Import{Edition: store.Edition{Name: word, Published: at}, Incidents: []store.ImportedIncident{
				{ID: a, Revisions: []keepiton.Revision{rev}}, {ID: b, Revisions: []keepiton.Revision{rev}},
			}})
		} else {
			_, err = s.Append(ctx, store.Edit{ID: a, Base: n, Rev: rev}, store.Edit{ID: b, Base: n, Rev: rev})
		}
		if err != nil {
			return err
		}
		if _, err := fmt.Fprintln(out, pair, n+1, word); err != nil {
			return err
		}
	}
}

func twins(pair int) (a, b keepiton.IncidentID) {
	return keepiton.NewIncidentID(2022, 2*pair+1), keepiton.NewIncidentID(2023, 2*pair+1)
}

func twin(pair int, word string) keepiton.Incident {
	return keepiton.Incident{
		State: keepiton.Published, Summary: word + strings.Repeat(" padding", pair*20),
		Places: []keepiton.Place{{Country: "XA", Confidence: 1}},
		Rows:   []keepiton.Row{{CountYear: 2022, Cells: []keepiton.Cell{{Column: "w", Value: word}}}},
	}
}

type acknowledged struct {
	n    int
	word string
}

// TestKilledProcessLosesNothingAcknowledged kills the writer at random points,
// many times over on one record. KEEPITON_CRASHES sets how often.
func TestKilledProcessLosesNothingAcknowledged(t *testing.T) {
	rounds := 25
	if testing.Short() {
		rounds = 4
	}
	if text := os.Getenv("KEEPITON_CRASHES"); text != "" {
		if _, err := fmt.Sscan(text, &rounds); err != nil {
			t.Fatal(err)
		}
	}
	file := filepath.Join(t.TempDir(), "record.db")
	acked := map[int]acknowledged{}
	total := 0
	for range rounds {
		total += crash(t, file, acked)
		checkAfterCrash(t, file, acked)
		if t.Failed() {
			return
		}
	}
	t.Logf("killed %d times, %d groups acknowledged, all there", rounds, total)
	if total == 0 {
		t.Error("the writer never got to write")
	}
}

// crash runs the writer, kills it while it writes, and notes what it said.
func crash(t *testing.T, file string, acked map[int]acknowledged) (said int) {
	t.Helper()
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(exe)
	cmd.Env = append(os.Environ(), childVariable+"="+file)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	killAfter := rand.IntN(30)
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		var pair int
		var a acknowledged
		if _, err := fmt.Sscan(lines.Text(), &pair, &a.n, &a.word); err != nil {
			t.Fatalf("%q: %v", lines.Text(), err)
		}
		acked[pair] = a
		if said++; said == killAfter+1 {
			// Somewhere within the next transactions, which take about a millisecond.
			time.AfterFunc(time.Duration(rand.IntN(4000))*time.Microsecond, func() { _ = cmd.Process.Kill() })
		}
	}
	if err := cmd.Wait(); err == nil || cmd.ProcessState.ExitCode() == 1 {
		t.Fatalf("the writer ended by itself: %v", err)
	}
	return said
}

func checkAfterCrash(t *testing.T, file string, acked map[int]acknowledged) {
	t.Helper()
	ctx := t.Context()
	s, err := Open(ctx, file, Options{})
	if err != nil {
		t.Fatalf("open after the crash: %v", err)
	}
	defer s.Close()
	for pair, want := range acked {
		a, b := twins(pair)
		first, err1 := s.Get(ctx, a, time.Time{})
		second, err2 := s.Get(ctx, b, time.Time{})
		if err1 != nil || err2 != nil || first.N < want.n || first.N == want.n && !strings.HasPrefix(first.Incident.Summary, want.word) {
			t.Fatalf("pair %d: acknowledged revision %d %q, there is %d %q (%v, %v)", pair, want.n, want.word, first.N, first.Incident.Summary, err1, err2)
		}
		if first.N != second.N || first.Incident.Summary != second.Incident.Summary || first.Incident.Rows[0].Cells[0] != second.Incident.Rows[0].Cells[0] {
			t.Fatalf("pair %d is torn: %d and %d", pair, first.N, second.N)
		}
		word, _, _ := strings.Cut(first.Incident.Summary, " ")
		if p, err := s.List(ctx, store.Query{Text: word}); err != nil || p.Total != 2 {
			t.Fatalf("pair %d: %q is found %d times, %v", pair, word, p.Total, err)
		}
	}
	checkWhole(t, s)
}

// checkWhole verifies all that is derived, and that lists and counts agree.
func checkWhole(t *testing.T, s *relational.Store) {
	t.Helper()
	if _, err := s.Verify(t.Context(), func(id keepiton.IncidentID, text string) { t.Errorf("%s: %s", id, text) }); err != nil {
		t.Fatal(err)
	}
	p, err := s.List(t.Context(), store.Query{})
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	if err := s.Cases(t.Context(), time.Time{}, func(*count.Case) error { n++; return nil }); err != nil || n != p.Total {
		t.Errorf("%d are counted, %d listed, %v", n, p.Total, err)
	}
}
