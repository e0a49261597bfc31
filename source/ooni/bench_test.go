package ooni

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/klauspost/compress/gzip"

	"keepiton"
)

// corpus is some 80 MB of JSON lines: the real measurements that there are, one a line,
// again and again with other reports, some of them of sites that are counted.
var corpus = sync.OnceValue(func() []byte {
	var lines [][]byte
	_ = filepath.WalkDir(data, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() || filepath.Ext(path) != ".json" || strings.Contains(path, "expect") {
			return err
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		var recorded struct{ Body string }
		var meta struct {
			Raw string `json:"raw_measurement"`
		}
		if json.Unmarshal(text, &recorded) == nil && json.Unmarshal([]byte(recorded.Body), &meta) == nil && meta.Raw != "" {
			text = []byte(meta.Raw)
		}
		var line bytes.Buffer
		if json.Compact(&line, text) == nil && bytes.Contains(line.Bytes(), []byte(`"test_keys"`)) {
			lines = append(lines, line.Bytes())
		}
		return nil
	})
	var out bytes.Buffer
	for i := 0; len(lines) > 0 && out.Len() < 80<<20; i++ {
		for _, line := range lines {
			fmt.Fprintf(&out, `{"report_id":"run%d",%s`+"\n", i, line[1:])
		}
	}
	return out.Bytes()
})

// peer is what encoding/json needs to know for the same fields.
type peer struct {
	ReportID string `json:"report_id"`
	ProbeID  string `json:"probe_id"`
	Input    any    `json:"input"`
	Test     string `json:"test_name"`
	Version  string `json:"test_version"`
	Country  string `json:"probe_cc"`
	ASN      string `json:"probe_asn"`
	Start    string `json:"measurement_start_time"`
	Keys     struct {
		Blocking    any
		Accessible  *bool
		Consistency string   `json:"dns_consistency"`
		ControlFail *string  `json:"control_failure"`
		DNSFail     *string  `json:"dns_experiment_failure"`
		Proportion  *float64 `json:"body_proportion"`
		Status      *bool    `json:"status_code_match"`
		Title       *bool    `json:"title_match"`
		Headers     *bool    `json:"headers_match"`
		Control     struct {
			DNS struct {
				Failure *string
				Addrs   []string
			}
			HTTP struct{ Failure *string } `json:"http_request"`
			TCP  map[string]struct {
				Status  *bool
				Failure *string
			} `json:"tcp_connect"`
			TLS map[string]struct {
				Status  *bool
				Failure *string
			} `json:"tls_handshake"`
			Info map[string]struct{ ASN int } `json:"ip_info"`
		}
		Queries []struct {
			Engine, Hostname string
			Failure          *string
			Tags             []string
			Answers          []struct {
				ASN        int
				IPv4, IPv6 string
				Hostname   string
			}
		}
		TCP []struct {
			IP     string
			Port   int
			Tags   []string
			Status struct {
				Failure *string
				Success *bool
			}
		} `json:"tcp_connect"`
		TLS []struct {
			Address string
			Server  string `json:"server_name"`
			Failure *string
			Tags    []string
			No      *bool `json:"no_tls_verify"`
		} `json:"tls_handshakes"`
		Requests []struct {
			Failure *string
			Tags    []string
			Request struct{ URL string }
		}
		TelegramTCP  *bool    `json:"telegram_tcp_blocking"`
		TelegramHTTP *bool    `json:"telegram_http_blocking"`
		TelegramWeb  *string  `json:"telegram_web_status"`
		Endpoints    string   `json:"whatsapp_endpoints_status"`
		Registration string   `json:"registration_server_status"`
		WhatsAppWeb  string   `json:"whatsapp_web_status"`
		MessengerDNS *bool    `json:"facebook_dns_blocking"`
		MessengerTCP *bool    `json:"facebook_tcp_blocking"`
		Signal       string   `json:"signal_backend_status"`
		SignalFail   *string  `json:"signal_backend_failure"`
		Bootstrap    *float64 `json:"bootstrap_time"`
		Failure      any
		Success      *bool
	} `json:"test_keys"`
}

// BenchmarkDecode reads JSON lines to sightings, plain and packed, and what they are
// measured against in the same run: encoding/json with the same fields, and unpacking
// alone.
func BenchmarkDecode(b *testing.B) {
	real(b, "oracles.csv")
	plain := corpus()
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	_, _ = z.Write(plain)
	_ = z.Close()
	n := bytes.Count(plain, []byte("\n"))
	ours := func(b *testing.B, in []byte) {
		b.SetBytes(int64(len(plain)))
		sights := 0
		for b.Loop() {
			sum, err := Decode(context.Background(), bytes.NewReader(in), Options{}, Sink{Sight: func(all []keepiton.Sighting) error { sights += len(all); return nil }})
			if err != nil || sum.Measurements != int64(n) || sum.Defects() != 0 {
				b.Fatal(sum, err)
			}
		}
		if sights == 0 {
			b.Fatal("nothing was counted")
		}
	}
	b.Run("plain/keepiton", func(b *testing.B) { ours(b, plain) })
	b.Run("plain/encoding-json", func(b *testing.B) {
		b.SetBytes(int64(len(plain)))
		for b.Loop() {
			in := bufio.NewScanner(bytes.NewReader(plain))
			in.Buffer(make([]byte, 1<<20), MaxLine)
			lines := 0
			for in.Scan() {
				var p peer
				if err := json.Unmarshal(in.Bytes(), &p); err == nil || p.Start != "" {
					lines++
				}
			}
			if lines != n {
				b.Fatal(lines, n)
			}
		}
	})
	b.Run("gzip/keepiton", func(b *testing.B) { ours(b, packed.Bytes()) })
	b.Run("gzip/inflate-alone", func(b *testing.B) {
		b.SetBytes(int64(len(plain)))
		for b.Loop() {
			z, err := gzip.NewReader(bytes.NewReader(packed.Bytes()))
			if err != nil {
				b.Fatal(err)
			}
			if _, err := io.Copy(io.Discard, z); err != nil {
				b.Fatal(err)
			}
		}
	})
}
