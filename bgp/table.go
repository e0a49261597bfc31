package bgp

import (
	"maps"
	"math/bits"
	"slices"

	"keepiton"
)

// Table is what the peers of collectors carry: for each prefix a set of peers.
// It is kept by [Table.Apply] and asked by [Table.Each]. One bit a prefix and peer:
// 1.2 million prefixes of 40 peers take some 60 MiB.
type Table struct {
	prefixes index
	words    int          // of 64 peers each, in sets
	sets     slab[uint64] // words for each prefix
	origin   slab[keepiton.ASN]
	paths    map[pathKey][]uint32 // ADD-PATH: what a peer has beside path 0, for each prefix
	peers    []peerState
	order    []uint32        // numbers of prefixes, ordered
	dumped   int64           // time of the newest dump; 0: there was none
	lost     map[string]bool // collectors that were lost, and had no dump since
	gone     []uint32        // numbers of what the last update withdrew, as far as it was known
	came     []uint32        // and of what it announced
	most     int             // bytes that it may take
	full     bool            // what was said does not fit: the table is not whole
}

// maxTable bounds the memory of a table, in bytes. 1.2 million prefixes fit as 2,800
// peers see them; the collectors of an archive have some hundreds.
const maxTable = 512 << 20

// fits reports whether so many prefixes may be kept with so many words of peers each.
// Beside its set a prefix takes some 80 bytes.
func (t *Table) fits(prefixes, words int) bool { return prefixes*(80+8*words) <= t.most }

// Full reports whether something did not fit: what the table has is not whole then.
func (t *Table) Full() bool { return t.full }

type pathKey struct {
	prefix uint32
	peer   int
}

type peerState struct {
	peer   *Peer
	up     bool
	size   [2]int // prefixes of IPv4 and IPv6
	dumped int64  // time of the dump that holds its table
	lost   bool   // its collector was not heard for a while: only a dump says again what it carries
}

// asked reports whether its silence may mean something.
func (p *peerState) asked() bool { return p.up && !p.lost && p.peer != nil }

// NewTable returns an empty table.
func NewTable() *Table { return &Table{words: 1, most: maxTable} }

// Ready reports whether a whole table was seen: without one, a prefix that no
// update has named yet cannot be told from one that is gone.
func (t *Table) Ready() bool { return t.dumped != 0 }

// Len returns how many prefixes were ever seen.
func (t *Table) Len() int { return t.prefixes.all.len() }

// Apply takes over what a message says.
//
// A peer whose session ends takes its routes with it, and is not asked until it is
// back with a full table: that is a reset, not a withdrawal by anybody. A dump
// replaces what was there.
func (t *Table) Apply(m *Message) {
	if t.full {
		return
	}
	switch m.Kind {
	case Index:
		t.dumped = m.At
		t.begin(m)
	case State:
		if i := t.number(m.Peer); m.New != Established {
			t.dropPeer(i)
		} else {
			t.peers[i].up = true
		}
	case Entries:
		if len(m.Entries) == 0 {
			return
		}
		if t.dumped == 0 {
			t.dumped = m.At // the first kind of dumps has no index
		}
		n := t.of(m.Prefix)
		for i := range m.Entries {
			e := &m.Entries[i]
			t.add(n, t.number(e.Peer), e.PathID)
			if e.Origin != 0 {
				*t.origin.at(n) = e.Origin
			}
		}
	case Update:
		if len(m.Announced)+len(m.Withdrawn) == 0 {
			return
		}
		peer := t.number(m.Peer)
		t.peers[peer].up = true
		t.gone, t.came = t.gone[:0], t.came[:0]
		for _, w := range m.Withdrawn {
			if w.Multicast {
				continue
			}
			if n, ok := t.prefixes.lookup(w.Prefix); ok {
				t.remove(n, peer, w.PathID)
				t.gone = append(t.gone, n)
			}
		}
		for _, a := range m.Announced {
			if a.Multicast {
				continue
			}
			n := t.of(a.Prefix)
			t.add(n, peer, a.PathID)
			t.came = append(t.came, n)
			if m.Origin != 0 {
				*t.origin.at(n) = m.Origin
			}
		}
	}
}

func (t *Table) of(p Prefix) uint32 {
	if n, known := t.prefixes.lookup(p); known {
		return n
	}
	if !t.fits(t.origin.len()+1, t.words) {
		t.full = true
		return 0
	}
	n := t.prefixes.of(p)
	if int(n) == t.origin.len() {
		t.origin.add(0)
		for range t.words {
			t.sets.add(0)
		}
	}
	return n
}

// number returns the place of a peer in the sets, and widens them when it is new.
func (t *Table) number(p *Peer) int {
	for p.ID >= len(t.peers) {
		t.peers = append(t.peers, peerState{})
	}
	if t.peers[p.ID].peer == nil {
		t.peers[p.ID] = peerState{peer: p, up: true, dumped: -1, lost: t.lost[p.Collector]}
	}
	if p.ID >= 64*t.words {
		wider := p.ID/64 + 1
		if !t.fits(max(1, t.origin.len()), wider) {
			t.full = true
			return 0
		}
		var sets slab[uint64]
		for n := range uint32(t.origin.len()) {
			for i := range wider {
				if i < t.words {
					sets.add(*t.word(n, i))
				} else {
					sets.add(0)
				}
			}
		}
		t.sets, t.words = sets, wider
	}
	return p.ID
}

// word returns the i-th word of the set of prefix n.
func (t *Table) word(n uint32, i int) *uint64 { return t.sets.at(n*uint32(t.words) + uint32(i)) }

func (t *Table) add(n uint32, peer int, path uint32) {
	word, bit := t.word(n, peer/64), uint64(1)<<(peer%64)
	if path != 0 {
		if t.paths == nil {
			t.paths = map[pathKey][]uint32{}
		}
		if key := (pathKey{n, peer}); !slices.Contains(t.paths[key], path) {
			t.paths[key] = append(t.paths[key], path)
		}
	}
	if *word&bit == 0 {
		*word |= bit
		t.peers[peer].size[t.family(n)]++
	}
}

func (t *Table) remove(n uint32, peer int, path uint32) {
	if path != 0 {
		key := pathKey{n, peer}
		left := slices.DeleteFunc(t.paths[key], func(p uint32) bool { return p == path })
		if len(left) > 0 { // another path to it stands
			t.paths[key] = left
			return
		}
		delete(t.paths, key)
	}
	word, bit := t.word(n, peer/64), uint64(1)<<(peer%64)
	if *word&bit != 0 {
		*word &^= bit
		t.peers[peer].size[t.family(n)]--
	}
}

func (t *Table) family(n uint32) int {
	if t.prefixes.all.at(n).v6 {
		return 1
	}
	return 0
}

func (t *Table) dropPeer(peer int) {
	gone := make([]uint64, t.words)
	gone[peer/64] = 1 << (peer % 64)
	t.drop(gone)
	t.peers[peer].up = false
}

// begin empties the tables of the peers whose new ones follow. A second index in the
// same second is of the other family.
func (t *Table) begin(m *Message) {
	for _, p := range m.Indexed {
		t.number(p)
	}
	if t.full {
		return
	}
	anew := make([]uint64, t.words)
	for _, p := range m.Indexed {
		if s := &t.peers[p.ID]; s.dumped != m.At {
			s.dumped, s.lost = m.At, false
			delete(t.lost, p.Collector)
			anew[p.ID/64] |= 1 << (p.ID % 64)
		}
	}
	t.drop(anew)
}

// Lose says that a collector was not heard for a while. What its peers announced and
// withdrew meanwhile is not known: none of them is asked until a dump of it.
func (t *Table) Lose(collector string) {
	if t.lost == nil {
		t.lost = map[string]bool{}
	}
	t.lost[collector] = true
	for i := range t.peers {
		if p := &t.peers[i]; p.peer != nil && p.peer.Collector == collector {
			p.lost = true
		}
	}
}

// Doubt says that a peer has not told its whole table yet: it is not asked before Trust.
func (t *Table) Doubt(p *Peer) { t.peers[t.number(p)].lost = true }

// Trust says that a peer has told its whole table by a time, in microseconds, as the
// dump of a collector would.
func (t *Table) Trust(p *Peer, at int64) {
	t.peers[t.number(p)].lost = false
	t.dumped = max(t.dumped, at)
}

// drop takes all routes from a set of peers.
func (t *Table) drop(gone []uint64) {
	for i := range uint32(t.sets.len()) {
		*t.sets.at(i) &^= gone[int(i)%t.words]
	}
	of := func(peer int) bool { return gone[peer/64]&(1<<(peer%64)) != 0 }
	maps.DeleteFunc(t.paths, func(key pathKey, _ []uint32) bool { return of(key.peer) })
	for i := range t.peers {
		if of(i) {
			t.peers[i].size = [2]int{}
		}
	}
}

// fullShare is how much of the largest table of the collector a peer must carry for
// its silence about a prefix to mean anything. IODA uses a fixed 400,000 prefixes,
// which the table has long outgrown (notes/detection.md 4.3).
const fullShare = 0.8

// Quorum is the set of peers that are asked for one family: those with a session
// and a full table.
type Quorum struct {
	mask []uint64
	N    int // how many they are
}

// Quorum returns who is asked now.
func (t *Table) Quorum(v6 bool) Quorum {
	f := 0
	if v6 {
		f = 1
	}
	largest := map[string]int{} // by collector
	for i := range t.peers {
		if p := &t.peers[i]; p.asked() {
			largest[p.peer.Collector] = max(largest[p.peer.Collector], p.size[f])
		}
	}
	q := Quorum{mask: make([]uint64, t.words)}
	for i := range t.peers {
		if p := &t.peers[i]; p.asked() && p.size[f] > 0 && float64(p.size[f]) >= fullShare*float64(largest[p.peer.Collector]) {
			q.mask[i/64] |= 1 << (i % 64)
			q.N++
		}
	}
	return q
}

// sees reports whether more than half of the quorum carry prefix n.
func (t *Table) sees(n uint32, q Quorum) bool {
	count := 0
	for i, asked := range q.mask {
		count += bits.OnesCount64(*t.word(n, i) & asked)
	}
	return 2*count > q.N
}

// Each gives the prefixes that more than half of those who are asked carry, in
// order: a covering prefix before all that it covers, IPv4 before IPv6.
func (t *Table) Each(q4, q6 Quorum, yield func(n uint32, p Prefix, origin keepiton.ASN)) {
	t.sort()
	for _, n := range t.order {
		p := *t.prefixes.all.at(n)
		q := q4
		if p.v6 {
			q = q6
		}
		if q.N > 0 && t.sees(n, q) {
			yield(n, p, *t.origin.at(n))
		}
	}
}

// sort brings the prefixes that came since the last call into the order.
func (t *Table) sort() {
	if len(t.order) == t.prefixes.all.len() {
		return
	}
	all := &t.prefixes.all
	by := func(a, b uint32) int { return all.at(a).Compare(*all.at(b)) }
	old := len(t.order)
	t.order = slices.Grow(t.order, all.len()-old)
	for n := old; n < all.len(); n++ {
		t.order = append(t.order, uint32(n))
	}
	slices.SortFunc(t.order[old:], by)
	if old == 0 {
		return
	}
	if fresh := slices.Clone(t.order[old:]); len(fresh) > 0 { // merge from the end
		i, j := old-1, len(fresh)-1
		for k := len(t.order) - 1; j >= 0; k-- {
			if i >= 0 && by(t.order[i], fresh[j]) > 0 {
				t.order[k] = t.order[i]
				i--
			} else {
				t.order[k] = fresh[j]
				j--
			}
		}
	}
}
