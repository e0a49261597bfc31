package web

import (
	"net/http"

	"keepiton"
)

// statuses is the one table from error codes to HTTP.
var statuses = map[keepiton.Code]int{
	keepiton.Invalid:     http.StatusBadRequest,
	keepiton.NotFound:    http.StatusNotFound,
	keepiton.Conflict:    http.StatusConflict,
	keepiton.Forbidden:   http.StatusForbidden,
	keepiton.Unsigned:    http.StatusUnauthorized,
	keepiton.TooLarge:    http.StatusRequestEntityTooLarge,
	keepiton.RateLimited: http.StatusTooManyRequests,
	keepiton.Unavailable: http.StatusServiceUnavailable,
	keepiton.Internal:    http.StatusInternalServerError,
}

// StatusOf returns the HTTP status for the code of err.
func StatusOf(err error) int {
	if s, ok := statuses[keepiton.CodeOf(err)]; ok {
		return s
	}
	return http.StatusInternalServerError
}
