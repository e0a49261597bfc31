// Package mailtest is a mail server for tests: a real one, on loopback, that keeps
// what it is given and can be told to refuse.
package mailtest

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"io"
	"log"
	"math/big"
	"net"
	netmail "net/mail"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"
)

// Mail is one message that the server has taken.
type Mail struct {
	From, To  string
	Raw       []byte
	Encrypted bool // it came over TLS
	User      string
	Message   *netmail.Message
}

// Hooks are called at the same time from several connections.
type Hooks struct {
	// Recipient and Data may refuse: an *smtp.SMTPError is answered as it stands.
	Recipient func(to string) error
	Data      func(m *Mail) error
	// Took is called when a message is whole and before it is acknowledged. An error
	// cuts the connection without an answer: the message is kept, and its sender
	// does not know.
	Took func(m *Mail) error
	// Forget leaves the messages out of Mails; they are counted in any case.
	Forget bool
}

// Server is a mail server on loopback.
type Server struct {
	Addr string

	server   *smtp.Server
	hooks    Hooks
	mu       sync.Mutex
	mails    []*Mail
	counts   map[string]int // by Message-ID
	taken    int
	conns    int
	sessions int
	open     map[*smtp.Conn]string // last Message-ID on each connection
}

// Options of a server.
type Options struct {
	TLS  bool // offers STARTTLS with a certificate that ClientTLS trusts
	Auth bool // wants the user "keepiton" with the password "secret"
}

// New starts a server that ends with the test.
func New(tb testing.TB, opt Options) (*Server, *tls.Config) {
	tb.Helper()
	s := &Server{counts: map[string]int{}, open: map[*smtp.Conn]string{}}
	s.server = smtp.NewServer(s)
	s.server.Domain = "mail.test"
	s.server.MaxMessageBytes = 10 << 20
	s.server.AllowInsecureAuth = true
	s.server.ErrorLog = log.New(io.Discard, "", 0)
	var client *tls.Config
	if opt.TLS {
		s.server.TLSConfig, client = certificate(tb)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		tb.Fatal(err)
	}
	s.Addr = l.Addr().String()
	if opt.Auth {
		s.server.Backend = authBackend{s}
	}
	done := make(chan struct{})
	go func() { _ = s.server.Serve(l); close(done) }()
	tb.Cleanup(func() { _ = s.server.Close(); <-done })
	return s, client
}

// Set replaces the hooks.
func (s *Server) Set(h Hooks) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.hooks = h
}

func (s *Server) hooked() Hooks {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.hooks
}

// Mails returns what was kept.
func (s *Server) Mails() []*Mail {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]*Mail(nil), s.mails...)
}

// Counts returns how often each Message-ID was taken.
func (s *Server) Counts() map[string]int {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := make(map[string]int, len(s.counts))
	for id, n := range s.counts {
		out[id] = n
	}
	return out
}

// Taken is the number of messages that were taken, and Connections that of
// connections.
func (s *Server) Taken() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.taken
}

// Connections is how many connections were made.
func (s *Server) Connections() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.conns
}

// Quiet returns when no connection is open any more.
func (s *Server) Quiet() {
	for {
		s.mu.Lock()
		n := s.sessions
		s.mu.Unlock()
		if n == 0 {
			return
		}
		time.Sleep(time.Millisecond)
	}
}

// LastOnEach lists the Message-ID that was taken last on each connection since the
// last call.
func (s *Server) LastOnEach() (out []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, id := range s.open {
		out = append(out, id)
	}
	clear(s.open)
	return out
}

// NewSession implements smtp.Backend.
func (s *Server) NewSession(c *smtp.Conn) (smtp.Session, error) {
	s.mu.Lock()
	s.conns++
	s.sessions++
	s.mu.Unlock()
	_, encrypted := c.TLSConnectionState()
	return &session{server: s, conn: c, encrypted: encrypted}, nil
}

type session struct {
	server    *Server
	conn      *smtp.Conn
	encrypted bool
	user      string
	from, to  string
}

func (s *session) Reset() { s.from, s.to = "", "" }

func (s *session) Logout() error {
	s.server.mu.Lock()
	s.server.sessions--
	s.server.mu.Unlock()
	return nil
}

func (s *session) Mail(from string, _ *smtp.MailOptions) error {
	s.from = from
	return nil
}

func (s *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	s.to = to
	if refuse := s.server.hooked().Recipient; refuse != nil {
		return refuse(to)
	}
	return nil
}

func (s *session) Data(r io.Reader) error {
	raw, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	m := &Mail{From: s.from, To: s.to, Raw: raw, Encrypted: s.encrypted, User: s.user}
	if m.Message, err = netmail.ReadMessage(bytes.NewReader(raw)); err != nil {
		return &smtp.SMTPError{Code: 554, EnhancedCode: smtp.EnhancedCode{5, 6, 0}, Message: err.Error()}
	}
	hooks := s.server.hooked()
	if hooks.Data != nil {
		if err := hooks.Data(m); err != nil {
			return err
		}
	}
	s.server.mu.Lock()
	s.server.taken++
	s.server.counts[m.Message.Header.Get("Message-ID")]++
	s.server.open[s.conn] = m.Message.Header.Get("Message-ID")
	if !hooks.Forget {
		s.server.mails = append(s.server.mails, m)
	}
	s.server.mu.Unlock()
	if hooks.Took != nil {
		if err := hooks.Took(m); err != nil {
			_ = s.conn.Conn().Close()
			return err
		}
	}
	return nil
}

// authBackend wants a password before a message.
type authBackend struct{ *Server }

func (b authBackend) NewSession(c *smtp.Conn) (smtp.Session, error) {
	s, err := b.Server.NewSession(c)
	if err != nil {
		return nil, err
	}
	return &authSession{session: s.(*session)}, nil
}

type authSession struct{ *session }

func (s *authSession) AuthMechanisms() []string { return []string{sasl.Plain} }

func (s *authSession) Auth(string) (sasl.Server, error) {
	return sasl.NewPlainServer(func(_, user, password string) error {
		if user != "keepiton" || password != "secret" {
			return errors.New("wrong password")
		}
		s.user = user
		return nil
	}), nil
}

func (s *authSession) Mail(from string, opt *smtp.MailOptions) error {
	if s.user == "" {
		return &smtp.SMTPError{Code: 530, EnhancedCode: smtp.EnhancedCode{5, 7, 0}, Message: "who are you?"}
	}
	return s.session.Mail(from, opt)
}

// certificate makes a certificate for 127.0.0.1 and a client that trusts it.
func certificate(tb testing.TB) (server, client *tls.Config) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		tb.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "mail.test"}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
		IsCA: true, BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		tb.Fatal(err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		tb.Fatal(err)
	}
	roots := x509.NewCertPool()
	roots.AddCert(cert)
	return &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}}, &tls.Config{RootCAs: roots}
}
