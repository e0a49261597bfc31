package count

import (
	"encoding/binary"
	"slices"

	"keepiton"
)

// The encoding of a Case, version 1. Numbers are unsigned LEB128 (uvarint) or
// zigzag (varint) as in encoding/binary; a text is its length and its bytes.
//
//	byte     version, 1
//	byte     flags: 1 listed, 2 trigger, 4 measured
//	text     id
//	text     state
//	uvarint  number of episodes, then for each
//	           moment start, byte end state (0 not asked, 1 unknown, 2 ongoing, 3 ended), moment end
//	dims     of the incident: NumDims words
//	uvarint  number of rows, then for each
//	           text edition, uvarint year, moment start, NumDims words
//
//	moment:  byte 0 for none, or 1 | precision<<1 | estimated<<4 | seconds<<5;
//	         varint of whole days since 1970-01-01, or of seconds when the bit is set
//	word:    uvarint 0 blank, 1 as the incident's (rows only), 2 and a text, 3… a word of the dictionary
//
// A new version gets a new first byte; DecodeCase goes on reading the old ones.
const caseVersion = 1

const (
	flagListed = 1 << iota
	flagTrigger
	flagMeasured
)

const (
	momentGiven     = 1
	momentEstimated = 1 << 4
	momentSeconds   = 1 << 5
)

var endStates = [...]keepiton.EndState{keepiton.EndNotAsked, keepiton.EndUnknown, keepiton.Ongoing, keepiton.Ended}

const secondsPerDay = 24 * 60 * 60

// AppendBinary appends the encoding of c to b. The error is always nil.
func (c *Case) AppendBinary(b []byte) ([]byte, error) {
	var flags byte
	if c.Listed {
		flags |= flagListed
	}
	if c.Trigger {
		flags |= flagTrigger
	}
	if c.Measured {
		flags |= flagMeasured
	}
	b = append(b, caseVersion, flags)
	b = appendText(b, string(c.ID))
	b = appendText(b, string(c.State))
	b = binary.AppendUvarint(b, uint64(len(c.Episodes)))
	for _, e := range c.Episodes {
		b = appendMoment(b, e.Start)
		b = append(b, byte(max(0, slices.Index(endStates[:], e.End.State))))
		b = appendMoment(b, e.End.At)
	}
	for _, w := range c.Dims {
		b = appendWord(b, w, "")
	}
	b = binary.AppendUvarint(b, uint64(len(c.Rows)))
	for i := range c.Rows {
		r := &c.Rows[i]
		b = appendText(b, r.Edition)
		b = binary.AppendUvarint(b, uint64(max(0, r.Year)))
		b = appendMoment(b, r.Start)
		for dim, w := range r.Dims {
			b = appendWord(b, w, c.Dims[dim])
		}
	}
	return b, nil
}

func appendText(b []byte, s string) []byte {
	return append(binary.AppendUvarint(b, uint64(len(s))), s...)
}

func appendWord(b []byte, w, same string) []byte {
	switch {
	case w == "":
		return append(b, blankWord)
	case w == same:
		return append(b, sameWord)
	}
	if n, ok := wordNumbers[w]; ok {
		return binary.AppendUvarint(b, uint64(n))
	}
	return appendText(append(b, speltWord), w)
}

func appendMoment(b []byte, m keepiton.Moment) []byte {
	if m.IsZero() {
		return append(b, 0)
	}
	head := momentGiven | byte(m.Precision&7)<<1
	if m.Estimated {
		head |= momentEstimated
	}
	at := m.At.Unix()
	if at%secondsPerDay != 0 {
		return binary.AppendVarint(append(b, head|momentSeconds), at)
	}
	return binary.AppendVarint(append(b, head), at/secondsPerDay)
}
