package correlate

import (
	"testing"
	"time"

	"keepiton"
)

func TestIncidentsBesideAReportTouchItsDays(t *testing.T) {
	on := func(d int) keepiton.Moment { return keepiton.On(2026, 11, d) }
	rev := func(start, end keepiton.Moment, state keepiton.EndState) keepiton.Revision {
		return keepiton.Revision{Recorded: time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC), Incident: keepiton.Incident{
			Episodes: []keepiton.Episode{{Start: start, End: keepiton.Ending{State: state, At: end}}},
		}}
	}
	from, to := on(10).At, on(12).At // the 10th and 11th
	for what, c := range map[string]struct {
		rev  keepiton.Revision
		want bool
	}{
		"over before":            {rev(on(1), on(9), keepiton.Ended), false},
		"its last day":           {rev(on(1), on(10), keepiton.Ended), true},
		"inside":                 {rev(on(10), on(10), keepiton.Ended), true},
		"begins on the last day": {rev(on(11), keepiton.Moment{}, keepiton.EndUnknown), true},
		"begins after":           {rev(on(12), on(13), keepiton.Ended), false},
		"going on":               {rev(on(1), keepiton.Moment{}, keepiton.Ongoing), true},
		"end unknown":            {rev(on(1), keepiton.Moment{}, keepiton.EndUnknown), false},
		"no start":               {rev(keepiton.Moment{}, on(11), keepiton.Ended), false},
	} {
		if got := len(Touching([]keepiton.Revision{c.rev}, from, to)) == 1; got != c.want {
			t.Errorf("%s: %v, want %v", what, got, c.want)
		}
	}
	late := rev(on(1), keepiton.Moment{}, keepiton.Ongoing)
	late.Recorded = on(5).At // it speaks up to the end of the 5th
	if len(Touching([]keepiton.Revision{late}, from, to)) != 0 {
		t.Error("what was going on long ago is taken to go on still")
	}
}
