package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"

	"keepiton/seal"
	"keepiton/web"
)

// carriedCopy is what keepiton report form did, for programs.
type carriedCopy struct {
	File    string `json:"file"` // "-" is standard output
	Size    int    `json:"size"` // bytes
	SHA256  string `json:"sha256"`
	Serial  int    `json:"serial"`  // of the set of keys
	Members int    `json:"members"` // of it, who can open what the form seals
	Left    int    `json:"left"`    // who cannot: they have OpenPGP alone
	Key     string `json:"key"`     // fingerprint of the campaign's key
}

// writeForm writes the carried form.
func writeForm(e *env, f reportFlags, onion string) error {
	set, err := loadRecipients(f.recipients)
	if err != nil {
		return err
	}
	var file bytes.Buffer
	if err := web.WriteCarried(&file, web.Carried{Recipients: set, Site: strings.TrimRight(f.server, "/"), Onion: onion, Lang: f.lang}); err != nil {
		return err
	}
	sum := sha256.Sum256(file.Bytes())
	told := carriedCopy{File: f.out, Size: file.Len(), SHA256: hex.EncodeToString(sum[:]), Serial: set.Serial}
	_, told.Key = set.CampaignID()
	for _, m := range set.Live() {
		if m.Age != "" {
			told.Members++
		} else {
			told.Left++
		}
	}
	to := e.stdout
	if f.out == "-" {
		if _, err := e.stdout.Write(file.Bytes()); err != nil {
			return err
		}
		to = e.stderr
	} else if err := seal.WriteNew(f.out, file.Bytes(), 0o644); err != nil {
		return err
	}
	if f.json {
		return writeJSON(to, told)
	}
	fmt.Fprintf(to, "Written: %s (%d bytes).\nSHA-256: %s\nIt seals to %d members of key set %d. The campaign's key is %s:\ncompare that with what the campaign says on another way.\n", told.File, told.Size, told.SHA256, told.Members, told.Serial, told.Key)
	if told.Left > 0 {
		fmt.Fprintf(to, "%d more have OpenPGP alone: browsers cannot seal to them.\n", told.Left)
	}
	if f.server == "" {
		fmt.Fprintln(to, "It names no address where sealed files are sent: --server gives it one.")
	}
	return nil
}
