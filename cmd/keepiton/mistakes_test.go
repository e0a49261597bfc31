package main

import (
	"encoding/json"
	"net"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"keepiton/stop"
)

// TestMistakesAreNamedWithANextStep goes through what goes wrong at a prompt:
// each error names the place, offers a next step, and leaves with its code.
func TestMistakesAreNamedWithANextStep(t *testing.T) {
	dir := t.TempDir()
	at := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	note := at("note.txt", "not a sheet\n")
	page := at("page.csv", "<!doctype html><title>Sign in</title>\n")
	bare := at("bare.csv", strings.Join(stop.Header(stop.G4), ",")+"\n")
	cut := at("cut.xlsx", "PK\x03\x04 and then the line was cut")
	garbled := filepath.Dir(at("garbled/record.db", "this is no record"))
	conf := at("my.conf", "data = x\ncolour = red\n")
	data := filepath.Join(dir, "data")
	mustRun(t, exitGood, "user", "list", "--data", data) // makes an empty record
	busy, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer busy.Close()
	edition := " --edition E --published 2023-03-01 --data " + filepath.Join(dir, "never")

	for _, c := range []struct {
		line string
		code int
		says string
	}{
		{"cuont", exitUsage, `no command "cuont"`},
		{"help cuont", exitUsage, `no command "cuont"`},
		{"--data x count", exitUsage, "flags stand after the command"},
		{"version now", exitUsage, `"now"`},
		{"count --colour red", exitUsage, "-colour"},
		{"serve --colour red", exitUsage, "-colour"},
		{"demo --colour red", exitUsage, "-colour"},
		{"diff --colour red", exitUsage, "-colour"},
		{"export csv -o x --colour red", exitUsage, "-colour"},
		{"user list --colour red", exitUsage, "-colour"},
		{"import stop x.csv --colour red", exitUsage, "-colour"},
		{"version --colour red", exitUsage, "-colour"},
		{"serve now", exitUsage, `"now"`},

		{"import stop " + note + " --published 2023-03-01", exitUsage, "--edition is missing"},
		{"import stop " + note + " --edition E", exitUsage, "--published"},
		{"import stop " + note + " --edition E --published 2023-02-30", exitUsage, "2023-02-30"},
		{"import stop " + note + " --edition E --published 01/03/2023", exitUsage, "01/03/2023"},
		{"import stop " + filepath.Join(dir, "none.csv") + edition, exitFailed, "none.csv: no such file"},
		{"import stop " + dir + edition, exitFailed, "is not a file"},
		{"import stop " + note + edition, exitFailed, "note.txt: row 1"},
		{"import stop " + page + edition, exitFailed, "page.csv: row 1"},
		{"import stop " + bare + " --covers 2016-2025" + edition, exitFailed, "bare.csv: a header and no rows"},
		{"import stop " + cut + edition, exitFailed, "cut.xlsx"},

		{"count --as-of 2023-02-30", exitUsage, "2023-02-30"},
		{"count --country Indai --data " + data, exitUsage, "did you mean India (IN)?"},
		{"count --country Atlantis --data " + data, exitUsage, `"Atlantis" is no country`},
		{"export csv -o - --country Indai --data " + data, exitUsage, `"Indai"`},
		{"export csv -o - --place IN-ZZ --data " + data, exitUsage, `"IN-ZZ"`},
		{"export csv -o - --network tv --data " + data, exitUsage, "mobile, fixed"},
		{"export csv -o - --status over --data " + data, exitUsage, "ongoing, ended"},
		{"export csv -o - --level sure --data " + data, exitUsage, "listed, corroborated"},
		{"export csv -o - --cause rain --data " + data, exitUsage, "protests, conflict"},
		{"export csv -o " + filepath.Join(dir, "no", "x.csv") + " --data " + data, exitFailed, filepath.Join("no", "x.csv") + ": no such file"},
		{"diff --from 2023-03-01 --id KIO-2099-0001 --data " + data, exitFailed, "KIO-2099-0001"},

		{"count --data " + filepath.Join(dir, "typo"), exitFailed, "there is no record at"},
		{"export csv -o - --data " + filepath.Join(dir, "typo"), exitFailed, "there is no record at"},
		{"diff --from 2023-03-01 --db sqlite:" + filepath.Join(dir, "typo.db"), exitFailed, "typo.db"},
		{"count --data " + note, exitFailed, "note.txt"},
		{"serve --data " + note, exitFailed, "note.txt"},
		{"count --data " + garbled, exitFailed, filepath.Join("garbled", "record.db")},
		{"count --config " + filepath.Join(dir, "none.conf"), exitUsage, "none.conf"},
		{"count --config " + conf, exitUsage, "my.conf line 2"},
		{"count --db postgres://someone:hidden@127.0.0.1:1/record", exitFailed, "127.0.0.1:1"},
		{"count --db oracle://hidden@127.0.0.1/record", exitFailed, "oracle:"},
		{"serve --data " + data + " --listen " + busy.Addr().String(), exitFailed, busy.Addr().String()},
		{"serve --data " + data + " --listen 8080", exitFailed, "8080"},
	} {
		code, out, errs := runCLI(t, strings.Fields(c.line)...)
		if code != c.code || out != "" || !strings.Contains(errs, c.says) || !strings.Contains(errs, "hint: ") {
			t.Errorf("keepiton %s:\n got exit %d, printed %q, %q\nwant exit %d, %q and a hint", c.line, code, out, errs, c.code, c.says)
		}
		if strings.Contains(errs, "hidden") || strings.Contains(errs, "goroutine") {
			t.Errorf("keepiton %s tells too much: %q", c.line, errs)
		}
	}
	for _, name := range []string{"never", "typo", "typo.db"} {
		if _, err := os.Stat(filepath.Join(dir, name)); !os.IsNotExist(err) {
			t.Errorf("a mistake made %s: %v", name, err)
		}
	}
}

func TestEveryCommandIsExplainedWithExamples(t *testing.T) {
	list := mustRun(t, exitGood, "help")
	flags := regexp.MustCompile(`--[a-z][a-z-]+`)
	for _, c := range commands() {
		if c.summary == "" { // the program calls it itself
			if strings.Contains(list, c.name) {
				t.Errorf("help lists %s, which nobody types", c.name)
			}
			continue
		}
		if !strings.Contains(list, "  "+c.name+" ") {
			t.Errorf("help does not list %s", c.name)
		}
		help := mustRun(t, exitGood, "help", c.name)
		if same := mustRun(t, exitGood, c.name, "-h"); same != help {
			t.Errorf("%s -h says something else than help %s", c.name, c.name)
		}
		if !strings.Contains(help, "\n  keepiton "+c.name) {
			t.Errorf("help %s has no example", c.name)
		}
		for _, name := range flags.FindAllString(help, -1) {
			if !takes(t, c.name, name) {
				t.Errorf("help %s names %s, which it does not take", c.name, name)
			}
		}
	}
}

// takes reports whether the command knows the flag: an unknown one is refused
// before anything else is looked at.
func takes(t *testing.T, command, flag string) bool {
	t.Helper()
	// -- ends the flags; the last flag is unknown, so nothing is done.
	_, _, errs := runCLI(t, command, flag+"=1", "--no-such-flag")
	return !strings.Contains(errs, "not defined: -"+strings.TrimLeft(flag, "-"))
}

func TestVersionSaysWhatIsRunning(t *testing.T) {
	var got build
	if err := json.Unmarshal([]byte(mustRun(t, exitGood, "version", "--json")), &got); err != nil {
		t.Fatal(err)
	}
	if got.Version == "" || !strings.HasPrefix(got.Go, "go1.") || !strings.Contains(got.Platform, "/") {
		t.Errorf("got %+v", got)
	}
	text := mustRun(t, exitGood, "--version")
	if !strings.HasPrefix(text, "keepiton "+got.Version+"\n") || !strings.Contains(text, got.Go) {
		t.Errorf("got %q", text)
	}
}

func TestAccountsAreListedForProgramsToo(t *testing.T) {
	data := t.TempDir()
	mustRun(t, exitGood, "user", "add", "ann", "--role", "editor", "--organization", "Org One", "--data", data)
	text := mustRun(t, exitGood, "user", "list", "--json", "--data", data)
	var got []map[string]any
	if err := json.Unmarshal([]byte(text), &got); err != nil {
		t.Fatal(err)
	}
	if len(got) != 1 || got[0]["name"] != "ann" || got[0]["role"] != "editor" || got[0]["disabled"] != false || strings.Contains(strings.ToLower(text), "hash") {
		t.Errorf("got %s", text)
	}
	if text := mustRun(t, exitGood, "user", "policy", "--json", "--data", data); !json.Valid([]byte(text)) || !strings.Contains(text, `"publishing": "one"`) {
		t.Errorf("policy: %s", text)
	}
}

func TestEditionFromTheFutureIsPointedOut(t *testing.T) {
	args := []string{"import", "stop", stopFile(t, "stop_2019_edition.dev.csv"), "--edition", "e", "--data", t.TempDir()}
	if out := mustRun(t, exitDefects, append(args, "--published", "2199-01-01")...); !strings.Contains(out, "still to come") {
		t.Errorf("got %s", out)
	}
}
