package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"fmt"
	"hash"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"keepiton"
	"keepiton/seal"
	"keepiton/store"
)

// TestASeizedServerGivesNothingAway sends marked reports by every road to the
// program as it runs, takes away everything that the machine has, and looks for
// the marks in every byte of it: while it runs, after a crash, and after its end,
// with a backup. Then it takes the part of whoever has every secret of the server.
func TestASeizedServerGivesNothingAway(t *testing.T) {
	m := newMachine(t, !testing.Short())
	m.operate()
	roads, every := allRoads(t)
	m.start()
	record := recordOf(t, m)
	all, receipts := &marks{}, map[string]seal.Receipt{}
	for _, r := range roads {
		receipts[r.name] = r.send(t, m, all.by(r.name))
	}
	for name, r := range receipts {
		if r != (seal.Receipt{}) && stateOf(t, m.address, r) != keepiton.EnvelopeNew {
			t.Errorf("the report by the %s did not come in", name)
		}
	}
	deskAnswers(t, m, receipts["form without script"], all.by("desk"))
	if now := recordOf(t, m); now != record {
		t.Errorf("reports have changed the record:\n%s\nwas\n%s", now, record)
	}
	s := newSearch(t, withOurs(all))
	look := func(when, dir string) {
		t.Helper()
		for _, f := range s.under(t, dir) {
			t.Errorf("%s: %v", when, f)
		}
	}
	look("while it runs", m.seized())
	t.Logf("%d of %d marks stand in the memory of the server", marksInMemory(t, m.cmd.Process.Pid, s), len(all.list()))
	if idle, err := time.ParseDuration(os.Getenv("KEEPITON_IDLE")); err == nil { // to measure, docs/benchmarks.md
		time.Sleep(idle)
		t.Logf("%d after %v without a request", marksInMemory(t, m.cmd.Process.Pid, s), idle)
	}

	if ended := m.end(syscall.SIGQUIT); !ended.Signaled() || ended.CoreDump() {
		t.Errorf("after a crash: %v, memory written to the disk: %v", ended, ended.CoreDump())
	}
	if !strings.Contains(m.log(), "goroutine ") {
		t.Error("the crash left no trace in the log: the search of it proves nothing")
	}
	look("after a crash", m.seized())

	m.settings[slices.Index(m.settings, "--mail-clear")+1] = "refuse"
	m.start()
	m.refused(t, all.by("mail in the clear, refused"))
	s = newSearch(t, withOurs(all))
	backUp(t, m)
	whole := m.seized()
	look("with a backup", whole)
	timesTellNothing(t, m)
	secretsOpenNothing(t, m, s, whole, roads)
	withdrawalIsTheEnd(t, m, whole, receipts["form without script"])
	if ended := m.end(syscall.SIGINT); ended.ExitStatus() != exitGood {
		t.Errorf("ended with %v", ended.ExitStatus())
	}
	look("after its end", m.seized())
	for _, name := range []string{"tmp", "cwd"} {
		if left, err := os.ReadDir(filepath.Join(m.root, name)); err != nil || len(left) > 0 {
			t.Errorf("%s holds %v, %v", name, left, err)
		}
	}
	table := givenAway(t, whole)
	t.Logf("%d marks in %d forms, %d roads, %d MB looked through, %d packed pieces\n%s", len(all.list()), len(s.forms), len(roads), s.seen>>20, s.deep, table)
	if every {
		inTheDocs(t, table)
	}
	if s.seen < 1<<20 || len(all.list()) < 10*len(roads) {
		t.Error("too little was looked for")
	}
}

// withOurs adds to the marks what no sender's record should need, either.
func withOurs(all *marks) []mark {
	return append(all.list(), mark{"anybody", "address of this machine", "127.0.0.1"})
}

// operate is what an operator does before there are reports: he opens all roads,
// mail in the clear among them, makes an account and a partner.
func (m *machine) operate() {
	m.t.Helper()
	m.onion, m.mail, m.lmtp = freePort(m.t), freePort(m.t), freePort(m.t)
	m.settings = []string{
		"--onion-listen", m.onion, "--mail-listen", m.mail, "--lmtp-listen", m.lmtp, "--mail-to", mailTo, "--mail-clear", "seal",
		"--sms-android-secret", gatewaySecret, "--sms-kannel-secret", gatewaySecret, "--sms-rapidpro-secret", gatewaySecret,
	}
	m.run("four quiet words here\n", "user", "add", "amina", "--role", "editor", "--organization", "Org One", "--password-stdin")
	m.partner = strings.TrimSpace(m.run("", "partner", "add", "Org Two"))
	m.partner = m.partner[strings.LastIndexByte(m.partner, '\n')+1:]
}

// deskAnswers does what analysts do with a report: they answer, and keep a note.
func deskAnswers(t *testing.T, m *machine, r seal.Receipt, mark func(string) string) {
	t.Helper()
	st := openSealedIn(t, m.data())
	reply, err := seal.SealReply(r.Address(), []byte("Which side of the river, "+mark("reply")+"?"))
	if err == nil {
		err = st.PutReply(t.Context(), r.Address().Lookup, reply)
	}
	if err != nil {
		t.Fatal(err)
	}
	c := newClient(t, mark)
	kind, body := form(mark, map[string][]string{"receipt": {r.String()}}, "look")
	if page := post(t, m, c, "/am/receipt", kind, body); !strings.Contains(page, "Which side of the river, ") {
		t.Error("the reply is not shown")
	}
}

// backUp makes the backups that an operator has: of the sealed reports, and of
// the record.
func backUp(t *testing.T, m *machine) {
	t.Helper()
	if err := openSealedIn(t, m.data()).BackupSealed(t.Context(), filepath.Join(m.root, "backup")); err != nil {
		t.Fatal(err)
	}
	db, err := sql.Open("sqlite", filepath.Join(m.data(), "record.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.ExecContext(t.Context(), `VACUUM INTO ?`, filepath.Join(m.root, "backup", "record.db")); err != nil {
		t.Fatal(err)
	}
}

// recordOf tells the state of the record, table by table: reports that are
// sealed are no part of it. What partners had signed today is counted there.
func recordOf(t *testing.T, m *machine) string {
	t.Helper()
	sums, partners := map[string]hash.Hash{}, false
	eachValue(t, filepath.Join(m.data(), "record.db"), func(table, column string, v any) {
		if table == "alert_reader" {
			return // how far the notifier has read, which it notes by the clock
		}
		if sums[table] == nil {
			sums[table] = sha256.New()
		}
		if table == "meta" && column == "name" {
			partners = strings.HasPrefix(fmt.Sprint(v), "intake ")
		}
		if table != "meta" || !partners {
			fmt.Fprintf(sums[table], "%s %v\n", column, v)
		}
	})
	var out strings.Builder
	for _, table := range slices.Sorted(maps.Keys(sums)) {
		fmt.Fprintf(&out, "%s %x\n", table, sums[table].Sum(nil)[:8])
	}
	return out.String()
}

// timesTellNothing looks at every moment that is stored: numbers of the sealed
// reports and times of the files.
func timesTellNothing(t *testing.T, m *machine) {
	t.Helper()
	now := time.Now()
	numbers, texts := 0, 0
	eachValue(t, filepath.Join(m.data(), "sealed.db"), func(table, column string, v any) {
		switch v := v.(type) {
		case int64:
			numbers++
			if at, is := momentIn(v, now); is {
				t.Errorf("%s.%s is %d: a moment, %v", table, column, v, at)
			}
		case string:
			texts++
			if clockIn.MatchString(v) && table != "migration" {
				t.Errorf("%s.%s is %q: a moment", table, column, v)
			}
		case time.Time:
			if table != "migration" { // when the program was installed
				t.Errorf("%s.%s is the moment %v", table, column, v)
			}
		}
	})
	files := 0
	err := filepath.WalkDir(filepath.Join(m.data(), "sealed"), func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := d.Info()
		if files++; err == nil && !info.ModTime().Equal(info.ModTime().UTC().Truncate(24*time.Hour)) {
			t.Errorf("the time of a body is %v", info.ModTime())
		}
		return err
	})
	if err != nil || numbers < 50 || texts < 10 || files < 5 {
		t.Errorf("only %d numbers, %d texts and %d files were looked at, %v", numbers, texts, files, err)
	}
}

// momentIn reads a number as seconds, milli-, micro- or nanoseconds of Unix time
// within a day of now. The start of a day is no moment.
func momentIn(n int64, now time.Time) (time.Time, bool) {
	for _, unit := range []time.Duration{time.Second, time.Millisecond, time.Microsecond, time.Nanosecond} {
		if n > 1<<62/int64(unit) || n < 1e9 {
			continue
		}
		at := time.Unix(0, n*int64(unit)).UTC()
		if at.Sub(now).Abs() < 25*time.Hour && !at.Equal(at.Truncate(24*time.Hour)) {
			return at, true
		}
	}
	return time.Time{}, false
}

func TestMomentsAreKnownInNumbers(t *testing.T) {
	now := time.Now()
	for _, n := range []int64{now.Unix(), now.UnixMilli(), now.UnixMicro(), now.UnixNano(), now.Unix() - 3600} {
		if _, is := momentIn(n, now); !is {
			t.Errorf("%d is a moment", n)
		}
	}
	for _, n := range []int64{0, 20_000, 1 << 20, now.Truncate(24 * time.Hour).Unix(), now.Unix() - 1e6} {
		if at, is := momentIn(n, now); is {
			t.Errorf("%d was taken for %v", n, at)
		}
	}
}

// withdrawalIsTheEnd withdraws a report and shows that nothing that is left opens
// its body: neither the analyst with the file of the body from an old copy of the
// folder, nor anybody with all that the server has. What a whole backup of before
// still opens is said in docs/threat-model.md.
func withdrawalIsTheEnd(t *testing.T, m *machine, before string, r seal.Receipt) {
	t.Helper()
	st := openSealedIn(t, m.data())
	e, err := st.EnvelopeByLookup(t.Context(), r.Address().Lookup)
	if err != nil {
		t.Fatal(err)
	}
	key := wrappingKey(t, filepath.Join(before, "data", "sealed.db"), e.ID)
	count := func(dir string) (n int) {
		for _, b := range filesUnder(t, dir) {
			n += bytes.Count(b, key)
		}
		return n
	}
	if count(m.data()) == 0 {
		t.Fatal("the key of a report is not found while it is there: the search is blind")
	}
	body := fmt.Sprintf(`{"lookup":%q,"signature":%q}`, r.Address().Lookup, hex.EncodeToString(r.Withdrawal()))
	code, text, err := send(m.address+"/intake/withdraw", "POST", nil, strings.NewReader(body))
	wellTaken(t, code, text, err)
	if n := count(m.data()); n > 0 {
		t.Errorf("the key of a report that was withdrawn stands on the disk %d times", n)
	}
	if _, err := st.OpenBody(t.Context(), e.ID); keepiton.CodeOf(err) != keepiton.NotFound {
		t.Errorf("the body of a report that was withdrawn: %v", err)
	}
	if opens(t, openSealedIn(t, m.data()), e.ID, m.analyst.Keys()) {
		t.Error("a report that was withdrawn opens with the analyst's key")
	}
	old := openSealedIn(t, filepath.Join(before, "data"))
	if !opens(t, old, e.ID, m.analyst.Keys()) {
		t.Error("a whole copy of before does not open with the analyst's key: then what docs/threat-model.md says of backups is wrong")
	}
}

// wrappingKey is the key of a body, as one who has the disk reads it.
func wrappingKey(t *testing.T, db string, id keepiton.EnvelopeID) []byte {
	t.Helper()
	var here bool
	var key []byte
	eachValue(t, db, func(table, column string, v any) {
		b, _ := v.([]byte)
		if table != "body" {
			return
		}
		if column == "id" {
			here = hex.EncodeToString(b) == string(id)
		} else if column == "key" && here {
			key = slices.Clone(b[len(b)-32:])
		}
	})
	if key == nil {
		t.Fatal("a report has no key")
	}
	return key
}

func filesUnder(t *testing.T, dir string) map[string][]byte {
	t.Helper()
	out := map[string][]byte{}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err == nil && d.Type().IsRegular() {
			out[path], err = os.ReadFile(path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// opens reports whether keys open a body to its end.
func opens(t *testing.T, st store.Sealed, id keepiton.EnvelopeID, keys *seal.Keys) bool {
	t.Helper()
	return len(unsealed(t.Context(), st, id, keys)) > 0
}

// unsealed is what keys open of a body; nil: they do not.
func unsealed(ctx context.Context, st store.Sealed, id keepiton.EnvelopeID, keys *seal.Keys) []byte {
	body, err := st.OpenBody(ctx, id)
	if err != nil {
		return nil
	}
	defer body.Close()
	plain, err := keys.Open(body)
	if err != nil {
		return nil
	}
	b, err := io.ReadAll(plain)
	if err != nil {
		return nil
	}
	return b
}
