package count

import (
	"strings"
	"testing"
	"time"

	"keepiton"
)

func lasting(extent string, state keepiton.State, episodes ...keepiton.Episode) Case {
	return Case{ID: "KIO-2022-0001", State: state, Listed: true, Episodes: episodes, Dims: Dims{Extent: extent, Kind: "Shutdown"}}
}

func these(cases ...Case) Cases {
	return func(yield func(*Case) error) error {
		for i := range cases {
			if err := yield(&cases[i]); err != nil {
				return err
			}
		}
		return nil
	}
}

func until(m keepiton.Moment) keepiton.Ending {
	return keepiton.Ending{State: keepiton.Ended, At: m}
}

func TestDaysAreIntervalsAndKindsStayApart(t *testing.T) {
	hour := func(d, h int) keepiton.Moment {
		return keepiton.Moment{At: time.Date(2022, 3, d, h, 0, 0, 0, time.UTC), Precision: keepiton.Minute}
	}
	full, service := "Full network", "Service-based"
	table, err := Durations(nil, time.Date(2022, 12, 31, 0, 0, 0, 0, time.UTC), these(
		lasting(full, keepiton.Published, keepiton.Episode{Start: keepiton.On(2022, 3, 1), End: until(keepiton.On(2022, 3, 3))}), // 3 days
		lasting(full, keepiton.Published, keepiton.Episode{Start: keepiton.On(2022, 12, 21)}),                                    // open
		lasting(full, keepiton.Withdrawn, keepiton.Episode{Start: keepiton.On(2020, 12, 21)}),
		lasting(service, keepiton.Published, keepiton.Episode{Start: keepiton.On(2022, 12, 1), End: keepiton.Ending{State: keepiton.Ongoing}}),     // 30 days
		lasting(service, keepiton.Published, keepiton.Episode{Start: hour(1, 2), End: until(hour(1, 13))}),                                         // 11 hours and a minute
		lasting("", keepiton.Published, keepiton.Episode{Start: keepiton.On(2022, 3, 7), End: until(keepiton.On(2022, 3, 5))}, keepiton.Episode{}), // backwards
	))
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	if err := table.Write(&b, "csv"); err != nil {
		t.Fatal(err)
	}
	want := `extent,kind,incidents,open,days_min,days_best,days_max
,Shutdown,1,1,0.0,1.0,1.0
Full network,Shutdown,2,1,1.0,4.0,13.0
Service-based,Shutdown,2,0,29.5,30.5,30.5
`
	if b.String() != want {
		t.Errorf("got\n%s\nwant\n%s", b.String(), want)
	}
}

func TestDaysOfTheYearsAddUpToTheWhole(t *testing.T) {
	asOf := time.Date(2024, 5, 1, 0, 0, 0, 0, time.UTC)
	cases := these(
		lasting("Full network", keepiton.Published, keepiton.Episode{Start: keepiton.On(2021, 12, 30), End: until(keepiton.On(2023, 1, 2))}),
		lasting("Full network", keepiton.Published, keepiton.Episode{Start: keepiton.On(2023, 12, 30), End: keepiton.Ending{State: keepiton.Ongoing}}),
	)
	whole, err := Durations([]string{"extent"}, asOf, cases)
	if err != nil {
		t.Fatal(err)
	}
	years, err := Durations([]string{"year"}, asOf, cases)
	if err != nil {
		t.Fatal(err)
	}
	var sum keepiton.Days
	for _, r := range years.Rows {
		sum.Min, sum.Best, sum.Max = sum.Min+r.Days.Min, sum.Best+r.Days.Best, sum.Max+r.Days.Max
	}
	if d := whole.Rows[0].Days; d.Min != sum.Min || d.Best != sum.Best || d.Max != sum.Max || d.Min > d.Best || d.Best > d.Max {
		t.Errorf("whole %+v, sum of years %+v", d, sum)
	}
	if len(years.Rows) != 4 || years.Rows[1].Keys[0] != "2022" || years.Rows[1].Days.Best != 365 {
		t.Errorf("years: %+v", years.Rows)
	}
}
