package main

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"unicode"

	"keepiton"
	"keepiton/seal"
)

// Files of secret keys in a folder of keys.
const (
	campaignSecret  = "campaign.secret.asc"
	campaignRevoked = "campaign.revoked.asc"
)

func (j *keyJob) initKeys(args []string) error {
	switch args[0] {
	case "campaign":
		return j.initCampaign()
	case "member":
		return j.initMember()
	}
	return keepiton.Errorf(wrongUse, "key init needs campaign or member, not %q", args[0])
}

func (j *keyJob) initCampaign() error {
	if j.from == "" && (j.name == "" || j.email == "") {
		return keepiton.Errorf(wrongUse, "key init campaign needs --name and --email")
	}
	if j.from == "" && seal.WKDPath(j.email) == "" {
		return keepiton.Errorf(wrongUse, "--email %q is no address", j.email)
	}
	if err := j.makeFolder(); err != nil {
		return err
	}
	if _, err := os.Stat(j.mine(campaignSecret)); err == nil {
		return keepiton.Hint(keepiton.Errorf(keepiton.Conflict, "%s is there already", j.mine(campaignSecret)), "keepiton key show tells of it; another campaign needs another folder")
	}
	campaign, passphrase, err := j.newCampaign()
	if err != nil {
		return err
	}
	revoked, err := campaign.Revoked(j.now)
	if err != nil {
		return err
	}
	// The revocation first: a key without one is worse than none.
	if err := seal.WriteNew(j.mine(campaignRevoked), revoked, 0o600); err != nil {
		return err
	}
	if err := j.saveCampaign(campaign, passphrase); err != nil {
		return err
	}
	keyID, fingerprint := campaign.ID()
	fmt.Fprintf(j.e.stdout, "campaign key    %s\nfingerprint     %s\nsecret          %s (locked with the passphrase)\nrevoked         %s (print it or keep it elsewhere: whoever publishes it ends the key)\nnext: keepiton key add MEMBERFILE\n",
		keyID, fingerprint, j.mine(campaignSecret), j.mine(campaignRevoked))
	return nil
}

// newCampaign makes the key, or reads the one that --from names.
func (j *keyJob) newCampaign() (*seal.Campaign, []byte, error) {
	if j.from == "" {
		passphrase, err := j.newPassphrase("passphrase for the campaign's key", j.passphraseFile)
		if err != nil {
			return nil, nil, err
		}
		c, err := seal.NewCampaign(j.name, j.email, j.now)
		return c, passphrase, err
	}
	b, err := readKeyFile(j.from)
	if err != nil {
		return nil, nil, err
	}
	passphrase, err := j.passphrase("passphrase of "+j.from, j.passphraseFile)
	if err != nil {
		return nil, nil, err
	}
	c, err := seal.OpenCampaign(b, passphrase)
	if err != nil {
		return nil, nil, fmt.Errorf("%s: %w", j.from, err)
	}
	return c, passphrase, longEnough(passphrase)
}

// saveCampaign writes the secret key, locked, and the public one.
func (j *keyJob) saveCampaign(c *seal.Campaign, passphrase []byte) error {
	locked, err := c.Lock(passphrase)
	if err != nil {
		return err
	}
	public, err := c.PublicArmored()
	if err != nil {
		return err
	}
	if err := seal.WriteFile(j.mine(campaignSecret), locked, 0o600); err != nil {
		return err
	}
	return seal.WriteFile(j.mine(seal.CampaignFile), public, 0o644)
}

func (j *keyJob) initMember() error {
	if j.name == "" {
		return keepiton.Errorf(wrongUse, "key init member needs --name")
	}
	if err := j.makeFolder(); err != nil {
		return err
	}
	base, err := j.freeName(slug(j.name))
	if err != nil {
		return err
	}
	passphrase, err := j.newPassphrase("passphrase for your keys", j.passphraseFile)
	if err != nil {
		return err
	}
	person, err := seal.NewPerson(j.name, j.organization, j.now)
	if err != nil {
		return err
	}
	locked, err := person.LockOpenPGP(passphrase)
	if err != nil {
		return err
	}
	public, err := seal.MemberFile(person.Member())
	if err != nil {
		return err
	}
	if err := seal.WriteIdentity(base+".age", person.Age, passphrase); err != nil {
		return err
	}
	if err := seal.WriteNew(base+".secret.asc", locked, 0o600); err != nil {
		return err
	}
	if err := seal.WriteNew(base+".member.json", public, 0o644); err != nil {
		return err
	}
	fmt.Fprintf(j.e.stdout, "secret          %[1]s.age and %[1]s.secret.asc (locked with the passphrase; make a copy on a stick)\npublic          %[1]s.member.json (hand it to the keyholder)\nmember          %[2]s\nnext: the keyholder runs keepiton key add %[1]s.member.json, and you compare the line \"member\" by phone\n",
		base, person.Member().Fingerprint())
	return nil
}

// freeName returns a path for a member's files that none of them has yet: a
// second key of the same name gets -2.
func (j *keyJob) freeName(name string) (string, error) {
	for n := 1; n < 1000; n++ {
		base := j.mine(name)
		if n > 1 {
			base = j.mine(fmt.Sprintf("%s-%d", name, n))
		}
		taken := false
		for _, end := range []string{".age", ".secret.asc", ".member.json"} {
			_, err := os.Stat(base + end)
			taken = taken || !errors.Is(err, os.ErrNotExist)
		}
		if !taken {
			return base, nil
		}
	}
	return "", keepiton.Errorf(keepiton.Conflict, "%s has a thousand keys of this name", j.keys)
}

// slug makes a file name of a person's: letters and digits of any script, the
// rest is a dash.
func slug(name string) string {
	var b strings.Builder
	for _, r := range strings.ToLower(name) {
		switch {
		case unicode.IsLetter(r), unicode.IsDigit(r), unicode.IsMark(r):
			b.WriteRune(r)
		case b.Len() > 0 && !strings.HasSuffix(b.String(), "-"):
			b.WriteByte('-')
		}
	}
	if s := strings.Trim(b.String(), "-"); s != "" {
		return s
	}
	return "member"
}
