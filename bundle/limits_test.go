package bundle

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"runtime"
	"strings"
	"testing"

	"keepiton"
)

func TestBucketDoublesFromFourKiBTo64MiB(t *testing.T) {
	for _, c := range []struct{ n, want int64 }{
		{-1, 4096},
		{0, 4096},
		{4096, 4096},
		{4097, 8192},
		{1<<20 + 1, 2 << 20},
		{64 << 20, 64 << 20},
		{64<<20 + 1, 0},
	} {
		if got := Bucket(c.n); got != c.want {
			t.Errorf("Bucket(%d): got %d, want %d", c.n, got, c.want)
		}
	}
}

func TestWriterRefusesToPassALimit(t *testing.T) {
	large := func(t *testing.T, err error, part string) {
		t.Helper()
		if keepiton.CodeOf(err) != keepiton.TooLarge || !strings.Contains(err.Error(), part) {
			t.Errorf("got %v, want too_large and %q", err, part)
		}
	}
	t.Run("files", func(t *testing.T) {
		var out bytes.Buffer
		w := NewWriter(&out)
		for range MaxFiles {
			if _, err := w.File("f", "t"); err != nil {
				t.Fatal(err)
			}
		}
		_, err := w.File("f", "t")
		large(t, err, "more than 40 files")
		if err := w.Close(&keepiton.Report{ID: testID}); err != nil {
			t.Fatal(err)
		}
		if rep, err := Read(&out, nil); err != nil || len(rep.Files) != MaxFiles {
			t.Errorf("the forty before it are lost: %v", err)
		}
	})
	t.Run("bytes of files", func(t *testing.T) {
		w := NewWriter(io.Discard)
		for i, size := range []int{1, MaxFileBytes - 2} {
			f, err := w.File("f", "t")
			if err == nil {
				_, err = f.Write(make([]byte, size))
			}
			if err != nil {
				t.Fatalf("file %d: %v", i+1, err)
			}
		}
		f, err := w.File("f", "t")
		if err != nil {
			t.Fatal(err)
		}
		if n, err := f.Write([]byte("ab")); n != 0 {
			t.Errorf("took %d bytes over the limit", n)
		} else {
			large(t, err, "more than 50000000 bytes")
		}
		if _, err := f.Write([]byte("a")); err != nil {
			t.Errorf("the fifty-millionth byte is refused: %v", err)
		}
		if err := w.Close(&keepiton.Report{ID: testID}); err != nil || w.out.n != MaxSize {
			t.Errorf("got %d bytes and %v, want 64 MiB", w.out.n, err)
		}
	})
	t.Run("name and type", func(t *testing.T) {
		w := NewWriter(io.Discard)
		if _, err := w.File(strings.Repeat("n", MaxName), strings.Repeat("t", MaxType)); err != nil {
			t.Error(err)
		}
		_, err := w.File(strings.Repeat("n", MaxName+1), "t")
		large(t, err, "file 2: its name has 1025 bytes")
		_, err = w.File("n", strings.Repeat("t", MaxType+1))
		large(t, err, "file 2: its media type has 256 bytes")
	})
	t.Run("report", func(t *testing.T) {
		var out bytes.Buffer
		w := NewWriter(&out)
		rep := keepiton.Report{ID: testID}
		empty, err := EncodeReport(&rep)
		if err != nil {
			t.Fatal(err)
		}
		fits := MaxReport - len(empty) - len(`,"seen":""`)
		rep.Seen = keepiton.Private(strings.Repeat("a", fits+1))
		large(t, w.Close(&rep), "report: 65537 bytes")
		rep.Seen = rep.Seen[1:]
		if err := w.Close(&rep); err != nil {
			t.Fatal(err)
		}
		if _, err := Read(&out, nil); err != nil {
			t.Errorf("a report of exactly the limit: %v", err)
		}
		_, err = DecodeReport(bytes.Repeat([]byte(" "), MaxReport+1))
		large(t, err, "report: 65537 bytes")
	})
}

func TestHeaderOfExactlyTheLimitIsRead(t *testing.T) {
	text := "keepiton-sealed 1\n{}" + strings.Repeat(" ", MaxHeader-3) + "\nrest"
	r := bufio.NewReader(strings.NewReader(text))
	if _, err := ReadHeader(r); err != nil {
		t.Fatal(err)
	}
	if rest, _ := io.ReadAll(r); string(rest) != "rest" {
		t.Errorf("got %q behind the header", rest)
	}
}

func TestEightLevelsAreReadAndNineAreNot(t *testing.T) {
	nested := func(levels int) []byte {
		return []byte(`{"id":"` + testID + `","consent":{"new":` + strings.Repeat("[", levels-2) + `"[{"` + strings.Repeat("]", levels-2) + `}}`)
	}
	if _, err := DecodeReport(nested(MaxDepth)); err != nil {
		t.Errorf("eight levels: %v", err)
	}
	if _, err := DecodeReport(nested(MaxDepth + 1)); err == nil {
		t.Error("nine levels were read")
	}
}

// endless gives start and then again and again the same bytes, and counts.
type endless struct {
	start, again []byte
	left         []byte
	n            int64
}

func (e *endless) Read(p []byte) (int, error) {
	if len(e.left) == 0 {
		e.left = e.again
		if e.start != nil {
			e.left, e.start = e.start, nil
		}
	}
	n := copy(p, e.left)
	e.left = e.left[n:]
	e.n += int64(n)
	return n, nil
}

// TestReaderThatNeverEndsIsLeftAtTheLimit holds memory and bytes read.
func TestReaderThatNeverEndsIsLeftAtTheLimit(t *testing.T) {
	file := fileFrames(1, "a")
	full := strings.Repeat("\x00", MaxFrame)
	for _, c := range []struct {
		name         string
		start, again []byte
		most         int64 // bytes read
		says         string
	}{
		{"nothing but zeros", nil, make([]byte, 4096), headBytes, "no frame has the type 0x00"},
		{"one file", bytesOf(first, file[0]), bytesOf(rawFrame{'D', full}), MaxFileBytes + 2*MaxFrame, "more than 50000000 bytes"},
		{"frames of nothing", bytesOf(first, file[0]), bytesOf(rawFrame{'D', ""}), MaxSize, "longer than 67108864 bytes"},
		{"files", bytesOf(first), bytesOf(file...), 8192, "more than 40 files"},
		{"padding", bytesOf(first, rawFrame{'R', reportJSON}), bytesOf(rawFrame{'P', full}), MaxSize, "longer than 67108864 bytes"},
		{"bytes after the end", withReport(reportJSON), []byte("x"), MinSize + 1, "bytes after the end"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if testing.Short() && c.name == "frames of nothing" {
				t.Skip("thirteen million frames")
			}
			r := &endless{start: c.start, again: c.again}
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			_, err := Read(r, nil)
			runtime.ReadMemStats(&after)
			if err == nil || !strings.Contains(err.Error(), c.says) {
				t.Errorf("got %v, want %q", err, c.says)
			}
			if r.n > c.most {
				t.Errorf("read %d bytes, want at most %d", r.n, c.most)
			}
			if used := after.TotalAlloc - before.TotalAlloc; used > 1<<20 {
				t.Errorf("took %d bytes of memory in all, want less than 1 MiB", used)
			}
		})
	}
}

func TestFiftyMegabytesAreWrittenAndReadInLittleMemory(t *testing.T) {
	r, w := io.Pipe()
	chunk := make([]byte, 1<<20)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	go func() {
		bw := NewWriter(w)
		f, err := bw.File("film.mp4", "video/mp4")
		for n := 0; err == nil && n < MaxFileBytes; {
			var k int
			k, err = f.Write(chunk[:min(len(chunk), MaxFileBytes-n)])
			n += k
		}
		if err == nil {
			err = bw.Close(&keepiton.Report{ID: testID})
		}
		w.CloseWithError(err)
	}()
	rep, err := Read(r, func(_ keepiton.ReportFile, r io.Reader) error {
		_, err := io.Copy(io.Discard, r)
		return err
	})
	runtime.ReadMemStats(&after)
	if err != nil || rep.Files[0].Size != MaxFileBytes {
		t.Fatal(err)
	}
	if used := after.TotalAlloc - before.TotalAlloc; used > 2<<20 {
		t.Errorf("took %d bytes of memory in all, want less than 2 MiB", used)
	}
}

// failing fails after some bytes with an error of its own.
type failing struct {
	left int
	err  error
}

func (f *failing) Write(p []byte) (int, error) {
	if len(p) > f.left {
		return f.left, f.err
	}
	f.left -= len(p)
	return len(p), nil
}

func TestErrorsFromBelowKeepTheirCause(t *testing.T) {
	full := errors.New("no space left")
	w := NewWriter(&failing{left: 30, err: full})
	f, err := w.File("f", "t")
	if !errors.Is(err, full) || f != nil {
		t.Errorf("File: got %v", err)
	}
	if err := w.Close(&keepiton.Report{ID: testID}); !errors.Is(err, full) {
		t.Errorf("Close: got %v", err)
	}

	forged := keepiton.Errorf(keepiton.Forbidden, "not authentic")
	data := write(t, aFile{"f", "t", "abc"})
	broken := func() io.Reader { return io.MultiReader(bytes.NewReader(data[:60]), &brokenReader{forged}) }
	if _, err := Read(broken(), nil); !errors.Is(err, forged) || keepiton.CodeOf(err) != keepiton.Forbidden || !strings.Contains(err.Error(), "byte 60") {
		t.Errorf("Read: got %v", err)
	}
	stop := errors.New("enough")
	if _, err := Read(bytes.NewReader(data), func(keepiton.ReportFile, io.Reader) error { return stop }); !errors.Is(err, stop) {
		t.Errorf("Read: got %v, want what the caller returned", err)
	}
	if _, err := ReadHeader(bufio.NewReader(&brokenReader{full})); !errors.Is(err, full) || keepiton.CodeOf(err) != keepiton.Unavailable {
		t.Errorf("ReadHeader: got %v", err)
	}
}

type brokenReader struct{ err error }

func (b *brokenReader) Read([]byte) (int, error) { return 0, b.err }

func TestErrorsNeverQuoteWhatStoodThere(t *testing.T) {
	const secret = "SELAM"
	for _, text := range []string{
		`{"id":"` + secret + `"}`, `{"id":"` + testID + `","` + secret + `":1,"` + secret + `":1}`,
		`{"id":"` + testID + `","seen":["` + secret + `"]}`, `{"id":"` + testID + `","ongoing":"` + secret + `"}`,
		`{"id":"` + testID + `","began":{"at":"` + secret + `"}}`, `{"id":"` + testID + `","consent":{"version":"` + secret + `"}}`,
		`{"id":"` + testID + `","seen":"` + secret, `{"id":"` + testID + `"}` + secret, `{"id":"` + testID + `","` + secret + `":{"a":[[[[[[[[[]]]]]]]]]}}`,
	} {
		_, err := Read(bytes.NewReader(withReport(text)), nil)
		if err == nil || strings.Contains(err.Error()+keepiton.HintOf(err), secret) {
			t.Errorf("%s: got %v", text, err)
		}
	}
}

func TestWriterIsClosedOnce(t *testing.T) {
	w := NewWriter(io.Discard)
	f, err := w.File("f", "t")
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Close(&keepiton.Report{ID: "short"}); keepiton.CodeOf(err) != keepiton.Invalid {
		t.Errorf("got %v, want invalid", err)
	}
	if err := w.Close(&keepiton.Report{ID: testID}); err != nil {
		t.Errorf("the mended report: %v", err)
	}
	if err := w.Close(&keepiton.Report{ID: testID}); err == nil {
		t.Error("closed twice")
	}
	if _, err := f.Write([]byte("x")); err == nil {
		t.Error("a file was written to after the end")
	}
	if _, err := w.File("g", "t"); err == nil {
		t.Error("a file began after the end")
	}
}

func TestNewIDsDiffer(t *testing.T) {
	a, b := NewID(), NewID()
	if a == b || !isHex(a, 32) || !isHex(b, 32) {
		t.Errorf("got %q and %q", a, b)
	}
}
