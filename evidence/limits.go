package evidence

import "time"

// Limits on what is decoded. A file over one of them is refused with an error
// that names the figure, before its pixels are asked for.
const (
	MaxOriginal   = 50_000_000       // bytes of a file, as in a bundle (docs/design/004-voices.md)
	MaxSide       = 30_000           // pixels of a side
	MaxPixels     = 64_000_000       // pixels of a picture: the largest of today's telephones have 50 megapixels
	MaxFrames     = 200              // frames of a GIF
	MaxMoving     = 4 * MaxPixels    // pixels of all frames of a GIF together
	MaxPages      = 20               // pages of a PDF that are rendered; the others are left out and counted
	MaxPagePixels = 16_000_000       // pixels of a rendered page
	MaxBoxes      = 1000             // redaction boxes of one file
	MaxCopy       = 150_000_000      // bytes of all that a child gives back
	MaxMemory     = 1 << 30          // bytes of memory of a child
	MaxWASM       = 640 << 20        // of it, bytes of memory of a decoder in WebAssembly
	MaxCPU        = 60 * time.Second // of processor time of a child
	MaxWall       = 90 * time.Second // of time until the parent ends a child
)

// PageDPI is the resolution at which pages of a PDF are rendered, in pixels an
// inch: 10-point text stays legible.
const PageDPI = 150

// Quality of JPEG copies, of 100.
const Quality = 88

// SmallSide is the longer side of the small picture that Glance makes, in
// pixels.
const SmallSide = 320

// maxCPU is MaxCPU, for tests that wait for its end.
var maxCPU = MaxCPU
