package main

import (
	"context"
	"flag"
	"time"

	"keepiton"
)

const serveHelp = `usage: keepiton serve [--listen :8080] [--data DIR | --db URL] [--base-url https://…] [--desk --keys PATH]

Serves the record: the public site, the desk, and the roads by which reports
come in, in one process. It prints its address when it is ready, and ends on
Ctrl-C or SIGTERM after the requests that are being answered and the reports that
are on their way in. From the first start on, the identifiers in the record are
public and stay as they are.

Reports are sealed to the keys in the folder keys inside the data folder; without
keys none is taken. They lie in sealed.db and the folder sealed.

With --feeds it watches what instruments see of the Internet and brings candidates
to the desk (keepiton help settings; docs/life-of-a-signal.md).

Analysts open them on their own machines: keepiton help desk. For one trusted
machine alone there is --desk: it opens them here, under /desk/reports/, with the
private keys that --keys names (or --gpg; --passphrase-file FILE). Whoever takes
that machine while it runs reads them; every page says so.

Readers leave no trace: logs hold no addresses, devices or searches.

  keepiton serve
  keepiton serve --listen 127.0.0.1:8080 --base-url https://shutdowns.example`

func serveCommand() command {
	return command{name: "serve", summary: "the site and the desk in one process", help: serveHelp, run: runServe}
}

// serveFlags are those of keepiton serve beside the settings.
type serveFlags struct {
	desk bool
	keys keyFlags
}

func (f *serveFlags) define(set *flag.FlagSet) {
	set.BoolVar(&f.desk, "desk", false, "")
	f.keys.define(set)
}

// hosted loads the keys for a desk on the server, nil when there is to be none.
func (f *serveFlags) hosted(e *env) (*hosted, error) {
	switch {
	case !f.desk && !f.keys.given():
		return nil, nil
	case !f.desk:
		return nil, keepiton.Hint(keepiton.Errorf(wrongUse, "a server needs no private keys"), "keep them on the analysts' machines, see keepiton help desk; or add --desk and read what that weakens")
	case !f.keys.given():
		return nil, keepiton.Hint(keepiton.Errorf(wrongUse, "--desk opens reports here and needs the keys for it"), "add --keys with the file or folder of the private keys; better, run keepiton desk on the analyst's own machine")
	}
	keys, err := f.keys.load(e)
	return &hosted{keys: keys}, err
}

// serveSettings reads the settings of a command and the flags that it has.
func serveSettings(e *env, command string, args []string, own func(*flag.FlagSet)) (settings, error) {
	s, rest, err := parseSettings(e, command, args, own)
	if err == nil && len(rest) > 0 {
		err = keepiton.Hint(keepiton.Errorf(keepiton.Invalid, "%q is one word too many", rest[0]), "keepiton help "+command+" shows examples")
	}
	return s, err
}

func runServe(ctx context.Context, e *env, args []string) (int, error) {
	var f serveFlags
	s, err := serveSettings(e, "serve", args, f.define)
	if err != nil {
		return exitUsage, err
	}
	reports, err := f.hosted(e)
	if keepiton.CodeOf(err) == wrongUse {
		return exitUsage, err
	}
	if err != nil {
		return exitFailed, err
	}
	st, err := openStore(ctx, s)
	if err != nil {
		return exitFailed, err
	}
	defer st.Close()
	if err := publishIDs(ctx, st, time.Now().UTC().Truncate(time.Second)); err != nil {
		return exitFailed, err
	}
	return serve(ctx, e, s, st, reports)
}
