package bgp

import "maps"

// Damage names a kind of thing that could not be read.
type Damage string

// The kinds of damage.
const (
	Cut          Damage = "cut"           // the stream ends inside a record
	BadHeader    Damage = "bad_header"    // no record begins where one should; bytes were skipped
	ShortRecord  Damage = "short_record"  // a record ends before what it announces
	BadMarker    Damage = "bad_marker"    // a BGP message does not begin with sixteen bytes of ones (RFC 4271 section 4.1)
	BadMessage   Damage = "bad_message"   // lengths inside a BGP message do not fit
	BadAttribute Damage = "bad_attribute" // a path attribute overruns
	BadPrefix    Damage = "bad_prefix"    // a prefix longer than its family allows, or cut
	BadPath      Damage = "bad_path"      // an AS_PATH that no width of AS numbers explains
	UnknownPeer  Damage = "unknown_peer"  // an entry of a peer that the index does not have
	BadTime      Damage = "bad_time"      // a record a day or more from those around it: it is taken to be of their time
	BadText      Damage = "bad_text"      // a line that is no message of RIS Live, or has no such time, peer or path
	Unsupported  Damage = "unsupported"   // a kind of record that is known and not read: BGP4MP_ENTRY, other protocols
)

// excess is a record longer than the message in it. That is no damage, unless no
// record follows where one should: then the length is wrong.
const excess Damage = "excess"

// Stats counts what a Reader met. Elements are counted as bgpdump does: one for each
// prefix of an update, each entry of a table, each change of state.
type Stats struct {
	Records       int64            // MRT records, also those that could not be read
	Announcements int64            // elements
	Withdrawals   int64            // elements
	TableEntries  int64            // elements
	StateChanges  int64            // elements
	Errors        map[Damage]int64 // by kind; nil when there were none
	SkippedBytes  int64            // that belong to no record
	Bytes         int64            // uncompressed
	First         []Spot           // where the first of Errors were, at most MaxSpots
}

// MaxSpots is how many places of errors are kept.
const MaxSpots = 100

// Spot is a place in a stream.
type Spot struct {
	Kind   Damage
	Offset int64 // of the record, in the uncompressed stream, bytes
}

// Damaged reports how many things could not be read; what is merely unsupported is
// none of them.
func (s *Stats) Damaged() int64 {
	var n int64
	for kind, count := range s.Errors {
		if kind != Unsupported {
			n += count
		}
	}
	return n
}

// count counts the elements of a message.
func (s *Stats) count(m *Message) {
	s.Announcements += int64(len(m.Announced))
	s.Withdrawals += int64(len(m.Withdrawn))
	s.TableEntries += int64(len(m.Entries))
	if m.Kind == State {
		s.StateChanges++
	}
}

// add adds what another stream came to.
func (s *Stats) add(o *Stats) {
	s.Records += o.Records
	s.Announcements += o.Announcements
	s.Withdrawals += o.Withdrawals
	s.TableEntries += o.TableEntries
	s.StateChanges += o.StateChanges
	s.SkippedBytes += o.SkippedBytes
	s.Bytes += o.Bytes
	all := maps.Clone(s.Errors)
	for kind, n := range o.Errors {
		if all == nil {
			all = map[Damage]int64{}
		}
		all[kind] += n
	}
	s.Errors = all
	s.First = append(s.First[:len(s.First):len(s.First)], o.First[:min(len(o.First), MaxSpots-min(MaxSpots, len(s.First)))]...)
}

func (s *Stats) fail(kind Damage, offset int64) {
	if s.Errors == nil {
		s.Errors = map[Damage]int64{}
	}
	if s.Errors[kind]++; len(s.First) < MaxSpots {
		s.First = append(s.First, Spot{kind, offset})
	}
}
