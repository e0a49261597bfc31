package probe

// TestName and TestVersion stand in each measurement: the version changes when a key
// or its meaning does.
const (
	TestName    = "keepiton_probe"
	TestVersion = "0.1.0"
)

// TimeLayout is OONI's (df-000), and coarse what we write of a moment: the hour.
const TimeLayout = "2006-01-02 15:04:05"

// Measurement is one target of one run as it is kept and sent: a line of JSON with
// OONI's top level (ooni/spec data-formats/df-000-base). docs/probe.md explains each key.
type Measurement struct {
	Annotations       map[string]string `json:"annotations"` // network_type: mobile, fixed; empty: not said
	DataFormatVersion string            `json:"data_format_version"`
	Input             string            `json:"input"`                  // the service
	StartTime         string            `json:"measurement_start_time"` // UTC, the hour
	ProbeASN          string            `json:"probe_asn"`              // AS0: withheld
	ProbeCC           string            `json:"probe_cc"`               // ZZ: withheld
	ProbeID           string            `json:"probe_id,omitempty"`     // changes each day, see DayID
	SoftwareName      string            `json:"software_name"`
	SoftwareVersion   string            `json:"software_version"`
	TestName          string            `json:"test_name"`
	TestStartTime     string            `json:"test_start_time"`
	TestVersion       string            `json:"test_version"`
	Runtime           float64           `json:"test_runtime"` // seconds, whole
	Keys              Keys              `json:"test_keys"`
}

// Keys are the test_keys of a measurement.
type Keys struct {
	Result
	Network        Verdict      `json:"network"` // of the whole run
	List           string       `json:"list"`    // its name and date
	Kbps           float64      `json:"download_kbit_s,omitempty"`
	ControlKbps    float64      `json:"control_kbit_s,omitempty"`
	Queries        []Query      `json:"queries"`
	TCPConnect     []TCPConnect `json:"tcp_connect"`
	TLSHandshakes  []Handshake  `json:"tls_handshakes"`
	QUICHandshakes []Handshake  `json:"quic_handshakes"`
	Requests       []Request    `json:"requests"`
}

// Query is one question to a resolver (df-002). Honest answers are left out: near
// servers tell where a network is.
type Query struct {
	Engine   string   `json:"engine"` // getaddrinfo, udp
	Resolver string   `json:"resolver_address"`
	Hostname string   `json:"hostname"`
	Type     string   `json:"query_type"` // A, ANY
	Failure  *Failure `json:"failure"`
	Answers  []Answer `json:"answers"`
	Matches  bool     `json:"x_honest"`  // the answer is where it should be
	Twice    bool     `json:"x_twice"`   // a second, different answer came
	Count    int      `json:"x_answers"` // addresses in it
	T        float64  `json:"t"`         // seconds that it took, to a tenth
}

// Answer is one address of an answer.
type Answer struct {
	Type string `json:"answer_type"` // A, AAAA
	IPv4 string `json:"ipv4,omitempty"`
	IPv6 string `json:"ipv6,omitempty"`
}

// TCPConnect is one connection (df-005). IP is empty where it is an honest answer.
type TCPConnect struct {
	IP     string `json:"ip"`
	Port   uint16 `json:"port"`
	Status struct {
		Failure *Failure `json:"failure"`
		Success bool     `json:"success"`
	} `json:"status"`
	T   float64 `json:"t"`
	Via string  `json:"x_via"` // system, direct, literal
}

// Handshake is one handshake of TLS or QUIC (df-006).
type Handshake struct {
	Network     string   `json:"network"` // tcp, udp
	Address     string   `json:"address"` // as in TCPConnect
	ServerName  string   `json:"server_name"`
	Failure     *Failure `json:"failure"`
	TLSVersion  string   `json:"tls_version"`
	CipherSuite string   `json:"cipher_suite"`
	Protocol    string   `json:"negotiated_protocol"`
	NoVerify    bool     `json:"no_tls_verify"`
	Refused     string   `json:"x_certificate_sha256,omitempty"` // of the certificate that was refused
	Decoy       bool     `json:"x_decoy"`                        // asked for the decoy, not for the target
	T           float64  `json:"t"`
	Via         string   `json:"x_via"`
}

// Request is one page (df-001), without its words.
type Request struct {
	Failure   *Failure `json:"failure"`
	Operation string   `json:"x_failed_operation,omitempty"`
	Request   struct {
		Method string `json:"method"`
		URL    string `json:"url"`
	} `json:"request"`
	Response struct {
		Code      int  `json:"code"`
		Truncated bool `json:"body_is_truncated"`
	} `json:"response"`
	To    string  `json:"x_redirect_host,omitempty"` // host that it leads to, where that is a stranger
	Bytes int64   `json:"x_body_bytes"`
	T     float64 `json:"t"`
}
