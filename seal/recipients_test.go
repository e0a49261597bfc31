package seal_test

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/ProtonMail/go-crypto/openpgp/packet"
	"github.com/ProtonMail/gopenpgp/v3/armor"

	"keepiton"
	"keepiton/seal"
	"keepiton/seal/sealtest"
)

func TestRotationKeepsOldReportsReadableAndGivesNothingNew(t *testing.T) {
	c := sealtest.NewCampaign(t)
	stays, leaves := c.Keys[0], c.Keys[1]
	old := sealed(t, c.Recipients.Sealer().Seal, []byte("old"))

	members := c.Recipients.Members
	members[1].Retired = sealtest.Made
	recipient, joins := sealtest.NewKeys(t)
	members = append(members, seal.Member{Name: "desk 2", Organization: "Org Two", Age: recipient, Added: sealtest.Made})
	set, err := c.Secret.Sign(members, 2, sealtest.Made)
	if err != nil {
		t.Fatal(err)
	}
	fresh := sealed(t, set.Sealer().Seal, []byte("new"))

	for _, x := range []struct {
		who        string
		keys       *seal.Keys
		reads, not []byte
	}{
		{"who stays, the old", stays, old, nil},
		{"who stays, the new", stays, fresh, nil},
		{"who left, the old", leaves, old, nil},
		{"who left, the new", leaves, nil, fresh},
		{"who joined, the new", joins, fresh, nil},
		{"who joined, the old", joins, nil, old},
	} {
		if x.reads != nil {
			if _, err := opened(x.keys, x.reads); err != nil {
				t.Errorf("%s: %v", x.who, err)
			}
		} else if _, err := opened(x.keys, x.not); keepiton.CodeOf(err) != keepiton.NotFound {
			t.Errorf("%s: %v, want not_found", x.who, err)
		}
	}
}

func TestSetIsRefused(t *testing.T) {
	c := sealtest.NewCampaign(t)
	other := sealtest.NewCampaign(t)
	set, signature := c.Recipients.Signed()
	armored, err := c.Recipients.CampaignArmored()
	if err != nil {
		t.Fatal(err)
	}
	_, otherSignature := other.Recipients.Signed()
	otherKey, _ := other.Recipients.CampaignArmored()
	recipient, _ := sealtest.NewKeys(t)
	swapped := bytes.Replace(set, []byte(c.Recipients.Members[0].Age), []byte(recipient), 1)
	locked, err := c.Secret.Lock([]byte("x"))
	if err != nil {
		t.Fatal(err)
	}
	for name, x := range map[string]struct {
		campaign, set, signature []byte
		want                     keepiton.Code
	}{
		"a member's key swapped":             {armored, swapped, signature, keepiton.Forbidden},
		"one byte more":                      {armored, append(bytes.Clone(set), ' '), signature, keepiton.Forbidden},
		"signed by another campaign":         {armored, set, otherSignature, keepiton.Forbidden},
		"another campaign's key beside it":   {otherKey, set, signature, keepiton.Forbidden},
		"a signature that is none":           {armored, set, []byte("junk"), keepiton.Invalid},
		"no signature":                       {armored, set, nil, keepiton.Invalid},
		"no key":                             {nil, set, signature, keepiton.Invalid},
		"the secret key where public stands": {locked, set, signature, keepiton.Forbidden},
		"everything of another format":       {armored, []byte("junk"), signature, keepiton.Forbidden},
	} {
		if _, err := seal.DecodeRecipients(x.campaign, x.set, x.signature); keepiton.CodeOf(err) != x.want {
			t.Errorf("%s: %v, want %s", name, err, x.want)
		}
	}
	if _, err := seal.DecodeRecipients(armored, set, signature); err != nil {
		t.Errorf("as it was: %v", err)
	}
}

func TestMembersThatMakeNoSenseAreNotSigned(t *testing.T) {
	c := sealtest.NewCampaign(t)
	recipient, _ := sealtest.NewKeys(t)
	good := seal.Member{Name: "desk", Age: recipient, Added: sealtest.Made}
	with := func(change func(*seal.Member)) []seal.Member {
		m := good
		change(&m)
		return []seal.Member{m}
	}
	many := make([]seal.Member, seal.MaxLive+1)
	for i := range many {
		many[i] = seal.Member{Name: "desk " + strings.Repeat("x", i), Age: recipient, Added: sealtest.Made}
	}
	for name, members := range map[string][]seal.Member{
		"no name":                 with(func(m *seal.Member) { m.Name = "" }),
		"a line break in a name":  with(func(m *seal.Member) { m.Name = "a\nb" }),
		"a very long name":        with(func(m *seal.Member) { m.Name = strings.Repeat("é", 101) }),
		"a name that is no UTF-8": with(func(m *seal.Member) { m.Name = "\xff" }),
		"no key":                  with(func(m *seal.Member) { m.Age = "" }),
		"a classical age key":     with(func(m *seal.Member) { m.Age = "age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p" }),
		"an OpenPGP key of junk":  with(func(m *seal.Member) { m.OpenPGP = []byte("junk") }),
		"no day":                  with(func(m *seal.Member) { m.Added = time.Time{} }),
		"retired before added":    with(func(m *seal.Member) { m.Retired = m.Added.AddDate(0, 0, -1) }),
		"the same twice":          {good, good},
		"the same key twice":      {good, {Name: "desk 2", Age: recipient, Added: sealtest.Made}},
		"more than fit":           many,
	} {
		if _, err := c.Secret.Sign(members, 2, sealtest.Made); err == nil || keepiton.CodeOf(err) == keepiton.Internal {
			t.Errorf("%s: %v", name, err)
		}
	}
	retired := good
	retired.Retired = sealtest.Made
	if _, err := c.Secret.Sign([]seal.Member{retired, good}, 2, sealtest.Made); err != nil {
		t.Errorf("the same name, one retired: %v", err)
	}
	if _, err := c.Secret.Sign([]seal.Member{good}, 0, sealtest.Made); err == nil {
		t.Error("serial 0 was signed")
	}
}

// sign signs a set of the campaign's members.
func sign(t testing.TB, c *sealtest.Campaign, members []seal.Member, serial int) *seal.Recipients {
	t.Helper()
	set, err := c.Secret.Sign(members, serial, sealtest.Made)
	if err != nil {
		t.Fatal(err)
	}
	return set
}

func put(t testing.TB, set *seal.Recipients, dir string) {
	t.Helper()
	if err := set.Write(dir); err != nil {
		t.Fatal(err)
	}
}

func TestServerNeverGoesBackToAnOlderSet(t *testing.T) {
	c := sealtest.NewCampaign(t)
	second := sign(t, c, c.Recipients.Members[:1], 2)
	f := seal.OpenFolder(c.Dir)
	if r, err := f.Recipients(); err != nil || r.Serial != 1 {
		t.Fatalf("%+v, %v", r, err)
	}
	put(t, second, c.Dir)
	if r, err := f.Recipients(); err != nil || r.Serial != 2 {
		t.Fatalf("the new set is not in use: %+v, %v", r, err)
	}
	put(t, c.Recipients, c.Dir)
	if r, err := f.Recipients(); err != nil || r.Serial != 2 {
		t.Errorf("while it runs: serial %d in use, %v", r.Serial, err)
	}
	if err := f.Problem(); keepiton.CodeOf(err) != keepiton.Conflict || !strings.Contains(keepiton.HintOf(err), "key trust") {
		t.Errorf("the problem is %v", err)
	}
	if _, err := seal.OpenFolder(c.Dir).Sealer(); keepiton.CodeOf(err) != keepiton.Conflict {
		t.Errorf("after a restart: %v, want conflict", err)
	}
	put(t, sign(t, c, c.Recipients.Members, 2), c.Dir)
	if _, err := seal.OpenFolder(c.Dir).Recipients(); keepiton.CodeOf(err) != keepiton.Conflict {
		t.Errorf("another set of the same serial: %v, want conflict", err)
	}
	put(t, second, c.Dir)
	if r, err := f.Recipients(); err != nil || f.Problem() != nil {
		t.Errorf("the right one again: %+v, %v, %v", r, err, f.Problem())
	}
}

func TestServerTakesAnotherCampaignsKeyOnlyWhenTold(t *testing.T) {
	c, other := sealtest.NewCampaign(t), sealtest.NewCampaign(t)
	if _, err := seal.OpenFolder(c.Dir).Sealer(); err != nil {
		t.Fatal(err)
	}
	put(t, sign(t, other, other.Recipients.Members, 9), c.Dir)
	f := seal.OpenFolder(c.Dir)
	if _, err := f.Sealer(); keepiton.CodeOf(err) != keepiton.Conflict {
		t.Errorf("got %v, want conflict", err)
	}
	if _, err := seal.Trust(c.Dir); err != nil {
		t.Fatal(err)
	}
	if _, err := seal.OpenFolder(c.Dir).Sealer(); err != nil {
		t.Errorf("after being told: %v", err)
	}
}

func TestServerTakesAHalfWrittenSetForNone(t *testing.T) {
	c := sealtest.NewCampaign(t)
	f := seal.OpenFolder(c.Dir)
	if _, err := f.Sealer(); err != nil {
		t.Fatal(err)
	}
	second := sign(t, c, c.Recipients.Members[:1], 2)
	_, signature := second.Signed()
	if err := os.WriteFile(filepath.Join(c.Dir, seal.SignatureFile), signature, 0o644); err != nil {
		t.Fatal(err)
	}
	if r, err := f.Recipients(); err != nil || r.Serial != 1 || keepiton.CodeOf(f.Problem()) != keepiton.Forbidden {
		t.Errorf("serial %d, %v, problem %v", r.Serial, err, f.Problem())
	}
	put(t, second, c.Dir)
	if r, err := f.Recipients(); err != nil || r.Serial != 2 || f.Problem() != nil {
		t.Errorf("serial %d, %v, problem %v", r.Serial, err, f.Problem())
	}
}

func TestFolderWithoutASetSaysWhatToDo(t *testing.T) {
	_, err := seal.OpenFolder(t.TempDir()).Sealer()
	if keepiton.CodeOf(err) != keepiton.NotFound || !strings.Contains(keepiton.HintOf(err), "key export") {
		t.Errorf("%v, hint %q", err, keepiton.HintOf(err))
	}
}

func TestFingerprintAndPathOfTheWebKeyDirectory(t *testing.T) {
	if got := seal.Fingerprint("0123456789abcdef0123456789abcdef01234567"); got != "0123 4567 89AB CDEF 0123 4567 89AB CDEF 0123 4567" {
		t.Errorf("fingerprint %q", got)
	}
	// The example of draft-koch-openpgp-webkey-service section 3.1.
	for email, want := range map[string]string{
		"Joe.Doe@example.org": "iy9q119eutrkn8s1mk4r39qejnbu3n5q",
		"joe.doe@Example.ORG": "iy9q119eutrkn8s1mk4r39qejnbu3n5q",
		"no address":          "", "@x": "", "x@": "",
	} {
		if got := seal.WKDPath(email); got != want {
			t.Errorf("%s: %q, want %q", email, got, want)
		}
	}
	c := sealtest.NewCampaign(t)
	if got := c.Recipients.CampaignEmails(); len(got) != 1 || got[0] != "keys@campaign.example" {
		t.Errorf("addresses %q", got)
	}
	g := newGnuPG(t)
	b, err := c.Recipients.CampaignBinary()
	if err != nil {
		t.Fatal(err)
	}
	g.run(b, "--import")
	if list := string(g.run(nil, "--with-wkd-hash", "--list-keys")); !strings.Contains(list, seal.WKDPath("keys@campaign.example")+"@campaign.example") {
		t.Errorf("gpg says\n%s", list)
	}
}

func TestKeysAndSignatureTellTheDayAndNoMore(t *testing.T) {
	now := time.Now().UTC()
	secret, err := seal.NewCampaign("Reports", "r@campaign.example", now)
	if err != nil {
		t.Fatal(err)
	}
	p, err := seal.NewPerson("desk", "", now)
	if err != nil {
		t.Fatal(err)
	}
	set, err := secret.Sign([]seal.Member{p.Member()}, 1, now)
	if err != nil {
		t.Fatal(err)
	}
	_, armored := set.Signed()
	raw, err := armor.Unarmor(string(armored))
	if err != nil {
		t.Fatal(err)
	}
	for name, b := range map[string][]byte{"signature": raw, "campaign": set.Campaign, "member": p.Member().OpenPGP} {
		times := 0
		for packets := packet.NewReader(bytes.NewReader(b)); ; times++ {
			at := time.Time{}
			next, err := packets.Next()
			if errors.Is(err, io.EOF) {
				break
			}
			switch x := next.(type) {
			case *packet.PublicKey:
				at = x.CreationTime
			case *packet.Signature:
				at = x.CreationTime
			case *packet.UserId:
				continue
			}
			if err != nil || !at.UTC().Equal(now.Truncate(24*time.Hour)) {
				t.Errorf("%s: packet %d tells %v: %v", name, times, at, err)
			}
		}
		if times == 0 {
			t.Errorf("%s: nothing was read", name)
		}
	}
}
