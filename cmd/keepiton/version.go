package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"runtime"
	"runtime/debug"

	"keepiton"
)

const versionHelp = `keepiton version [--json]

Prints which program this is: its version, the commit it was built from and
when that was made, whether the source had other changes, and the Go release.

  --json   the same for programs

  keepiton version
  keepiton version --json`

func versionCommand() command {
	return command{name: "version", summary: "which program this is", help: versionHelp, run: runVersion}
}

// build says what a binary was made from. Fields are empty where Go did not
// record them, as in tests.
type build struct {
	Version  string `json:"version"`
	Revision string `json:"revision,omitempty"`
	Time     string `json:"time,omitempty"` // of the commit, RFC 3339
	Modified bool   `json:"modified"`       // the source had changes that were not committed
	Go       string `json:"go"`
	Platform string `json:"platform"`
}

func runVersion(_ context.Context, e *env, args []string) (int, error) {
	set := flag.NewFlagSet("version", flag.ContinueOnError)
	set.SetOutput(io.Discard)
	asJSON := set.Bool("json", false, "")
	err := set.Parse(args)
	if err == nil && set.NArg() > 0 {
		err = fmt.Errorf("%q is one word too many", set.Arg(0))
	}
	if err != nil {
		return exitUsage, keepiton.Hint(keepiton.Errorf(keepiton.Invalid, "%w", err), "keepiton help version shows examples")
	}
	b := thisBuild()
	if *asJSON {
		return exitGood, writeJSON(e.stdout, b)
	}
	fmt.Fprintf(e.stdout, "keepiton %s\n", b.Version)
	if b.Revision != "" {
		changed := ""
		if b.Modified {
			changed = ", with changes that were not committed"
		}
		fmt.Fprintf(e.stdout, "commit %s of %s%s\n", b.Revision, b.Time, changed)
	}
	fmt.Fprintf(e.stdout, "%s, %s\n", b.Go, b.Platform)
	return exitGood, nil
}

// thisBuild reads what the Go command wrote into the binary.
func thisBuild() build {
	b := build{Version: "(unknown)", Go: runtime.Version(), Platform: runtime.GOOS + "/" + runtime.GOARCH}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return b
	}
	if info.Main.Version != "" {
		b.Version = info.Main.Version
	}
	for _, s := range info.Settings {
		switch s.Key {
		case "vcs.revision":
			b.Revision = s.Value
		case "vcs.time":
			b.Time = s.Value
		case "vcs.modified":
			b.Modified = s.Value == "true"
		}
	}
	return b
}

// writeJSON prints v for programs.
func writeJSON(w io.Writer, v any) error {
	enc := json.NewEncoder(w)
	enc.SetIndent("", "  ")
	enc.SetEscapeHTML(false)
	return enc.Encode(v)
}
