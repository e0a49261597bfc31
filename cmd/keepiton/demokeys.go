package main

import (
	"os"
	"time"

	"keepiton/seal"
)

// demoKeys makes the keys of a made-up campaign, writes the public ones where
// the server looks for them, and returns those of its two analysts, which are in
// memory alone: when the demo ends, nobody can open what was sent to it.
func demoKeys(s settings, now time.Time) ([]*seal.Keys, error) {
	campaign, err := seal.NewCampaign("Sample campaign", "sample@keepiton.example", now)
	if err != nil {
		return nil, err
	}
	var members []seal.Member
	var keys []*seal.Keys
	for _, who := range [][2]string{{"desk 1", "Org One"}, {"desk 2", "Org Two"}} {
		person, err := seal.NewPerson(who[0], who[1], now)
		if err != nil {
			return nil, err
		}
		members, keys = append(members, person.Member()), append(keys, person.Keys())
	}
	set, err := campaign.Sign(members, 1, now)
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(keysFolder(s), 0o700); err != nil {
		return nil, err
	}
	return keys, set.Write(keysFolder(s))
}
