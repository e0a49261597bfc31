package evidence

import (
	"bytes"
	"encoding/binary"
	"strings"
	"unicode/utf8"
)

// SniffBytes is how much of a file Sniff looks at, from its beginning.
const SniffBytes = 4096

// Sniff says what a file is by its first SniffBytes bytes. A file that begins as
// one kind and carries another one further on (a polyglot) is what it begins as:
// decoders get it as that kind, and nothing else of it reaches a copy.
func Sniff(b []byte) Kind {
	if len(b) > SniffBytes {
		b = b[:SniffBytes]
	}
	for _, m := range magics {
		if len(b) >= m.at+len(m.bytes) && string(b[m.at:m.at+len(m.bytes)]) == m.bytes {
			if m.more == nil {
				return m.kind
			}
			if k := m.more(b); k != "" {
				return k
			}
		}
	}
	return sniffText(b)
}

// magics are the first bytes of formats, from their specifications; those of
// several kinds look further.
var magics = []struct {
	at    int
	bytes string
	kind  Kind
	more  func([]byte) Kind // empty: not this one
}{
	{bytes: "\xff\xd8\xff", kind: JPEG},                       // ITU-T T.81 B.1.1.3: SOI and the next marker
	{bytes: "\x89PNG\r\n\x1a\n", kind: PNG},                   // RFC 2083 section 3.1
	{bytes: "GIF87a", kind: GIF},                              // GIF87a, GIF89a section 17
	{bytes: "GIF89a", kind: GIF},                              //
	{bytes: "RIFF", more: sniffRIFF},                          // RFC 9649 section 2.4
	{at: 4, bytes: "ftyp", more: sniffBrand},                  // ISO/IEC 14496-12 section 4.3
	{bytes: "%PDF-", kind: PDF},                               // ISO 32000-1 section 7.5.2; at the beginning only
	{bytes: "PK\x03\x04", more: sniffZIP},                     // APPNOTE 4.3.7
	{bytes: "PK\x05\x06", kind: Archive},                      // an empty one
	{bytes: "PK\x07\x08", kind: Archive},                      // a spanned one
	{bytes: "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", kind: Office}, // [MS-CFB] 2.2
	{bytes: "{\\rtf", kind: Office},
	{bytes: "\x1f\x8b", kind: Archive}, // gzip
	{bytes: "BZh", kind: Archive},
	{bytes: "\xfd7zXZ\x00", kind: Archive},
	{bytes: "7z\xbc\xaf\x27\x1c", kind: Archive},
	{bytes: "Rar!\x1a\x07", kind: Archive},
	{bytes: "\x28\xb5\x2f\xfd", kind: Archive}, // zstd
	{at: 257, bytes: "ustar", kind: Archive},
	{bytes: "\x1a\x45\xdf\xa3", kind: Media}, // Matroska, WebM
	{bytes: "OggS", kind: Media},
	{bytes: "fLaC", kind: Media},
	{bytes: "ID3", kind: Media},
	{bytes: "#!AMR", kind: Media},
	{bytes: "FLV\x01", kind: Media},
	{bytes: "\x00\x00\x01\xba", kind: Media}, // MPEG program stream
	{bytes: "\x00\x00\x01\xb3", kind: Media},
	{bytes: "\x30\x26\xb2\x75\x8e\x66\xcf\x11", kind: Media}, // ASF
	{bytes: "\xff\xfb", kind: Media},                         // MPEG audio layer III
	{bytes: "\xff\xf1", kind: Media},                         // AAC in ADTS
	{bytes: "\xff\xf9", kind: Media},
}

func sniffRIFF(b []byte) Kind {
	if len(b) < 12 {
		return Unknown
	}
	switch string(b[8:12]) {
	case "WEBP":
		return WebP
	case "AVI ", "WAVE":
		return Media
	}
	return Unknown
}

// heicBrands are the brands of pictures in HEVC (ISO/IEC 23008-12 annex B.4).
// The generic mif1 counts when a compatible brand says HEVC.
var heicBrands = []string{"heic", "heix", "heim", "heis"}

func sniffBrand(b []byte) Kind {
	if len(b) < 12 {
		return Unknown
	}
	end := min(int(binary.BigEndian.Uint32(b)), len(b))
	major := string(b[8:12])
	has := func(brands ...string) bool {
		for _, brand := range brands {
			if major == brand {
				return true
			}
			for i := 16; i+4 <= end; i += 4 {
				if string(b[i:i+4]) == brand {
					return true
				}
			}
		}
		return false
	}
	switch {
	case has("avif", "avis"): // no decoder for AV1 here
		return Unknown
	case has(heicBrands...):
		return HEIC
	case major == "mif1" || major == "msf1" || has("hevc", "hevx"):
		return Unknown
	}
	return Media
}

// sniffZIP tells office files by the name of their first entry: OPC begins
// with [Content_Types].xml or a folder of it (ECMA-376 part 2), ODF with
// mimetype (ODF 1.3 part 2, section 3.3).
func sniffZIP(b []byte) Kind {
	if len(b) < 30 {
		return Archive
	}
	n := int(binary.LittleEndian.Uint16(b[26:]))
	name := string(b[30:min(30+n, len(b))])
	for _, p := range []string{"[Content_Types].xml", "_rels/", "docProps/", "word/", "xl/", "ppt/", "mimetype"} {
		if strings.HasPrefix(name, p) {
			return Office
		}
	}
	return Archive
}

// sniffText tells markup and plain text from bytes of no known kind.
func sniffText(b []byte) Kind {
	if len(b) == 0 {
		return Unknown
	}
	if bytes.HasPrefix(b, []byte{0xff, 0xfe}) || bytes.HasPrefix(b, []byte{0xfe, 0xff}) {
		b = bytes.ReplaceAll(b[2:], []byte{0}, nil) // UTF-16, read well enough to see markup
	}
	b = bytes.TrimPrefix(b, []byte("\xef\xbb\xbf"))
	low := bytes.ToLower(bytes.TrimLeft(b, " \t\r\n\f"))
	switch {
	case bytes.Contains(low, []byte("<svg")):
		return SVG
	case bytes.HasPrefix(low, []byte("<?xml")) || bytes.HasPrefix(low, []byte("<!")) || hasMarkup(low):
		return HTML
	}
	if !plain(b) {
		return Unknown
	}
	return Text
}

// hasMarkup reports whether a tag that a browser acts on stands anywhere: a
// sniffing browser may do so after text.
func hasMarkup(low []byte) bool {
	for _, tag := range []string{"<html", "<head", "<body", "<script", "<iframe", "<img", "<style", "<title", "<table", "<a ", "<div", "<object", "<embed", "<form"} {
		if bytes.Contains(low, []byte(tag)) {
			return true
		}
	}
	return false
}

// plain reports whether b is text in UTF-8 without control characters; the
// last character may be cut.
func plain(b []byte) bool {
	for len(b) > 0 {
		r, n := utf8.DecodeRune(b)
		if r == utf8.RuneError && n <= 1 {
			return len(b) < utf8.UTFMax && !utf8.FullRune(b)
		}
		if r < ' ' && r != '\t' && r != '\n' && r != '\r' && r != '\f' || r == 0x7f {
			return false
		}
		b = b[n:]
	}
	return true
}
