package main

import (
	"cmp"
	"context"
	"flag"
	"fmt"
	"time"

	"keepiton"
	"keepiton/intake"
	"keepiton/locale"
)

const partnerHelp = `keepiton partner add NAME [--budget N] [--signatures N]
keepiton partner budget NAME [--budget N] [--signatures N]
keepiton partner list [--json]
keepiton partner remove NAME
keepiton partner rotate [--petitions]
keepiton partner tokens --server URL [--count N] [--proxy socks5://HOST:PORT]
keepiton partner tokens --petition ID --server URL [--count N] [--lang LANG] [--cards FILE.pdf]

Partner organizations have tokens that let a report into a lane of its own, which
a flood of junk does not reach, and others that sign a petition for somebody who
does not want to give an address. The server signs tokens without seeing them: it
cannot tell whose token a report or a signature came with. A token is good for one
of the two alone, and one that signs for one petition.

  add      makes a partner and prints its key, once; hand it over in person
  budget   changes how many tokens a partner may have signed in a day
  list     prints names and budgets
  remove   takes a partner away; tokens that it has stay good until the second
           rotation from now
  rotate   makes a new key that signs tokens for reports, or for signatures; those
           of the key before stay good until the next rotation
  tokens   on the partner's machine: has tokens signed and prints them, one a
           line. It reads the partner's key from the first line of standard input.
           Fetch them well before they are used, and give out one to a report

  --budget N      tokens for reports in a day (default 200)
  --signatures N  tokens that sign petitions in a day (default 0: none)
  --petitions     with rotate: the key of tokens that sign petitions
  --count N       tokens to fetch, 1 to 100 (default 10)
  --petition ID   tokens that sign this petition, printed as links: each signs once,
                  when its reader presses the button there
  --cards FILE    also write the links as cards to print, eight on a sheet of A4,
                  each with a code for a phone
  --lang LANG     language of the links and cards (default en)
  --server URL    address of the site
  --proxy URL     reach it through a proxy; Tor's is socks5://127.0.0.1:9050
  --json          with list and tokens: for programs

Also takes the settings --data and --db: see keepiton help settings.

  keepiton partner add "Org One" --budget 50 --signatures 500
  keepiton partner tokens --server https://shutdowns.example --count 20 < key.txt
  keepiton partner tokens --petition KIT-2026-0001 --lang am --cards cards.pdf --server https://shutdowns.example --count 80 < key.txt`

// partnerCommand is the subcommand partner.
func partnerCommand() command {
	return command{name: "partner", summary: "who gets reports into a lane of their own", help: partnerHelp, run: runPartner}
}

// partnerFlags are the flags of keepiton partner.
type partnerFlags struct {
	budget, count         int
	signatures            int // -1: not given
	petitions             bool
	server, proxy         string
	petition, lang, cards string
	json                  bool
}

func runPartner(ctx context.Context, e *env, args []string) (int, error) {
	var f partnerFlags
	s, rest, err := parseSettings(e, "partner", args, func(set *flag.FlagSet) {
		set.IntVar(&f.budget, "budget", 0, "")
		set.IntVar(&f.signatures, "signatures", -1, "")
		set.BoolVar(&f.petitions, "petitions", false, "")
		set.StringVar(&f.petition, "petition", "", "")
		set.StringVar(&f.lang, "lang", "en", "")
		set.StringVar(&f.cards, "cards", "", "")
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
		return usage("partner what? add, budget, list, remove, rotate or tokens")
	}
	do, names := rest[0], rest[1:]
	switch do {
	case "list", "rotate", "tokens":
		if len(names) != 0 {
			return usage("partner %s takes no name", do)
		}
	case "add", "budget", "remove":
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
		if f.petition == "" && f.cards != "" || !locale.Known(f.lang) || f.petition != "" && keepiton.EntryID(f.petition).Kind() != keepiton.KindPetition {
			return usage("--petition is an id such as KIT-2026-0001, --lang a language of the site, and --cards stands with --petition")
		}
		return exitGood, partnerTokens(ctx, e, f)
	}
	if do == "budget" && f.budget == 0 && f.signatures < 0 {
		return usage("partner budget needs --budget or --signatures")
	}
	st, err := openStore(ctx, s)
	if err != nil {
		return exitFailed, err
	}
	defer st.Close()
	p := &intake.Partners{Meta: st, Now: time.Now}
	switch do {
	case "add":
		budget := cmp.Or(f.budget, intake.DefaultBudget)
		secret, err := p.Add(ctx, names[0], budget)
		if err == nil {
			f.budget = 0
			err = f.budgets(ctx, p, names[0])
		}
		if err != nil {
			return exitFailed, err
		}
		fmt.Fprintf(e.stdout, "%s has the key below, for %d tokens a day; it is not shown again:\n%s\n", names[0], budget, secret)
	case "budget":
		err = f.budgets(ctx, p, names[0])
	case "remove":
		err = p.Remove(ctx, names[0])
	case "rotate":
		use := intake.Reports
		if f.petitions {
			use = intake.Petitions
		}
		err = p.Rotate(ctx, use)
	case "list":
		err = listPartners(ctx, e, p, f.json)
	}
	return exitGood, err
}

// budgets changes the budgets that were given.
func (f partnerFlags) budgets(ctx context.Context, p *intake.Partners, name string) error {
	if f.budget != 0 {
		if err := p.SetBudget(ctx, name, intake.Reports, f.budget); err != nil {
			return err
		}
	}
	if f.signatures < 0 {
		return nil
	}
	return p.SetBudget(ctx, name, intake.Petitions, f.signatures)
}

// listedPartner is one partner as list prints it, without the hash of its key.
type listedPartner struct {
	Name   string `json:"name"`
	Budget int    `json:"budget"`
	// Signatures are tokens a day that sign petitions.
	Signatures int `json:"signatures"`
}

func listPartners(ctx context.Context, e *env, p *intake.Partners, asJSON bool) error {
	list, err := p.List(ctx)
	if err != nil {
		return err
	}
	out := []listedPartner{}
	for _, o := range list {
		out = append(out, listedPartner{o.Name, o.Budget, o.Signatures})
	}
	if asJSON {
		return writeJSON(e.stdout, out)
	}
	for _, o := range out {
		fmt.Fprintf(e.stdout, "%s\t%d tokens a day for reports, %d for signatures\n", o.Name, o.Budget, o.Signatures)
	}
	return nil
}
