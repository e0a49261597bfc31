package fetch

import (
	"bytes"
	"path"
	"strings"

	"keepiton"
)

// sniffed is how many bytes of a file are looked at.
const sniffed = 512

// heads are the first bytes of files by the end of their names.
var heads = map[string]string{".gz": "\x1f\x8b", ".bz2": "BZh", ".zst": "\x28\xb5\x2f\xfd"}

// disguised is the error of a body that is not what it is called: the sign-in page of
// a hotel's network, an error page with status 200, nothing at all.
func disguised(name, contentType string, head []byte) error {
	ext := strings.ToLower(path.Ext(name))
	text := bytes.ToLower(bytes.TrimLeft(head, "\xef\xbb\xbf \t\r\n"))
	want, packed := heads[ext]
	switch {
	case ext != ".html" && ext != ".htm" && (bytes.HasPrefix(text, []byte("<!doctype html")) || bytes.HasPrefix(text, []byte("<html")) || !packed && strings.HasPrefix(contentType, "text/html")):
		return keepiton.Hint(keepiton.Errorf(keepiton.Unavailable, "a page came in its place"), "does the network here want you to sign in first? Open the address in a browser")
	case len(head) == 0 && ext != "":
		return keepiton.Hint(keepiton.Errorf(keepiton.Unavailable, "the server has it, and it is empty"), "it may be written at this moment: try again later")
	case packed && !bytes.HasPrefix(head, []byte(want)):
		return keepiton.Hint(keepiton.Errorf(keepiton.Unavailable, "what came is not packed as its name %s says", ext), "does a browser get the same? Then tell whoever runs the archive")
	case (ext == ".json" || ext == ".jsonl") && !bytes.HasPrefix(text, []byte("{")) && !bytes.HasPrefix(text, []byte("[")):
		return keepiton.Hint(keepiton.Errorf(keepiton.Unavailable, "what came is no JSON"), "does a browser get the same? Then the API has changed or is down")
	}
	return nil
}
