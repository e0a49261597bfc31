package sealing_test

import (
	"testing"
	"time"

	"keepiton/locale"
	"keepiton/web/sealing/sealingtest"
)

// TestEthiopicDatesAreThoseOfLocale compares every day from 1900 to 2100.
func TestEthiopicDatesAreThoseOfLocale(t *testing.T) {
	first, last := time.Date(1900, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(2100, 12, 31, 0, 0, 0, 0, time.UTC)
	type day struct{ Year, Month, Day, Back int }
	got := sealingtest.Run[[]day](t, `
		const out = [];
		for (let d = input.first; d <= input.last; d++) {
			const e = KeepItOn.toEthiopic(d);
			out.push({Year: e.year, Month: e.month, Day: e.day, Back: KeepItOn.fromEthiopic(e.year, e.month, e.day)});
		}
		return out;`, map[string]any{"first": first.Unix() / 86400, "last": last.Unix() / 86400})
	i := 0
	for at := first; !at.After(last); at = at.AddDate(0, 0, 1) {
		year, month, d := locale.Ethiopic(at)
		if want := (day{year, month, d, int(at.Unix() / 86400)}); i >= len(got) || got[i] != want {
			t.Fatalf("%s: got %+v, want %+v", at.Format(time.DateOnly), got[min(i, len(got)-1)], want)
		}
		i++
	}
	if i != len(got) || i < 73_000 {
		t.Fatalf("%d days compared, %d came back", i, len(got))
	}
}
