package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"keepiton"
	"keepiton/export"
	"keepiton/export/pack"
	"keepiton/locale"
	"keepiton/seal"
	"keepiton/signals"
	"keepiton/store"
	"keepiton/web"
	"keepiton/web/twin"
)

// siteTop is the folder in which everything inside a ZIP of the site stands.
const siteTop = "keepiton-site"

// siteJob is one run of keepiton export site.
type siteJob struct {
	e      *env
	s      settings
	x      *exportFlags
	st     store.Store
	keys   *seal.Folder
	board  *signals.Board
	query  store.Query // what the copy holds
	langs  []string
	now    time.Time
	asOf   time.Time
	past   bool // the record as it stood before today
	sample bool
	tree   *pack.Tree
}

// runExportSite writes the static copy of the site.
func runExportSite(ctx context.Context, e *env, s settings, x *exportFlags, rest []string) (int, error) {
	j := &siteJob{e: e, s: s, x: x, now: time.Now().UTC().Truncate(time.Second)}
	if err := j.read(rest); err != nil {
		return exitUsage, hinted(err, "keepiton help export shows formats and examples")
	}
	signer, err := x.signer(e)
	if err != nil {
		return exitFailed, err
	}
	if j.st, err = openRecord(ctx, s); err != nil {
		return exitFailed, err
	}
	defer j.st.Close()
	if err := publishIDs(ctx, j.st, j.now); err != nil {
		return exitFailed, err
	}
	j.keys = seal.OpenFolder(keysFolder(s))
	board, shut, err := openBoard(ctx, s, j.st, nil)
	if err != nil {
		return exitFailed, err
	}
	defer shut()
	j.board = board
	opt, err := j.options(ctx)
	if err != nil {
		return exitFailed, err
	}
	if j.tree, err = x.tree(siteTop, j.asOf); err != nil {
		return exitFailed, err
	}
	if err := j.write(ctx, opt, signer); err != nil {
		j.tree.Abort()
		return exitFailed, err
	}
	return exitGood, nil
}

// read checks the flags. A copy is narrowed by country and year alone: its lists
// are by one filter each, and these two say what they are of in plain words.
func (j *siteJob) read(rest []string) (err error) {
	x := j.x
	for name, value := range x.lists {
		if *value != "" && name != "country" && name != "year" {
			return keepiton.Errorf(keepiton.Invalid, "--%s: a copy of the site is narrowed by --country and --year alone", name)
		}
	}
	if x.text != "" || x.bom || x.withdrawn {
		return keepiton.Errorf(keepiton.Invalid, "--text, --bom and --withdrawn are not for a copy of the site: it shows what the site shows")
	}
	if x.out == "-" {
		return keepiton.Errorf(keepiton.Invalid, "-o -: a copy of the site is a folder or a ZIP, not one stream")
	}
	j.langs = strings.FieldsFunc(x.lang, func(r rune) bool { return r == ',' || r == ' ' })
	for _, l := range locale.Languages {
		if x.lang == "" {
			j.langs = append(j.langs, l.Tag)
		}
	}
	for _, tag := range j.langs {
		if !locale.Known(tag) {
			return keepiton.Errorf(keepiton.Invalid, "--lang %q is none of the seven languages", tag)
		}
	}
	j.langs = unique(j.langs)
	all := *x
	all.lang, all.sign = "en", ""
	if _, j.query, err = all.read(append(rest[:0:0], "csv")); err != nil {
		return err
	}
	if len(rest) > 1 {
		return keepiton.Errorf(keepiton.Invalid, "one format at a time: what is %q?", rest[1])
	}
	j.asOf = keepiton.AsOf(j.now)
	if j.past = !j.query.AsOf.IsZero() && j.query.AsOf.Before(j.asOf); j.past {
		j.asOf = j.query.AsOf
	} else {
		j.query.AsOf = time.Time{}
	}
	return nil
}

func unique(list []string) []string {
	var out []string
	for _, s := range list {
		if !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	return out
}

// options says what the copy is of.
func (j *siteJob) options(ctx context.Context) (opt twin.Options, err error) {
	public, err := pageOptions(ctx, j.s, j.st, j.keys, j.board)
	if err != nil {
		return opt, err
	}
	base := public.BaseURL
	j.sample = public.Sample
	public.Now, public.Copy = func() time.Time { return j.now }, true
	public.CacheBytes, public.Fresh = 1, time.Hour // every page is asked for once
	site, err := web.New(public)
	if err != nil {
		return opt, err
	}
	progress := progressOn(j.e.stderr)
	return twin.Options{
		Site: site, Pages: web.Pages(), Record: j.st, Languages: j.langs, AsOf: j.asOf, Sample: j.sample, Past: j.past,
		Countries: j.query.Countries, Years: j.query.Years, BaseURL: base, Files: j.files(ctx, base),
		Progress: func(done, known int) { progress("%d of %d pages", done, known) },
	}, nil
}

// inLanguage are the formats that are written for readers of one language.
var inLanguage = map[string]bool{"txt": true, "atom": true, export.FeedJSON: true}

// files lists the data files of the copy: the whole selection in every format,
// once, with what explains them, and in every language what is read as text.
func (j *siteJob) files(ctx context.Context, base string) (out []twin.File) {
	in := allIncidents(ctx, j.st, j.query, func(string, ...any) {})
	if j.past {
		every := store.Query{States: []keepiton.State{keepiton.Published, keepiton.Withdrawn, keepiton.Merged}, Rows: true}
		in = export.Past(in, allIncidents(ctx, j.st, every, func(string, ...any) {}))
	}
	opt := export.Options{AsOf: j.asOf, Lang: locale.For(j.langs[0]), BaseURL: base, Query: j.x.query(), Sample: j.sample, STOP: layouts{}}
	data := export.Package{Options: opt}
	file := func(name, lang string, f export.Format, opt export.Options) {
		out = append(out, twin.File{Name: name, Form: f.Name, Lang: lang, Write: func(w io.Writer) error { return f.Write(w, in, opt) }})
	}
	for _, f := range export.Formats() {
		if inLanguage[f.Suffix] {
			for _, lang := range j.langs {
				own := opt
				own.Lang = locale.For(lang)
				file(lang+"/incidents."+f.Suffix, lang, f, own)
			}
			continue
		}
		name := dataName(f)
		file("data/"+name, "", f, opt)
		data.Files = append(data.Files, export.PackageFile{Name: name, Format: f, SHA256: func() string { return hashIn(j.tree, "data/"+name)() }})
	}
	found := signalFiles(ctx, j.board, opt, store.Query{Countries: j.query.Countries, AsOf: j.query.AsOf})
	for _, c := range found {
		data.Beside = append(data.Beside, c.Name)
	}
	for _, c := range append(found, data.Companions()...) {
		out = append(out, twin.File{Name: "data/" + c.Name, Write: c.Write})
	}
	out = append(out, twin.File{Name: export.LicenceFile, Write: func(w io.Writer) error {
		for _, lang := range j.langs {
			own := export.Package{Options: opt}
			own.Options.Lang = locale.For(lang)
			if err := own.Licence(w); err != nil {
				return err
			}
			if _, err := io.WriteString(w, "\n\n"); err != nil {
				return err
			}
		}
		return nil
	}})
	return out
}

// write writes the copy and tells what it is.
func (j *siteJob) write(ctx context.Context, opt twin.Options, sign func([]byte) ([]byte, error)) error {
	progress := progressOn(j.e.stderr)
	defer progress("")
	if err := twin.Write(ctx, j.tree, opt); err != nil {
		return err
	}
	progress("")
	m := pack.Manifest{Holds: "static copy of the site", AsOf: j.asOf, Program: programName(), Site: opt.BaseURL, Only: j.x.query()}
	if err := j.tree.Finish(m, sign); err != nil {
		return err
	}
	files, bytes := j.tree.Size()
	fmt.Fprintf(j.e.stdout, "Written: %s, %d files, %.1f MB, as of %s.\n", j.x.out, files, float64(bytes)/1e6, j.asOf.Format(time.DateOnly))
	if _, err := j.keys.Recipients(); err != nil {
		fmt.Fprintf(j.e.stdout, "It carries no form for reports: %v\n", err)
	}
	if opt.BaseURL == "" {
		fmt.Fprintln(j.e.stdout, "It does not say where the site is: --base-url tells it.")
	}
	return nil
}

// programName is what a manifest says of the program.
func programName() string {
	b := thisBuild()
	name := "keepiton " + b.Version
	if b.Revision != "" {
		name += " " + b.Revision
	}
	return name
}

// tree begins what -o names: a ZIP where the name says so, else a folder.
func (x *exportFlags) tree(top string, at time.Time) (*pack.Tree, error) {
	if x.packed() {
		if info, err := os.Stat(x.out); err == nil && info.IsDir() {
			return nil, keepiton.Errorf(keepiton.Conflict, "%s is a folder", x.out)
		}
		return pack.CreateZip(x.out, top, at)
	}
	return pack.CreateFolder(x.out)
}

// signer unlocks the campaign's key that --sign names; nil without one.
func (x *exportFlags) signer(e *env) (func([]byte) ([]byte, error), error) {
	if x.sign == "" {
		return nil, nil
	}
	job := &keyJob{e: e, keys: x.sign, passphraseFile: x.passphrase, now: time.Now()}
	campaign, _, err := job.openCampaign()
	if err != nil {
		return nil, err
	}
	return func(text []byte) ([]byte, error) { return campaign.SignText(text, job.now) }, nil
}
