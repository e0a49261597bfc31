package notify

import (
	"regexp"
	"strings"
	"unicode/utf8"

	"keepiton"
	"keepiton/locale"
)

// MaxOperator bounds the name of an operator that somebody asks for, in runes.
const MaxOperator = 80

// asNumber is the number of an autonomous system as people write it: AS24757, AS
// 24757, ASN 24757. It has at most 32 bits (RFC 6793).
var asNumber = regexp.MustCompile(`\basn? ?([0-9]{1,10})\b`)

// operatorKey is an operator's name or number as it is compared: folded, so that case,
// accents and how a script is written make no difference, and AS numbers as one word.
func operatorKey(name string) string {
	return asNumber.ReplaceAllString(locale.Fold(name), "as$1")
}

// operatorFacets are the names by which an operator is found: its own and its owner's.
// An AS number is found where the record names it.
func operatorFacets(o keepiton.Operator) []string {
	return []string{operatorKey(o.Name), operatorKey(o.Owner)}
}

// isOperator reports whether a name can be asked for.
func isOperator(v string) bool {
	return utf8.RuneCountInString(v) <= MaxOperator && len(operatorKey(v)) >= 2
}

// sameOperator reports whether somebody who asked for wanted means an operator: all of
// its words stand in the name, in this order and together. Airtel is Airtel Uganda;
// Air is not.
func sameOperator(key, wanted string) bool {
	return strings.Contains(" "+key+" ", " "+operatorKey(wanted)+" ")
}
