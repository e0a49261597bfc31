package letters

import (
	"bufio"
	"os"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/text/unicode/bidi"
)

// The Unicode Consortium's own cases, from Debian's package unicode-data.
const bidiCases = "/usr/share/unicode/BidiCharacterTest.txt"

func TestLevelsAreThoseOfUnicode(t *testing.T) {
	f, err := os.Open(bidiCases)
	if err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal(err)
		}
		t.Skipf("the cases of Unicode are not here (Debian: unicode-data): %v", err)
	}
	defer f.Close()
	cases, bad := 0, 0
	lines := bufio.NewScanner(f)
	for n := 1; lines.Scan(); n++ {
		line := lines.Text()
		if line == "" || line[0] == '#' {
			continue
		}
		fields := strings.Split(line, ";")
		var text []rune
		for _, hex := range strings.Fields(fields[0]) {
			r, err := strconv.ParseInt(hex, 16, 32)
			if err != nil {
				t.Fatalf("line %d: %v", n, err)
			}
			text = append(text, rune(r))
		}
		want := strings.Fields(fields[3])
		cases++
		got := levels(text, fields[2] == "1")
		for i, w := range want {
			if props, _ := bidi.LookupRune(text[i]); w == "x" && removed(props.Class()) {
				continue
			}
			if strconv.Itoa(int(got[i])) != w {
				if bad++; bad < 5 {
					t.Errorf("line %d: %v, wanted %v", n, got, want)
				}
				break
			}
		}
	}
	if err := lines.Err(); err != nil || cases < 90000 {
		t.Fatalf("%d cases: %v", cases, err)
	}
	if bad > 0 {
		t.Errorf("%d of %d cases are wrong", bad, cases)
	}
}
