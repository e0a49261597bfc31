// Package gen holds the programs that make the tables in geo/data: each is a file, or two,
// for `go run`, and none is part of a build. docs/geo-data.md has the commands.
package gen
