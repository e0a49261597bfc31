package main

import (
	"bufio"
	"context"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"net/url"
	"strconv"
	"strings"
	"time"

	"keepiton"
	"keepiton/casework"
	"keepiton/review"
	"keepiton/store"
)

const userHelp = `keepiton user add NAME --role ROLE [--organization ORG] [--password-stdin]
keepiton user list [--json]
keepiton user disable|enable|reset|codes NAME
keepiton user role NAME --role ROLE
keepiton user policy [--publishing one|two_people|two_organizations] [--passwords on|off]
                     [--budget N] [--pair-without-passkey on|off] [--json]

Manages who may sign in at the desk (/desk/). Roles: reader, analyst, editor,
administrator, and member: the account of an organization of the coalition, which
sees its own entry and people and nothing else of the desk. The first
administrator is made here.

  add       makes an account and prints a link that signs it in once within 24
            hours; there it adds a passkey or password and recovery codes
  list      prints name, role, organization, state and means of signing in
  disable   ends all sessions and keeps the account from signing in; enable undoes it
  reset     takes away password, passkeys, recovery codes and sessions, and prints
            a new link: for a lost or stolen device
  codes     prints ten new recovery codes; older ones no longer work
  role      changes the role, at once
  policy    shows or sets how many people publishing needs, whether passwords work,
            and how sealed reports may be opened

  --budget N         with policy: how many sealed reports an account may open a day,
                     1 to 100000, or default
  --pair-without-passkey on|off
                     with policy: whether a session that no passkey opened may pair
                     a machine and reach sealed reports. Off, unless nobody has a
                     passkey: a stolen password is enough then
  --password-stdin   with add: read the password from the first line of standard
                     input instead of printing a link
  --json             with list and policy: for programs
  --base-url URL     address of the site, for the printed link; without it the link
                     begins at /desk/

Also takes the settings --data and --db: see keepiton help settings.

  keepiton user add alice --role administrator --organization "Org One" --base-url https://shutdowns.example
  printf '%s\n' 'four quiet words here' | keepiton user add bob --role analyst --password-stdin
  keepiton user add carla --role member --organization KIC-2026-0007
  keepiton user policy --publishing two_organizations --passwords off
  keepiton user policy --budget 200
  keepiton user policy --budget default --pair-without-passkey off`

// userCommand is the subcommand user.
func userCommand() command {
	return command{name: "user", summary: "who may sign in at the desk, and as what", help: userHelp, run: runUser}
}

// userFlags are the flags of keepiton user.
type userFlags struct {
	role, organization, publishing, passwords string
	budget, pairing                           string
	stdin, json                               bool
	site                                      string // from the settings
}

func runUser(ctx context.Context, e *env, args []string) (int, error) {
	var f userFlags
	s, rest, err := parseSettings(e, "user", args, func(set *flag.FlagSet) {
		set.StringVar(&f.role, "role", "", "")
		set.StringVar(&f.organization, "organization", "", "")
		set.StringVar(&f.publishing, "publishing", "", "")
		set.StringVar(&f.passwords, "passwords", "", "")
		set.StringVar(&f.budget, "budget", "", "")
		set.StringVar(&f.pairing, "pair-without-passkey", "", "")
		set.BoolVar(&f.stdin, "password-stdin", false, "")
		set.BoolVar(&f.json, "json", false, "")
	})
	if err != nil {
		return exitUsage, err
	}
	usage := func(format string, v ...any) (int, error) {
		return exitUsage, keepiton.Hint(keepiton.Errorf(keepiton.Invalid, format, v...), "keepiton help user shows examples")
	}
	if len(rest) == 0 {
		return usage("user what? add, list, disable, enable, reset, codes, role or policy")
	}
	do, names := rest[0], rest[1:]
	name := ""
	switch do {
	case "list", "policy":
		if len(names) != 0 {
			return usage("user %s takes no name", do)
		}
	case "add", "disable", "enable", "reset", "codes", "role":
		if len(names) != 1 {
			return usage("user %s takes one name", do)
		}
		name = names[0]
		role := keepiton.Role(f.role)
		if (do == "add" || do == "role") && role.Rank() == 0 && !(do == "add" && role == keepiton.RoleMember) {
			return usage("--role %q is not one of reader, analyst, editor, administrator, and with add also member", f.role)
		}
	default:
		return usage("user has no action %q", do)
	}
	f.site = s.BaseURL
	st, err := openStore(ctx, s)
	if err != nil {
		return exitFailed, err
	}
	defer st.Close()
	accounts := &review.Accounts{Store: st, Meta: st, Now: time.Now, Log: slog.New(slog.NewTextHandler(e.stderr, &slog.HandlerOptions{Level: slog.LevelWarn}))}
	return exitGood, actOnUser(ctx, e, st, accounts, do, name, f)
}

func actOnUser(ctx context.Context, e *env, st store.Store, accounts *review.Accounts, do, name string, f userFlags) error {
	switch do {
	case "add":
		return addUser(ctx, e, st, accounts, name, f)
	case "list":
		return listUsers(ctx, e, accounts, f.json)
	case "disable", "enable":
		if err := accounts.Disable(ctx, review.Operator, name, do == "disable"); err != nil {
			return err
		}
		fmt.Fprintf(e.stdout, "%s is %sd\n", name, do)
	case "role":
		if err := accounts.SetRole(ctx, review.Operator, name, keepiton.Role(f.role)); err != nil {
			return err
		}
		fmt.Fprintf(e.stdout, "%s is %s\n", name, f.role)
	case "reset":
		token, err := accounts.Reset(ctx, review.Operator, name)
		if err != nil {
			return err
		}
		printLink(e.stdout, name, f.site, token)
	case "codes":
		return printCodes(ctx, e, accounts, st, name)
	case "policy":
		return userPolicy(ctx, e, accounts, st, f)
	}
	return nil
}

func addUser(ctx context.Context, e *env, st store.Store, accounts *review.Accounts, name string, f userFlags) error {
	if id := keepiton.EntryID(f.organization); keepiton.Role(f.role) == keepiton.RoleMember && id.Kind() == keepiton.KindOrganization {
		if _, err := st.Entry(ctx, id); err != nil {
			return keepiton.Hint(err, "an account of the role member is bound to an organization that is there: see the campaign's section of the desk")
		}
	}
	password := ""
	if f.stdin {
		line, err := bufio.NewReader(io.LimitReader(e.stdin, 4096)).ReadString('\n')
		if err != nil && err != io.EOF {
			return keepiton.Errorf(keepiton.Invalid, "read the password: %w", err)
		}
		password = strings.TrimRight(line, "\r\n")
		if err := review.CheckPassword(name, password); err != nil {
			return err
		}
	}
	token, err := accounts.Add(ctx, review.Operator, name, keepiton.Role(f.role), f.organization)
	if err != nil {
		return err
	}
	if !f.stdin {
		printLink(e.stdout, name, f.site, token)
		return nil
	}
	// Setting the password ends all sessions, the unused link among them.
	if err := accounts.SetPassword(ctx, review.Operator, name, password); err != nil {
		return err
	}
	fmt.Fprintf(e.stdout, "%s may sign in with the password at %s/desk/\n", name, strings.TrimRight(f.site, "/"))
	return nil
}

func printLink(w io.Writer, name, site, token string) {
	fmt.Fprintf(w, "%s signs in once, within 24 hours, with:\n%s/desk/enter?t=%s\n", name, strings.TrimRight(site, "/"), url.QueryEscape(token))
}

// listedUser is one account as list prints it. No hash, handle or key of it is
// ever printed.
type listedUser struct {
	Name          string        `json:"name"`
	Role          keepiton.Role `json:"role"`
	Organization  string        `json:"organization"`
	Disabled      bool          `json:"disabled"`
	Passkeys      int           `json:"passkeys"`
	Password      bool          `json:"password"`
	RecoveryCodes int           `json:"recovery_codes"`
}

func listUsers(ctx context.Context, e *env, accounts *review.Accounts, asJSON bool) error {
	list, err := accounts.List(ctx, review.Operator)
	if err != nil {
		return err
	}
	users := []listedUser{}
	for _, a := range list {
		means, err := accounts.Means(ctx, review.Person{Account: a.Name})
		if err != nil {
			return err
		}
		users = append(users, listedUser{a.Name, a.Role, a.Organization, a.Disabled, len(means.Passkeys), means.Password, means.Recovery})
	}
	if asJSON {
		return writeJSON(e.stdout, users)
	}
	for _, u := range users {
		state, password := "enabled", "no password"
		if u.Disabled {
			state = "disabled"
		}
		if u.Password {
			password = "password"
		}
		fmt.Fprintf(e.stdout, "%s\t%s\t%s\t%s\t%d passkeys, %s, %d recovery codes\n", u.Name, u.Role, u.Organization, state, u.Passkeys, password, u.RecoveryCodes)
	}
	if len(users) == 0 {
		fmt.Fprintln(e.stderr, "no accounts yet: keepiton user add NAME --role administrator makes the first")
	}
	return nil
}

func printCodes(ctx context.Context, e *env, accounts *review.Accounts, st store.Store, name string) error {
	if _, err := st.Account(ctx, name); err != nil {
		return err
	}
	codes, err := accounts.RecoveryCodes(ctx, review.Person{Account: name})
	if err != nil {
		return err
	}
	fmt.Fprintf(e.stdout, "Recovery codes of %s, each good for one sign-in; they are not shown again:\n%s\n", name, strings.Join(codes, "\n"))
	return nil
}

func userPolicy(ctx context.Context, e *env, accounts *review.Accounts, st store.Store, f userFlags) error {
	p, err := review.LoadPolicy(ctx, st)
	if err != nil {
		return err
	}
	before := p
	if err := f.change(&p); err != nil {
		return err
	}
	if p != before {
		if err := accounts.SetPolicy(ctx, review.Operator, p); err != nil {
			return err
		}
	}
	budget := p.Budget
	if budget == 0 {
		budget = casework.DefaultBudget
	}
	if f.json {
		return writeJSON(e.stdout, map[string]any{"publishing": p.Publishing, "passwords": p.Passwords, "budget": budget, "pair_without_passkey": p.Pairing})
	}
	fmt.Fprintf(e.stdout, "publishing %s, passwords %s, %d sealed reports a day for each account, pairing without a passkey %s\n", p.Publishing, onOff(p.Passwords), budget, onOff(p.Pairing))
	return nil
}

// change makes p what the flags say; a flag that was not given changes nothing.
func (f userFlags) change(p *review.Policy) error {
	if f.publishing != "" {
		p.Publishing = review.Publishing(f.publishing)
	}
	for _, s := range []struct {
		flag, value string
		to          *bool
	}{{"passwords", f.passwords, &p.Passwords}, {"pair-without-passkey", f.pairing, &p.Pairing}} {
		switch s.value {
		case "":
		case "on", "off":
			*s.to = s.value == "on"
		default:
			return keepiton.Errorf(keepiton.Invalid, "--%s %q is not on or off", s.flag, s.value)
		}
	}
	switch n, err := strconv.Atoi(f.budget); {
	case f.budget == "":
	case f.budget == "default":
		p.Budget = 0
	case err != nil || n < 1:
		return keepiton.Hint(keepiton.Errorf(keepiton.Invalid, "--budget %q is no number of reports a day", f.budget), "give a number from 1 on, or default")
	default:
		p.Budget = n
	}
	return nil
}

func onOff(on bool) string {
	if on {
		return "on"
	}
	return "off"
}
