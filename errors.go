package keepiton

import (
	"errors"
	"fmt"
)

// Code classifies an error for people and programs. One table in the faces
// maps it to an HTTP status, one in the command to an exit code.
type Code string

// The codes. Internal is what an error without a code counts as.
const (
	Invalid     Code = "invalid"      // the input breaks a rule; the message names the place
	NotFound    Code = "not_found"    // no such thing
	Conflict    Code = "conflict"     // somebody was faster, or the state does not allow it
	Forbidden   Code = "forbidden"    // signed in, but not allowed
	Unsigned    Code = "unsigned"     // not signed in
	TooLarge    Code = "too_large"    // over a stated limit
	RateLimited Code = "rate_limited" // try again later
	Unavailable Code = "unavailable"  // we could not look; not a statement about the thing
	Internal    Code = "internal"     // our fault
)

// Error is an error with a code and, where one exists, the next step a person
// can take.
type Error struct {
	Code Code
	Hint string         // next step, in plain words; may be empty
	Key  string         // message key that a page shows instead of the text; may be empty
	Args map[string]any // placeholders of the message; may be nil
	Err  error          // text and cause; never nil
}

// Error returns the text and its causes; the hint is printed apart.
func (e *Error) Error() string { return e.Err.Error() }

// Unwrap returns the error that carries the text.
func (e *Error) Unwrap() error { return e.Err }

// Errorf makes an Error with the code. Verbs are those of fmt.Errorf, %w
// included.
func Errorf(code Code, format string, args ...any) error {
	return &Error{Code: code, Err: fmt.Errorf(format, args...)}
}

// Hint adds a next step to err and keeps its code.
func Hint(err error, hint string) error {
	return &Error{Code: CodeOf(err), Hint: hint, Err: err}
}

// CodeOf returns the code of the outermost Error in the chain of err, Internal
// when there is none, and the empty code for nil.
func CodeOf(err error) Code {
	if err == nil {
		return ""
	}
	var e *Error
	if errors.As(err, &e) {
		return e.Code
	}
	return Internal
}

// HintOf returns the first hint in the chain of err, or the empty text.
func HintOf(err error) string {
	var e *Error
	for errors.As(err, &e) {
		if e.Hint != "" {
			return e.Hint
		}
		err = e.Err
	}
	return ""
}
