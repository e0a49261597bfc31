package ooni

import (
	"strconv"
	"strings"
	"time"

	"github.com/valyala/fastjson"
)

// signalBroken are versions of the test of Signal that cannot be believed from a day
// on: up to last, since a change of Signal's certificates and hosts.
var signalBroken = []struct {
	last  string
	since time.Time
}{
	{"0.2.1", time.Date(2022, 10, 19, 0, 0, 0, 0, time.UTC)},
	{"0.2.3", time.Date(2023, 11, 7, 0, 0, 0, 0, time.UTC)},
}

// newer reports whether version a is later than b, both of numbers and points.
func newer(a, b string) bool {
	x, y := strings.Split(a, "."), strings.Split(b, ".")
	for i := range max(len(x), len(y)) {
		var p, q int
		if i < len(x) {
			p, _ = strconv.Atoi(x[i])
		}
		if i < len(y) {
			q, _ = strconv.Atoi(y[i])
		}
		if p != q {
			return p > q
		}
	}
	return false
}

// tor is blocked when most of what was tried, directory authorities, relays and
// bridges, does not answer (ts-023): single ones are down at any time.
func tor(t *Test, keys *fastjson.Value) {
	good, all := 0.0, 0.0
	for _, kind := range [...]string{"or_port_dirauth", "or_port", "dir_port", "obfs4"} {
		n, _ := number(keys, kind+"_total")
		k, _ := number(keys, kind+"_accessible")
		good, all = good+k, all+n
	}
	if all == 0 { // before 0.2 there were no sums
		if targets := keys.GetObject("targets"); targets != nil {
			targets.Visit(func(_ []byte, v *fastjson.Value) {
				if all++; failure(v) == "" {
					good++
				}
			})
		}
	}
	switch {
	case all <= 0 || good < 0 || good > all:
	case good < all/2:
		t.Verdict = Blocked
		t.mark(TCP, Blocked)
	default:
		t.Verdict = OK
		t.mark(TCP, OK)
	}
}

// bootstrap judges vanilla_tor and torsf: Tor starts, or does not within the time
// that it has; a program that fails otherwise says nothing.
func bootstrap(t *Test, keys *fastjson.Value) {
	success, f := truth(keys, "success"), failure(keys)
	if took, ok := number(keys, "bootstrap_time"); success == unknown && ok { // torsf before 0.2
		if success = no; took > 0 && f == "" {
			success = yes
		}
	}
	switch {
	case success == yes && f == "":
		t.Verdict = OK
	case success == no && (f == "generic_timeout_error" || f == "timeout-reached" || f == "" && text(keys, "error") == "timeout-reached"):
		t.Verdict = Blocked
	}
	t.mark(TCP, t.Verdict)
}

// psiphon cannot start its tunnel, or can and fetches a page through it (ts-015). A
// tunnel that stands and is of no use may be the far end's fault.
func psiphon(t *Test, keys *fastjson.Value) {
	took, ok := number(keys, "bootstrap_time")
	f := failure(keys)
	switch {
	case !ok || ownFault(f):
	case took > 0 && f == "":
		t.Verdict = OK
	case took == 0 && f != "":
		t.Verdict = Blocked
	}
	t.mark(TCP, t.Verdict)
}

// dnscheck is of one resolver: whether it can be found and asked (ts-028).
func dnscheck(t *Test, keys *fastjson.Value) {
	if f := text(keys, "bootstrap_failure"); f != "" {
		if network(f) {
			t.Verdict = Blocked
			t.mark(DNS, Blocked)
		}
		return
	}
	lookups := keys.GetObject("lookups")
	if lookups == nil {
		return
	}
	good, bad := 0, 0
	lookups.Visit(func(_ []byte, v *fastjson.Value) {
		switch f := failure(v); {
		case f == "":
			good++
		case network(f):
			if bad++; v.Get("tls_handshakes") != nil {
				shaken, broken := ends(list(v, "tls_handshakes"), func(h *fastjson.Value) (bool, string) { return true, failure(h) })
				if broken && !shaken {
					t.mark(TLS, Blocked)
				}
			}
		}
	})
	switch {
	case good > 0: // one address of several is enough for a person
		t.Verdict, t.Layers = OK, [layers]Outcome{OK, OK, OK, OK}
	case bad > 0:
		t.Verdict = Blocked
		if t.mark(DNS, OK); t.worst() < Blocked {
			t.mark(TCP, Blocked)
		}
	}
}
