package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"strings"
	"time"

	"keepiton"
	"keepiton/detect"
	"keepiton/series"
)

const detectHelp = `keepiton detect [--from TIME] [--to TIME] [--entity E] [--disruptions] [--format table|json]
keepiton detect --keep
keepiton detect --script FILE...

Looks for signals in the series that keepiton ingest has kept: departures from
what was to be expected, with their onset, end, depth, and the one bin that speaks
most strongly for each. Nothing is remembered: the same series give the same
signals, however often, and in whatever order they were ingested. Series are read
from four weeks before --from, so that there is something to compare with.

A signal says that something was measured. It does not say that it was a shutdown.

With --disruptions, signals that belong together are joined, what an ill instrument
or a moved address explains is left out, and each disruption is judged: how likely
it is that something was down, how likely that it was on purpose, why, and who was
silent; at its onset, 15 minutes, 1, 2 and 6 hours, 1, 7 and 30 days later and at its
end, each time by what had arrived by then. History and days to watch come from the record of the data
folder (or of --db), where there is one.

  --from, --to   only signals that touch this time: 2026-01-08 or 2026-01-08T18:45Z
  --entity E     only of this entity; a country has its networks and regions with it
  --script       try the cases of files: each says what a made-up world is like, what
                 happens in it, and what must be found (docs/detect-language.md)
  --disruptions  what they come to, judged
  --keep         look as keepiton serve --feeds does, once and now: what is found is kept
                 in the record and waits at the desk. For a timer, after keepiton ingest.
                 With --disruptions, what that finds is kept, of whatever time and place
  --archive      the series were read from archives long after the fact: judge as if
                 each bin had come after the usual time
  --geolocation TEXT   name and date of the table of addresses that series were
                 counted by, if it is not this program's own; it stands on each verdict
  --format json  an array of signals, or of disruptions, instead of a table

  keepiton detect --from 2026-01-08 --to 2026-01-10 --entity IR
  keepiton detect --disruptions --archive --entity IR
  keepiton detect --disruptions --archive --keep --from 2026-01-01 --to 2026-01-11`

// detectCommand is the subcommand detect.
func detectCommand() command {
	return command{name: "detect", summary: "find signals in the series", help: detectHelp, run: runDetect}
}

// lookBack is how long before --from series are read: the longest memory of a
// baseline.
const lookBack = 29 * 24 * time.Hour

func runDetect(ctx context.Context, e *env, args []string) (int, error) {
	var o detectFlags
	s, rest, err := parseSettings(e, "detect", args, func(set *flag.FlagSet) {
		set.StringVar(&o.from, "from", "", "")
		set.StringVar(&o.to, "to", "", "")
		set.StringVar(&o.entity, "entity", "", "")
		set.StringVar(&o.format, "format", "table", "")
		set.StringVar(&o.geolocation, "geolocation", "", "")
		set.BoolVar(&o.disruptions, "disruptions", false, "")
		set.BoolVar(&o.script, "script", false, "")
		set.BoolVar(&o.archive, "archive", false, "")
		set.BoolVar(&o.keep, "keep", false, "")
	})
	if err != nil {
		return exitUsage, err
	}
	if o.script {
		return runScripts(e, rest)
	}
	usage := func(format string, v ...any) (int, error) {
		return exitUsage, keepiton.Hint(keepiton.Errorf(keepiton.Invalid, format, v...), "keepiton help detect shows an example")
	}
	begin, end, err := seriesSpan(o.from, o.to)
	if err != nil {
		return usage("%v", err)
	}
	if end.IsZero() {
		end = time.Now().UTC()
	}
	f := series.Filter{}
	if o.entity != "" {
		what, err := readEntity(o.entity)
		if err != nil {
			return exitUsage, err
		}
		if f.Entity = what; what == what.Place() && what.Region == "" {
			f = series.Filter{Country: what.Country}
		}
	}
	switch {
	case o.keep && !o.disruptions && (o.from != "" || o.to != "" || o.entity != "" || o.format != "table" || o.archive):
		return usage("--keep alone looks at all series as they are now; what was earlier, or of one place, is kept with --disruptions --keep")
	case len(rest) > 0:
		return usage("%q: what is looked for is told by flags", rest[0])
	case o.format != "table" && o.format != "json":
		return usage("--format %q: table or json", o.format)
	case !begin.IsZero() && end.Before(begin):
		return usage("--to is before --from")
	}
	st, err := openKeptSeries(ctx, s)
	if err != nil {
		return exitFailed, err
	}
	defer st.Close()
	if o.keep && !o.disruptions {
		return keepDisruptions(ctx, e, s, st)
	}
	if o.disruptions {
		return runDisruptions(ctx, e, s, st, f, begin, end, o)
	}
	metricOf, err := metrics(s)
	if err != nil {
		return exitFailed, err
	}
	progress := progressOn(e.stderr)
	found := []keepiton.Signal{}
	since := time.Unix(0, 0)
	if !begin.IsZero() {
		since = begin.Add(-lookBack)
	}
	for k, err := range st.Keys(ctx, f) {
		if err != nil {
			return exitFailed, err
		}
		metric, known := metricOf(k.Feed, k.Metric)
		if !known || !k.From.Before(end) || k.To.Before(begin) {
			continue
		}
		progress("%s", k.SeriesKey)
		one, err := st.Range(ctx, k.SeriesKey, keepiton.Later(since, k.From), keepiton.Earlier(end, k.To))
		if err != nil {
			return exitFailed, err
		}
		for _, sig := range detect.Stitch(detect.Signals(&one, metric)) {
			if p := sig.Period(); p.From.Before(end) && (p.To.IsZero() || p.To.After(begin)) {
				found = append(found, sig)
			}
		}
	}
	progress("")
	if o.format == "json" {
		return exitGood, json.NewEncoder(e.stdout).Encode(found)
	}
	return exitGood, tableOfSignals(e, found)
}

func tableOfSignals(e *env, found []keepiton.Signal) error {
	if len(found) == 0 {
		_, err := fmt.Fprintln(e.stdout, "no signals")
		return err
	}
	for i := range found {
		s := &found[i]
		until := "goes on"
		if !s.End.IsZero() {
			until = "to " + s.End.From.Format("2006-01-02 15:04")
		}
		var more []string
		if n := len(s.Episodes); n > 1 {
			more = append(more, fmt.Sprintf("%d episodes", n))
		}
		if s.Missing > 0 {
			more = append(more, fmt.Sprintf("%d bins missing", s.Missing))
		}
		if s.Veto != "" {
			more = append(more, "vetoed: "+string(s.Veto))
		}
		fmt.Fprintf(e.stdout, "%s: %s–%s %s, %.0f %% down; strongest %s: %.6g of %.6g, n %d%s\n", s.Series,
			s.Onset.From.Format("2006-01-02 15:04"), s.Onset.To.Format("15:04"), until, 100*s.Depth, s.Witness.At.Format("2006-01-02 15:04"), s.Witness.Value, s.Witness.Baseline, s.Witness.N,
			strings.Join(append([]string{""}, more...), "; "))
	}
	_, err := fmt.Fprintf(e.stdout, "%d signals, by %s\n", len(found), detect.Rules)
	return err
}
