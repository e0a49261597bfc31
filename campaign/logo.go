package campaign

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"image"
	_ "image/gif" // a clean copy may be one
	_ "image/jpeg"
	"image/png"

	"golang.org/x/image/draw"

	"keepiton"
	"keepiton/evidence"
	"keepiton/store"
)

// Limits of a logo. What is published is never wider or higher than LogoSide
// pixels, twice what the largest page shows, for fine screens.
const (
	MaxLogo       = 2 << 20    // bytes of the file that is handed in
	MaxLogoPixels = 16_000_000 // of it: some 64 MiB of memory while it is made small
	LogoSide      = 480
)

// Logo makes the public picture of a file that somebody chose as a logo: decoded
// in a process that can do nothing else (package evidence), drawn anew within
// LogoSide pixels, and encoded as PNG, so that nothing of the file is left but
// what is seen of it. Subjects are left to the caller.
//
// Errors: TooLarge beyond MaxLogo, Invalid for what is no picture or is broken,
// Unavailable where the process cannot be started.
func Logo(ctx context.Context, file []byte) (store.MediaFile, error) {
	if len(file) > MaxLogo {
		return store.MediaFile{}, fail(keepiton.TooLarge, "campaign.error.logo", "a file of %d bytes, the limit is %d", len(file), MaxLogo)
	}
	kind := evidence.Sniff(file)
	if !evidence.Rendered(kind) || kind == evidence.PDF {
		return store.MediaFile{}, fail(keepiton.Invalid, "campaign.error.logo", "a file of kind %q is no picture", kind)
	}
	clean, err := evidence.Clean(ctx, kind, file, nil)
	if err != nil {
		return store.MediaFile{}, err
	}
	// The child may have been taken over by the file: its answer is not believed.
	size, _, err := image.DecodeConfig(bytes.NewReader(clean.Bytes))
	if err == nil && (size.Width > MaxLogoPixels || size.Height > MaxLogoPixels || size.Width*size.Height > MaxLogoPixels) {
		return store.MediaFile{}, fail(keepiton.TooLarge, "campaign.error.logo", "a picture of %d × %d pixels", size.Width, size.Height)
	}
	img, _, err := image.Decode(bytes.NewReader(clean.Bytes))
	if err != nil {
		return store.MediaFile{}, keepiton.Errorf(keepiton.Internal, "read the clean copy: %w", err)
	}
	var b bytes.Buffer
	if err := png.Encode(&b, within(img, LogoSide)); err != nil {
		return store.MediaFile{}, keepiton.Errorf(keepiton.Internal, "write the logo: %w", err)
	}
	sum := sha256.Sum256(b.Bytes())
	return store.MediaFile{SHA256: hex.EncodeToString(sum[:]), Type: "image/png", Bytes: b.Bytes()}, nil
}

// within draws img so that neither side is longer than side; a smaller one stays
// as it is.
func within(img image.Image, side int) image.Image {
	w, h := img.Bounds().Dx(), img.Bounds().Dy()
	if long := max(w, h); long > side {
		w, h = max(1, w*side/long), max(1, h*side/long)
	}
	out := image.NewNRGBA(image.Rect(0, 0, w, h))
	draw.CatmullRom.Scale(out, out.Bounds(), img, img.Bounds(), draw.Src, nil)
	return out
}
