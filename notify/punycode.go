package notify

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Parameters of Punycode (RFC 3492, section 5).
const (
	punyBase, punyMin, punyMax     = 36, 1, 26
	punySkew, punyDamp             = 38, 700
	punyBias, punyFirst            = 72, 128
	punyPrefix                     = "xn--" // RFC 5890, section 2.3.2.1
	mostLabel, mostDomain, mostDot = 63, 253, 127
)

// asciiDomain writes the name of a host in the letters that mail servers take: in
// small letters, each label of others as an A-label (RFC 5891). ok is false for
// what is no name of a host with a dot in it. Of the rules for labels it holds
// those that keep one name from being written in two ways: small letters, NFKC
// (UTS 46, section 4), and nothing in a label but letters, marks, digits and
// hyphens.
func asciiDomain(s string) (domain string, ok bool) {
	s = strings.Map(func(r rune) rune {
		if r == '。' || r == '．' || r == '｡' { // UTS 46, section 4.5
			return '.'
		}
		return r
	}, strings.TrimSuffix(s, "."))
	labels := strings.SplitN(norm.NFKC.String(strings.ToLower(norm.NFKC.String(s))), ".", mostDot)
	for i, label := range labels {
		if label == "" || strings.HasPrefix(label, "-") || strings.HasSuffix(label, "-") || strings.IndexFunc(label, notInLabel) >= 0 {
			return "", false
		}
		if labels[i] = punycode(label); len(labels[i]) > mostLabel {
			return "", false
		}
	}
	domain = strings.Join(labels, ".")
	return domain, len(labels) > 1 && len(domain) <= mostDomain
}

func notInLabel(r rune) bool {
	return r == utf8.RuneError || r != '-' && !unicode.In(r, unicode.L, unicode.M, unicode.Nd) && r != '\u200c' && r != '\u200d'
}

// punycode returns a label as an A-label if it has letters beyond ASCII (RFC 3492,
// section 6.3). Labels are at most some 250 letters, so numbers do not run over.
func punycode(label string) string {
	runes := []rune(label)
	var out []byte
	for _, r := range runes {
		if r < punyFirst {
			out = append(out, byte(r))
		}
	}
	basic := len(out)
	if basic == len(runes) {
		return label
	}
	if basic > 0 {
		out = append(out, '-')
	}
	n, delta, bias := rune(punyFirst), 0, punyBias
	for done := basic; done < len(runes); n, delta = n+1, delta+1 {
		next := rune(unicode.MaxRune)
		for _, r := range runes {
			if r >= n {
				next = min(next, r)
			}
		}
		delta += int(next-n) * (done + 1)
		n = next
		for _, r := range runes {
			if r < n {
				delta++
			}
			if r != n {
				continue
			}
			q := delta
			for k := punyBase; ; k += punyBase {
				t := min(max(k-bias, punyMin), punyMax)
				if q < t {
					break
				}
				out = append(out, punyDigit(t+(q-t)%(punyBase-t)))
				q = (q - t) / (punyBase - t)
			}
			out = append(out, punyDigit(q))
			bias = punyAdapt(delta, done+1, done == basic)
			delta, done = 0, done+1
		}
	}
	return punyPrefix + string(out)
}

func punyDigit(d int) byte { return "abcdefghijklmnopqrstuvwxyz0123456789"[d] }

// punyAdapt follows section 6.1.
func punyAdapt(delta, points int, first bool) int {
	if first {
		delta /= punyDamp
	} else {
		delta /= 2
	}
	delta += delta / points
	k := 0
	for ; delta > (punyBase-punyMin)*punyMax/2; k += punyBase {
		delta /= punyBase - punyMin
	}
	return k + (punyBase-punyMin+1)*delta/(delta+punySkew)
}
