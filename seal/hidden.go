package seal

import (
	"bytes"
	"io"

	"github.com/ProtonMail/gopenpgp/v3/crypto"
)

// encryptHidden returns a writer that makes a binary OpenPGP message to keys
// without naming them (key id 0, RFC 4880 section 5.1).
func (s *Sealer) encryptHidden(w io.Writer, keys []*crypto.Key) (io.WriteCloser, error) {
	later := &laterWriter{w: w}
	enc, err := s.beginHidden(later, keys)
	if err != nil {
		return nil, err
	}
	return enc, later.begin()
}

func (s *Sealer) beginHidden(w io.Writer, keys []*crypto.Key) (io.WriteCloser, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	ring, err := crypto.NewKeyRing(nil)
	if err != nil {
		return nil, err
	}
	for _, k := range keys {
		if err := ring.AddKey(k); err != nil {
			return nil, err
		}
	}
	enc, err := pgp.Encryption().HiddenRecipients(ring).New()
	if err != nil {
		return nil, err
	}
	return enc.EncryptingWriter(w, crypto.Bytes)
}

// laterWriter keeps what is written before begin, so that nobody waits for a
// slow writer while holding the mutex.
type laterWriter struct {
	w      io.Writer
	before bytes.Buffer
	begun  bool
}

func (l *laterWriter) Write(p []byte) (int, error) {
	if !l.begun {
		return l.before.Write(p)
	}
	return l.w.Write(p)
}

func (l *laterWriter) begin() error {
	l.begun = true
	_, err := l.before.WriteTo(l.w)
	return err
}
