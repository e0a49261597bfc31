package main

import (
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"html"
	"math/rand/v2"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"unicode/utf16"
)

// mark is something of a sender that must be found nowhere. It is random, so
// that a place where it stands has it from the sender.
type mark struct {
	road, what string
	text       string
}

func (m mark) String() string { return m.what + " by " + m.road }

// marks makes the marks of a test and remembers them.
type marks struct {
	mu  sync.Mutex
	all []mark
}

// by returns what makes marks for one road.
func (m *marks) by(road string) func(what string) string {
	return func(what string) string {
		made := mark{road, what, madeUp(what)}
		m.mu.Lock()
		defer m.mu.Unlock()
		m.all = append(m.all, made)
		return made.text
	}
}

func (m *marks) list() []mark {
	m.mu.Lock()
	defer m.mu.Unlock()
	return append([]mark(nil), m.all...)
}

// Kinds of marks. A kind that is not among them is letters.
const (
	ofAmharic = "Amharic words"
	ofArabic  = "Arabic words"
	ofPlace   = "coordinates"
	ofPhone   = "phone number"
	ofMail    = "mail address"
	ofBytes   = "bytes of a picture"
	ofAddress = "network address"
)

func madeUp(what string) string {
	letters := func(n int, from []rune) string {
		var b strings.Builder
		for range n {
			b.WriteRune(from[rand.IntN(len(from))])
		}
		return b.String()
	}
	span := func(first, last rune) (out []rune) {
		for r := first; r <= last; r++ {
			out = append(out, r)
		}
		return out
	}
	switch what {
	case ofAmharic:
		return letters(10, span('ሀ', 'ሆ'))
	case ofArabic:
		return letters(12, span('ف', 'و'))
	case ofPlace:
		return fmt.Sprintf("%d.%07d, %d.%07d", rand.IntN(15), rand.IntN(1e7), 33+rand.IntN(14), rand.IntN(1e7))
	case ofPhone:
		return fmt.Sprintf("+2519%08d", rand.IntN(1e8))
	case ofMail:
		return letters(12, span('a', 'z')) + "@" + letters(8, span('a', 'z')) + ".example"
	case ofBytes:
		b := make([]byte, 24)
		for i := range b {
			b[i] = byte(rand.IntN(256))
		}
		return string(b)
	case ofAddress:
		return fmt.Sprintf("127.%d.%d.%d", 100+rand.IntN(150), 100+rand.IntN(150), 100+rand.IntN(150))
	}
	return letters(1, span('A', 'Z')) + letters(15, span('a', 'z'))
}

// forms are the ways in which programs write a text down, each of which alone
// would give it away.
func forms(text string) map[string][]byte {
	out := map[string][]byte{}
	add := func(form, s string) {
		if len(s) >= 8 { // shorter ones stand anywhere
			out[form] = []byte(s)
		}
	}
	add("as it is", text)
	add("in lower case", strings.ToLower(text))
	add("in upper case", strings.ToUpper(text))
	add("hex", hex.EncodeToString([]byte(text)))
	add("hex in upper case", strings.ToUpper(hex.EncodeToString([]byte(text))))
	add("bytes as Go prints them", strings.Trim(fmt.Sprint([]byte(text)), "[]"))
	add("query of an address", url.QueryEscape(text))
	add("path of an address", url.PathEscape(text))
	add("percent signs", escaped(text, "%", strings.ToUpper))
	add("percent signs in lower case", escaped(text, "%", strings.ToLower))
	add("quoted-printable", quotedPrintable(text))
	add("JSON", jsonEscaped(text))
	add("quoted by Go", strings.Trim(strconv.Quote(text), `"`))
	add("quoted by Go in ASCII", strings.Trim(strconv.QuoteToASCII(text), `"`))
	add("HTML", html.EscapeString(text))
	add("HTML in numbers", numbered(text))
	units := utf16.Encode([]rune(text))
	var little, big strings.Builder
	for _, u := range units {
		little.WriteString(string([]byte{byte(u), byte(u >> 8)}))
		big.WriteString(string([]byte{byte(u >> 8), byte(u)}))
	}
	add("UTF-16LE", little.String())
	add("UTF-16BE", big.String())
	for shift := range 3 {
		padded := strings.Repeat("\x00", shift) + text
		for name, enc := range map[string]*base64.Encoding{"base64": base64.RawStdEncoding, "base64 for addresses": base64.RawURLEncoding} {
			s := enc.EncodeToString([]byte(padded))
			s = s[(shift*8+5)/6:]                // without the digits that the bytes before have a part in
			s = s[:len(s)-min(1, len(padded)%3)] // and without that of the bytes behind
			add(fmt.Sprintf("%s, shifted by %d", name, shift), s)
		}
	}
	return out
}

func escaped(text, sign string, digits func(string) string) string {
	var b strings.Builder
	for i := range len(text) {
		b.WriteString(sign + digits(fmt.Sprintf("%02x", text[i])))
	}
	return b.String()
}

// quotedPrintable escapes what RFC 2045 section 6.7 demands, in one line.
func quotedPrintable(text string) string {
	var b strings.Builder
	for i := range len(text) {
		if c := text[i]; c > ' ' && c < 127 && c != '=' || c == ' ' {
			b.WriteByte(c)
		} else {
			fmt.Fprintf(&b, "=%02X", c)
		}
	}
	return b.String()
}

func jsonEscaped(text string) string {
	var b strings.Builder
	for _, u := range utf16.Encode([]rune(text)) {
		if u >= ' ' && u < 127 && u != '"' && u != '\\' {
			b.WriteByte(byte(u))
		} else {
			fmt.Fprintf(&b, `\u%04x`, u)
		}
	}
	return b.String()
}

func numbered(text string) string {
	var b strings.Builder
	for _, r := range text {
		fmt.Fprintf(&b, "&#%d;", r)
	}
	return b.String()
}
