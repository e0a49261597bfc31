package mail

import (
	"context"
	"errors"
	"net/textproto"
	"strings"
	"sync"
	"time"

	gomail "github.com/wneessen/go-mail"
	"github.com/wneessen/go-mail/smtp"

	"keepiton/notify"
)

// pool keeps connections between messages: a handshake costs more than a message.
type pool struct {
	dial *gomail.Client

	mu     sync.Mutex
	idle   []*connection
	closed bool
}

// Limits of a connection that is kept.
const (
	maxIdle    = 20 * time.Second // servers close one that rests for longer sooner or later
	maxCarried = 200              // messages over one connection
)

// connection is one to the mail server.
type connection struct {
	client  *smtp.Client
	since   time.Time // of rest
	carried int
	once    sync.Once
}

func (p *pool) get(ctx context.Context) (*connection, error) {
	p.mu.Lock()
	for len(p.idle) > 0 {
		c := p.idle[len(p.idle)-1]
		p.idle = p.idle[:len(p.idle)-1]
		if time.Since(c.since) < maxIdle {
			p.mu.Unlock()
			return c, nil
		}
		go c.quit()
	}
	p.mu.Unlock()
	client, err := p.dial.DialToSMTPClientWithContext(ctx)
	if err != nil {
		return nil, err
	}
	client.SkipSMTPUTF8(true) // addresses are ASCII, see package notify
	return &connection{client: client}, nil
}

func (p *pool) put(c *connection) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if c.carried++; p.closed || c.carried >= maxCarried {
		go c.quit()
		return
	}
	c.since = time.Now()
	p.idle = append(p.idle, c)
}

func (p *pool) close() {
	p.mu.Lock()
	idle := p.idle
	p.idle, p.closed = nil, true
	p.mu.Unlock()
	for _, c := range idle {
		c.quit()
	}
}

// quit ends a connection politely.
func (c *connection) quit() {
	_ = c.client.UpdateDeadline(5 * time.Second)
	_ = c.client.Quit() // it is over in any case
	c.drop()
}

// drop cuts a connection.
func (c *connection) drop() { c.once.Do(func() { _ = c.client.Close() }) }

// hand gives one message to the server. good says that the connection can be used
// again.
func (c *connection) hand(from, to string, raw []byte, handing func() error) (good bool, err error) {
	if err := c.client.UpdateDeadline(timeout); err != nil {
		return false, faultOf(err, notify.Down)
	}
	if err := c.client.Mail(from); err != nil {
		return false, faultOf(err, notify.Down)
	}
	if err := c.client.Rcpt(to); err != nil {
		f := recipientFault(err)
		return f.Kind != notify.Down && c.client.Reset() == nil, f
	}
	w, err := c.client.Data()
	if err != nil {
		f := faultOf(err, notify.Never)
		return f.Kind != notify.Down && c.client.Reset() == nil, f
	}
	// The server has the message when it has the last line, a dot (RFC 5321,
	// section 4.1.1.4). Until then cutting the connection takes it back.
	if _, err := w.Write(raw); err != nil {
		return false, faultOf(err, notify.Down)
	}
	if err := handing(); err != nil {
		return false, err
	}
	if err := c.client.UpdateDeadline(timeout); err != nil {
		return false, &notify.Fault{Kind: notify.Down, Answer: "no connection", Err: err, Unknown: true}
	}
	if err := w.Close(); err != nil {
		f := faultOf(err, notify.Never)
		f.Unknown = f.Answer == noAnswer
		return f.Kind != notify.Down && c.client.Reset() == nil, f
	}
	return true, nil
}

const noAnswer = "no answer"

// faultOf sorts an error by the answer of the server. A refusal for good is of the
// given kind; without an answer the channel is down.
func faultOf(err error, refused notify.Kind) *notify.Fault {
	code, enhanced, ok := answerOf(err)
	f := &notify.Fault{Kind: notify.Down, Answer: noAnswer, Err: err}
	if !ok {
		return f
	}
	f.Answer = strings.TrimSpace(code + " " + enhanced)
	switch {
	case code == "421":
	case code[0] == '4' && refused != notify.Down:
		f.Kind = notify.Later
	case code[0] == '5':
		f.Kind = refused
	}
	return f
}

// recipientFault sorts a refusal of the recipient. RFC 3463: class 5.1 and 5.2.1
// say that there is no such mailbox; 5.7 is a judgement on us, not on the address;
// a mailbox that is full may be emptied.
func recipientFault(err error) *notify.Fault {
	f := faultOf(err, notify.Gone)
	if f.Kind != notify.Gone {
		return f
	}
	code, enhanced, _ := answerOf(err)
	switch {
	case enhanced == "5.2.2" || code == "552":
		f.Kind = notify.Later
	case strings.HasPrefix(enhanced, "5.1.") || enhanced == "5.2.1" || enhanced == "" && (code == "550" || code == "551" || code == "553"):
	default:
		f.Kind = notify.Never
	}
	return f
}

// answerOf returns the code and the enhanced code (RFC 2034) of an answer, never
// its words, which may name an address.
func answerOf(err error) (code, enhanced string, ok bool) {
	var e *textproto.Error
	if !errors.As(err, &e) || e.Code < 200 || e.Code > 599 {
		return "", "", false
	}
	code = string([]byte{byte('0' + e.Code/100), byte('0' + e.Code/10%10), byte('0' + e.Code%10)})
	word, _, _ := strings.Cut(e.Msg, " ")
	parts := strings.Split(word, ".")
	if len(parts) == 3 && len(word) <= 9 && len(parts[0]) == 1 && strings.Trim(word, "0123456789.") == "" && parts[0] == code[:1] {
		enhanced = word
	}
	return code, enhanced, true
}
