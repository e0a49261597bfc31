package probe

import (
	"crypto/tls"
	"slices"
)

// datagram reads all packets of a datagram. What is none, or does not open, is passed
// over: anybody can send that.
func (d *dialogue) datagram(b []byte) error {
	for len(b) > 0 {
		p, rest, err := readLong(b)
		if err != nil {
			return nil
		}
		switch {
		case p.version == 0:
			if !d.answered && string(p.scid) == string(d.first) {
				d.answered = true
				return &failed{FailureVersion}
			}
		case p.kind == quicRetry:
			if err := d.retry(&p); err != nil {
				return err
			}
		default:
			if err := d.packet(&p); err != nil {
				return err
			}
		}
		b = rest
	}
	return nil
}

// retry begins again with the token of the server (RFC 9000 section 17.2.5), once.
func (d *dialogue) retry(p *longPacket) (err error) {
	if d.answered || d.token != nil || !p.goodRetry(d.first) || len(p.token) == 0 || len(p.token) > 512 {
		return nil
	}
	d.token, d.dcid = slices.Clone(p.token), slices.Clone(p.scid)
	d.initial.write, d.initial.read, err = initialKeys(d.dcid)
	d.initial.mustAnswer = true // sends what we said again
	return err
}

func (d *dialogue) packet(p *longPacket) error {
	s, level := d.initial, tls.QUICEncryptionLevelInitial
	if p.kind == quicHandshake {
		s, level = d.shake, tls.QUICEncryptionLevelHandshake
	}
	if s.read == nil || p.kind == 1 { // 0-RTT, or keys that are not there yet
		return nil
	}
	number, frames, err := p.open(s.read, s.largest)
	if err != nil || !s.note(number) {
		return nil
	}
	if !d.answered {
		d.answered, d.dcid = true, slices.Clone(p.scid)
	}
	closed, err := s.frames(frames)
	if err != nil {
		return nil
	}
	if closed >= 0 {
		return &failed{FailureHandshake} // the server refuses: 0x100 and more are alerts of TLS
	}
	if data := s.ready(); len(data) > 0 {
		if err := d.tls.HandleData(level, data); err != nil {
			_ = d.events()
			return err
		}
	}
	return d.events()
}

// events does what TLS asks for.
func (d *dialogue) events() error {
	for {
		switch e := d.tls.NextEvent(); e.Kind {
		case tls.QUICNoEvent:
			return nil
		case tls.QUICSetReadSecret, tls.QUICSetWriteSecret:
			if e.Level != tls.QUICEncryptionLevelHandshake {
				continue
			}
			keys, err := newProtection(e.Suite, e.Data)
			if err != nil {
				return err
			}
			if e.Kind == tls.QUICSetReadSecret {
				d.shake.read = keys
			} else {
				d.shake.write = keys
			}
		case tls.QUICWriteData:
			if e.Level == tls.QUICEncryptionLevelInitial {
				d.initial.said = append(d.initial.said, e.Data...)
			} else if e.Level == tls.QUICEncryptionLevelHandshake {
				d.shake.said = append(d.shake.said, e.Data...)
			}
		case tls.QUICHandshakeDone:
			d.done = true
		}
	}
}
