package bundle

import (
	"bufio"
	"bytes"
	"encoding/hex"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"filippo.io/age"

	"keepiton"
	"keepiton/seal"
	"keepiton/seal/sealtest"
)

const (
	formatsPage   = "../docs/formats-sealed.md"
	containersDir = "testdata/containers"
)

// TestFormatIsDocumentedAsItIs draws the examples of the page anew. With
// -update it writes them there.
func TestFormatIsDocumentedAsItIs(t *testing.T) {
	page := string(readFile(t, formatsPage))
	want := page
	for name, example := range map[string]string{"bundle": drawnBundle(t), "container": drawnContainer(t)} {
		block := regexp.MustCompile(`(?s)<!-- ` + name + ` -->\n.*?<!-- /` + name + ` -->`)
		if !block.MatchString(page) {
			t.Fatalf("the page has no place for the %s", name)
		}
		want = block.ReplaceAllLiteralString(want, "<!-- "+name+" -->\n```\n"+example+"```\n<!-- /"+name+" -->")
	}
	if *update {
		writeFile(t, formatsPage, []byte(want))
	} else if page != want {
		t.Error("docs/formats-sealed.md shows other bytes than are written: run go test ./bundle -run Documented -update")
	}
	for _, limit := range []int{MaxFrame, MaxFiles, MaxFileBytes, MaxName, MaxType, MaxDepth, MaxHeader} {
		if !strings.Contains(page, " "+grouped(limit)+" ") {
			t.Errorf("the page does not name the limit %s", grouped(limit))
		}
	}
}

// grouped writes a number with a comma at each thousand.
func grouped(n int) string {
	if n < 1000 {
		return fmt.Sprint(n)
	}
	return fmt.Sprintf("%s,%03d", grouped(n/1000), n%1000)
}

var documented = keepiton.Report{ID: testID, Kind: keepiton.ReportShutdown, Country: "ET", Ongoing: keepiton.Yes, Seen: "ጠፋ"}

// drawnBundle is a hex dump, a frame a paragraph, long runs of zeros left out.
func drawnBundle(t *testing.T) string {
	rep := documented
	data := writeVector(t, &rep, []vectorFile{{Name: "a.txt", Type: "text/plain", Hex: "e18a90"}})
	var out strings.Builder
	for at := 0; at < len(data); {
		n := headBytes + int(data[at+1])<<24 + int(data[at+2])<<16 + int(data[at+3])<<8 + int(data[at+4])
		frame := data[at : at+n]
		rows := strings.Split(strings.TrimSuffix(hex.Dump(frame), "\n"), "\n")
		for i, row := range rows {
			if i > 0 && i < len(rows)-1 && frame[0] == 'P' {
				if i == 1 {
					out.WriteString("    *\n")
				}
				continue
			}
			fmt.Fprintf(&out, "%08x  %s\n", at+16*i, row[10:])
		}
		out.WriteString("\n")
		at += n
	}
	return strings.TrimSuffix(out.String(), "\n")
}

// drawnContainer is the beginning of the container in testdata: what is sealed
// is drawn elsewhere on the page.
func drawnContainer(t *testing.T) string {
	data := readFile(t, filepath.Join(containersDir, "age.bin"))
	long := regexp.MustCompile(`[0-9a-z]{60,}`)
	var out strings.Builder
	for range 3 {
		line, rest, _ := bytes.Cut(data, []byte("\n"))
		data = rest
		out.WriteString(long.ReplaceAllStringFunc(string(line), func(s string) string { return s[:20] + "…" }) + "\n")
	}
	fmt.Fprintf(&out, "… (%s bytes: the rest of the age file)\n", grouped(len(data)))
	return out.String()
}

// containerVector is a container and the key that opens it.
type containerVector struct {
	What     string `json:"what"`
	Identity string `json:"identity"` // age hybrid identity, made up for this and used for nothing else
	SHA256   string `json:"sha256"`   // of the bundle inside
	Header   string `json:"header"`   // the second line
}

// TestContainerOfOldIsStillRead opens a container that was sealed once.
func TestContainerOfOldIsStillRead(t *testing.T) {
	var want containerVector
	readJSON(t, filepath.Join(containersDir, "age.json"), &want)
	r := bufio.NewReader(bytes.NewReader(readFile(t, filepath.Join(containersDir, "age.bin"))))
	header, err := ReadHeader(r)
	if err != nil {
		t.Fatal(err)
	}
	if text, err := encode(wireHeader{Receipt: wireReceipt(header.Receipt), Open: wireOpen(header.Open)}); err != nil || string(text) != want.Header {
		t.Errorf("got the header %s, %v", text, err)
	}
	identity := filepath.Join(t.TempDir(), "identity")
	if err := os.WriteFile(identity, []byte(want.Identity+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	keys, err := seal.LoadKeys(seal.KeySource{Files: []string{identity}})
	if err != nil {
		t.Fatal(err)
	}
	plain, err := keys.Open(r)
	if err != nil {
		t.Fatal(err)
	}
	data, err := io.ReadAll(plain)
	if err != nil || sum(string(data)) != want.SHA256 {
		t.Fatalf("got %d bytes, %v", len(data), err)
	}
	rep, err := Read(bytes.NewReader(data), nil)
	if err != nil || rep.Receipt != header.Receipt || rep.Seen != documented.Seen {
		t.Errorf("got %v", err)
	}
}

var reseal = flag.Bool("reseal", false, "seal testdata/containers anew: other bytes each time")

// TestReseal makes the container of TestContainerOfOldIsStillRead, which is
// better kept: what was sealed once must be read for ever.
func TestReseal(t *testing.T) {
	if !*reseal {
		t.Skip("only with -reseal")
	}
	id, err := age.GenerateHybridIdentity()
	if err != nil {
		t.Fatal(err)
	}
	rep := documented
	rep.Receipt = seal.NewReceipt().Address()
	rep.Began = keepiton.When{Date: "25/11/2026", At: keepiton.On(2026, 11, 25)}
	rep.Networks.Mobile = keepiton.Yes
	data := writeVector(t, &rep, []vectorFile{{Name: "a.txt", Type: "text/plain", Hex: "e18a90"}})
	var out bytes.Buffer
	header := Header{Receipt: rep.Receipt, Open: rep.OpenFields()}
	if err := WriteHeader(&out, header); err != nil {
		t.Fatal(err)
	}
	campaign, err := seal.NewCampaign("Test Campaign", "keys@campaign.example", sealtest.Made)
	if err != nil {
		t.Fatal(err)
	}
	set, err := campaign.Sign([]seal.Member{{Name: "desk 1", Age: id.Recipient().String(), Added: sealtest.Made}}, 1, sealtest.Made)
	if err != nil {
		t.Fatal(err)
	}
	w, err := set.Sealer().Seal(&out)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write(data); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	text, err := encode(wireHeader{Receipt: wireReceipt(header.Receipt), Open: wireOpen(header.Open)})
	if err != nil {
		t.Fatal(err)
	}
	writeFile(t, filepath.Join(containersDir, "age.bin"), out.Bytes())
	writeJSON(t, filepath.Join(containersDir, "age.json"), containerVector{
		What: "a report with one file, sealed to one analyst", Identity: id.String(), SHA256: sum(string(data)), Header: string(text),
	})
}
