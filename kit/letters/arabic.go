package letters

import (
	"cmp"
	"slices"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// form is how a letter joins its neighbours.
type form uint8

// The forms; anyForm is for rules that are for all.
const (
	anyForm form = iota
	isolated
	final
	initial
	medial
)

// formFeatures are the features that give letters their forms, in the order in
// which they are applied.
var formFeatures = []struct {
	tag  string
	form form
}{{"isol", isolated}, {"fina", final}, {"medi", medial}, {"init", initial}}

// joining is how a character joins (Unicode 15, 9.2, "Arabic Joining Types").
type joining uint8

const (
	joinsNot     joining = iota
	joinsBefore          // with the letter before it: R
	joinsBoth            // D
	joinsAlways          // C: tatweel, zero width joiner
	joinsThrough         // T: marks
)

// rightJoining are the letters that join the letter before them alone, and
// notJoining those that join none (ArabicShaping.txt of Unicode 15, types R and
// U, for the blocks that our faces have). All other letters join on both sides.
var (
	rightJoining = table16(0x0622, 0x0625, 0x0627, 0x0627, 0x0629, 0x0629, 0x062f, 0x0632, 0x0648, 0x0648, 0x0671, 0x0673, 0x0675, 0x0677,
		0x0688, 0x0699, 0x06c0, 0x06c0, 0x06c3, 0x06cb, 0x06cd, 0x06cd, 0x06cf, 0x06cf, 0x06d2, 0x06d3, 0x06d5, 0x06d5, 0x06ee, 0x06ef,
		0x0759, 0x075b, 0x076b, 0x076c, 0x0771, 0x0771, 0x0773, 0x0774, 0x0778, 0x0779, 0x08aa, 0x08ac, 0x08ae, 0x08ae, 0x08b1, 0x08b2, 0x08b9, 0x08b9)
	notJoining = table16(0x0621, 0x0621, 0x0674, 0x0674, 0x06e5, 0x06e6, 0x08ad, 0x08ad, 0xfb50, 0xfeff)
)

// table16 makes a table of ranges, each given by its ends.
func table16(ends ...uint16) *unicode.RangeTable {
	t := &unicode.RangeTable{}
	for i := 0; i < len(ends); i += 2 {
		t.R16 = append(t.R16, unicode.Range16{Lo: ends[i], Hi: ends[i+1], Stride: 1})
	}
	return t
}

// joins returns the joining type of a character.
func joins(r rune) joining {
	switch {
	case r == 0x0640 || r == 0x200d:
		return joinsAlways
	case r == 0x200c:
		return joinsNot
	case unicode.In(r, unicode.Mn, unicode.Me) || silent(r):
		return joinsThrough
	case !unicode.IsLetter(r) || !unicode.Is(unicode.Arabic, r) || unicode.Is(notJoining, r):
		return joinsNot
	case unicode.Is(rightJoining, r):
		return joinsBefore
	}
	return joinsBoth
}

// forms finds the form of each letter of a text, of which part is a run; what
// stands beside the run joins as well.
func forms(text []rune, start, end int) []form {
	out := make([]form, end-start)
	last, lastType := -1, joinsNot // the letter before, marks left out
	for i := max(0, start-contextRunes); i < min(len(text), end+contextRunes); i++ {
		t := joins(text[i])
		if t == joinsThrough {
			continue
		}
		joined := (lastType == joinsBoth || lastType == joinsAlways) && t != joinsNot
		if joined && last >= start && last < end {
			switch out[last-start] {
			case isolated:
				out[last-start] = initial
			case final:
				out[last-start] = medial
			}
		}
		if i >= start && i < end && (t == joinsBefore || t == joinsBoth || t == joinsNot) {
			out[i-start] = isolated
			if joined {
				out[i-start] = final
			}
		}
		last, lastType = i, t
	}
	return out
}

// contextRunes is how far beside a run letters are looked at that may join it;
// marks in between are few.
const contextRunes = 16

// reorder brings the marks of each letter into the order in which the fonts
// expect them (Unicode Technical Report 53): shadda before vowels, a small hamza
// before all others. NFC puts a vowel before a shadda.
func reorder(text []rune) []rune {
	out := slices.Clone(text)
	for i := 0; i < len(out); {
		if markClass(out[i]) == 0 {
			i++
			continue
		}
		j := i
		for j < len(out) && markClass(out[j]) != 0 {
			j++
		}
		slices.SortStableFunc(out[i:j], func(a, b rune) int { return cmp.Compare(markClass(a), markClass(b)) })
		start, at := i, i
		for _, c := range []int{220, 230} { // those below the letter, then those above it
			for at < j && markClass(out[at]) < c {
				at++
			}
			end := at
			for end < j && markClass(out[end]) == c && modifier(out[end]) {
				end++
			}
			moved := slices.Clone(out[at:end])
			copy(out[start+len(moved):end], out[start:at])
			copy(out[start:], moved)
			start, at = start+len(moved), end
		}
		i = j
	}
	return out
}

// markClass returns the combining class of a mark, with the classes of Arabic
// vowels moved behind that of shadda.
func markClass(r rune) int {
	var b [4]byte
	n := copy(b[:], string(r))
	switch c := int(norm.NFC.Properties(b[:n]).CCC()); {
	case c == 33: // shadda
		return 27
	case c >= 27 && c <= 32:
		return c + 1
	default:
		return c
	}
}

// modifier reports the marks that are part of a letter ("Modifier Combining
// Marks", UTR 53).
func modifier(r rune) bool {
	switch r {
	case 0x0654, 0x0655, 0x0658, 0x06dc, 0x06e3, 0x06e7, 0x06e8, 0x08d3, 0x08f3:
		return true
	}
	return r >= 0x08ca && r <= 0x08cf
}
