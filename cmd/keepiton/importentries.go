package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"keepiton"
	"keepiton/campaign"
)

const importEntriesHelp = `
ORGANIZATIONS, PLEDGES, WATCH

Reads one sheet of the campaign: CSV (RFC 4180) in UTF-8, or JSON lines with members
named like the columns. The first row names the columns; order and case do not matter.
The same sheet twice changes nothing: a row is new, the same as what is there, or
different from it. An organization is known again by its name and country, a pledge by
leader, country and day, a watch item by country, kind, first day and title; case,
accents, punctuation and spellings that search takes for one another do not matter.
Names that are nearly alike are listed and never merged. Rows with a cell that cannot
be read are left out; the rest is taken.

  --dry-run            store nothing, say what would happen
  --publish            show new rows to readers at once, on the operator's word and
                       without the two people whom the desk asks; without it they
                       are drafts. Organizations are unconfirmed members unless the
                       sheet says otherwise
  --update             store what differs as a new revision (a draft; with --publish
                       a published one); without it, it is only listed
  --published-by NAME  the account that answers for it, for the desk
  --source TEXT        where rows that name no source are from: a link or words
  --lang TAG           language of texts whose column names none; without it, en
  --report FILE        write the report as JSON
  --json               print the report as JSON instead of a summary

Columns of organizations: name (needed), names, type, country, standing,
standing_note (needed of the suspended), confirmed, since, until, site, langs, about,
support, logo_alt
Columns of pledges: leader, office, country, lang, words, made (all needed), body,
scope, from, until, watch, outcome, on, broken_by, note
Columns of watch: title, country, from (all needed), kind, places, to, status, why,
prepare, letters, expires, incidents
Columns of all: source, source_title, source_publisher, source_published, source_kind
(pledges and watch items need a source to be published)

A text may stand in several languages: title.fr beside title. Countries are ISO codes
or names. Dates are 2026-01-03, 2026-01, 2026 or 2026-01-03T15Z, with ~ for an
estimate. Lists are parted by semicolons. Codes are those of the codebook.

  keepiton import organizations coalition.csv --source "listed by the campaign in 2017"
  keepiton import watch elections.csv --dry-run`

// sheetFlags are the flags of import organizations, pledges and watch.
type sheetFlags struct {
	dryRun, publish, update, json bool
	by, source, lang, report      string
}

func (f *sheetFlags) declare(set *flag.FlagSet) {
	set.BoolVar(&f.dryRun, "dry-run", false, "")
	set.BoolVar(&f.publish, "publish", false, "")
	set.BoolVar(&f.update, "update", false, "")
	set.StringVar(&f.by, "published-by", "", "")
	set.StringVar(&f.source, "source", "", "")
	set.StringVar(&f.lang, "lang", "", "")
}

func (f *sheetFlags) given() bool {
	return f.dryRun || f.publish || f.update || f.by+f.source+f.lang != ""
}

func importEntries(ctx context.Context, e *env, s settings, rest []string, f sheetFlags, usage func(string, ...any) (int, error)) (int, error) {
	switch {
	case len(rest) != 2:
		return usage("import %s takes one file", rest[0])
	case f.lang != "" && !campaign.LanguageTag(f.lang):
		return usage("--lang %q is no language tag such as fr or pt-br", f.lang)
	}
	path := rest[1]
	file, err := os.Open(path)
	if err != nil {
		return exitFailed, keepiton.Hint(keepiton.Errorf(keepiton.NotFound, "%w", err), "check the path")
	}
	defer file.Close()
	st, err := openStore(ctx, s)
	if err != nil {
		return exitFailed, err
	}
	defer st.Close()
	account := "operator"
	if f.by != "" {
		acc, err := st.Account(ctx, f.by)
		switch {
		case err != nil:
			return exitFailed, keepiton.Hint(fmt.Errorf("%s: %w", f.by, err), "--published-by names an account: keepiton user list shows them")
		case f.publish && (acc.Disabled || acc.Role.Rank() < keepiton.RoleEditor.Rank()):
			return exitFailed, keepiton.Errorf(keepiton.Forbidden, "%s is no editor, who alone may answer for what is published", f.by)
		}
		account = f.by
	}
	im := campaign.Import{Entries: st, Now: time.Now}
	report, err := im.Run(ctx, file, campaign.ImportOptions{
		Kind: campaign.ImportKinds[rest[0]], File: filepath.Base(path), Lang: f.lang, Source: f.source, Publish: f.publish, Update: f.update, DryRun: f.dryRun, Account: account,
	})
	if err != nil {
		return exitFailed, fmt.Errorf("%s: %w", filepath.Base(path), err)
	}
	if f.report != "" {
		if err := writeReport(f.report, report); err != nil {
			return exitFailed, err
		}
	}
	if f.json {
		err = writeJSON(e.stdout, report)
	} else {
		summarizeEntries(e.stdout, report)
	}
	switch {
	case err != nil:
		return exitFailed, err
	case len(report.Defects)+len(report.Near) > 0:
		return exitDefects, nil
	}
	return exitGood, nil
}

// listed is how many rows of each sort a summary names.
const listed = 20

func summarizeEntries(w io.Writer, r campaign.ImportReport) {
	verb, as := "Imported", "drafts"
	if r.Published {
		as = "published"
	}
	if r.DryRun {
		verb = "Looked at, and stored nothing of,"
	}
	fmt.Fprintf(w, "%s %s: %d rows, %d new (%s), %d the same as what is there, %d different.\n", verb, r.File, r.Rows, len(r.New), as, len(r.Same), len(r.Different))
	printLines(w, "Different", len(r.Different), func(i int) string {
		d, stored := r.Different[i], ", left as it is"
		if d.Stored {
			stored = ", stored"
		}
		return fmt.Sprintf("row %d %s %s: %s%s", d.Row, d.ID, d.Title, strings.Join(d.Fields, ", "), stored)
	})
	printLines(w, "Nearly alike, and not merged", len(r.Near), func(i int) string {
		n := r.Near[i]
		other := string(n.ID)
		if other == "" {
			other = fmt.Sprintf("row %d", n.In)
		}
		return fmt.Sprintf("row %d %q and %s %q: %s", n.Row, n.Title, other, n.Other, n.Why)
	})
	printLines(w, "Defects", len(r.Defects), func(i int) string {
		d, at, taken := r.Defects[i], "", "left out"
		if d.Column != "" {
			at = fmt.Sprintf(" column %s %q", d.Column, d.Value)
		}
		if d.Taken {
			taken = "taken as a draft"
		}
		return fmt.Sprintf("%s row %d%s: %s (%s)", r.File, d.Row, at, d.Problem, taken)
	})
}

func printLines(w io.Writer, title string, n int, line func(i int) string) {
	if n == 0 {
		return
	}
	fmt.Fprintf(w, "\n%s:\n", title)
	for i := range min(n, listed) {
		fmt.Fprintf(w, "  %s\n", line(i))
	}
	if n > listed {
		fmt.Fprintf(w, "  and %d more: see --report\n", n-listed)
	}
}
