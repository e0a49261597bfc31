package blind

import (
	"bytes"
	"crypto/rand"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"golang.org/x/crypto/chacha20poly1305"

	"keepiton"
)

// wrapped wraps text in chunks of the given sizes; the last one has the rest.
func wrapped(key *bodyKey, text []byte, sizes ...int) []byte {
	w := wrapper{aead: key.aead()}
	var out []byte
	for _, n := range sizes {
		out = w.appendChunk(out, text[:n], false)
		text = text[n:]
	}
	return w.appendChunk(out, text, true)
}

func TestWrappedBodiesComeBack(t *testing.T) {
	key := newBodyKey()
	text := make([]byte, 3*chunkSize)
	_, _ = rand.Read(text)
	for _, sizes := range [][]int{{chunkSize, chunkSize}, {1, 2, 3, chunkSize, chunkSize}, {chunkSize, chunkSize, chunkSize}, {0, chunkSize, 0, chunkSize}} {
		got, err := io.ReadAll(newUnwrapper(iotest.HalfReader(bytes.NewReader(wrapped(&key, text, sizes...))), &key))
		if err != nil || !bytes.Equal(got, text) {
			t.Errorf("in chunks of %v: %d bytes, %v", sizes, len(got), err)
		}
	}
	if got, err := io.ReadAll(newUnwrapper(bytes.NewReader(wrapped(&key, nil)), &key)); err != nil || len(got) != 0 {
		t.Errorf("nothing came back as %d bytes, %v", len(got), err)
	}
}

// TestWrappedBytesAreAsDocumented reads a body by the drawing in
// docs/data-model.md alone.
func TestWrappedBytesAreAsDocumented(t *testing.T) {
	key := newBodyKey()
	text := []byte("the text of a body in two chunks")
	b := wrapped(&key, text, 10)
	aead, err := chacha20poly1305.NewX(key[:])
	if err != nil {
		t.Fatal(err)
	}
	if b[0] != 1 {
		t.Fatalf("version %d", b[0])
	}
	b = b[1:]
	var got []byte
	for number := uint64(0); ; number++ {
		front := binary.BigEndian.Uint32(b)
		n := int(front & 0x7fffffff)
		beside := append([]byte("keepiton body 1\n"), binary.BigEndian.AppendUint64(nil, number)...)
		part, err := aead.Open(nil, b[4:28], b[28:28+n+16], append(beside, b[:4]...))
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, part...)
		b = b[28+n+16:]
		if front>>31 == 1 {
			break
		}
	}
	if len(b) != 0 || !bytes.Equal(got, text) {
		t.Errorf("%q, and %d bytes are left", got, len(b))
	}
}

// TestABodyOfAnEarlierProgramOpens holds the format still: this was wrapped
// under the key of bytes 0 to 31 when the format was made.
func TestABodyOfAnEarlierProgramOpens(t *testing.T) {
	var key bodyKey
	for i := range key {
		key[i] = byte(i)
	}
	data, err := hex.DecodeString(earlierBody)
	if err != nil {
		t.Fatal(err)
	}
	got, err := io.ReadAll(newUnwrapper(bytes.NewReader(data), &key))
	if err != nil || string(got) != "one chunk, and another" {
		t.Errorf("%q, %v", got, err)
	}
}

const earlierBody = "0100000009ed98e6b50d2f20594fb1ab9ad876d2303fb719a8eaa10ff6f4543ed91ef55ae078e0b6792fce0ab7aa7449" +
	"eb17dcba62e28000000ddc552a1486dbcf492e2d8a22669587920458c786b3f7c5df163ca0b85ed1e4ac18036d53d253" +
	"8285b19b560979b3332c6500cf8afc"

// TestNoNonceIsUsedTwice wraps the same chunk again, as an upload does that goes
// on after a crash.
func TestNoNonceIsUsedTwice(t *testing.T) {
	key := newBodyKey()
	seen := map[string]bool{}
	for range 1000 {
		b := (&wrapper{aead: key.aead(), number: 3}).appendChunk(nil, []byte("text"), false)
		nonce := string(b[4:28])
		if seen[nonce] {
			t.Fatal("a nonce came twice")
		}
		seen[nonce] = true
	}
}

func TestDamagedBodiesAreRefused(t *testing.T) {
	key := newBodyKey()
	text := bytes.Repeat([]byte("text"), 20)
	good := wrapped(&key, text, 30, 30)
	first, second := good[1:1+30+overhead], good[1+30+overhead:1+2*(30+overhead)]
	last := good[1+2*(30+overhead):]
	join := func(parts ...[]byte) []byte { return append([]byte{wrapVersion}, bytes.Join(parts, nil)...) }
	other := newBodyKey()
	long := append([]byte(nil), good...)
	binary.BigEndian.PutUint32(long[1:], chunkSize+1)
	for name, c := range map[string]struct {
		data []byte
		want string
	}{
		"nothing":                   {nil, "chunk 0 of the body: it is of another version"},
		"another version":           {append([]byte{2}, good[1:]...), "chunk 0 of the body: it is of another version"},
		"the version alone":         {good[:1], "chunk 0 of the body: it is cut off"},
		"cut off in a front":        {good[:20], "chunk 0 of the body: it is cut off"},
		"cut off between chunks":    {join(first, second), "chunk 2 of the body: it is cut off"},
		"cut off at the end":        {good[:len(good)-1], "chunk 2 of the body: it is cut off"},
		"bytes after the end":       {append(good[:len(good):len(good)], 0), "chunk 3 of the body: bytes follow"},
		"a chunk left out":          {join(first, last), "chunk 1 of the body: it was changed"},
		"a chunk twice":             {join(first, first, second, last), "chunk 1 of the body: it was changed"},
		"chunks in another order":   {join(second, first, last), "chunk 0 of the body: it was changed"},
		"a length beyond the bound": {long, "chunk 0 of the body: it is too long"},
		"another body's":            {wrapped(&other, text), "chunk 0 of the body: it was changed"},
	} {
		got, err := io.ReadAll(newUnwrapper(bytes.NewReader(c.data), &key))
		if err == nil || !strings.HasPrefix(err.Error(), c.want) || keepiton.CodeOf(err) != keepiton.Internal {
			t.Errorf("%s: %v, want %s", name, err, c.want)
		}
		if !bytes.HasPrefix(text, got) {
			t.Errorf("%s: %q was handed out", name, got)
		}
	}
	for i := range good {
		bad := append([]byte(nil), good...)
		bad[i] ^= 0x40
		got, err := io.ReadAll(newUnwrapper(bytes.NewReader(bad), &key))
		if err == nil || !bytes.HasPrefix(text, got) {
			t.Errorf("with byte %d changed it opens, or gives %q", i, got)
		}
	}
	// A disk that fails is not damage, and goes on failing.
	u := newUnwrapper(iotest.ErrReader(errors.New("i/o error")), &key)
	for range 2 {
		if _, err := u.Read(make([]byte, 10)); keepiton.CodeOf(err) != keepiton.Unavailable {
			t.Errorf("a disk that fails: %v", err)
		}
	}
}

func FuzzUnwrap(f *testing.F) {
	key := bodyKey{}
	text := bytes.Repeat([]byte("text"), 20)
	f.Add(wrapped(&key, text))
	f.Add(wrapped(&key, text, 1, 30))
	f.Add([]byte{wrapVersion, 0xff, 0xff, 0xff, 0xff})
	f.Fuzz(func(t *testing.T, data []byte) {
		got, err := io.ReadAll(newUnwrapper(bytes.NewReader(data), &key))
		if len(got) > len(data) {
			t.Errorf("%d bytes out of %d", len(got), len(data))
		}
		if err != nil && !strings.HasPrefix(err.Error(), "chunk ") {
			t.Errorf("the error names no place: %v", err)
		}
	})
}
