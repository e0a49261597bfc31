package evidence

import (
	"bytes"
	"image"
	"image/draw"
	"image/jpeg"
	"image/png"

	"keepiton"
)

// The functions of this file, and of all that it calls, run in a child alone:
// they turn hostile bytes into pixels.

// The reasons for which a file is refused, as message keys for pages. The text
// of an error names the figure or the place.
const (
	keyKind   = "evidence.never_rendered"
	keyBroken = "evidence.broken"
	keyLarge  = "evidence.too_large"
	keyLocked = "evidence.password"
	keyBox    = "evidence.box"
	keyChild  = "evidence.child_failed"
	keyStart  = "evidence.no_child"
)

func broken(format string, args ...any) error {
	return refuse(keepiton.Invalid, keyBroken, format, args...)
}

func tooLarge(format string, args ...any) error {
	return refuse(keepiton.TooLarge, keyLarge, format, args...)
}

func refuse(code keepiton.Code, key, format string, args ...any) error {
	err := keepiton.Errorf(code, format, args...).(*keepiton.Error)
	err.Key = key
	return err
}

// checkSize refuses a picture whose header announces too many pixels.
func checkSize(what string, width, height int) error {
	switch {
	case width <= 0 || height <= 0:
		return broken("%s: %d × %d pixels", what, width, height)
	case width > MaxSide || height > MaxSide:
		return tooLarge("%s: %d × %d pixels, a side may have %d", what, width, height, MaxSide)
	case width*height > MaxPixels:
		return tooLarge("%s: %d × %d pixels are more than %d", what, width, height, MaxPixels)
	}
	return nil
}

// decode returns the pixels of a still picture, upright, on white, and whether
// its kind keeps every pixel exactly. What stands behind transparency is gone:
// pixels that nobody can see may hold anything.
func decode(d decoders, k Kind, b []byte) (*image.RGBA, bool, error) {
	switch k {
	case JPEG:
		img, err := decodeJPEG(b)
		return img, false, err
	case PNG:
		img, err := decodePNG(b)
		return img, true, err
	case WebP:
		return decodeWebP(b)
	case HEIC:
		img, err := d.heif.decode(d.ctx, b)
		return img, false, err
	}
	return nil, false, refuse(keepiton.Invalid, keyKind, "files of kind %s are never rendered", k)
}

func decodeJPEG(b []byte) (*image.RGBA, error) {
	cfg, err := jpeg.DecodeConfig(bytes.NewReader(b))
	if err != nil {
		return nil, broken("jpeg: %v", err)
	}
	if err := checkSize("jpeg", cfg.Width, cfg.Height); err != nil {
		return nil, err
	}
	img, err := jpeg.Decode(bytes.NewReader(b))
	if err != nil {
		return nil, broken("jpeg: %v", err)
	}
	return upright(flatten(img), jpegOrientation(b)), nil
}

func decodePNG(b []byte) (*image.RGBA, error) {
	cfg, err := png.DecodeConfig(bytes.NewReader(b))
	if err != nil {
		return nil, broken("png: %v", err)
	}
	if err := checkSize("png", cfg.Width, cfg.Height); err != nil {
		return nil, err
	}
	img, err := png.Decode(bytes.NewReader(b))
	if err != nil {
		return nil, broken("png: %v", err)
	}
	return upright(flatten(img), pngOrientation(b)), nil
}

// flatten draws img on white.
func flatten(img image.Image) *image.RGBA {
	b := img.Bounds()
	dst := image.NewRGBA(image.Rect(0, 0, b.Dx(), b.Dy()))
	if o, ok := img.(interface{ Opaque() bool }); ok && o.Opaque() {
		draw.Draw(dst, dst.Rect, img, b.Min, draw.Src)
		return dst
	}
	draw.Draw(dst, dst.Rect, image.White, image.Point{}, draw.Src)
	draw.Draw(dst, dst.Rect, img, b.Min, draw.Over)
	return dst
}

// encodeJPEG and encodePNG write pixels and nothing that is not needed to show
// them: no JFIF, no colour profile, no time.
func encodeJPEG(img image.Image) ([]byte, error) {
	var w bytes.Buffer
	err := jpeg.Encode(&w, img, &jpeg.Options{Quality: Quality})
	return w.Bytes(), err
}

func encodePNG(img image.Image) ([]byte, error) {
	var w bytes.Buffer
	err := png.Encode(&w, img)
	return w.Bytes(), err
}
