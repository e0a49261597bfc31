package evidence

import (
	"bytes"
	"fmt"
)

// pdfWriter writes a PDF whose pages are one JPEG each (ISO 32000-1): catalog,
// tree of pages, and for each page its dictionary, its one line of content and
// its picture. No document information, no XMP, no identifier, no date.
type pdfWriter struct {
	w     bytes.Buffer
	at    []int // byte offset of each object, from object 1
	pages int
}

// The catalog and the tree of pages come first in the numbers and last in the
// file, when the number of pages is known.
const (
	pdfCatalog = 1
	pdfTree    = 2
)

// add adds a page with its picture.
func (p *pdfWriter) add(jpeg []byte, width, height int) {
	if p.pages == 0 {
		p.w.WriteString("%PDF-1.4\n%\xe2\xe3\xcf\xd3\n")
		p.at = make([]int, pdfTree)
	}
	p.pages++
	w, h := points(width), points(height)
	page := len(p.at) + 1
	content := fmt.Sprintf("q %s 0 0 %s 0 0 cm /P Do Q", w, h)
	p.object(page, "<</Type/Page/Parent %d 0 R/MediaBox[0 0 %s %s]/Contents %d 0 R/Resources<</XObject<</P %d 0 R>>>>>>", pdfTree, w, h, page+1, page+2)
	p.object(page+1, "<</Length %d>>\nstream\n%s\nendstream", len(content), content)
	p.object(page+2, "<</Type/XObject/Subtype/Image/Width %d/Height %d/ColorSpace/DeviceRGB/BitsPerComponent 8/Filter/DCTDecode/Length %d>>\nstream\n%s\nendstream",
		width, height, len(jpeg), jpeg)
}

// bytes ends the file and returns it.
func (p *pdfWriter) bytes() []byte {
	var kids bytes.Buffer
	for i := range p.pages {
		fmt.Fprintf(&kids, "%d 0 R ", pdfTree+1+3*i)
	}
	p.object(pdfCatalog, "<</Type/Catalog/Pages %d 0 R>>", pdfTree)
	p.object(pdfTree, "<</Type/Pages/Count %d/Kids[%s]>>", p.pages, bytes.TrimSpace(kids.Bytes()))
	xref := p.w.Len()
	fmt.Fprintf(&p.w, "xref\n0 %d\n0000000000 65535 f \n", len(p.at)+1)
	for _, at := range p.at {
		fmt.Fprintf(&p.w, "%010d 00000 n \n", at)
	}
	fmt.Fprintf(&p.w, "trailer\n<</Size %d/Root %d 0 R>>\nstartxref\n%d\n%%%%EOF\n", len(p.at)+1, pdfCatalog, xref)
	return p.w.Bytes()
}

func (p *pdfWriter) object(n int, format string, args ...any) {
	for len(p.at) < n {
		p.at = append(p.at, 0)
	}
	p.at[n-1] = p.w.Len()
	fmt.Fprintf(&p.w, "%d 0 obj\n", n)
	fmt.Fprintf(&p.w, format, args...)
	p.w.WriteString("\nendobj\n")
}

// points are pixels at PageDPI in points, to the hundredth.
func points(pixels int) string {
	n := (pixels*72*100 + PageDPI/2) / PageDPI
	return fmt.Sprintf("%d.%02d", n/100, n%100)
}
