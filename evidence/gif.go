package evidence

import (
	"bytes"
	"image"
	"image/color"
	"image/draw"
	"image/gif"
)

// decodeGIF decodes a GIF with all its frames, after its blocks were walked and
// counted.
func decodeGIF(b []byte) (*gif.GIF, error) {
	if err := walkGIF(b); err != nil {
		return nil, err
	}
	g, err := gif.DecodeAll(bytes.NewReader(b))
	if err != nil {
		return nil, broken("gif: %v", err)
	}
	if len(g.Image) == 0 {
		return nil, broken("gif: no frame")
	}
	return g, nil
}

// walkGIF checks the sizes that the blocks of a GIF announce (GIF89a, sections
// 17 to 27), without decoding a pixel.
func walkGIF(b []byte) error {
	if len(b) < 13 {
		return broken("gif: no header")
	}
	width, height := int(b[6])|int(b[7])<<8, int(b[8])|int(b[9])<<8
	if err := checkSize("gif", width, height); err != nil {
		return err
	}
	i := 13
	if b[10]&0x80 != 0 {
		i += 3 << (b[10]&7 + 1)
	}
	frames, pixels := 0, 0
	for i < len(b) {
		switch b[i] {
		case 0x3b: // trailer
			return nil
		case 0x21: // extension: label, then sub-blocks
			i += 2
		case 0x2c: // image descriptor
			if i+10 >= len(b) {
				return broken("gif: frame %d at byte %d is cut", frames, i)
			}
			w, h := int(b[i+5])|int(b[i+6])<<8, int(b[i+7])|int(b[i+8])<<8
			frames++
			pixels += w * h
			if frames > MaxFrames {
				return tooLarge("gif: more than %d frames", MaxFrames)
			}
			if pixels > MaxMoving {
				return tooLarge("gif: %d frames have more than %d pixels", frames, MaxMoving)
			}
			flags := b[i+9]
			i += 10
			if flags&0x80 != 0 {
				i += 3 << (flags&7 + 1)
			}
			i++ // code size
		default:
			return broken("gif: block 0x%02x at byte %d is not known", b[i], i)
		}
		for i < len(b) && b[i] != 0 { // sub-blocks
			i += 1 + int(b[i])
		}
		i++ // their end
	}
	return broken("gif: it ends before its trailer")
}

// firstFrame draws the first frame on the canvas, on white.
func firstFrame(g *gif.GIF) *image.RGBA {
	canvas := image.NewRGBA(image.Rect(0, 0, g.Config.Width, g.Config.Height))
	draw.Draw(canvas, canvas.Rect, image.White, image.Point{}, draw.Src)
	f := g.Image[0]
	draw.Draw(canvas, f.Rect, f, f.Rect.Min, draw.Over)
	return canvas
}

// cleanGIF encodes the frames anew, with boxes filled in every one of them.
// Comments, applications' blocks, text and colours that no pixel has are gone;
// what stays beside pixels is the time each is shown and how often all are.
func cleanGIF(g *gif.GIF, boxes []image.Rectangle) ([]byte, error) {
	out := &gif.GIF{
		Delay: g.Delay, Disposal: g.Disposal, LoopCount: g.LoopCount,
		Config: image.Config{Width: g.Config.Width, Height: g.Config.Height},
	}
	for _, f := range g.Image {
		out.Image = append(out.Image, repaint(f, boxes))
	}
	var w bytes.Buffer
	err := gif.EncodeAll(&w, out)
	return w.Bytes(), err
}

// repaint copies a frame with a palette of the colours that can be seen outside
// of boxes, and black for what is inside, or the darkest of them when all 256
// are taken.
func repaint(f *image.Paletted, boxes []image.Rectangle) *image.Paletted {
	hidden := make([]bool, f.Rect.Dx()*f.Rect.Dy())
	at := func(x, y int) int { return (y-f.Rect.Min.Y)*f.Rect.Dx() + x - f.Rect.Min.X }
	for _, r := range boxes {
		r = r.Intersect(f.Rect)
		for y := r.Min.Y; y < r.Max.Y; y++ {
			for x := r.Min.X; x < r.Max.X; x++ {
				hidden[at(x, y)] = true
			}
		}
	}
	var palette color.Palette
	index := map[uint8]uint8{}
	covered := false
	out := image.NewPaletted(f.Rect, nil) // its rows follow each other without gaps
	for y := f.Rect.Min.Y; y < f.Rect.Max.Y; y++ {
		for x := f.Rect.Min.X; x < f.Rect.Max.X; x++ {
			if hidden[at(x, y)] {
				covered = true
				continue
			}
			was := f.ColorIndexAt(x, y)
			is, ok := index[was]
			if !ok {
				is = uint8(len(palette))
				index[was] = is
				palette = append(palette, seen(f.Palette, was))
			}
			out.SetColorIndex(x, y, is)
		}
	}
	if covered {
		fill := darkest(palette)
		if len(palette) < 256 {
			fill = uint8(len(palette))
			palette = append(palette, color.RGBA{A: 0xff})
		}
		for i, h := range hidden {
			if h {
				out.Pix[i] = fill
			}
		}
	}
	out.Palette = palette
	return out
}

// seen is the colour of an index as a viewer shows it: transparent ones have
// no other colour beneath.
func seen(p color.Palette, i uint8) color.RGBA {
	if int(i) >= len(p) {
		return color.RGBA{A: 0xff}
	}
	r, g, b, a := p[i].RGBA()
	if a == 0 {
		return color.RGBA{}
	}
	return color.RGBA{uint8(r >> 8), uint8(g >> 8), uint8(b >> 8), 0xff}
}

func darkest(p color.Palette) uint8 {
	best, least := uint8(0), uint32(1<<32-1)
	for i, c := range p {
		if r, g, b, a := c.RGBA(); a != 0 && r+g+b < least {
			best, least = uint8(i), r+g+b
		}
	}
	return best
}
