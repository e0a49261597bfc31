package probe

import (
	"context"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/hex"
	"errors"
	"net"
	"net/netip"
	"strconv"
	"time"
)

// Ways to an address.
const (
	viaSystem  = "system"  // the system's resolver named it
	viaDirect  = "direct"  // a resolver that was asked directly did
	viaLiteral = "literal" // it stands in the list
)

// trial is one attempt at one address.
type trial struct {
	via            string
	addr           netip.AddrPort
	tcp            Failure
	tcpTook        time.Duration
	tls            *shake // nil: not tried
	decoy          *shake // the same address, asked for the decoy; nil: not tried
	quic, quicAlso *shake // the same two over QUIC
}

// good reports whether everything that was tried worked, but for QUIC.
func (t *trial) good() bool { return t.tcp == "" && (t.tls == nil || t.tls.failure == "") }

// shake is one handshake.
type shake struct {
	name        string // the SNI
	failure     Failure
	answered    bool // the other side said something that only a TLS server says
	version     string
	cipher      string
	protocol    string
	fingerprint string // SHA-256 of the certificate that was refused, hex
	took        time.Duration
}

// try connects to one address, and goes through the steps that belong to a
// connection.
func (r *runner) try(ctx context.Context, p *Endpoint, via string, addr netip.Addr) *trial {
	t := &trial{via: via, addr: netip.AddrPortFrom(addr, p.port())}
	begun := time.Now()
	conn, err := r.dial(ctx, t.addr)
	t.tcp, t.tcpTook = FailureOf(err), time.Since(begun)
	if err != nil {
		return t
	}
	if !p.has("tls") {
		conn.Close()
		return t
	}
	t.tls = r.shake(ctx, conn, p.Host, p.OwnRoot)
	if broke := t.tls.failure; !t.tls.answered && (broke == FailureReset || broke == FailureEOF || broke == FailureTimeout) && r.List.Decoy != "" && r.List.Decoy != p.Host {
		if conn, err := r.dial(ctx, t.addr); err == nil {
			t.decoy = r.shake(ctx, conn, r.List.Decoy, true)
		}
	}
	return t
}

func (r *runner) dial(ctx context.Context, addr netip.AddrPort) (net.Conn, error) {
	ctx, cancel := context.WithTimeout(ctx, r.Step)
	defer cancel()
	conn, err := r.Network.DialContext(ctx, "tcp", addr.String())
	if err != nil && ctx.Err() != nil {
		return nil, ctx.Err()
	}
	return conn, err
}

// shake does a TLS handshake and closes the connection. anyRoot looks only at
// whether a handshake comes to its end.
func (r *runner) shake(ctx context.Context, conn net.Conn, name string, anyRoot bool) *shake {
	s := &shake{name: name}
	c, err := r.secure(ctx, conn, name, anyRoot, s)
	if err == nil {
		c.Close()
	} else {
		conn.Close()
	}
	return s
}

// secure puts TLS over a connection and notes in s how that went.
func (r *runner) secure(ctx context.Context, conn net.Conn, name string, anyRoot bool, s *shake) (*tls.Conn, error) {
	ctx, cancel := context.WithTimeout(ctx, r.Step)
	defer cancel()
	begun := time.Now()
	c := tls.Client(conn, r.tlsConfig(name, anyRoot, "http/1.1"))
	err := c.HandshakeContext(ctx)
	s.done(err, ctx.Err(), c.ConnectionState(), time.Since(begun))
	return c, err
}

func (r *runner) tlsConfig(name string, anyRoot bool, protocols ...string) *tls.Config {
	cfg := &tls.Config{RootCAs: r.Roots, NextProtos: protocols, MinVersion: tls.VersionTLS12, InsecureSkipVerify: anyRoot} //nolint:gosec // nothing is sent
	if _, err := netip.ParseAddr(name); err != nil {
		cfg.ServerName = name
	} else {
		cfg.InsecureSkipVerify = true // an address has no name to be certified
	}
	return cfg
}

// done notes the end of a handshake.
func (s *shake) done(err, late error, state tls.ConnectionState, took time.Duration) {
	s.took, s.failure = took, FailureOf(err)
	if err != nil && late != nil && s.failure == FailureUnknown {
		s.failure = FailureOf(late)
	}
	switch s.failure {
	case "", FailureHostname, FailureAuthority, FailureCertificate, FailureHandshake:
		s.answered = true
	}
	if err == nil {
		s.version, s.cipher, s.protocol = tls.VersionName(state.Version), tls.CipherSuiteName(state.CipherSuite), state.NegotiatedProtocol
		return
	}
	var refused *tls.CertificateVerificationError
	if errors.As(err, &refused) {
		s.fingerprint = fingerprintOf(refused.UnverifiedCertificates)
	}
}

func fingerprintOf(chain []*x509.Certificate) string {
	if len(chain) == 0 {
		return ""
	}
	sum := sha256.Sum256(chain[0].Raw)
	return hex.EncodeToString(sum[:])
}

// urlHost is a host as it stands in a header.
func urlHost(p *Endpoint) string {
	if port := p.port(); port != 443 {
		return net.JoinHostPort(p.Host, strconv.Itoa(int(port)))
	}
	return p.Host
}
