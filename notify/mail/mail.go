// Package mail is the channel of alerts by mail. It hands messages to one mail
// server (a smarthost), over connections that it keeps, with STARTTLS.
//
// A message is text/plain first, with an HTML part where its reader asked for one;
// it is encrypted to the reader's OpenPGP key if there is one (RFC 3156), signed
// with DKIM (RFC 6376), and carries what ends it with one click (RFC 8058). It
// loads nothing and tracks nobody.
package mail

import (
	"bytes"
	"context"
	"crypto"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"net"
	netmail "net/mail"
	"net/url"
	"os"
	"strconv"
	"strings"
	"time"

	gomail "github.com/wneessen/go-mail"

	"keepiton"
	"keepiton/notify"
)

// Options of a Mailer. Server and From are required.
type Options struct {
	// Server is smtp://USER:PASSWORD@HOST:587 with STARTTLS, or smtps:// with TLS
	// from the start. ?tls=none leaves the encryption out, ?tls=try takes it where
	// it is offered; a server on loopback needs none.
	Server string
	// From is the sender, such as "KeepItOn <alerts@keepiton.example>".
	From string
	// DKIMKey is a file with an RSA or Ed25519 private key in PEM; empty: messages
	// are not signed, and one-click unsubscribing is not trusted by large providers.
	DKIMKey, DKIMSelector string
	DKIMDomain            string      // empty: that of From
	TLS                   *tls.Config // for tests; nil: the system's
}

// Mailer implements notify.Sender.
type Mailer struct {
	from   netmail.Address
	host   string // of the sender's address
	client *gomail.Client
	signer *signer
	pool   pool
}

var _ notify.Sender = (*Mailer)(nil)

// New reads the options. It does not connect.
func New(opt Options) (*Mailer, error) {
	from, err := netmail.ParseAddress(opt.From)
	if err != nil {
		return nil, keepiton.Hint(keepiton.Errorf(keepiton.Invalid, "--mail-from: %q is no address", opt.From), "write it as KeepItOn <alerts@keepiton.example>")
	}
	_, host, _ := strings.Cut(from.Address, "@")
	m := &Mailer{from: *from, host: strings.ToLower(host)}
	if opt.DKIMKey != "" {
		if m.signer, err = newSigner(opt, m.host); err != nil {
			return nil, err
		}
	}
	m.client, err = newClient(opt, m.host)
	m.pool.dial = m.client
	return m, err
}

// timeout bounds the wait for one answer. RFC 5321, section 4.5.3.2, asks for five
// minutes; a smarthost answers at once or is ill.
const timeout = time.Minute

func newClient(opt Options, helo string) (*gomail.Client, error) {
	bad := func(why string) error {
		// The URL may hold a password: it is not repeated.
		return keepiton.Hint(keepiton.Errorf(keepiton.Invalid, "--smtp: %s", why), "write it as smtp://USER:PASSWORD@mail.example:587 or smtps://…:465, better in the environment or the file than as a flag")
	}
	u, err := url.Parse(opt.Server)
	if err != nil || u.Hostname() == "" || u.Scheme != "smtp" && u.Scheme != "smtps" {
		return nil, bad("this is no address of a mail server")
	}
	config := &tls.Config{MinVersion: tls.VersionTLS12}
	if opt.TLS != nil {
		config = opt.TLS.Clone()
	}
	config.ServerName = u.Hostname()
	options := []gomail.Option{gomail.WithTimeout(timeout), gomail.WithHELO(helo), gomail.WithTLSConfig(config), gomail.WithoutNoop()}
	port := 587
	switch policy := u.Query().Get("tls"); {
	case u.Scheme == "smtps":
		port = 465
		options = append(options, gomail.WithSSL())
	case policy == "none" || policy == "" && loopback(u.Hostname()):
		options = append(options, gomail.WithTLSPolicy(gomail.NoTLS))
	case policy == "try":
		options = append(options, gomail.WithTLSPolicy(gomail.TLSOpportunistic))
	case policy == "":
		options = append(options, gomail.WithTLSPolicy(gomail.TLSMandatory))
	default:
		return nil, bad("tls is none, try, or left out")
	}
	if p := u.Port(); p != "" {
		if port, err = strconv.Atoi(p); err != nil {
			return nil, bad("the port is no number")
		}
	}
	if u.User != nil {
		password, _ := u.User.Password()
		options = append(options, gomail.WithSMTPAuth(gomail.SMTPAuthAutoDiscover), gomail.WithUsername(u.User.Username()), gomail.WithPassword(password))
	}
	return gomail.NewClient(u.Hostname(), append(options, gomail.WithPort(port))...)
}

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// Channel implements notify.Sender.
func (m *Mailer) Channel() keepiton.Channel { return keepiton.ChannelMail }

// Close ends the connections that are kept.
func (m *Mailer) Close() { m.pool.close() }

// Send implements notify.Sender.
func (m *Mailer) Send(ctx context.Context, msg *notify.Message, handing func() error) (string, error) {
	raw, err := m.Bytes(msg)
	if err != nil {
		return "", &notify.Fault{Kind: notify.Never, Answer: "not written", Err: err}
	}
	c, err := m.pool.get(ctx)
	if err != nil {
		return "", faultOf(err, notify.Down)
	}
	stop := context.AfterFunc(ctx, c.drop)
	good, err := c.hand("<"+m.from.Address+">", "<"+msg.To.Address+">", raw, handing)
	if stop() && good {
		m.pool.put(c)
	} else {
		c.drop()
	}
	return "", err
}

// newSigner reads the DKIM key.
func newSigner(opt Options, host string) (*signer, error) {
	b, err := os.ReadFile(opt.DKIMKey)
	if err != nil {
		return nil, keepiton.Hint(keepiton.Errorf(keepiton.Unavailable, "--dkim-key: %w", err), "make one with: openssl genrsa -out dkim.pem 2048")
	}
	key, err := privateKey(b)
	if err != nil {
		return nil, keepiton.Hint(keepiton.Errorf(keepiton.Invalid, "--dkim-key: %w", err), "it is an RSA or Ed25519 private key in PEM")
	}
	if opt.DKIMSelector == "" {
		return nil, keepiton.Hint(keepiton.Errorf(keepiton.Invalid, "--dkim-key is set and --dkim-selector is not"), "name the selector under which the public key stands in DNS, SELECTOR._domainkey.DOMAIN")
	}
	domain := opt.DKIMDomain
	if domain == "" {
		domain = host
	}
	return &signer{key: key, selector: opt.DKIMSelector, domain: domain}, nil
}

func privateKey(b []byte) (crypto.Signer, error) {
	block, _ := pem.Decode(bytes.TrimSpace(b))
	if block == nil {
		return nil, errors.New("there is no key in PEM")
	}
	if key, err := x509.ParsePKCS1PrivateKey(block.Bytes); err == nil {
		return key, nil
	}
	key, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		return nil, err
	}
	switch key := key.(type) {
	case *rsa.PrivateKey:
		if key.N.BitLen() < 1024 { // RFC 8301, section 3.2
			return nil, errors.New("an RSA key needs 1024 bits, better 2048")
		}
		return key, nil
	case ed25519.PrivateKey:
		return key, nil
	}
	return nil, errors.New("the key is neither RSA nor Ed25519")
}
