package campaign_test

import (
	"encoding/binary"
	"hash/crc32"
	"strings"
	"testing"
	"time"

	"github.com/ProtonMail/gopenpgp/v3/crypto"

	"keepiton"
	"keepiton/campaign"
)

// pngChunk writes a chunk of a PNG (PNG specification, section 5.3).
func pngChunk(kind string, data []byte) []byte {
	out := binary.BigEndian.AppendUint32(nil, uint32(len(data)))
	out = append(append(out, kind...), data...)
	return binary.BigEndian.AppendUint32(out, crc32.ChecksumIEEE(out[4:]))
}

// pair makes a key of somebody that lives so many seconds from a moment on; 0: for ever.
func pair(t *testing.T, from time.Time, lives int32) *crypto.Key {
	t.Helper()
	key, err := crypto.PGP().KeyGeneration().AddUserId("Open Lines", "mail@lines.example").GenerationTime(from.Unix()).Lifetime(lives).New().GenerateKey()
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func armored(t *testing.T, text string, err error) string {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func TestAKeyForMailToAnOrganization(t *testing.T) {
	key := pair(t, now.AddDate(-1, 0, 0), 0)
	s, err := key.GetArmoredPublicKey()
	public := armored(t, s, err)
	got, err := campaign.PublicKey("\n"+public+"\n", now)
	if err != nil || got.GetFingerprint() != key.GetFingerprint() {
		t.Fatalf("a good key: %v", err)
	}
	s, err = key.Armor()
	private := armored(t, s, err)
	s, err = pair(t, now.AddDate(-2, 0, 0), 3600).GetArmoredPublicKey()
	expired := armored(t, s, err)
	for what, text := range map[string]string{
		"nothing": "", "words": "our key is on the site", "a private key": private, "two keys": public + public, "an expired key": expired,
		"a cut key": public[:200] + "\n-----END PGP PUBLIC KEY BLOCK-----", "another block": strings.ReplaceAll(public, "PUBLIC KEY BLOCK", "MESSAGE"), "a huge key": public + strings.Repeat(" ", campaign.MaxKey),
	} {
		if _, err := campaign.PublicKey(text, now); keepiton.CodeOf(err) != keepiton.Invalid {
			t.Errorf("%s: %v", what, err)
		}
	}

	o := office(t, campaign.Need{})
	org := &keepiton.Organization{Name: "Open Lines", Type: "civil_society", Standing: "member", Key: expired}
	rev, err := o.Create(t.Context(), ana, org, "")
	if err != nil {
		t.Fatal(err)
	}
	_, err = o.Submit(t.Context(), ana, rev.ID, rev.N, "")
	wantCode(t, "handed over with a key that expired", err, keepiton.Invalid)
	org.Key = private
	_, err = o.Save(t.Context(), ana, rev.ID, rev.N, org, "")
	wantCode(t, "a private key is stored", err, keepiton.Invalid)
}

func FuzzPublicKey(f *testing.F) {
	f.Add("-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nxjMEZ\n=abcd\n-----END PGP PUBLIC KEY BLOCK-----")
	f.Add("-----BEGIN PGP PUBLIC KEY BLOCK-----\n-----END PGP PUBLIC KEY BLOCK-----")
	f.Fuzz(func(t *testing.T, text string) {
		if key, err := campaign.PublicKey(text, now); err == nil && key.IsPrivate() {
			t.Fatal("a private key was taken")
		}
	})
}
