package evidence

import (
	"bytes"
	"encoding/json"
	"image"
	"image/gif"
	"testing"

	"keepiton"
)

// seeds are small files of every kind.
func seeds(f *testing.F) {
	img := photo(1, 24, 16)
	for _, b := range [][]byte{
		asJPEG(f, img, 70), asPNG(f, img), asGIF(f, img, screen(24, 16, "x")), asPDF("a"), webpOf(vp8l(4, 4)),
		webpOf(riffChunk("VP8X", []byte("\x02\x00\x00\x00\x09\x00\x00\x09\x00\x00")), riffChunk("ANMF", make([]byte, 40))),
		gifOf(8, 8, 2, "\x21\xfe\x01x\x00"), pngFile(4, 4, make([]byte, 4*17), chunk("eXIf", []byte("MM\x00*\x00\x00\x00\x08\x00\x01\x01\x12\x00\x03\x00\x00\x00\x01\x00\x06\x00\x00"))),
		zipped(f, map[string][]byte{"pubkey.asc": nil}), []byte("<svg/>"), nil,
	} {
		f.Add(b)
	}
}

func FuzzSniff(f *testing.F) {
	seeds(f)
	f.Fuzz(func(t *testing.T, b []byte) {
		k := Sniff(b)
		if k == "" {
			t.Fatal("no kind")
		}
		if len(b) > SniffBytes && Sniff(b[:SniffBytes]) != k {
			t.Fatal("what stands further on changed the kind")
		}
		if (MediaType(k) == "application/octet-stream") != (DownloadName(k, "x") == "x.bin") {
			t.Fatalf("%s: a download with an ending that is run", k)
		}
	})
}

// FuzzHeaders walks what our own code reads of a file, and compares it with what
// a whole decoder says.
func FuzzHeaders(f *testing.F) {
	seeds(f)
	f.Fuzz(func(t *testing.T, b []byte) {
		for _, o := range []int{jpegOrientation(b), pngOrientation(b), tiffOrientation(b)} {
			if o < 1 || o > 8 {
				t.Fatalf("orientation %d", o)
			}
		}
		_, _ = readWebP(b)
		if len(b) > 1<<16 {
			return
		}
		if walkGIF(b) == nil {
			if g, err := gif.DecodeAll(bytes.NewReader(b)); err == nil && len(g.Image) > MaxFrames {
				t.Fatalf("%d frames came through", len(g.Image))
			}
		}
	})
}

// FuzzClean decodes, covers and encodes, and holds the copy to be bare.
func FuzzClean(f *testing.F) {
	seeds(f)
	f.Fuzz(func(t *testing.T, b []byte) {
		k := Sniff(b)
		if k == PDF || k == HEIC || !Rendered(k) || len(b) > 1<<16 {
			return
		}
		a := try(task{job: job{Do: "clean", Kind: k, Boxes: []Box{{X: 1, Y: 1, Width: 2, Height: 2}}}, original: b}, jobs)
		if a.Fault != nil {
			if a.Fault.Code != keepiton.Invalid && a.Fault.Code != keepiton.TooLarge {
				t.Fatalf("got %+v", a.Fault)
			}
			return
		}
		if err := checkCopy(*a); err != nil {
			t.Fatal(err)
		}
	})
}

func FuzzBare(f *testing.F) {
	img := photo(1, 24, 16)
	f.Add(asJPEG(f, img, 70))
	f.Add(asPNG(f, img))
	f.Add(asGIF(f, img))
	f.Fuzz(func(t *testing.T, b []byte) {
		for _, k := range []Kind{JPEG, PNG, GIF} {
			if _, _, err := bare(k, b); err == nil && Sniff(b) != k {
				t.Fatalf("%s is bare and of kind %s", k, Sniff(b))
			}
		}
	})
}

func FuzzFrame(f *testing.F) {
	var w bytes.Buffer
	_ = writeFrame(&w, job{Do: "clean", Kind: JPEG, Boxes: []Box{{Width: 1, Height: 1}}, Size: 3}, []byte("abc"))
	f.Add(w.Bytes())
	w.Reset()
	a := &answer{Held: []string{HeldCalls}}
	a.add(PNG, []byte("abc"), 1, 2)
	_ = writeFrame(&w, a, a.bodies...)
	f.Add(w.Bytes())
	f.Add([]byte(magic + "\xff\xff\xff\xff{}"))
	f.Fuzz(func(t *testing.T, b []byte) {
		var j job
		if err := readJob(bytes.NewReader(b), &j); err == nil && (j.Size < 0 || j.Size > MaxOriginal) {
			t.Fatalf("size %d", j.Size)
		}
		a, err := readAnswer(bytes.NewReader(b))
		if err != nil {
			return
		}
		// What was read is written and read again the same.
		var w bytes.Buffer
		if err := writeFrame(&w, a, a.bodies...); err != nil {
			return // longer than it was, as JSON may be
		}
		again, err := readAnswer(&w)
		if err != nil {
			t.Fatal(err)
		}
		x, _ := json.Marshal(a)
		y, _ := json.Marshal(again)
		if !bytes.Equal(x, y) || len(a.bodies) != len(again.bodies) {
			t.Fatalf("got %s, want %s", y, x)
		}
	})
}

func FuzzProofMode(f *testing.F) {
	h := sum(nil)
	f.Add(zipped(f, map[string][]byte{"a.jpg": nil, "pubkey.asc": []byte("-----BEGIN PGP PUBLIC KEY BLOCK-----\n\n-----END PGP PUBLIC KEY BLOCK-----\n"), h + ".asc": nil, h + ".proof.csv": []byte("File Hash SHA256\n" + h + "\n")}))
	f.Add([]byte("PK\x05\x06"))
	f.Fuzz(func(t *testing.T, b []byte) {
		if len(b) > 1<<16 {
			return
		}
		a := try(task{job: job{Do: "proof", Kind: Archive}, original: b}, jobs)
		if a.Fault != nil && a.Fault.Code != keepiton.Invalid && a.Fault.Code != keepiton.TooLarge && a.Fault.Code != keepiton.NotFound {
			t.Fatalf("got %+v", a.Fault)
		}
	})
}

func FuzzProofTable(f *testing.F) {
	f.Add([]byte("File Hash SHA256,Location.Latitude\nab,9.02\n"), "ab")
	f.Fuzz(func(t *testing.T, table []byte, hash string) {
		_, _ = readTable(table, hash)
	})
}

func FuzzFingerprint(f *testing.F) {
	f.Add([]byte{1, 2, 3}, 3)
	f.Fuzz(func(t *testing.T, pix []byte, width int) {
		if width <= 0 || width > 1000 {
			return
		}
		h := Fingerprint(&image.Gray{Pix: pix, Stride: width, Rect: image.Rect(0, 0, width, len(pix)/width)})
		if h.Distance(h) != 0 || !h.Near(h) {
			t.Fatal("a picture is not near itself")
		}
	})
}
