package main

import (
	"bufio"
	"cmp"
	"context"
	"io"
	"strings"
	"time"

	"keepiton"
	"keepiton/export"
	"keepiton/locale"
	"keepiton/signals"
	"keepiton/store"
)

// signalFile are the names of the two forms of disruptions beside the record.
const (
	signalsCSV  = "signals.csv"
	signalsJSON = "signals.json"
)

// runExportSignals writes the disruptions that instruments measured: what we derived,
// with credit, and no value of a feed that is not open.
func runExportSignals(ctx context.Context, e *env, s settings, x *exportFlags, rest []string) (int, error) {
	x.lang = cmp.Or(x.lang, "en")
	all := *x
	if x.packed() {
		return exitUsage, keepiton.Hint(keepiton.Errorf(keepiton.Invalid, "-o %s: disruptions are a file of their own", x.out), "name a .csv or .json; ZIPs of the record hold them beside it")
	}
	_, q, err := all.read(append([]string{"csv"}, rest[1:]...))
	if err != nil {
		return exitUsage, hinted(err, "keepiton help export shows formats and examples")
	}
	for _, name := range exportLists {
		if name != "country" && *x.lists[name] != "" {
			return exitUsage, keepiton.Errorf(keepiton.Invalid, "--%s: disruptions are narrowed by --country alone", name)
		}
	}
	st, err := openRecord(ctx, s)
	if err != nil {
		return exitFailed, err
	}
	defer st.Close()
	board, shut, err := openBoard(ctx, s, st, nil)
	if err != nil {
		return exitFailed, err
	}
	defer shut()
	made, err := st.Meta(ctx, "sample")
	if err != nil {
		return exitFailed, err
	}
	opt := export.Options{AsOf: time.Now().UTC().Truncate(time.Second), Lang: locale.For(x.lang), BaseURL: strings.TrimRight(s.BaseURL, "/"), Query: x.query(), Sample: made != "", BOM: x.bom}
	if !q.AsOf.IsZero() {
		opt.AsOf = q.AsOf
	}
	format := export.WriteDisruptionCSV
	if strings.HasSuffix(strings.ToLower(x.out), ".json") {
		format = export.WriteDisruptionJSON
	}
	write := func(w io.Writer) error { return format(w, everyDisruption(ctx, board, opt, q), opt) }
	if x.out == "-" {
		b := bufio.NewWriterSize(e.stdout, 64<<10)
		if err := write(b); err != nil {
			return exitFailed, err
		}
		return exitGood, b.Flush()
	}
	return exitGood, writeFile(x.out, write)
}

// everyDisruption yields the disruptions that claim something, of the countries that q
// names, with all that was said of each, page by page.
func everyDisruption(ctx context.Context, board *signals.Board, opt export.Options, q store.Query) export.Disruptions {
	countries := q.Countries
	if len(countries) == 0 {
		countries = []string{""}
	}
	return func(yield func(*export.Disruption) error) error {
		for _, country := range countries {
			ask := signals.Query{Country: country, AsOf: q.AsOf, Limit: 200, Whole: true}
			for {
				page, err := board.List(ctx, opt.Lang, ask)
				if err != nil {
					return err
				}
				for i := range page.Items {
					if err := yield(&page.Items[i]); err != nil {
						return err
					}
				}
				if ask.Cursor = page.Next; ask.Cursor == "" {
					break
				}
			}
		}
		return nil
	}
}

// signalFiles are the disruptions that travel beside the record; none where nothing
// was ever measured.
func signalFiles(ctx context.Context, board *signals.Board, opt export.Options, q store.Query) []export.Companion {
	if measured, err := board.Measured(ctx); err == nil && !measured {
		return nil
	}
	all := everyDisruption(ctx, board, opt, q)
	return []export.Companion{
		{Name: signalsCSV, Write: func(w io.Writer) error { return export.WriteDisruptionCSV(w, all, opt) }},
		{Name: signalsJSON, Write: func(w io.Writer) error { return export.WriteDisruptionJSON(w, all, opt) }},
	}
}
