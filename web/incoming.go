package web

import (
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"keepiton"
)

// Limits on a form. Nothing of it is written anywhere while it arrives: words
// are held in memory, files pass through in pieces.
const (
	maxWords  = 64 << 10  // bytes of all words of a form together
	maxGiven  = 256 << 10 // bytes of words that a refused form gives back
	maxFields = 400       // fields and files of one form
	maxParts  = 16 << 10  // bytes of the headers of one part
	maxForm   = 256 << 20 // bytes of a form that are read at all, so that one that is too large gets an answer
)

// incoming is a form that arrives: first its words, then its files, one after
// the other, as they come over the line. Fields that stand after a file, such as
// the button, are read with the files.
type incoming struct {
	form  typed
	known []string // names of the fields; others are dropped
	words int      // bytes of words so far
	parts *multipart.Reader
	room  *room
	next  *multipart.Part // the first file that was not read yet
	seen  int

	broken error // the form did not arrive whole
}

// receive reads a form up to its first file. An error means that it cannot be
// read at all; too many words are told by tooLong, with what there was of them.
func receive(r *http.Request, known []string) (*incoming, error) {
	in := &incoming{form: typed{}, known: known}
	kind, params, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	switch {
	case err == nil && kind == "application/x-www-form-urlencoded":
		return in, in.encoded(r.Body)
	case err != nil || kind != "multipart/form-data" || params["boundary"] == "":
		return nil, keepiton.Errorf(keepiton.Invalid, "a form is multipart/form-data or application/x-www-form-urlencoded")
	}
	in.room = &room{Reader: io.LimitReader(r.Body, maxForm)}
	in.parts = multipart.NewReader(in.room, params["boundary"])
	return in, in.advance()
}

// encoded reads a form without files.
func (in *incoming) encoded(body io.Reader) error {
	b, err := io.ReadAll(io.LimitReader(body, 3*maxGiven)) // %XX takes three bytes for one
	if err != nil {
		return err
	}
	for pair := range strings.SplitSeq(string(b), "&") {
		name, value, _ := strings.Cut(pair, "=")
		name, err1 := url.QueryUnescape(name)
		value, err2 := url.QueryUnescape(value)
		if err1 != nil || err2 != nil {
			return keepiton.Errorf(keepiton.Invalid, "a field of the form cannot be read")
		}
		if in.seen++; in.seen > maxFields {
			return nil
		}
		in.keep(name, value)
	}
	return nil
}

// keep takes in one field. What is over maxGiven is dropped.
func (in *incoming) keep(name, value string) {
	if !slices.Contains(in.known, name) {
		return
	}
	value = value[:min(len(value), max(0, maxGiven-in.words))]
	in.words += len(value)
	in.form[name] = append(in.form[name], value)
}

// tooLong reports whether there are more words than a report may have.
func (in *incoming) tooLong() bool { return in.words > maxWords }

// advance reads words until a file or the end.
func (in *incoming) advance() error {
	for in.next = nil; ; {
		in.room.left = maxParts // for the headers of the next part
		part, err := in.parts.NextRawPart()
		in.room.left = -1
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return in.cutOff(err)
		}
		if in.seen++; in.seen > maxFields {
			in.broken = keepiton.Errorf(keepiton.TooLarge, "the form has more than %d fields and files", maxFields)
			return in.broken
		}
		if isFile(part) {
			in.next = part
			return nil
		}
		if err := in.word(part); err != nil {
			return err
		}
	}
}

// word reads one field, and passes over what is too long of it.
func (in *incoming) word(part *multipart.Part) error {
	b, err := io.ReadAll(io.LimitReader(part, maxGiven))
	if err == nil {
		_, err = io.Copy(io.Discard, part)
	}
	if err != nil {
		return in.cutOff(err)
	}
	in.keep(part.FormName(), string(b))
	return nil
}

// cutOff is the error of a form that did not arrive whole.
func (in *incoming) cutOff(err error) error {
	in.broken = keepiton.Errorf(keepiton.Invalid, "the form was cut off or cannot be read: %w", err)
	return in.broken
}

// isFile tells a file from a word: it has a file name, be it empty (RFC 7578
// section 4.2). A name that cannot be read is one as well.
func isFile(part *multipart.Part) bool {
	return strings.Contains(strings.ToLower(part.Header.Get("Content-Disposition")), "filename")
}

// each passes every file in turn. An input without a choice is a file without
// name and content; it is left out. After an error the rest of the form is read
// and dropped, so that the browser gets to see the answer; the error is returned.
func (in *incoming) each(file func(name, mediaType string, r io.Reader) error) error {
	var refused error
	for in.next != nil {
		part := in.next
		first := make([]byte, 1)
		n, err := io.ReadFull(part, first)
		if err != nil && err != io.EOF {
			return in.cutOff(err)
		}
		name := fileName(part)
		if refused == nil && (n > 0 || name != "") {
			refused = file(name, mediaTypeOf(part), io.MultiReader(strings.NewReader(string(first[:n])), part))
		}
		if _, err := io.Copy(io.Discard, part); err != nil {
			return in.cutOff(err)
		}
		if err := in.advance(); err != nil {
			return err
		}
	}
	return refused
}

// escaped are the three characters that browsers write otherwise in the name of
// a file (HTML, section 4.10.22.8).
var escaped = strings.NewReplacer("%22", `"`, "%0D", " ", "%0A", " ")

// fileName is the name of a file without folders, as its owner sees it; empty
// when there is none.
func fileName(part *multipart.Part) string {
	name := part.FileName() // without folders
	if i := strings.LastIndexByte(name, '\\'); i >= 0 {
		name = name[i+1:]
	}
	return escaped.Replace(name)
}

// mediaTypeOf is what the browser says of a file.
func mediaTypeOf(part *multipart.Part) string {
	if t := part.Header.Get("Content-Type"); len(t) <= 255 {
		return t
	}
	return ""
}

// room reads on while there is room left; below zero there is no bound. It keeps
// the headers of a part from filling the memory.
type room struct {
	io.Reader
	left int
}

func (r *room) Read(p []byte) (int, error) {
	if r.left == 0 {
		return 0, keepiton.Errorf(keepiton.TooLarge, "the headers of a part have more than %d bytes", maxParts)
	}
	if r.left > 0 && len(p) > r.left {
		p = p[:r.left]
	}
	n, err := r.Reader.Read(p)
	if r.left > 0 {
		r.left -= n
	}
	return n, err
}
