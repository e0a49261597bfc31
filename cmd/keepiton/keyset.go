package main

import (
	"fmt"
	"strings"
	"time"

	"keepiton"
	"keepiton/seal"
)

func (j *keyJob) add(files []string) error {
	if j.name != "" && len(files) > 1 {
		return keepiton.Errorf(wrongUse, "--name is for one file at a time")
	}
	var added []seal.Member
	for _, file := range files {
		m, err := j.readMember(file)
		if err != nil {
			return err
		}
		added = append(added, m)
	}
	return j.sign(func(members []seal.Member) (out []seal.Member, err error) {
		out = members
		for _, m := range added {
			if out, err = seal.Add(out, m); err != nil {
				return nil, err
			}
		}
		return out, nil
	}, func() {
		for _, m := range added {
			j.tell("added", m)
		}
	})
}

// readMember reads a member file or a public OpenPGP key, with the name and
// organization that the flags give.
func (j *keyJob) readMember(file string) (seal.Member, error) {
	b, err := readKeyFile(file)
	if err != nil {
		return seal.Member{}, err
	}
	m, err := seal.ReadMember(b, j.now)
	if err != nil {
		return seal.Member{}, fmt.Errorf("%s: %w", file, err)
	}
	if j.name != "" {
		m.Name = j.name
	}
	if j.organization != "" {
		m.Organization = j.organization
	}
	if m.Name == "" {
		return seal.Member{}, keepiton.Hint(keepiton.Errorf(keepiton.Invalid, "%s: the key names nobody", file), "say who it is with --name")
	}
	return m, nil
}

// tell prints what a keyholder should look at twice.
func (j *keyJob) tell(what string, m seal.Member) {
	fmt.Fprintf(j.e.stdout, "%-15s %s\nmember          %s (compare it with the member by another way)\n", what, whoIs(m), m.Fingerprint())
	for _, id := range m.UserIDs() {
		if id != m.Name {
			fmt.Fprintf(j.e.stdout, "public from now %s (the OpenPGP key says so)\n", id)
		}
	}
	if m.Age == "" {
		fmt.Fprint(j.e.stdout, noAge)
	}
}

const noAge = "note            this member has OpenPGP alone: does not get what browsers and carried forms seal, and makes the other\n" +
	"                files only as strong as OpenPGP against a quantum computer; keepiton key init member makes both keys\n"

func whoIs(m seal.Member) string {
	if m.Organization == "" {
		return m.Name
	}
	return m.Name + " (" + m.Organization + ")"
}

func (j *keyJob) rotate(args []string) error {
	if args[0] == "campaign" {
		return j.rotateCampaign()
	}
	m, err := j.readMember(args[0])
	if err != nil {
		return err
	}
	return j.sign(func(members []seal.Member) ([]seal.Member, error) { return seal.Replace(members, m) },
		func() { j.tell("new keys for", m) })
}

// rotateCampaign gives the campaign a new subkey and signs the set again, since
// the public key has changed.
func (j *keyJob) rotateCampaign() error {
	c, passphrase, err := j.openCampaign()
	if err != nil {
		return err
	}
	if err := c.Rotate(j.now); err != nil {
		return err
	}
	revoked, err := c.Revoked(j.now)
	if err != nil {
		return err
	}
	if err := seal.WriteFile(j.mine(campaignRevoked), revoked, 0o600); err != nil {
		return err
	}
	if err := j.saveCampaign(c, passphrase); err != nil {
		return err
	}
	fmt.Fprintf(j.e.stdout, "rotated         the campaign has a new key to be written to; its fingerprint is the same\nnext: keepiton key export --to DATA/keys, and --reading for the analysts\n")
	old, err := j.set()
	if keepiton.CodeOf(err) == keepiton.NotFound {
		return nil
	}
	if err != nil {
		return err
	}
	return j.signWith(c, old.Members, old.Serial+1)
}

func (j *keyJob) retire(args []string) error {
	return j.sign(func(members []seal.Member) ([]seal.Member, error) { return seal.Retire(members, args[0], j.now) },
		func() {
			fmt.Fprintf(j.e.stdout, "retired         %s: opens nothing that is sealed from now on\n", args[0])
		})
}

// sign changes the members and signs the set that follows.
func (j *keyJob) sign(change func([]seal.Member) ([]seal.Member, error), done func()) error {
	serial, members := 0, []seal.Member(nil)
	old, err := j.set()
	switch keepiton.CodeOf(err) {
	case "":
		serial, members = old.Serial, old.Members
	case keepiton.NotFound: // the first one
	default:
		return err
	}
	if members, err = change(members); err != nil {
		return err
	}
	c, _, err := j.openCampaign()
	if err != nil {
		return err
	}
	if err := j.signWith(c, members, serial+1); err != nil {
		return err
	}
	done()
	fmt.Fprintf(j.e.stdout, "signed          set %d\nnext: keepiton key export --to DATA/keys, and bring that folder to the server\n", serial+1)
	return nil
}

func (j *keyJob) signWith(c *seal.Campaign, members []seal.Member, serial int) error {
	set, err := c.Sign(members, serial, j.now.UTC().Truncate(24*time.Hour))
	if err != nil {
		return err
	}
	return set.Write(j.keys)
}

// maxSigned is the size of a file that is signed, in bytes.
const maxSigned = 256 << 20

// signFiles writes the campaign's signature beside each file.
func (j *keyJob) signFiles(files []string) error {
	c, _, err := j.openCampaign()
	if err != nil {
		return err
	}
	for _, file := range files {
		text, err := readSmall(file, maxSigned)
		if err != nil {
			return fmt.Errorf("%s: %w", file, err)
		}
		signature, err := c.SignText(text, j.now)
		if err != nil {
			return fmt.Errorf("%s: %w", file, err)
		}
		if err := seal.WriteFile(file+".asc", signature, 0o644); err != nil {
			return err
		}
		fmt.Fprintf(j.e.stdout, "signed          %s.asc\n", file)
	}
	return nil
}

// set returns the set in the folder of keys; NotFound when none was signed yet.
func (j *keyJob) set() (*seal.Recipients, error) {
	set, err := seal.LoadRecipients(j.keys)
	if keepiton.CodeOf(err) == keepiton.NotFound && strings.Contains(err.Error(), seal.CampaignFile) {
		return nil, keepiton.Hint(keepiton.Errorf(keepiton.NotFound, "there is no campaign key in %s", j.keys), "name the folder with --keys, or make a key with keepiton key init campaign")
	}
	if keepiton.CodeOf(err) == keepiton.NotFound {
		return nil, keepiton.Hint(keepiton.Errorf(keepiton.NotFound, "no set was signed in %s yet", j.keys), "keepiton key add MEMBERFILE signs the first")
	}
	return set, err
}

// openCampaign unlocks the campaign's secret key.
func (j *keyJob) openCampaign() (*seal.Campaign, []byte, error) {
	b, err := readKeyFile(j.mine(campaignSecret))
	if keepiton.CodeOf(err) == keepiton.NotFound {
		return nil, nil, keepiton.Hint(keepiton.Errorf(keepiton.NotFound, "the campaign's secret key is not in %s", j.keys), "this is for the keyholder's machine; name the folder with --keys")
	}
	if err != nil {
		return nil, nil, err
	}
	passphrase, err := j.passphrase("passphrase of the campaign's key", j.passphraseFile)
	if err != nil {
		return nil, nil, err
	}
	c, err := seal.OpenCampaign(b, passphrase)
	return c, passphrase, err
}
