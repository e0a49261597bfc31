package main

import (
	"context"
	"flag"

	"keepiton"
)

const bundleHelp = `keepiton bundle create REPORT [FILE]... -o OUT
keepiton bundle verify FILE... [--keys DIR] [--json]
keepiton bundle open FILE... [--keys DIR] [-o FOLDER] [--json]
keepiton bundle import FILE... [--json]

Works with sealed reports that travel as files: on a stick, by mail, by courier.

  create  joins a report (a form or JSON) and its files without sealing them, to
          be sealed by another program such as age or gpg
  verify  says whether files are whole. Without keys it sees the outer form
          alone; with keys, every byte of the report and its files
  open    opens sealed reports on an analyst's machine: report.json and the files,
          under names that tell nothing, in a new folder each. Also takes a
          bundle that another program has opened
  import  takes sealed files, folders of them, or standard input ("-"), from
          anybody, into the sealed reports of this server, in the lane
          "carried". It needs no keys. The same file twice is one report. Saved
          mails (.eml) and mailboxes (mbox) are taken too, in the lane "mail":
          what is sealed in them as it is; --mail-clear seal also takes what is not

  --keys DIR         folder or file of private keys: age identities, locked or
                     not, OpenPGP secret keys. May stand several times
  --gpg              ask gpg, and so its agent and cards, for OpenPGP messages
  --passphrase-file FILE
                     first line opens locked keys; without it, it is asked for
  -o FOLDER          with open: where to, for one file. With create: the file
  --json             for programs

Also takes the settings --data and --db: see keepiton help settings.

  keepiton bundle verify /media/stick/*.dat
  keepiton bundle import /media/stick
  keepiton bundle import inbox.mbox --mail-clear seal
  keepiton bundle open notes.dat --keys ~/keepiton-keys -o case-12
  gpg -d notes.dat | keepiton bundle open - -o case-12
  keepiton bundle create words.txt photo.jpg -o - | age -R analysts.txt > notes.dat

Exit codes: 0 all good, 1 failed, 2 wrong use, 3 done, some files have defects.`

// bundleCommand is the subcommand bundle.
func bundleCommand() command {
	return command{name: "bundle", summary: "sealed reports that travel as files", help: bundleHelp, run: runBundle}
}

// bundleFlags are the flags of keepiton bundle, as written.
type bundleFlags struct {
	out  string
	keys keyFlags
	json bool
}

func runBundle(ctx context.Context, e *env, args []string) (int, error) {
	var f bundleFlags
	s, rest, err := parseSettings(e, "bundle", args, func(set *flag.FlagSet) {
		set.StringVar(&f.out, "o", "", "")
		set.BoolVar(&f.json, "json", false, "")
		f.keys.define(set)
	})
	if err != nil {
		return exitUsage, err
	}
	usage := func(format string, v ...any) (int, error) {
		return exitUsage, keepiton.Hint(keepiton.Errorf(keepiton.Invalid, format, v...), "keepiton help bundle shows examples")
	}
	if len(rest) == 0 {
		return usage("bundle what? create, verify, open or import")
	}
	do, files := rest[0], rest[1:]
	switch {
	case do != "create" && do != "verify" && do != "open" && do != "import":
		return usage("bundle has no action %q", do)
	case len(files) == 0:
		return usage("bundle %s takes a file", do)
	case do == "create" && f.out == "":
		return usage("-o is missing: the file to write, or - for standard output")
	case do == "open" && f.out != "" && len(files) > 1:
		return usage("-o is for one file; without it each gets a folder of its own")
	case f.out != "" && do != "create" && do != "open":
		return usage("bundle %s writes no file", do)
	}
	switch do {
	case "create":
		return exitGood, createBundle(e, files[0], files[1:], f.out)
	case "verify":
		return verifyBundles(e, files, f)
	case "open":
		return openBundles(e, files, f)
	}
	return importBundles(ctx, e, s, files, f.json)
}
