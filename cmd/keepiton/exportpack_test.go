package main

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"keepiton/export"
)

// unzipped reads a ZIP into memory.
func unzipped(t *testing.T, file string) map[string][]byte {
	t.Helper()
	z, err := zip.OpenReader(file)
	if err != nil {
		t.Fatal(err)
	}
	defer z.Close()
	out := map[string][]byte{}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		if out[f.Name], err = io.ReadAll(r); err != nil {
			t.Fatal(err)
		}
		r.Close()
	}
	return out
}

// TestEveryFormatTravelsWithWhatExplainsIt packs each format and compares its data
// with the same export as a bare file.
func TestEveryFormatTravelsWithWhatExplainsIt(t *testing.T) {
	data := sampleRecord(t)
	dir := t.TempDir()
	var form []byte
	for _, f := range export.Formats() {
		file, bare := filepath.Join(dir, f.Name+".zip"), filepath.Join(dir, f.Name)
		with := []string{"--data", data, "--as-of", "2026-06-01", "--base-url", "https://keepiton.example", "--lang", "am"}
		mustRun(t, exitGood, append([]string{"export", f.Name, "-o", file}, with...)...)
		mustRun(t, exitGood, append([]string{"export", f.Name, "-o", bare}, with...)...)
		if out := mustRun(t, exitGood, "verify", file); !strings.Contains(out, "8 files are as listed") || !strings.Contains(out, "export "+f.Name) {
			t.Errorf("%s: %s", f.Name, out)
		}
		in, top := unzipped(t, file), "keepiton-"+f.Name+"/"
		name := dataName(f)
		if !bytes.Equal(in[top+name], read(t, bare)) {
			t.Errorf("%s: another file than without the package", f.Name)
		}
		var names []string
		for n := range in {
			names = append(names, strings.TrimPrefix(n, top))
		}
		slices.Sort(names)
		want := []string{"CITATION.cff", "LICENCE.txt", "MANIFEST.txt", "README.txt", "codebook.csv", "datapackage.json", "key.asc", "report-offline.html", name}
		slices.Sort(want)
		if !slices.Equal(names, want) {
			t.Errorf("%s holds %q", f.Name, names)
		}
		var d struct {
			Resources []struct{ Path, Hash string }
		}
		if err := json.Unmarshal(in[top+"datapackage.json"], &d); err != nil || len(d.Resources) != 1 || d.Resources[0].Path != name || len(d.Resources[0].Hash) != len("sha256:")+64 {
			t.Errorf("%s: %+v, %v", f.Name, d, err)
		}
		if !bytes.Contains(in[top+"MANIFEST.txt"], []byte(strings.TrimPrefix(d.Resources[0].Hash, "sha256:")+"  "+name+"\n")) {
			t.Errorf("%s: list and Data Package name different hashes", f.Name)
		}
		form = in[top+"report-offline.html"]
	}
	s := start(t, "serve", "--data", data, "--listen", "127.0.0.1:0", "--base-url", "https://keepiton.example")
	if code, body := fetch(t, s.address+"/report-offline.html"); code != 200 || body != string(form) {
		t.Errorf("the form in a package is not that of the site: %d", code)
	}
}

func TestPackageWithoutKeysSaysSo(t *testing.T) {
	data := sampleRecord(t)
	if err := os.RemoveAll(filepath.Join(data, "keys")); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "x.zip")
	code, _, errs := runCLI(t, "export", "csv", "-o", file, "--data", data)
	if code != exitGood || !strings.Contains(errs, "carries no form") {
		t.Errorf("exit %d: %s", code, errs)
	}
	if in := unzipped(t, file); in["keepiton-csv/report-offline.html"] != nil || bytes.Contains(in["keepiton-csv/README.txt"], []byte("report-offline")) {
		t.Error("a form that seals to nobody, or a README that names one")
	}
	if code, _, errs := runCLI(t, "export", "csv", "-o", filepath.Join(t.TempDir(), "x.csv"), "--data", data, "--sign", "keys"); code != exitUsage || !strings.Contains(errs, "--sign is for ZIPs") {
		t.Errorf("--sign without a list: exit %d %s", code, errs)
	}
}
