package evidence

import (
	"strings"
	"testing"
)

func TestSniffGoesByContent(t *testing.T) {
	ooxml := zipped(t, map[string][]byte{"[Content_Types].xml": []byte("<Types/>"), "word/document.xml": nil})
	odf := zipped(t, map[string][]byte{"mimetype": []byte("application/vnd.oasis.opendocument.text")})
	for _, c := range []struct {
		name string
		file string
		want Kind
	}{
		{"empty", "", Unknown},
		{"JPEG", "\xff\xd8\xff\xe0\x00\x10JFIF", JPEG},
		{"PNG", "\x89PNG\r\n\x1a\n\x00\x00\x00\x0dIHDR", PNG},
		{"cut PNG", "\x89PNG", Unknown},
		{"GIF", "GIF89a", GIF},
		{"old GIF", "GIF87a", GIF},
		{"GIF of no version", "GIF90a", Text},
		{"WebP", "RIFF\x00\x00\x00\x00WEBPVP8 ", WebP},
		{"wave", "RIFF\x00\x00\x00\x00WAVEfmt ", Media},
		{"other RIFF", "RIFF\x00\x00\x00\x00ABCD", Unknown},
		{"HEIC", "\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic", HEIC},
		{"HEIC by a compatible brand", "\x00\x00\x00\x18ftypmif1\x00\x00\x00\x00mif1heic", HEIC},
		{"AVIF", "\x00\x00\x00\x1cftypavif\x00\x00\x00\x00avifmif1heic", Unknown},
		{"picture in another codec", "\x00\x00\x00\x14ftypmif1\x00\x00\x00\x00mif1", Unknown},
		{"film", "\x00\x00\x00\x18ftypisom\x00\x00\x02\x00isomavc1", Media},
		{"film of a telephone", "\x00\x00\x00\x14ftyp3gp4\x00\x00\x00\x003gp4", Media},
		{"PDF", "%PDF-1.7\n", PDF},
		{"PDF after other bytes", "xxxx%PDF-1.7\n", Text},
		{"Word", string(ooxml), Office},
		{"OpenDocument", string(odf), Office},
		{"old Word", "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", Office},
		{"RTF", `{\rtf1 text}`, Office},
		{"ZIP", string(zipped(t, map[string][]byte{"a.jpg": nil})), Archive},
		{"gzip", "\x1f\x8b\x08", Archive},
		{"7z", "7z\xbc\xaf\x27\x1c", Archive},
		{"tar", strings.Repeat("\x00", 257) + "ustar", Archive},
		{"SVG", `<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>`, SVG},
		{"SVG behind a declaration", "\xef\xbb\xbf<?xml version=\"1.0\"?>\n<!-- x -->\n<svg onload=\"alert(1)\"/>", SVG},
		{"SVG in UTF-16", "\xff\xfe<\x00s\x00v\x00g\x00>\x00", SVG},
		{"XML that asks for a file", `<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>`, HTML},
		{"page", "<!DOCTYPE html><p>x", HTML},
		{"page after text", "hello\n<ScRiPt>alert(1)</script>", HTML},
		{"text", "Internet is cut since 3 o'clock.\nኢንተርኔት ተቋርጧል።\n", Text},
		{"CSV", "day,place\n2026-11-25,=cmd|' /C calc'!A0\n", Text},
		{"text cut in a character", strings.Repeat("a", SniffBytes-1) + "ኢ", Text},
		{"program", "\x7fELF\x02\x01\x01", Unknown},
		{"program of Windows", "MZ\x90\x00\x03", Unknown},
		{"bytes", "\x00\x01\x02\x03", Unknown},
		{"sound", "ID3\x03", Media},
	} {
		if got := Sniff([]byte(c.file)); got != c.want {
			t.Errorf("%s: got %s, want %s", c.name, got, c.want)
		}
	}
}

func TestDownloadNamesTellNothing(t *testing.T) {
	h := sum([]byte("x"))
	for kind, want := range map[Kind]string{JPEG: ".jpg", PNG: ".png", GIF: ".gif", PDF: ".pdf", HEIC: ".bin", WebP: ".bin", HTML: ".bin", SVG: ".bin"} {
		if got := DownloadName(kind, h); got != h[:16]+want {
			t.Errorf("%s: got %s", kind, got)
		}
	}
}
