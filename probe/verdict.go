package probe

// Outcome is what one layer comes to, in the words of OONI's pipeline.
type Outcome string

// The outcomes.
const (
	OK      Outcome = "ok"
	Blocked Outcome = "blocked"
	Down    Outcome = "down"    // it does not work, and neither does what is beside it
	Unknown Outcome = "unknown" // could not tell, or was not looked at
)

// Verdict is what a target or the network comes to.
type Verdict string

// Verdicts of a platform. Of the network they are the worst of its platforms; Blackout,
// Whitelisting, CaptivePortal, BlockingOfSome, Healthy and Offline are of the network alone.
const (
	Healthy        Verdict = "ok"
	DNSLies        Verdict = "dns_lies"
	TCPBlocked     Verdict = "tcp_blocked"
	TLSReset       Verdict = "tls_reset"     // the handshake breaks
	TLSResetBySNI  Verdict = "tls_reset_sni" // and does not with another name at the same address
	TLSIntercepted Verdict = "tls_intercepted"
	BlockPage      Verdict = "block_page"
	QUICBlocked    Verdict = "quic_blocked" // TCP works, QUIC does not, and elsewhere it does
	Throttled      Verdict = "throttled"
	Mixed          Verdict = "blocked" // its endpoints are blocked in several ways
	NotReached     Verdict = "down"    // not reached, as the controls
	CannotTell     Verdict = "unknown"

	Blackout       Verdict = "blackout"       // nothing is reached, though there is a network
	Offline        Verdict = "offline"        // this machine has no network: nothing can be told
	Whitelisting   Verdict = "whitelisting"   // little is reached, most controls are not
	CaptivePortal  Verdict = "captive_portal" // a login page stands before everything
	BlockingOfSome Verdict = "blocking"       // the controls work, some platforms do not
)

// Layers is the outcome of each layer.
type Layers struct {
	DNS  Outcome `json:"dns"`
	TCP  Outcome `json:"tcp"`
	TLS  Outcome `json:"tls"`
	HTTP Outcome `json:"http"`
	QUIC Outcome `json:"quic"`
	Rate Outcome `json:"rate"`
}

// Result is what was found of one target.
type Result struct {
	Service string  `json:"service"`
	Role    Role    `json:"role"`
	Verdict Verdict `json:"verdict"`
	Layers  Layers  `json:"layers"`
	// Mechanisms say how, each once, in the order of the layers: dns.bogon,
	// dns.nxdomain, dns.injection, dns.lie, tcp.timeout, tcp.reset, tcp.refused,
	// tls.reset.sni, tls.timeout.sni, tls.eof.sni, the same without .sni,
	// tls.intercepted, http.451, http.blockpage, quic.drop, quic.drop.sni, throttle.
	Mechanisms []string `json:"mechanisms"`
	Reached    bool     `json:"reached"` // at least one endpoint works
	Rate       float64  `json:"-"`       // bits a second; 0: not known
}

// Blocks reports whether the verdict says that somebody stands between.
func (v Verdict) Blocks() bool {
	switch v {
	case DNSLies, TCPBlocked, TLSReset, TLSResetBySNI, TLSIntercepted, BlockPage, QUICBlocked, Throttled, Mixed:
		return true
	}
	return false
}
