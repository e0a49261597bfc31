package main

import (
	"encoding/hex"
	"fmt"
	"io"
	"strings"

	"keepiton"
	"keepiton/export"
	"keepiton/export/pack"
	"keepiton/seal"
	"keepiton/web"
)

// packed reports whether -o names a ZIP: the data then travel with what explains
// them. No format of ours ends so.
func (x *exportFlags) packed() bool { return strings.HasSuffix(strings.ToLower(x.out), ".zip") }

// writePack writes a data file with its README, licence, citation, codebook, Data
// Package, the form for reports and what else travels beside it into a ZIP.
func (x *exportFlags) writePack(e *env, s settings, format export.Format, opt export.Options, in export.Incidents, beside []export.Companion) error {
	sign, err := x.signer(e)
	if err != nil {
		return err
	}
	at := opt.AsOf
	tree, err := x.tree("keepiton-"+format.Name, at)
	if err != nil {
		return err
	}
	err = fillPack(tree, s, format, opt, in, beside)
	if err == nil {
		err = tree.Finish(pack.Manifest{Holds: "export " + format.Name, AsOf: at, Program: programName(), Site: opt.BaseURL, Only: opt.Query}, sign)
	}
	if err != nil {
		tree.Abort()
		return err
	}
	if _, err := seal.OpenFolder(keysFolder(s)).Recipients(); err != nil {
		fmt.Fprintf(e.stderr, "%s carries no form for reports: %v\n", x.out, err)
	}
	return nil
}

func fillPack(tree *pack.Tree, s settings, format export.Format, opt export.Options, in export.Incidents, beside []export.Companion) error {
	name := dataName(format)
	p := export.Package{Options: opt, Beside: []string{pack.ManifestFile}}
	p.Files = []export.PackageFile{{Name: name, Format: format, SHA256: hashIn(tree, name)}}
	if err := tree.Stream(name, func(w io.Writer) error { return format.Write(w, in, opt) }); err != nil {
		return err
	}
	forms, err := formFiles(s, opt.BaseURL)
	if err != nil {
		return err
	}
	beside = append(beside, forms...)
	for _, f := range beside {
		p.Beside = append(p.Beside, f.Name)
	}
	for _, f := range append(p.Companions(), beside...) {
		if err := tree.Stream(f.Name, f.Write); err != nil {
			return err
		}
	}
	return nil
}

// dataName is what the data file of a format is called in a package.
func dataName(f export.Format) string {
	if strings.HasPrefix(f.Name, "stop-") {
		return f.Name + "." + f.Suffix
	}
	return "incidents." + f.Suffix
}

// hashIn returns a function that tells the hash of a file once it was written.
func hashIn(tree *pack.Tree, name string) func() string {
	return func() string {
		sum, ok := tree.Sum(name)
		if !ok {
			return ""
		}
		return hex.EncodeToString(sum[:])
	}
}

// formFiles are the form that seals reports without a network, as the site has
// it, and the campaign's key; none where there are no keys that browsers can seal to.
func formFiles(s settings, base string) ([]export.Companion, error) {
	set, err := seal.OpenFolder(keysFolder(s)).Recipients()
	if keepiton.CodeOf(err) == keepiton.NotFound {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	armored, err := set.CampaignArmored()
	if err != nil {
		return nil, err
	}
	key := export.Companion{Name: "key.asc", Write: func(w io.Writer) error {
		_, err := w.Write(armored)
		return err
	}}
	form := export.Companion{Name: "report-offline.html", Write: func(w io.Writer) error {
		return web.WriteCarried(w, web.Carried{Recipients: set, Site: base})
	}}
	for _, m := range set.Live() {
		if m.Age != "" {
			return []export.Companion{form, key}, nil
		}
	}
	return []export.Companion{key}, nil
}
