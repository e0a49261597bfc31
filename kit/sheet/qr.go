package sheet

import (
	"fmt"

	"github.com/boombuler/barcode/qr"
)

// QuietZone is the bright margin that a reader of QR codes needs, in modules
// (ISO/IEC 18004, section 9.1).
const QuietZone = 4

// Run is a row of dark modules of a QR code, from the upper left corner of the code.
type Run struct{ X, Y, N int }

// QR is a QR code without its quiet zone: how many modules are in a row, and where
// the dark ones are.
type QR struct {
	Size int
	Dark []Run
}

// NewQR writes a text as a QR code. A sturdy one can be read with 15 in 100 of it
// missing, another with 7, and is smaller. An error for a text that is too long, of
// more than some 2,900 bytes.
func NewQR(text string, sturdy bool) (QR, error) {
	level := qr.L
	if sturdy {
		level = qr.M
	}
	code, err := qr.Encode(text, level, qr.Auto)
	if err != nil {
		return QR{}, fmt.Errorf("QR code: %w", err)
	}
	out := QR{Size: code.Bounds().Dx()}
	for y := range out.Size {
		for x := 0; x < out.Size; {
			n := 0
			for x+n < out.Size && dark(code.At(x+n, y)) {
				n++
			}
			if n > 0 {
				out.Dark = append(out.Dark, Run{x, y, n})
			}
			x += max(n, 1)
		}
	}
	return out, nil
}

func dark(c interface{ RGBA() (r, g, b, a uint32) }) bool {
	r, _, _, _ := c.RGBA()
	return r < 1<<15
}

// Path is the dark part of the code within a square, its quiet zone included.
func (q QR) Path(x, y, side float64) Path {
	k := side / float64(q.Size+2*QuietZone)
	var p Path
	for _, r := range q.Dark {
		p.Add(Rect(x+float64(r.X+QuietZone)*k, y+float64(r.Y+QuietZone)*k, float64(r.N)*k, k))
	}
	return p
}
