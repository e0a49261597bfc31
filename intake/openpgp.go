package intake

import (
	"keepiton"
	"keepiton/bundle"
)

// Tags of the packets of an encrypted message (RFC 9580 sections 5 and 10.3).
const (
	tagPublicKey  = 1  // session key for a public key
	tagPassphrase = 3  // session key for a passphrase
	tagMarker     = 10 // ignored
	tagSealed     = 18 // encrypted data with integrity
	tagAEAD       = 20 // the same in GnuPG's form
	tagPadding    = 21 // ignored
)

// maxKeyPacket bounds a packet that stands before the sealed data.
const maxKeyPacket = 16 << 10

// openPGPShape follows the packets of an OpenPGP message (RFC 9580 section
// 4.2): session keys, then one packet of encrypted data, which may come in parts
// of announced length. Old and new headers are read.
type openPGPShape struct {
	head   []byte // of the packet or part that begins
	left   int64  // bytes of it that are still to come; -1: to the end of the file
	more   bool   // the next header is that of a part
	inside int    // tag of the packet; 0: between packets
	keys   int
	words  int // session keys for passphrases
	sealed int64
	over   bool // the sealed packet has ended
}

func (o *openPGPShape) look(b []byte) ([]byte, error) {
	if o.left != 0 {
		n := int64(len(b))
		if o.left > 0 {
			n = min(n, o.left)
			o.left -= n
		}
		if o.inside == tagSealed || o.inside == tagAEAD {
			o.sealed += n
		}
		if o.left == 0 && !o.more {
			o.endPacket()
		}
		return b[n:], nil
	}
	o.head = append(o.head, b[0])
	whole, err := o.readHead()
	if err != nil {
		return nil, err
	}
	if whole {
		o.head = o.head[:0]
		if o.left == 0 && !o.more {
			o.endPacket()
		}
	}
	return b[1:], nil
}

func (o *openPGPShape) endPacket() {
	o.over = o.over || o.inside == tagSealed || o.inside == tagAEAD
	o.inside = 0
}

// readHead reads what has been gathered of a header, and reports whether it is
// whole.
func (o *openPGPShape) readHead() (whole bool, err error) {
	h := o.head
	if o.more { // the length of a further part stands alone
		return o.newLength(h)
	}
	if h[0]&0x80 == 0 {
		return false, errNoPacket
	}
	if h[0]&0x40 != 0 {
		if len(h) == 1 {
			return false, nil
		}
		if whole, err = o.newLength(h[1:]); !whole || err != nil {
			return whole, err
		}
		return true, o.begin(int(h[0] & 0x3f))
	}
	size := []int{1, 2, 4, 0}[h[0]&3] // section 4.2.2
	if len(h) < 1+size {
		return false, nil
	}
	o.left = 0
	for _, c := range h[1 : 1+size] {
		o.left = o.left<<8 | int64(c)
	}
	if size == 0 {
		o.left = -1
	}
	return true, o.begin(int(h[0] & 0x3f >> 2))
}

// newLength reads a length of section 4.2.1 and whether parts follow.
func (o *openPGPShape) newLength(h []byte) (bool, error) {
	switch {
	case h[0] < 192:
		o.left, o.more = int64(h[0]), false
	case h[0] < 224:
		if len(h) < 2 {
			return false, nil
		}
		o.left, o.more = (int64(h[0])-192)<<8+int64(h[1])+192, false
	case h[0] == 255:
		if len(h) < 5 {
			return false, nil
		}
		o.left, o.more = int64(h[1])<<24|int64(h[2])<<16|int64(h[3])<<8|int64(h[4]), false
	default:
		o.left, o.more = 1<<(h[0]&0x1f), true
	}
	return true, nil
}

var errNoPacket = keepiton.Errorf(keepiton.Invalid, "OpenPGP message: no packet begins where one should")

func (o *openPGPShape) begin(tag int) error {
	o.inside = tag
	switch tag {
	case tagPublicKey:
		o.keys++
	case tagPassphrase:
		o.words++
	case tagSealed, tagAEAD:
		if o.over {
			return keepiton.Errorf(keepiton.Invalid, "OpenPGP message: sealed data twice")
		}
		if o.keys == 0 && o.words > 0 {
			return errPassphrase
		}
		if o.keys == 0 {
			return keepiton.Errorf(keepiton.Invalid, "OpenPGP message: sealed to nobody")
		}
		return nil
	case tagMarker, tagPadding:
	default:
		return keepiton.Errorf(keepiton.Invalid, "OpenPGP message: a packet of kind %d has no place in a sealed message", tag)
	}
	if o.keys+o.words > maxRecipients {
		return keepiton.Errorf(keepiton.TooLarge, "OpenPGP message: more than %d recipients", maxRecipients)
	}
	if o.left < 0 || o.left > maxKeyPacket || o.more {
		return keepiton.Errorf(keepiton.TooLarge, "OpenPGP message: a session key of more than %d bytes", maxKeyPacket)
	}
	return nil
}

// end tells padded messages apart by what an OpenPGP library adds to a padded
// bundle: prefix, headers of the literal data and its parts, and the integrity
// code; under 256 bytes and a byte for each 128.
func (o *openPGPShape) end() (bool, error) {
	toTheEnd := o.left < 0 && o.inside == tagSealed
	if !o.over && !toTheEnd || !toTheEnd && (o.inside != 0 || len(o.head) > 0) {
		return false, keepiton.Errorf(keepiton.Invalid, "OpenPGP message: cut off")
	}
	for b := int64(bundle.MinSize); b <= bundle.MaxSize; b *= 2 {
		if more := o.sealed - b; more >= 0 && more <= 256+b/128 {
			return true, nil
		}
	}
	return false, nil
}
