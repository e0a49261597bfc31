package evidence

import (
	"bytes"
	"encoding/binary"
	"image"
	"image/draw"

	"golang.org/x/image/webp"
)

// decodeWebP decodes a WebP picture, and of an animation its first frame, and
// reports whether it was stored without loss.
func decodeWebP(b []byte) (*image.RGBA, bool, error) {
	c, err := readWebP(b)
	if err != nil {
		return nil, false, err
	}
	cfg, err := webp.DecodeConfig(bytes.NewReader(c.still))
	if err != nil {
		return nil, false, broken("webp: %v", err)
	}
	if err := checkSize("webp", cfg.Width, cfg.Height); err != nil {
		return nil, false, err
	}
	img, err := webp.Decode(bytes.NewReader(c.still))
	if err != nil {
		return nil, false, broken("webp: %v", err)
	}
	img = studio(img)
	if c.canvas != (image.Point{}) { // a frame on the canvas of its animation
		canvas := image.NewNRGBA(image.Rectangle{Max: c.canvas})
		draw.Draw(canvas, canvas.Rect.Intersect(img.Bounds().Add(c.at)), img, img.Bounds().Min, draw.Src)
		img = canvas
	}
	return upright(flatten(img), c.orientation), c.lossless, nil
}

// webpFile is what the container of a WebP says (RFC 9649 section 2).
type webpFile struct {
	still       []byte // a WebP file with one picture
	canvas      image.Point
	at          image.Point // of the first frame on the canvas
	frames      int         // of an animation; 0: it is none
	orientation int
	lossless    bool
}

// readWebP walks the chunks of a WebP.
func readWebP(b []byte) (webpFile, error) {
	c := webpFile{still: b, orientation: 1}
	if len(b) < 12 || string(b[:4]) != "RIFF" || string(b[8:12]) != "WEBP" {
		return c, broken("webp: no RIFF header")
	}
	for i := 12; i+8 <= len(b); {
		name, n := string(b[i:i+4]), int(binary.LittleEndian.Uint32(b[i+4:]))
		if n < 0 || n > len(b)-i-8 {
			return c, broken("webp: chunk %q at byte %d reaches beyond the end", name, i)
		}
		body := b[i+8 : i+8+n]
		switch name {
		case "VP8L":
			c.lossless = true
		case "VP8X":
			if len(body) < 10 {
				return c, broken("webp: chunk VP8X of %d bytes", n)
			}
			if body[0]&0x02 != 0 { // animation
				c.canvas = image.Pt(1+uint24(body[4:]), 1+uint24(body[7:]))
				if err := checkSize("webp", c.canvas.X, c.canvas.Y); err != nil {
					return c, err
				}
			}
		case "EXIF":
			c.orientation = tiffOrientation(bytes.TrimPrefix(body, []byte("Exif\x00\x00")))
		case "ANMF":
			if len(body) < 16 {
				return c, broken("webp: chunk ANMF at byte %d of %d bytes", i, n)
			}
			if c.frames++; c.frames == 1 {
				c.at = image.Pt(2*uint24(body), 2*uint24(body[3:]))
				c.still, c.lossless = oneFrame(body[16:], 1+uint24(body[6:]), 1+uint24(body[9:]))
			}
		}
		i += 8 + n + n&1
	}
	if c.canvas != (image.Point{}) && c.frames == 0 {
		return c, broken("webp: an animation without a frame")
	}
	if c.frames > 0 && c.canvas == (image.Point{}) {
		return c, broken("webp: a frame without an animation")
	}
	return c, nil
}

// oneFrame makes a WebP file of the data of one frame: ALPH and VP8, or VP8L.
func oneFrame(data []byte, width, height int) (file []byte, lossless bool) {
	lossless = bytes.HasPrefix(data, []byte("VP8L"))
	var w bytes.Buffer
	w.WriteString("RIFF\x00\x00\x00\x00WEBP")
	if bytes.HasPrefix(data, []byte("ALPH")) {
		w.WriteString("VP8X\x0a\x00\x00\x00\x10\x00\x00\x00")
		w.Write([]byte{byte(width - 1), byte((width - 1) >> 8), byte((width - 1) >> 16)})
		w.Write([]byte{byte(height - 1), byte((height - 1) >> 8), byte((height - 1) >> 16)})
	}
	w.Write(data)
	file = w.Bytes()
	binary.LittleEndian.PutUint32(file[4:], uint32(len(file)-8))
	return file, lossless
}

// studio converts the pixels of lossy WebP. Its brightness goes from 16 to 235
// (RFC 6386 section 9.2, ITU-R BT.601), while Go's image package takes all
// YCbCr for JPEG's, from 0 to 255, and would show white as grey.
func studio(img image.Image) image.Image {
	var yc *image.YCbCr
	alpha := func(x, y int) uint8 { return 0xff }
	switch img := img.(type) {
	case *image.YCbCr:
		yc = img
	case *image.NYCbCrA:
		yc = &img.YCbCr
		alpha = func(x, y int) uint8 { return img.A[img.AOffset(x, y)] }
	default:
		return img
	}
	clamp := func(v int) uint8 { return uint8(min(255, max(0, v>>16))) }
	out := image.NewNRGBA(yc.Rect)
	for y := yc.Rect.Min.Y; y < yc.Rect.Max.Y; y++ {
		for x := yc.Rect.Min.X; x < yc.Rect.Max.X; x++ {
			c := yc.COffset(x, y)
			l := (int(yc.Y[yc.YOffset(x, y)])-16)*76309 + 1<<15 // 255/219, in 1/65536
			u, v := int(yc.Cb[c])-128, int(yc.Cr[c])-128
			p := out.Pix[out.PixOffset(x, y):]
			p[0] = clamp(l + 104597*v)          // 1.596
			p[1] = clamp(l - 25675*u - 53279*v) // 0.392, 0.813
			p[2] = clamp(l + 132201*u)          // 2.017
			p[3] = alpha(x, y)
		}
	}
	return out
}

func uint24(b []byte) int { return int(b[0]) | int(b[1])<<8 | int(b[2])<<16 }
