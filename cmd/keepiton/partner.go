package main

import (
	"bufio"
	"context"
	"flag"
	"fmt"
	"io"
	"strings"
	"time"

	"keepiton"
	"keepiton/intake"
	"keepiton/intake/courier"
)

const partnerHelp = `keepiton partner add NAME [--budget N]
keepiton partner list [--json]
keepiton partner remove NAME
keepiton partner rotate
keepiton partner tokens --server URL [--count N] [--proxy socks5://HOST:PORT]

Partner organizations have tokens that let a report into a lane of its own, which
a flood of junk does not reach. The server signs tokens without seeing them: it
cannot tell whose token a report came with.

  add      makes a partner and prints its key, once; hand it over in person
  list     prints names and budgets
  remove   takes a partner away; tokens that it has stay good until the second
           rotation from now
  rotate   makes a new key that signs tokens; those of the key before stay good
           until the next rotation
  tokens   on the partner's machine: has tokens signed and prints them, one a
           line. It reads the partner's key from the first line of standard input.
           Fetch them well before they are used, and give out one to a report

  --budget N    tokens that the partner may have signed in a day (default 200)
  --count N     tokens to fetch, 1 to 100 (default 10)
  --server URL  address of the site
  --proxy URL   reach it through a proxy; Tor's is socks5://127.0.0.1:9050
  --json        with list and tokens: for programs

Also takes the settings --data and --db: see keepiton help settings.

  keepiton partner add "Org One" --budget 50
  keepiton partner tokens --server https://shutdowns.example --count 20 < key.txt`

// partnerCommand is the subcommand partner.
func partnerCommand() command {
	return command{name: "partner", summary: "who gets reports into a lane of their own", help: partnerHelp, run: runPartner}
}

// partnerFlags are the flags of keepiton partner.
type partnerFlags struct {
	budget, count int
	server, proxy string
	json          bool
}

func runPartner(ctx context.Context, e *env, args []string) (int, error) {
	var f partnerFlags
	s, rest, err := parseSettings(e, "partner", args, func(set *flag.FlagSet) {
		set.IntVar(&f.budget, "budget", intake.DefaultBudget, "")
		set.IntVar(&f.count, "count", 10, "")
		set.StringVar(&f.server, "server", "", "")
		set.StringVar(&f.proxy, "proxy", "", "")
		set.BoolVar(&f.json, "json", false, "")
	})
	if err != nil {
		return exitUsage, err
	}
	usage := func(format string, v ...any) (int, error) {
		return exitUsage, keepiton.Hint(keepiton.Errorf(keepiton.Invalid, format, v...), "keepiton help partner shows examples")
	}
	if len(rest) == 0 {
		return usage("partner what? add, list, remove, rotate or tokens")
	}
	do, names := rest[0], rest[1:]
	switch do {
	case "list", "rotate", "tokens":
		if len(names) != 0 {
			return usage("partner %s takes no name", do)
		}
	case "add", "remove":
		if len(names) != 1 {
			return usage("partner %s takes one name", do)
		}
	default:
		return usage("partner has no action %q", do)
	}
	if do == "tokens" {
		if f.server == "" || f.count < 1 || f.count > intake.MaxBlinded {
			return usage("partner tokens needs --server and a --count of 1 to %d", intake.MaxBlinded)
		}
		return exitGood, partnerTokens(ctx, e, f)
	}
	st, err := openStore(ctx, s)
	if err != nil {
		return exitFailed, err
	}
	defer st.Close()
	p := &intake.Partners{Meta: st, Now: time.Now}
	switch do {
	case "add":
		secret, err := p.Add(ctx, names[0], f.budget)
		if err != nil {
			return exitFailed, err
		}
		fmt.Fprintf(e.stdout, "%s has the key below, for %d tokens a day; it is not shown again:\n%s\n", names[0], f.budget, secret)
	case "remove":
		err = p.Remove(ctx, names[0])
	case "rotate":
		err = p.Rotate(ctx, intake.Reports)
	case "list":
		err = listPartners(ctx, e, p, f.json)
	}
	return exitGood, err
}

// listedPartner is one partner as list prints it, without the hash of its key.
type listedPartner struct {
	Name   string `json:"name"`
	Budget int    `json:"budget"`
}

func listPartners(ctx context.Context, e *env, p *intake.Partners, asJSON bool) error {
	list, err := p.List(ctx)
	if err != nil {
		return err
	}
	out := []listedPartner{}
	for _, o := range list {
		out = append(out, listedPartner{o.Name, o.Budget})
	}
	if asJSON {
		return writeJSON(e.stdout, out)
	}
	for _, o := range out {
		fmt.Fprintf(e.stdout, "%s\t%d tokens a day\n", o.Name, o.Budget)
	}
	return nil
}

func partnerTokens(ctx context.Context, e *env, f partnerFlags) error {
	server, err := courier.CheckServer(f.server)
	if err != nil {
		return fmt.Errorf("--server: %w", err)
	}
	proxy, err := courier.CheckProxy(f.proxy)
	if err != nil {
		return fmt.Errorf("--proxy: %w", err)
	}
	line, err := bufio.NewReader(io.LimitReader(e.stdin, 4096)).ReadString('\n')
	if err != nil && err != io.EOF {
		return keepiton.Errorf(keepiton.Invalid, "read the partner's key: %w", err)
	}
	c := &courier.Courier{Server: server, Client: courier.NewClient(proxy)}
	tokens, err := c.Tokens(ctx, strings.TrimSpace(line), f.count)
	if err != nil {
		return err
	}
	if f.json {
		return writeJSON(e.stdout, tokens)
	}
	for _, t := range tokens {
		fmt.Fprintln(e.stdout, t)
	}
	return nil
}
