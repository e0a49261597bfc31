package keepiton

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

var update = flag.Bool("update", false, "pack the tz database of Go's distribution as zones.gz")

// Packs and compares what Go's distribution has. A newer Go may have newer zones: then
// the names must still all be there.
func TestTheZonesAreThoseOfGo(t *testing.T) {
	real := zonesOfGo(t)
	if *update {
		if err := os.WriteFile("zones.gz", packZones(t, real), 0o644); err != nil {
			t.Fatal(err)
		}
		zonesFile = packZones(t, real)
	}
	all, err := readZones(zonesFile)
	if err != nil {
		t.Fatal(err)
	}
	for name, data := range real {
		if len(all[name]) == 0 {
			t.Errorf("%s is missing; go test . -run TheZones -update packs it", name)
		} else if _, err := time.LoadLocationFromTZData(name, all[name]); err != nil {
			t.Errorf("%s: %v", name, err)
		} else if *update && !bytes.Equal(all[name], data) {
			t.Errorf("%s is not what was packed", name)
		}
	}
}

func TestAZoneIsThereWithoutASystem(t *testing.T) {
	l, err := time.LoadLocationFromTZData("Asia/Tehran", carriedZones()["Asia/Tehran"])
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ utc, local string }{
		{"2022-07-01T00:00:00Z", "04:30"}, // summer time, given up that year
		{"2026-01-08T16:30:00Z", "20:00"},
	} {
		at, _ := time.Parse(time.RFC3339, c.utc)
		if got := at.In(l).Format("15:04"); got != c.local {
			t.Errorf("%s is %s in Tehran, want %s", c.utc, got, c.local)
		}
	}
	if _, err := Zone("Asia/Nowhere"); CodeOf(err) != Invalid {
		t.Errorf("a zone that is none gives %v", err)
	}
}

func TestDamagedZonesAreAnError(t *testing.T) {
	for _, text := range []string{"Asia/Tehran\n", "Asia/Tehran 5\nabc", "Asia/Tehran -1\n", "x y\n"} {
		var b bytes.Buffer
		z := gzip.NewWriter(&b)
		_, _ = io.WriteString(z, text)
		_ = z.Close()
		if _, err := readZones(b.Bytes()); err == nil {
			t.Errorf("%q is taken for zones", text)
		}
	}
}

func zonesOfGo(t *testing.T) map[string][]byte {
	t.Helper()
	root, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		t.Skipf("go is not here: %v", err)
	}
	z, err := zip.OpenReader(filepath.Join(strings.TrimSpace(string(root)), "lib", "time", "zoneinfo.zip"))
	if err != nil {
		t.Skipf("Go's distribution is not here: %v", err)
	}
	defer z.Close()
	all := map[string][]byte{}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		data, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		if len(data) > 0 {
			all[f.Name] = data
		}
	}
	return all
}

func packZones(t *testing.T, all map[string][]byte) []byte {
	t.Helper()
	names := map[string][]string{}
	var order []string // of data, by their first name: alike ones side by side
	for name, data := range all {
		names[string(data)] = append(names[string(data)], name)
	}
	for data, list := range names {
		slices.Sort(list)
		order = append(order, data)
	}
	slices.SortFunc(order, func(a, b string) int { return strings.Compare(names[a][0], names[b][0]) })
	var b bytes.Buffer
	z, _ := gzip.NewWriterLevel(&b, gzip.BestCompression)
	for _, data := range order {
		fmt.Fprintf(z, "%s %d\n%s", strings.Join(names[data], " "), len(data), data)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}
