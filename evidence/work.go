package evidence

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"image"
	"io"
	"os"
	"runtime/debug"

	"golang.org/x/image/draw"

	"keepiton"
)

// RunChild is the child: it gets its decoders ready, gives up what it does not
// need, does one job of r and writes one answer to w. The command calls it for
// ChildCommand, before it does anything else; tests of other packages call it in
// TestMain. It returns the exit code.
func RunChild(r io.Reader, w io.Writer) int { return runChild(r, w, nil) }

// runChild is RunChild without the protections in skip.
func runChild(r io.Reader, w io.Writer, skip []string) int {
	debug.SetTraceback("none")
	debug.SetMemoryLimit(MaxMemory * 3 / 4)
	debug.SetMaxStack(64 << 20)
	if err := serveOne(r, w, skip); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return 0
}

// serveOne does one job. The header of a job comes from the parent; the original
// that follows it is hostile, and not read before everything is locked. Only a
// child that gets no original may write into the folder of the decoders.
func serveOne(r io.Reader, w io.Writer, skip []string) error {
	t := task{}
	if err := readJob(r, &t.job); err != nil {
		return err
	}
	if t.Do == compile && t.Size > 0 {
		return errors.New("who compiles gets no original")
	}
	if t.Do != compile {
		readOnly(t.Cache)
	}
	var err error
	if t.decoders, err = prepare(context.Background(), t.Kind, t.Cache); err != nil && t.Cache != "" && t.Do != compile {
		t.decoders, err = prepare(context.Background(), t.Kind, "")
	}
	if err != nil {
		return err
	}
	held, err := lock(skip)
	if err != nil {
		return err
	}
	if t.original, err = readBytes(r, t.Size); err != nil {
		return err
	}
	go func() { // whoever waits for the answer holds the other end; when it is gone, so are we
		_, _ = r.Read(make([]byte, 1))
		os.Exit(1)
	}()
	a := try(t, jobs)
	a.Held = held
	return writeFrame(w, a, a.bodies...)
}

// task is a job with all that it needs.
type task struct {
	job
	original []byte
	decoders
}

// jobs are what a child can do.
var jobs = map[string]func(task) (*answer, error){
	"look":   look,
	"glance": glance,
	"clean":  clean,
	"proof":  proof,
	compile:  func(task) (*answer, error) { return &answer{}, nil },
}

// compile is the job of a child that gets a decoder ready, for the Cache.
const compile = "compile"

// try does a task, and makes an answer of an error or a panic of a decoder.
func try(t task, jobs map[string]func(task) (*answer, error)) (a *answer) {
	defer func() {
		if p := recover(); p != nil {
			a = &answer{Fault: &fault{Code: keepiton.Invalid, Key: keyBroken, Text: fmt.Sprintf("%s: the decoder stopped at it", t.Kind)}}
		}
	}()
	do, ok := jobs[t.Do]
	if !ok {
		return &answer{Fault: &fault{Code: keepiton.Internal, Text: fmt.Sprintf("no job %q", t.Do)}}
	}
	a, err := do(t)
	if err != nil {
		f := &fault{Code: keepiton.CodeOf(err), Text: err.Error()}
		var e *keepiton.Error
		if errors.As(err, &e) {
			f.Key = e.Key
		}
		return &answer{Fault: f}
	}
	return a
}

// add appends a part.
func (a *answer) add(k Kind, b []byte, width, height int) {
	a.Parts = append(a.Parts, part{Kind: k, Width: width, Height: height, Size: len(b)})
	a.bodies = append(a.bodies, b)
}

// look makes pictures of a file for an analyst's eyes.
func look(t task) (*answer, error) {
	a := &answer{Params: params(t.job)}
	show := func(img *image.RGBA, exact bool) error {
		k, b, err := encode(img, exact)
		if err == nil {
			a.add(k, b, img.Rect.Dx(), img.Rect.Dy())
		}
		return err
	}
	switch t.Kind {
	case PDF:
		pages, err := renderPDF(t.pdf, t.original, MaxPages, func(n int, img *image.RGBA) error {
			if n == 0 {
				a.Fingerprint = Fingerprint(img)
			}
			return show(img, false)
		})
		a.LeftOut = pages - len(a.Parts)
		return a, err
	case GIF:
		g, err := decodeGIF(t.original)
		if err != nil {
			return nil, err
		}
		img := firstFrame(g)
		a.Fingerprint, a.LeftOut = Fingerprint(img), len(g.Image)-1
		return a, show(img, true)
	}
	img, exact, err := decode(t.decoders, t.Kind, t.original)
	if err != nil {
		return nil, err
	}
	a.Fingerprint, a.LeftOut = Fingerprint(img), leftOut(t.Kind, t.original)
	return a, show(img, exact)
}

// glance makes a small picture of what look shows first.
func glance(t task) (*answer, error) {
	a := &answer{Params: params(t.job)}
	show := func(img *image.RGBA) error {
		a.Fingerprint = Fingerprint(img)
		small := shrink(img)
		b, err := encodeJPEG(small)
		a.add(JPEG, b, small.Rect.Dx(), small.Rect.Dy())
		return err
	}
	switch t.Kind {
	case PDF:
		_, err := renderPDF(t.pdf, t.original, 1, func(_ int, img *image.RGBA) error { return show(img) })
		return a, err
	case GIF:
		g, err := decodeGIF(t.original)
		if err != nil {
			return nil, err
		}
		return a, show(firstFrame(g))
	}
	img, _, err := decode(t.decoders, t.Kind, t.original)
	if err != nil {
		return nil, err
	}
	return a, show(img)
}

// shrink makes a picture at most SmallSide pixels wide and high.
func shrink(img *image.RGBA) *image.RGBA {
	size := img.Rect.Size()
	long := max(size.X, size.Y)
	if long <= SmallSide {
		return img
	}
	small := image.NewRGBA(image.Rect(0, 0, max(1, size.X*SmallSide/long), max(1, size.Y*SmallSide/long)))
	draw.BiLinear.Scale(small, small.Rect, img, img.Rect, draw.Src, nil)
	return small
}

// clean makes the public copy of a file.
func clean(t task) (*answer, error) {
	a := &answer{Params: params(t.job)}
	switch t.Kind {
	case PDF:
		return a, a.cleanPDF(t)
	case GIF:
		return a, a.cleanGIF(t)
	}
	img, exact, err := decode(t.decoders, t.Kind, t.original)
	if err != nil {
		return nil, err
	}
	a.Fingerprint, a.LeftOut = Fingerprint(img), leftOut(t.Kind, t.original)
	boxes, err := onPage(t.Boxes, 0, img.Rect.Dx(), img.Rect.Dy())
	if err == nil {
		err = checkPages(t.Boxes, 1)
	}
	if err != nil {
		return nil, err
	}
	blank(img, boxes)
	k, b, err := encode(img, exact)
	if err != nil {
		return nil, err
	}
	a.add(k, b, img.Rect.Dx(), img.Rect.Dy())
	return a, nil
}

// cleanPDF makes one picture of each page; the parent makes a PDF of them.
func (a *answer) cleanPDF(t task) error {
	pages, err := renderPDF(t.pdf, t.original, MaxPages, func(n int, img *image.RGBA) error {
		size := img.Rect.Size()
		if n == 0 {
			a.Fingerprint = Fingerprint(img)
		}
		covered, err := onPage(t.Boxes, n, size.X, size.Y)
		if err != nil {
			return err
		}
		blank(img, covered)
		b, err := encodeJPEG(img)
		a.add(JPEG, b, size.X, size.Y)
		return err
	})
	if err != nil {
		return err
	}
	a.LeftOut = pages - len(a.Parts)
	return checkPages(t.Boxes, len(a.Parts))
}

func (a *answer) cleanGIF(t task) error {
	g, err := decodeGIF(t.original)
	if err != nil {
		return err
	}
	covered, err := onPage(t.Boxes, 0, g.Config.Width, g.Config.Height)
	if err == nil {
		err = checkPages(t.Boxes, 1)
	}
	if err != nil {
		return err
	}
	a.Fingerprint = Fingerprint(firstFrame(g))
	b, err := cleanGIF(g, covered)
	if err != nil {
		return err
	}
	a.add(GIF, b, g.Config.Width, g.Config.Height)
	return nil
}

// encode writes pixels in the format that suits where they came from.
func encode(img *image.RGBA, exact bool) (Kind, []byte, error) {
	if exact {
		b, err := encodePNG(img)
		return PNG, b, err
	}
	b, err := encodeJPEG(img)
	return JPEG, b, err
}

// leftOut counts the frames of an animated WebP or PNG after the first, as the
// file announces them.
func leftOut(k Kind, original []byte) int {
	frames := 0
	switch k {
	case WebP:
		if c, err := readWebP(original); err == nil {
			frames = c.frames
		}
	case PNG:
		// acTL (PNG third edition, section 11.3.6.1): number of frames, then of loops
		if c := pngChunk(original, "acTL"); len(c) == 8 {
			frames = int(binary.BigEndian.Uint32(c) & 0x7fffffff)
		}
	}
	return max(0, frames-1)
}

// params says how a copy is made, for its step: the same again gives the same
// bytes.
func params(j job) string {
	s := fmt.Sprintf("quality %d, %d dpi", Quality, PageDPI)
	for _, b := range j.Boxes {
		s += fmt.Sprintf("; box %d: %d,%d %d×%d", b.Page+1, b.X, b.Y, b.Width, b.Height)
	}
	return s
}
