package peers

import (
	"bytes"
	"compress/bzip2"
	"compress/gzip"
	"encoding/binary"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	gobgp "github.com/osrg/gobgp/v4/pkg/packet/bgp"
	"github.com/osrg/gobgp/v4/pkg/packet/mrt"

	"keepiton"
	"keepiton/bgp"
	"keepiton/bgp/bgptest"
	"keepiton/geo"
)

// Three files: a table of 609,246 entries, five minutes of updates, and a quarter of
// an hour of updates of 2026 as a collector of sixteen times the peers has them.
var files = map[string]string{"table": "routeviews/rib6.20150922.1200.bz2", "updates": "ripe-bgpdump/updates.20160811.1600.gz", "busy": "routeviews/updates.20260222.1530.bz2"}

const copies = 16

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
	if kind == "busy" {
		var expanded bytes.Buffer
		if err := bgptest.Expand(&expanded, data, copies); err != nil {
			b.Fatal(err)
		}
		data = expanded.Bytes()
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
			before := processor()
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
			b.ReportMetric((processor()-before).Seconds()*1000/float64(b.N), "cpu-ms/op")
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
			var spent time.Duration
			for b.Loop() {
				run := exec.Command(program, "-m", name)
				if err := run.Run(); err != nil { // its output goes nowhere
					b.Fatal(err)
				}
				spent += run.ProcessState.UserTime() + run.ProcessState.SystemTime()
			}
			b.ReportMetric(spent.Seconds()*1000/float64(b.N), "cpu-ms/op")
		})
	}
}

// processor is the time that this process has spent computing, which counts on a
// machine that is busy with other work.
func processor() time.Duration {
	var u syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &u)
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// withGobgp is the plain loop over gobgp's packages: frame, decode, and look at each
// prefix. It does not know records with microseconds: they are given as those without.
func withGobgp(tb testing.TB, data []byte) (elements int) {
	for len(data) >= mrt.MRT_COMMON_HEADER_LEN {
		n := mrt.MRT_COMMON_HEADER_LEN + int(binary.BigEndian.Uint32(data[8:]))
		if n > len(data) {
			break
		}
		b := data[:n]
		data = data[n:]
		h, err := mrt.ParseHeader(b)
		if err != nil {
			tb.Fatal(err)
		}
		body := b[mrt.MRT_COMMON_HEADER_LEN:]
		if h.Type.HasExtendedTimestamp() {
			body, h.Type = body[4:], mrt.BGP4MP
			h.Len -= 4
		}
		msg, err := mrt.ParseBody(body, h)
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
	if elements == 0 {
		tb.Fatal("gobgp read nothing")
	}
	return elements
}
