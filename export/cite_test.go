package export

import (
	"encoding/json"
	"os/exec"
	"strings"
	"testing"
	"time"

	"keepiton"
)

// hard is a revision whose words try to break out of every format.
func hard() *keepiton.Revision {
	return &keepiton.Revision{N: 3, Recorded: time.Date(2023, 3, 1, 0, 0, 0, 0, time.UTC), Incident: keepiton.Incident{
		ID: "KIO-2022-0017", State: keepiton.Published, Country: "Sudan",
		Area:     "50% of {A}_B & \"C\" #1 \\ ~^$\nTY  - HACK",
		Places:   []keepiton.Place{{Country: "SD", Confidence: 1}},
		Episodes: []keepiton.Episode{{Start: keepiton.On(2022, 1, 3)}},
	}}
}

func cite(t *testing.T, kind string) string {
	t.Helper()
	text, err := Cite(kind, hard(), "https://example.org")
	if err != nil {
		t.Fatal(err)
	}
	return text
}

const revisionURL = "https://example.org/incidents/KIO-2022-0017/revisions/3"

func TestBibTeXIsOneBalancedEntry(t *testing.T) {
	text := cite(t, "bibtex")
	depth, entries := 0, 0
	for i := 0; i < len(text); i++ {
		switch text[i] {
		case '\\':
			i++ // an escaped character does not open or close a group
		case '{':
			if depth++; depth == 1 {
				entries++
			}
		case '}':
			depth--
		case '%', '&', '#', '_', '$':
			t.Errorf("byte %d: %q is not escaped in %s", i, text[i], text)
		}
		if depth < 0 {
			t.Fatalf("byte %d closes too much: %s", i, text)
		}
	}
	if depth != 0 || entries != 1 || !strings.HasPrefix(text, "@misc{KIO20220017r3,") {
		t.Errorf("depth %d, %d entries: %s", depth, entries, text)
	}
	for _, want := range []string{"version = {revision 3}", "year = {2023}", revisionURL, "as of 2023-03-01", `50\% of \{A\}\_B \& "C" \#1 {\textbackslash} {\textasciitilde}{\textasciicircum}\$`} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in %s", want, text)
		}
	}
}

func TestRISHasOneRecord(t *testing.T) {
	tags := map[string][]string{}
	for _, line := range strings.Split(strings.TrimSuffix(cite(t, "ris"), "\r\n"), "\r\n") {
		if len(line) < 6 || line[2:6] != "  - " {
			t.Fatalf("not a line of RIS: %q", line)
		}
		tags[line[:2]] = append(tags[line[:2]], line[6:])
	}
	for tag, want := range map[string]string{"TY": "DATA", "PY": "2023", "DA": "2023/03/01", "ET": "revision 3", "UR": revisionURL, "ER": "", "KW": "Sudan"} {
		if len(tags[tag]) != 1 || tags[tag][0] != want {
			t.Errorf("tag %s: got %q, want %q once", tag, tags[tag], want)
		}
	}
}

func TestCSLIsJSON(t *testing.T) {
	var items []cslItem
	if err := json.Unmarshal([]byte(cite(t, "csl")), &items); err != nil {
		t.Fatal(err)
	}
	if len(items) != 1 || items[0].Type != "dataset" || items[0].URL != revisionURL || items[0].Version != "revision 3" || items[0].Issued.Parts[0][2] != 1 {
		t.Errorf("got %+v", items)
	}
	if !strings.Contains(items[0].Title, "KIO-2022-0017") || items[0].Author[0].Literal != Publisher {
		t.Errorf("got %+v", items[0])
	}
}

func TestCFFIsYAML(t *testing.T) {
	text := cite(t, "cff")
	values := map[string]string{}
	for _, line := range strings.Split(strings.TrimSpace(text), "\n") {
		key, value, ok := strings.Cut(strings.TrimPrefix(strings.TrimSpace(line), "- "), ": ")
		if !ok {
			continue
		}
		if strings.HasPrefix(value, `"`) {
			var s string
			if err := json.Unmarshal([]byte(value), &s); err != nil {
				t.Errorf("%q is no quoted scalar: %v", line, err)
			}
			value = s
		}
		values[key] = value
	}
	for key, want := range map[string]string{"cff-version": "1.2.0", "type": "dataset", "version": "revision 3", "date-released": "2023-03-01", "license": "CC-BY-4.0", "url": revisionURL, "name": Publisher} {
		if values[key] != want {
			t.Errorf("%s: got %q, want %q", key, values[key], want)
		}
	}
	if python, err := exec.LookPath("python3"); err == nil && exec.Command(python, "-c", "import yaml").Run() == nil {
		cmd := exec.Command(python, "-c", "import sys, yaml; d = yaml.safe_load(sys.stdin); assert d['version'] == 'revision 3' and 'HACK' in d['title'], d")
		cmd.Stdin = strings.NewReader(text)
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Errorf("a YAML parser refuses it: %s", out)
		}
	}
}

func TestDraftsAreNotCited(t *testing.T) {
	rev := hard()
	rev.Incident.State = keepiton.Draft
	if _, err := Cite("ris", rev, ""); keepiton.CodeOf(err) != keepiton.NotFound {
		t.Errorf("got %v, want not_found", err)
	}
	if _, err := Cite("endnote", hard(), ""); keepiton.CodeOf(err) != keepiton.Invalid {
		t.Errorf("got %v, want invalid", err)
	}
}
