package bundle

import (
	"bufio"
	"bytes"
	"io"
	"strings"
	"testing"

	"keepiton"
)

func TestHeaderReadsBackAndLeavesTheRest(t *testing.T) {
	receipt := wholeReport.Receipt
	for _, want := range []Header{
		{},
		{Receipt: receipt},
		{Open: keepiton.OpenFields{Country: "ET", Day: "2026-11-25", Kind: "mobile"}},
		{Receipt: receipt, Open: keepiton.OpenFields{Country: "CD"}},
	} {
		var out bytes.Buffer
		if err := WriteHeader(&out, want); err != nil {
			t.Fatal(err)
		}
		out.WriteString(ageMagic)
		r := bufio.NewReader(&out)
		got, err := ReadHeader(r)
		if err != nil || got != want {
			t.Errorf("got %v, %v, want %v", got, err, want)
		}
		if rest, _ := io.ReadAll(r); string(rest) != ageMagic {
			t.Errorf("got %q behind the header", rest)
		}
	}
}

func TestHeaderIsRefusedWhenItSaysMoreThanItMay(t *testing.T) {
	for _, h := range []Header{
		{Open: keepiton.OpenFields{Country: "Mekelle"}},
		{Open: keepiton.OpenFields{Day: "yesterday"}},
		{Open: keepiton.OpenFields{Kind: "+251 000"}},
		{Receipt: keepiton.ReceiptAddress{Lookup: "x"}},
	} {
		if err := WriteHeader(io.Discard, h); keepiton.CodeOf(err) != keepiton.Invalid {
			t.Errorf("got %v, want invalid", err)
		}
	}
}

func TestBareSealedFilesAreContainers(t *testing.T) {
	for _, text := range []string{
		ageMagic + "-> ",
		"-----BEGIN AGE ENCRYPTED FILE-----\n",
		"-----BEGIN PGP MESSAGE-----\n",
		"\r\n \t-----BEGIN PGP MESSAGE-----\n",
		"\xc1\xc0\x4c\x03", // new form, public-key encrypted session key
		"\x85\x01\x0c\x03", // old form of the same
		"\x84\x5e\x03\x00",
		"\xc3\x0d\x04\x09", // symmetric-key encrypted session key
		"\x8c\x0d\x04\x09",
		"\xca\x03PGP", // marker
	} {
		r := bufio.NewReader(strings.NewReader(text))
		h, err := ReadHeader(r)
		if err != nil || h != (Header{}) {
			t.Errorf("%q: got %v, %v", text, h, err)
		}
		if rest, _ := io.ReadAll(r); string(rest) != strings.TrimLeft(text, " \t\r\n") {
			t.Errorf("%q: got %q behind the header", text, rest)
		}
	}
}

func TestUnknownFieldsOfAHeaderAreDropped(t *testing.T) {
	h, err := ReadHeader(bufio.NewReader(strings.NewReader("keepiton-sealed 1\n" + `{"open":{"country":"ET","name":"x"},"new":[1]}` + "\n")))
	if err != nil || h != (Header{Open: keepiton.OpenFields{Country: "ET"}}) {
		t.Errorf("got %v, %v", h, err)
	}
}
