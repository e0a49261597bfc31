package door

import (
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"os"
	"strconv"

	"keepiton"
	"keepiton/intake"
)

// problem is RFC 9457: title, status and detail of the standard, and our code,
// hint and key.
type problem struct {
	Title  string        `json:"title"`
	Status int           `json:"status"`
	Detail string        `json:"detail"`
	Code   keepiton.Code `json:"code"`
	Hint   string        `json:"hint,omitempty"`
	Key    string        `json:"key,omitempty"`
}

var statuses = map[keepiton.Code]int{
	keepiton.Invalid:     http.StatusBadRequest,
	keepiton.NotFound:    http.StatusNotFound,
	keepiton.Conflict:    http.StatusConflict,
	keepiton.Forbidden:   http.StatusForbidden,
	keepiton.Unsigned:    http.StatusUnauthorized,
	keepiton.TooLarge:    http.StatusRequestEntityTooLarge,
	keepiton.RateLimited: http.StatusTooManyRequests,
	keepiton.Unavailable: http.StatusServiceUnavailable,
}

// fail answers with a problem. Our own faults are logged by their cause, which
// holds nothing of the request.
func (d *door) fail(w http.ResponseWriter, r *http.Request, err error) {
	switch {
	case intake.Lost(err):
		w.Header().Set("Connection", "close")
	case errors.Is(err, os.ErrDeadlineExceeded) || errors.Is(err, io.ErrUnexpectedEOF) || r.Context().Err() != nil:
		err = keepiton.Errorf(keepiton.Invalid, "the request was cut off or too slow")
		w.Header().Set("Connection", "close")
	}
	var large *http.MaxBytesError
	if errors.As(err, &large) {
		err = keepiton.Errorf(keepiton.TooLarge, "a request of this kind has at most %d bytes", large.Limit)
	}
	p := problem{Code: keepiton.CodeOf(err), Detail: err.Error(), Hint: keepiton.HintOf(err)}
	var coded *keepiton.Error
	if errors.As(err, &coded) {
		p.Key = coded.Key
	}
	var known bool
	if p.Status, known = statuses[p.Code]; !known {
		p.Status, p.Detail, p.Hint = http.StatusInternalServerError, "this is our fault; try again", ""
		d.Log.LogAttrs(r.Context(), slog.LevelError, "a submission failed", slog.Any("cause", err))
	}
	if p.Key == "intake.full" {
		p.Status = http.StatusInsufficientStorage
	}
	if p.Status == http.StatusTooManyRequests || p.Status >= 500 {
		w.Header().Set("Retry-After", "60")
	}
	p.Title = http.StatusText(p.Status)
	write(w, "application/problem+json", p.Status, p)
}

// write answers with JSON.
func write(w http.ResponseWriter, mediaType string, status int, v any) {
	body, err := json.Marshal(v)
	if err != nil {
		panic(err) // all that is written here can be
	}
	h := w.Header()
	h.Set("Content-Type", mediaType)
	h.Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(status)
	w.Write(body) // an error means that the sender has gone
}

func answer(w http.ResponseWriter, v any) error {
	write(w, "application/json", http.StatusOK, v)
	return nil
}

// lost answers for addresses and methods that are not there.
func (d *door) lost(w http.ResponseWriter, r *http.Request, mux *http.ServeMux) {
	for _, method := range []string{http.MethodGet, http.MethodPost, http.MethodPatch} {
		other := r.Clone(r.Context())
		if other.Method = method; method == r.Method {
			continue
		}
		if _, pattern := mux.Handler(other); pattern != "/" && pattern != "" {
			w.Header().Add("Allow", method)
		}
	}
	if len(w.Header()["Allow"]) > 0 {
		write(w, "application/problem+json", http.StatusMethodNotAllowed, problem{
			Title: http.StatusText(http.StatusMethodNotAllowed), Status: http.StatusMethodNotAllowed, Code: keepiton.Invalid, Detail: "another method is needed here",
		})
		return
	}
	d.fail(w, r, keepiton.Errorf(keepiton.NotFound, "there is no such door"))
}

// read reads the few words of JSON that a request brings. An empty body is
// allowed where v is optional.
func read(r *http.Request, v any) error {
	dec := json.NewDecoder(r.Body)
	if err := dec.Decode(v); err != nil {
		var large *http.MaxBytesError
		var syntax *json.SyntaxError
		var kind *json.UnmarshalTypeError
		switch {
		case errors.As(err, &large):
			return err
		case errors.As(err, &syntax):
			return keepiton.Errorf(keepiton.Invalid, "the body is not JSON: byte %d", syntax.Offset)
		case errors.As(err, &kind):
			return keepiton.Errorf(keepiton.Invalid, "the body's field %q is no %s", kind.Field, kind.Type)
		case errors.Is(err, io.EOF):
			return keepiton.Errorf(keepiton.Invalid, "the body is empty; it should be JSON")
		}
		return err
	}
	return nil
}
