package main

import (
	"context"

	"keepiton/evidence"
)

// evidenceChildCommand is what the desk starts to decode a file; nobody types
// it.
func evidenceChildCommand() command {
	return command{
		name: evidence.ChildCommand,
		help: "keepiton " + evidence.ChildCommand + " decodes one file of evidence for keepiton desk, which starts it by itself.\nIt reads a job from standard input and writes the answer to standard output; see docs/evidence.md.",
		run: func(_ context.Context, e *env, _ []string) (int, error) {
			return evidence.RunChild(e.stdin, e.stdout), nil
		},
	}
}
