package count

import (
	"bufio"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"keepiton"
	"keepiton/locale"
)

// textCase is one case of testdata/cases; README.md there is its format.
type textCase struct {
	name, place string
	asOf        time.Time
	inc         keepiton.Incident
	want        map[string]string // by rule
}

func TestRulesCountWhatGovernmentsDo(t *testing.T) {
	files, err := filepath.Glob("testdata/cases/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("no cases: %v", err)
	}
	for _, file := range files {
		for _, tc := range readCases(t, file) {
			t.Run(tc.name, func(t *testing.T) {
				if len(tc.want) == 0 {
					t.Fatalf("%s: expects nothing of any rule", tc.place)
				}
				c := CaseOf(&tc.inc)
				for name, want := range tc.want {
					rule, err := RuleByName(name)
					if err != nil {
						t.Fatal(err)
					}
					got := []string{}
					rule.Instances(&c, tc.asOf, func(i Instance) { got = append(got, strconv.Itoa(i.Year)) })
					if want == "none" {
						want = ""
					}
					if g := strings.Join(got, " "); g != want {
						t.Errorf("%s: rule %s counts %q, want %q", tc.place, name, g, want)
					}
				}
			})
		}
	}
}

func readCases(t *testing.T, file string) []textCase {
	t.Helper()
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var cases []textCase
	lines := bufio.NewScanner(f)
	for n := 1; lines.Scan(); n++ {
		line := strings.TrimSpace(lines.Text())
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		place := fmt.Sprintf("%s:%d", file, n)
		word, value, ok := strings.Cut(line, ":")
		value = strings.TrimSpace(value)
		switch {
		case !ok:
			t.Fatalf("%s: no colon", place)
		case word == "case":
			cases = append(cases, textCase{
				name: value, place: place, want: map[string]string{},
				asOf: keepiton.AsOf(time.Date(2025, 12, 31, 0, 0, 0, 0, time.UTC)),
				inc:  keepiton.Incident{ID: "KIO-2021-0001", State: keepiton.Published},
			})
		case len(cases) == 0:
			t.Fatalf("%s: a line before the first case", place)
		default:
			if err := cases[len(cases)-1].set(word, value); err != nil {
				t.Fatalf("%s: %v", place, err)
			}
		}
	}
	return cases
}

func (tc *textCase) set(word, value string) (err error) {
	switch word {
	case "as of":
		tc.asOf, err = keepiton.ParseAsOf(value)
	case "state":
		tc.inc.State = keepiton.State(value)
	case "not listed":
		tc.inc.NotListed = value
	case "causes":
		for c := range strings.SplitSeq(value, ",") {
			c = strings.TrimSpace(c)
			if !keepiton.Causes.Has(c) {
				return fmt.Errorf("no cause %q", c)
			}
			tc.inc.Causes = append(tc.inc.Causes, c)
		}
	case "seen":
		if value == "yes" {
			tc.inc.Signals = []keepiton.SignalLink{{Feed: "bgp"}}
		}
	case "episode":
		return tc.episode(value)
	case "row":
		year, err := strconv.Atoi(value)
		tc.inc.Rows = append(tc.inc.Rows, keepiton.Row{CountYear: year})
		return err
	default:
		if _, err := RuleByName(word); err != nil {
			return fmt.Errorf("%q is no word of this format and no rule", word)
		}
		tc.want[word] = value
	}
	return err
}

func (tc *textCase) episode(value string) error {
	from, to, ok := strings.Cut(value, "/")
	if !ok {
		return fmt.Errorf("%q has no / between start and end", value)
	}
	start, err := keepiton.ParseMoment(strings.TrimSpace(from))
	if err != nil {
		return err
	}
	e := keepiton.Episode{Start: start}
	switch to = strings.TrimSpace(to); to {
	case "":
	case string(keepiton.Ongoing), string(keepiton.EndUnknown):
		e.End.State = keepiton.EndState(to)
	default:
		if e.End.At, err = keepiton.ParseMoment(to); err != nil {
			return err
		}
		e.End.State = keepiton.Ended
	}
	tc.inc.Episodes = append(tc.inc.Episodes, e)
	return nil
}

func TestEveryRuleIsExplainedInSevenSentences(t *testing.T) {
	p := locale.For("en")
	for _, r := range Rules() {
		for _, key := range append(r.Keys(), "rule."+r.Name+".title") {
			if text := p.T(key); text == key || text == "" {
				t.Errorf("message %s is missing", key)
			} else if !strings.HasSuffix(key, "title") && strings.Count(text, ". ") > 0 {
				t.Errorf("message %s is more than one sentence", key)
			}
		}
		if got, err := RuleByName(r.Name); err != nil || got.Version != r.Version {
			t.Errorf("RuleByName(%q): %v", r.Name, err)
		}
	}
	if _, err := RuleByName("stop"); keepiton.CodeOf(err) != keepiton.Invalid || !strings.Contains(err.Error(), "stop-2023") {
		t.Errorf("unknown rule: %v", err)
	}
}
