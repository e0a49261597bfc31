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

const countHelp = `keepiton count [--rule RULE] [--by KEY,KEY...] [--as-of TIME] [--format table|csv|json] [--country C] [--year Y] [--days]

Counts the shutdowns of the record under a named rule, as the record stood at a
moment. The same rule, keys and moment give the same numbers for ever.

  --rule RULE     stop-2024 (the default): once in each year it was active
                  stop-2023: once, in the year it began
                  rows: the rows of the published sheet, by its own count year
                  events: distinct incidents, by start year
  --by KEYS       what to count by, in this order; without it, year. Keys:
                  %s
                  STOP's own column names (actual_cause, geo_scope, ...) do too
  --as-of TIME    a day (2023-03-01, to its end in UTC) or a time; without it, now
  --format F      table, csv (the keys and count, nothing else) or json;
                  --json is short for the last
  --country C     only these countries: ISO codes or names, with commas
  --year Y        only these years: 2022 or 2019-2022 or 2019,2022
  --days          how long instead of how many: shutdown-days as minimum, best and
                  maximum, apart for each extent and kind, and for each of KEYS

Also takes the settings --data and --db: see keepiton help settings.

  keepiton count --by year,country
  keepiton count --rule rows --by year --as-of 2023-03-01
  keepiton count --by year,cause --country IN --format csv
  keepiton count --days --by year`

// countCommand is the subcommand count.
func countCommand() command {
	return command{name: "count", summary: "count shutdowns by a named rule", help: fmt.Sprintf(countHelp, wrapped(count.Keys(), 60, "                  ")), run: runCount}
}

// wrapped joins words with commas in lines of about width characters.
func wrapped(words []string, width int, indent string) string {
	var b strings.Builder
	line := 0
	for i, w := range words {
		if line > width {
			b.WriteString(",\n" + indent)
			line = 0
		} else if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString(w)
		line += len(w) + 2
	}
	return b.String()
}

func runCount(ctx context.Context, e *env, args []string) (int, error) {
	var rule, by, asOf, format, country, year string
	var days, asJSON bool
	s, rest, err := parseSettings(e, "count", args, func(set *flag.FlagSet) {
		set.StringVar(&rule, "rule", "", "")
		set.StringVar(&by, "by", "", "")
		set.StringVar(&asOf, "as-of", "", "")
		set.StringVar(&format, "format", "table", "")
		set.StringVar(&country, "country", "", "")
		set.StringVar(&year, "year", "", "")
		set.BoolVar(&days, "days", false, "")
		set.BoolVar(&asJSON, "json", false, "")
	})
	if err != nil {
		return exitUsage, err
	}
	if asJSON {
		format = "json"
	}
	if by == "" && !days {
		by = "year"
	}
	q, moment, err := countQuery(rest, rule, by, asOf, format, country, year)
	if err == nil && days && (rule != "" || country != "" || year != "") {
		err = keepiton.Errorf(keepiton.Invalid, "--days goes with --by, --as-of and --format alone")
	}
	if err != nil {
		return exitUsage, hinted(err, "keepiton help count shows examples")
	}
	st, err := openRecord(ctx, s)
	if err != nil {
		return exitFailed, err
	}
	defer st.Close()
	cases := func(yield func(*count.Case) error) error { return st.Cases(ctx, moment, yield) }
	if days {
		table, err := count.Durations(q.By, q.AsOf, cases)
		if err != nil {
			return exitFailed, fmt.Errorf("add up days: %w", err)
		}
		return exitGood, table.Write(e.stdout, format)
	}
	table, err := q.Run(cases)
	if err != nil {
		return exitFailed, fmt.Errorf("count: %w", err)
	}
	return exitGood, table.Write(e.stdout, format)
}

// countQuery reads the flags of count. moment is what the store is asked for:
// the zero time for now.
func countQuery(rest []string, rule, by, asOf, format, country, year string) (q count.Query, moment time.Time, err error) {
	if len(rest) > 0 {
		return q, moment, keepiton.Errorf(keepiton.Invalid, "%q is one word too many", rest[0])
	}
	if q.Rule, err = count.RuleByName(rule); err != nil {
		return q, moment, err
	}
	q.By = listOf(by)
	if q.Countries, err = countryCodes("--country", listOf(country)); err != nil {
		return q, moment, err
	}
	if err = count.CheckBy(q.By); err != nil {
		return q, moment, err
	}
	if !slices.Contains(count.Formats, format) {
		return q, moment, keepiton.Errorf(keepiton.Invalid, "no format %q: the formats are %s", format, strings.Join(count.Formats, ", "))
	}
	if q.Years, err = parseYears(year); err != nil {
		return q, moment, keepiton.Errorf(keepiton.Invalid, "--year: %w", err)
	}
	if moment, err = keepiton.ParseAsOf(asOf); err != nil {
		return q, moment, err
	}
	q.AsOf = moment
	if moment.IsZero() {
		q.AsOf = time.Now().UTC().Truncate(time.Second)
	}
	return q, moment, nil
}

// listOf splits at commas and drops what is empty. A name with a comma in it,
// such as "Tanzania, United Republic of", is given by its code.
func listOf(s string) []string {
	var out []string
	for part := range strings.SplitSeq(s, ",") {
		if part = strings.TrimSpace(part); part != "" {
			out = append(out, part)
		}
	}
	return out
}
