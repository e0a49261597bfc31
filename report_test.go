package keepiton_test

import (
	"testing"
	"time"

	"keepiton"
)

func TestOpenFieldsAreCoarseAndNeverGuessed(t *testing.T) {
	at := time.Date(2026, 11, 25, 22, 30, 0, 0, time.UTC)
	for _, c := range []struct {
		name   string
		report keepiton.Report
		want   keepiton.OpenFields
	}{
		{"nothing said", keepiton.Report{}, keepiton.OpenFields{}},
		{
			"mobile to the minute",
			keepiton.Report{Country: "ET", Region: "ET-TI", Began: keepiton.When{At: keepiton.Moment{At: at, Precision: keepiton.Minute}}, Networks: keepiton.Networks{Mobile: keepiton.Yes, Fixed: keepiton.Unknown}},
			keepiton.OpenFields{Country: "ET", Day: "2026-11-25", Kind: "mobile"},
		},
		{"a month is no day", keepiton.Report{Began: keepiton.When{At: keepiton.Moment{At: at, Precision: keepiton.Month}}}, keepiton.OpenFields{}},
		{"both", keepiton.Report{Networks: keepiton.Networks{Mobile: keepiton.Yes, Fixed: keepiton.Yes}, Services: []string{"telegram"}}, keepiton.OpenFields{Kind: "full"}},
		{"fixed", keepiton.Report{Networks: keepiton.Networks{Fixed: keepiton.Yes}}, keepiton.OpenFields{Kind: "fixed"}},
		{"a service", keepiton.Report{Networks: keepiton.Networks{Mobile: keepiton.No}, Services: []string{"telegram"}}, keepiton.OpenFields{Kind: "service"}},
	} {
		if got := c.report.OpenFields(); got != c.want {
			t.Errorf("%s: got %+v, want %+v", c.name, got, c.want)
		}
	}
}
