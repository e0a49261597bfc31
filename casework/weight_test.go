package casework_test

import (
	"testing"

	"keepiton"
	"keepiton/casework"
)

func TestWhatALaneRepeatsStandsBehindWhatItSaysOnce(t *testing.T) {
	group := func(lane keepiton.Lane, work, n int, more ...*casework.Opened) (g []*casework.Opened) {
		for range n {
			g = append(g, &casework.Opened{Envelope: keepiton.Envelope{Lane: lane, Work: work}})
		}
		return append(g, more...)
	}
	sms := group(keepiton.LaneSMS, 0, 1)[0]
	flood, rushed, waited, roads, proved := group(keepiton.LaneOpen, keepiton.Waited, 400), group(keepiton.LaneOpen, keepiton.WaitedInCrowd, 1),
		group(keepiton.LaneOpen, keepiton.Waited, 1), group(keepiton.LaneOpen, 0, 1, sms), group(keepiton.LaneWork, 18, 2)
	all := [][]*casework.Opened{flood, rushed, waited, proved, roads}
	casework.ByWeight(all)
	for i, want := range [][]*casework.Opened{waited, roads, rushed, proved, flood} {
		if &all[i][0] != &want[0] {
			t.Errorf("number %d is %+v", i, all[i][0].Envelope)
		}
	}
	if n := casework.Weight(roads); n != 1 {
		t.Errorf("one report by two roads weighs %d", n)
	}
}
