//go:build ignore

// Command fonts makes kit/letters/fonts.zst from Debian's fonts-noto-core and
// fonts-noto-extra (20201225) with pyftsubset of Debian's fonttools (4.38)
// and zstd (1.5.4):
//
//	apt-get install fonts-noto-core fonts-noto-extra fonttools zstd
//	go run kit/letters/gen/fonts.go
//
// Each face keeps all of its script, the layout rules that are applied without
// being asked for, and no hints: the kit draws outlines and never rasterizes at
// the sizes that hints are for. The program itself needs none of these tools.
package main

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
)

const from = "/usr/share/fonts/truetype/noto/"

// Characters of each script, with what is written beside it.
const (
	// Cyrillic and Greek come with the Latin faces: names of places and
	// organizations have them.
	latin = "U+0020-007E,U+0370-03FF,U+0400-052F,U+00A0-024F,U+0250-02AF,U+02B0-02FF,U+0300-036F,U+1E00-1EFF,U+2010-2027,U+202F-205E,U+2070-209F,U+20A0-20BF," +
		"U+2100-214F,U+2190-2199,U+2212,U+2215,U+2C60-2C7F,U+A720-A7FF,U+FB00-FB06,U+25CC"
	arabic   = "U+0020,U+00A0,U+0600-06FF,U+0750-077F,U+08A0-08FF,U+FB50-FDFF,U+FE70-FEFC,U+25CC"
	ethiopic = "U+0020,U+00A0,U+1200-139F,U+2D80-2DDF,U+AB00-AB2F"
)

// The rules that package letters applies.
const rules = "ccmp,locl,rlig,calt,clig,liga,rclt,isol,init,medi,fina,curs,dist,kern,mark,mkmk"

var faces = []struct{ name, file, characters string }{
	{"latin-text", "NotoSans-Medium", latin},
	{"latin-head", "NotoSansDisplay-CondensedBlack", latin},
	{"arabic-text", "NotoSansArabic-Medium", arabic},
	{"arabic-head", "NotoSansArabic-Black", arabic},
	{"ethiopic-text", "NotoSansEthiopic-Medium", ethiopic},
	{"ethiopic-head", "NotoSansEthiopic-CondensedBlack", ethiopic},
}

func main() {
	dir, err := os.MkdirTemp("", "fonts")
	check(err)
	defer os.RemoveAll(dir)
	var head, body bytes.Buffer
	for _, f := range faces {
		file := filepath.Join(dir, f.name+".ttf")
		cmd := exec.Command("pyftsubset", from+f.file+".ttf", "--output-file="+file, "--unicodes="+f.characters,
			"--layout-features="+rules, "--no-hinting", "--notdef-outline", "--name-IDs=0,1,2,3,4,5,6,13,14", "--no-recalc-timestamp")
		cmd.Stderr = os.Stderr
		check(cmd.Run())
		data, err := os.ReadFile(file)
		check(err)
		fmt.Fprintf(&head, "%s %d\n", f.name, len(data))
		body.Write(data)
		fmt.Printf("%-14s %s %d bytes\n", f.name, f.file, len(data))
	}
	head.WriteByte('\n') // a line for each face, an empty one, then the files
	cmd := exec.Command("zstd", "--ultra", "-22", "--no-check", "-c")
	cmd.Stdin, cmd.Stderr = io.MultiReader(&head, &body), os.Stderr
	packed, err := cmd.Output()
	check(err)
	check(os.WriteFile("kit/letters/fonts.zst", packed, 0o644))
	fmt.Printf("fonts.zst      %d bytes\n", len(packed))
}

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "fonts:", err)
		os.Exit(1)
	}
}
