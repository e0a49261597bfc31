// Package monitor watches: it polls feeds into series, looks for disruptions at each
// bin, and keeps what was said of them.
//
// Promises:
//
//   - A feed that fails stops no other, and is asked again later and later, at most an
//     hour apart. While it fails its bins are kept as source_down: a gap, never a
//     value.
//   - Nothing is remembered that could not be computed again but how far each feed was
//     read. A monitor that was killed goes on where it was; what it computes a second
//     time is what it computed the first time.
//   - A machine never says that there was a shutdown. What it keeps are verdicts and
//     probabilities for people to judge; Tell is for the desk.
//   - Memory does not grow with time: series are read one at a time, and
//     measurements are handed on in parts.
//   - Run ends when its context does, and leaves no goroutine behind.
//
// The life of a bin: a Poll hands measurements over (poll.go) → they are joined in
// package series → Pass reads a trailing window of every series through detect
// (pass.go) → disruptions are matched with those that were kept (known.go) → they
// are kept, and told.
package monitor
