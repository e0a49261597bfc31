package geo

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// gap is what stands before a token.
type gap uint8

const (
	gapBlank gap = iota // only blanks
	gapAnd              // "and", "&"
	gapLink             // of, in, from, near ...
	gapComma            // "," or "/" or " - "
	gapOpen             // "(" or ":"
	gapClose            // ")"
	gapBreak            // ";", a new line or a full stop
)

// token is one word of an area cell.
type token struct {
	folded     string
	start, end int  // bytes in the cell
	gap        gap  // the strongest thing between this word and the one before
	prep       bool // "in" or "of" stands before it
	owner      bool // ends in 's: what follows lies inside it
	colon      bool // ":" or "(" or "including" follows: what follows lies inside it
}

var linkWords = map[string]bool{
	"of": true, "in": true, "from": true, "at": true, "near": true, "within": true, "around": true, "along": true,
	"across": true, "under": true, "throughout": true, "between": true, "over": true, "with": true,
}

var includeWords = map[string]bool{"including": true, "namely": true, "like": true, "incl": true}

// maxTokens bounds the work on one cell.
const maxTokens = 1500

// tokenize splits an area cell into words. Where the sheet has lost its blanks
// ("PulwamaandKulgamdistricts") it finds the words again with those g knows.
func tokenize(area string, g *gazetteer) []token {
	squashed := isSquashed(area)
	var out []token
	before, prep := gapBreak, false
	emit := func(folded string, start, end int) {
		switch {
		case folded == "" || len(out) >= maxTokens:
			return
		case folded == "and":
			before = max(before, gapAnd)
			return
		case linkWords[folded]:
			before, prep = max(before, gapLink), true
			return
		case includeWords[folded]:
			if len(out) > 0 {
				out[len(out)-1].colon = true
			}
			before = max(before, gapOpen)
			return
		}
		out = append(out, token{folded: folded, start: start, end: end, gap: before, prep: prep})
		before, prep = gapBlank, false
	}
	for i := 0; i < len(area); {
		r, size := utf8.DecodeRuneInString(area[i:])
		if !isWordRune(r) {
			mark := gapBlank
			switch r {
			case ',', '/', '،', '፣', '+':
				mark = gapComma
			case '&':
				mark = gapAnd
			case ')':
				mark = gapClose
			case ';', '\n', '|', '፤':
				mark = gapBreak
			case '.':
				if i+1 < len(area) && area[i+1] == ' ' && len(out) > 0 && out[len(out)-1].end-out[len(out)-1].start > 3 {
					mark = gapBreak
				}
			case '(', ':':
				mark = gapOpen
				if len(out) > 0 {
					out[len(out)-1].colon = true
				}
			case '-', '–', '—':
				if i > 0 && (area[i-1] == ' ' || i+1 < len(area) && area[i+1] == ' ') {
					mark = gapComma
				}
			}
			before = max(before, mark)
			i += size
			continue
		}
		start := i
		for i < len(area) {
			r, size = utf8.DecodeRuneInString(area[i:])
			if !isWordRune(r) && !isApostrophe(r) {
				break
			}
			i += size
			if squashed && endsOwner(area[start:i]) && i < len(area) && isUpper(area[i]) {
				break
			}
		}
		n := len(out)
		word := area[start:i]
		bare, owner := trimOwner(word)
		folded := strings.ReplaceAll(fold(bare), " ", "")
		if pieces := g.pieces(bare, folded, squashed, len(word) == len(area)); pieces != nil {
			at := start
			for _, piece := range pieces {
				emit(strings.ToLower(piece), at, at+len(piece))
				at += len(piece)
			}
		} else {
			emit(folded, start, start+len(bare))
		}
		if owner && len(out) > n {
			out[len(out)-1].owner = true
		}
	}
	return out
}

func isWordRune(r rune) bool {
	return unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.Is(unicode.Mn, r)
}

func isApostrophe(r rune) bool {
	return r == '\'' || r == '’' || r == '‘' || r == 'ʼ' || r == '`' || r == 'ʻ' || r == '´'
}

// trimOwner takes the 's off a word: "Kachin's" is Kachin, and an owner.
func trimOwner(word string) (string, bool) {
	for _, mark := range []string{"'s", "’s", "‘s"} {
		if bare, ok := strings.CutSuffix(word, mark); ok && len(bare) > 1 {
			return bare, true
		}
	}
	return word, false
}

func endsOwner(word string) bool {
	_, owner := trimOwner(word)
	return owner
}

// isSquashed reports whether a cell has lost the blanks between its words.
func isSquashed(area string) bool {
	if strings.ContainsAny(area, " \n\t") {
		return false
	}
	return len(area) > 8 || hasInnerCapital(area)
}

func hasInnerCapital(s string) bool {
	low := false
	for _, r := range s {
		if low && unicode.IsUpper(r) {
			return true
		}
		low = unicode.IsLower(r)
	}
	return false
}

// pieces parts a word of a squashed cell, and gives nil for one that stays whole.
// A word that is the whole cell, without a capital inside, is only parted into known words.
func (g *gazetteer) pieces(word, folded string, squashed, whole bool) []string {
	if !squashed || len(folded) != len(word) {
		return nil
	}
	pieces := g.segment(word)
	if whole && !hasInnerCapital(word) && !g.allKnown(pieces) {
		return nil
	}
	return pieces
}

// segment parts a word without blanks into words: at each capital after a
// small letter, and inside that into the fewest known words and unknown letters.
func (g *gazetteer) segment(word string) []string {
	var out []string
	start := 0
	for i := 1; i <= len(word); i++ {
		if i == len(word) || isUpper(word[i]) && !isUpper(word[i-1]) || isDigit(word[i]) != isDigit(word[i-1]) {
			out = append(out, g.segmentPiece(word[start:i])...)
			start = i
		}
	}
	return out
}

// allKnown reports whether every piece is a known word: a lone word is not
// taken apart for less.
func (g *gazetteer) allKnown(pieces []string) bool {
	for _, p := range pieces {
		if !g.knows(strings.ToLower(p)) {
			return false
		}
	}
	return true
}

func isUpper(c byte) bool { return 'A' <= c && c <= 'Z' }
func isDigit(c byte) bool { return '0' <= c && c <= '9' }

func (g *gazetteer) segmentPiece(piece string) []string {
	low := strings.ToLower(piece)
	if g.knows(low) || len(low) > 200 {
		return []string{piece}
	}
	const unknown, known, longest = 3, 2, 20
	n := len(low)
	cost := make([]int, n+1)
	from := make([]int, n+1) // start of the last word; the same as the end less one for an unknown letter
	for i := 1; i <= n; i++ {
		cost[i], from[i] = cost[i-1]+unknown, -(i-1)-1
		for j := max(0, i-longest); j <= i-2; j++ {
			if c := cost[j] + known; c < cost[i] && g.knows(low[j:i]) {
				cost[i], from[i] = c, j
			}
		}
	}
	var cuts []string
	for i := n; i > 0; {
		j := from[i]
		if j < 0 { // a run of unknown letters stays together
			k := i
			for k > 0 && from[k] < 0 {
				k--
			}
			cuts, i = append(cuts, piece[k:i]), k
			continue
		}
		cuts, i = append(cuts, piece[j:i]), j
	}
	for i, j := 0, len(cuts)-1; i < j; i, j = i+1, j-1 {
		cuts[i], cuts[j] = cuts[j], cuts[i]
	}
	return cuts
}

// knows reports whether w is a word that the splitting of squashed cells may
// use: of a name, or one that stands between names. Short ones hide in others
// and need not be known: what is left over between two known words is a word.
func (g *gazetteer) knows(w string) bool {
	if linkWords[w] || w == "and" || w == "the" || w == "but" || w == "for" {
		return true
	}
	return len(w) > 3 && (typeWords[w] != typeNone || smallWords[w] || includeWords[w] || exceptWords[w] || g.words[w])
}
