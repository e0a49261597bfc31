package sheet

import (
	"image/png"
	"io"
)

// WritePNG writes the sheet as a PNG of a width in pixels.
func (s *Sheet) WritePNG(w io.Writer, width int) error {
	return png.Encode(w, s.Raster(width))
}
