package script

import (
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"keepiton"
)

func sorted[T any](m map[string]T) []string {
	var out []string
	for k := range m {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}

func (p *parser) peek() (word, bool) {
	if p.at < len(p.words) {
		return p.words[p.at], true
	}
	return word{}, false
}

// next takes the next word.
func (p *parser) next(what string) (word, error) {
	w, ok := p.peek()
	if !ok {
		last := p.words[len(p.words)-1]
		return w, p.errorf(last.column+len(last.text), "%s is expected here", what)
	}
	p.at++
	return w, nil
}

// accept takes the next word if it is this one.
func (p *parser) accept(text string) bool {
	if w, ok := p.peek(); ok && w.text == text && !w.quoted {
		p.at++
		return true
	}
	return false
}

func (p *parser) must(text string) error {
	if p.accept(text) {
		return nil
	}
	w, err := p.next(strconv.Quote(text))
	if err != nil {
		return err
	}
	return p.errorf(w.column, "%q: %q is expected here", w.text, text)
}

// moment reads a day or a minute, UTC.
func (p *parser) moment() (time.Time, error) {
	w, err := p.next("a time such as 2026-03-20T10:00")
	if err != nil {
		return time.Time{}, err
	}
	for _, layout := range []string{"2006-01-02T15:04", "2006-01-02", "2006-01-02T15:04Z"} {
		if t, err := time.Parse(layout, w.text); err == nil {
			return t, nil
		}
	}
	return time.Time{}, p.errorf(w.column, "%q is no time such as 2026-03-20T10:00 (UTC) and no day such as 2026-03-20", w.text)
}

// span reads a length of time: 10m, 5h, 7d.
func (p *parser) span() (time.Duration, error) {
	w, err := p.next("a length of time such as 10m, 5h or 7d")
	if err != nil {
		return 0, err
	}
	if n := len(w.text); n > 1 {
		unit := map[byte]time.Duration{'m': time.Minute, 'h': time.Hour, 'd': 24 * time.Hour}[w.text[n-1]]
		if v, err := strconv.ParseFloat(w.text[:n-1], 64); err == nil && unit != 0 && v > 0 && v < 10000 {
			return time.Duration(v * float64(unit)).Round(time.Minute), nil
		}
	}
	return 0, p.errorf(w.column, "%q is no length of time such as 10m, 5h or 7d", w.text)
}

// share reads 60% or 0.6.
func (p *parser) share() (float64, error) {
	w, err := p.next("a share such as 60%")
	if err != nil {
		return 0, err
	}
	text, percent := strings.CutSuffix(w.text, "%")
	v, err := strconv.ParseFloat(text, 64)
	if percent {
		v /= 100
	}
	if err != nil || math.IsNaN(v) || v < 0 || v > 1 {
		return 0, p.errorf(w.column, "%q is no share between 0%% and 100%%", w.text)
	}
	return v, nil
}

// number reads a number within bounds.
func (p *parser) number(what string, least, most float64) (float64, error) {
	w, err := p.next(what)
	if err != nil {
		return 0, err
	}
	v, err := strconv.ParseFloat(w.text, 64)
	if err != nil || math.IsNaN(v) || v < least || v > most {
		return 0, p.errorf(w.column, "%q is not %s: a number from %v to %v", w.text, what, least, most)
	}
	return v, nil
}

// code reads a country: two capital letters.
func (p *parser) code() (string, error) {
	w, err := p.next("a country such as XB")
	if err != nil {
		return "", err
	}
	if !isCountry(w.text) {
		return "", p.errorf(w.column, "%q is no country such as XB", w.text)
	}
	return w.text, nil
}

func isCountry(s string) bool {
	return len(s) == 2 && s[0] >= 'A' && s[0] <= 'Z' && s[1] >= 'A' && s[1] <= 'Z'
}

// entity reads what keepiton.ParseEntity does.
func (p *parser) entity() (keepiton.Entity, error) {
	w, err := p.next("an entity such as XB, AS64600/XB or country/XB/telegram")
	if err != nil {
		return keepiton.Entity{}, err
	}
	e, err := keepiton.ParseEntity(w.text)
	if err != nil {
		return e, p.errorf(w.column, "%v", err)
	}
	return e, nil
}

// asn reads AS64600.
func (p *parser) asn() (keepiton.ASN, error) {
	w, err := p.next("a network such as AS64600")
	if err != nil {
		return 0, err
	}
	if n, ok := isASN(w.text); ok {
		return n, nil
	}
	return 0, p.errorf(w.column, "%q is no network such as AS64600", w.text)
}

func isASN(s string) (keepiton.ASN, bool) {
	digits, ok := strings.CutPrefix(s, "AS")
	if !ok {
		return 0, false
	}
	n, err := strconv.ParseUint(digits, 10, 32)
	return keepiton.ASN(n), err == nil && n > 0
}

// token reads a word of a few letters: a metric, a service, a kind.
func (p *parser) token(what string) (string, error) {
	w, err := p.next(what)
	if err != nil {
		return "", err
	}
	if w.text == "" || strings.IndexFunc(w.text, func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < '0' || r > '9') && r != '-' && r != '_' && r != '.'
	}) >= 0 {
		return "", p.errorf(w.column, "%q is not %s: small letters, digits, -, _ and .", w.text, what)
	}
	return w.text, nil
}

// one reads one of a few words.
func (p *parser) one(what string, of ...string) (string, error) {
	w, err := p.next(what)
	if err != nil {
		return "", err
	}
	if !slices.Contains(of, w.text) {
		return "", p.errorf(w.column, "%q is not %s: one of %s", w.text, what, strings.Join(of, ", "))
	}
	return w.text, nil
}
