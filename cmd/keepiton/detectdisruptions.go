package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"
	"time"

	"keepiton"
	"keepiton/detect"
	"keepiton/geo"
	"keepiton/locale"
	"keepiton/series"
	"keepiton/store"
)

// detectFlags are those of the command detect.
type detectFlags struct {
	from, to, entity, format, geolocation string
	disruptions, archive, script, keep    bool
}

// runDisruptions prints what the series come to as disruptions.
func runDisruptions(ctx context.Context, e *env, s settings, st series.Store, f series.Filter, begin, end time.Time, o detectFlags) (int, error) {
	known, err := contextOfRecord(ctx, s)
	if err != nil {
		return exitFailed, err
	}
	metricOf, err := metrics(s)
	if err != nil {
		return exitFailed, err
	}
	if o.geolocation == "" {
		o.geolocation = geo.DefaultPrefixes().String()
	}
	since := time.Unix(0, 0)
	if !begin.IsZero() {
		since = begin.Add(-lookBack)
	}
	found, err := detect.Disruptions(detect.Input{
		Series: st.Scan(ctx, f, since, end), Metric: metricOf, Now: end, Context: known, Geolocation: o.geolocation, Archive: o.archive,
	})
	if err != nil {
		return exitFailed, err
	}
	found = slices.DeleteFunc(found, func(d keepiton.Disruption) bool {
		return !d.Onset.From.Before(end) || !d.End.IsZero() && !d.End.To.After(begin)
	})
	if o.keep {
		if err := keepThese(ctx, s, found); err != nil {
			return exitFailed, err
		}
	}
	if o.format == "json" {
		if found == nil {
			found = []keepiton.Disruption{}
		}
		return exitGood, json.NewEncoder(e.stdout).Encode(found)
	}
	return exitGood, tableOfDisruptions(e, found, end)
}

// contextOfRecord reads what the record knows, if there is one.
func contextOfRecord(ctx context.Context, s settings) (func(string) detect.Context, error) {
	var st store.Store
	if path, file := recordFile(s); file {
		if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
			return recordContext(ctx, nil)
		}
	}
	st, err := openStore(ctx, s)
	if err != nil {
		return nil, err
	}
	defer st.Close()
	return recordContext(ctx, st)
}

func tableOfDisruptions(e *env, found []keepiton.Disruption, at time.Time) error {
	claimed := 0
	for i := range found {
		d := &found[i]
		if d.Verdict().State == keepiton.Insufficient {
			continue
		}
		claimed++
		until := "goes on"
		if lost := d.LostFromSight(at); !lost.IsZero() {
			until = "lost from sight since " + clockTime(lost)
		} else if !d.End.IsZero() {
			until = "to " + clockTime(d.End.From)
		}
		fmt.Fprintf(e.stdout, "%s %s: %s %s, %.0f %% down%s\n", d.ID, d.Entity, clockTime(d.Onset.From)+"–"+d.Onset.To.Format("15:04"), until, 100*d.Depth, after("; ", d.Shape))
		if n := len(d.Episodes); n > 1 {
			fmt.Fprintf(e.stdout, "  %d episodes\n", n)
		}
		if len(d.Parts) > 0 {
			fmt.Fprintf(e.stdout, "  with %s\n", entities(d.Parts))
		}
		for _, v := range d.Verdicts {
			fmt.Fprintf(e.stdout, "  %-5s %s  %-15s P(disruption) %.3f  P(intentional) %.2f\n", v.Stage, clockTime(v.At), v.State, v.Disruption, v.Intentional)
		}
		v := d.Verdict()
		for _, r := range v.Reasons {
			fmt.Fprintf(e.stdout, "    %+6.2f  %s\n", r.Weight, reasonInWords(r))
		}
		for _, q := range v.Silent {
			fmt.Fprintf(e.stdout, "    silent  %s: %s\n", q.Series, silenceInWords(q))
		}
	}
	if claimed == 0 {
		fmt.Fprintln(e.stdout, "no disruptions")
	}
	if less := len(found) - claimed; less > 0 {
		fmt.Fprintf(e.stdout, "%d more are below the floor of evidence (--format json has them)\n", less)
	}
	_, err := fmt.Fprintf(e.stdout, "%d disruptions, by %s\n", claimed, detect.Rules)
	return err
}

func clockTime(t time.Time) string { return t.UTC().Format("2006-01-02 15:04") }

func after(before string, words []string) string {
	if len(words) == 0 {
		return ""
	}
	return before + strings.Join(words, ", ")
}

// entities names a few, and how many more there are.
func entities(all []keepiton.Entity) string {
	const few = 6
	var names []string
	for _, e := range all[:min(few, len(all))] {
		names = append(names, e.String())
	}
	if len(all) > few {
		names = append(names, fmt.Sprintf("and %d more", len(all)-few))
	}
	return strings.Join(names, ", ")
}

func silenceInWords(s keepiton.Silence) string {
	switch {
	case s.State == keepiton.SourceDown:
		return "the source was down"
	case s.Normal:
		return "as expected"
	}
	return "no values"
}

// reasonInWords is a reason in English.
func reasonInWords(r keepiton.Reason) string {
	var args []any
	for name, value := range r.Args {
		args = append(args, name, value)
	}
	if p := locale.For("en"); p.Has("reason." + r.Key) {
		return p.T("reason."+r.Key, args...)
	}
	return r.Key
}
