package relational

import (
	"encoding/binary"

	"keepiton"
)

// unshelver reads what shelf.encode wrote. After the first fault it gives
// zeroes, and wrong stays set.
type unshelver struct {
	data  []byte
	wrong bool
}

func newUnshelver(packed, into []byte) (*unshelver, error) {
	plain, err := unpack(packed, into)
	if err != nil {
		return nil, keepiton.Errorf(keepiton.Internal, "shelf: %w: %w", errBroken, err)
	}
	if len(plain) == 0 || plain[0] != shelfVersion {
		return nil, keepiton.Errorf(keepiton.Internal, "shelf: %w", errBroken)
	}
	return &unshelver{data: plain[1:]}, nil
}

func (u *unshelver) fault() error {
	if u.wrong || len(u.data) != 0 {
		return keepiton.Errorf(keepiton.Internal, "shelf: %w", errBroken)
	}
	return nil
}

func (u *unshelver) fail() { u.wrong, u.data = true, nil }

func (u *unshelver) byte() byte {
	if len(u.data) == 0 {
		u.fail()
		return 0
	}
	b := u.data[0]
	u.data = u.data[1:]
	return b
}

func (u *unshelver) uvarint() uint64 {
	v, n := binary.Uvarint(u.data)
	if n <= 0 {
		u.fail()
		return 0
	}
	u.data = u.data[n:]
	return v
}

func (u *unshelver) varint() int64 {
	v, n := binary.Varint(u.data)
	if n <= 0 {
		u.fail()
		return 0
	}
	u.data = u.data[n:]
	return v
}

// count reads the number of things to follow, each at least one byte long.
func (u *unshelver) count() int {
	n := u.uvarint()
	if n > uint64(len(u.data)) {
		u.fail()
		return 0
	}
	return int(n)
}

func (u *unshelver) text() []byte {
	n := u.count()
	t := u.data[:n]
	u.data = u.data[n:]
	return t
}

func (u *unshelver) superseded(recorded int64) int64 {
	span := u.uvarint()
	if span == 0 {
		return inForce
	}
	return recorded + int64(span-1)
}

// outline reads the outline part.
func (u *unshelver) outline(shape func(s shape, facets []int), facet func(string), entry func(e entry, shape int)) error {
	facets := u.count()
	for range facets {
		facet(string(u.text()))
	}
	var indexes []int
	shapes := u.count()
	for range shapes {
		s := shapeHead(u)
		indexes = indexes[:0]
		for range u.count() {
			i := u.uvarint()
			if i >= uint64(facets) {
				u.fail()
				break
			}
			indexes = append(indexes, int(i))
		}
		shape(s, indexes)
	}
	for range u.count() {
		e := entry0(u)
		k := u.uvarint()
		if k >= uint64(shapes) || e.slot >= shelfSize {
			u.fail()
			break
		}
		entry(e, int(k))
	}
	return u.fault()
}

func shapeHead(u *unshelver) shape {
	s := shape{state: u.byte(), start: u.varint(), openFrom: int(u.uvarint())}
	if int(s.state) > len(keepiton.States) {
		u.fail()
	}
	return s
}

func entry0(u *unshelver) entry {
	e := entry{slot: u.byte(), n: int64(u.uvarint()), seq: int64(u.uvarint()), recorded: u.varint()}
	e.superseded = u.superseded(e.recorded)
	return e
}

// present reads the present part; counted points into the unpacked bytes.
func (u *unshelver) present(yield func(slot uint8, recorded int64, counted []byte)) error {
	for len(u.data) > 0 {
		slot, recorded := u.byte(), u.varint()
		if counted := u.text(); !u.wrong {
			yield(slot, recorded, counted)
		}
	}
	return u.fault()
}

// history reads the history part; counted points into the unpacked bytes.
func (u *unshelver) history(yield func(e entry)) error {
	var before entry
	for len(u.data) > 0 {
		e := entry{slot: u.byte(), n: int64(u.uvarint()), recorded: u.varint()}
		e.superseded = u.superseded(e.recorded)
		switch u.byte() {
		case 0:
			e.counted = before.counted
		case 1:
			e.counted = u.text()
		default:
			u.fail()
		}
		if !u.wrong {
			yield(e)
		}
		before = e
	}
	return u.fault()
}

// decodeShelf reads a whole shelf back.
func decodeShelf(outline, present, history []byte) (*shelf, error) {
	s := &shelf{}
	u, err := newUnshelver(outline, nil)
	if err != nil {
		return nil, err
	}
	var facets []string
	var shapes []shape
	err = u.outline(func(sh shape, indexes []int) {
		for _, i := range indexes {
			sh.facets = append(sh.facets, facets[i])
		}
		shapes = append(shapes, sh)
	}, func(f string) { facets = append(facets, f) }, func(e entry, k int) {
		e.shape = shapes[k]
		s.entries = append(s.entries, e)
	})
	if err != nil {
		return nil, err
	}
	return s, s.attach(present, history)
}

// attach gives each entry its counted bytes.
func (s *shelf) attach(present, history []byte) error {
	type place struct {
		slot uint8
		n    int64
	}
	former := map[place][]byte{}
	current := map[uint8][]byte{}
	u, err := newUnshelver(present, nil)
	if err != nil {
		return err
	}
	if err := u.present(func(slot uint8, _ int64, counted []byte) { current[slot] = counted }); err != nil {
		return err
	}
	if u, err = newUnshelver(history, nil); err != nil {
		return err
	}
	if err := u.history(func(e entry) { former[place{e.slot, e.n}] = e.counted }); err != nil {
		return err
	}
	for i := range s.entries {
		e := &s.entries[i]
		if e.superseded == inForce {
			e.counted = current[e.slot]
		} else {
			e.counted = former[place{e.slot, e.n}]
		}
		if e.counted == nil {
			return keepiton.Errorf(keepiton.Internal, "shelf: %w: an entry is not counted", errBroken)
		}
	}
	return nil
}
