package evidence

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"keepiton"
)

// A job and its answer travel in the same frame:
//
//	keepiton-evidence 1\n
//	length of the header   4 bytes, big endian, at most maxHeader
//	header                 JSON: a job or an answer
//	bytes                  as many as the header's sizes say
//
// One job, one answer, and nothing after it.
const (
	magic     = "keepiton-evidence 1\n"
	maxHeader = 256 << 10 // 1,000 boxes, and what was done
)

// job is what a child is asked to do.
type job struct {
	Do    string `json:"do"` // look, clean, proof
	Kind  Kind   `json:"kind,omitempty"`
	Boxes []Box  `json:"boxes,omitempty"`
	Cache string `json:"cache,omitempty"` // folder for the machine code of decoders
	Size  int    `json:"size"`            // bytes of the original, which follow
}

// answer is what a child gives back.
type answer struct {
	Fault *fault `json:"fault,omitempty"` // nothing else stands in an answer that has one
	Held  []string
	Parts []part `json:"parts,omitempty"` // whose bytes follow, in order

	LeftOut     int    `json:"left_out,omitempty"`
	Fingerprint Hash   `json:"fingerprint"`
	Params      string `json:"params,omitempty"` // how the copy was made, for its step

	bodies [][]byte
}

// part is one run of bytes after the header of an answer.
type part struct {
	Kind   Kind `json:"kind"`
	Width  int  `json:"width,omitempty"`
	Height int  `json:"height,omitempty"`
	Size   int  `json:"size"`
}

// fault is an error on its way out of a child.
type fault struct {
	Code keepiton.Code `json:"code"`
	Text string        `json:"text"`
	Key  string        `json:"key,omitempty"`
}

func (f *fault) err() error {
	return &keepiton.Error{Code: f.Code, Key: f.Key, Err: errors.New(f.Text)}
}

// writeFrame writes header and bodies.
func writeFrame(w io.Writer, header any, bodies ...[]byte) error {
	h, err := json.Marshal(header)
	if err != nil {
		return err
	}
	if len(h) > maxHeader {
		return fmt.Errorf("header of %d bytes is over %d", len(h), maxHeader)
	}
	head := append([]byte(magic), binary.BigEndian.AppendUint32(nil, uint32(len(h)))...)
	for _, b := range append([][]byte{head, h}, bodies...) {
		if _, err := w.Write(b); err != nil {
			return err
		}
	}
	return nil
}

// readHeader reads a frame up to its bodies, into header.
func readHeader(r io.Reader, header any) error {
	head := make([]byte, len(magic)+4)
	if _, err := io.ReadFull(r, head); err != nil {
		return fmt.Errorf("frame: %w", err)
	}
	if string(head[:len(magic)]) != magic {
		return errors.New("frame: it does not begin with " + magic[:len(magic)-1])
	}
	n := binary.BigEndian.Uint32(head[len(magic):])
	if n > maxHeader {
		return fmt.Errorf("frame: header of %d bytes is over %d", n, maxHeader)
	}
	h := make([]byte, n)
	if _, err := io.ReadFull(r, h); err != nil {
		return fmt.Errorf("frame: header: %w", err)
	}
	if err := json.Unmarshal(h, header); err != nil {
		return fmt.Errorf("frame: header: %w", err)
	}
	return nil
}

// readJob reads a job up to the original that follows it.
func readJob(r io.Reader, j *job) error {
	if err := readHeader(r, j); err != nil {
		return err
	}
	if j.Size < 0 || j.Size > MaxOriginal {
		return fmt.Errorf("frame: original of %d bytes is over %d", j.Size, MaxOriginal)
	}
	return nil
}

// readAnswer reads an answer with its parts, which together may have MaxCopy
// bytes: a child that was taken over can fill no more of its parent's memory.
func readAnswer(r io.Reader) (a answer, err error) {
	if err := readHeader(r, &a); err != nil {
		return a, err
	}
	total := 0
	for i, p := range a.Parts {
		if p.Size < 0 || p.Size > MaxCopy-total {
			return a, fmt.Errorf("frame: part %d of %d bytes makes more than %d", i, p.Size, MaxCopy)
		}
		total += p.Size
		b, err := readBytes(r, p.Size)
		if err != nil {
			return a, fmt.Errorf("frame: part %d: %w", i, err)
		}
		a.bodies = append(a.bodies, b)
	}
	return a, nil
}

// readBytes reads n bytes and takes memory as they come, not as they are
// announced.
func readBytes(r io.Reader, n int) ([]byte, error) {
	b, err := io.ReadAll(io.LimitReader(r, int64(n)))
	if err == nil && len(b) < n {
		err = io.ErrUnexpectedEOF
	}
	return b, err
}
