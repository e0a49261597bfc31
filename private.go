package keepiton

import "log/slog"

// Private is a text that could expose somebody: a name, a number, words of a
// report. It prints as [redacted] in logs, errors and JSON; only [Private.Reveal]
// gives the text, so that every place that does can be found by its name.
type Private string

const redacted = "[redacted]"

// Reveal returns the text itself.
func (p Private) Reveal() string { return string(p) }

// String implements fmt.Stringer without the text.
func (p Private) String() string { return redacted }

// GoString implements fmt.GoStringer without the text.
func (p Private) GoString() string { return redacted }

// LogValue implements slog.LogValuer without the text.
func (p Private) LogValue() slog.Value { return slog.StringValue(redacted) }

// MarshalText implements encoding.TextMarshaler without the text. What must be
// written for real, inside a seal, is written by package bundle.
func (p Private) MarshalText() ([]byte, error) { return []byte(redacted), nil }
