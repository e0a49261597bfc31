package evidence

import (
	"context"
	"errors"
	"fmt"
	"image"
	"io"
	"math"

	"github.com/klippa-app/go-pdfium"
	"github.com/klippa-app/go-pdfium/enums"
	pdfiumerrors "github.com/klippa-app/go-pdfium/errors"
	"github.com/klippa-app/go-pdfium/references"
	"github.com/klippa-app/go-pdfium/requests"
	"github.com/klippa-app/go-pdfium/structs"
	"github.com/klippa-app/go-pdfium/webassembly"
	"github.com/tetratelabs/wazero"

	"keepiton"
)

// newPDFium compiles PDFium.
func newPDFium(ctx context.Context, c wazero.RuntimeConfig) (pdfium.Pool, error) {
	pool, err := webassembly.Init(webassembly.Config{
		Context: ctx, MinIdle: 0, MaxIdle: 1, MaxTotal: 1,
		RuntimeConfig: c, FSConfig: wazero.NewFSConfig(),
		Stdout: io.Discard, Stderr: io.Discard, RandomSource: zeros{},
	})
	if err != nil {
		return nil, fmt.Errorf("pdf: decoder: %w", err)
	}
	return pool, nil
}

// renderPDF renders the first pages of a PDF, at most so many, gives each to page, and
// returns how many there are. PDFium runs in WebAssembly without files, clock or
// output; scripts and links of the document do nothing, since nothing asks it to
// run them.
func renderPDF(pool pdfium.Pool, b []byte, most int, page func(n int, img *image.RGBA) error) (pages int, err error) {
	in, err := pool.GetInstance(MaxCPU)
	if err != nil {
		return 0, fmt.Errorf("pdf: decoder: %w", err)
	}
	defer in.Close()
	d := pdf{in: in}
	if pages, err = d.open(b); err != nil {
		return pages, err
	}
	for n := range min(pages, most) {
		img, err := d.page(n)
		if err == nil {
			err = page(n, img)
		}
		if err != nil {
			return pages, err
		}
	}
	return pages, nil
}

// pdf is one open document.
type pdf struct {
	in   pdfium.Pdfium
	doc  references.FPDF_DOCUMENT
	form references.FPDF_FORMHANDLE
}

func (d *pdf) open(b []byte) (pages int, err error) {
	doc, err := d.in.OpenDocument(&requests.OpenDocument{File: &b})
	switch {
	case errors.Is(err, pdfiumerrors.ErrPassword), errors.Is(err, pdfiumerrors.ErrSecurity):
		return 0, refuse(keepiton.Invalid, keyLocked, "pdf: it is locked with a password")
	case err != nil:
		return 0, broken("pdf: it cannot be opened")
	}
	d.doc = doc.Document
	n, err := d.in.FPDF_GetPageCount(&requests.FPDF_GetPageCount{Document: d.doc})
	if err != nil || n.PageCount < 1 {
		return 0, broken("pdf: it has no page")
	}
	// Fields that somebody filled in are drawn by the form alone.
	form, err := d.in.FPDFDOC_InitFormFillEnvironment(&requests.FPDFDOC_InitFormFillEnvironment{Document: d.doc, FormFillInfo: deaf})
	if err == nil {
		d.form = form.FormHandle
	}
	return n.PageCount, nil
}

// page renders one page on white, with its annotations: one that covers
// something must go on covering it.
func (d *pdf) page(n int) (*image.RGBA, error) {
	size, err := d.in.FPDF_GetPageSizeByIndex(&requests.FPDF_GetPageSizeByIndex{Document: d.doc, Index: n})
	if err != nil {
		return nil, broken("pdf: page %d has no size", n+1)
	}
	width, height, err := pageSize(n, size.Width, size.Height)
	if err != nil {
		return nil, err
	}
	loaded, err := d.in.FPDF_LoadPage(&requests.FPDF_LoadPage{Document: d.doc, Index: n})
	if err != nil {
		return nil, broken("pdf: page %d cannot be read", n+1)
	}
	defer d.in.FPDF_ClosePage(&requests.FPDF_ClosePage{Page: loaded.Page})
	page := requests.Page{ByReference: &loaded.Page}
	bitmap, err := d.in.FPDFBitmap_Create(&requests.FPDFBitmap_Create{Width: width, Height: height})
	if err != nil {
		return nil, tooLarge("pdf: page %d needs more than %d bytes of memory", n+1, MaxWASM)
	}
	defer d.in.FPDFBitmap_Destroy(&requests.FPDFBitmap_Destroy{Bitmap: bitmap.Bitmap})

	const flags = enums.FPDF_RENDER_FLAG_ANNOT | enums.FPDF_RENDER_FLAG_REVERSE_BYTE_ORDER
	_, err = d.in.FPDFBitmap_FillRect(&requests.FPDFBitmap_FillRect{Bitmap: bitmap.Bitmap, Width: width, Height: height, Color: 0xffffffff})
	if err == nil {
		_, err = d.in.FPDF_RenderPageBitmap(&requests.FPDF_RenderPageBitmap{Bitmap: bitmap.Bitmap, Page: page, SizeX: width, SizeY: height, Flags: flags})
	}
	if err == nil && d.form != "" {
		_, err = d.in.FPDF_FFLDraw(&requests.FPDF_FFLDraw{FormHandle: d.form, Bitmap: bitmap.Bitmap, Page: page, SizeX: width, SizeY: height, Flags: flags})
	}
	if err != nil {
		return nil, broken("pdf: the decoder stopped at page %d", n+1)
	}
	buffer, err := d.in.FPDFBitmap_GetBuffer(&requests.FPDFBitmap_GetBuffer{Bitmap: bitmap.Bitmap})
	if err != nil || len(buffer.Buffer) < 4*width*height {
		return nil, broken("pdf: the decoder lost page %d", n+1)
	}
	img := image.NewRGBA(image.Rect(0, 0, width, height))
	copy(img.Pix, buffer.Buffer)
	for i := 3; i < len(img.Pix); i += 4 {
		img.Pix[i] = 0xff
	}
	return img, nil
}

// pageSize returns the pixels of a page at PageDPI, or fewer where it would be
// over MaxPagePixels. Sizes are points, 1/72 inch (ISO 32000-1 section 8.3.2.3).
func pageSize(n int, width, height float64) (w, h int, err error) {
	scale := PageDPI / 72.0
	if !(width > 0 && height > 0 && width < 1e6 && height < 1e6) {
		return 0, 0, broken("pdf: page %d is %g × %g points", n+1, width, height)
	}
	if area := width * height * scale * scale; area > MaxPagePixels {
		scale *= math.Sqrt(MaxPagePixels / area)
	}
	w, h = max(1, int(width*scale+0.5)), max(1, int(height*scale+0.5))
	if w > MaxSide || h > MaxSide {
		return 0, 0, tooLarge("pdf: page %d is %d × %d pixels, a side may have %d", n+1, w, h, MaxSide)
	}
	return w, h, nil
}

// deaf answers a form nothing.
var deaf = structs.FPDF_FORMFILLINFO{
	FFI_Invalidate:   func(references.FPDF_PAGE, float64, float64, float64, float64) {},
	FFI_SetCursor:    func(enums.FXCT) {},
	FFI_SetTimer:     func(int, func(int)) int { return 0 },
	FFI_KillTimer:    func(int) {},
	FFI_GetLocalTime: func() structs.FPDF_SYSTEMTIME { return structs.FPDF_SYSTEMTIME{} },
	FFI_GetPage: func(references.FPDF_DOCUMENT, int) *references.FPDF_PAGE {
		return nil
	},
	FFI_GetRotation:        func(references.FPDF_PAGE) enums.FPDF_PAGE_ROTATION { return 0 },
	FFI_ExecuteNamedAction: func(string) {},
}

// zeros is a source of nothing random: the same document gives the same pixels.
type zeros struct{}

func (zeros) Read(b []byte) (int, error) {
	clear(b)
	return len(b), nil
}
