package seal

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"io"

	"filippo.io/age"

	"keepiton"
)

// MaxReply bounds the text of a reply, in bytes. Sealed, it stays under
// store.MaxReplyBytes.
const MaxReply = 32 << 10

// replyStep is the step of the padding, in bytes.
const replyStep = 1 << 10

// SealReply seals a text to the reply key of a receipt. Before sealing stand
// four bytes with its length (big endian), the text, and zeros up to a multiple
// of 1,024 bytes.
func SealReply(a keepiton.ReceiptAddress, text []byte) ([]byte, error) {
	if len(text) > MaxReply {
		return nil, keepiton.Errorf(keepiton.TooLarge, "reply of more than %d bytes", MaxReply)
	}
	to, err := age.ParseHybridRecipient(a.Reply)
	if err != nil {
		return nil, keepiton.Errorf(keepiton.Invalid, "reply: the receipt's address is no age key")
	}
	plain := make([]byte, (4+len(text)+replyStep-1)/replyStep*replyStep)
	binary.BigEndian.PutUint32(plain, uint32(len(text)))
	copy(plain[4:], text)
	var out bytes.Buffer
	w, err := age.Encrypt(&out, to)
	if err != nil {
		return nil, fmt.Errorf("reply: %w", err)
	}
	if _, err := w.Write(plain); err != nil {
		return nil, fmt.Errorf("reply: %w", err)
	}
	if err := w.Close(); err != nil {
		return nil, fmt.Errorf("reply: %w", err)
	}
	return out.Bytes(), nil
}

// OpenReply opens what SealReply made. NotFound when it is to another receipt,
// Invalid when it is broken.
func (r Receipt) OpenReply(sealed []byte) ([]byte, error) {
	var k Keys
	k.AddAge(r.identity())
	plain, err := k.Open(bytes.NewReader(sealed))
	if err != nil {
		return nil, fmt.Errorf("reply: %w", err)
	}
	b, err := io.ReadAll(io.LimitReader(plain, 4+MaxReply+replyStep))
	if err != nil {
		return nil, fmt.Errorf("reply: %w", err)
	}
	if len(b) < 4 || uint64(binary.BigEndian.Uint32(b)) > uint64(len(b)-4) {
		return nil, keepiton.Errorf(keepiton.Invalid, "reply: length at byte 0 is more than there is")
	}
	return b[4 : 4+binary.BigEndian.Uint32(b)], nil
}
