package main

import (
	"fmt"
	"io"
	"os"

	"keepiton"
	"keepiton/bundle"
	"keepiton/intake"
)

// verified is what verify says of one file.
type verified struct {
	File   string `json:"file"`
	Inside bool   `json:"inside"` // opened and read to its end
	Files  int    `json:"files,omitempty"`
	Bytes  int64  `json:"bytes,omitempty"`
	Note   string `json:"note,omitempty"`
	Defect string `json:"defect,omitempty"`
}

// verifyBundles says of each file whether it is whole.
func verifyBundles(e *env, files []string, f bundleFlags) (int, error) {
	look := verifyShape
	if f.keys.given() {
		keys, err := f.keys.load(e)
		if err != nil {
			return exitFailed, err
		}
		look = func(e *env, name string) (verified, error) {
			v := verified{File: name}
			plain, header, closer, err := openPlain(e, name, keys)
			if err != nil {
				return v, err
			}
			defer closer.Close()
			r, err := bundle.Read(plain, nil)
			if err != nil {
				return v, err
			}
			v.Inside, v.Files = true, len(r.Files)
			for _, file := range r.Files {
				v.Bytes += file.Size
			}
			if header.Receipt != (keepiton.ReceiptAddress{}) && header.Receipt != r.Receipt {
				v.Note = "the receipt outside of the seal is not the one inside"
			}
			return v, nil
		}
	}
	var all []verified
	code := exitGood
	for _, name := range files {
		v, err := look(e, name)
		if err != nil {
			v.Defect, code = err.Error(), exitDefects
		}
		all = append(all, v)
	}
	if f.json {
		return code, writeJSON(e.stdout, all)
	}
	for _, v := range all {
		v.print(e.stdout)
	}
	return code, nil
}

func (v verified) print(w io.Writer) {
	switch {
	case v.Defect != "":
		fmt.Fprintf(w, "%s: defect: %s\n", v.File, v.Defect)
	case v.Inside:
		fmt.Fprintf(w, "%s: whole: a report and %d files of %d bytes\n", v.File, v.Files, v.Bytes)
	default:
		fmt.Fprintf(w, "%s: sealed, of the right form; what is inside shows only with --keys\n", v.File)
	}
	if v.Note != "" {
		fmt.Fprintf(w, "%s: %s\n", v.File, v.Note)
	}
}

// verifyShape looks at the outer form, which needs no key.
func verifyShape(e *env, name string) (verified, error) {
	v := verified{File: name}
	in := e.stdin
	if name != "-" {
		f, err := os.Open(name)
		if err != nil {
			return v, keepiton.Errorf(keepiton.NotFound, "%w", err)
		}
		defer f.Close()
		in = f
	}
	_, err := intake.Check(in)
	return v, err
}
