package locale

import (
	"testing"
	"time"
)

func TestEthiopianCalendar(t *testing.T) {
	for _, c := range []struct {
		at      time.Time
		y, m, d int
	}{
		{time.Date(2007, 9, 12, 0, 0, 0, 0, time.UTC), 2000, 1, 1}, // notes/publication.md 5.3
		{time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC), 2019, 3, 14},
		{time.Date(2007, 9, 11, 23, 59, 0, 0, time.UTC), 1999, 13, 6},
		{time.Date(2008, 9, 11, 0, 0, 0, 0, time.UTC), 2001, 1, 1},
	} {
		y, m, d := Ethiopic(c.at)
		if y != c.y || m != c.m || d != c.d {
			t.Errorf("Ethiopic(%s) = %d-%d-%d, want %d-%d-%d", c.at.Format(time.DateOnly), y, m, d, c.y, c.m, c.d)
		}
	}
}

func TestEthiopianDatesGoThereAndBackForTwoCenturies(t *testing.T) {
	for at := time.Date(1900, 1, 1, 0, 0, 0, 0, time.UTC); at.Year() < 2100; at = at.AddDate(0, 0, 1) {
		y, m, d := Ethiopic(at)
		if m < 1 || m > 13 || d < 1 || d > 30 || m == 13 && d > 6 {
			t.Fatalf("Ethiopic(%s) = %d-%d-%d: no such date", at.Format(time.DateOnly), y, m, d)
		}
		if back := FromEthiopic(y, m, d); !back.Equal(at) {
			t.Fatalf("FromEthiopic(Ethiopic(%s)) = %s", at.Format(time.DateOnly), back.Format(time.DateOnly))
		}
	}
}
