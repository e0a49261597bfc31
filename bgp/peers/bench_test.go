package peers

import (
	"bufio"
	"bytes"
	"compress/bzip2"
	"compress/gzip"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	gobgp "github.com/osrg/gobgp/v4/pkg/packet/bgp"
	"github.com/osrg/gobgp/v4/pkg/packet/mrt"

	"keepiton"
	"keepiton/bgp"
	"keepiton/geo"
)

// Two files: a table of 609,246 entries, and five minutes of updates.
var files = map[string]string{"table": "routeviews/rib6.20150922.1200.bz2", "updates": "ripe-bgpdump/updates.20160811.1600.gz"}

func raw(b *testing.B, kind string) []byte {
	b.Helper()
	f, err := os.Open(filepath.Join("../../../shared/data/mrt", files[kind]))
	if err != nil {
		b.Skip(err)
	}
	defer f.Close()
	var r io.Reader = bzip2.NewReader(f)
	if strings.HasSuffix(files[kind], ".gz") {
		if r, err = gzip.NewReader(f); err != nil {
			b.Fatal(err)
		}
	}
	data, err := io.ReadAll(r)
	if err != nil {
		b.Fatal(err)
	}
	return data
}

func BenchmarkDecode(b *testing.B) {
	for kind := range files {
		data := raw(b, kind)
		b.Run(kind+"/keepiton", func(b *testing.B) {
			b.SetBytes(int64(len(data)))
			for b.Loop() {
				r := bgp.NewReader(bytes.NewReader(data))
				var m bgp.Message
				for r.Next(&m) == nil {
				}
			}
		})
		b.Run(kind+"/keepiton-series", func(b *testing.B) {
			where := geo.DefaultPrefixes()
			b.SetBytes(int64(len(data)))
			for b.Loop() {
				c := bgp.NewCounter(where, func(keepiton.Measurement) error { return nil })
				r := bgp.NewReader(bytes.NewReader(data))
				var m bgp.Message
				for r.Next(&m) == nil {
					if err := c.Add(&m); err != nil {
						b.Fatal(err)
					}
				}
				if err := c.Close(); err != nil {
					b.Fatal(err)
				}
			}
		})
		b.Run(kind+"/gobgp", func(b *testing.B) {
			b.SetBytes(int64(len(data)))
			for b.Loop() {
				withGobgp(b, data)
			}
		})
		b.Run(kind+"/bgpdump", func(b *testing.B) {
			program, err := exec.LookPath("bgpdump")
			if err != nil {
				b.Skip(err)
			}
			name := filepath.Join(b.TempDir(), "raw.mrt")
			if err := os.WriteFile(name, data, 0o600); err != nil {
				b.Fatal(err)
			}
			b.SetBytes(int64(len(data)))
			for b.Loop() {
				if err := exec.Command(program, "-m", name).Run(); err != nil { // its output goes nowhere
					b.Fatal(err)
				}
			}
		})
	}
}

// withGobgp is the plain loop over gobgp's packages: frame, decode, and look at each
// prefix.
func withGobgp(tb testing.TB, data []byte) (elements int) {
	s := bufio.NewScanner(bytes.NewReader(data))
	s.Buffer(make([]byte, 1<<20), 16<<20)
	s.Split(mrt.SplitMrt)
	for s.Scan() {
		b := s.Bytes()
		h, err := mrt.ParseHeader(b)
		if err != nil {
			tb.Fatal(err)
		}
		msg, err := mrt.ParseBody(b[mrt.MRT_COMMON_HEADER_LEN:], h)
		if err != nil {
			continue
		}
		switch body := msg.Body.(type) {
		case *mrt.BGP4MPMessage:
			if u, ok := body.BGPMessage.Body.(*gobgp.BGPUpdate); ok {
				elements += len(u.NLRI) + len(u.WithdrawnRoutes)
			}
		case *mrt.Rib:
			elements += len(body.Entries)
		}
	}
	return elements
}
