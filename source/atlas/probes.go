package atlas

import (
	"context"
	"encoding/json"
	"io"
	"strings"
	"time"

	"keepiton"
	"keepiton/geo"
	"keepiton/source"
)

// Probe is what the list of probes says of one.
type Probe struct {
	Country string
	ASN     keepiton.ASN // of IPv4, or else of IPv6; 0: not known
	// Connected is its state since Since. Probes that never connected, and those that
	// were given up or written off, are none.
	Connected bool
	Since     time.Time // zero: not known
}

// Probes are the probes by their number.
type Probes map[int64]Probe

// listed is a probe in a list: in the API's own (/api/v2/probes/) and in RIPEstat's
// (atlas-probes), which differ in how they write the state.
type listed struct {
	ID      int64           `json:"id"`
	Country string          `json:"country_code"`
	ASNv4   keepiton.ASN    `json:"asn_v4"`
	ASNv6   keepiton.ASN    `json:"asn_v6"`
	Status  json.RawMessage `json:"status"`
	Since   int64           `json:"status_since"`
}

// The states of a probe (the API's numbers).
const (
	statusConnected    = 1
	statusDisconnected = 2
)

// Read adds the probes of a list. Of a probe that is there already the later state
// counts, so that the order of lists does not matter.
func (p Probes) Read(ctx context.Context, r io.Reader, o source.Options) (source.Summary, error) {
	out := source.NewOutput(ctx, name, o, nil)
	doc, err := out.Document(r, "", "", "results", "data.probes")
	if err != nil {
		return out.Summary, err
	}
	found := false
	for _, path := range []string{"", "results", "data.probes"} {
		list, ok := doc.Lists[path]
		found = found || ok
		for _, e := range list {
			out.Records++
			var l listed
			if json.Unmarshal(e.JSON, &l) != nil || l.ID <= 0 {
				out.Skip(source.Defect{Kind: "bad_probe", Offset: e.Offset})
				continue
			}
			probe, ok := l.probe()
			if !ok {
				continue
			}
			if _, known := geo.ByCode(probe.Country); !known {
				out.Skip(source.Defect{Kind: "unknown_entity", Offset: e.Offset, Why: l.Country})
				continue
			}
			if old, known := p[l.ID]; known && !probe.beats(old) {
				continue
			}
			if p[l.ID] = probe; len(p) > maxProbes {
				return out.Summary, keepiton.Errorf(keepiton.TooLarge, "%s: more than %d probes", o.Name, maxProbes)
			}
		}
	}
	if !found {
		return out.Summary, keepiton.Hint(keepiton.Errorf(keepiton.Invalid, "%s: no probes in it", o.Name), "the API lists them at /api/v2/probes/?country_code=IR")
	}
	return out.Summary, nil
}

// beats reports whether p is the later statement; of two of one time the one is chosen
// that sorts first, whichever came first.
func (p Probe) beats(o Probe) bool {
	if !p.Since.Equal(o.Since) {
		return p.Since.After(o.Since)
	}
	if p.Country != o.Country {
		return p.Country < o.Country
	}
	if p.ASN != o.ASN {
		return p.ASN < o.ASN
	}
	return p.Connected && !o.Connected
}

// probe returns it; false when it is in no state that says anything.
func (l *listed) probe() (Probe, bool) {
	p := Probe{Country: strings.ToUpper(l.Country), ASN: l.ASNv4}
	if p.ASN == 0 {
		p.ASN = l.ASNv6
	}
	var number int
	var status struct {
		ID    int    `json:"id"`
		Since string `json:"since"`
	}
	if json.Unmarshal(l.Status, &number) != nil && json.Unmarshal(l.Status, &status) == nil {
		number = status.ID
		p.Since, _ = time.Parse(time.RFC3339, status.Since)
		p.Since = p.Since.UTC()
	}
	if l.Since > 0 && l.Since < maxTime {
		p.Since = time.Unix(l.Since, 0).UTC()
	}
	p.Connected = number == statusConnected
	return p, p.Connected || number == statusDisconnected
}

// maxTime bounds times, in seconds since 1970: the year 2242.
const maxTime = 1 << 33
