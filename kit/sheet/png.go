package sheet

import (
	"bytes"
	"cmp"
	"compress/zlib"
	"encoding/binary"
	"hash/crc32"
	"image"
	"io"
	"math"
	"slices"
)

// WritePNG writes the sheet as a PNG of a width in pixels (ISO/IEC 15948).
// Flat colours and the steps between them mostly fit in a palette of 256, a
// third of the bytes; a sheet with a photograph in it is written in full colour.
func (s *Sheet) WritePNG(w io.Writer, width int) error {
	img := s.Raster(width)
	var b bytes.Buffer
	b.WriteString("\x89PNG\r\n\x1a\n")
	palette, index := reduce(img, s.mostColours())
	header := make([]byte, 13)
	binary.BigEndian.PutUint32(header, uint32(img.Rect.Dx()))
	binary.BigEndian.PutUint32(header[4:], uint32(img.Rect.Dy()))
	header[8], header[9] = 8, 3
	if palette == nil {
		header[9] = 6
	}
	chunk(&b, "IHDR", header)
	chunk(&b, "sRGB", []byte{0})
	if s.Millimetres > 0 {
		perMetre := uint32(math.Round(float64(width) / s.Millimetres * 1000))
		chunk(&b, "pHYs", append(binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(nil, perMetre), perMetre), 1))
	}
	for _, t := range []struct{ keyword, lang, text string }{
		{"Title", s.About.Lang, s.About.Title},
		{"Author", "", s.About.Creator},
		{"Description", s.About.Lang, s.About.Description},
		{"Copyright", "", s.About.LicenseName + ", " + s.About.License},
		{"Source", "", s.About.Source},
		{"XML:com.adobe.xmp", "", string(xmp(s.About))},
	} {
		if t.text != "" {
			chunk(&b, "iTXt", []byte(t.keyword+"\x00\x00\x00"+t.lang+"\x00\x00"+t.text))
		}
	}
	rows := img.Pix
	stride := img.Stride
	if palette != nil {
		colours, alphas := make([]byte, 0, 3*len(palette)), make([]byte, 0, len(palette))
		for _, c := range palette {
			r, g, bl, a := straight(c)
			colours, alphas = append(colours, r, g, bl), append(alphas, a)
		}
		chunk(&b, "PLTE", colours)
		if s.Ground == nil {
			chunk(&b, "tRNS", alphas)
		}
		rows, stride = index, img.Rect.Dx()
	} else {
		rows = slices.Clone(rows)
		for i := 0; i < len(rows); i += 4 {
			rows[i], rows[i+1], rows[i+2], rows[i+3] = straight(binary.BigEndian.Uint32(rows[i:]))
		}
	}
	var z bytes.Buffer
	zw, err := zlib.NewWriterLevel(&z, 5)
	if err != nil {
		return err
	}
	for y := range img.Rect.Dy() {
		zw.Write([]byte{0}) // no filter; a buffer does not fail
		zw.Write(rows[y*stride : (y+1)*stride])
	}
	zw.Close()
	chunk(&b, "IDAT", z.Bytes())
	chunk(&b, "IEND", nil)
	_, err = w.Write(b.Bytes())
	return err
}

func chunk(b *bytes.Buffer, name string, data []byte) {
	var n [4]byte
	binary.BigEndian.PutUint32(n[:], uint32(len(data)))
	b.Write(n[:])
	sum := crc32.NewIEEE()
	io.WriteString(io.MultiWriter(b, sum), name)
	io.MultiWriter(b, sum).Write(data)
	binary.BigEndian.PutUint32(n[:], sum.Sum32())
	b.Write(n[:])
}

// straight turns a colour that is multiplied by its alpha, as pictures are kept
// in memory, into one that is not, as files keep it.
func straight(c uint32) (r, g, b, a uint8) {
	r, g, b, a = uint8(c>>24), uint8(c>>16), uint8(c>>8), uint8(c)
	if a == 0 || a == 255 {
		return r, g, b, a
	}
	part := func(v uint8) uint8 { return uint8(min(255, (uint32(v)*255+uint32(a)/2)/uint32(a))) }
	return part(r), part(g), part(b), a
}

// mostColours is how many colours a picture may have to be given a palette. Steps
// between flat colours can be left out; those of a logo or a photograph cannot.
func (s *Sheet) mostColours() int {
	for _, m := range s.marks {
		if m.image != nil {
			return 255 // and one that is transparent
		}
	}
	return 4096
}

// reduce returns a palette and the picture in it, or nil. Where there are more
// than 256 colours, the rarest, which are steps between two flat ones, become
// the nearest of the others.
func reduce(img *image.RGBA, most int) (palette []uint32, index []byte) {
	counts := map[uint32]int{}
	last, run := uint32(0), 0
	each := func(f func(c uint32)) {
		for y := range img.Rect.Dy() {
			row := img.Pix[y*img.Stride : y*img.Stride+4*img.Rect.Dx()]
			for i := 0; i < len(row); i += 4 {
				f(binary.BigEndian.Uint32(row[i:]))
			}
		}
	}
	each(func(c uint32) {
		if c == last {
			run++
			return
		}
		if len(counts) <= most+1 { // what is transparent is not counted
			counts[last] += run
		}
		last, run = c, 1
	})
	counts[last] += run
	delete(counts, 0)
	if len(counts) > most {
		return nil, nil
	}
	for c := range counts {
		palette = append(palette, c)
	}
	slices.SortStableFunc(palette, func(a, b uint32) int { return cmp.Or(counts[b]-counts[a], cmp.Compare(a, b)) })
	palette = append([]uint32{0}, palette...)
	place := map[uint32]byte{}
	kept := palette[:min(len(palette), 256)]
	for i, c := range palette {
		if i < 256 {
			place[c] = byte(i)
		} else {
			place[c] = nearest(kept, c)
		}
	}
	index = make([]byte, 0, img.Rect.Dx()*img.Rect.Dy())
	last, at := 0, byte(0)
	each(func(c uint32) {
		if c != last {
			last, at = c, place[c]
		}
		index = append(index, at)
	})
	return kept, index
}

func nearest(palette []uint32, c uint32) byte {
	best, place := math.MaxInt, 0
	for i, p := range palette {
		d := 0
		for shift := 0; shift < 32; shift += 8 {
			part := int(c>>shift&255) - int(p>>shift&255)
			d += part * part
		}
		if d < best {
			best, place = d, i
		}
	}
	return byte(place)
}
