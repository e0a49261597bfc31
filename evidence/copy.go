package evidence

import "context"

// Box covers a rectangle of a picture for good: an opaque fill takes the place
// of its pixels, and no pixel of the original is kept. Blurring and pixelating
// are not offered, since both can be undone: they keep an average of what they
// hide, and letters can be told from each other by it (Hill, Zhou, Saul and
// Shacham, On the (In)effectiveness of Mosaicing and Blurring as Tools for
// Document Redaction, PoPETs 2016).
//
// Coordinates are pixels of the picture as Look shows it, which is after its
// orientation was applied, from the top left corner.
type Box struct {
	Page   int `json:"page,omitempty"` // of a PDF, from 0; 0 for pictures
	X      int `json:"x"`
	Y      int `json:"y"`
	Width  int `json:"width"`
	Height int `json:"height"`
}

// Picture is one picture or page as pixels.
type Picture struct {
	Width     int    `json:"width"`
	Height    int    `json:"height"`
	MediaType string `json:"media_type"` // image/jpeg or image/png
	Bytes     []byte `json:"-"`
}

// View is a working copy: what an analyst looks at and draws boxes on.
type View struct {
	Pictures    []Picture // one for a picture, the first frame of a GIF, the pages of a PDF
	LeftOut     int       // pages or frames that are not among Pictures
	Fingerprint Hash      // of the first picture
	Held        []string  // protections that held while it was made
	Step        Step      // original to working copy; Who and Day are the caller's to set
}

// Public is a public copy: pixels, encoded anew, and nothing else.
type Public struct {
	Kind        Kind   // of Bytes: JPEG, PNG, GIF or PDF
	Bytes       []byte // the same for the same original, boxes and version of the program
	SHA256      string // of Bytes, hex
	Width       int    // pixels, of the first page
	Height      int
	LeftOut     int      // pages or frames of the original that the copy does not have
	Fingerprint Hash     // of the first picture before boxes were drawn: for finding duplicates
	Held        []string // protections that held while it was made
	Step        Step     // original to public copy; Who and Day are the caller's to set
}

// Look makes the pictures that an analyst sees of a file.
//
// Errors: Invalid when the kind is never rendered or the file is broken,
// TooLarge over a limit, Unavailable when no child could be started.
func Look(ctx context.Context, kind Kind, original []byte) (View, error) {
	return Child{}.Look(ctx, kind, original)
}

// Clean makes the public copy of a file, with boxes drawn over what must not be
// seen. The kind must be that of Sniff.
//
// Errors: those of Look, and Invalid for a box that is empty or reaches beyond
// its page; nothing is cut to fit, since a box that is not where it was drawn
// hides nothing.
func Clean(ctx context.Context, kind Kind, original []byte, boxes []Box) (Public, error) {
	return Child{}.Clean(ctx, kind, original, boxes)
}
