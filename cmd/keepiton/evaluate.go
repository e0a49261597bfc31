package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"keepiton"
	"keepiton/detect/evaluate"
)

const evaluateHelp = `keepiton evaluate --truth FILE [--truth FILE ...] [--from DAY] [--to DAY]
                  [--calendar FILE] [--wrong] [--json] [--fit FOLDER]

Measures how right the program is, against events that people have labelled: the list
of investigated outages of "Destination Unreachable" (SIGCOMM 2023), as its authors
publish it, and editions of STOP (CSV or XLSX), which label its events and are the
history that was known before each. Without an edition, the record in --data is read
if there is one.

P(intentional | disruption) is judged two hours after the onset: by the weights that the
program carries where they were not fitted on these events (as_shipped), and fitted anew
for each split, on all countries but one and on what came before. Every figure stands beside
those of simple baselines, with an interval from drawing countries with replacement.
Where --data has series from the time of the events, what is detected in them is
matched with the events as well.

  --truth FILE      a list of events, or an edition; as often as there are files
  --from, --to DAY  only events that began from this day on, or before that one
  --calendar FILE   days of votes (country,from,to) instead of those of 2018 to 2021
                    that the program carries
  --wrong           list the twenty guesses that were furthest from what was
  --json            one JSON object (docs/evaluation.md) instead of tables
  --fit FOLDER      fit the weights on all events, and write weights.json,
                    evaluation.json and fitted.txt into the folder

  keepiton evaluate --truth ioda_investigated_outages.csv --truth stop_2016_2025.csv`

// evaluateCommand is the subcommand evaluate.
func evaluateCommand() command {
	return command{name: "evaluate", summary: "measure detection against labelled events", help: evaluateHelp, run: runEvaluate}
}

// evaluation is what the flags of evaluate ask for.
type evaluation struct {
	truth         []string
	from, to      time.Time
	calendar, fit string
	wrong, json   bool
}

func runEvaluate(ctx context.Context, e *env, args []string) (int, error) {
	var ask evaluation
	var from, to string
	s, rest, err := parseSettings(e, "evaluate", args, func(set *flag.FlagSet) {
		set.Func("truth", "", func(name string) error { ask.truth = append(ask.truth, name); return nil })
		set.StringVar(&from, "from", "", "")
		set.StringVar(&to, "to", "", "")
		set.StringVar(&ask.calendar, "calendar", "", "")
		set.StringVar(&ask.fit, "fit", "", "")
		set.BoolVar(&ask.wrong, "wrong", false, "")
		set.BoolVar(&ask.json, "json", false, "")
	})
	if err != nil {
		return exitUsage, err
	}
	if ask.from, ask.to, err = seriesSpan(from, to); err != nil {
		return exitUsage, err
	}
	usage := func(format string, v ...any) (int, error) {
		return exitUsage, keepiton.Hint(keepiton.Errorf(keepiton.Invalid, format, v...), "keepiton help evaluate shows an example")
	}
	switch {
	case len(rest) > 0:
		return usage("%q: files are named by --truth", rest[0])
	case len(ask.truth) == 0:
		return usage("--truth is missing: against which events?")
	case !ask.from.IsZero() && !ask.to.IsZero() && !ask.from.Before(ask.to):
		return usage("--to is not after --from")
	}
	truth, err := readTruth(ctx, e, s, ask)
	if err != nil {
		return exitFailed, err
	}
	progress := progressOn(e.stderr)
	tell := func(what string) { progress("%s", what) }
	defer progress("")
	report := evaluated(truth, ask, tell)
	if report.Detection, err = evaluateDetection(ctx, s, truth, ask, tell); err != nil {
		return exitFailed, err
	}
	if len(report.Splits) == 0 && report.Detection == nil {
		return exitFailed, keepiton.Hint(keepiton.Errorf(keepiton.Invalid, "%d national events, %d of them shutdowns: the program's weights were fitted on these, and there are no series of their time", report.Events, report.Shutdowns),
			"name more files, or a longer time, or a folder with series (--data)")
	}
	progress("")
	switch {
	case ask.json:
		err = writeJSON(e.stdout, report)
	default:
		err = writeEvaluation(e.stdout, report)
	}
	if err != nil {
		return exitFailed, err
	}
	if ask.fit != "" {
		if !evaluate.Scored(truth.examples) {
			return exitFailed, keepiton.Hint(keepiton.Errorf(keepiton.Invalid, "%d national events, %d of them shutdowns: without both kinds nothing can be fitted", report.Events, report.Shutdowns), "name more files with --truth")
		}
		if err := writeFit(ask.fit, truth, report); err != nil {
			return exitFailed, err
		}
	}
	if truth.lost {
		fmt.Fprintf(e.stderr, "keepiton evaluate: most rows could not be used\n  %s\n", strings.Join(truth.first, "\n  "))
		return exitDefects, nil
	}
	return exitGood, nil
}

// evaluated scores the model of intent on the events, when there are both kinds.
func evaluated(truth *truthSet, ask evaluation, progress func(string)) *evaluate.Report {
	report := evaluate.NewReport(truth.examples)
	report.Truth, report.Claims, report.Votes = truth.files, len(truth.claims), len(truth.votes)
	report.Splits = evaluate.Evaluate(truth.examples, evaluate.DefaultPenalties, report.Draws, progress)
	if ask.wrong {
		g := evaluate.LeaveCountryOut(truth.examples, evaluate.DefaultPenalties)
		if len(g) == 0 {
			g = evaluate.AsShipped(truth.examples)
		}
		report.Wrong = evaluate.MostWrong(g, 20)
	}
	return report
}

// writeFit writes the weights, fitted on all events, and the report beside them, which
// must not hold rows of the files.
func writeFit(folder string, truth *truthSet, report *evaluate.Report) error {
	w := evaluate.Model(truth.examples, evaluate.DefaultPenalties)
	w.Rules, w.FittedOn = report.Rules, report.Words()
	evaluate.Tidy(w)
	kept := *report
	kept.Wrong, kept.Detection, kept.Made = nil, nil, time.Now().UTC().Format(time.DateOnly)
	kept.Splits = slices.DeleteFunc(slices.Clone(kept.Splits), func(s evaluate.Split) bool { return strings.HasPrefix(s.Name, "as_shipped") }) // of other weights than these
	for name, v := range map[string]any{"weights.json": w, "evaluation.json": &kept, "fitted.txt": evaluate.Marks(truth.examples)} {
		b, text := v.([]byte)
		if !text {
			var err error
			if b, err = json.MarshalIndent(v, "", " "); err != nil {
				return err
			}
			b = append(b, '\n')
		}
		path := filepath.Join(folder, name)
		if err := os.WriteFile(path, b, 0o644); err != nil {
			return keepiton.Hint(keepiton.Errorf(keepiton.Unavailable, "%w", err), "name a folder that is there with --fit")
		}
	}
	return nil
}
