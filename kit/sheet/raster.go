package sheet

import (
	"image"
	"image/color"
	"image/draw"
	"math"

	xdraw "golang.org/x/image/draw"
	"golang.org/x/image/vector"
)

// Raster draws the sheet with a width in pixels.
func (s *Sheet) Raster(width int) *image.RGBA {
	k := float64(width) / s.Width
	height := max(1, int(math.Round(s.Height*k)))
	dst := image.NewRGBA(image.Rect(0, 0, width, height))
	if s.Ground != nil {
		draw.Draw(dst, dst.Bounds(), image.NewUniform(s.Ground.rgba()), image.Point{}, draw.Src)
	}
	ky := float64(height) / s.Height
	for _, m := range s.marks {
		switch {
		case m.path != nil:
			fill(dst, m.path, k, ky, m.colour)
		case m.text != nil:
			p := m.text.outline()
			fill(dst, &p, k, ky, m.colour)
		case m.image != nil:
			at := image.Rect(round(m.image.x*k), round(m.image.y*ky), round((m.image.x+m.image.w)*k), round((m.image.y+m.image.h)*ky))
			xdraw.CatmullRom.Scale(dst, at, m.image.image, m.image.image.Bounds(), xdraw.Over, nil)
		}
	}
	return dst
}

func round(v float64) int { return int(math.Round(v)) }

func (c Colour) rgba() color.RGBA {
	r, g, b := c.RGB()
	return color.RGBA{r, g, b, 255}
}

// fill rasterizes a path within the box that it takes up.
func fill(dst *image.RGBA, p *Path, kx, ky float64, c Colour) {
	x0, y0, x1, y1 := p.Bounds()
	box := image.Rect(int(math.Floor(x0*kx)), int(math.Floor(y0*ky)), int(math.Ceil(x1*kx)), int(math.Ceil(y1*ky))).Intersect(dst.Bounds())
	if box.Empty() {
		return
	}
	r := vector.NewRasterizer(box.Dx(), box.Dy())
	r.DrawOp = draw.Over
	ox, oy := float64(box.Min.X), float64(box.Min.Y)
	at := func(q Point) (float32, float32) { return float32(q.X*kx - ox), float32(q.Y*ky - oy) }
	p.each(func(op byte, q []Point) {
		switch op {
		case 'M':
			x, y := at(q[0])
			r.MoveTo(x, y)
		case 'L':
			x, y := at(q[0])
			r.LineTo(x, y)
		case 'Q':
			ax, ay := at(q[0])
			x, y := at(q[1])
			r.QuadTo(ax, ay, x, y)
		case 'C':
			ax, ay := at(q[0])
			bx, by := at(q[1])
			x, y := at(q[2])
			r.CubeTo(ax, ay, bx, by, x, y)
		case 'Z':
			r.ClosePath()
		}
	})
	r.Draw(dst, box, image.NewUniform(c.rgba()), image.Point{})
}
