package bgp

import (
	"bytes"
	"io"
	"os"
	"runtime"
	"strconv"
	"testing"
	"time"

	"keepiton"
	"keepiton/bgp/bgptest"
	"keepiton/geo"
)

// BenchmarkSeries makes per-country and per-network series of a full table and of
// updates, few and many; bgp/peers compares it with other programs.
func BenchmarkSeries(b *testing.B) {
	for kind, name := range map[string]string{"table": "routeviews/rib6.20150922.1200.bz2", "updates": "ripe-bgpdump/updates.20160811.1600.gz", "busy": "routeviews/updates.20260222.1530.bz2"} {
		data := openArchive(b, name)
		if kind == "busy" {
			var expanded bytes.Buffer
			if err := bgptest.Expand(&expanded, data, 16); err != nil {
				b.Fatal(err)
			}
			data = expanded.Bytes()
		}
		b.Run(kind, func(b *testing.B) {
			b.SetBytes(int64(len(data)))
			b.ReportAllocs()
			for b.Loop() {
				series(b, bytes.NewReader(data))
			}
		})
	}
}

func series(tb testing.TB, r io.Reader) (bins int) {
	c := NewCounter(geo.DefaultPrefixes(), func(keepiton.Measurement) error { bins++; return nil })
	in := NewReader(r)
	var m Message
	for in.Next(&m) == nil {
		if err := c.Add(&m); err != nil {
			tb.Fatal(err)
		}
	}
	if err := c.Close(); err != nil {
		tb.Fatal(err)
	}
	return bins
}

// BenchmarkWholeInternet streams a made-up table, of 1.2 million prefixes of 40 peers
// unless KEEPITON_PREFIXES says how many, and reports the most memory that the
// process has had.
func BenchmarkWholeInternet(b *testing.B) {
	prefixes := 1_200_000
	if n, err := strconv.Atoi(os.Getenv("KEEPITON_PREFIXES")); err == nil {
		prefixes = n
	}
	for b.Loop() {
		read, write := io.Pipe()
		go func() { write.CloseWithError(bgptest.Internet(write, time.Unix(1_767_830_400, 0), prefixes, 40, 1)) }()
		if series(b, read) == 0 {
			b.Fatal("no bins")
		}
	}
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	b.ReportMetric(float64(m.Sys-m.HeapReleased)/(1<<20), "MiB")
	b.ReportMetric(peak()/(1<<20), "MiB-peak")
}

// peak returns the largest resident size of the process, in bytes; 0 where the
// system does not say it.
func peak() float64 {
	status, _ := os.ReadFile("/proc/self/status")
	_, rest, _ := bytes.Cut(status, []byte("VmHWM:"))
	fields := bytes.Fields(rest)
	if len(fields) == 0 {
		return 0
	}
	kB, _ := strconv.ParseFloat(string(fields[0]), 64)
	return kB * 1024
}
