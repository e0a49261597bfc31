package main

import (
	"context"
	"flag"
	"fmt"
	"slices"

	"keepiton"
	"keepiton/intake"
	"keepiton/seal"
	"keepiton/store"
)

const intakeHelp = `keepiton intake usage [--json]
keepiton intake expire [--lane LANE]

Shows and tidies what sealed reports fill. Nobody can read them here.

  usage    prints what each lane holds, of what it may, and how many reports
           nobody has opened yet
  expire   ends the term of what the desk has set aside as spam, in one lane or in
           all: keys and bodies are destroyed, tombstones stay. Nothing does this
           by itself

  --lane LANE   partner, carried, work, onion, mail, sms or open
  --json        with usage: for programs

Also takes the settings --data, --db and --intake-disk: see keepiton help settings.

  keepiton intake usage
  keepiton intake expire --lane open`

// intakeCommand is the subcommand intake.
func intakeCommand() command {
	return command{name: "intake", summary: "what sealed reports fill, lane by lane", help: intakeHelp, run: runIntake}
}

func runIntake(ctx context.Context, e *env, args []string) (int, error) {
	var lane string
	var asJSON bool
	s, rest, err := parseSettings(e, "intake", args, func(set *flag.FlagSet) {
		set.StringVar(&lane, "lane", "", "")
		set.BoolVar(&asJSON, "json", false, "")
	})
	if err != nil {
		return exitUsage, err
	}
	usage := func(format string, v ...any) (int, error) {
		return exitUsage, keepiton.Hint(keepiton.Errorf(keepiton.Invalid, format, v...), "keepiton help intake shows examples")
	}
	switch {
	case len(rest) != 1 || rest[0] != "usage" && rest[0] != "expire":
		return usage("intake what? usage or expire")
	case lane != "" && !slices.Contains(keepiton.Lanes, keepiton.Lane(lane)):
		return usage("--lane %q is not one of %v", lane, keepiton.Lanes)
	}
	st, err := openRecord(ctx, s)
	if err != nil {
		return exitFailed, err
	}
	defer st.Close()
	sealed, err := openSealed(ctx, s)
	if err != nil {
		return exitFailed, err
	}
	defer sealed.Close()
	in, err := openIntake(ctx, s, st, sealed, seal.OpenFolder(keysFolder(s)))
	if err != nil {
		return exitUsage, err
	}
	if rest[0] == "usage" {
		return exitGood, showUsage(ctx, e, in, sealed, asJSON)
	}
	var lanes []keepiton.Lane
	if lane != "" {
		lanes = []keepiton.Lane{keepiton.Lane(lane)}
	}
	n, err := in.EndSpam(ctx, lanes...)
	if err != nil {
		return exitFailed, err
	}
	fmt.Fprintf(e.stdout, "%d reports that the desk had set aside as spam are destroyed\n", n)
	return exitGood, nil
}

// laneUsage is one lane as usage prints it.
type laneUsage struct {
	Lane     keepiton.Lane `json:"lane"`
	Bytes    int64         `json:"bytes"`
	MaxBytes int64         `json:"max_bytes"`
	Reports  int           `json:"reports"`
	New      int           `json:"new"`
}

func showUsage(ctx context.Context, e *env, in *intake.Intake, sealed store.Sealed, asJSON bool) error {
	held, err := sealed.Usage(ctx)
	if err != nil {
		return err
	}
	var out []laneUsage
	for _, l := range keepiton.Lanes {
		out = append(out, laneUsage{l, held[l].Bytes, in.Quota(l).Bytes, held[l].Count, held[l].New})
	}
	if asJSON {
		return writeJSON(e.stdout, out)
	}
	for _, u := range out {
		fmt.Fprintf(e.stdout, "%-8s %8.1f of %.0f MB, %d reports, %d not opened yet\n", u.Lane, float64(u.Bytes)/1e6, float64(u.MaxBytes)/1e6, u.Reports, u.New)
	}
	return nil
}
