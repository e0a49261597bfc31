package count

import (
	"testing"
	"time"

	"keepiton"
)

func TestDaysTouchedAreCertainAndEachCountsOnce(t *testing.T) {
	at := func(d, h, m int) keepiton.Moment {
		return keepiton.Moment{At: time.Date(2022, 3, d, h, m, 0, 0, time.UTC), Precision: keepiton.Minute}
	}
	month := func(m time.Month) keepiton.Moment {
		return keepiton.Moment{At: time.Date(2022, m, 1, 0, 0, 0, 0, time.UTC), Precision: keepiton.Month}
	}
	ongoing := keepiton.Ending{State: keepiton.Ongoing}
	asOf := keepiton.AsOf(time.Date(2022, 12, 31, 0, 0, 0, 0, time.UTC))
	for _, tt := range []struct {
		name     string
		episodes []keepiton.Episode
		days     int
		last     string
	}{
		{"days, both included", []keepiton.Episode{{Start: keepiton.On(2022, 3, 1), End: until(keepiton.On(2022, 3, 3))}}, 3, "2022-03-03"},
		{"one day", []keepiton.Episode{{Start: keepiton.On(2022, 3, 1), End: until(keepiton.On(2022, 3, 1))}}, 1, "2022-03-01"},
		{"an hour of a day", []keepiton.Episode{{Start: at(4, 5, 0), End: until(at(4, 5, 59))}}, 1, "2022-03-04"},
		{"a night is of two days", []keepiton.Episode{{Start: at(4, 23, 0), End: until(at(5, 2, 0))}}, 2, "2022-03-05"},
		{"two cuts of a day", []keepiton.Episode{{Start: at(4, 5, 0), End: until(at(4, 6, 0))}, {Start: at(4, 9, 0), End: until(at(4, 10, 0))}}, 1, "2022-03-04"},
		{"an unknown end", []keepiton.Episode{{Start: keepiton.On(2022, 3, 9)}}, 1, "2022-03-09"},
		{"still going on", []keepiton.Episode{{Start: keepiton.On(2022, 12, 30), End: ongoing}}, 2, "2022-12-31"},
		{"some day of a month, to a day of the next", []keepiton.Episode{{Start: month(3), End: until(keepiton.On(2022, 4, 2))}}, 3, "2022-04-02"},
		{"some day of a month, of no known end", []keepiton.Episode{{Start: month(3)}}, 1, "2022-03-31"},
		{"within the month of its start", []keepiton.Episode{{Start: month(3), End: until(keepiton.On(2022, 3, 10))}}, 1, "2022-03-10"},
		{"backwards", []keepiton.Episode{{Start: keepiton.On(2022, 3, 7), End: until(keepiton.On(2022, 3, 5))}}, 1, "2022-03-07"},
		{"no start", []keepiton.Episode{{End: until(keepiton.On(2022, 3, 5))}}, 0, "0001-01-01"},
		{"after the moment", []keepiton.Episode{{Start: keepiton.On(2023, 3, 1), End: until(keepiton.On(2023, 3, 3))}}, 0, "0001-01-01"},
	} {
		var got Touched
		c := lasting("", keepiton.Published, tt.episodes...)
		got.Add(&c, asOf)
		if n, last := got.Days(), got.Last().Format(time.DateOnly); n != tt.days || last != tt.last {
			t.Errorf("%s: %d days, the last %s; want %d, %s", tt.name, n, last, tt.days, tt.last)
		}
	}
}

func TestDaysTouchedOfYearsAddUpToAll(t *testing.T) {
	var got Touched
	for _, c := range []Case{
		lasting("", keepiton.Published, keepiton.Episode{Start: keepiton.On(2021, 12, 30), End: until(keepiton.On(2022, 1, 2))}),
		lasting("", keepiton.Published, keepiton.Episode{Start: keepiton.On(2022, 1, 2), End: until(keepiton.On(2022, 1, 4))}),
		lasting("", keepiton.Withdrawn, keepiton.Episode{Start: keepiton.On(2022, 5, 2), End: until(keepiton.On(2022, 5, 4))}),
	} {
		got.Add(&c, keepiton.AsOf(time.Date(2022, 12, 31, 0, 0, 0, 0, time.UTC)))
	}
	if got.In(2021) != 2 || got.In(2022) != 4 || got.In(2020) != 0 || got.Days() != 6 {
		t.Errorf("%d in 2021, %d in 2022, %d in all", got.In(2021), got.In(2022), got.Days())
	}
	runs := 0
	for from, to := range got.Stretches(0) {
		if runs++; from.Format(time.DateOnly) != "2021-12-30" || to.Format(time.DateOnly) != "2022-01-05" {
			t.Errorf("a run from %s to %s", from, to)
		}
	}
	if runs != 1 {
		t.Errorf("%d runs", runs)
	}
}
