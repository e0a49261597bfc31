package ooni

import (
	"time"

	"keepiton"
)

// Outcome is what a measurement says of one layer, or of the whole.
type Outcome uint8

// The outcomes. That of the whole is the worst of what could be told.
const (
	CouldNotTell Outcome = iota
	OK
	Down    // it fails for the control as well
	Blocked // it fails, or lies, here alone
)

// String returns could_not_tell, ok, down or blocked.
func (o Outcome) String() string {
	return [...]string{"could_not_tell", "ok", "down", "blocked"}[o&3]
}

// Layer is a step on the way to a service.
type Layer uint8

// The layers, in the order in which they are passed.
const (
	DNS Layer = iota
	TCP
	TLS
	HTTP
	layers
)

// layerMetrics are the metrics that count blocks at a layer.
var layerMetrics = [layers]string{"dns", "tcp", "tls", "http"}

// Test is one measurement, judged.
type Test struct {
	Name    string // of the test: telegram, web_connectivity, …
	Country string // ISO 3166-1 alpha-2; empty where the probe withheld it
	ASN     keepiton.ASN
	Start   time.Time // by the probe's clock, UTC
	Service string    // id of what was tried; empty: of no service that is counted
	Who     uint64    // the run, made for its hour and network alone: see run
	Layers  [layers]Outcome
	Verdict Outcome
	// Confirmed says that a block page or answer of the list of fingerprints was seen.
	Confirmed bool
}

// mark notes what one observation says of a layer: the worst is kept.
func (t *Test) mark(l Layer, o Outcome) { t.Layers[l] = max(t.Layers[l], o) }

// worst returns the worst of the layers.
func (t *Test) worst() Outcome {
	return max(t.Layers[DNS], t.Layers[TCP], t.Layers[TLS], t.Layers[HTTP])
}

// triple is how the rules of OONI's pipeline weigh what one layer says
// (notes/detection.md 3.3): hand-set, and no probabilities.
type triple struct{ blocked, down, ok float64 }

// least is the weight below which nothing is said. It leaves (0.5, 0.5, 0) undecided.
const least = 0.6

// outcome returns what a triple comes to.
func (t triple) outcome() Outcome {
	switch {
	case t.blocked >= least:
		return Blocked
	case t.down >= least:
		return Down
	case t.ok >= least:
		return OK
	}
	return CouldNotTell
}

// The rules, by layer (notes/detection.md 3.3, oonipipeline RULES_VERSION 2).
var (
	fingerprinted = triple{1, 0, 0} // DNS and HTTP

	dnsTLSConsistent   = triple{0, 0, 1}
	dnsBogon           = triple{0.95, 0.05, 0}
	dnsBogonForAll     = triple{0.1, 0.9, 0}
	dnsTLSInconsistent = triple{0.9, 0.05, 0.05}
	dnsAsControl       = triple{0, 0, 0.9}
	dnsNetworkOfOther  = triple{0.2, 0, 0.8}
	dnsFailsForAll     = triple{0.1, 0.9, 0}
	dnsFailsHere       = triple{0.9, 0.1, 0}
	dnsFails           = triple{0.5, 0.5, 0}
	dnsUnmatched       = triple{0.75, 0, 0.25}

	tcpConnected   = triple{0, 0, 1}
	tcpFailsHere   = triple{0.75, 0.25, 0}
	tcpFailsForAll = triple{0.25, 0.75, 0}

	tlsValid       = triple{0, 0, 1}
	tlsForged      = triple{0.9, 0.1, 0} // an ssl_ failure
	tlsReset       = triple{0.8, 0.2, 0}
	tlsFailsHere   = triple{0.7, 0.3, 0}
	tlsFailsForAll = triple{0.2, 0.8, 0}
)
