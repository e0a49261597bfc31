package bundle

import (
	"bytes"
	"io"
	"testing"

	"keepiton"
)

// aFile is a file of a test.
type aFile struct{ name, mediaType, data string }

const testID = "0123456789abcdef0123456789abcdef"

// write makes a bundle of files and a report with the id testID.
func write(t testing.TB, files ...aFile) []byte {
	t.Helper()
	var out bytes.Buffer
	w := NewWriter(&out)
	for _, f := range files {
		fw, err := w.File(f.name, f.mediaType)
		if err == nil {
			_, err = io.WriteString(fw, f.data)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(&keepiton.Report{ID: testID, Kind: keepiton.ReportShutdown, Seen: "የኢንተርኔት መቋረጥ"}); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestBundleGivesBackFilesAndReport(t *testing.T) {
	files := []aFile{
		{"shot.png", "image/png", "\x89PNG"},
		{"", "", ""},
		{"ፎቶ.jpg", "image/jpeg", string(bytes.Repeat([]byte("0123456789"), 20_000))},
	}
	data := write(t, files...)
	if int64(len(data)) != Bucket(int64(len(data))) {
		t.Errorf("got %d bytes, want a bucket", len(data))
	}
	var got []aFile
	rep, err := Read(bytes.NewReader(data), func(f keepiton.ReportFile, r io.Reader) error {
		b, err := io.ReadAll(r)
		got = append(got, aFile{f.Name.Reveal(), f.Type, string(b)})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(got) != len(files) {
		t.Fatalf("got %d files, want %d", len(got), len(files))
	}
	for i := range files {
		if got[i] != files[i] {
			t.Errorf("file %d: got %q, %q and %d bytes", i+1, got[i].name, got[i].mediaType, len(got[i].data))
		}
	}
	if rep.Seen != "የኢንተርኔት መቋረጥ" || len(rep.Files) != 3 || rep.Files[2].Size != 200_000 {
		t.Errorf("got %d files and other words than were written", len(rep.Files))
	}
}
