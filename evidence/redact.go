package evidence

import (
	"image"
	"image/color"
	"image/draw"

	"keepiton"
)

// fill is the colour of boxes: opaque black, whatever stood there.
var fill = color.RGBA{A: 0xff}

// blank draws over the boxes of a page.
func blank(img *image.RGBA, boxes []image.Rectangle) {
	for _, r := range boxes {
		draw.Draw(img, r, image.NewUniform(fill), image.Point{}, draw.Src)
	}
}

// onPage returns the boxes of one page, and refuses one that is not wholly on
// it.
func onPage(boxes []Box, page, width, height int) ([]image.Rectangle, error) {
	var out []image.Rectangle
	for i, b := range boxes {
		if b.Page != page {
			continue
		}
		if b.X < 0 || b.Y < 0 || b.Width <= 0 || b.Height <= 0 || b.Width > width-b.X || b.Height > height-b.Y {
			return nil, refuse(keepiton.Invalid, keyBox, "box %d: %d × %d pixels at %d, %d are not on page %d, which has %d × %d",
				i+1, b.Width, b.Height, b.X, b.Y, page+1, width, height)
		}
		out = append(out, image.Rect(b.X, b.Y, b.X+b.Width, b.Y+b.Height))
	}
	return out, nil
}

// checkPages refuses boxes on pages that are not there.
func checkPages(boxes []Box, pages int) error {
	if len(boxes) > MaxBoxes {
		return refuse(keepiton.Invalid, keyBox, "%d boxes are more than %d", len(boxes), MaxBoxes)
	}
	for i, b := range boxes {
		if b.Page < 0 || b.Page >= pages {
			return refuse(keepiton.Invalid, keyBox, "box %d: there is no page %d; there are %d", i+1, b.Page+1, pages)
		}
	}
	return nil
}
