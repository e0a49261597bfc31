package remote

import (
	"bufio"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"slices"

	"keepiton"
	"keepiton/store"
)

// paper is what stands before the bytes of a store.Paper, on a line of its own.
// The last line has End alone.
type paper struct {
	ID      string              `json:"id,omitempty"`
	Kind    string              `json:"kind,omitempty"`
	Version int                 `json:"version,omitempty"`
	About   keepiton.EnvelopeID `json:"about,omitempty"`
	Size    int                 `json:"size,omitempty"` // of the bytes that follow
	End     bool                `json:"end,omitempty"`
}

type papersAsk struct {
	IDs []string `json:"ids"`
}

// Papers implements casework.Server. Those that came whole before the line
// broke are not asked for again.
func (c *Client) Papers(ctx context.Context, ids []string, yield func(store.Paper) error) error {
	left := slices.Clone(ids)
	return c.resume(ctx, func() (brought bool, err error) {
		ask, err := json.Marshal(papersAsk{left})
		if err != nil {
			return false, err
		}
		res, err := c.send(ctx, http.MethodPost, Prefix+"papers/read", nil, ask, "application/json", nil)
		if err != nil {
			return false, err
		}
		defer res.Body.Close()
		for in := bufio.NewReader(res.Body); ; {
			p, end, err := readPaper(in)
			if end || err != nil {
				return brought, err
			}
			i := slices.Index(left, p.ID)
			if i < 0 {
				return brought, keepiton.Errorf(keepiton.Internal, "the paper %s came, which was not asked for", p.ID)
			}
			if err := yield(p); err != nil {
				return true, stopped{err}
			}
			left, brought = left[i+1:], true // those before it are not there
		}
	})
}

func readPaper(in *bufio.Reader) (p store.Paper, end bool, err error) {
	line, err := in.ReadSlice('\n')
	var w paper
	if err == nil {
		err = json.Unmarshal(line, &w)
	}
	switch {
	case err != nil:
		return p, false, keepiton.Errorf(keepiton.Unavailable, "the papers were cut: %w", err)
	case w.End:
		return p, true, nil
	case w.Size < 0 || w.Size > store.MaxPaper:
		return p, false, keepiton.Errorf(keepiton.Internal, "a paper of %d bytes was announced", w.Size)
	}
	p = store.Paper{ID: w.ID, Kind: w.Kind, Version: w.Version, About: w.About, Sealed: make([]byte, w.Size)}
	if _, err := io.ReadFull(in, p.Sealed); err != nil {
		return p, false, keepiton.Errorf(keepiton.Unavailable, "a paper was cut: %w", err)
	}
	return p, false, nil
}

// readPapers answers with what is there of the papers that are asked for. They
// are ciphertext: nothing is compressed.
func readPapers(a *ask) error {
	var in papersAsk
	if err := a.read(&in); err != nil {
		return err
	}
	a.w.Header().Set("Content-Type", "application/octet-stream")
	begun := false
	write := func(w paper, sealed []byte) error {
		begun = true
		line, err := json.Marshal(w)
		if err == nil {
			_, err = a.w.Write(append(append(line, '\n'), sealed...))
		}
		return err
	}
	err := a.Papers(a.r.Context(), in.IDs, func(p store.Paper) error {
		return write(paper{ID: p.ID, Kind: p.Kind, Version: p.Version, About: p.About, Size: len(p.Sealed)}, p.Sealed)
	})
	if err != nil && begun {
		panic(http.ErrAbortHandler)
	}
	if err != nil {
		return err
	}
	return write(paper{End: true}, nil)
}
