package keepiton

import (
	"strings"
	"testing"
	"time"
)

func TestDisruptionsHaveNamesThatStandInAddresses(t *testing.T) {
	for id, want := range map[DisruptionID]bool{
		"KID-20260108T1845-IR": true, "KID-20260108T1845-44244-IR-07.telegram_x": true,
		"": false, "KID-": false, "KIO-2026-0001": false, "KID-a/b": false, "KID-a b": false, "KID-é": false,
		DisruptionID("KID-" + strings.Repeat("x", 116)): true, DisruptionID("KID-" + strings.Repeat("x", 117)): false,
	} {
		if id.Valid() != want {
			t.Errorf("%q is valid: %v", id, !want)
		}
	}
}

func TestADecisionSaysWhatItsKindNeedsAndNoMore(t *testing.T) {
	full := Decision{Disruption: "KID-1-IR", Incident: "KIO-2026-0001", Into: "KID-2-IR", Code: "cable", By: "ana", At: time.Unix(1, 0)}
	for _, kind := range DecisionKinds {
		d := Decision{Disruption: full.Disruption, What: kind, By: full.By, At: full.At}
		switch kind {
		case Accepted:
			d.Incident = full.Incident
		case MergedWith:
			d.Into = full.Into
		case Rejected:
			d.Code = full.Code
		}
		if err := d.Check(); err != nil {
			t.Errorf("%s: %v", kind, err)
		}
		if want := kind == Reopened; d.Open() != want {
			t.Errorf("%s is open: %v", kind, !want)
		}
		d.Incident, d.Into, d.Code = full.Incident, full.Into, full.Code
		if CodeOf(d.Check()) != Invalid {
			t.Errorf("%s with all of it is good", kind)
		}
	}
	long := Decision{Disruption: "KID-1-IR", What: Watched, By: "ana", At: full.At, Note: strings.Repeat("x", MaxDecisionNote+1)}
	if got := CodeOf(long.Check()); got != TooLarge {
		t.Errorf("a long note is %q", got)
	}
}
