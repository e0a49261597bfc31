package probe

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"os"
	"syscall"
)

// Failure is why a step failed, in OONI's words (ooni/spec data-formats/df-007-errors);
// empty: it did not.
type Failure string

// The failures. Whatever else happens is [FailureUnknown].
const (
	FailureTimeout         Failure = "generic_timeout_error"
	FailureReset           Failure = "connection_reset"
	FailureRefused         Failure = "connection_refused"
	FailureEOF             Failure = "eof_error"
	FailureHostUnreachable Failure = "host_unreachable"
	FailureNetUnreachable  Failure = "network_unreachable"
	FailureNetDown         Failure = "network_down"
	FailureNXDOMAIN        Failure = "dns_nxdomain_error"
	FailureBogon           Failure = "dns_bogon_error"
	FailureServfail        Failure = "dns_servfail_error"
	FailureDNSRefused      Failure = "dns_refused_error"
	FailureNoAnswer        Failure = "dns_no_answer"
	FailureMisbehaving     Failure = "dns_server_misbehaving"
	FailureHostname        Failure = "ssl_invalid_hostname"
	FailureAuthority       Failure = "ssl_unknown_authority"
	FailureCertificate     Failure = "ssl_invalid_certificate"
	FailureHandshake       Failure = "ssl_failed_handshake"
	FailureVersion         Failure = "quic_incompatible_version"
	FailureInterrupted     Failure = "interrupted"
	FailureUnknown         Failure = "unknown_failure"
)

// FailureOf names what went wrong. The words of an error are not kept: they carry
// addresses.
func FailureOf(err error) Failure {
	var named *failed
	var dns *net.DNSError
	var timeout net.Error
	switch {
	case err == nil:
		return ""
	case errors.As(err, &named):
		return named.failure
	case errors.Is(err, context.Canceled):
		return FailureInterrupted
	case errors.As(err, &dns):
		return dnsFailure(dns)
	}
	if f := systemFailure(err); f != "" {
		return f
	}
	if f := tlsFailure(err); f != "" {
		return f
	}
	switch {
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, os.ErrDeadlineExceeded), errors.As(err, &timeout) && timeout.Timeout():
		return FailureTimeout
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return FailureEOF
	}
	return FailureUnknown
}

// failed is an error that knows its failure.
type failed struct{ failure Failure }

func (f *failed) Error() string { return string(f.failure) }

func dnsFailure(err *net.DNSError) Failure {
	switch {
	case err.IsNotFound:
		return FailureNXDOMAIN
	case err.IsTimeout:
		return FailureTimeout
	}
	return FailureMisbehaving
}

// windows are the numbers that Windows gives the same errors (winsock2.h).
var windows = map[syscall.Errno]Failure{
	10050: FailureNetDown, 10051: FailureNetUnreachable, 10054: FailureReset, 10060: FailureTimeout,
	10061: FailureRefused, 10065: FailureHostUnreachable,
}

func systemFailure(err error) Failure {
	var number syscall.Errno
	if !errors.As(err, &number) {
		return ""
	}
	switch number {
	case syscall.ECONNRESET, syscall.ECONNABORTED, syscall.EPIPE: // the last two follow a reset that was not read
		return FailureReset
	case syscall.ECONNREFUSED:
		return FailureRefused
	case syscall.EHOSTUNREACH:
		return FailureHostUnreachable
	case syscall.ENETUNREACH, syscall.EADDRNOTAVAIL:
		return FailureNetUnreachable
	case syscall.ENETDOWN:
		return FailureNetDown
	case syscall.ETIMEDOUT:
		return FailureTimeout
	}
	return windows[number]
}

func tlsFailure(err error) Failure {
	var hostname x509.HostnameError
	var authority x509.UnknownAuthorityError
	var invalid x509.CertificateInvalidError
	var verification *tls.CertificateVerificationError
	var record tls.RecordHeaderError
	var alert tls.AlertError
	switch {
	case errors.As(err, &hostname):
		return FailureHostname
	case errors.As(err, &authority):
		return FailureAuthority
	case errors.As(err, &invalid), errors.As(err, &verification):
		return FailureCertificate
	case errors.As(err, &record), errors.As(err, &alert):
		return FailureHandshake
	}
	var remote *net.OpError // crypto/tls gives alerts of the other side as the operation "remote error"
	if errors.As(err, &remote) && (remote.Op == "remote error" || remote.Op == "local error") {
		return FailureHandshake
	}
	return ""
}
