package main

import (
	"context"
	"flag"
	"io"
	"os"
	"path/filepath"
	"time"

	"keepiton"
	"keepiton/seal"
)

const keyHelp = `keepiton key init campaign --name NAME --email ADDRESS [--from SECRET.asc]
keepiton key init member --name NAME [--organization ORG]
keepiton key add FILE... [--name NAME] [--organization ORG]
keepiton key rotate campaign
keepiton key rotate FILE
keepiton key retire NAME
keepiton key export --to DIR
keepiton key export --reading FILE --reading-passphrase-file FILE
keepiton key show [--json]
keepiton key sign FILE...
keepiton key trust DIR

Makes the campaign's keys and decides who can open reports. It runs on the
machine of the person who holds the campaign's key, the keyholder, and on the
machines of members, the analysts. Private keys never go to a server.
docs/keys.md tells the whole life of a key.

  init campaign  makes the campaign's OpenPGP key, whose fingerprint people
                 compare, and beside it the same key as revoked, to be kept
                 elsewhere; --from takes a secret key that you have already
  init member    makes a member's own keys (age, safe against quantum computers,
                 and OpenPGP) and a public member file to hand to the keyholder.
                 The set of members is public: NAME may be "desk 2"
  add            puts members into the set and signs it: member files, or public
                 OpenPGP keys (one at a time with --name)
  rotate         campaign: a new key to be written to; the fingerprint stays.
                 FILE: new keys for the member that the file names
  retire         seals nothing more to a member; what was sealed stays readable
  export         --to: writes the three public files for a server, DATA/keys.
                 --reading: writes the secret key that opens mail to the campaign,
                 for analysts; it signs nothing
  show           prints fingerprints, serial and members, after checking the
                 signature
  sign           writes the campaign's signature over a file beside it, FILE.asc:
                 for MANIFEST.txt of a copy of the site, see keepiton help export
  trust          on a server: uses the set in DIR whatever was used before

  --keys DIR                      folder of the keys (default ./keepiton-keys)
  --passphrase-file FILE          first line of FILE is the passphrase; - is standard
                                  input; without it the terminal is asked
  --reading-passphrase-file FILE  passphrase of the key that --reading writes
  --json                          with show: for programs

  keepiton key init campaign --name "KeepItOn reports" --email reports@campaign.example
  keepiton key init member --name "desk 2" --organization "Org Two" --keys ~/mine
  keepiton key add desk-2.member.json
  keepiton key export --to /srv/keepiton-data/keys`

// keyCommand is the subcommand key.
func keyCommand() command {
	return command{name: "key", summary: "the campaign's keys, and who can open reports", help: keyHelp, run: runKey}
}

// keyJob is one run of keepiton key.
type keyJob struct {
	ctx                               context.Context
	e                                 *env
	now                               time.Time
	keys, name, email, organization   string
	from, to, reading                 string
	passphraseFile, readingPassphrase string
	json                              bool
}

// keyAction is one action with the number of arguments that it takes.
type keyAction struct {
	least, most int
	run         func(*keyJob, []string) error
}

var keyActions = map[string]keyAction{
	"init":   {1, 1, (*keyJob).initKeys},
	"add":    {1, seal.MaxLive, (*keyJob).add},
	"rotate": {1, 1, (*keyJob).rotate},
	"retire": {1, 1, (*keyJob).retire},
	"export": {0, 0, (*keyJob).export},
	"show":   {0, 0, (*keyJob).show},
	"sign":   {1, 100, (*keyJob).signFiles},
	"trust":  {1, 1, (*keyJob).trust},
}

func runKey(ctx context.Context, e *env, args []string) (int, error) {
	j := &keyJob{ctx: ctx, e: e, now: time.Now()}
	set := flag.NewFlagSet("key", flag.ContinueOnError)
	set.SetOutput(io.Discard)
	for name, p := range map[string]*string{
		"name": &j.name, "email": &j.email, "organization": &j.organization, "from": &j.from, "to": &j.to,
		"reading": &j.reading, "passphrase-file": &j.passphraseFile, "reading-passphrase-file": &j.readingPassphrase,
	} {
		set.StringVar(p, name, "", "")
	}
	set.StringVar(&j.keys, "keys", "./keepiton-keys", "")
	set.BoolVar(&j.json, "json", false, "")
	rest, err := parseAnywhere(set, args)
	usage := func(format string, v ...any) (int, error) {
		return exitUsage, keepiton.Hint(keepiton.Errorf(keepiton.Invalid, format, v...), "keepiton help key shows examples")
	}
	if err != nil {
		return usage("%w", err)
	}
	if len(rest) == 0 {
		return usage("key what? init, add, rotate, retire, export, show, sign or trust")
	}
	action, known := keyActions[rest[0]]
	switch n := len(rest) - 1; {
	case !known:
		return usage("key has no action %q", rest[0])
	case n < action.least:
		return usage("key %s needs %s", rest[0], map[string]string{"init": "campaign or member", "rotate": "campaign or a member file", "add": "a file", "retire": "a name", "sign": "a file", "trust": "a folder"}[rest[0]])
	case n > action.most:
		return usage("key %s does not take %q", rest[0], rest[action.most+1])
	}
	if err := action.run(j, rest[1:]); err != nil {
		if keepiton.CodeOf(err) == wrongUse {
			return usage("%w", err)
		}
		return exitFailed, err
	}
	return exitGood, nil
}

// wrongUse is the code by which an action says that flags are missing. It does
// not leave this command.
const wrongUse keepiton.Code = "wrong_use"

// mine returns a file in the folder of keys.
func (j *keyJob) mine(name string) string { return filepath.Join(j.keys, name) }

// makeFolder makes the folder of keys, for its owner alone. Forbidden in the
// data folder of a server: who seizes the server must not find them.
func (j *keyJob) makeFolder() error {
	if err := notOnServer(j.keys); err != nil {
		return err
	}
	if err := os.MkdirAll(j.keys, 0o700); err != nil {
		return keepiton.Hint(keepiton.Errorf(keepiton.Unavailable, "folder of keys: %w", err), "name a folder that you may write to with --keys")
	}
	return nil
}

// notOnServer refuses a folder inside the data of a server.
func notOnServer(dir string) error {
	abs, err := filepath.Abs(dir)
	if err != nil {
		return err
	}
	if real, err := filepath.EvalSymlinks(abs); err == nil {
		abs = real
	}
	for at := abs; ; at = filepath.Dir(at) {
		for _, mark := range []string{"record.db", "sealed.db", seal.PinFile} {
			if _, err := os.Stat(filepath.Join(at, mark)); err == nil {
				return keepiton.Hint(keepiton.Errorf(keepiton.Forbidden, "%s is in the data folder of a server (%s stands in %s): private keys do not belong there", dir, mark, at),
					"name a folder on a machine that is no server with --keys")
			}
		}
		if at == filepath.Dir(at) {
			return nil
		}
	}
}
