package mail

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/emersion/go-smtp"

	"keepiton"
)

// Server listens for mail. Road and To are required.
type Server struct {
	Road *Road
	To   []string // addresses that are taken; others are refused at RCPT
	Name string   // this host's name in the greeting; empty: localhost
	LMTP bool     // speak LMTP (RFC 2033), to a mail server beside us
	Log  *slog.Logger

	server *smtp.Server
}

// Bounds of a conversation.
const (
	readWait      = 2 * time.Minute // for the next bytes (RFC 5321 section 4.5.3.2 asks clients for more patience than this asks of them)
	writeWait     = time.Minute
	maxRecipients = 20
	sessions      = 32 // at one time; each holds at most one mail in memory
	bodies        = 4  // of them that are reading a mail
)

// Serve answers on l until Close. Errors of single conversations end with them.
func (s *Server) Serve(l net.Listener) error {
	s.init()
	err := s.server.Serve(&bounded{Listener: l, slots: make(chan struct{}, sessions)})
	if errors.Is(err, smtp.ErrServerClosed) {
		return nil
	}
	return err
}

func (s *Server) init() {
	if s.server != nil {
		return
	}
	if s.Log == nil {
		s.Log = slog.New(slog.DiscardHandler)
	}
	b := &backend{server: s, bodies: make(chan struct{}, bodies)}
	s.server = smtp.NewServer(b)
	s.server.Domain = s.Name
	if s.server.Domain == "" {
		s.server.Domain = "localhost"
	}
	s.server.LMTP = s.LMTP
	s.server.MaxMessageBytes, s.server.MaxRecipients = MaxMessage, maxRecipients
	s.server.ReadTimeout, s.server.WriteTimeout = readWait, writeWait
	s.server.EnableSMTPUTF8, s.server.EnableBINARYMIME = true, true
	s.server.ErrorLog = silent{}
}

// Close ends the listener and waits for conversations under way until ctx ends.
func (s *Server) Close(ctx context.Context) error {
	s.init()
	return s.server.Shutdown(ctx)
}

// silent drops what the library would log, which names who connected.
type silent struct{}

func (silent) Printf(string, ...any) {}
func (silent) Println(...any)        {}

// bounded lets in so many connections at one time; others wait in the queue of
// the system.
type bounded struct {
	net.Listener
	slots chan struct{}
}

func (b *bounded) Accept() (net.Conn, error) {
	b.slots <- struct{}{}
	c, err := b.Listener.Accept()
	if err != nil {
		<-b.slots
		return nil, err
	}
	return &slot{Conn: c, free: func() { <-b.slots }}, nil
}

type slot struct {
	net.Conn
	once sync.Once
	free func()
}

func (s *slot) Close() error {
	s.once.Do(s.free)
	return s.Conn.Close()
}

type backend struct {
	server *Server
	bodies chan struct{}
}

// NewSession implements smtp.Backend. Who connects is not looked at.
func (b *backend) NewSession(*smtp.Conn) (smtp.Session, error) { return &session{b: b}, nil }

// session is one conversation. Of the sender's address nothing is kept: it is
// inside the mail, where there is one.
type session struct {
	b  *backend
	to int
}

func (s *session) Mail(string, *smtp.MailOptions) error { return nil }
func (s *session) Reset()                               { s.to = 0 }
func (s *session) Logout() error                        { return nil }

// Rcpt takes our addresses alone. A part after a plus sign is ignored (RFC 5233).
func (s *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	local, domain, _ := strings.Cut(strings.ToLower(to), "@")
	local, _, _ = strings.Cut(local, "+")
	if !slices.ContainsFunc(s.b.server.To, func(ours string) bool { return strings.EqualFold(ours, local+"@"+domain) }) {
		return &smtp.SMTPError{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 1, 1}, Message: "no such address here"}
	}
	s.to++
	return nil
}

// Data reads the mail into memory and takes it in. Only what is durable is
// acknowledged.
func (s *session) Data(r io.Reader) error {
	s.b.bodies <- struct{}{}
	defer func() { <-s.b.bodies }()
	raw, err := io.ReadAll(io.LimitReader(r, MaxMessage+1))
	if err != nil {
		return err
	}
	_, err = s.b.server.Road.Take(context.Background(), raw)
	return s.b.server.answer(err)
}

// LMTPData answers for each recipient; one mail is one report.
func (s *session) LMTPData(r io.Reader, status smtp.StatusCollector) error {
	return s.Data(r)
}

// answer is what the other side gets: an address to write to, where the mail is
// in the clear; "try again later", where it is our fault.
func (s *Server) answer(err error) error {
	switch keepiton.CodeOf(err) {
	case "":
		return nil
	case keepiton.TooLarge:
		return &smtp.SMTPError{Code: 552, EnhancedCode: smtp.EnhancedCode{5, 3, 4}, Message: "the mail is too large, or there is no room for it now"}
	case keepiton.RateLimited, keepiton.Unavailable:
		return &smtp.SMTPError{Code: 451, EnhancedCode: smtp.EnhancedCode{4, 3, 2}, Message: "not just now: try again later"}
	case keepiton.Forbidden:
		if IsClear(err) {
			where := ""
			if s.Road.Key != "" {
				where = ": see " + s.Road.Key
			}
			return &smtp.SMTPError{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 7, 1}, Message: "this address takes encrypted mail only" + where}
		}
	case keepiton.Invalid:
		return &smtp.SMTPError{Code: 554, EnhancedCode: smtp.EnhancedCode{5, 6, 0}, Message: "the encrypted part is damaged"}
	}
	s.Log.Error("a mail could not be taken", "code", string(keepiton.CodeOf(err)))
	return &smtp.SMTPError{Code: 451, EnhancedCode: smtp.EnhancedCode{4, 3, 0}, Message: "our fault: try again later"}
}
