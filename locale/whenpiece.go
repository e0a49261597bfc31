package locale

import (
	"strings"
	"unicode"
)

// maxWhen bounds the bytes that are read of a date or a time. Nobody says when
// something began in more; what is cut off here is still kept as words.
const maxWhen = 200

// piece is a word, number or sign of a date or time as somebody typed it.
type piece struct {
	word   string // folded, with its article; empty for numbers and signs
	number int    // for numbers
	digits int    // how many digits the number was written with; 0: no number
	sign   rune   // : . / - and what else stands between
	time   bool   // typed into the field for the time of day
	used   bool   // read already
}

func (t *piece) isNumber() bool { return t.digits > 0 }

// pieces takes words apart: numbers in the digits of any script, folded words,
// and the signs between. A letter beside a digit begins a new one: 15h30, ከ3.
func pieces(s string, isTime bool) []piece {
	if len(s) > maxWhen {
		s = s[:maxWhen]
	}
	var out []piece
	rest := []rune(strings.ToValidUTF8(s, " "))
	for len(rest) > 0 {
		n := 1
		switch r := rest[0]; {
		case unicode.IsDigit(r):
			t := piece{time: isTime}
			for n = 0; n < len(rest) && unicode.IsDigit(rest[n]); n++ {
				if t.number < 1e8 {
					t.number = t.number*10 + digit(rest[n])
				}
				t.digits++
			}
			out = append(out, t)
		case isEthiopicNumber(r):
			for n < len(rest) && isEthiopicNumber(rest[n]) {
				n++
			}
			v := ethiopicNumber(rest[:n])
			out = append(out, piece{number: v, digits: len(itoa(v)), time: isTime})
		case unicode.IsLetter(r) || unicode.IsMark(r):
			for n < len(rest) && (unicode.IsLetter(rest[n]) || unicode.IsMark(rest[n])) {
				n++
			}
			for word := range strings.FieldsSeq(fold(string(rest[:n]), false)) {
				out = append(out, piece{word: word, time: isTime})
			}
		case !unicode.IsSpace(r):
			out = append(out, piece{sign: r, time: isTime})
		}
		rest = rest[n:]
	}
	return out
}

// digit is the value of a decimal digit of any script: Unicode lists those of
// one script in order, ten by ten.
func digit(r rune) int {
	for _, t := range unicode.Nd.R16 {
		if rune(t.Lo) <= r && r <= rune(t.Hi) {
			return int(r-rune(t.Lo)) % 10
		}
	}
	for _, t := range unicode.Nd.R32 {
		if rune(t.Lo) <= r && r <= rune(t.Hi) {
			return int(r-rune(t.Lo)) % 10
		}
	}
	return 0
}

func isEthiopicNumber(r rune) bool { return r >= 0x1369 && r <= 0x137C }

// ethiopicNumber reads ፳፻፲፱ as 2019: ones and tens are added, ፻ and ፼ count
// what stands before them a hundred and ten thousand times.
func ethiopicNumber(s []rune) int {
	total, part := 0, 0
	for _, r := range s {
		switch {
		case r <= 0x1371: // ፩ to ፱
			part += int(r-0x1369) + 1
		case r <= 0x137A: // ፲ to ፺
			part += (int(r-0x1372) + 1) * 10
		case r == 0x137B: // ፻
			total, part = total+max(part, 1)*100, 0
		default: // ፼
			total, part = max(total+part, 1)*10000, 0
		}
		if total > 1e8 {
			return 1e8
		}
	}
	return total + part
}

func itoa(n int) string {
	if n < 10 {
		return string(rune('0' + n))
	}
	return itoa(n/10) + string(rune('0'+n%10))
}
