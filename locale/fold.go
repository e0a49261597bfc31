package locale

import (
	"bytes"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Fold reduces text to what search compares, so that one spelling finds the
// others (notes/publication.md 5.4, 5.5): words of letters and digits in lower
// case, one space between them. Gone are Latin accents, width, quotes and
// punctuation of every script (the Ethiopic word space included), Arabic
// harakat and tatweel. Letters that are written for one another become one:
// alef and hamza forms, alef maqsura, taa marbuta; the Ethiopic homophones in
// all their vowel orders. The Arabic article, alone or after a one-letter
// particle, is taken off. Fold(Fold(s)) is Fold(s).
func Fold(s string) string { return fold(s, true) }

// fold is Fold, with or without taking the Arabic article off.
func fold(s string, articlesGo bool) string {
	out := make([]byte, 0, len(s))
	if isASCII(s) {
		return string(foldASCII(out, s))
	}
	word := 0 // where the present word starts in out
	for _, r := range norm.NFKD.String(s) {
		if r < utf8.RuneSelf {
			if c := asciiFold[r]; c != ' ' {
				out = append(out, c)
				continue
			}
			out, word = endWord(out, word, articlesGo)
			continue
		}
		switch kind := classify(r); kind {
		case separator:
			out, word = endWord(out, word, articlesGo)
		case letter:
			out = appendFolded(out, r)
		}
	}
	out, _ = endWord(out, word, articlesGo)
	return string(bytes.TrimSuffix(out, []byte{' '}))
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// asciiFold maps letters and digits to lower case and all else to a space.
var asciiFold = func() (t [utf8.RuneSelf]byte) {
	for c := range t {
		switch {
		case c >= 'A' && c <= 'Z':
			t[c] = byte(c) + 'a' - 'A'
		case c >= 'a' && c <= 'z', c >= '0' && c <= '9':
			t[c] = byte(c)
		default:
			t[c] = ' '
		}
	}
	return t
}()

func foldASCII(out []byte, s string) []byte {
	for i := range len(s) {
		c := asciiFold[s[i]]
		if c == ' ' && (len(out) == 0 || out[len(out)-1] == ' ') {
			continue
		}
		out = append(out, c)
	}
	return bytes.TrimSuffix(out, []byte{' '})
}

type runeKind uint8

const (
	dropped runeKind = iota
	separator
	letter
)

// strippedMarks are the scripts whose combining marks search does without;
// those of Indic scripts are vowels and stay.
var strippedMarks = []*unicode.RangeTable{unicode.Inherited, unicode.Common, unicode.Latin, unicode.Greek, unicode.Cyrillic, unicode.Arabic, unicode.Hebrew, unicode.Ethiopic}

func classify(r rune) runeKind {
	switch {
	case r == 0x0621 || r == 0x0640: // hamza alone, tatweel
		return dropped
	case r >= 0x0300 && r <= 0x036F, r >= 0x064B && r <= 0x065F: // accents; harakat
		return dropped
	case r >= 0x1200 && r <= 0x135A, r >= 0x0622 && r <= 0x064A: // Ethiopic syllables; Arabic letters
		return letter
	case unicode.IsLetter(r) || unicode.IsNumber(r):
		if unicode.Is(unicode.Lm, r) && unicode.In(r, unicode.Common, unicode.Inherited) {
			return dropped // modifier letters used as apostrophes and accents
		}
		return letter
	case unicode.IsMark(r):
		if unicode.In(r, strippedMarks...) {
			return dropped
		}
		return letter
	case unicode.Is(unicode.Cf, r): // joiners, direction marks, soft hyphen
		return dropped
	}
	return separator
}

// appendFolded appends the letter that r is compared as.
func appendFolded(out []byte, r rune) []byte {
	switch {
	case r >= 0x0660 && r <= 0x0669: // Arabic-Indic digits
		return append(out, '0'+byte(r-0x0660))
	case r >= 0x06F0 && r <= 0x06F9: // the eastern ones
		return append(out, '0'+byte(r-0x06F0))
	case r >= 0x1200 && r <= 0x1357:
		return utf8.AppendRune(out, ethiopicFold(r))
	}
	r = unicode.ToLower(r)
	if s, ok := spelled[r]; ok {
		return append(out, s...)
	}
	return utf8.AppendRune(out, r)
}

// spelled are letters without a decomposition in Unicode.
var spelled = map[rune]string{
	'ß': "ss", 'æ': "ae", 'œ': "oe", 'ø': "o", 'đ': "d", 'ð': "d", 'ł': "l", 'ı': "i", 'þ': "th", 'ħ': "h", 'ŋ': "n", 'ς': "σ", 'ə': "e",
	'ى': "ي", 'ی': "ي", 'ة': "ه", 'ہ': "ه", 'ھ': "ه", 'ک': "ك", 'ٱ': "ا",
}

// ethiopicFold maps the homophones of Amharic to the letter that the
// dictionary prefers, order by order: ሐ ኀ to ሀ, ሠ to ሰ, ዐ to አ, ፀ to ጸ. The
// fourth order of ሀ and አ sounds like the first and becomes it.
func ethiopicFold(r rune) rune {
	switch row := r &^ 7; row {
	case 0x1210, 0x1280: // ሐ, ኀ
		r = 0x1200 + r&7
	case 0x1220: // ሠ
		r = 0x1230 + r&7
	case 0x12D0: // ዐ
		r = 0x12A0 + r&7
	case 0x1340: // ፀ
		r = 0x1338 + r&7
	}
	switch r {
	case 0x1203: // ሃ
		return 0x1200
	case 0x12A3: // ኣ
		return 0x12A0
	}
	return r
}

// Arabic words as they stand in out after folding. A word must keep three
// letters without its article, so that الله and والي stay whole.
var articles = [][]byte{[]byte("ال"), []byte("وال"), []byte("بال"), []byte("فال"), []byte("كال"), []byte("لل")}

const leftAfterArticle = 3 * 2 // bytes: an Arabic letter has two

// endWord starts a new word and, if articles go, takes the one off the word
// that ends here.
func endWord(out []byte, word int, articlesGo bool) ([]byte, int) {
	for again := articlesGo; again; {
		again = false
		for _, a := range articles {
			if w := out[word:]; len(w) >= len(a)+leftAfterArticle && bytes.HasPrefix(w, a) {
				out = append(out[:word], w[len(a):]...)
				again = true
			}
		}
	}
	if len(out) > word {
		out = append(out, ' ')
	}
	return out, len(out)
}
