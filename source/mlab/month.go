package mlab

import (
	"io"
	"math"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"time"

	"keepiton"
	"keepiton/geo"
	"keepiton/source"
)

// monthName is how M-Lab names the file of a month.
var monthName = regexp.MustCompile(`(?i)^([a-z]{2})_(\d{4})_(\d{1,2})\.json`)

// medians of a month, and the count of tests behind each.
var medians = []struct{ metric, path, count string }{
	{"download-month", "metrics.download_throughput_mbps.p50", "sample_counts.downloads"},
	{"upload-month", "metrics.upload_throughput_mbps.p50", "sample_counts.uploads"},
	{"rtt-month", "metrics.latency_ms.p50", "sample_counts.downloads"},
	{"loss-month", "metrics.packet_loss.p50", "sample_counts.downloads"},
}

func (d *decoder) month(r io.Reader) error {
	doc, err := source.ReadDocument(r, d.File, "", "sample_counts.", "metrics.download_throughput_mbps.", "metrics.upload_throughput_mbps.", "metrics.latency_ms.", "metrics.packet_loss.")
	if err != nil {
		return err
	}
	d.Records++
	if doc.Bad != nil {
		d.Skip(*doc.Bad)
	}
	m := monthName.FindStringSubmatch(filepath.Base(d.File))
	if m == nil {
		return keepiton.Hint(keepiton.Errorf(keepiton.Invalid, "%s: of which country and month?", d.File), "the name of such a file says it: ir_2025_10.json")
	}
	e := keepiton.Entity{Country: strings.ToUpper(m[1])}
	year, _ := strconv.Atoi(m[2])
	month, _ := strconv.Atoi(m[3])
	if _, known := geo.ByCode(e.Country); !known || year < 2008 || year > 2200 || month < 1 || month > 12 {
		return keepiton.Errorf(keepiton.Invalid, "%s: no country and month", d.File)
	}
	at := time.Date(year, time.Month(month), 1, 0, 0, 0, 0, time.UTC)
	for _, one := range medians {
		text := doc.Text(one.path)
		n, err := strconv.ParseUint(doc.Text(one.count), 10, 32)
		v, err2 := strconv.ParseFloat(text, 64)
		if text == "" && doc.Bad != nil || n < leastTests && err == nil {
			continue
		}
		if err != nil || err2 != nil || !(v >= 0) || math.IsInf(v, 0) {
			d.Skip(source.Defect{Kind: "bad_value", Offset: -1, Why: one.path})
			continue
		}
		if err := d.Bin(one.metric, e, at, day, v, uint32(n)); err != nil {
			return err
		}
	}
	return nil
}
