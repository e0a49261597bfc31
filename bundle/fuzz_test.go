package bundle

import (
	"bufio"
	"bytes"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"testing"

	"keepiton"
)

// seeds adds every vector, good and bad, that is not large.
func seeds(f *testing.F, add func([]byte)) {
	for _, pattern := range []string{vectorsDir + "/*.bin", refuseDir + "/*/*.bin"} {
		paths, err := filepath.Glob(pattern)
		if err != nil || len(paths) == 0 {
			f.Fatalf("%s: %d files, %v", pattern, len(paths), err)
		}
		for _, path := range paths {
			if b, err := os.ReadFile(path); err == nil && len(b) <= 16<<10 {
				add(b)
			}
		}
	}
}

// FuzzRead holds that what can be read can be written and reads the same again.
func FuzzRead(f *testing.F) {
	seeds(f, func(b []byte) { f.Add(b) })
	f.Fuzz(func(t *testing.T, data []byte) {
		var files [][]byte
		rep, err := Read(bytes.NewReader(data), func(_ keepiton.ReportFile, r io.Reader) error {
			b, err := io.ReadAll(r)
			files = append(files, b)
			return err
		})
		if err != nil {
			if code := keepiton.CodeOf(err); code != keepiton.Invalid && code != keepiton.TooLarge {
				t.Fatalf("got the code %s: %v", code, err)
			}
			return
		}
		listed := rep.Files
		var out bytes.Buffer
		w := NewWriter(&out)
		for i, file := range listed {
			fw, err := w.File(file.Name.Reveal(), file.Type)
			if err == nil {
				_, err = fw.Write(files[i])
			}
			if err != nil {
				t.Fatal(err)
			}
		}
		if err := w.Close(rep); err != nil {
			t.Fatal(err)
		}
		again, err := Read(&out, nil)
		if err != nil || !reflect.DeepEqual(again, rep) || !reflect.DeepEqual(again.Files, listed) {
			t.Fatalf("written again, it reads otherwise: %v", err)
		}
	})
}

// FuzzReadHeader holds that a header that was read can be written.
func FuzzReadHeader(f *testing.F) {
	seeds(f, func(b []byte) { f.Add(b) })
	f.Add([]byte("keepiton-sealed 1\n{\"open\":{\"country\":\"ET\",\"day\":\"2026-11-25\",\"kind\":\"full\"}}\nage"))
	f.Fuzz(func(t *testing.T, data []byte) {
		h, err := ReadHeader(bufio.NewReader(bytes.NewReader(data)))
		if err != nil {
			return
		}
		var out bytes.Buffer
		if err := WriteHeader(&out, h); err != nil {
			t.Fatal(err)
		}
		if again, err := ReadHeader(bufio.NewReader(&out)); err != nil || again != h {
			t.Fatalf("written again, it reads otherwise: %v, %v", again, err)
		}
	})
}

// FuzzReport holds that the JSON of a report loses nothing, known or unknown,
// and never grows over its limit by being read and written.
func FuzzReport(f *testing.F) {
	for _, v := range madeVectors {
		text, err := EncodeReport(v.report)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(text)
	}
	f.Add([]byte(`{"id":"` + testID + `","seen":"` + "\u2028\\ud800\\u0041\x7f" + `","services":[null],"story":{},"~/":{"a":[]}}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		rep, err := DecodeReport(text)
		if err != nil {
			return
		}
		out, err := EncodeReport(rep)
		if err != nil || len(out) > len(text) {
			t.Fatalf("%d bytes became %d: %v", len(text), len(out), err)
		}
		again, err := DecodeReport(out)
		if err != nil || !reflect.DeepEqual(again, rep) {
			t.Fatalf("written again, it reads otherwise: %v %s", err, differences(*again, *rep))
		}
	})
}
