package main

import (
	"encoding/hex"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// tells says what each column of the sealed reports tells whoever has the disk,
// and how its values are shown in the table. A column that is not here fails the
// test: who adds one has to say what it gives away.
var tells = map[string]struct {
	what string
	show func([]any) string
}{
	"counter.name":         {"", nil},
	"counter.value":        {"how many changes there were since the installation", some("a number")},
	"envelope.id":          {"", nil},
	"envelope.lane":        {"by which lane a report came", counted},
	"envelope.state":       {"what a receipt shows", counted},
	"envelope.day":         {"the day on which it came, no hour", days},
	"envelope.expires":     {"the day on which it ends, drawn at random", within},
	"envelope.gone":        {"the day on which it was withdrawn or ended", counted},
	"envelope.size":        {"its length, sealed: one of fifteen if our form, page or program sealed it", sizes},
	"envelope.work":        {"bits of work that were shown, or that the waiting was worth", some("numbers from 0 to 32")},
	"envelope.digest":      {"SHA-256 of what is sealed", some("random to who cannot open it")},
	"envelope.lookup":      {"the number of a receipt; the digits do not follow from it", some("random")},
	"envelope.country":     {"the country, of those who ticked that it may be used at once", counted},
	"envelope.open_day":    {"the day of the shutdown, of those who ticked that", filled},
	"envelope.kind":        {"mobile, fixed, service or full, of those who ticked that", counted},
	"envelope.version":     {"a random number, and one more for each change since", some("random")},
	"envelope.settled":     {"whether a night has passed since it came", counted},
	"address.id":           {"", nil},
	"address.reply":        {"the public key that replies are sealed to", some("random")},
	"address.withdraw":     {"the public key that a withdrawal is checked with", some("random")},
	"body.id":              {"", nil},
	"body.key":             {"the key of the outer wrapping, which is there to be destroyed; it does not open the seal", some("random")},
	"body.data":            {"a body of up to 64 KiB, sealed", some("ciphertext")},
	"body_file.id":         {"", nil},
	"body_file.name":       {"the name of the file of a longer one", some("random")},
	"reply.lookup":         {"which receipt has a reply", rows},
	"reply.n":              {"the order of its replies", counted},
	"reply.sealed":         {"a reply, in steps of 1 KiB", some("ciphertext")},
	"upload.id":            {"", nil},
	"upload.name":          {"", nil},
	"upload.day":           {"the day on which an upload began that is not whole", days},
	"upload.size":          {"its length", rows},
	"upload.got":           {"how much of it is here", some("a number")},
	"upload.chunks":        {"", nil},
	"upload.stored":        {"", nil},
	"upload.key":           {"the key of its outer wrapping", some("random")},
	"paper.id":             {"", nil},
	"paper.kind":           {"case, note or story of the desk, sealed", counted},
	"paper.version":        {"a random number, and one more for each change since", some("random")},
	"paper.about":          {"which report a note is about, with which it goes", rows},
	"paper.sealed":         {"the paper", some("ciphertext")},
	"token.digest":         {"how many tokens of partners were used; not whose", rows},
	"lane.lane":            {"", nil},
	"lane.max_bytes":       {"what a lane may hold", some("a setting")},
	"lane.max_count":       {"", nil},
	"lane.bytes":           {"what it holds", some("the sum of the sizes")},
	"lane.count":           {"", nil},
	"lane.fresh":           {"how many of it nobody has opened yet", some("numbers")},
	"noise.n":              {"", nil},
	"noise.data":           {"random bytes, written over what was destroyed", some("random")},
	"sqlite_sequence.name": {"", nil}, "sqlite_sequence.seq": {"", nil},
	"migration.id": {"", nil}, "migration.version_id": {"which version of the program was installed", some("a number")},
	"migration.is_applied": {"", nil}, "migration.tstamp": {"when it was installed, to the second", some("a moment")},
}

func some(what string) func([]any) string { return func([]any) string { return what } }

func rows(values []any) string { return fmt.Sprint(len(values)) }

// counted counts equal values.
func counted(values []any) string {
	n := map[string]int{}
	for _, v := range values {
		if b, ok := v.([]byte); ok {
			v = hex.EncodeToString(b)
		}
		n[fmt.Sprint(v)]++
	}
	var out []string
	for _, v := range slices.Sorted(maps.Keys(n)) {
		name := v
		if v == "" || v == "0" {
			name = "none"
		}
		out = append(out, fmt.Sprintf("%s %d", name, n[v]))
	}
	return strings.Join(out, ", ")
}

// filled counts the values that are not empty.
func filled(values []any) string {
	n := 0
	for _, v := range values {
		if v != "" {
			n++
		}
	}
	return fmt.Sprintf("given %d, none %d", n, len(values)-n)
}

// days counts days; a test that runs over midnight has two.
func days(values []any) string {
	n := map[any]bool{}
	for _, v := range values {
		n[v] = true
	}
	if len(n) > 2 {
		return fmt.Sprintf("%d days", len(n))
	}
	return fmt.Sprintf("one day for all %d", len(values))
}

// within shows bounds, not the days.
func within(values []any) string {
	today := time.Now().Unix() / 86400
	for _, v := range values {
		if left := v.(int64) - today; left < 110 || left > 250 {
			return fmt.Sprintf("%d days from now", left)
		}
	}
	return "120 to 240 days later"
}

// sizes counts lengths by the smallest power of two that holds them.
func sizes(values []any) string {
	n := map[int64]int{}
	for _, v := range values {
		step := int64(4)
		for step<<10 < v.(int64) {
			step *= 2
		}
		n[step]++
	}
	var out []string
	for _, step := range slices.Sorted(maps.Keys(n)) {
		out = append(out, fmt.Sprintf("up to %d KiB %d", step, n[step]))
	}
	return strings.Join(out, ", ")
}

// givenAway prints what the copy of a machine gives away.
func givenAway(t *testing.T, dir string) string {
	t.Helper()
	values, order := map[string][]any{}, []string(nil)
	eachValue(t, filepath.Join(dir, "data", "sealed.db"), func(table, column string, v any) {
		name := table + "." + column
		if _, known := values[name]; !known {
			order = append(order, name)
		}
		values[name] = append(values[name], v)
	})
	var b strings.Builder
	b.WriteString("| where | what it tells | in the test |\n| --- | --- | --- |\n")
	for _, name := range order {
		told, known := tells[name]
		if !known {
			t.Errorf("the column %s is new: what does it give away? (seizuretable_test.go)", name)
		}
		if told.what != "" {
			fmt.Fprintf(&b, "| `%s` | %s | %s |\n", name, told.what, told.show(values[name]))
		}
	}
	for _, row := range [][3]string{
		{"`sealed/`", "files of longer bodies: how many, their length; their times are the start of a day", "names are random"},
		{"`keys/`", "the campaign's public key; names and public keys of the analysts", "desk 1, Org One"},
		{"`record.db`", "accounts of the desk: name, role, organization, hash of the password or public key of the passkey", "amina, editor, Org One"},
		{"", "how many reports each account opened on which day, not which", "none"},
		{"", "partners: name, tokens a day, hash of their key; the keys that sign tokens: who has them can make junk that looks like a partner's, and sign petitions through partners", "Org Two"},
		{"", "the record, which is public but for confidential sources (above) and drafts", "empty"},
		{"", "subscriptions to alerts: how many, by which channel and how often, and the day of each; addresses and topics are sealed under `alerts.key`", "none"},
		{"", "petitions: how many signed, by day and by country; of open ones an HMAC of each address, the country that its owner chose and the day; digests of partners' tokens", "none"},
		{"", "disruptions that the program found, all from public measurements; what accounts of the desk decided of each, when, and their notes", "none"},
		{"`series.db`, `feeds/`", "measurements that others publish, and which feeds are watched here; nobody's reports", "not in the test"},
		{"`alerts.key`", "with `record.db` beside it: the addresses of all subscribers and what they asked for; whether an address that somebody guesses signed a petition that is still open", "a key"},
		{"`alerts.journal`", "numbers of the alerts and subscriptions that mail went to lately", "none"},
		{"`keepiton.conf`", "the settings, with the secrets of SMS gateways: who has them can make junk that looks like an SMS", "not in the test"},
		{"times of `sealed.db`", "when anything last changed", "one moment"},
		{"log, temporary folder, working folder, image of the memory after a crash", "nothing of a sender", "none"},
	} {
		fmt.Fprintf(&b, "| %s | %s | %s |\n", row[0], row[1], row[2])
	}
	return b.String()
}

const (
	tableBegins = "<!-- what a seized disk gives away: written by TestASeizedServerGivesNothingAway -->\n"
	tableEnds   = "<!-- end -->\n"
)

// inTheDocs compares the table with the one that docs/threat-model.md shows.
func inTheDocs(t *testing.T, table string) {
	t.Helper()
	if testing.Short() {
		return
	}
	path := filepath.Join(top, "docs", "threat-model.md")
	page := readText(t, path)
	front, rest, ok := strings.Cut(page, tableBegins)
	old, back, ok2 := strings.Cut(rest, tableEnds)
	if !ok || !ok2 {
		t.Fatal("docs/threat-model.md has no place for the table")
	}
	if *update {
		if err := os.WriteFile(path, []byte(front+tableBegins+table+tableEnds+back), 0o644); err != nil {
			t.Fatal(err)
		}
	} else if strings.TrimSpace(old) != strings.TrimSpace(table) {
		t.Errorf("docs/threat-model.md shows another table; go test ./cmd/keepiton -run SeizedServer -update writes it:\n%s", table)
	}
}
