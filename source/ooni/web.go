package ooni

import (
	"strings"

	"github.com/valyala/fastjson"
)

// web judges web_connectivity: each layer by the rules of OONI's pipeline, from the
// observations and the control; the whole by what the probe concluded, as far as a
// layer bears it out.
type web struct {
	t       *Test
	keys    *fastjson.Value
	control *fastjson.Value // nil: there is none
	host    string          // of the input
	prints  *Fingerprints

	answers []string // of the resolver for host
	lied    bool     // the resolver lied: what came from its addresses is no witness of later layers
}

func (d *decoder) web(t *Test, keys *fastjson.Value, input string) {
	w := web{t: t, keys: keys, host: hostOf(input), prints: d.o.Fingerprints}
	if c := keys.Get("control"); c != nil && c.Type() == fastjson.TypeObject && text(keys, "control_failure") == "" && c.GetObject().Len() > 0 {
		w.control = c
	}
	w.tls() // first: the certificate tells whether an answer was true
	w.dns()
	if w.lied {
		t.Layers[TLS] = CouldNotTell
	}
	w.tcp()
	w.http()
	t.Verdict = w.verdict()
}

// controlHTTP says whether the control could fetch the page.
func (w *web) controlHTTP() ternary {
	if w.control == nil || w.control.Get("http_request") == nil {
		return unknown
	}
	if failure(w.control.Get("http_request")) != "" {
		return no
	}
	return yes
}

// dns judges the answers of the probe's own resolver.
func (w *web) dns() {
	var asns []int
	fails := ""
	for _, q := range classic(list(w.keys, "queries")) {
		if engine := text(q, "engine"); engine == "doh" || engine == "udp" || redirected(q) || !w.asked(text(q, "hostname")) {
			continue
		}
		for _, a := range list(q, "answers") {
			for _, key := range [...]string{"ipv4", "ipv6"} {
				if ip := text(a, key); ip != "" {
					w.answers, asns = append(w.answers, ip), append(asns, a.GetInt("asn"))
				}
			}
			if name := text(a, "hostname"); w.prints.DNS(w.t.Country, name) {
				w.t.Confirmed = true
			}
		}
		if f := failure(q); f != "" {
			fails = f
		}
	}
	if fails == "" && len(w.answers) == 0 {
		fails = text(w.keys, "dns_experiment_failure")
	}
	if len(w.answers) == 0 && fails == "" {
		return // an address, or nothing recorded
	}
	w.t.Layers[DNS] = w.dnsRule(asns).outcome()
	w.lied = w.t.Layers[DNS] == Blocked && len(w.answers) > 0
}

// asked reports whether a name is that of the input. Names in other scripts are asked
// for in another form (RFC 5891): the first name that is asked for is it.
func (w *web) asked(hostname string) bool {
	return strings.EqualFold(strings.TrimSuffix(hostname, "."), w.host) || strings.ContainsFunc(w.host, func(r rune) bool { return r > 127 })
}

func (w *web) dnsRule(asns []int) triple {
	known := w.control != nil && w.control.Get("dns") != nil
	var addrs []*fastjson.Value
	controlFails := false
	if known {
		addrs = w.control.GetArray("dns", "addrs")
		controlFails = failure(w.control.Get("dns")) != "" || len(addrs) == 0
	}
	if len(w.answers) == 0 {
		switch {
		case !known:
			return dnsFails
		case controlFails:
			return dnsFailsForAll
		}
		return dnsFailsHere
	}
	inControl := func(ip string) bool {
		for _, a := range addrs {
			if b, err := a.StringBytes(); err == nil && string(b) == ip {
				return true
			}
		}
		return false
	}
	var bogus, bogusForAll, forged, same, near bool
	for i, ip := range w.answers {
		if w.t.Confirmed = w.t.Confirmed || w.prints.DNS(w.t.Country, ip); w.t.Confirmed {
			return fingerprinted
		}
		common := inControl(ip)
		switch w.certificate(ip) {
		case yes:
			return dnsTLSConsistent
		case no:
			forged = forged || !common
		}
		if bogon(ip) {
			bogus, bogusForAll = bogus || !common, bogusForAll || common
		}
		same = same || common
		near = near || asns[i] != 0 && w.controlASN(asns[i])
	}
	switch {
	case bogus:
		return dnsBogon
	case bogusForAll:
		return dnsBogonForAll
	case forged && !same:
		return dnsTLSInconsistent
	case same:
		return dnsAsControl
	case near || known && text(w.keys, "dns_consistency") == "consistent":
		return dnsNetworkOfOther
	case !known || w.pageMatches() == yes:
		return triple{}
	}
	return dnsUnmatched
}

// controlASN reports whether an address that the control resolved is in an AS.
func (w *web) controlASN(asn int) bool {
	info := w.control.Get("ip_info")
	if info == nil {
		return false
	}
	for _, a := range w.control.GetArray("dns", "addrs") {
		if b, err := a.StringBytes(); err == nil && info.GetInt(string(b), "asn") == asn {
			return true
		}
	}
	return false
}

// certificate says whether an address showed a certificate that is valid for the
// host: unknown where no handshake got that far.
func (w *web) certificate(ip string) (out ternary) {
	for _, h := range list(w.keys, "tls_handshakes") {
		if ipOf(text(h, "address")) != ip || truth(h, "no_tls_verify") == yes || redirected(h) {
			continue
		}
		switch f := failure(h); {
		case f == "":
			return yes
		case strings.HasPrefix(f, "ssl_"):
			out = no
		}
	}
	return out
}
