package geo

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// letters that Unicode does not decompose but that spellings drop.
var plainLetters = strings.NewReplacer(
	"ø", "o", "đ", "d", "ð", "d", "þ", "th", "ł", "l", "ß", "ss", "æ", "ae", "œ", "oe", "ı", "i", "ə", "a",
	"ħ", "h", "ŋ", "n", "’", "", "‘", "", "'", "", "`", "", "ʻ", "", "ʼ", "", "ʿ", "", "ʾ", "", "´", "", "&", " and ",
)

// fold reduces a name to lower-case letters and digits in words parted by
// single blanks: no accents, no apostrophes, "&" as "and".
func fold(s string) string {
	if isPlain(s) {
		return s
	}
	s = plainLetters.Replace(strings.ToLower(s))
	var b strings.Builder
	b.Grow(len(s))
	gap := false
	for _, r := range norm.NFD.String(s) {
		switch {
		case unicode.Is(unicode.Mn, r):
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			if gap && b.Len() > 0 {
				b.WriteByte(' ')
			}
			gap = false
			b.WriteRune(r)
		default:
			gap = true
		}
	}
	return b.String()
}

// isPlain reports whether s is folded already, the usual case of a second call.
func isPlain(s string) bool {
	blank := true
	for i := range len(s) {
		switch c := s[i]; {
		case 'a' <= c && c <= 'z', '0' <= c && c <= '9':
			blank = false
		case c == ' ' && !blank:
			blank = true
		default:
			return false
		}
	}
	return !blank || s == ""
}

// key is a folded name without blanks and without "and": what names are
// looked up by, so that "Jammu & Kashmir", "Jammu and Kashmir" and
// "JammuandKashmir" agree once they are parted into words.
func key(s string) string {
	words := strings.Fields(fold(s))
	if len(words) == 1 {
		return words[0]
	}
	var b strings.Builder
	for _, w := range words {
		if w != "and" {
			b.WriteString(w)
		}
	}
	return b.String()
}
