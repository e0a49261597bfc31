package ooni

import "strings"

// apps are the services that a test of its own looks at.
var apps = map[string]string{
	"telegram": "telegram", "whatsapp": "whatsapp", "facebook_messenger": "messenger", "signal": "signal",
	"tor": "tor", "vanilla_tor": "tor", "torsf": "snowflake", "psiphon": "psiphon",
}

// domains are the services that web_connectivity and dnscheck look at among all that
// they are given: what people talk, publish and look things up with. Of other
// addresses the measurement counts in the volume alone: a list of sites that a country
// has blocked for years would hide what begins today.
var domains = map[string]string{
	"telegram.org": "telegram", "t.me": "telegram", "telegram.me": "telegram",
	"whatsapp.com": "whatsapp", "whatsapp.net": "whatsapp", "wa.me": "whatsapp",
	"facebook.com": "facebook", "fb.com": "facebook", "messenger.com": "messenger",
	"instagram.com": "instagram", "signal.org": "signal", "tiktok.com": "tiktok",
	"twitter.com": "twitter", "x.com": "twitter", "t.co": "twitter",
	"youtube.com": "youtube", "youtu.be": "youtube", "wikipedia.org": "wikipedia",
	"viber.com": "viber", "skype.com": "skype", "snapchat.com": "snapchat", "linkedin.com": "linkedin",
	"reddit.com": "reddit", "discord.com": "discord", "vk.com": "vk", "clubhouse.com": "clubhouse",
	"torproject.org": "torproject.org", "psiphon.ca": "psiphon.ca", "github.com": "github",
	"dns.google": "dns.google", "cloudflare-dns.com": "cloudflare-dns.com", "one.one.one.one": "cloudflare-dns.com",
	"dns.quad9.net": "dns.quad9.net", "doh.opendns.com": "doh.opendns.com", "dns.adguard.com": "dns.adguard.com", "dns.nextdns.io": "dns.nextdns.io",
}

// serviceOf returns the service of a host, by the longest domain that it is under.
func serviceOf(host string) string {
	host = strings.TrimSuffix(host, ".")
	for {
		if s, ok := domains[host]; ok {
			return s
		}
		i := strings.IndexByte(host, '.')
		if i < 0 {
			return ""
		}
		host = host[i+1:]
	}
}

// hostOf returns the host of an address, without its port; of text that is none, the
// text up to the first slash.
func hostOf(address string) string {
	if i := strings.Index(address, "://"); i >= 0 {
		address = address[i+3:]
	}
	if i := strings.IndexAny(address, "/?#"); i >= 0 {
		address = address[:i]
	}
	if i := strings.LastIndexByte(address, '@'); i >= 0 {
		address = address[i+1:]
	}
	if strings.HasPrefix(address, "[") {
		if i := strings.IndexByte(address, ']'); i > 0 {
			return address[1:i]
		}
	}
	if i := strings.LastIndexByte(address, ':'); i >= 0 && strings.IndexByte(address, ':') == i {
		address = address[:i]
	}
	return strings.ToLower(address)
}
