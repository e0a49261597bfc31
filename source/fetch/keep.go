package fetch

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"keepiton"
)

// state is kept beside a file, and beside a part: what the server told of it.
type state struct {
	Address  string    `json:"address"` // SHA-256 of the URL, which may hold a token
	ETag     string    `json:"etag,omitempty"`
	Modified string    `json:"last_modified,omitempty"`
	Size     int64     `json:"size"` // of the whole; -1: not said
	Fetched  time.Time `json:"fetched"`
}

func stateOf(resp *http.Response, size int64, at *url.URL) state {
	return state{Address: hashed(at), ETag: resp.Header.Get("ETag"), Modified: resp.Header.Get("Last-Modified"), Size: size}
}

func hashed(at *url.URL) string {
	sum := sha256.Sum256([]byte(at.String()))
	return hex.EncodeToString(sum[:])
}

// validator is what If-Range may name: a strong one (RFC 9110 section 13.1.5), or
// nothing.
func (s state) validator() string {
	if s.ETag != "" {
		if strings.HasPrefix(s.ETag, "W/") {
			return ""
		}
		return s.ETag
	}
	return s.Modified
}

// readState returns what is known of a file that came from an address.
func readState(path string, at *url.URL) (s state, ok bool) {
	data, err := os.ReadFile(path + ".state")
	if err != nil || json.Unmarshal(data, &s) != nil || s.Address != hashed(at) {
		return state{}, false
	}
	return s, true
}

func (s state) write(path string) error {
	data, err := json.Marshal(s)
	if err == nil {
		err = os.WriteFile(path+".state.new", append(data, '\n'), 0o600)
	}
	if err == nil {
		err = os.Rename(path+".state.new", path+".state")
	}
	return onDisk(err)
}

// validators returns what is known of the file that is there.
func (j *job) validators() (state, bool) {
	s, ok := readState(j.path, j.at)
	info, err := os.Stat(j.path)
	return s, ok && err == nil && info.Size() == s.Size
}

// part is a file on its way. Its bytes are written at their places, so that two
// programs that fetch the same file at once write the same.
type part struct {
	path        string // NAME.part
	file        *os.File
	size        int64
	state       state
	contentType string
}

// openPart returns what came at an earlier time, if one can go on from there.
func (j *job) openPart() (*part, error) {
	p := &part{path: j.path + ".part"}
	if err := os.MkdirAll(filepath.Dir(p.path), 0o700); err != nil {
		return nil, onDisk(err)
	}
	info, err := os.Stat(p.path)
	if err != nil {
		return p, nil
	}
	s, ok := readState(p.path, j.at)
	if !ok || s.validator() == "" || s.Size >= 0 && info.Size() > s.Size {
		p.drop()
		return p, nil
	}
	p.state, p.size = s, info.Size()
	return p, nil
}

// begin makes an empty part, and tells it apart from one that another program writes.
func (p *part) begin(s state) (err error) {
	p.drop()
	p.state = s
	if err = s.write(p.path); err == nil {
		p.file, err = os.OpenFile(p.path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	}
	return onDisk(err)
}

func (p *part) reopen() (err error) {
	p.file, err = os.OpenFile(p.path, os.O_WRONLY, 0o600)
	return onDisk(err)
}

func (p *part) write(b []byte) error {
	n, err := p.file.WriteAt(b, p.size)
	p.size += int64(n)
	return onDisk(err)
}

func (p *part) close() {
	if p.file != nil {
		_ = p.file.Close()
		p.file = nil
	}
}

func (p *part) drop() {
	p.close()
	_ = os.Remove(p.path)
	_ = os.Remove(p.path + ".state")
	p.size, p.state = 0, state{}
}

// finish moves a whole part to its place.
func (j *job) finish(p *part, r *Result) error {
	if p.file == nil {
		if err := p.reopen(); err != nil {
			return err
		}
	}
	mine, err := p.file.Stat()
	if err == nil {
		err = p.file.Sync()
	}
	p.close()
	if err != nil {
		return onDisk(err)
	}
	if there, err := os.Stat(p.path); err != nil || !os.SameFile(there, mine) || there.Size() != p.size {
		return &later{err: keepiton.Errorf(keepiton.Conflict, "another program fetches the same file")}
	}
	p.state.Size, p.state.Fetched = p.size, j.c.o.Now().UTC()
	if err := os.Rename(p.path, j.path); err != nil {
		return onDisk(err)
	}
	_ = os.Remove(p.path + ".state")
	r.Status, r.Size = Fetched, p.size
	return p.state.write(j.path)
}

func onDisk(err error) error {
	if err == nil {
		return nil
	}
	var p *os.PathError
	if errors.As(err, &p) {
		err = p.Err
	}
	return keepiton.Hint(keepiton.Errorf(keepiton.Unavailable, "keep it: %w", err), "is there room on the disk, and may you write into the data folder?")
}
