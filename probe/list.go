package probe

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"io"
	"net/netip"
	"strings"

	"keepiton"
)

// ListFormat is the first field of a list.
const ListFormat = "keepiton-probe-list 1"

// Limits of a list.
const (
	MaxList      = 256 << 10 // bytes
	MaxTargets   = 100
	MaxEndpoints = 8       // of a target
	MaxRead      = 1 << 20 // bytes of one page; the list says less
)

// List is what a run looks at.
type List struct {
	Format string `json:"format"`
	Name   string `json:"name"`
	Date   string `json:"date"` // YYYY-MM-DD, of the last change
	// Resolvers are asked directly, by UDP, beside the resolver of the system; the first
	// that answers counts.
	Resolvers []netip.AddrPort `json:"resolvers"`
	// Decoy is a harmless name. Where a handshake breaks, the same address is asked for
	// it, to see whether it was the name that broke it.
	Decoy string `json:"decoy"`
	// Portal is a page in the clear whose answer is known, which gives hotels and
	// network logins away; nil: not looked at.
	Portal  *Portal  `json:"portal,omitempty"`
	Read    int64    `json:"read"` // most bytes of a page that are read, for the rate
	Targets []Target `json:"targets"`
}

// Portal is a page whose answer is known.
type Portal struct {
	Host   string `json:"host"`
	Path   string `json:"path"`
	Status int    `json:"status"`
}

// Role is what a target is for.
type Role string

// The roles.
const (
	Platform Role = "platform" // what governments block
	Control  Role = "control"  // what works wherever the Internet does; several, of different hands
	Domestic Role = "domestic" // inside the country: what stays when only a list of things is let through
)

// Target is a platform or a control.
type Target struct {
	Service   string     `json:"service"` // its id in series and reports, [a-z0-9._-]
	Role      Role       `json:"role"`
	Endpoints []Endpoint `json:"endpoints"`
}

// Endpoint is one place that a target answers at.
type Endpoint struct {
	Host string `json:"host"` // a name, or an address that is published
	Port uint16 `json:"port"` // 0: 443
	// Steps beyond DNS and TCP: tls, http (one page, over TLS), clear (one page without
	// TLS, port 80), quic (port 443).
	Steps []string `json:"steps"`
	Path  string   `json:"path,omitempty"` // of the page; empty: /
	// Answers are where honest answers for the name lie, as far as its owner publishes
	// that. An answer elsewhere proves nothing: networks have servers of their own.
	Answers []netip.Prefix `json:"answers,omitempty"`
	// OwnRoot says that its certificate is of an authority of its own, so that only that
	// the handshake ends is looked at.
	OwnRoot bool `json:"own_root,omitempty"`
}

//go:embed list.json
var defaultList []byte

// DefaultList is the list that comes with the program.
func DefaultList() *List {
	l, err := ReadList(bytes.NewReader(defaultList))
	if err != nil {
		panic(err) // a test reads it
	}
	return l
}

// ReadList reads a list. The error is invalid or too_large, and names the place.
func ReadList(r io.Reader) (*List, error) {
	data, err := io.ReadAll(io.LimitReader(r, MaxList+1))
	if err != nil {
		return nil, keepiton.Errorf(keepiton.Unavailable, "list: %w", err)
	}
	if len(data) > MaxList {
		return nil, keepiton.Errorf(keepiton.TooLarge, "list: more than %d bytes", MaxList)
	}
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	l := &List{}
	if err := d.Decode(l); err != nil {
		return nil, keepiton.Hint(keepiton.Errorf(keepiton.Invalid, "list: at byte %d: %w", d.InputOffset(), err), "docs/probe.md shows what a list looks like; keepiton probe --show-list prints ours")
	}
	if d.More() {
		return nil, keepiton.Errorf(keepiton.Invalid, "list: at byte %d: something follows", d.InputOffset())
	}
	return l, l.check()
}

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

// has reports whether a step stands there.
func (p *Endpoint) has(step string) bool {
	for _, s := range p.Steps {
		if s == step {
			return true
		}
	}
	return false
}

// port is where TCP goes.
func (p *Endpoint) port() uint16 {
	if p.Port == 0 {
		return 443
	}
	return p.Port
}

// Budget is the most that a run over the list reads and writes, in bytes: pages up
// to their bound, and handshakes at what they cost at most.
func (l *List) Budget() int64 {
	const lookup, handshake, quic = 2 << 10, 24 << 10, 12 << 10
	var n int64
	for _, t := range l.Targets {
		for i := range t.Endpoints {
			p := &t.Endpoints[i]
			n += lookup + 2<<10
			if p.has("tls") {
				n += 3 * handshake // by the system's answer, the direct one, with the decoy
			}
			if p.has("http") {
				n += 2 * (handshake + l.Read) // what is slow is read twice
			}
			if p.has("clear") {
				n += clearRead + 2<<10
			}
			if p.has("quic") {
				n += 2 * quic
			}
		}
	}
	return n
}
