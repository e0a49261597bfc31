package locale

import (
	"cmp"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// Compare orders names as a reader of the language expects them in a list: É
// beside E, ñ after n in Spanish and with n elsewhere, Arabic and Amharic by
// their own alphabets, whose order is that of their code points. Case, accents,
// harakat and points tell names apart only where nothing else does. It is what the
// lists of seven languages need of the Unicode Collation Algorithm (UTS 10),
// whose whole table would be a megabyte of the program.
func Compare(lang, a, b string) int {
	return cmp.Or(strings.Compare(orderKey(lang, a), orderKey(lang, b)), strings.Compare(a, b))
}

// orderKey is what names are compared by at first: letters and digits, without
// marks and case, and one blank between words.
func orderKey(lang, s string) string {
	var b strings.Builder
	blank := false
	for _, r := range norm.NFD.String(strings.ToLower(s)) {
		switch {
		case r == '\u0303' && lang == "es" && strings.HasSuffix(b.String(), "n"): // combining tilde
			b.WriteRune('\uffff') // behind every other letter that follows an n
		case unicode.Is(unicode.Mn, r) || r == '\u0640': // marks, and tatweel
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			if blank && b.Len() > 0 {
				b.WriteByte(' ')
			}
			blank = false
			b.WriteRune(r)
		case unicode.IsSpace(r) || r == '-' || r == '/':
			blank = true
		}
	}
	return b.String()
}
