//go:build ignore

// Prefixes writes geo/data/prefixes.br: which country holds which addresses.
//
//	go run geo/gen/prefixes.go -npm DIR -version 2.3.2026061719 -o geo/data/prefixes.br
//
// DIR is a folder with the npm package @ip-location-db/asn-country unpacked
// (CC0-1.0; its data are the NRO's, CC BY 4.0). The day is the one that its version
// names. unpackPrefixes in geo/prefixes.go says what the file looks like.
package main

import (
	"bytes"
	"encoding/binary"
	"encoding/csv"
	"flag"
	"fmt"
	"log"
	"math/bits"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/andybalholm/brotli"
)

type block struct {
	from, to uint64
	country  string
}

func main() {
	npm := flag.String("npm", "package", "folder with asn-country-ipv4.csv and asn-country-ipv6.csv")
	version := flag.String("version", "", "version of the package")
	output := flag.String("o", "geo/data/prefixes.br", "file to write")
	flag.Parse()
	parts := strings.Split(*version, ".")
	day, err := time.Parse("20060102", parts[len(parts)-1][:8])
	if err != nil {
		log.Fatal("version: ", err)
	}
	var raw bytes.Buffer
	fmt.Fprintf(&raw, "ip-location-db asn-country %s\n%s\nCC BY 4.0, nro.net\n", *version, day.Format(time.DateOnly))
	pack(&raw, read(filepath.Join(*npm, "asn-country-ipv4.csv")))
	pack(&raw, read(filepath.Join(*npm, "asn-country-ipv6.csv")))
	var out bytes.Buffer
	w := brotli.NewWriterOptions(&out, brotli.WriterOptions{Quality: 11, LGWin: 22})
	if _, err := w.Write(raw.Bytes()); err != nil {
		log.Fatal(err)
	}
	if err := w.Close(); err != nil {
		log.Fatal(err)
	}
	if err := os.WriteFile(*output, out.Bytes(), 0o644); err != nil {
		log.Fatal(err)
	}
	log.Printf("%d bytes", out.Len())
}

// read returns the blocks of one family, neighbours of one country joined.
func read(name string) []block {
	f, err := os.Open(name)
	if err != nil {
		log.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		log.Fatal(err)
	}
	var out []block
	for _, row := range rows {
		b := block{from: position(row[0]), to: position(row[1]), country: row[2]}
		if n := len(out); n > 0 && out[n-1].country == b.country && b.from <= out[n-1].to+1 {
			out[n-1].to = max(out[n-1].to, b.to)
			continue
		}
		out = append(out, b)
	}
	return out
}

func position(s string) uint64 {
	a := netip.MustParseAddr(s)
	if a.Is4() {
		b := a.As4()
		return uint64(binary.BigEndian.Uint32(b[:]))
	}
	b := a.As16()
	return binary.BigEndian.Uint64(b[:])
}

func pack(w *bytes.Buffer, all []block) {
	var countries []string
	for _, b := range all {
		countries = append(countries, b.country)
	}
	slices.Sort(countries)
	countries = slices.Compact(countries)
	fmt.Fprintln(w, strings.Join(countries, " "))
	w.Write(binary.AppendUvarint(nil, uint64(len(all))))
	var end uint64
	for _, b := range all {
		w.Write(scaled(b.from - end))
		end = b.to + 1
	}
	for _, b := range all {
		w.Write(scaled(b.to + 1 - b.from))
	}
	for _, b := range all {
		i, _ := slices.BinarySearch(countries, b.country)
		w.Write(binary.AppendUvarint(nil, uint64(i)))
	}
}

func scaled(n uint64) []byte {
	if n == 0 {
		return []byte{0}
	}
	k := bits.TrailingZeros64(n)
	return binary.AppendUvarint([]byte{byte(k + 1)}, n>>k>>1)
}
