package probe

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"io"
	"net/netip"

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
