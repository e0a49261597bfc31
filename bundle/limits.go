package bundle

// Limits of a bundle. A writer refuses to pass them and a reader to follow.
// They are those of docs/design/004-voices.md; a name longer than any file
// system allows (255 units of UTF-16 are at most 765 bytes) is nobody's file.
const (
	MaxFrame     = 65_536     // bytes of content in one frame
	MaxFiles     = 40         // files of one report
	MaxFileBytes = 50_000_000 // bytes of all files of one report together
	MaxReport    = MaxFrame   // bytes of the report's JSON, one frame
	MaxName      = 1_024      // bytes of a file's name, UTF-8
	MaxType      = 255        // bytes of a file's media type
	MaxDepth     = 8          // arrays and objects inside each other in JSON
	MinSize      = 4 << 10    // the smallest bucket: no bundle is shorter
	MaxSize      = 64 << 20   // the largest bucket: no bundle is longer
)

// SealedType is the media type of a file of a report that is a sealed file itself: a
// probe puts the runs of a day together, each of which was sealed when it was made.
const SealedType = "application/x-keepiton-sealed"

// Bucket returns the length that a bundle of n bytes is padded to: the
// smallest of 4 KiB × 2ⁿ, from [MinSize] to [MaxSize], that is not below n. It
// returns 0 when n is above MaxSize: there is no such bundle.
//
// Doubling sizes tell a watcher at most fifteen classes of size, and cost half
// of the traffic at worst (notes/intake.md 5, metadata).
func Bucket(n int64) int64 {
	for b := int64(MinSize); b <= MaxSize; b *= 2 {
		if n <= b {
			return b
		}
	}
	return 0
}
