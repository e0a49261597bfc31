package main

import (
	"context"
	"flag"
	"path/filepath"
	"time"

	"keepiton"
	"keepiton/intake/courier"
	"keepiton/probe"
)

const probeHelp = `keepiton probe
keepiton probe --yes [--list FILE] [--country CC] [--asn N] [--network mobile|fixed]
               [--out DIR] [--once | --every 1h [--each]] [--server URL [--tokens FILE [--heartbeat]]]
keepiton probe send --server URL [--out DIR] [--tokens FILE] [--proxy socks5://HOST:PORT]
keepiton probe --show-list

Looks from inside a network at whether a short list of platforms can be reached:
names, TCP, TLS, HTTP, QUIC and rate, beside controls that tell blocking from a line
that is down. Without --yes it explains what that does, who can see it and when not
to do it, and asks first. Nothing runs by itself.

What it saw is sealed at once to the campaign's analysts and waits in a folder until
it can be sent: nobody who finds the folder can read it, its owner included. It holds
no address of yours, no name of your network, and no time finer than the hour.

  --yes              you have read the explanation and want it
  --list FILE        another list of platforms and controls (docs/probe.md)
  --show-list        print the list that is used, and end
  --country CC       the country, as you say it: nothing is looked up. Without it and
                     with no --asn the results help less
  --asn N            the number of the network, such as AS64500
  --network KIND     mobile or fixed
  --out DIR          where sealed results wait; without it DATA/probe
  --recipients PATH  the campaign's public keys, as with keepiton report
  --once             one run (default)
  --every PERIOD     a run each 1h to 24h, at moments that vary, until it is stopped;
                     then it prints nothing of what it saw. The runs of a day go as
                     one sealed file, with the first run of the next or when it ends
  --each             a sealed file for each run instead
  --server URL       also send what waits, after each run
  --tokens FILE      tokens of a partner, one a line (keepiton partner tokens); each
                     is taken out of the file when it is used
  --heartbeat        each time, tell the server with a token that a probe is alive in
                     that country, before anything else: it counts heartbeats by the
                     hour, so that silence shows (its setting --heartbeats)
  --proxy URL        send through a proxy; the run itself uses none
  --print            print the result, seal and keep nothing; needs no keys
  --json             with --print: the lines that would be sealed

  send   sends what waits; each file is deleted once the server has it. Files can
         also be carried: keepiton bundle import takes them at the server

Also takes the setting --data: see keepiton help settings.

  keepiton probe
  keepiton probe --yes --country XG --network mobile --recipients key.json
  keepiton probe --yes --country XG --every 1h --server https://shutdowns.example --tokens tokens.txt --heartbeat
  keepiton probe send --server http://….onion --proxy socks5://127.0.0.1:9050`

// probeCommand is the subcommand probe.
func probeCommand() command {
	return command{name: "probe", summary: "look from inside whether platforms can be reached", help: probeHelp, run: runProbe}
}

// probeFlags are the flags of keepiton probe, as written.
type probeFlags struct {
	yes, once, each, heartbeat, print, showList, json bool
	list, country, network, out, recipients           string
	server, tokens, proxy                             string
	asn                                               keepiton.ASN
	every                                             time.Duration
}

func runProbe(ctx context.Context, e *env, args []string) (int, error) {
	var f probeFlags
	var asn string
	s, rest, err := parseSettings(e, "probe", args, func(set *flag.FlagSet) {
		set.BoolVar(&f.yes, "yes", false, "")
		set.BoolVar(&f.once, "once", false, "")
		set.BoolVar(&f.each, "each", false, "")
		set.BoolVar(&f.heartbeat, "heartbeat", false, "")
		set.BoolVar(&f.print, "print", false, "")
		set.BoolVar(&f.showList, "show-list", false, "")
		set.BoolVar(&f.json, "json", false, "")
		set.StringVar(&f.list, "list", "", "")
		set.StringVar(&f.country, "country", "", "")
		set.StringVar(&asn, "asn", "", "")
		set.StringVar(&f.network, "network", "", "")
		set.StringVar(&f.out, "out", "", "")
		set.StringVar(&f.recipients, "recipients", "", "")
		set.StringVar(&f.server, "server", "", "")
		set.StringVar(&f.tokens, "tokens", "", "")
		set.StringVar(&f.proxy, "proxy", "", "")
		set.DurationVar(&f.every, "every", 0, "")
	})
	if err != nil {
		return exitUsage, err
	}
	if err := f.check(rest, asn); err != nil {
		return exitUsage, keepiton.Hint(err, "keepiton help probe shows examples")
	}
	if f.out == "" {
		f.out = filepath.Join(s.Data, "probe")
	}
	if f.recipients == "" {
		f.recipients = keysFolder(s)
	}
	if len(rest) == 1 {
		return sendWaiting(ctx, e, f)
	}
	list, err := probeList(f.list)
	if err != nil {
		return exitFailed, err
	}
	if f.showList {
		return exitGood, writeJSON(e.stdout, list)
	}
	if !f.yes {
		if yes, err := explainProbe(e, list); !yes || err != nil {
			return exitUsage, err
		}
	}
	return probing{e: e, f: f, list: list, data: s.Data, network: probe.System(), now: time.Now}.run(ctx)
}

// check looks at the flags before anything is done.
func (f *probeFlags) check(rest []string, asn string) error {
	bad := func(format string, v ...any) error { return keepiton.Errorf(keepiton.Invalid, format, v...) }
	if asn != "" {
		e, err := keepiton.ParseEntity(asn)
		if err != nil || e.ASN == 0 || e.Country != "" {
			return bad("--asn %q is no number of a network", asn)
		}
		f.asn = e.ASN
	}
	if f.country != "" {
		e, err := keepiton.ParseEntity("country/" + f.country)
		if err != nil || e.Access+e.Service != "" {
			return bad("--country %q is no ISO 3166-1 code such as XG", f.country)
		}
		f.country = e.Country
	}
	switch {
	case len(rest) > 1 || len(rest) == 1 && rest[0] != "send":
		return bad("probe has no action %q", rest[0])
	case len(rest) == 1 && f.server == "":
		return bad("--server is missing: the address of the site")
	case f.network != "" && f.network != "mobile" && f.network != "fixed":
		return bad("--network %q is not mobile or fixed", f.network)
	case f.every != 0 && (f.every < time.Hour || f.every > 24*time.Hour):
		return bad("--every is 1h to 24h")
	case f.every != 0 && (f.once || f.print):
		return bad("--every goes with neither --once nor --print")
	case f.each && f.every == 0:
		return bad("--each goes with --every: a single run is a file of its own")
	case f.json && !f.print && !f.showList:
		return bad("--json goes with --print")
	case f.heartbeat && (f.server == "" || f.tokens == "" || f.country == ""):
		return bad("--heartbeat needs --server, --tokens and --country")
	case f.print && f.server != "":
		return bad("--print keeps nothing, so there is nothing to send")
	}
	if f.server == "" {
		return nil
	}
	if _, err := courier.CheckServer(f.server); err != nil {
		return err
	}
	_, err := courier.CheckProxy(f.proxy)
	return err
}
