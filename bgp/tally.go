package bgp

// Tally counts the distinct things that messages name.
type Tally struct {
	prefixes index
	seen     []uint8 // of each prefix: announced, withdrawn
	distinct [2]int64
	peers    []bool // by their number: whether it had an element
	spoke    int
}

const (
	announced = iota
	withdrawn
)

// Add counts what m names.
//
// A withdrawal in a record of the deprecated type 5 counts under the peer's own
// address with the length of the prefix, because bgpdump 1.6.2 reads it so and these
// numbers are to be compared with its own; [Message.Withdrawn] has what was really
// withdrawn.
func (t *Tally) Add(m *Message) {
	for _, a := range m.Announced {
		t.note(a.Prefix, announced)
	}
	for _, w := range m.Withdrawn {
		p := w.Prefix
		if m.Deprecated {
			p.hi = makePrefix(m.Peer.IP.AsSlice(), 32, false).hi
		}
		t.note(p, withdrawn)
	}
	if len(m.Announced)+len(m.Withdrawn) > 0 {
		t.heard(m.Peer)
	}
	if len(m.Entries) > 0 {
		t.note(m.Prefix, announced)
		for _, e := range m.Entries {
			t.heard(e.Peer)
		}
	}
}

func (t *Tally) note(p Prefix, what uint8) {
	n := t.prefixes.of(p)
	if int(n) == len(t.seen) {
		t.seen = append(t.seen, 0)
	}
	if t.seen[n]&(1<<what) == 0 {
		t.seen[n] |= 1 << what
		t.distinct[what]++
	}
}

func (t *Tally) heard(p *Peer) {
	for p.ID >= len(t.peers) {
		t.peers = append(t.peers, false)
	}
	if !t.peers[p.ID] {
		t.peers[p.ID] = true
		t.spoke++
	}
}

// Announced returns how many distinct prefixes were announced or stood in a table.
func (t *Tally) Announced() int64 { return t.distinct[announced] }

// Withdrawn returns how many distinct prefixes were withdrawn.
func (t *Tally) Withdrawn() int64 { return t.distinct[withdrawn] }

// Peers returns how many peers announced, withdrew or had something in a table: an
// address with an AS number is a peer.
func (t *Tally) Peers() int { return t.spoke }
