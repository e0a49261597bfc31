package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"keepiton"
	"keepiton/seal"
)

func (j *keyJob) export([]string) error {
	switch {
	case j.to == "" && j.reading == "":
		return keepiton.Errorf(wrongUse, "key export needs --to DIR or --reading FILE")
	case j.to != "" && j.reading != "":
		return keepiton.Errorf(wrongUse, "key export takes --to or --reading, not both")
	case j.reading != "":
		return j.exportReading()
	}
	set, err := j.set()
	if err != nil {
		return err
	}
	if secrets, _ := filepath.Glob(filepath.Join(j.to, "*.secret.asc")); len(secrets) > 0 {
		return keepiton.Hint(keepiton.Errorf(keepiton.Conflict, "%s holds secret keys (%s) and is no folder for a server", j.to, filepath.Base(secrets[0])), "name a folder of its own with --to")
	}
	if err := os.MkdirAll(j.to, 0o755); err != nil {
		return keepiton.Hint(keepiton.Errorf(keepiton.Unavailable, "folder for the server: %w", err), "name a folder that you may write to with --to")
	}
	if there, err := seal.LoadRecipients(j.to); err == nil {
		if err := set.Follows(there); err != nil {
			return keepiton.Hint(fmt.Errorf("%s: %w", j.to, err), "is --keys the right folder? If so, empty that one first")
		}
	}
	if err := set.Write(j.to); err != nil {
		return err
	}
	_, fingerprint := set.CampaignID()
	fmt.Fprintf(j.e.stdout, "wrote           %s, %s and %s in %s\nserial          %d\nfingerprint     %s\n", seal.CampaignFile, seal.RecipientsFile, seal.SignatureFile, j.to, set.Serial, fingerprint)
	return nil
}

// exportReading writes the secret key that opens mail to the campaign.
func (j *keyJob) exportReading() error {
	if err := notOnServer(filepath.Dir(j.reading)); err != nil {
		return err
	}
	c, _, err := j.openCampaign()
	if err != nil {
		return err
	}
	passphrase, err := j.newPassphrase("passphrase for the reading key", j.readingPassphrase)
	if err != nil {
		return err
	}
	locked, err := c.ReadingKey(passphrase)
	if err != nil {
		return err
	}
	if err := seal.WriteNew(j.reading, locked, 0o600); err != nil {
		return err
	}
	fmt.Fprintf(j.e.stdout, "wrote           %s: opens mail to the campaign and signs nothing. Hand it to analysts, the passphrase by another way\n", j.reading)
	return nil
}

// shownMember is a member as show --json prints it.
type shownMember struct {
	Name         string   `json:"name"`
	Organization string   `json:"organization,omitempty"`
	Keys         []string `json:"keys"`
	Fingerprint  string   `json:"fingerprint"`
	Added        string   `json:"added"`
	Retired      string   `json:"retired,omitempty"`
}

// shownSet is a set as show --json prints it.
type shownSet struct {
	KeyID       string        `json:"key_id"`
	Fingerprint string        `json:"fingerprint"`
	Emails      []string      `json:"emails"`
	Serial      int           `json:"serial"`
	Made        string        `json:"made"`
	Members     []shownMember `json:"members"`
	Unusable    []string      `json:"unusable"` // whose OpenPGP key expired or was revoked
}

func (j *keyJob) show([]string) error {
	set, err := j.set()
	if err != nil {
		return err
	}
	out := shown(set)
	if j.json {
		enc := json.NewEncoder(j.e.stdout)
		enc.SetIndent("", "  ")
		return enc.Encode(out)
	}
	live := len(set.Live())
	fmt.Fprintf(j.e.stdout, "campaign key    %s <%s>\nfingerprint     %s\nserial          %d, signed %s; the signature is good\nmembers         %d live, %d retired\n",
		out.KeyID, strings.Join(out.Emails, ">, <"), out.Fingerprint, out.Serial, out.Made, live, len(out.Members)-live)
	for i, m := range out.Members {
		state := "since " + m.Added
		if m.Retired != "" {
			state = "retired " + m.Retired
		}
		fmt.Fprintf(j.e.stdout, "  %s, %s, %s\n    %s\n", whoIs(set.Members[i]), strings.Join(m.Keys, " and "), state, m.Fingerprint)
	}
	for _, who := range out.Unusable {
		fmt.Fprintf(j.e.stdout, "note            the OpenPGP key of %s expired or was revoked: nothing is sealed to it\n", who)
	}
	if live == 0 {
		fmt.Fprint(j.e.stdout, "note            nobody can open reports: keepiton key add MEMBERFILE\n")
	}
	return nil
}

func shown(set *seal.Recipients) shownSet {
	keyID, fingerprint := set.CampaignID()
	out := shownSet{KeyID: keyID, Fingerprint: fingerprint, Emails: set.CampaignEmails(), Serial: set.Serial, Made: set.Made.Format(time.DateOnly), Members: []shownMember{}, Unusable: append([]string{}, set.Sealer().Unusable()...)}
	for _, m := range set.Members {
		s := shownMember{Name: m.Name, Organization: m.Organization, Fingerprint: m.Fingerprint(), Added: m.Added.Format(time.DateOnly)}
		if m.Age != "" {
			s.Keys = append(s.Keys, "age")
		}
		if len(m.OpenPGP) > 0 {
			s.Keys = append(s.Keys, "OpenPGP")
		}
		if !m.Live() {
			s.Retired = m.Retired.Format(time.DateOnly)
		}
		out.Members = append(out.Members, s)
	}
	return out
}

func (j *keyJob) trust(args []string) error {
	set, err := seal.Trust(args[0])
	if err != nil {
		return err
	}
	_, fingerprint := set.CampaignID()
	fmt.Fprintf(j.e.stdout, "trusted         set %d of %s\nfingerprint     %s\n", set.Serial, args[0], fingerprint)
	return nil
}
