package replay

import (
	"fmt"
	"net/http"
	"time"
)

// Busy answers with a status, such as 429 or 503, and Retry-After unless it is empty.
func Busy(status int, retryAfter string) Fault {
	return func(w http.ResponseWriter, _ *http.Request, _ *File) bool {
		if retryAfter != "" {
			w.Header().Set("Retry-After", retryAfter)
		}
		http.Error(w, "busy", status)
		return true
	}
}

// Cut ends the connection after n bytes of the body.
func Cut(n int) Fault { return broken(n, nil) }

// Stall sends n bytes of the body, and then nothing until the other side gives up.
func Stall(n int) Fault {
	return broken(n, func(r *http.Request) { <-r.Context().Done() })
}

// broken sends n bytes of what was asked for, waits, and ends the connection.
func broken(n int, wait func(*http.Request)) Fault {
	return func(w http.ResponseWriter, r *http.Request, f *File) bool {
		data, status := f.Data, http.StatusOK
		if from, ok := f.from(r); ok && from < len(data) {
			w.Header().Set("Content-Range", fmt.Sprintf("bytes %d-%d/%d", from, len(data)-1, len(data)))
			data, status = data[from:], http.StatusPartialContent
		}
		f.head(w, status, len(data))
		_, _ = w.Write(data[:min(n, len(data))])
		_ = http.NewResponseController(w).Flush()
		if wait != nil {
			wait(r)
		}
		panic(http.ErrAbortHandler)
	}
}

// Slow sends the body in pieces of n bytes, with a pause before each.
func Slow(n int, pause time.Duration) Fault {
	return func(w http.ResponseWriter, r *http.Request, f *File) bool {
		f.head(w, http.StatusOK, len(f.Data))
		for from := 0; from < len(f.Data); from += n {
			select {
			case <-time.After(pause):
			case <-r.Context().Done():
				return true
			}
			_, _ = w.Write(f.Data[from:min(from+n, len(f.Data))])
			_ = http.NewResponseController(w).Flush()
		}
		return true
	}
}

// Longer announces n bytes more than there are.
func Longer(n int) Fault {
	return func(w http.ResponseWriter, _ *http.Request, f *File) bool {
		f.head(w, http.StatusOK, len(f.Data)+n)
		_, _ = w.Write(f.Data)
		panic(http.ErrAbortHandler)
	}
}

// OtherPart answers a wish for a part with another one.
func OtherPart(from int) Fault {
	return func(w http.ResponseWriter, _ *http.Request, f *File) bool {
		w.Header().Set("Content-Range", fmt.Sprintf("bytes %d-%d/%d", from, len(f.Data)-1, len(f.Data)))
		f.head(w, http.StatusPartialContent, len(f.Data)-from)
		_, _ = w.Write(f.Data[from:])
		return true
	}
}

// Instead sends other bytes of a type with status 200: a page in disguise, or wrong
// ones.
func Instead(contentType string, data []byte) Fault {
	return func(_ http.ResponseWriter, _ *http.Request, f *File) bool {
		f.Data, f.Type, f.ETag = data, contentType, "-"
		return false
	}
}

// Future says that the file was written at a time that is yet to come.
func Future(at time.Time) Fault {
	return func(_ http.ResponseWriter, _ *http.Request, f *File) bool {
		f.Modified = at
		return false
	}
}

// Redirect sends elsewhere.
func Redirect(to string) Fault {
	return func(w http.ResponseWriter, r *http.Request, _ *File) bool {
		http.Redirect(w, r, to, http.StatusFound)
		return true
	}
}
