//go:build e2e && linux

package main

import (
	"fmt"
	"maps"
	"net"
	"slices"
	"strconv"
)

// safestPrefs are the preferences that make Debian's Firefox ESR, which Tor
// Browser is built on, behave as Tor Browser at its safest level. Tor Browser
// itself is not in Debian. The names are those that we know from its security
// level and its base profile; that this browser knows each is tried.
func safestPrefs(socks string) map[string]any {
	safest := map[string]any{
		// The safest level: what the shield sets. Script is off by NoScript as
		// well, which blocks fonts, media and WebGL beside it; of these our pages
		// have none.
		"javascript.enabled":                      false,
		"javascript.options.ion":                  false,
		"javascript.options.baselinejit":          false,
		"javascript.options.native_regexp":        false,
		"javascript.options.asmjs":                false,
		"javascript.options.wasm":                 false,
		"svg.disabled":                            true,
		"mathml.disabled":                         true,
		"gfx.font_rendering.graphite.enabled":     false,
		"gfx.font_rendering.opentype_svg.enabled": false,
		"gfx.downloadable_fonts.enabled":          false,
		"media.webm.enabled":                      false, // NoScript: click to play
		"webgl.disabled":                          true,  // NoScript
	}
	base := map[string]any{
		// The base profile, all levels: nothing on the disk, nothing ahead of time,
		// one face for everybody, and onion names as secure as https.
		"browser.privatebrowsing.autostart":          true,
		"browser.cache.disk.enable":                  false,
		"browser.formfill.enable":                    false,
		"signon.rememberSignons":                     false,
		"network.prefetch-next":                      false,
		"network.dns.disablePrefetch":                true,
		"network.predictor.enabled":                  false,
		"network.http.speculative-parallel-limit":    0,
		"network.http.altsvc.enabled":                false,
		"network.http.referer.hideOnionSource":       true,
		"network.dns.blockDotOnion":                  false,
		"dom.securecontext.allowlist_onions":         true,
		"dom.security.https_only_mode":               true,
		"dom.security.https_only_mode.upgrade_onion": false,
		"privacy.resistFingerprinting":               true,
		"privacy.resistFingerprinting.letterboxing":  true,
		"privacy.firstparty.isolate":                 true,
		"media.peerconnection.enabled":               false,
		"geo.enabled":                                false,
		"network.proxy.type":                         1,
		"network.proxy.socks":                        "127.0.0.1",
		"network.proxy.socks_remote_dns":             true,
		"network.proxy.allow_hijacking_localhost":    true,
		"network.proxy.failover_direct":              false,
	}
	ours := map[string]any{
		// Firefox would ask for the pictures of an onion page by https, once onion
		// names count as secure, and show none at all.
		"security.mixed_content.upgrade_display_content": false,
		// Ours: a test asks nobody but the site, and sees what a phone shows.
		"app.update.disabledForTesting":          true,
		"browser.safebrowsing.malware.enabled":   false,
		"browser.safebrowsing.phishing.enabled":  false,
		"extensions.blocklist.enabled":           false,
		"network.captive-portal-service.enabled": false,
		"network.connectivity-service.enabled":   false,
		"media.gmp-manager.updateEnabled":        false,
		"ui.useOverlayScrollbars":                1,
	}
	if _, port, err := net.SplitHostPort(socks); err == nil {
		base["network.proxy.socks_port"], _ = strconv.Atoi(port)
	}
	maps.Copy(safest, base)
	maps.Copy(safest, ours)
	return safest
}

// isSafest tries that the browser is what it should be: it knows every preference,
// runs no script, and draws neither SVG nor MathML.
func isSafest(f *firefox) {
	f.Helper()
	var unknown []string
	f.inBrowser(`const known = Services.prefs.getDefaultBranch(""); return arguments[0].filter(name => !known.getPrefType(name))`, &unknown, slices.Sorted(maps.Keys(safestPrefs(""))))
	if len(unknown) > 0 {
		f.Errorf("this browser does not know %q: they do nothing", unknown)
	}
	f.open("data:text/html,<title>quiet</title><body><script>document.title='script'</script><noscript>no script</noscript><svg><circle r='9'/></svg><math><mi>x</mi></math>")
	var is []any
	f.inPage(`return [document.title, document.querySelector("noscript").innerText, document.querySelector("svg") instanceof SVGElement, document.querySelector("math") instanceof MathMLElement]`, &is)
	if got := fmt.Sprint(is); got != "[quiet no script false false]" {
		f.Errorf("it is not at the safest level: %s", got)
	}
}
