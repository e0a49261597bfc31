package relational

import (
	"context"
	"database/sql"

	"keepiton/store/database"
)

// Dialect is all that one SQL engine does differently from another.
type Dialect struct {
	database.Engine

	// Index replaces the words under which an incident is found.
	Index func(ctx context.Context, tx *sql.Tx, incident int64, w Words) error
	// Find returns one text of all incident keys that match, ascending, parted
	// by spaces, as a query and its arguments.
	Find func(t Term, former bool) (query string, args []any)
	// Unindex removes all words.
	Unindex []string
	// Backup writes a consistent copy to a file that does not exist yet; nil
	// when the engine has tools of its own for that.
	Backup func(ctx context.Context, db *sql.DB, file string) error
	// Forget writes over what removed rows left behind, where the engine can.
	// Unavailable while a reader holds an older state.
	Forget func(ctx context.Context, db *database.DB) error
}

// Words are the folded words of an incident.
type Words struct {
	Present string // of the revision in force, in order
	Former  string // only in revisions no longer in force, sorted
	// The same, only words with letters beyond ASCII.
	PresentPart, FormerPart string
}

// Term is one condition of a search: any of Phrases, or Part inside a word.
type Term struct {
	Phrases []Phrase
	Part    string // at least three letters, or empty
}

// Phrase is a run of folded words; with Prefix the last may go on.
type Phrase struct {
	Words  []string
	Prefix bool
}
