package main

import (
	"context"
	"flag"
	"path/filepath"

	"keepiton"
	"keepiton/locale"
	"keepiton/web"
)

const reportHelp = `keepiton report new [--kind shutdown|story] [-o FILE]
keepiton report seal FILE [--attach FILE]... [--recipients PATH] [--open-fields] [--openpgp] [-o OUT]
keepiton report send FILE --server URL [--proxy socks5://HOST:PORT] [--token TOKEN] [--resume ID]
keepiton report form -o FILE [--lang LANG] [--server URL] [--recipients PATH]

Writes a report where there is no browser or no internet, seals it so that the
campaign's analysts alone can open it, and sends it, now or from another place.

  new    asks on a terminal; else writes an empty form with explanations, to be
         filled in with any editor. A FILE that ends in .json gets JSON
  seal   seals a filled-in form or JSON ("-": standard input) with its files. It
         needs no network. It prints a receipt, once: write it down
  send   brings the sealed file to a server. On a bad line it goes on where it
         stopped; sending the same file again does no harm
  form   writes the form that is carried: one HTML file that seals in any browser,
         in every language and without a network. The same keys and address give
         the same bytes as the site's /report-offline.html, so that copies can be
         compared by their SHA-256

  --kind KIND        shutdown (default) or story
  -o FILE            where to write, "-" for standard output. Without it, seal
                     takes a name that tells nothing, such as notes-1730.dat
  --attach FILE      a photo, screenshot or file; may stand several times. At most
                     40 files and 50 MB together
  --recipients PATH  the campaign's public keys: the file that the site offers at
                     /key.json, or a folder with campaign.asc, recipients.json and
                     recipients.json.sig; without it DATA/keys
  --open-fields      leave country, day and kind of network readable, so that the
                     server can use them at once to confirm the shutdown
  --openpgp          write an OpenPGP message, as for an encrypted mail
  --server URL       address of the site; with form, where the sealed files are sent.
                     Without it form takes the setting --base-url
  --lang LANG        with form: the language that it opens in; without it that of
                     the reader's browser
  --proxy URL        send through a proxy; Tor's is socks5://127.0.0.1:9050
  --token TOKEN      a partner's token, see keepiton help partner
  --resume ID        go on with an upload that broke off
  --json             with seal, send and form: for programs

Also takes the setting --data: see keepiton help settings.

  keepiton report new -o words.txt
  keepiton report seal words.txt --attach photo.jpg --recipients key.json
  keepiton report new | keepiton report seal - --recipients ./keys -o /media/stick/notes.dat
  keepiton report send notes.dat --server https://shutdowns.example --proxy socks5://127.0.0.1:9050`

// reportCommand is the subcommand report.
func reportCommand() command {
	return command{name: "report", summary: "write, seal and send a report", help: reportHelp, run: runReport}
}

// reportFlags are the flags of keepiton report, as written.
type reportFlags struct {
	kind, out, recipients string
	attach                []string
	open, openpgp, json   bool
	server, proxy, resume string
	token                 string
	lang                  string
}

func runReport(ctx context.Context, e *env, args []string) (int, error) {
	var f reportFlags
	s, rest, err := parseSettings(e, "report", args, func(set *flag.FlagSet) {
		set.StringVar(&f.kind, "kind", string(keepiton.ReportShutdown), "")
		set.StringVar(&f.out, "o", "", "")
		set.StringVar(&f.recipients, "recipients", "", "")
		set.Func("attach", "", func(path string) error { f.attach = append(f.attach, path); return nil })
		set.BoolVar(&f.open, "open-fields", false, "")
		set.BoolVar(&f.openpgp, "openpgp", false, "")
		set.BoolVar(&f.json, "json", false, "")
		set.StringVar(&f.server, "server", "", "")
		set.StringVar(&f.proxy, "proxy", "", "")
		set.StringVar(&f.token, "token", "", "")
		set.StringVar(&f.resume, "resume", "", "")
		set.StringVar(&f.lang, "lang", "", "")
	})
	if err != nil {
		return exitUsage, err
	}
	if f.recipients == "" {
		f.recipients = filepath.Join(s.Data, "keys")
	}
	usage := func(format string, v ...any) (int, error) {
		return exitUsage, keepiton.Hint(keepiton.Errorf(keepiton.Invalid, format, v...), "keepiton help report shows examples")
	}
	if len(rest) == 0 {
		return usage("report what? new, seal, send or form")
	}
	do, files := rest[0], rest[1:]
	switch {
	case do != "new" && do != "seal" && do != "send" && do != "form":
		return usage("report has no action %q", do)
	case do == "new" && len(files) > 0:
		return usage("report new takes no file; -o names the one to write")
	case do == "form" && len(files) > 0:
		return usage("report form takes no file; -o names the one to write")
	case do == "form" && f.out == "":
		return usage("-o is missing: the file to write")
	case f.lang != "" && !locale.Known(f.lang):
		return usage("--lang %q is none of the languages of the site", f.lang)
	case do != "new" && do != "form" && len(files) != 1:
		return usage("report %s takes one file", do)
	case do == "send" && f.server == "":
		return usage("--server is missing: the address of the site")
	case f.openpgp && f.open:
		return usage("--open-fields stand before what is sealed; an OpenPGP message has no such place")
	case f.kind != string(keepiton.ReportShutdown) && f.kind != string(keepiton.ReportStory):
		return usage("--kind %q is not shutdown or story", f.kind)
	}
	switch do {
	case "new":
		err = newReport(e, f)
	case "seal":
		err = sealReport(e, files[0], f)
	case "send":
		err = sendReport(ctx, e, files[0], f)
	case "form":
		if f.server == "" {
			f.server = s.BaseURL
		}
		var onion string
		if onion, err = web.OnionURL(s.AtOnion); err == nil {
			err = writeForm(e, f, onion)
		}
	}
	return exitGood, err
}
