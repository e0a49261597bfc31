package evidence

// Kind is what a file is by its content. The name and the media type that came
// with it are never asked.
type Kind string

// The kinds. The first six can be rendered; the others are never opened and
// stay downloads.
const (
	JPEG Kind = "jpeg"
	PNG  Kind = "png"
	WebP Kind = "webp"
	GIF  Kind = "gif"
	HEIC Kind = "heic"
	PDF  Kind = "pdf"

	SVG     Kind = "svg"     // a drawing that may carry script
	HTML    Kind = "html"    // a page, or XML of any other kind
	Office  Kind = "office"  // a document or sheet of an office program
	Archive Kind = "archive" // ZIP, 7z, tar and the like; a ProofMode ZIP is one
	Text    Kind = "text"    // plain text, CSV included
	Media   Kind = "media"   // sound or moving pictures
	Unknown Kind = "unknown"
)

// Rendered reports whether a file of this kind may be decoded to pixels. All
// others are never rendered, at the desk or anywhere else.
func Rendered(k Kind) bool {
	switch k {
	case JPEG, PNG, WebP, GIF, HEIC, PDF:
		return true
	}
	return false
}

// MediaType returns the media type under which a file of this kind may be
// answered: its own for what we make ourselves, and application/octet-stream
// for everything that is only ever downloaded.
func MediaType(k Kind) string {
	switch k {
	case JPEG:
		return "image/jpeg"
	case PNG:
		return "image/png"
	case GIF:
		return "image/gif"
	case PDF:
		return "application/pdf"
	}
	return "application/octet-stream"
}

// DownloadName returns an opaque name for a file: 16 digits of its SHA-256 and
// an ending that no system runs or opens by itself. Only kinds that Clean makes
// keep an ending of their own. The sender's name is private and not used.
func DownloadName(k Kind, sha256 string) string {
	if len(sha256) > 16 {
		sha256 = sha256[:16]
	}
	switch k {
	case JPEG:
		return sha256 + ".jpg"
	case PNG:
		return sha256 + ".png"
	case GIF:
		return sha256 + ".gif"
	case PDF:
		return sha256 + ".pdf"
	}
	return sha256 + ".bin"
}
