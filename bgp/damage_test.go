package bgp

import (
	"bytes"
	"io"
	"math/rand/v2"
	"testing"
	"testing/iotest"

	"keepiton"
)

// damaged is an archive of updates of 49,220 records, or 17,406, that is spoilt in
// ways that real archives are.
func damaged(t testing.TB) ([]byte, Stats) {
	data := openArchive(t, "ripe-bgpdump/updates.20160811.1600.gz")
	return data, countAll(t, data).stats
}

func elements(s Stats) int64 {
	return s.Announcements + s.Withdrawals + s.TableEntries + s.StateChanges
}

func TestWhatStandsAroundDamageIsKept(t *testing.T) {
	data, whole := damaged(t)
	middle := len(data) / 2
	dice := rand.New(rand.NewPCG(1, 2))
	flipped := bytes.Clone(data)
	for range 20 {
		flipped[dice.IntN(len(flipped))] ^= 1 << dice.IntN(8)
	}
	for name, c := range map[string]struct {
		data  []byte
		loses float64 // at most this share of the elements
		error Damage  // there must be one of these
	}{
		"cut in the middle of a record":  {data[:len(data)-20], 0.001, Cut},
		"cut inside a header":            {append(bytes.Clone(data), data[:5]...), 0, Cut},
		"cut at the beginning":           {data[7:], 0.001, BadHeader},
		"a block of zeros":               {splice(data, middle, 4096, make([]byte, 4096)), 0.01, BadHeader},
		"a block that is gone":           {splice(data, middle, 4096, nil), 0.01, BadHeader},
		"text between":                   {splice(data, middle, 0, bytes.Repeat([]byte("<html>404 not found</html>\n"), 400)), 0.001, BadHeader},
		"a length of four thousand MiB":  {absurd(data, middle, 0xfffffff0), 0.001, BadHeader},
		"a length that swallows records": {absurd(data, middle, 60000), 0.01, BadHeader},
		"a length of nothing":            {absurd(data, middle, 0), 0.001, BadHeader},
		"twenty bits flipped":            {flipped, 0.01, ""},
		"two archives in one":            {append(bytes.Clone(data), data...), -1, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := countAll(t, c.data).stats
			if got.Bytes != int64(len(c.data)) {
				t.Errorf("%d of %d bytes are accounted for", got.Bytes, len(c.data))
			}
			if lost := 1 - float64(elements(got))/float64(elements(whole)); lost > c.loses {
				t.Errorf("%.2f %% of the elements are lost", 100*lost)
			}
			if c.error != "" && got.Errors[c.error] == 0 {
				t.Errorf("errors %v, want some of %s", got.Errors, c.error)
			}
		})
	}
}

func splice(data []byte, at, gone int, put []byte) []byte {
	return append(append(bytes.Clone(data[:at]), put...), data[at+gone:]...)
}

// absurd sets the length of the record that begins at or after a place.
func absurd(data []byte, after int, length uint32) []byte {
	r := NewReader(bytes.NewReader(data))
	var m Message
	for r.Next(&m) == nil {
		if m.Offset >= int64(after) {
			out := bytes.Clone(data)
			b := out[m.Offset+8:]
			b[0], b[1], b[2], b[3] = byte(length>>24), byte(length>>16), byte(length>>8), byte(length)
			return out
		}
	}
	return nil
}

func TestWhatIsNoArchiveEndsAtOnce(t *testing.T) {
	for name, data := range map[string][]byte{
		"empty": nil, "text": bytes.Repeat([]byte("this is no archive\n"), 100_000), "zeros": make([]byte, 8<<20), "ones": bytes.Repeat([]byte{0xff}, 8<<20),
	} {
		r := NewReader(bytes.NewReader(data))
		var m Message
		for r.Next(&m) == nil {
			t.Fatalf("%s: a record of kind %d at %d", name, m.Kind, m.Offset)
		}
		if r.Stats.Records != 0 || r.Stats.Bytes != int64(len(data)) || r.Stats.SkippedBytes != int64(len(data)) || cap(r.buf) > 8<<20 {
			t.Errorf("%s: %+v, buffer of %d bytes", name, r.Stats, cap(r.buf))
		}
	}
}

func TestTheErrorOfTheSourceIsGivenAfterAllThatWasRead(t *testing.T) {
	data, _ := damaged(t)
	broken := io.MultiReader(bytes.NewReader(data[:100_000]), iotest.ErrReader(io.ErrUnexpectedEOF))
	r := NewReader(iotest.HalfReader(broken))
	var m Message
	var err error
	for err = r.Next(&m); err == nil; err = r.Next(&m) {
	}
	if err != io.ErrUnexpectedEOF || r.Stats.Records < 600 {
		t.Errorf("%v after %d records", err, r.Stats.Records)
	}
}

func FuzzReader(f *testing.F) {
	for _, name := range []string{"mrtparse/bird_bgp", "mrtparse/bird6-mrtdump_rib", "mrtparse/openbgpd_rib_table-v2", "mrtparse/openbgpd_bgp", "mrtparse/quagga_rib", "ripe-bgpdump/updates.nlri_mask_trailing_bits.gz", "bgpkit/rrc01_2000.11_updates.20001104.0124.gz"} {
		data := openArchive(f, name)
		f.Add(data[:min(len(data), 4000)])
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		r := NewReader(bytes.NewReader(data))
		table := NewTable()
		var m Message
		for range len(data) + 2 {
			err := r.Next(&m)
			if err == io.EOF {
				if r.Stats.Bytes != int64(len(data)) {
					t.Fatalf("%d of %d bytes are accounted for", r.Stats.Bytes, len(data))
				}
				table.Each(table.Quorum(false), table.Quorum(true), func(_ uint32, p Prefix, _ keepiton.ASN) { _ = p.String() })
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if (m.Kind == Update || m.Kind == State) && m.Peer == nil {
				t.Fatalf("a message of nobody at %d", m.Offset)
			}
			table.Apply(&m)
			for i := range table.peers {
				if size := table.peers[i].size; size[0] < 0 || size[1] < 0 || size[0]+size[1] > table.Len() {
					t.Fatalf("peer %d has %v of %d prefixes", i, size, table.Len())
				}
			}
		}
		t.Fatal("it does not end")
	})
}
