package api

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"keepiton"
)

// statuses maps the codes of errors to HTTP.
var statuses = map[keepiton.Code]int{
	keepiton.Invalid:     http.StatusUnprocessableEntity,
	keepiton.NotFound:    http.StatusNotFound,
	keepiton.Conflict:    http.StatusConflict,
	keepiton.Forbidden:   http.StatusForbidden,
	keepiton.Unsigned:    http.StatusUnauthorized,
	keepiton.TooLarge:    http.StatusRequestEntityTooLarge,
	keepiton.RateLimited: http.StatusTooManyRequests,
	keepiton.Unavailable: http.StatusServiceUnavailable,
}

// problem writes an RFC 9457 problem outside of huma's handlers.
func problem(w http.ResponseWriter, status int, detail string) {
	data, err := json.Marshal(&huma.ErrorModel{Title: http.StatusText(status), Status: status, Detail: detail})
	if err != nil {
		http.Error(w, detail, status)
		return
	}
	w.Header().Set("Content-Type", "application/problem+json")
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Del("ETag")
	w.WriteHeader(status)
	w.Write(append(data, '\n'))
}

// wrong is an error about one parameter, such as query.year.
func wrong(location string, value any, message string) error {
	return &huma.ErrorModel{
		Title: http.StatusText(http.StatusUnprocessableEntity), Status: http.StatusUnprocessableEntity,
		Detail: location + ": " + message,
		Errors: []*huma.ErrorDetail{{Message: message, Location: location, Value: value}},
	}
}

// failed turns an error of the store into a problem. What is our fault goes to
// the log, and the client gets no cause.
func (s *Server) failed(ctx context.Context, err error) error {
	var known *huma.ErrorModel
	if err == nil || errors.As(err, &known) {
		return err
	}
	status, ok := statuses[keepiton.CodeOf(err)]
	detail := err.Error()
	switch {
	case errors.Is(err, context.Canceled):
		status, detail = http.StatusServiceUnavailable, "the request was given up"
	case !ok || status == http.StatusServiceUnavailable:
		s.opt.Log.ErrorContext(ctx, "answer an API request", "error", err)
		if !ok {
			status = http.StatusInternalServerError
		}
		detail = "the record could not be asked; try again later"
	}
	if hint := keepiton.HintOf(err); hint != "" && ok {
		detail += ": " + hint
	}
	return &huma.ErrorModel{Title: http.StatusText(status), Status: status, Detail: detail}
}
