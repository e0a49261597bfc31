package main

import (
	"context"
	"flag"
	"fmt"
	"slices"
	"strings"
	"time"

	"keepiton"
	"keepiton/count"
)

const diffHelp = `keepiton diff --from TIME [--to TIME] [--format table|csv|json] [--year Y] [--id ID]

Lists what the record says differently at two moments, field by field, and sums
it up by the year that the incidents count for. A new incident is one line.

  --from TIME     a day (2023-03-01, to its end in UTC) or a time
  --to TIME       the same; without it, now
  --format F      table (ends with the summary), csv (the changes alone) or json;
                  --json is short for the last
  --year Y        only incidents that count for these years: 2022 or 2019-2022
  --id ID         only this incident

Also takes the settings --data and --db: see keepiton help settings.

  keepiton diff --from 2023-03-01 --to 2026-05-20 --year 2022
  keepiton diff --from 2023-03-01 --format csv`

// diffCommand is the subcommand diff.
func diffCommand() command {
	return command{name: "diff", summary: "list what changed in the record between two days", help: diffHelp, run: runDiff}
}

// diffQuery is what the flags of diff ask for.
type diffQuery struct {
	from, to time.Time
	format   string
	years    []int
	id       keepiton.IncidentID
}

func runDiff(ctx context.Context, e *env, args []string) (int, error) {
	var from, to, format, year, id string
	var asJSON bool
	s, rest, err := parseSettings(e, "diff", args, func(set *flag.FlagSet) {
		set.StringVar(&from, "from", "", "")
		set.StringVar(&to, "to", "", "")
		set.StringVar(&format, "format", "table", "")
		set.StringVar(&year, "year", "", "")
		set.StringVar(&id, "id", "", "")
		set.BoolVar(&asJSON, "json", false, "")
	})
	if err != nil {
		return exitUsage, err
	}
	if asJSON {
		format = "json"
	}
	q, err := parseDiff(rest, from, to, format, year, id)
	if err != nil {
		return exitUsage, hinted(err, "keepiton help diff shows examples")
	}
	st, err := openRecord(ctx, s)
	if err != nil {
		return exitFailed, err
	}
	defer st.Close()
	if q.id != "" {
		if _, err := st.Get(ctx, q.id, q.to); err != nil {
			return exitFailed, hinted(err, "the number may be mistyped, or the incident came into the record later than --to")
		}
	}
	years, err := count.CountYears(q.to, func(yield func(*count.Case) error) error { return st.Cases(ctx, q.to, yield) })
	if err != nil {
		return exitFailed, fmt.Errorf("count years: %w", err)
	}
	between := func(yield func(before, after *keepiton.Revision) error) error {
		return st.Between(ctx, q.from, q.to, func(before, after *keepiton.Revision) error {
			if !q.wants(after.Incident.ID, years[after.Incident.ID]) {
				return nil
			}
			newest, err := st.Get(ctx, after.Incident.ID, time.Time{})
			if err != nil {
				return err
			}
			secrets := newest.Incident.Secrets() // what is confidential today was not public then either
			return yield(redacted(before, secrets), redacted(after, secrets))
		})
	}
	report := count.ChangeReport{From: q.from, To: q.to, Changes: []count.ChangeLine{}}
	report.Years, err = count.SummarizeChanges(years, between, func(l count.ChangeLine) error {
		report.Changes = append(report.Changes, l)
		return nil
	})
	if err != nil {
		return exitFailed, fmt.Errorf("compare: %w", err)
	}
	if len(q.years) > 0 {
		report.Years = slices.DeleteFunc(report.Years, func(y count.YearChanges) bool { return !slices.Contains(q.years, y.Year) })
	}
	return exitGood, report.Write(e.stdout, q.format)
}

// redacted returns a copy of rev, nil for nil, without what the secrets name.
func redacted(rev *keepiton.Revision, secrets keepiton.Secrets) *keepiton.Revision {
	if rev == nil {
		return nil
	}
	c := *rev
	c.Incident = *rev.Incident.Redact(secrets)
	return &c
}

// wants reports whether the incident, which counts for years, was asked for.
func (q diffQuery) wants(id keepiton.IncidentID, years []int) bool {
	if q.id != "" && q.id != id {
		return false
	}
	return len(q.years) == 0 || slices.ContainsFunc(years, func(y int) bool { return slices.Contains(q.years, y) })
}

func parseDiff(rest []string, from, to, format, year, id string) (q diffQuery, err error) {
	switch {
	case len(rest) > 0:
		return q, keepiton.Errorf(keepiton.Invalid, "%q is one word too many", rest[0])
	case from == "":
		return q, keepiton.Errorf(keepiton.Invalid, "--from is missing")
	case !slices.Contains(count.Formats, format):
		return q, keepiton.Errorf(keepiton.Invalid, "no format %q: the formats are %s", format, strings.Join(count.Formats, ", "))
	}
	q.format = format
	if q.from, err = keepiton.ParseAsOf(from); err != nil {
		return q, fmt.Errorf("--from: %w", err)
	}
	if q.to, err = keepiton.ParseAsOf(to); err != nil {
		return q, fmt.Errorf("--to: %w", err)
	}
	if q.to.IsZero() {
		q.to = time.Now().UTC().Truncate(time.Second)
	}
	if q.to.Before(q.from) {
		return q, keepiton.Errorf(keepiton.Invalid, "--to is before --from")
	}
	if q.years, err = parseYears(year); err != nil {
		return q, keepiton.Errorf(keepiton.Invalid, "--year: %w", err)
	}
	if id != "" {
		q.id = keepiton.IncidentID(strings.ToUpper(id))
		if _, _, err := q.id.Parse(); err != nil {
			return q, err
		}
	}
	return q, nil
}
