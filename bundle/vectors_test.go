package bundle

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"flag"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"keepiton"
)

var update = flag.Bool("update", false, "write the vectors, the refused ones and the documentation anew")

const vectorsDir = "testdata/vectors"

// vector is a bundle and what it says, for every program that reads or writes
// bundles. testdata/README.md explains the fields.
type vector struct {
	What   string       `json:"what"`
	Size   int          `json:"size"`
	SHA256 string       `json:"sha256"`
	Report string       `json:"report"`
	Files  []vectorFile `json:"files"`
}

type vectorFile struct {
	Name   string `json:"name"`
	Type   string `json:"type"`
	Size   int    `json:"size"`
	SHA256 string `json:"sha256"`
	Hex    string `json:"hex,omitempty"`    // the bytes, or
	Repeat string `json:"repeat,omitempty"` // the text that is repeated up to Size
}

func (f vectorFile) bytes(t testing.TB) []byte {
	if f.Repeat != "" {
		return []byte(strings.Repeat(f.Repeat, f.Size/len(f.Repeat)+1)[:f.Size])
	}
	b, err := hex.DecodeString(f.Hex)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// tight is a report whose bundle is gap bytes short of 4 KiB before padding.
func tight(gap int) *keepiton.Report {
	empty := &keepiton.Report{ID: testID, Kind: keepiton.ReportMessage, Seen: "x"}
	text, _ := EncodeReport(empty)
	used := len(bytesOf(first, rawFrame{'R', string(text)}, last))
	empty.Seen = keepiton.Private(strings.Repeat("x", MinSize-used-gap+1))
	return empty
}

// twoPads is the size of a file whose bundle is a full frame and two bytes
// short of 256 KiB.
func twoPads() int {
	const size = 190_000
	rest := strings.Repeat("a", size-2*MaxFrame)
	used := len(bytesOf(
		first, rawFrame{'F', `{"name":"a","type":""}`},
		rawFrame{'D', strings.Repeat("a", MaxFrame)}, rawFrame{'D', strings.Repeat("a", MaxFrame)}, rawFrame{'D', rest},
		rawFrame{'E', `{"size":190000,"sha256":"` + testHash + `"}`},
		rawFrame{'R', `{"id":"` + testID + `","kind":"message","files":[{"name":"a","size":190000,"sha256":"` + testHash + `"}]}`}, last,
	))
	return size + 4*64<<10 - (MaxFrame + headBytes + 2) - used
}

const testHash = testID + testID

var wholeReport = keepiton.Report{
	ID: "c0ffee00c0ffee00c0ffee00c0ffee00", Kind: keepiton.ReportShutdown, Lang: "am", Road: keepiton.RoadCarried,
	Began: keepiton.When{
		Date: "16 3 2019", Time: "3:00", Calendar: "ethiopic", Clock: "ethiopic-day", Zone: "Africa/Addis_Ababa", About: true,
		At: keepiton.Moment{At: time.Date(2026, 11, 25, 6, 0, 0, 0, time.UTC), Precision: keepiton.Hour, Estimated: true},
	},
	Ended:   keepiton.When{Date: "ገና", Calendar: "ethiopic", At: keepiton.On(2026, 11, 26)},
	Ongoing: keepiton.Unknown, Country: "ET", Region: "ET-AM", Place: "ባሕር ዳር, ቀበሌ ፲፬",
	Networks: keepiton.Networks{Mobile: keepiton.Yes, Fixed: keepiton.No, Satellite: keepiton.Unknown, SMS: keepiton.Yes, Voice: keepiton.No},
	Services: []string{"telegram", "tiktok"}, Provider: "ኢትዮ ቴሌኮም",
	Seen: "የሞባይል ዳታ ጠፋ።\n\"No service\" \\ <b>&amp;</b> \u2028 انقطع الإنترنت \u0007", Firsthand: keepiton.Yes,
	Contact: "selam@example.org", Sender: "+251 000",
	Consent: keepiton.Consent{Publish: true, Media: true, Press: true, Court: true, Partners: true, Naming: keepiton.NamedRolePlace, Name: "ነርስ, ባሕር ዳር", Version: keepiton.ConsentVersion},
	Adds:    "00112233445566778899aabbccddeeff",
	Receipt: keepiton.ReceiptAddress{Lookup: "ffeeddccbbaa99887766554433221100", Reply: "age1pq1" + strings.Repeat("qpzry9x8gf2tvdw0s3jn54khce6mua7l", 61), Withdraw: strings.Repeat("5a", 32)},
}

// madeVectors are the inputs of the vectors.
var madeVectors = []struct {
	name, what string
	report     *keepiton.Report
	files      []vectorFile
}{
	{"smallest", "id and kind alone", &keepiton.Report{ID: testID, Kind: keepiton.ReportShutdown}, nil},
	{"whole", "every field of a report, and two small files", &wholeReport, []vectorFile{
		{Name: "ፎቶ 1.jpg", Type: "image/jpeg", Hex: "ffd8ffe000104a46494600ffd9"}, {Name: `..\a/"b".txt`, Type: "text/plain; charset=utf-8", Hex: "e18a90"},
	}},
	{"story", "a story", &keepiton.Report{
		ID: testID, Kind: keepiton.ReportStory, Lang: "fr", Country: "CD",
		Story: &keepiton.StoryWords{Title: "Quatre heures de route", Text: "Pour envoyer un seul message.", Harms: []string{"family", "income"}},
	}, nil},
	{"join", "an organization asks to join", &keepiton.Report{
		ID: testID, Kind: keepiton.ReportJoin, Lang: "am", Country: "ET", Contact: "ana@example.org",
		Application: &keepiton.Application{
			Name: "ድምጽ ለሁሉም", Names: []keepiton.OtherName{{Lang: "en", Name: "A Voice for All"}}, Type: "civil_society", Site: "https://voice.example", Langs: []string{"am", "en", "Sidaamu Afoo"},
			Referees: []keepiton.Referee{{Name: "Ben, Example Rights", Contact: "ben@example.org"}, {Name: "Cleo", Contact: "+251 911 000000"}}, Why: "ኢንተርኔት ሲቋረጥ እንመዘግባለን።", Support: "ኢንተርኔት አይቋረጥ።",
		},
	}, nil},
	{"files", "an empty file, one of exactly a frame, and one of a frame and a byte", &keepiton.Report{ID: testID, Kind: keepiton.ReportShutdown}, []vectorFile{
		{Name: "empty"}, {Name: "frame.bin", Type: "application/octet-stream", Size: MaxFrame, Repeat: "keepiton"}, {Name: "frame-and-one.bin", Type: "application/octet-stream", Size: MaxFrame + 1, Repeat: "#"},
	}},
	{"gap-0", "no padding: the frames fill 4096 bytes", tight(0), nil},
	{"gap-1", "a gap of one byte: too short for a frame, so the next bucket", tight(1), nil},
	{"gap-4", "a gap of four bytes: too short for a frame, so the next bucket", tight(4), nil},
	{"gap-5", "a gap of five bytes: one frame P without content", tight(5), nil},
	{"pad-frames", "a gap of a full frame and two bytes: the first P leaves five bytes to the second", &keepiton.Report{ID: testID, Kind: keepiton.ReportMessage}, []vectorFile{
		{Name: "a", Size: twoPads(), Repeat: "a"},
	}},
	{"newer", "fields of a newer program, kept where they stood", &keepiton.Report{
		ID: testID, Kind: keepiton.ReportShutdown,
		Extra: map[string]keepiton.Private{"/mesh": `{"hops":[1,2.50]}`, "/consent/archive": "true", "/story/a~1b~0c": "null"},
	}, nil},
}

func TestVectorsSayWhatTheyAlwaysSaid(t *testing.T) {
	if *update {
		writeVectors(t)
	}
	for _, v := range madeVectors {
		t.Run(v.name, func(t *testing.T) {
			var want vector
			readJSON(t, filepath.Join(vectorsDir, v.name+".json"), &want)
			data := readFile(t, filepath.Join(vectorsDir, v.name+".bin"))
			if len(data) != want.Size || sum(string(data)) != want.SHA256 {
				t.Fatalf("got %d bytes, SHA-256 %s", len(data), sum(string(data)))
			}
			n := 0
			rep, err := Read(bytes.NewReader(data), func(f keepiton.ReportFile, r io.Reader) error {
				got, err := io.ReadAll(r)
				if w := want.Files[n]; f.Name.Reveal() != w.Name || f.Type != w.Type || !bytes.Equal(got, w.bytes(t)) || sum(string(got)) != w.SHA256 {
					t.Errorf("file %d: got %q, %q, %d bytes, want %q, %q, %d", n+1, f.Name.Reveal(), f.Type, len(got), w.Name, w.Type, w.Size)
				}
				n++
				return err
			})
			if err != nil || n != len(want.Files) {
				t.Fatalf("got %d files and %v, want %d", n, err, len(want.Files))
			}
			text, err := EncodeReport(rep)
			if err != nil || string(text) != want.Report {
				t.Errorf("got report %s, %v\nwant %s", text, err, want.Report)
			}
			rep.Files = nil
			wanted := *v.report
			wanted.Files = nil
			if !reflect.DeepEqual(*rep, wanted) && v.name != "newer" { // there an object of nothing but new fields comes to be
				t.Errorf("the fields %sdiffer", differences(*rep, wanted))
			}
			if again := rewrite(t, want); !bytes.Equal(again, data) {
				t.Errorf("written again, the bundle differs")
			}
		})
	}
}

// rewrite writes the bundle that a vector describes.
func rewrite(t testing.TB, v vector) []byte {
	t.Helper()
	rep, err := DecodeReport([]byte(v.Report))
	if err != nil {
		t.Fatal(err)
	}
	return writeVector(t, rep, v.Files)
}

func writeVector(t testing.TB, rep *keepiton.Report, files []vectorFile) []byte {
	t.Helper()
	var out bytes.Buffer
	w := NewWriter(&out)
	for _, f := range files {
		fw, err := w.File(f.Name, f.Type)
		if err == nil {
			_, err = fw.Write(f.bytes(t))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(rep); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func writeVectors(t *testing.T) {
	for _, v := range madeVectors {
		rep := *v.report
		data := writeVector(t, &rep, v.files)
		text, err := EncodeReport(&rep)
		if err != nil {
			t.Fatal(err)
		}
		out := vector{What: v.what, Size: len(data), SHA256: sum(string(data)), Report: string(text), Files: []vectorFile{}}
		for _, f := range v.files {
			b := f.bytes(t)
			f.Size, f.SHA256 = len(b), sum(string(b))
			out.Files = append(out.Files, f)
		}
		writeFile(t, filepath.Join(vectorsDir, v.name+".bin"), data)
		writeJSON(t, filepath.Join(vectorsDir, v.name+".json"), out)
	}
}

func readFile(t testing.TB, path string) []byte {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func readJSON(t testing.TB, path string, v any) {
	t.Helper()
	if err := json.Unmarshal(readFile(t, path), v); err != nil {
		t.Fatalf("%s: %v", path, err)
	}
}

func writeFile(t testing.TB, path string, b []byte) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, b, 0o644); err != nil {
		t.Fatal(err)
	}
}

func writeJSON(t testing.TB, path string, v any) {
	t.Helper()
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(v); err != nil {
		t.Fatal(err)
	}
	writeFile(t, path, b.Bytes())
}
