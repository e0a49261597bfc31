package casework

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/emersion/go-message"
	_ "github.com/emersion/go-message/charset" // mails in older encodings
	"github.com/emersion/go-message/mail"

	"keepiton"
	"keepiton/bundle"
)

// Limits of a mail that somebody sealed. What lies beyond stays in the one file
// that holds the whole.
const (
	maxMessage = bundle.MaxSize
	maxParts   = 100
	maxDepth   = 8 // parts inside parts
	maxSeen    = bundle.MaxReport / 2
)

// ReadMessage makes a report of the plaintext of an OpenPGP mail: a MIME entity
// (RFC 3156) or bare text. It never fails: what is not MIME is text, and what is
// neither is a file.
func ReadMessage(raw []byte) *Opened {
	o := &Opened{Report: &keepiton.Report{ID: idOf(raw), Kind: keepiton.ReportMessage, Road: keepiton.RoadMail}}
	entity, err := message.Read(bytes.NewReader(raw))
	if err != nil && !message.IsUnknownCharset(err) || entity == nil || entity.Header.Len() == 0 {
		o.bare(raw)
		return o
	}
	h := mail.Header{Header: entity.Header}
	if from, err := h.AddressList("From"); err == nil && len(from) > 0 {
		o.Report.Sender = keepiton.Private(from[0].Address)
	}
	w := walker{o: o}
	if subject, err := h.Subject(); err == nil && subject != "" {
		w.text(subject)
	}
	if err := entity.Walk(w.part); err != nil {
		o.Note = "the mail could not be taken apart to its end; the whole of it is the last file"
		o.attach("message.eml", "message/rfc822", raw)
	}
	if o.Report.Seen == "" && len(o.Files) == 0 {
		o.bare(raw)
	}
	o.Report.Files = nil
	for _, f := range o.Files {
		o.Report.Files = append(o.Report.Files, f.ReportFile)
	}
	return o
}

// idOf derives a report's id from a message, so that the same message by two
// roads is joined.
func idOf(raw []byte) string {
	sum := sha256.Sum256(append([]byte("keepiton message 1\n"), raw...))
	return hex.EncodeToString(sum[:16])
}

// bare takes raw as text, or as a file when it is none.
func (o *Opened) bare(raw []byte) {
	text := strings.TrimSpace(string(raw))
	if utf8.Valid(raw) && !strings.ContainsRune(text, 0) && len(text) <= maxSeen {
		o.Report.Seen = keepiton.Private(text)
		return
	}
	o.attach("message", "application/octet-stream", raw)
	o.Report.Files = append(o.Report.Files, o.Files[len(o.Files)-1].ReportFile)
}

func (o *Opened) attach(name, mediaType string, data []byte) {
	sum := sha256.Sum256(data)
	o.Files = append(o.Files, File{keepiton.ReportFile{
		Name: keepiton.Private(name), Type: mediaType, Size: int64(len(data)), SHA256: hex.EncodeToString(sum[:]),
	}, data})
}

// walker takes a mail apart.
type walker struct {
	o     *Opened
	parts int
}

var errTooDeep = errors.New("too many parts")

// part takes one part in; the library walks from part to part.
func (w *walker) part(path []int, e *message.Entity, _ error) error {
	if w.parts++; w.parts > maxParts || len(path) > maxDepth {
		return errTooDeep
	}
	if e.MultipartReader() != nil {
		return nil
	}
	data, err := io.ReadAll(e.Body)
	if err != nil {
		return err
	}
	mediaType, params, _ := e.Header.ContentType()
	disposition, dispositionParams, _ := e.Header.ContentDisposition()
	name := dispositionParams["filename"]
	if name == "" {
		name = params["name"]
	}
	if (mediaType == "text/plain" || mediaType == "") && disposition != "attachment" && name == "" && utf8.Valid(data) {
		w.text(strings.TrimSpace(string(data)))
		return nil
	}
	if name == "" {
		name = "part"
	}
	w.o.attach(name, mediaType, data)
	return nil
}

// text adds to what was seen; text that would not fit becomes a file.
func (w *walker) text(s string) {
	seen := w.o.Report.Seen.Reveal()
	if len(seen)+len(s) > maxSeen {
		w.o.attach("text.txt", "text/plain", []byte(s))
		return
	}
	if seen != "" && s != "" {
		seen += "\n\n"
	}
	w.o.Report.Seen = keepiton.Private(seen + s)
}
