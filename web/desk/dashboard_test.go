package desk_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"keepiton"
	"keepiton/store"
)

func TestDashboardSaysThatThereIsMoreThanItShows(t *testing.T) {
	o := newOffice(t)
	ed := o.hire("ed", keepiton.RoleEditor, "")
	var words []store.Unmapped
	for i := range 25 {
		words = append(words, store.Unmapped{Kind: "value", Column: "actual_cause", Words: fmt.Sprintf("word %d", i), Count: 1})
	}
	imp := store.Import{Edition: store.Edition{Name: "e", Published: time.Date(2023, 3, 1, 0, 0, 0, 0, time.UTC)}, Unmapped: words[:7]}
	if err := o.store.ApplyImport(context.Background(), imp); err != nil {
		t.Fatal(err)
	}
	ed.get("/desk/").must(200, "Unmapped words 7word")
	imp.Edition.Name, imp.Unmapped = "f", words
	if err := o.store.ApplyImport(context.Background(), imp); err != nil {
		t.Fatal(err)
	}
	ed.get("/desk/").must(200, "Unmapped words 20+word")
}
