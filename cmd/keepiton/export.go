package main

import (
	"bufio"
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"keepiton"
	"keepiton/export"
	"keepiton/locale"
	"keepiton/stop"
	"keepiton/store"
)

const exportUsage = `keepiton export FORMAT -o FILE [filters]
keepiton export site -o FOLDER|FILE.zip [filters]
keepiton export signals -o FILE.csv|FILE.json [--country IN,SD] [--as-of TIME]

Writes the record, or a part of it, to a file. The file appears whole or not at
all; "-o -" writes to standard output. Where FILE ends in .zip, the data travel
with a README, licence, citation, codebook, datapackage.json, the form that reports
a shutdown without a network, and a list of hashes: keepiton verify FILE checks it.

Formats:
%s  site       the whole public site as a folder or a ZIP that is read from a stick,
             without network, server or script, with the form for reports
  signals    disruptions that instruments measured, with credit; a machine found them
             and verified none

Filters; several values are separated by commas and mean any of them:
  --country IN,SD     affected countries: ISO 3166-1 codes or names
  --place IN-JK       affected regions, ISO 3166-2
  --region africa     regions of the world as STOP has them
  --year 2022,2023    years it was active in or counted for
  --cause, --kind, --extent, --network, --service, --scope, --status, --level
                      codes as on the site: see docs/codebook.md
  --text WORDS        full-text search
  --as-of TIME        the record as it stood: 2023-03-01 (the whole day) or an
                      RFC 3339 time; without it, now
  --withdrawn         incidents that were withdrawn or merged as well

The site takes --country, --year and --as-of; it always tells what was withdrawn.

Other flags:
  --lang fr           language of sentences and notes: %s.
                      Of the site: its languages, parted by commas; without it all
  --bom               byte-order mark at the start of CSV, for old spreadsheets
  --base-url URL      address of the site, for links
  --sign DIR          of the site and of ZIPs: signs the list of the files with the
                      campaign's key in DIR, on the keyholder's machine;
                      --passphrase-file FILE has its passphrase

Also takes the settings --data and --db: see keepiton help settings.

  keepiton export csv -o shutdowns.csv
  keepiton export csv -o shutdowns.zip --country SD
  keepiton export stop-2020 -o stop.csv --year 2022 --as-of 2023-03-01
  keepiton export ndjson -o - --country IN | grep whatsapp
  keepiton export site -o /media/stick/keepiton --base-url https://keepiton.example
  keepiton export site -o india.zip --country IN --lang en`

// exportCommand is the subcommand export.
func exportCommand() command {
	var list strings.Builder
	for _, f := range export.Formats() {
		fmt.Fprintf(&list, "  %-10s %s\n", f.Name, f.Summary)
	}
	return command{name: "export", summary: "write the record to a file", help: fmt.Sprintf(exportUsage, list.String(), languageTags()), run: runExport}
}

// exportFlags are the command's own flags, as written.
type exportFlags struct {
	out, lang, asOf, text string
	sign, passphrase      string // folder of the campaign's key, and file of its passphrase
	bom, withdrawn        bool
	lists                 map[string]*string
}

var exportLists = []string{"country", "place", "region", "year", "cause", "kind", "extent", "network", "service", "scope", "status", "level"}

func runExport(ctx context.Context, e *env, args []string) (int, error) {
	x := exportFlags{lists: map[string]*string{}}
	s, rest, err := parseSettings(e, "export", args, func(set *flag.FlagSet) {
		set.StringVar(&x.out, "o", "", "")
		set.StringVar(&x.lang, "lang", "", "")
		set.StringVar(&x.sign, "sign", "", "")
		set.StringVar(&x.passphrase, "passphrase-file", "", "")
		set.StringVar(&x.asOf, "as-of", "", "")
		set.StringVar(&x.text, "text", "", "")
		set.BoolVar(&x.bom, "bom", false, "")
		set.BoolVar(&x.withdrawn, "withdrawn", false, "")
		for _, name := range exportLists {
			x.lists[name] = set.String(name, "", "")
		}
	})
	if err != nil {
		return exitUsage, err
	}
	if len(rest) > 0 && rest[0] == "site" {
		return runExportSite(ctx, e, s, &x, rest)
	}
	if len(rest) > 0 && rest[0] == "signals" {
		return runExportSignals(ctx, e, s, &x, rest)
	}
	x.lang = cmp.Or(x.lang, "en")
	format, query, err := x.read(rest)
	if err != nil {
		return exitUsage, hinted(err, "keepiton help export shows formats and examples")
	}
	st, err := openRecord(ctx, s)
	if err != nil {
		return exitFailed, err
	}
	defer st.Close()
	now := time.Now().UTC().Truncate(time.Second)
	if err := publishIDs(ctx, st, now); err != nil {
		return exitFailed, err
	}
	sample, err := st.Meta(ctx, "sample")
	if err != nil {
		return exitFailed, err
	}
	opt := export.Options{
		AsOf: now, Lang: locale.For(x.lang), BaseURL: strings.TrimRight(s.BaseURL, "/"), Query: x.query(),
		Sample: sample != "", BOM: x.bom, STOP: layouts{},
	}
	in := allIncidents(ctx, st, query, progressOn(e.stderr))
	if !query.AsOf.IsZero() {
		opt.AsOf = query.AsOf
		every := store.Query{States: []keepiton.State{keepiton.Published, keepiton.Withdrawn, keepiton.Merged}, Rows: true}
		in = export.Past(in, allIncidents(ctx, st, every, func(string, ...any) {}))
	}
	if x.packed() {
		board, shut, err := openBoard(ctx, s, st, nil)
		if err != nil {
			return exitFailed, err
		}
		defer shut()
		if err := x.writePack(e, s, format, opt, in, signalFiles(ctx, board, opt, query)); err != nil {
			return exitFailed, err
		}
		return exitGood, nil
	}
	write := func(w io.Writer) error { return format.Write(w, in, opt) }
	if x.out == "-" {
		b := bufio.NewWriterSize(e.stdout, 64<<10)
		if err := write(b); err != nil {
			return exitFailed, err
		}
		return exitGood, b.Flush()
	}
	return exitGood, writeFile(x.out, write)
}

// read checks the flags and returns the format and the query that they name.
func (x *exportFlags) read(rest []string) (f export.Format, q store.Query, err error) {
	wrong := func(format string, v ...any) (export.Format, store.Query, error) {
		return f, q, keepiton.Errorf(keepiton.Invalid, format, v...)
	}
	switch {
	case len(rest) == 0:
		return wrong("no format given")
	case len(rest) > 1:
		return wrong("one format at a time: what is %q?", rest[1])
	case x.out == "":
		return wrong("-o is missing: name a file, or - for standard output")
	case x.sign != "" && !x.packed():
		return wrong("--sign is for ZIPs and for the site, which have a list of their files")
	}
	f, ok := export.ByName(rest[0])
	if !ok {
		return wrong("no format %q", rest[0])
	}
	if !slices.ContainsFunc(locale.Languages, func(l locale.Language) bool { return l.Tag == x.lang }) {
		return wrong("--lang %q is none of the seven languages", x.lang)
	}
	if q.AsOf, err = keepiton.ParseAsOf(x.asOf); err != nil {
		return wrong("--as-of: %w", err)
	}
	for _, year := range x.list("year") {
		y, err := strconv.Atoi(year)
		if err != nil || y < 1900 || y > 2200 {
			return wrong("--year %q is not a year such as 2022", year)
		}
		q.Years = append(q.Years, y)
	}
	for _, l := range []struct {
		name  string
		codes keepiton.Codes
		into  *[]string
	}{
		{"region", keepiton.Regions, &q.Regions},
		{"cause", keepiton.Causes, &q.Causes},
		{"kind", keepiton.Kinds, &q.Kinds},
		{"extent", keepiton.Extents, &q.Extents},
		{"scope", keepiton.Scopes, &q.Scopes},
	} {
		*l.into = x.list(l.name)
		for _, code := range *l.into {
			if !l.codes.Has(code) {
				var codes []string
				for _, t := range l.codes {
					codes = append(codes, t.Code)
				}
				return f, q, oneOf("--"+l.name, []string{code}, codes)
			}
		}
	}
	if q.Countries, err = countryCodes("--country", listOf(*x.lists["country"])); err != nil {
		return f, q, err
	}
	*x.lists["country"] = strings.Join(q.Countries, ",")
	for _, code := range x.list("place") {
		q.Places = append(q.Places, strings.ToUpper(code))
	}
	q.Networks, q.Services = x.list("network"), x.list("service")
	err = cmp.Or(
		checkPlaces("--place", q.Places),
		oneOf("--network", q.Networks, []string{"mobile", "fixed", "satellite", "sms", "voice"}),
		oneOf("--status", x.list("status"), []string{string(keepiton.EndUnknown), string(keepiton.Ongoing), string(keepiton.Ended)}),
		oneOf("--level", x.list("level"), []string{string(keepiton.Listed), string(keepiton.Corroborated), string(keepiton.Verified), string(keepiton.Disputed)}),
	)
	if err != nil {
		return f, q, err
	}
	for _, s := range x.list("status") {
		q.Status = append(q.Status, keepiton.EndState(s))
	}
	for _, l := range x.list("level") {
		q.Levels = append(q.Levels, keepiton.Level(l))
	}
	if x.withdrawn {
		q.States = []keepiton.State{keepiton.Published, keepiton.Withdrawn, keepiton.Merged}
	}
	q.Text, q.Sort, q.Rows = x.text, store.ByID, true
	return f, q, nil
}

func (x *exportFlags) list(name string) []string {
	return strings.FieldsFunc(*x.lists[name], func(r rune) bool { return r == ',' || r == ' ' })
}

// query writes the filters as the site's URL has them.
func (x *exportFlags) query() string {
	var parts []string
	for _, name := range exportLists {
		for _, v := range x.list(name) {
			parts = append(parts, name+"="+url.QueryEscape(v))
		}
	}
	if x.text != "" {
		parts = append(parts, "q="+url.QueryEscape(x.text))
	}
	return strings.Join(parts, "&")
}

// allIncidents yields everything that q selects, page by page.
func allIncidents(ctx context.Context, st store.Incidents, q store.Query, progress func(string, ...any)) export.Incidents {
	return func(yield func(rev *keepiton.Revision) error) error {
		defer progress("")
		q, done := q, 0
		for q.Limit = 500; ; {
			page, err := st.List(ctx, q)
			if err != nil {
				return err
			}
			for i := range page.Items {
				if err := yield(&page.Items[i]); err != nil {
					return err
				}
			}
			done += len(page.Items)
			progress("%d of %d incidents", done, page.Total)
			if page.Next == "" {
				return nil
			}
			q.Cursor = page.Next
		}
	}
}

// publishIDs fixes the ids of the record: what has been handed out keeps its
// name (docs/design/001-contracts.md, Identity).
func publishIDs(ctx context.Context, m store.Meta, now time.Time) error {
	since, err := m.Meta(ctx, "ids_public_since")
	if err != nil || since != "" {
		return err
	}
	return m.SetMeta(ctx, "ids_public_since", now.Format(time.RFC3339))
}

// writeFile lets write fill a temporary file beside path and puts it in the
// place of path when it is whole and on disk.
func writeFile(path string, write func(w io.Writer) error) (err error) {
	f, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*")
	if err != nil {
		// The name of the temporary file would only puzzle.
		if cause := new(fs.PathError); errors.As(err, &cause) {
			err = cause.Err
		}
		return keepiton.Hint(fmt.Errorf("write %s: %w", path, err), "name a file in a folder that exists and that you may write to")
	}
	defer func() {
		if err != nil {
			f.Close()
			os.Remove(f.Name())
		}
	}()
	b := bufio.NewWriterSize(f, 64<<10)
	if err := write(b); err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	if err := b.Flush(); err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	if err := f.Chmod(0o644); err != nil {
		return err
	}
	if err := f.Sync(); err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	if err := f.Close(); err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	return os.Rename(f.Name(), path)
}

// layouts gives package export the old layouts, which package stop knows: the
// two stand in one row and do not import each other.
type layouts struct{}

func (layouts) Header(generation int) []string { return stop.Header(stop.Layout(generation)) }

func (layouts) View(generation int, inc *keepiton.Incident, now time.Time) [][]string {
	return stop.ViewAt(stop.Layout(generation), inc, now)
}
