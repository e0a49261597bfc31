package count

import (
	"bytes"
	"strings"
	"testing"
)

func TestTableOfChangesShowsWhereLongTextsDiffer(t *testing.T) {
	same := strings.Repeat("the same words ", 8)
	r := ChangeReport{Changes: []ChangeLine{
		{ID: "KIO-2022-0001", Field: "summary", From: []string{same + "on Monday"}, To: []string{same + "on Tuesday"}},
		{ID: "KIO-2022-0002", Field: "summary", From: []string{"short"}, To: []string{"short words"}},
	}}
	var b bytes.Buffer
	if err := r.Write(&b, "table"); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"on Monday", "on Tuesday", "short "} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("the table lacks %q:\n%s", want, b.String())
		}
	}
	b.Reset()
	if err := r.Write(&b, "csv"); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(b.String(), same+"on Tuesday") {
		t.Errorf("csv must hold the whole text: %s", b.String())
	}
}
