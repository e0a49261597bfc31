package main

import (
	"flag"
	"os"
	"path/filepath"
	"strings"

	"keepiton"
	"keepiton/seal"
)

// keyFlags say where the private keys of an analyst are.
type keyFlags struct {
	paths      []string
	gpg        bool
	passphrase string // file
}

func (k *keyFlags) define(set *flag.FlagSet) {
	set.Func("keys", "", func(path string) error { k.paths = append(k.paths, path); return nil })
	set.BoolVar(&k.gpg, "gpg", false, "")
	set.StringVar(&k.passphrase, "passphrase-file", "", "")
}

// given reports whether any keys were named.
func (k *keyFlags) given() bool { return len(k.paths) > 0 || k.gpg }

// load reads the keys.
func (k *keyFlags) load(e *env) (*seal.Keys, error) {
	job := &keyJob{e: e}
	source := seal.KeySource{Passphrase: func(file string) ([]byte, error) { return job.passphrase("passphrase of "+file, k.passphrase) }}
	if k.gpg {
		source.GPG = "gpg"
	}
	for _, path := range k.paths {
		files, err := keyFiles(path)
		if err != nil {
			return nil, err
		}
		source.Files = append(source.Files, files...)
	}
	return seal.LoadKeys(source)
}

// keyFiles lists the files at path that may be private keys: the file itself,
// or those of a folder but for the public ones and the campaign's own.
func keyFiles(path string) ([]string, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, keepiton.Hint(keepiton.Errorf(keepiton.NotFound, "%w", err), "check the path behind --keys")
	}
	if !info.IsDir() {
		return []string{path}, nil
	}
	entries, err := os.ReadDir(path)
	if err != nil {
		return nil, keepiton.Errorf(keepiton.Unavailable, "%w", err)
	}
	var out []string
	for _, entry := range entries {
		name := entry.Name()
		public := strings.HasPrefix(name, "campaign.") || strings.HasSuffix(name, ".json") || strings.HasSuffix(name, ".sig") || strings.HasSuffix(name, ".pub")
		if entry.Type().IsRegular() && !public && !strings.HasPrefix(name, ".") {
			out = append(out, filepath.Join(path, name))
		}
	}
	if len(out) == 0 {
		return nil, keepiton.Hint(keepiton.Errorf(keepiton.NotFound, "%s holds no private keys", path), "name the folder or the file of your keys with --keys")
	}
	return out, nil
}
