package casework

import (
	"cmp"
	"slices"

	"keepiton"
	"keepiton/evidence"
)

// PictureOf names a file of a report.
type PictureOf struct {
	Report keepiton.EnvelopeID
	File   int // from 1
}

// Likeness is a picture of another report that looks like one of this. It is a
// hint for eyes, and groups nothing.
type Likeness struct {
	File     int // of the report that was asked for
	Of       PictureOf
	Distance int  // of the fingerprints, in bits of 128
	Plain    bool // there is little on both; they may be alike by chance
}

// How alike two pictures are, for words; docs/evidence.md has the distances that
// were measured: another encoding differs in 2 bits, another size in 9, a rim
// that was cut off in 17.
const (
	sameUpTo  = 2
	closeUpTo = 9
)

// Degree says how alike in a code: plain, same, close, likely.
func (l Likeness) Degree() string {
	switch {
	case l.Plain:
		return "plain"
	case l.Distance <= sameUpTo:
		return "same"
	case l.Distance <= closeUpTo:
		return "close"
	}
	return "likely"
}

// Like finds pictures of other reports than id that look like one with the
// fingerprint h, the likest first. A picture with nothing on it is like none.
func (s *Shelf) Like(id keepiton.EnvelopeID, h evidence.Hash) (all []Likeness) {
	if h == (evidence.Hash{}) {
		return nil
	}
	s.prints.Near(h, func(p PictureOf, distance int) bool {
		if p.Report != id {
			all = append(all, Likeness{Of: p, Distance: distance, Plain: h.Plain()})
		}
		return true
	})
	slices.SortStableFunc(all, func(a, b Likeness) int { return cmp.Compare(a.Distance, b.Distance) })
	return all
}

// Likenesses finds the pictures of other reports that look like those of a
// report, file by file.
func (s *Shelf) Likenesses(id keepiton.EnvelopeID) (all []Likeness) {
	j := s.Judged[id]
	if j == nil || j.Looked == nil {
		return nil
	}
	for _, p := range j.Looked.Prints {
		for _, l := range s.Like(id, p.Hash) {
			l.File = p.File
			all = append(all, l)
		}
	}
	slices.SortStableFunc(all, func(a, b Likeness) int { return cmp.Compare(a.File, b.File) })
	return all
}
