package probe_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/ooni/netem"

	"keepiton/probe"
)

// written is what a run leaves, as text.
func written(t *testing.T, run *probe.Run) string {
	t.Helper()
	var b strings.Builder
	if err := probe.Write(&b, run.Measurements()); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// Near servers, login pages and exact times tell where somebody is; lies are evidence,
// and stay.
func TestWhatIsKeptTellsNothingOfWhereSomebodyIs(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.say("en.wiki.test", "10.10.34.36")
	at := time.Date(2026, 11, 26, 14, 37, 21, 0, time.UTC)
	w.opts.Now = func() time.Time { return at }
	text := written(t, w.look())
	for _, secret := range []string{home, ispDNS, "14:37", ":21"} {
		if strings.Contains(text, secret) {
			t.Errorf("%s is kept", secret)
		}
	}
	for _, h := range hosts {
		if strings.Contains(text, h.addr) {
			t.Errorf("%s, an honest answer for %s, is kept", h.addr, h.name)
		}
	}
	for _, evidence := range []string{"10.10.34.36", `"failure":"dns_bogon_error"`, `"measurement_start_time":"2026-11-26 14:00:00"`} {
		if !strings.Contains(text, evidence) {
			t.Errorf("%s is not kept", evidence)
		}
	}
	for line := range strings.Lines(text) {
		var m probe.Measurement
		if err := json.Unmarshal([]byte(line), &m); err != nil || m.TestName != probe.TestName || m.ProbeCC != "XG" {
			t.Errorf("%v in %s", err, line)
		}
	}
}

func TestOfALoginPageNothingButThatIsKept(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, h := range hosts {
		w.say(h.name, portalHost)
	}
	w.dpi.AddRule(rule(func(p *netem.DissectedPacket) bool {
		return p.DestinationIPAddress() != portalHost && p.DestinationIPAddress() != ispDNS
	}))
	text := written(t, w.look())
	for _, secret := range []string{portalHost, "hotel", "02:00:00"} {
		if strings.Contains(text, secret) {
			t.Errorf("%s is kept", secret)
		}
	}
	if !strings.Contains(text, `"network":"captive_portal"`) {
		t.Errorf("%.500s", text)
	}
}
