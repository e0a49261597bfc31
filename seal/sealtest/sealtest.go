// Package sealtest makes small campaigns for tests.
package sealtest

import (
	"testing"
	"time"

	"filippo.io/age"

	"keepiton/seal"
)

// Campaign is a made-up campaign with two members of two organizations, both
// with an age key, and somebody who is no member.
type Campaign struct {
	Dir        string // the public files, as a server has them in DATA/keys
	Secret     *seal.Campaign
	Recipients *seal.Recipients
	Keys       []*seal.Keys // private keys of the members, in the order of the set
	Stranger   *seal.Keys   // keys of nobody in the set
}

// Made is the day on which made-up sets are signed: today, since OpenPGP keys are
// not used before the day on which they were made.
var Made = time.Now().UTC().Truncate(24 * time.Hour)

// New makes a campaign and returns its set and the keys of its first member.
func New(t testing.TB) (*seal.Recipients, *seal.Keys) {
	t.Helper()
	c := NewCampaign(t)
	return c.Recipients, c.Keys[0]
}

// NewCampaign makes a campaign, in memory and in a folder of the test's own.
func NewCampaign(t testing.TB) *Campaign {
	t.Helper()
	secret, err := seal.NewCampaign("Test Campaign", "keys@campaign.example", Made)
	if err != nil {
		t.Fatal(err)
	}
	c := &Campaign{Dir: t.TempDir(), Secret: secret}
	var members []seal.Member
	for _, who := range [][2]string{{"desk 1", "Org One"}, {"desk 2", "Org Two"}} {
		recipient, keys := NewKeys(t)
		c.Keys = append(c.Keys, keys)
		members = append(members, seal.Member{Name: who[0], Organization: who[1], Age: recipient, Added: Made})
	}
	_, c.Stranger = NewKeys(t)
	if c.Recipients, err = secret.Sign(members, 1, Made); err != nil {
		t.Fatal(err)
	}
	if err := c.Recipients.Write(c.Dir); err != nil {
		t.Fatal(err)
	}
	return c
}

// NewKeys makes the keys of one person who has age alone.
func NewKeys(t testing.TB) (recipient string, keys *seal.Keys) {
	t.Helper()
	id, err := age.GenerateHybridIdentity()
	if err != nil {
		t.Fatal(err)
	}
	keys = &seal.Keys{}
	keys.AddAge(id)
	return id.Recipient().String(), keys
}
