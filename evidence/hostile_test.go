package evidence

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"image"
	"strings"
	"testing"

	"keepiton"
)

// payload stands in files that carry more than a picture; no copy may have it.
const payload = `<script>alert("` + secretText + `")</script>`

func chunk(name string, body []byte) []byte {
	b := binary.BigEndian.AppendUint32(nil, uint32(len(body)))
	b = append(append(b, name...), body...)
	return binary.BigEndian.AppendUint32(b, crc32.ChecksumIEEE(b[4:]))
}

// pngFile is a PNG whose header says width × height and whose pixels are the
// given bytes, compressed.
func pngFile(width, height uint32, pixels []byte, more ...[]byte) []byte {
	ihdr := binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(nil, width), height)
	ihdr = append(ihdr, 8, 6, 0, 0, 0) // 8 bits, RGBA
	out := append([]byte("\x89PNG\r\n\x1a\n"), chunk("IHDR", ihdr)...)
	for _, m := range more {
		out = append(out, m...)
	}
	return append(append(out, chunk("IDAT", deflated(pixels))...), chunk("IEND", nil)...)
}

func deflated(b []byte) []byte {
	var w bytes.Buffer
	z := zlib.NewWriter(&w)
	_, _ = z.Write(b)
	_ = z.Close()
	return w.Bytes()
}

// jpegSized changes what the frame of a JPEG says of its size.
func jpegSized(t *testing.T, width, height uint16) []byte {
	b := asJPEG(t, photo(1, 16, 16), 80)
	i := bytes.Index(b, []byte{0xff, 0xc0})
	binary.BigEndian.PutUint16(b[i+5:], height)
	binary.BigEndian.PutUint16(b[i+7:], width)
	return b
}

// gifOf is a GIF with frames of one size, whose pixels are one code: end.
func gifOf(canvas, frame uint16, frames int, more string) []byte {
	le := binary.LittleEndian
	b := []byte("GIF89a")
	b = append(le.AppendUint16(le.AppendUint16(b, canvas), canvas), 0x80, 0, 0, 0, 0, 0, 255, 255, 255)
	b = append(b, more...)
	for range frames {
		b = append(b, 0x2c, 0, 0, 0, 0)
		b = append(le.AppendUint16(le.AppendUint16(b, frame), frame), 0, 2, 1, 0x2c, 0)
	}
	return append(b, 0x3b)
}

func webpOf(chunks ...[]byte) []byte {
	b := []byte("RIFF\x00\x00\x00\x00WEBP")
	for _, c := range chunks {
		b = append(b, c...)
	}
	binary.LittleEndian.PutUint32(b[4:], uint32(len(b)-8))
	return b
}

func riffChunk(name string, body []byte) []byte {
	b := binary.LittleEndian.AppendUint32([]byte(name), uint32(len(body)))
	return append(b, body...)
}

// vp8l is the header of a lossless picture (RFC 9649 section 3.4) with nothing
// after it.
func vp8l(width, height uint32) []byte {
	bits := (width - 1) | (height-1)<<14
	return riffChunk("VP8L", append([]byte{0x2f}, binary.LittleEndian.AppendUint32(nil, bits)...))
}

// heicSized changes what the boxes ispe of a HEIC say of its size.
func heicSized(t *testing.T, width, height uint32) []byte {
	b := asHEIC(t, photo(1, 64, 64))
	n := 0
	for i := 0; i+16 < len(b); i++ {
		if string(b[i:i+4]) == "ispe" {
			binary.BigEndian.PutUint32(b[i+8:], width)
			binary.BigEndian.PutUint32(b[i+12:], height)
			n++
		}
	}
	if n == 0 {
		t.Fatal("fixture: no box ispe")
	}
	return b
}

// pdfWith is a PDF with one page of the given dictionary entries, and objects
// from 4 on.
func pdfWith(page string, objects ...string) []byte {
	all := []string{
		"1 0 obj\n<</Type/Catalog/Pages 2 0 R>>\nendobj\n",
		"2 0 obj\n<</Type/Pages/Count 1/Kids[3 0 R]>>\nendobj\n",
		"3 0 obj\n<</Type/Page/Parent 2 0 R" + page + ">>\nendobj\n",
	}
	for i, o := range objects {
		all = append(all, fmt.Sprintf("%d 0 obj\n%s\nendobj\n", 4+i, o))
	}
	return rawPDF(all...)
}

func stream(dict string, b []byte) string {
	return fmt.Sprintf("<<%s/Length %d>>\nstream\n%s\nendstream", dict, len(b), b)
}

const page = "/MediaBox[0 0 200 200]/Contents 4 0 R/Resources<</XObject<</X 5 0 R>>>>"

func TestHostileFiles(t *testing.T) {
	slow(t)
	zeros := make([]byte, 64<<20)
	plain := asJPEG(t, photo(1, 64, 48), 80)
	archive := zipped(t, map[string][]byte{"x": []byte(payload)})
	locked := asPDF("locked")

	for _, group := range []struct {
		reason string
		files  []hostile
	}{
		{"headers that announce too much", []hostile{
			{"PNG of 50,000 × 50,000", PNG, pngFile(50000, 50000, nil), keepiton.TooLarge, "png: 50000 × 50000 pixels"},
			{"PNG of 20,000 × 20,000", PNG, pngFile(20000, 20000, nil), keepiton.TooLarge, "png: 20000 × 20000 pixels are more than 64000000"},
			{"PNG of no pixels", PNG, pngFile(0, 10, nil), keepiton.Invalid, "png:"},
			{"PNG of a negative width", PNG, pngFile(1<<31, 10, nil), keepiton.Invalid, "png:"},
			{"JPEG of 65,535 × 65,535", JPEG, jpegSized(t, 65535, 65535), keepiton.TooLarge, "jpeg: 65535 × 65535 pixels"},
			{"JPEG of no height", JPEG, jpegSized(t, 16, 0), keepiton.Invalid, "jpeg:"},
			{"GIF of 65,535 × 65,535", GIF, gifOf(65535, 1, 1, ""), keepiton.TooLarge, "gif: 65535 × 65535 pixels"},
			{"GIF with many large frames", GIF, gifOf(7000, 7000, 10, ""), keepiton.TooLarge, "gif: 6 frames have more than"},
			{"GIF with too many frames", GIF, gifOf(8, 8, MaxFrames+1, ""), keepiton.TooLarge, "gif: more than 200 frames"},
			{"GIF with a frame beyond the canvas", GIF, gifOf(8, 4000, 1, ""), keepiton.Invalid, "gif:"},
			{"WebP of 16,384 × 16,384", WebP, webpOf(vp8l(16384, 16384)), keepiton.TooLarge, "webp: 16384 × 16384 pixels"},
			{"WebP with a canvas of 16,777,216", WebP, webpOf(riffChunk("VP8X", []byte("\x02\x00\x00\x00\xff\xff\xff\xff\xff\xff"))), keepiton.TooLarge, "webp: 16777216 × 16777216"},
			{"WebP with a chunk beyond the end", WebP, webpOf([]byte("VP8L\xff\xff\xff\x7f")), keepiton.Invalid, `webp: chunk "VP8L" at byte 12`},
			{"WebP with an animation of no frames", WebP, webpOf(riffChunk("VP8X", []byte("\x02\x00\x00\x00\x09\x00\x00\x09\x00\x00"))), keepiton.Invalid, "without a frame"},
			{"HEIC of 60,000 × 60,000", HEIC, heicSized(t, 60000, 60000), "refused", ""},
			{"HEIC of 20,000 × 20,000", HEIC, heicSized(t, 20000, 20000), "refused", ""},
		}},
		{"bytes that grow", []hostile{
			{"PNG whose pixels do not end", PNG, pngFile(16, 16, zeros), keepiton.Invalid, "png:"},
			{"PNG with a text that grows", PNG, pngFile(16, 16, make([]byte, 16*65), chunk("zTXt", append([]byte("a\x00\x00"), deflated(zeros)...))), "", ""},
			{"PNG with a profile that grows", PNG, pngFile(16, 16, make([]byte, 16*65), chunk("iCCP", append([]byte("a\x00\x00"), deflated(zeros)...))), "", ""},
			{"PDF whose content grows twice", PDF, pdfWith(page, stream("/Filter[/FlateDecode/FlateDecode]", deflated(deflated(zeros))), "<<>>"), "", ""},
			{"PDF with a picture of 50,000 × 50,000", PDF, pdfWith(page, stream("", []byte("q 200 0 0 200 0 0 cm /X Do Q")),
				stream("/Type/XObject/Subtype/Image/Width 50000/Height 50000/ColorSpace/DeviceRGB/BitsPerComponent 8/Filter/FlateDecode", deflated(zeros))), "either", ""},
		}},
		{"documents that never end", []hostile{
			{"page of two hundred inches", PDF, pdfWith("/MediaBox[0 0 14400 14400]"), "", ""},
			{"page of a mile", PDF, pdfWith("/MediaBox[0 0 4561920 4561920]"), keepiton.Invalid, "pdf: page 1 is"},
			{"page that is a line", PDF, pdfWith("/MediaBox[0 0 900000 0.0001]"), "either", ""},
			{"page tree that contains itself", PDF, rawPDF("1 0 obj\n<</Type/Catalog/Pages 2 0 R>>\nendobj\n", "2 0 obj\n<</Type/Pages/Count 9/Kids[2 0 R 2 0 R]>>\nendobj\n"), "refused", ""},
			{"a billion pages", PDF, rawPDF("1 0 obj\n<</Type/Catalog/Pages 2 0 R>>\nendobj\n", "2 0 obj\n<</Type/Pages/Count 1000000000/Kids[3 0 R]>>\nendobj\n", "3 0 obj\n<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>\nendobj\n"), "either", ""},
			{"drawing that draws itself", PDF, pdfWith(page, stream("", []byte("/X Do")), stream("/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</X 5 0 R>>>>", []byte("/X Do /X Do"))), "either", ""},
			{"drawings that double", PDF, doubling(24), "either", ""},
			{"arrays in arrays", PDF, pdfWith("/MediaBox[0 0 9 9]/X " + strings.Repeat("[", 100_000) + strings.Repeat("]", 100_000)), "either", ""},
			{"no objects at all", PDF, []byte("%PDF-1.7\n%%EOF\n"), keepiton.Invalid, "pdf: it cannot be opened"},
			{"a password", PDF, encrypted(t, locked), keepiton.Invalid, "pdf: it is locked with a password"},
		}},
		{"files that are two things", []hostile{
			{"JPEG and archive", JPEG, append(bytes.Clone(plain), archive...), "", ""},
			{"PNG and archive", PNG, append(asPNG(t, photo(1, 64, 48)), archive...), "", ""},
			{"PDF and archive", PDF, append(asPDF("a page"), archive...), "", ""},
			{"JPEG with a page in a comment", JPEG, withComment(plain, payload), "", ""},
			{"GIF with a page in a comment", GIF, gifOf(8, 8, 1, "\x21\xfe"+string(rune(len(payload)))+payload+"\x00"), "either", ""},
			{"GIF that is a script", GIF, append([]byte("GIF89a/*\x08\x00\x80\x00\x00*/=1;"), payload...), "refused", ""},
			{"PNG with a page in a text", PNG, pngFile(16, 16, make([]byte, 16*65), chunk("tEXt", []byte("a\x00"+payload))), "", ""},
			{"WebP with a page behind it", WebP, append(webpOf(vp8l(4, 4)), payload...), "either", ""},
			{"JPEG that is a PDF further on", JPEG, withComment(plain, "%PDF-1.4 "+payload), "", ""},
		}},
	} {
		t.Run(group.reason, func(t *testing.T) {
			for _, f := range group.files {
				t.Run(f.name, func(t *testing.T) { f.check(t) })
			}
		})
	}
}

// hostile is a file and what must become of it: an error with a code and text;
// "" for a copy without the payload; "refused" for an error of any kind;
// "either" where versions of a decoder may differ.
type hostile struct {
	name string
	kind Kind
	file []byte
	code keepiton.Code
	text string
}

func (f hostile) check(t *testing.T) {
	if got := Sniff(f.file); got != f.kind {
		t.Fatalf("Sniff: got %s, want %s", got, f.kind)
	}
	p, err := kept.Clean(t.Context(), f.kind, f.file, nil)
	if err == nil && (bytes.Contains(p.Bytes, []byte("alert")) || bytes.Contains(p.Bytes, []byte(secretText)) || bytes.Contains(p.Bytes, []byte("PK\x03\x04"))) {
		t.Error("the copy has the payload")
	}
	code := keepiton.CodeOf(err)
	switch {
	case code != "" && code != keepiton.Invalid && code != keepiton.TooLarge:
		t.Errorf("got %v (%s), which is no fault of a file", err, code)
	case f.code == "either":
	case f.code == "refused":
		if err == nil {
			t.Error("it was copied")
		}
	case code != f.code || err != nil && !strings.Contains(err.Error(), f.text):
		t.Errorf("got %v (%s), want %q with %q", err, code, f.code, f.text)
	}
	if err != nil && strings.Contains(err.Error(), secretText) {
		t.Errorf("the error quotes the file: %v", err)
	}
}

// doubling is a PDF whose page draws two drawings that each draw two, n times.
func doubling(n int) []byte {
	objects := []string{stream("", []byte("/X Do"))}
	for i := range n {
		objects = append(objects, stream(fmt.Sprintf("/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</X %d 0 R>>>>", 6+i), []byte("/X Do /X Do")))
	}
	return pdfWith(page, append(objects, stream("/Type/XObject/Subtype/Form/BBox[0 0 9 9]", []byte("0 0 9 9 re f")))...)
}

// encrypted has qpdf lock a PDF.
func encrypted(t *testing.T, b []byte) []byte {
	path := save(t, "a.pdf", b)
	do(t, "/", tool(t, "qpdf", "qpdf"), "--replace-input", "--encrypt", "user", "owner", "256", "--", path)
	return load(t, path)
}

// withComment puts a segment COM after the beginning of a JPEG.
func withComment(b []byte, text string) []byte {
	seg := append([]byte{0xff, 0xfe, byte((len(text) + 2) >> 8), byte(len(text) + 2)}, text...)
	return append(append(bytes.Clone(b[:2]), seg...), b[2:]...)
}

// Files that break off, and files with a wrong bit, end in a picture or in an
// error that says which format was broken; nothing else.
func TestBrokenFiles(t *testing.T) {
	slow(t)
	forPDF, err := prepare(t.Context(), PDF, kept.Cache.folderFor(t.Context(), kept, PDF))
	if err != nil {
		t.Fatal(err)
	}
	defer forPDF.pdf.Close()
	forHEIC, err := prepare(t.Context(), HEIC, kept.Cache.folderFor(t.Context(), kept, HEIC))
	if err != nil {
		t.Fatal(err)
	}
	defer forHEIC.heif.close()
	img := photo(6, 96, 64)
	trials := map[Kind]func(b []byte) error{
		GIF: func(b []byte) error { _, err := decodeGIF(b); return err },
	}
	for _, k := range []Kind{JPEG, PNG, WebP} {
		trials[k] = func(b []byte) error { _, _, err := decode(decoders{}, k, b); return err }
	}
	files := map[Kind][]byte{
		JPEG: asJPEG(t, img, 80), PNG: asPNG(t, img), GIF: asGIF(t, img, screen(96, 64, "b")),
		WebP: convert(t, asPNG(t, img), "png", "webp"), PDF: asPDF("first", "second"),
	}
	trials[PDF] = func(b []byte) error {
		_, err := renderPDF(forPDF.pdf, b, MaxPages, func(int, *image.RGBA) error { return nil })
		return err
	}
	files[HEIC] = asHEIC(t, img)
	trials[HEIC] = func(b []byte) error { _, _, err := decode(forHEIC, HEIC, b); return err }

	for kind, b := range files {
		t.Run(string(kind), func(t *testing.T) {
			if err := trials[kind](b); err != nil {
				t.Fatalf("fixture: %v", err)
			}
			refused := 0
			check := func(what string, b []byte) {
				a := try(task{job: job{Do: "decode", Kind: kind}}, map[string]func(task) (*answer, error){
					"decode": func(task) (*answer, error) { return &answer{}, trials[kind](b) },
				})
				if a.Fault == nil {
					return
				}
				refused++
				if c := a.Fault.Code; c != keepiton.Invalid && c != keepiton.TooLarge || !strings.HasPrefix(a.Fault.Text, string(kind)+": ") {
					t.Errorf("%s: got %s: %s", what, c, a.Fault.Text)
				}
			}
			flips := 48
			if kind == HEIC { // a decoder of its own for each, a tenth of a second
				flips = 12
			}
			for i := range 24 {
				cut := len(b) * i / 24
				check(fmt.Sprintf("cut at %d", cut), b[:cut])
			}
			if refused < 8 {
				t.Errorf("only %d of 24 cut files were refused", refused)
			}
			for i := range flips {
				flipped := bytes.Clone(b)
				at := (i*i*7919 + i*31) % len(b)
				flipped[at] ^= 1 << (i % 8)
				check(fmt.Sprintf("bit %d of byte %d", i%8, at), flipped)
			}
		})
	}
}
