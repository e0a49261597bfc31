package source

import (
	"testing"
	"time"

	"keepiton"
)

func TestWhatIsMeasuredTomorrowIsCountedAndNotKept(t *testing.T) {
	now := time.Date(2026, 1, 8, 12, 0, 0, 0, time.UTC)
	var kept []time.Time
	c := Clock{Now: now, Put: func(m keepiton.Measurement) error { kept = append(kept, m.At); return nil }}
	for _, at := range []time.Time{now.AddDate(-20, 0, 0), now, now.Add(24 * time.Hour), now.Add(25 * time.Hour), now.AddDate(5, 0, 0)} {
		if err := c.Pass(keepiton.Measurement{At: at}); err != nil {
			t.Fatal(err)
		}
	}
	sum := Summary{Measurements: 5}
	c.Tell(&sum)
	if len(kept) != 3 || sum.Measurements != 3 || sum.Skipped["from_the_future"] != 2 || len(sum.First) != 1 || sum.First[0].Why != "2 bins, the first of 2026-01-09T13:00:00Z" {
		t.Errorf("kept %v, %+v", kept, sum)
	}
	good := Summary{Measurements: 3}
	(&Clock{Now: now}).Tell(&good)
	if good.Defects() != 0 || good.Measurements != 3 {
		t.Errorf("%+v", good)
	}
}
