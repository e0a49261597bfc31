package main

import (
	"fmt"
	"io"
	"os"

	"keepiton"
	"keepiton/detect/script"
)

// runScripts tries the cases of files and prints what became of each.
func runScripts(e *env, files []string) (int, error) {
	if len(files) == 0 {
		return exitUsage, keepiton.Hint(keepiton.Errorf(keepiton.Invalid, "--script needs files"), "write some cases (docs/detect-language.md) and name the file: keepiton detect --script FILE...")
	}
	passed, failed, missed := 0, 0, 0
	for _, name := range files {
		cases, err := readScript(name)
		if err != nil {
			return exitFailed, err
		}
		for i := range cases {
			r, err := cases[i].Run()
			if err != nil {
				return exitFailed, err
			}
			verdict := "pass"
			switch {
			case len(r.Failures) > 0:
				verdict = "FAIL"
				failed++
			case len(r.Misses) > 0:
				verdict = "miss"
				missed++
			default:
				passed++
			}
			fmt.Fprintf(e.stdout, "%s  %s:%d  %s\n", verdict, name, cases[i].Line, cases[i].Title)
			for _, why := range append(r.Failures, r.Misses...) {
				fmt.Fprintf(e.stdout, "      %s\n", why)
			}
		}
	}
	fmt.Fprintf(e.stdout, "%d passed, %d failed", passed, failed)
	if missed > 0 {
		fmt.Fprintf(e.stdout, ", %d with what is known to be missed", missed)
	}
	fmt.Fprintln(e.stdout)
	if failed > 0 {
		return exitFailed, nil
	}
	return exitGood, nil
}

// maxScript bounds a file of cases.
const maxScript = 1 << 20

func readScript(name string) ([]script.Case, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, keepiton.Errorf(keepiton.NotFound, "%w", err)
	}
	defer f.Close()
	return script.Parse(name, io.LimitReader(f, maxScript))
}
