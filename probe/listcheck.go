package probe

import (
	"net/netip"
	"strings"

	"keepiton"
)

func (l *List) check() error {
	bad := func(format string, v ...any) error {
		return keepiton.Hint(keepiton.Errorf(keepiton.Invalid, "list: "+format, v...), "docs/probe.md says what each field must be")
	}
	switch {
	case l.Format != ListFormat:
		return bad("format is %q, not %q", l.Format, ListFormat)
	case len(l.Targets) == 0 || len(l.Targets) > MaxTargets:
		return bad("%d targets; 1 to %d are possible", len(l.Targets), MaxTargets)
	case len(l.Resolvers) > 8:
		return bad("%d resolvers; 8 are possible", len(l.Resolvers))
	case l.Read < 0 || l.Read > MaxRead:
		return bad("read is %d bytes; 0 to %d are possible", l.Read, MaxRead)
	case l.Decoy != "" && !isHost(l.Decoy):
		return bad("decoy %q is no name", l.Decoy)
	case l.Portal != nil && (!isHost(l.Portal.Host) || !isPath(l.Portal.Path) || l.Portal.Status < 200 || l.Portal.Status > 599):
		return bad("portal: host, path or status cannot be")
	}
	for i, r := range l.Resolvers {
		if !r.IsValid() || r.Port() == 0 {
			return bad("resolver %d is no address with a port", i+1)
		}
	}
	seen, controls := map[string]bool{}, 0
	for i, t := range l.Targets {
		at := func(format string, v ...any) error {
			return bad("target %d (%s): "+format, append([]any{i + 1, t.Service}, v...)...)
		}
		e, err := keepiton.ParseEntity("world/" + t.Service)
		switch {
		case err != nil || e.Service != t.Service || t.Service == "":
			return at("the service must be of [a-z0-9._-], and no kind of access")
		case seen[t.Service]:
			return at("stands there twice")
		case t.Role != Platform && t.Role != Control && t.Role != Domestic:
			return at("role %q is none of platform, control, domestic", t.Role)
		case len(t.Endpoints) == 0 || len(t.Endpoints) > MaxEndpoints:
			return at("%d endpoints; 1 to %d are possible", len(t.Endpoints), MaxEndpoints)
		}
		seen[t.Service] = true
		if t.Role == Control {
			controls++
		}
		for j, p := range t.Endpoints {
			if why := p.check(); why != "" {
				return at("endpoint %d: %s", j+1, why)
			}
		}
	}
	if controls < 2 {
		return bad("%d controls; without two, nothing can be told apart from a network that is down", controls)
	}
	return nil
}

func (p *Endpoint) check() string {
	if _, err := netip.ParseAddr(p.Host); err != nil && !isHost(p.Host) {
		return "host is neither a name nor an address"
	}
	if p.Path != "" && !isPath(p.Path) {
		return "the path must begin with / and have no blanks"
	}
	for _, s := range p.Steps {
		if !strings.Contains(" tls http clear quic ", " "+s+" ") {
			return "no step " + s
		}
	}
	for _, a := range p.Answers {
		if !a.IsValid() {
			return "answers has what is no prefix"
		}
	}
	return ""
}

func isHost(s string) bool {
	if len(s) > 253 || !strings.Contains(s, ".") || strings.Trim(s, ".-") != s {
		return false
	}
	for _, label := range strings.Split(s, ".") {
		if label == "" || len(label) > 63 || strings.IndexFunc(label, func(r rune) bool { return (r < 'a' || r > 'z') && (r < '0' || r > '9') && r != '-' }) >= 0 {
			return false
		}
	}
	return true
}

func isPath(s string) bool {
	return strings.HasPrefix(s, "/") && len(s) <= 500 && strings.IndexFunc(s, func(r rune) bool { return r <= ' ' || r > '~' }) < 0
}
