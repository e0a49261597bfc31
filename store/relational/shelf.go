package relational

import (
	"encoding/binary"
	"slices"
)

// shelfSize is the number of incidents of one shelf. A write packs one shelf
// anew (some 10 kB); a count unpacks all.
const shelfSize = 64

// inForce ends the span of a revision that still stands.
const inForce = 1 << 62

// entry is one revision on a shelf. It is in force from recorded until before
// superseded.
type entry struct {
	slot                 uint8 // number of the incident modulo shelfSize
	n                    int64
	seq                  int64
	recorded, superseded int64
	shape                shape
	counted              []byte // its count.Case
}

// shelf holds every revision of up to 64 incidents, in order of slot, then
// recorded, then n.
//
// It is stored in three parts, each compressed by zstd. Numbers are uvarints,
// or varints where they may be negative; a text is its length and its bytes.
//
//	outline   byte 1; n texts: facets; n shapes: state, start, openFrom, n indexes of facets;
//	          n entries: slot, n, seq, recorded, span, index of its shape
//	present   byte 1; for each incident with a revision in force: slot, recorded, text counted
//	history   byte 1; for each other revision: slot, n, recorded, span, 0 (counted as the entry before it) or 1 + text counted
//
// A span is 0 while in force, else 1 + superseded - recorded.
type shelf struct {
	entries []entry
}

const shelfVersion = 1

func shelfOf(key int64) (id int64, slot uint8) {
	year, n := key/yearSpan, key%yearSpan
	return year*yearSpan + n/shelfSize, uint8(n % shelfSize)
}

// keyAt returns the key of the incident in a slot of the shelf.
func keyAt(id int64, slot uint8) int64 {
	year, n := id/yearSpan, id%yearSpan
	return year*yearSpan + n*shelfSize + int64(slot)
}

func (s *shelf) encode() (outline, present, history []byte) {
	outline = []byte{shelfVersion}
	var facets []string
	facetIndex := map[string]int{}
	var shapes [][]byte
	shapeIndex := map[string]int{}
	var entries []byte
	for i := range s.entries {
		e := &s.entries[i]
		b := []byte{e.shape.state}
		b = binary.AppendVarint(b, e.shape.start)
		b = binary.AppendUvarint(b, uint64(e.shape.openFrom))
		b = binary.AppendUvarint(b, uint64(len(e.shape.facets)))
		for _, f := range e.shape.facets {
			k, ok := facetIndex[f]
			if !ok {
				k = len(facets)
				facetIndex[f] = k
				facets = append(facets, f)
			}
			b = binary.AppendUvarint(b, uint64(k))
		}
		k, ok := shapeIndex[string(b)]
		if !ok {
			k = len(shapes)
			shapeIndex[string(b)] = k
			shapes = append(shapes, b)
		}
		entries = append(entries, e.slot)
		entries = binary.AppendUvarint(entries, uint64(e.n))
		entries = binary.AppendUvarint(entries, uint64(e.seq))
		entries = binary.AppendVarint(entries, e.recorded)
		entries = binary.AppendUvarint(entries, e.span())
		entries = binary.AppendUvarint(entries, uint64(k))
	}
	outline = binary.AppendUvarint(outline, uint64(len(facets)))
	for _, f := range facets {
		outline = appendText(outline, []byte(f))
	}
	outline = binary.AppendUvarint(outline, uint64(len(shapes)))
	outline = append(outline, slices.Concat(shapes...)...)
	outline = binary.AppendUvarint(outline, uint64(len(s.entries)))
	outline = append(outline, entries...)
	present, history = s.encodeCounted()
	return pack(outline), pack(present), pack(history)
}

func (s *shelf) encodeCounted() (present, history []byte) {
	present, history = []byte{shelfVersion}, []byte{shelfVersion}
	var before *entry
	for i := range s.entries {
		e := &s.entries[i]
		if e.superseded == inForce {
			present = append(present, e.slot)
			present = binary.AppendVarint(present, e.recorded)
			present = appendText(present, e.counted)
			continue
		}
		history = append(history, e.slot)
		history = binary.AppendUvarint(history, uint64(e.n))
		history = binary.AppendVarint(history, e.recorded)
		history = binary.AppendUvarint(history, e.span())
		if before != nil && before.slot == e.slot && slices.Equal(before.counted, e.counted) {
			history = append(history, 0)
		} else {
			history = appendText(append(history, 1), e.counted)
		}
		before = e
	}
	return present, history
}

func (e *entry) span() uint64 {
	if e.superseded == inForce {
		return 0
	}
	return 1 + uint64(e.superseded-e.recorded)
}

func appendText(b, text []byte) []byte {
	return append(binary.AppendUvarint(b, uint64(len(text))), text...)
}
