package main

import (
	"flag"
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"keepiton"
	"keepiton/count"
	"keepiton/export"
	"keepiton/locale"
	"keepiton/stop"
)

var update = flag.Bool("update", false, "write the generated part of docs/codebook.md")

const (
	codebookFile  = "../../docs/codebook.md"
	codebookBegin = "<!-- from here on generated: go test ./cmd/keepiton -run Codebook -update -->\n"
	codebookEnd   = "<!-- end of what is generated -->\n"
)

// codebook writes what the program knows of its fields, codes and dates.
func codebook() string {
	var b strings.Builder
	p := locale.For("en")
	line := func(format string, v ...any) { fmt.Fprintf(&b, format+"\n", v...) }
	line("\n## Fields of an incident\n")
	line("A field is named here as in the record, the API, the exports and the differences between revisions. Its label and meaning are those of the site, where they stand in")
	line("seven languages. The columns are STOP's, in the spelling of each layout; where a layout has no such column, it is left out.\n")
	for _, f := range keepiton.Fields {
		line("### %s: %s\n", f.Name, p.T("field."+f.Name))
		line("%s\n", p.T("field."+f.Name+".help"))
		line("- kind: %s", kindWords[f.Kind])
		if len(f.STOP) == 0 {
			line("- STOP: no column")
		}
		for i := len(stop.Layouts) - 1; i >= 0 && len(f.STOP) > 0; i-- {
			l := stop.Layouts[i]
			spelt, names := stop.Counterparts(l), []string(nil)
			for _, c := range f.STOP {
				if name, ok := spelt[c]; ok {
					names = append(names, "`"+name+"`")
				}
			}
			if len(names) > 0 {
				line("- %s: %s", l.Name(), strings.Join(names, ", "))
			}
		}
		if len(f.Codes) > 0 {
			line("\n| code | label | STOP's words (fourth layout) |\n|---|---|---|")
			for _, t := range f.Codes {
				line("| `%s` | %s | %s |", t.Code, fieldCode(p, f.Name, t.Code), t.STOP)
			}
		}
		line("")
	}
	line("## Answers\n")
	line("A question has one of four states. An empty cell is not a no.\n")
	line("| written | label | meaning |\n|---|---|---|")
	for a, meaning := range answerMeanings {
		line("| `%s` | %s | %s |", keepiton.Answer(a), p.T("answer."+keepiton.Answer(a).String()), meaning)
	}
	line("\n## Verification levels\n\nWeakest first. No machine raises one.\n\n| written | label | meaning |\n|---|---|---|")
	for _, l := range keepiton.Levels {
		name := string(l)
		if l == keepiton.Unverified {
			name = "unverified"
		}
		line("| %s | %s | %s |", written(string(l)), p.Code("level", name), p.T("code.level."+name+".help"))
	}
	line("\n## States of an incident\n\n| written | label | meaning |\n|---|---|---|")
	for _, s := range keepiton.States {
		line("| `%s` | %s | %s |", s, p.Code("state", string(s)), p.T("code.state."+string(s)+".help"))
	}
	line("\n## State of an end\n\nA missing end is not an end.\n\n| written | label |\n|---|---|")
	for _, s := range []keepiton.EndState{keepiton.EndNotAsked, keepiton.EndUnknown, keepiton.Ongoing, keepiton.Ended} {
		name := string(s)
		if s == keepiton.EndNotAsked {
			name = "not_asked"
		}
		line("| %s | %s |", written(string(s)), p.Code("status", name))
	}
	line("\n## Dates\n")
	line("Dates and times are UTC and say how exactly they are known, as in EDTF (ISO 8601-2:2019, level 1). A tilde at the end marks an estimate. The end of an episode is the last")
	line("day, hour or minute of the cut; `start/end` with nothing after the slash has no end date.\n\n| written | known to the | covers |\n|---|---|---|")
	at := time.Date(2022, time.January, 3, 15, 4, 0, 0, time.UTC)
	for _, pr := range []keepiton.Precision{keepiton.Year, keepiton.Month, keepiton.Day, keepiton.Hour, keepiton.Minute} {
		m, err := keepiton.ParseMoment(keepiton.Moment{At: at, Precision: pr}.String())
		if err != nil {
			panic(err)
		}
		line("| `%s` | %s | from %s to before %s |", m, pr, m.At.Format("2006-01-02 15:04"), m.Until().Format("2006-01-02 15:04"))
	}
	line("| `%s` | day, estimated | about that day |", keepiton.Moment{At: at, Estimated: true})
	line("\n## Keys of counts\n\n`keepiton count --by`, the site and the API take these keys: %s. What the rules count stands in [counting.md](counting.md).\n", "`"+strings.Join(count.Keys(), "`, `")+"`")
	line("## Defects\n\nWhat an import names and counts, and leaves as it stands.\n\n| kind | meaning |\n|---|---|")
	for _, k := range stop.Kinds {
		line("| `%s` | %s |", k, p.T("defect."+string(k)))
	}
	line("\n## Header rows of the layouts\n\nColumn for column, as published and as `keepiton export` writes them; blanks at the ends of names are part of them.\n")
	for _, l := range stop.Layouts {
		names := stop.Header(l)
		line("- `%s`, %d columns: `%s`", l.Name(), len(names), strings.Join(names, "`, `"))
	}
	return b.String()
}

func written(value string) string {
	if value == "" {
		return "(empty)"
	}
	return "`" + value + "`"
}

func fieldCode(p *locale.Printer, field, code string) string {
	if field == "perpetrators" {
		return p.Code("body", code)
	}
	return export.CodeWords(p, field, code)
}

var kindWords = map[keepiton.FieldKind]string{
	keepiton.KindText: "free text", keepiton.KindCode: "one code", keepiton.KindCodes: "any number of codes",
	keepiton.KindAnswer: "an answer", keepiton.KindList: "a list of entries",
}

// answerMeanings are in the order of keepiton.Answer.
var answerMeanings = [...]string{
	keepiton.NotAsked: "nobody asked: the cell is blank, or the layout has no such column",
	keepiton.Unknown:  "asked, and not known",
	keepiton.No:       "a source says no",
	keepiton.Yes:      "a source says yes",
}

func TestCodebookIsFresh(t *testing.T) {
	data, err := os.ReadFile(codebookFile)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, ok1 := strings.Cut(string(data), codebookBegin)
	got, after, ok2 := strings.Cut(rest, codebookEnd)
	if !ok1 || !ok2 {
		t.Fatalf("%s lacks the lines between which it is generated", codebookFile)
	}
	want := codebook()
	if *update {
		if err := os.WriteFile(codebookFile, []byte(before+codebookBegin+want+codebookEnd+after), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if got != want {
		t.Errorf("%s is not what the program says: run go test ./cmd/keepiton -run Codebook -update", codebookFile)
	}
	if key := messageKey.FindString(want); key != "" {
		t.Errorf("a message is missing: its key %s stands in the codebook", key)
	}
	// What is written by hand names every column of every layout.
	flat := strings.Map(lettersOnly, before+after)
	for _, l := range stop.Layouts {
		for _, name := range stop.Header(l) {
			if _, shown := stop.Counterparts(l)[name]; !strings.Contains(flat, strings.Map(lettersOnly, name)) && !strings.HasSuffix(name, "_affected") {
				t.Errorf("the crosswalk of layouts lacks %s of %s (has a counterpart: %v)", name, l.Name(), shown)
			}
		}
	}
}

// messageKey is what stands in the place of a message that is missing.
var messageKey = regexp.MustCompile(`\b(field|code|answer|defect)\.[a-z_]`)

func lettersOnly(r rune) rune {
	switch {
	case 'a' <= r && r <= 'z' || '0' <= r && r <= '9':
		return r
	case 'A' <= r && r <= 'Z':
		return r - 'A' + 'a'
	}
	return -1
}
