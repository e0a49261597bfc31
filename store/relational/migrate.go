package relational

import "embed"

// The migrations of the record. Files are never edited once released (see
// TestReleasedFormatsAreNeverEdited).
//
//go:embed migrations
var migrations embed.FS
