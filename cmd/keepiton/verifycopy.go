package main

import (
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"time"

	"keepiton"
	"keepiton/export/pack"
	"keepiton/seal"
)

// checkedCopy is what verify says of a folder or a ZIP that keepiton export wrote.
type checkedCopy struct {
	File     string `json:"file"`
	Holds    string `json:"holds"`
	AsOf     string `json:"as_of"`
	Program  string `json:"program"`
	Site     string `json:"site,omitempty"`
	Only     string `json:"only,omitempty"`
	Good     int    `json:"good"`                // files that are as listed
	SignedBy string `json:"signed_by,omitempty"` // fingerprint of the key that signed the list; empty: nobody, or not that key
	KeyFrom  string `json:"key_from,omitempty"`  // where that key stood
}

// maxKeyFile is the size of a public key that is read, in bytes.
const maxKeyFile = 1 << 20

// isCopy reports whether a path is a folder or a ZIP, and so no proof.
func isCopy(path string) bool {
	f, err := os.Open(path)
	if err != nil {
		return false
	}
	defer f.Close()
	if info, err := f.Stat(); err == nil && info.IsDir() {
		return true
	}
	var head [4]byte
	_, err = io.ReadFull(f, head[:])
	return err == nil && string(head[:]) == "PK\x03\x04"
}

// copyOf checks a copy against its list, and the list against its signature. key
// names a file with the public key that must have signed it; empty: the copy's own.
func (c *checked) copyOf(e *env, path, key string) error {
	open := pack.OpenZip
	if info, err := os.Stat(path); err == nil && info.IsDir() {
		open = pack.OpenFolder
	}
	tree, err := open(path)
	if err != nil {
		c.fault(path, "%v", err)
		return nil
	}
	defer tree.Close()
	m := tree.Manifest
	told := checkedCopy{File: path, Holds: m.Holds, AsOf: m.AsOf.Format(time.RFC3339), Program: m.Program, Site: m.Site, Only: m.Only}
	progress := progressOn(e.stderr)
	told.Good, err = tree.Check(
		func(files int) { progress("%d of %d files", files, len(m.Files)) },
		func(name, problem string) {
			if !pack.Plain(name) { // it may tell a terminal what to do
				name = strconv.QuoteToASCII(name)
			}
			c.fault(path+" "+name, "%s", problem)
		})
	progress("")
	if err != nil {
		c.fault(path, "%v", err)
	}
	if err := c.signature(tree, path, key, &told); err != nil {
		return err
	}
	c.Copies = append(c.Copies, told)
	return nil
}

// signature says whose signature the list bears. An error means that the key that
// was named cannot be read.
func (c *checked) signature(tree *pack.Opened, path, key string, told *checkedCopy) error {
	var public []byte
	var err error
	if told.KeyFrom = key; key != "" {
		if public, err = readSmall(key, maxKeyFile); err != nil {
			return keepiton.Hint(fmt.Errorf("--key: %w", err), "name a file with the campaign's public key, such as campaign.asc")
		}
	}
	if tree.Signature == nil {
		if told.KeyFrom = ""; key != "" {
			c.fault(path, "nobody signed it")
		}
		return nil
	}
	if key == "" {
		told.KeyFrom = "key.asc in the copy"
		if public, err = tree.File("key.asc", maxKeyFile); err != nil {
			told.KeyFrom = ""
			return nil // signed, but by whom only --key can tell
		}
	}
	told.SignedBy, err = seal.CheckText(public, tree.List, tree.Signature)
	if err != nil {
		c.fault(path+" "+pack.SignatureFile, "%v", err)
		told.KeyFrom = ""
	}
	return nil
}

func (c *checkedCopy) print(w io.Writer) {
	fmt.Fprintf(w, "%s: %s, as of %s, by %s; %d files are as listed\n", c.File, c.Holds, c.AsOf, c.Program, c.Good)
	for _, l := range []struct{ name, text string }{{"site", c.Site}, {"only", c.Only}} {
		if l.text != "" {
			fmt.Fprintf(w, "  %s: %s\n", l.name, l.text)
		}
	}
	switch {
	case c.SignedBy == "":
		fmt.Fprintln(w, "  no signature was checked: this says that nothing was changed since it was made, not who made it")
	case strings.HasSuffix(c.KeyFrom, "in the copy"):
		fmt.Fprintf(w, "  signed by %s, which stands in the copy itself:\n  compare that with what the campaign says on another way, or name its key with --key\n", c.SignedBy)
	default:
		fmt.Fprintf(w, "  signed by %s (%s)\n", c.SignedBy, c.KeyFrom)
	}
}
