package probe

import (
	"context"
	"crypto/rand"
	"crypto/tls"
	"errors"
	"net"
	"net/netip"
	"time"
)

// shakeQUIC does the handshake of QUIC version 1 (RFC 9000, RFC 9001) with an address,
// up to where the server has proved who it is, and closes. It is a client of this
// one purpose: it opens no stream. The first packet carries the name, under keys that
// anybody on the way can derive, as every client's does.
func (r *runner) shakeQUIC(ctx context.Context, addr netip.AddrPort, name string, anyRoot bool) *shake {
	ctx, cancel := context.WithTimeout(ctx, r.Step)
	defer cancel()
	s, begun := &shake{name: name}, time.Now()
	conn, err := r.Network.DialContext(ctx, "udp", addr.String())
	var state tls.ConnectionState
	if err == nil {
		defer conn.Close()
		stop := context.AfterFunc(ctx, func() { _ = conn.SetDeadline(time.Unix(1, 0)) })
		defer stop()
		cfg := r.tlsConfig(name, anyRoot, "h3")
		cfg.MinVersion = tls.VersionTLS13
		cfg.CurvePreferences = []tls.CurveID{tls.X25519, tls.CurveP256} // so that the name is in the first packet
		d := newDialogue(conn, cfg)
		err = d.run(ctx)
		state = d.tls.ConnectionState()
		_ = d.tls.Close()
		s.answered = d.answered
	}
	answered := s.answered
	s.done(err, ctx.Err(), state, time.Since(begun))
	s.answered = answered
	return s
}

// dialogue is one handshake.
type dialogue struct {
	conn     net.Conn
	tls      *tls.QUICConn
	first    []byte // the connection id that we chose for the server; keys come of it
	dcid     []byte // the one that we send to
	token    []byte // of a Retry
	initial  *space
	shake    *space
	answered bool // a packet came whose protection holds, or a version negotiation
	done     bool
}

func newDialogue(conn net.Conn, cfg *tls.Config) *dialogue {
	d := &dialogue{
		conn: conn, first: make([]byte, 8), tls: tls.QUICClient(&tls.QUICConfig{TLSConfig: cfg}),
		initial: &space{kind: quicInitial, largest: -1}, shake: &space{kind: quicHandshake, largest: -1},
	}
	_, _ = rand.Read(d.first) // never fails
	d.dcid = d.first
	return d
}

// probeTimes are the waits before our packets are sent again, the first being that of
// RFC 9002 section 6.2.2 (twice an initial round trip of 333 ms).
var probeTimes = []time.Duration{666 * time.Millisecond, 1332 * time.Millisecond, 2664 * time.Millisecond, 5328 * time.Millisecond}

func (d *dialogue) run(ctx context.Context) error {
	var err error
	if d.initial.write, d.initial.read, err = initialKeys(d.first); err != nil {
		return err
	}
	// Transport parameters (RFC 9000 section 18.2): idle timeout of 30 s, data of 64 KiB,
	// and the connection id that we go by, which is empty.
	d.tls.SetTransportParameters([]byte{0x01, 4, 0x80, 0, 0x75, 0x30, 0x04, 4, 0x80, 1, 0, 0, 0x0f, 0})
	if err := d.tls.Start(ctx); err != nil {
		return err
	}
	if err := d.events(); err != nil {
		return err
	}
	buf := make([]byte, 2048)
	for tries := 0; ; {
		if err := d.send(tries > 0); err != nil {
			return err
		}
		if d.done {
			return nil
		}
		wait := probeTimes[min(tries, len(probeTimes)-1)]
		if _ = d.conn.SetReadDeadline(time.Now().Add(wait)); ctx.Err() != nil { // after it: the end of ctx sets one as well
			return ctx.Err()
		}
		n, err := d.conn.Read(buf)
		var late net.Error
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case errors.As(err, &late) && late.Timeout():
			tries++
			continue
		case err != nil:
			return err
		}
		if err := d.datagram(buf[:n]); err != nil {
			_ = d.send(false)
			return err
		}
		tries = 0
	}
}

// send sends what is to be said: our first words until the server has answered, then
// acknowledgements, and at the end our last words with a close.
func (d *dialogue) send(again bool) error {
	var out []byte
	if s := d.initial; !d.answered || s.mustAnswer || again && d.shake.write == nil {
		frames := s.ack()
		if !d.answered {
			frames = append(frames, cryptoFrame(0, s.said)...)
		}
		out = sealLong(s.write, quicInitial, d.dcid, nil, d.token, s.next, frames, quicDatagram)
		s.next++
		s.mustAnswer = false
	}
	if s := d.shake; s.write != nil && (s.mustAnswer || d.done || again) {
		frames := s.ack()
		if len(s.said) > 0 {
			frames = append(frames, cryptoFrame(0, s.said)...)
		}
		if d.done {
			frames = append(frames, closeFrame()...)
		}
		if len(frames) == 0 {
			frames = []byte{framePing}
		}
		packet := sealLong(s.write, quicHandshake, d.dcid, nil, nil, s.next, frames, 0)
		s.next++
		s.mustAnswer = false
		if len(out)+len(packet) > 1452 {
			if _, err := d.conn.Write(out); err != nil {
				return err
			}
			out = nil
		}
		out = append(out, packet...)
	}
	if len(out) == 0 {
		return nil
	}
	_, err := d.conn.Write(out)
	return err
}
