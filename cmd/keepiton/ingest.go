package main

import (
	"context"
	"flag"
	"maps"
	"slices"
	"strings"

	"keepiton"
	"keepiton/seal"
	"keepiton/source"
	"keepiton/source/atlas"
	bgpfeed "keepiton/source/bgp"
	"keepiton/source/google"
	"keepiton/source/ioda"
	"keepiton/source/mlab"
	"keepiton/source/ooni"
	probefeed "keepiton/source/probe"
	"keepiton/source/radar"
	"keepiton/source/ripestat"
)

// ingester is one feed of `keepiton ingest`.
type ingester struct {
	name  string
	help  string   // lines: what it reads, its flags, and examples that begin with "keepiton "
	flags []string // that it takes beside those of every feed
	run   func(context.Context, *env, settings, []string, ingestFlags) (int, error)
}

// ingesters are the feeds, one line each, in the order in which the help shows them.
var ingesters = []ingester{
	{bgpfeed.Feed.Name, ingestBGPHelp, []string{"collector", "prefixes", "stats"}, ingestBGP},
	{ioda.Feed.Name, ingestIODAHelp, []string{"entity"}, each(ioda.Decode)},
	{ooni.Feed.Name, ingestOONIHelp, []string{"fingerprints", "complete"}, ingestOONI},
	{radar.Feed.Name, ingestRadarHelp, []string{"entity"}, each(radar.Decode)},
	{google.Feed.Name, ingestGoogleHelp, []string{"entity"}, each(google.Decode)},
	{atlas.Feed.Name, ingestAtlasHelp, nil, ingestAtlas},
	{ripestat.Feed.Name, ingestRIPEstatHelp, []string{"entity"}, each(ripestat.Decode)},
	{mlab.Feed.Name, ingestMLabHelp, nil, each(mlab.Decode)},
	{probefeed.Feed.Name, ingestProbeHelp, []string{"keys", "gpg", "passphrase-file"}, ingestProbe},
	{"generic", ingestGenericHelp, []string{"map"}, ingestGeneric},
}

// ingestFlags are what a feed may be told.
type ingestFlags struct {
	collector, prefixes, stats, entity, mapping string
	fingerprints                                string
	complete                                    bool
	json                                        bool   // of every feed
	asked                                       period // of feeds that have an archive
	whole                                       bool   // all that was asked for is there
	keys                                        keyFlags
	opened                                      *seal.Keys // of keys
}

func (f *ingestFlags) register(set *flag.FlagSet) {
	set.StringVar(&f.collector, "collector", "", "")
	set.StringVar(&f.prefixes, "prefixes", "", "")
	set.StringVar(&f.stats, "stats", "", "")
	set.StringVar(&f.entity, "entity", "", "")
	set.StringVar(&f.mapping, "map", "", "")
	set.StringVar(&f.fingerprints, "fingerprints", "", "")
	f.keys.define(set)
	set.BoolVar(&f.complete, "complete", false, "")
	set.BoolVar(&f.json, "json", false, "")
	set.StringVar(&f.asked.from, "from", "", "")
	set.StringVar(&f.asked.to, "to", "", "")
	set.StringVar(&f.asked.country, "country", "", "")
	set.StringVar(&f.asked.base, "base", "", "")
}

// each makes a feed of a decoder that reads its files one after the other.
func each(decode source.Decode) func(context.Context, *env, settings, []string, ingestFlags) (int, error) {
	return func(ctx context.Context, e *env, s settings, paths []string, f ingestFlags) (int, error) {
		return ingestEach(ctx, e, s, paths, f, decode)
	}
}

const ingestHelp = `keepiton ingest FEED FILE... [--json]
keepiton ingest FEED --from TIME [--to TIME] [--json]

Reads what the world publishes into series of measurements. What cannot be read
is counted with its kind and its place, and stepped over; the rest is kept. The
same files again, or in another order, change nothing. Compression (gzip, bzip2,
zstd) is seen in the content; - is the standard input.

With --from it fetches what it lacks of a period (feeds that have an archive: %ARCHIVES),
keeps it in feeds/FEED/ in the data folder, and reads it. One request goes to a host
at a time; what broke off goes on where it was, also the next time.

  --from, --to   2026-01-08 or 2026-01-08T18:45Z, UTC; up to now without --to
  --country CC   of feeds that are asked for a country
  --base URL     a mirror with the same paths, in the place of the feed's own address

FEEDS
%FEEDS
Series stand in series.db in the data folder (--data); keepiton series shows them.

Exit codes: 0 good, 1 failed, 2 wrong use, 3 ingested, some records could not be
read or some files not be had.`

// ingestCommand is the subcommand ingest.
func ingestCommand() command {
	var feeds strings.Builder
	for _, i := range ingesters {
		feeds.WriteString("\n" + i.name + "\n")
		kind := byte(0)
		for line := range strings.Lines(i.help + "\n") {
			of := byte('t') // text
			switch {
			case strings.HasPrefix(line, "--") || line[0] == ' ':
				of = 'f' // a flag
			case strings.HasPrefix(line, "keepiton "):
				of = 'x' // an example
			}
			if kind != 0 && kind != of {
				feeds.WriteByte('\n')
			}
			kind = of
			feeds.WriteString("  " + line)
		}
	}
	return command{name: "ingest", summary: "read measurements of a feed into series", help: strings.NewReplacer("%FEEDS", feeds.String(), "%ARCHIVES", strings.Join(slices.Sorted(maps.Keys(archives)), ", ")).Replace(ingestHelp), run: runIngest}
}

func runIngest(ctx context.Context, e *env, args []string) (int, error) {
	var f ingestFlags
	var set *flag.FlagSet
	s, rest, err := parseSettings(e, "ingest", args, func(of *flag.FlagSet) {
		set = of
		f.register(of)
	})
	if err != nil {
		return exitUsage, err
	}
	usage := func(format string, v ...any) (int, error) {
		return exitUsage, keepiton.Hint(keepiton.Errorf(keepiton.Invalid, format, v...), "keepiton help ingest lists the feeds and shows an example")
	}
	if len(rest) == 0 {
		return usage("of which feed?")
	}
	i := slices.IndexFunc(ingesters, func(i ingester) bool { return i.name == rest[0] })
	if i < 0 {
		return usage("no feed %q", rest[0])
	}
	_, archived := archives[rest[0]]
	switch {
	case len(rest) == 1 && f.asked.from == "" && archived:
		return usage("no file given, and no period")
	case len(rest) == 1 && f.asked.from == "":
		return usage("no file given")
	case f.asked != (period{}) && !archived:
		return usage("ingest %s reads files: nothing is fetched", rest[0])
	case f.asked != (period{}) && (len(rest) > 1 || f.asked.from == ""):
		return usage("name either files or a period, which begins with --from")
	}
	var foreign []string // flags of other feeds
	set.Visit(func(given *flag.Flag) {
		of := slices.IndexFunc(ingesters, func(i ingester) bool { return slices.Contains(i.flags, given.Name) })
		if of >= 0 && !slices.Contains(ingesters[i].flags, given.Name) {
			foreign = append(foreign, "--"+given.Name)
		}
	})
	if len(foreign) > 0 {
		return usage("%s: no flag of ingest %s", strings.Join(foreign, ", "), rest[0])
	}
	if f.asked == (period{}) {
		code, err := ingesters[i].run(ctx, e, s, rest[1:], f)
		return code, interrupted(ctx, err)
	}
	f.asked.collectors, f.asked.entity = f.collector, f.entity
	paths, whole, err := fetchPeriod(ctx, e, s, rest[0], f.asked)
	if keepiton.CodeOf(err) == keepiton.Invalid {
		return exitUsage, err
	}
	if err != nil {
		return exitFailed, interrupted(ctx, err)
	}
	f.whole = whole
	code, err := ingesters[i].run(ctx, e, s, paths, f)
	if code == exitGood && !whole {
		code = exitDefects
	}
	return code, interrupted(ctx, err)
}

// interrupted says what became of an ingest that somebody ended.
func interrupted(ctx context.Context, err error) error {
	if err == nil || ctx.Err() == nil {
		return err
	}
	return keepiton.Hint(keepiton.Errorf(keepiton.Unavailable, "interrupted"), "nothing is spoilt; the same command again reads what is missing")
}
