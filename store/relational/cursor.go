package relational

import (
	"encoding/base64"
	"encoding/binary"
	"hash/crc32"
	"slices"

	"keepiton"
	"keepiton/store"
)

// position is where an incident stands in a sorted list: by a, then by b, both
// ascending whatever the sort.
type position struct{ a, b int64 }

func (p position) before(o position) bool { return p.a < o.a || p.a == o.a && p.b < o.b }

// sorts numbers the orders in cursors. Append only.
var sorts = []store.Sort{store.NewestFirst, store.OldestFirst, store.RecentlyChanged, store.ByID}

// positionOf gives the place of a revision: start is noStart when not known,
// which comes last in either direction.
func positionOf(sort store.Sort, key, start, recorded int64) position {
	switch sort {
	case store.OldestFirst:
		if start == noStart {
			start = -noStart
		}
		return position{start, key}
	case store.RecentlyChanged:
		return position{-recorded, -key}
	case store.ByID:
		return position{0, key}
	default:
		return position{-start, -key}
	}
}

// cursor is a position from which a list goes on, forwards or backwards. In
// text it is base64 of: byte 1, byte sort<<1 | backward, two varints, CRC-32
// (IEEE) of all before. It holds nothing that the page did not show.
type cursor struct {
	sort     store.Sort
	backward bool
	at       position
}

const cursorVersion = 1

func (c cursor) String() string {
	head := byte(slices.Index(sorts, c.sort)) << 1
	if c.backward {
		head |= 1
	}
	b := []byte{cursorVersion, head}
	b = binary.AppendVarint(b, c.at.a)
	b = binary.AppendVarint(b, c.at.b)
	b = binary.BigEndian.AppendUint32(b, crc32.ChecksumIEEE(b))
	return base64.RawURLEncoding.EncodeToString(b)
}

// parseCursor reads a cursor of the given sort.
func parseCursor(text string, sort store.Sort) (cursor, error) {
	bad := func() (cursor, error) {
		return cursor{}, keepiton.Hint(keepiton.Errorf(keepiton.Invalid, "%q is not a cursor of this list", text), "start again from the first page")
	}
	b, err := base64.RawURLEncoding.Strict().DecodeString(text)
	if err != nil || len(b) < 8 || len(b) > 32 || b[0] != cursorVersion {
		return bad()
	}
	body, sum := b[:len(b)-4], binary.BigEndian.Uint32(b[len(b)-4:])
	if crc32.ChecksumIEEE(body) != sum || int(body[1]>>1) >= len(sorts) || sorts[body[1]>>1] != sort {
		return bad()
	}
	c := cursor{sort: sort, backward: body[1]&1 == 1}
	a, n := binary.Varint(body[2:])
	if n <= 0 {
		return bad()
	}
	k, m := binary.Varint(body[2+n:])
	if m <= 0 || 2+n+m != len(body) {
		return bad()
	}
	c.at = position{a, k}
	return c, nil
}

// changesCursor is the cursor of the feed of changes: "s" and the sequence
// number of the last revision seen.
func changesCursor(seq int64) string {
	b := binary.AppendUvarint([]byte{cursorVersion}, uint64(seq))
	b = binary.BigEndian.AppendUint32(b, crc32.ChecksumIEEE(b))
	return "s" + base64.RawURLEncoding.EncodeToString(b)
}

func parseChangesCursor(text string) (int64, error) {
	if text == "" {
		return 0, nil
	}
	if len(text) > 1 && text[0] == 's' {
		b, err := base64.RawURLEncoding.Strict().DecodeString(text[1:])
		if err == nil && len(b) >= 6 && b[0] == cursorVersion {
			body, sum := b[:len(b)-4], binary.BigEndian.Uint32(b[len(b)-4:])
			v, n := binary.Uvarint(body[1:])
			if crc32.ChecksumIEEE(body) == sum && n > 0 && 1+n == len(body) && v < 1<<62 {
				return int64(v), nil
			}
		}
	}
	return 0, keepiton.Hint(keepiton.Errorf(keepiton.Invalid, "%q is not a cursor of the changes", text), "start again without a cursor")
}
