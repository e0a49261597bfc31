package ooni

import (
	"strings"

	"github.com/valyala/fastjson"
)

// telegram is blocked when none of its access points answers over TCP, or over HTTP,
// or when its web version fails (OONI's ts-020).
func telegram(t *Test, keys *fastjson.Value) {
	tcp, http := truth(keys, "telegram_tcp_blocking"), truth(keys, "telegram_http_blocking")
	web := text(keys, "telegram_web_status")
	switch {
	case tcp == yes || http == yes || denied(web, text(keys, "telegram_web_failure")):
		t.Verdict = Blocked
	case tcp == no && http == no && web == "ok":
		t.Verdict = OK
	}
	passed(t, keys)
	if tcp == yes {
		t.mark(TCP, Blocked)
	} else if http == yes {
		t.mark(HTTP, Blocked)
	}
}

// whatsapp is blocked when its endpoints, its registration or its web version is
// (ts-018).
func whatsapp(t *Test, keys *fastjson.Value) {
	endpoints, registration, web := text(keys, "whatsapp_endpoints_status"), text(keys, "registration_server_status"), text(keys, "whatsapp_web_status")
	switch {
	case endpoints == "blocked", denied(registration, text(keys, "registration_server_failure")), denied(web, text(keys, "whatsapp_web_failure")):
		t.Verdict = Blocked
	case endpoints == "ok" && registration == "ok" && web == "ok":
		t.Verdict = OK
	}
	passed(t, keys)
	if endpoints == "blocked" && t.worst() < Blocked {
		t.mark(TCP, Blocked)
	}
}

// messenger says itself which of two layers fails (ts-019).
func messenger(t *Test, keys *fastjson.Value) {
	for _, one := range [...]struct {
		key   string
		layer Layer
	}{{"facebook_dns_blocking", DNS}, {"facebook_tcp_blocking", TCP}} {
		switch truth(keys, one.key) {
		case yes:
			t.mark(one.layer, Blocked)
		case no:
			t.mark(one.layer, OK)
		}
	}
	if t.Layers[DNS] != CouldNotTell && t.Layers[TCP] != CouldNotTell || t.worst() == Blocked {
		t.Verdict = t.worst()
	}
}

// signal is blocked when its backend is (ts-029). Old versions of the test distrust
// certificates, or ask for hosts, that Signal has changed since: they report blocks
// everywhere (notes/detection.md 3.2).
func signal(t *Test, keys *fastjson.Value, version string) {
	for _, bad := range signalBroken {
		if !t.Start.Before(bad.since) && !newer(version, bad.last) {
			return
		}
	}
	switch status := text(keys, "signal_backend_status"); {
	case status == "ok":
		t.Verdict = OK
	case denied(status, text(keys, "signal_backend_failure")) && failsBeside(keys, signalRetired):
		t.Verdict = Blocked
	}
	passed(t, keys)
}

// signalRetired is a host that Signal gave up in 2023 and versions up to 0.2.2 ask for.
const signalRetired = "api.directory.signal.org"

// failsBeside reports whether a request fails that is not for a host.
func failsBeside(keys *fastjson.Value, host string) bool {
	all := list(keys, "requests")
	for _, r := range all {
		if failure(r) != "" && hostOf(text(r.Get("request"), "url")) != host {
			return true
		}
	}
	return len(all) == 0
}

// denied reports whether a test concludes that something is blocked, by a failure that
// may be one of the network, or that it does not tell.
func denied(status, f string) bool { return status == "blocked" && (f == "" || network(f)) }

// network reports whether a failure is one of the network: not of the program that
// measured, and not that a server answered otherwise than was foreseen.
func network(f string) bool {
	return f != "" && !ownFault(f) && !strings.HasPrefix(f, "http_") && f != "json_parse_error"
}

// passed notes which layers were passed, and at which a test that is blocked failed:
// at the first that its failed requests did not pass.
func passed(t *Test, keys *fastjson.Value) {
	if t.Verdict == CouldNotTell {
		return
	}
	queries, connects, handshakes, requests := list(keys, "queries"), list(keys, "tcp_connect"), list(keys, "tls_handshakes"), list(keys, "requests")
	for _, r := range requests {
		f := failure(r)
		if t.Verdict != Blocked || !network(f) {
			continue
		}
		host := hostOf(text(r.Get("request"), "url"))
		layer, known := HTTP, false
		var addrs []string
		for _, q := range queries {
			if strings.EqualFold(text(q, "hostname"), host) {
				known = true
				for _, a := range list(q, "answers") {
					addrs = append(addrs, text(a, "ipv4"), text(a, "ipv6"))
				}
			}
		}
		connected, refused := ends(connects, func(c *fastjson.Value) (bool, string) {
			return within(addrs, host, text(c, "ip")), text(c.Get("status"), "failure")
		})
		shaken, broken := ends(handshakes, func(h *fastjson.Value) (bool, string) {
			return strings.EqualFold(text(h, "server_name"), host) || within(addrs, host, ipOf(text(h, "address"))), failure(h)
		})
		switch {
		case known && empty(addrs) || strings.HasPrefix(f, "dns_") || f == "android_dns_cache_no_data":
			layer = DNS
		case refused && !connected:
			layer = TCP
		case broken && !shaken || strings.HasPrefix(f, "ssl_"):
			layer = TLS
		}
		t.mark(layer, Blocked)
	}
	good := [layers]bool{}
	for _, q := range queries {
		good[DNS] = good[DNS] || failure(q) == "" && len(list(q, "answers")) > 0
	}
	good[TCP], _ = ends(connects, func(c *fastjson.Value) (bool, string) { return true, text(c.Get("status"), "failure") })
	good[TLS], _ = ends(handshakes, func(h *fastjson.Value) (bool, string) { return true, failure(h) })
	good[HTTP], _ = ends(requests, func(r *fastjson.Value) (bool, string) { return true, failure(r) })
	for l, ok := range good {
		if ok {
			t.mark(Layer(l), OK)
		}
	}
}

// ends reports whether any of the observations that are meant went well, and whether
// any failed.
func ends(all []*fastjson.Value, of func(*fastjson.Value) (meant bool, failure string)) (good, bad bool) {
	for _, v := range all {
		switch meant, f := of(v); {
		case !meant:
		case f == "":
			good = true
		default:
			bad = true
		}
	}
	return good, bad
}

func within(addrs []string, host, ip string) bool {
	if ip == host {
		return true
	}
	for _, a := range addrs {
		if a != "" && a == ip {
			return true
		}
	}
	return false
}

func empty(all []string) bool { return strings.Join(all, "") == "" }
