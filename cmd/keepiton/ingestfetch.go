package main

import (
	"cmp"
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"keepiton"
	"keepiton/source"
	"keepiton/source/atlas"
	bgpfeed "keepiton/source/bgp"
	fetching "keepiton/source/fetch"
	"keepiton/source/google"
	"keepiton/source/ioda"
	"keepiton/source/ooni"
	"keepiton/source/radar"
	"keepiton/source/ripestat"
)

// fetchable is a feed whose files can be fetched.
type fetchable struct {
	// layout says which files of a period there are. Tokens come from the environment.
	layout func(getenv func(string) string, p source.Period) ([]source.Item, error)
	// wider returns a longer period to ask for when some are missing that cannot be done
	// without; nil: what is missing is missing.
	wider func(p source.Period, missing []source.Item) (source.Period, bool)
	// listed says which files a listing names, where layout gives listings; nil: it gives
	// the files.
	listed func(p source.Period, listing []byte) ([]source.Item, error)
	// pages says which further answers belong to one, which read reads; nil: none do.
	pages func(first source.Item, read func(most int64) ([]byte, error)) ([]source.Item, error)
	// answers says that it is an API, whose answers about the last hour still grow.
	answers bool
}

// archives are the feeds that ingest --from can fetch, one line each.
var archives = map[string]fetchable{
	bgpfeed.Feed.Name:  {layout: plain(bgpfeed.Layout), wider: bgpfeed.Wider},
	ioda.Feed.Name:     {layout: plain(ioda.Layout)},
	google.Feed.Name:   {layout: plain(google.Layout)},
	ooni.Feed.Name:     {layout: plain(ooni.Layout), listed: ooni.Files},
	atlas.Feed.Name:    {layout: plain(atlas.Layout), pages: atlas.Pages},
	ripestat.Feed.Name: {layout: plain(ripestat.Layout)},
	radar.Feed.Name: {layout: func(getenv func(string) string, p source.Period) ([]source.Item, error) {
		return radar.Layout(p, getenv("KEEPITON_RADAR_TOKEN"))
	}},
}

// plain makes a layout of one that needs no token.
func plain(layout func(source.Period) ([]source.Item, error)) func(func(string) string, source.Period) ([]source.Item, error) {
	return func(_ func(string) string, p source.Period) ([]source.Item, error) { return layout(p) }
}

// period is what a person asks for.
type period struct{ from, to, collectors, country, entity, base string }

// of reads it; to is now where it is not given, or lies beyond.
func (p period) of(now time.Time) (source.Period, error) {
	from, to, err := seriesSpan(p.from, p.to)
	if err != nil {
		return source.Period{}, err
	}
	if to.IsZero() || to.After(now) {
		to = now
	}
	if !from.Before(to) {
		return source.Period{}, keepiton.Errorf(keepiton.Invalid, "--from %s is not before %s", p.from, to.Format("2006-01-02 15:04 MST"))
	}
	out := source.Period{From: from, To: to, Country: strings.ToUpper(p.country), Base: strings.TrimRight(p.base, "/")}
	if e, err := keepiton.ParseEntity(cmp.Or(p.country, "world")); err != nil || e != (keepiton.Entity{Country: out.Country}) {
		return out, keepiton.Hint(keepiton.Errorf(keepiton.Invalid, "--country %q is no code of a country", p.country), "two letters, such as IR")
	}
	if p.entity != "" {
		if out.Entity, err = readEntity(p.entity); err != nil {
			return out, err
		}
	}
	for name := range strings.SplitSeq(p.collectors, ",") {
		if name = strings.TrimSpace(name); name != "" && !slices.Contains(out.Collectors, name) {
			out.Collectors = append(out.Collectors, name)
		}
	}
	return out, nil
}

// longMissing is how long after its time a file that is not there is missed; archives
// publish what they have within minutes.
const longMissing = time.Hour

// fetchPeriod fetches what is missing of a period and returns where all of it lies, in
// the order of time. whole is false when something could not be had. The error is that
// of a period that cannot be, of ctx, or of the first file when there is none at all.
func fetchPeriod(ctx context.Context, e *env, s settings, feed string, asked period) (paths []string, whole bool, err error) {
	a, now := archives[feed], time.Now()
	p, err := asked.of(now)
	if err != nil {
		return nil, false, err
	}
	progress := progressOn(e.stderr)
	c := fetcher(s)
	defer c.Close()
	got, err := gather(ctx, e, c, a, p, now, func(done, all int, g fetching.Got) { progress("%d of %d: %s", done, all, g.Item.Name) })
	if err != nil {
		progress("")
		return nil, false, err
	}
	progress("")
	return fetched(e, got, now)
}

// fetched says what came, and returns where it lies.
func fetched(e *env, got []fetching.Got, now time.Time) (paths []string, whole bool, err error) {
	count := map[fetching.Status]int{}
	var bytes int64
	var failed []fetching.Got
	whole = true
	for _, g := range got {
		if g.Err != nil {
			failed = append(failed, g)
			if keepiton.CodeOf(g.Err) != keepiton.NotFound || now.Sub(g.Item.At) > longMissing {
				whole = false
			}
			continue
		}
		count[g.Result.Status]++
		bytes += g.Result.Bytes
		paths = append(paths, g.Path)
	}
	if len(paths) == 0 && len(failed) > 0 {
		return nil, false, failed[0].Err
	}
	fmt.Fprintf(e.stderr, "%d files fetched, %.1f MB; %d were there; %d missing\n", count[fetching.Fetched], float64(bytes)/1e6, count[fetching.Kept]+count[fetching.Unchanged], len(failed))
	for i, g := range failed {
		if i == 5 {
			fmt.Fprintf(e.stderr, "  and %d more\n", len(failed)-i)
			break
		}
		fmt.Fprintf(e.stderr, "  %v\n", g.Err)
	}
	return paths, whole, nil
}

// fetcher returns a client that keeps files where the feeds' files are kept.
func fetcher(s settings) *fetching.Client { return fetcherAt(s, feedsFolder(s)) }

// fetcherAt returns a client that keeps files in a folder.
func fetcherAt(s settings, dir string) *fetching.Client {
	return fetching.New(dir, fetching.Options{Agent: agent(s)})
}

// agent is how we call ourselves to those whom we ask.
func agent(s settings) string {
	return "KeepItOn/" + strings.Trim(thisBuild().Version, "()") + " (+" + cmp.Or(s.BaseURL, "https://www.accessnow.org/keepiton") + ")"
}

// collectorOf returns which collector wrote a file: as its path says, or given.
func collectorOf(s settings, path, given string) string {
	if rel, err := filepath.Rel(filepath.Join(feedsFolder(s), bgpfeed.Feed.Name), path); err == nil && filepath.IsLocal(rel) {
		return strings.Split(filepath.ToSlash(rel), "/")[0]
	}
	return cmp.Or(bgpfeed.CollectorOf(path), given)
}
