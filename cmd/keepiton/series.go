package main

import (
	"bufio"
	"cmp"
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strconv"
	"time"

	"keepiton"
	"keepiton/series"
	"keepiton/series/sqlite"
	"keepiton/source"
	"keepiton/source/all"
)

const seriesHelp = `keepiton series --feed F --metric M --entity E [--from TIME] [--to TIME] [--format csv|json]
keepiton series --list [--feed F] [--metric M] [--entity E]

Prints the measurements of one series, every bin of the stretch: time, value, n
(the denominator), state (present, late, silent, source_down) and when it arrived.
A bin without a value is empty, never nought. Whose measurements they are, and whether
they may be passed on, stands in the JSON, and is said on standard error beside a CSV.

  --entity E    country/IR, region/IR-07, asn/44244, geoasn/44244-IR, then /mobile or
                a service such as /telegram; IR and AS44244 are understood
  --from, --to  2026-01-08 or 2026-01-08T18:45Z, UTC; all that is kept without them
  --list        which series are kept, and from when to when

  keepiton series --feed bgp --metric v4 --entity country/IR --from 2026-01-08 --format csv`

// seriesCommand is the subcommand series.
func seriesCommand() command {
	return command{name: "series", summary: "print the measurements of a series", help: seriesHelp, run: runSeries}
}

func runSeries(ctx context.Context, e *env, args []string) (int, error) {
	var feed, metric, entity, from, to, format string
	var list bool
	s, rest, err := parseSettings(e, "series", args, func(set *flag.FlagSet) {
		set.StringVar(&feed, "feed", "", "")
		set.StringVar(&metric, "metric", "", "")
		set.StringVar(&entity, "entity", "", "")
		set.StringVar(&from, "from", "", "")
		set.StringVar(&to, "to", "", "")
		set.StringVar(&format, "format", "csv", "")
		set.BoolVar(&list, "list", false, "")
	})
	if err != nil {
		return exitUsage, err
	}
	usage := func(format string, v ...any) (int, error) {
		return exitUsage, keepiton.Hint(keepiton.Errorf(keepiton.Invalid, format, v...), "keepiton help series shows an example")
	}
	var what keepiton.Entity
	if entity != "" {
		if what, err = readEntity(entity); err != nil {
			return exitUsage, err
		}
	}
	begin, end, err := seriesSpan(from, to)
	if err != nil {
		return usage("%v", err)
	}
	switch {
	case len(rest) > 0:
		return usage("%q: what is to be printed is told by flags", rest[0])
	case format != "csv" && format != "json":
		return usage("--format %q: csv or json", format)
	case to != "" && end.Before(begin):
		return usage("--to is before --from")
	case !list && (feed == "" || metric == "" || entity == ""):
		return usage("--feed, --metric and --entity are needed, or --list")
	}
	st, err := openKeptSeries(ctx, s)
	if err != nil {
		return exitFailed, err
	}
	defer st.Close()
	f := series.Filter{Feed: feed, Metric: metric, Entity: what}
	if list {
		return exitGood, listSeries(ctx, e, st, f, format)
	}
	key := keepiton.SeriesKey{Feed: feed, Metric: metric, Entity: what}
	for k, err := range st.Keys(ctx, f) {
		if err != nil {
			return exitFailed, err
		}
		if begin.IsZero() {
			begin = k.From
		}
		if end.IsZero() {
			end = k.To
		}
	}
	one, err := st.Range(ctx, key, begin, end)
	if err != nil {
		return exitFailed, err
	}
	mapped, err := mappings(s)
	if err != nil {
		return exitFailed, err
	}
	c := creditOf(feed, append(mapped, all.Feeds...))
	if format == "csv" && len(one.Bins) > 0 {
		fmt.Fprintln(e.stderr, c)
	}
	return exitGood, printSeries(e, one, c, format)
}

// credit says whose measurements are printed, and what may be done with them.
type credit struct {
	Title   string `json:"title"`
	Home    string `json:"home,omitempty"`
	Licence string `json:"licence,omitempty"`
	// Open says that the rows may stand in our exports; others are for whoever runs
	// this alone.
	Open bool `json:"open"`
}

func creditOf(feed string, known []*source.Feed) credit {
	i := slices.IndexFunc(known, func(f *source.Feed) bool { return f.Name == feed })
	if i < 0 {
		return credit{}
	}
	f := known[i]
	return credit{cmp.Or(f.Title, f.Name), f.Home, f.Licence, f.Open}
}

// String returns it as a line.
func (c credit) String() string {
	if c.Title == "" {
		return "source: a feed that is not known any more; do not pass its rows on"
	}
	line := "source: " + c.Title
	for _, more := range []string{c.Home, c.Licence} {
		if more != "" {
			line += "; " + more
		}
	}
	if !c.Open {
		line += "; not for passing on"
	}
	return line
}

// openKeptSeries opens series that are there already, for commands that only read.
func openKeptSeries(ctx context.Context, s settings) (*sqlite.Store, error) {
	if _, err := os.Stat(seriesFile(s)); errors.Is(err, fs.ErrNotExist) {
		return nil, keepiton.Hint(keepiton.Errorf(keepiton.NotFound, "there are no series in %s", s.Data), "make some with keepiton ingest FEED FILE..., or name another folder with --data")
	}
	return openSeries(ctx, s)
}

// seriesSpan reads --from and --to; zero where one is not given. The error names the
// flag.
func seriesSpan(from, to string) (begin, end time.Time, err error) {
	if begin, err = seriesTime(from); err != nil {
		return begin, end, keepiton.Errorf(keepiton.Invalid, "--from: %w", err)
	}
	if end, err = seriesTime(to); err != nil {
		return begin, end, keepiton.Errorf(keepiton.Invalid, "--to: %w", err)
	}
	return begin, end, nil
}

// seriesTime reads a day or a time in UTC.
func seriesTime(s string) (time.Time, error) {
	if s == "" {
		return time.Time{}, nil
	}
	for _, layout := range []string{time.DateOnly, "2006-01-02T15:04Z07:00", time.RFC3339} {
		if t, err := time.Parse(layout, s); err == nil {
			return t.UTC(), nil
		}
	}
	return time.Time{}, keepiton.Errorf(keepiton.Invalid, "%q is no day such as 2026-01-08 and no time such as 2026-01-08T18:45Z", s)
}

func listSeries(ctx context.Context, e *env, st series.Store, f series.Filter, format string) error {
	type row struct {
		Feed   string    `json:"feed"`
		Metric string    `json:"metric"`
		Entity string    `json:"entity"`
		Step   int64     `json:"step_seconds"`
		From   time.Time `json:"from"`
		To     time.Time `json:"to"`
	}
	all := []row{}
	for k, err := range st.Keys(ctx, f) {
		if err != nil {
			return err
		}
		all = append(all, row{k.Feed, k.Metric, k.Entity.String(), int64(k.Step / time.Second), k.From, k.To})
	}
	if format == "json" {
		return json.NewEncoder(e.stdout).Encode(all)
	}
	out := csv.NewWriter(e.stdout)
	_ = out.Write([]string{"feed", "metric", "entity", "step_seconds", "from", "to"})
	for _, r := range all {
		_ = out.Write([]string{r.Feed, r.Metric, r.Entity, strconv.FormatInt(r.Step, 10), r.From.Format(time.RFC3339), r.To.Format(time.RFC3339)})
	}
	out.Flush()
	return out.Error()
}

// bin is one bin as JSON: value is null where there is none.
type seriesBin struct {
	Time    time.Time `json:"time"`
	Value   *float64  `json:"value"`
	N       *uint32   `json:"n"`
	State   string    `json:"state"`
	Arrived time.Time `json:"arrived,omitzero"`
}

func printSeries(e *env, one keepiton.Series, c credit, format string) error {
	w := bufio.NewWriter(e.stdout)
	if format == "json" {
		bins := make([]seriesBin, len(one.Bins))
		for i, b := range one.Bins {
			bins[i] = seriesBin{Time: one.At(i), State: b.State.String(), Arrived: b.Arrived.Time()}
			if b.Has() {
				bins[i].Value, bins[i].N = &b.Value, &b.N
			}
		}
		doc := map[string]any{"feed": one.Feed, "metric": one.Metric, "entity": one.Entity.String(), "step_seconds": int64(one.Step / time.Second), "source": c, "bins": bins}
		if err := json.NewEncoder(w).Encode(doc); err != nil {
			return err
		}
		return w.Flush()
	}
	fmt.Fprintln(w, "time,value,n,state,arrived")
	for i, b := range one.Bins {
		value, n, arrived := "", "", ""
		if b.Has() {
			value, n = strconv.FormatFloat(b.Value, 'f', -1, 64), strconv.FormatUint(uint64(b.N), 10)
		}
		if b.Arrived != 0 {
			arrived = b.Arrived.Time().Format(time.RFC3339)
		}
		fmt.Fprintf(w, "%s,%s,%s,%s,%s\n", one.At(i).Format(time.RFC3339), value, n, b.State, arrived)
	}
	return w.Flush()
}
