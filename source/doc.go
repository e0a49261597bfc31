// Package source is where measurements come from: what each feed publishes, how its
// files are packed, how they are read and fetched. Its adapters decode one feed each
// and know nothing of the others (docs/design/007-signals.md).
package source
