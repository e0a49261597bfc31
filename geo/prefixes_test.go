package geo

import (
	"encoding/json"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestAddressesAreOfTheCountryThatHoldsThem(t *testing.T) {
	p := DefaultPrefixes()
	if p.Len() < 200_000 || p.Date.Year() < 2026 || !strings.Contains(p.String(), "asn-country") {
		t.Fatalf("%d blocks of %s", p.Len(), p)
	}
	for addr, want := range map[string]string{"196.188.0.1": "ET", "2.176.0.1": "IR", "2001:67c:2e8::1": "NL", "10.0.0.1": "", "0.0.0.0": "", "255.255.255.255": ""} {
		if got := p.Country(netip.MustParseAddr(addr)); got != want {
			t.Errorf("%s is of %q, want %q", addr, got, want)
		}
	}
	for _, all := range [][]Block{p.v4, p.v6} {
		for i, b := range all {
			if b.From > b.To || i > 0 && all[i-1].To >= b.From {
				t.Fatalf("blocks %+v and %+v", all[max(i-1, 0)], b)
			}
		}
	}
}

// The registries' own lists of countries of the region are another publisher's
// reading of the same delegations.
func TestThePrefixesOfCountriesAreTheirs(t *testing.T) {
	files, _ := filepath.Glob("../../shared/data/geo/rir-ip/*.json")
	if len(files) == 0 {
		if os.Getenv("CI") == "true" {
			t.Fatal("real data are missing")
		}
		t.Skip("REAL DATA ARE MISSING")
	}
	p := DefaultPrefixes()
	for _, name := range files {
		var list struct {
			CountryCode string
			Prefixes    struct{ IPv4, IPv6 []netip.Prefix }
		}
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(data, &list); err != nil {
			t.Fatal(err)
		}
		var ours, all float64
		for _, prefix := range list.Prefixes.IPv4 {
			from, _ := position(prefix.Addr())
			to := from | ^uint64(0)>>prefix.Bits()
			all += Equivalents(from, to, false)
			p.Each(from, to, false, func(b Block) {
				if b.Country == list.CountryCode {
					ours += Equivalents(b.From, b.To, false)
				}
			})
		}
		t.Logf("%s: %.0f /24 equivalents, %.1f %% of them ours as well", list.CountryCode, all, 100*ours/all)
		if ours < 0.6*all {
			t.Errorf("%s: only %.1f %% of its addresses", list.CountryCode, 100*ours/all)
		}
	}
}

func TestAnOperatorsTableIsRead(t *testing.T) {
	day := time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)
	p, err := ReadPrefixes(strings.NewReader(strings.Join([]string{
		"first,last,country", "# ours", "10.0.0.0/8,IR", "10.1.0.0,10.1.255.255,IQ", "10.1.2.0/24,IR",
		"afrinic|20240718|16340|00000000|20240718|00000", "afrinic|*|ipv4|*|5|summary", "afrinic|EG|ipv4|41.32.0.0|1024|20060101|allocated",
		"afrinic|EG|asn|24863|1|20060101|allocated", "afrinic|ZZ|ipv4|41.40.0.0|1024||available", "afrinic|ET|ipv6|2001:43f8::|32|20100101|assigned", "",
	}, "\n")), "ours", day)
	if err != nil {
		t.Fatal(err)
	}
	for addr, want := range map[string]string{"10.0.255.255": "IR", "10.1.1.255": "IQ", "10.1.2.0": "IR", "10.1.3.0": "IQ", "10.2.0.0": "IR", "11.0.0.0": "", "41.32.3.255": "EG", "41.32.4.0": "", "41.40.0.0": "", "2001:43f8:1::": "ET"} {
		if got := p.Country(netip.MustParseAddr(addr)); got != want {
			t.Errorf("%s is of %q, want %q", addr, got, want)
		}
	}
	if p.String() != "ours 2026-11-01" {
		t.Error(p)
	}
	for text, place := range map[string]string{"10.0.0.0/8,IR\n10.0.0.0/8,Iran": "line 2", "10.0.0.0/8,IR\n10.0.0.9,10.0.0.1,IR": "line 2", "x": "no block", "10.0.0.0/8,IR\na|IR|ipv4|10.0.0.0|99999999999|x|allocated": "line 2"} {
		if _, err := ReadPrefixes(strings.NewReader(text), "ours", day); err == nil || !strings.Contains(err.Error(), place) {
			t.Errorf("%q: %v", text, err)
		}
	}
}

func FuzzReadPrefixes(f *testing.F) {
	f.Add("10.0.0.0/8,IR\n10.1.0.0,10.2.0.0,IQ\n::/0,ET\n10.0.0.0,255.255.255.255,IR")
	f.Add("a|EG|ipv4|41.32.0.0|1024|1|allocated\na|EG|ipv6|::|0|1|assigned")
	f.Fuzz(func(t *testing.T, text string) {
		p, err := ReadPrefixes(strings.NewReader(text), "f", time.Time{})
		if err != nil {
			return
		}
		for _, all := range [][]Block{p.v4, p.v6} {
			for i, b := range all {
				if b.From > b.To || i > 0 && all[i-1].To >= b.From {
					t.Fatalf("%q gives blocks %+v and %+v", text, all[max(i-1, 0)], b)
				}
			}
		}
	})
}

func FuzzUnpackPrefixes(f *testing.F) {
	f.Add(prefixesBr[:200])
	f.Fuzz(func(_ *testing.T, b []byte) { _, _ = unpackPrefixes(b) })
}
