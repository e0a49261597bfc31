package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"golang.org/x/term"

	"keepiton"
	"keepiton/bundle"
	"keepiton/seal"
)

// newReport asks for a report on a terminal, or writes an empty form.
func newReport(e *env, f reportFlags) error {
	r := &keepiton.Report{ID: bundle.NewID(), Kind: keepiton.ReportKind(f.kind), Road: keepiton.RoadCarried}
	if f.out == "" && onTerminal(e.stdout) {
		f.out = "report.txt"
	}
	if _, err := os.Stat(f.out); f.out != "-" && err == nil { // said before anybody has answered forty questions
		return keepiton.Hint(keepiton.Errorf(keepiton.Conflict, "%s is there already and is not overwritten", f.out), "name another file with -o")
	}
	if onTerminal(e.stdin) {
		if err := askReport(bufio.NewReader(e.stdin), e.stderr, r); err != nil {
			return err
		}
	}
	text, err := reportText(r, f.out)
	if err != nil {
		return err
	}
	if f.out == "" || f.out == "-" {
		_, err := e.stdout.Write(text)
		return err
	}
	if err := seal.WriteNew(f.out, text, 0o600); err != nil {
		return err
	}
	fmt.Fprintf(e.stderr, "Written: %s. Whoever finds it can read it.\nNext: fill it in, keepiton report seal %s, and delete it.\n", f.out, f.out)
	return nil
}

// reportText is a report as its file wants it.
func reportText(r *keepiton.Report, name string) ([]byte, error) {
	var out bytes.Buffer
	if !strings.HasSuffix(name, ".json") {
		err := bundle.WriteForm(&out, r)
		return out.Bytes(), err
	}
	text, err := bundle.EncodeReport(r)
	if err != nil {
		return nil, err
	}
	err = json.Indent(&out, text, "", "  ")
	out.WriteByte('\n')
	return out.Bytes(), err
}

// askReport asks the questions of a report. An empty line is no answer; a text
// of several lines ends with one.
func askReport(in *bufio.Reader, out io.Writer, r *keepiton.Report) error {
	fmt.Fprintln(out, "Answer what you want to; an empty line goes on. Ctrl-C ends it, and nothing is written.")
	for _, f := range bundle.FormFields {
		if f.Name == "kind" || !f.Needed(r) {
			continue
		}
		for {
			answer, err := askField(in, out, f)
			if err != nil {
				return err
			}
			if answer == "" || f.Set(r, answer) == nil {
				break
			}
			fmt.Fprintf(out, "Possible answers: %s\n", f.Help)
		}
	}
	return nil
}

func askField(in *bufio.Reader, out io.Writer, f bundle.FormField) (string, error) {
	fmt.Fprintf(out, "\n%s", f.Ask)
	switch {
	case f.Lines:
		fmt.Fprint(out, " (several lines; an empty one ends it)")
	case f.Help != "":
		fmt.Fprintf(out, " (%s)", f.Help)
	}
	fmt.Fprint(out, "\n> ")
	var lines []string
	for size := 0; ; {
		line, err := in.ReadString('\n')
		if err != nil && !(errors.Is(err, io.EOF) && line != "") {
			return "", keepiton.Errorf(keepiton.Unavailable, "the answers ended before the questions: %w", err)
		}
		if size += len(line); size > bundle.MaxReport {
			return "", keepiton.Errorf(keepiton.TooLarge, "%s: more than %d bytes", f.Name, bundle.MaxReport)
		}
		line = strings.TrimRight(line, "\r\n")
		if !f.Lines || line == "" {
			return strings.Join(append(lines, line), "\n"), nil
		}
		lines = append(lines, line)
	}
}

// onTerminal reports whether a person sits at the other end.
func onTerminal(v any) bool {
	f, ok := v.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}
