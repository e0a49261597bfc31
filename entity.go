package keepiton

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
)

// ASN is the number of an autonomous system (RFC 6793): 0 means none.
type ASN uint32

// String returns AS44244.
func (a ASN) String() string { return "AS" + strconv.FormatUint(uint64(a), 10) }

// Entity is what a series or a signal is about. An AS is never one country's: what
// an AS has in a country is the pair of both (IODA's geoasn, notes/detection.md 5).
type Entity struct {
	Country string // ISO 3166-1 alpha-2; empty when it is of no one country
	Region  string // ISO 3166-2, with its Country
	ASN     ASN
	Access  string // one of Accesses; empty: any
	Service string // id of a service, [a-z0-9._-]; empty: reaching anything at all
}

// Accesses are the ways to be connected that a series may be narrowed to.
var Accesses = []string{"mobile", "fixed", "satellite"}

// String returns the entity as it stands in addresses, files and flags:
//
//	world  country/IR  region/IR-07  asn/44244  geoasn/44244-IR  geoasn/44244-IR-07
//
// followed by /mobile, /fixed or /satellite where Access is set, and by /service
// where Service is. The words are those of IODA's API.
func (e Entity) String() string {
	place := e.Region
	if place == "" {
		place = e.Country
	}
	var s string
	switch {
	case e.ASN != 0 && place != "":
		s = "geoasn/" + strconv.FormatUint(uint64(e.ASN), 10) + "-" + place
	case e.ASN != 0:
		s = "asn/" + strconv.FormatUint(uint64(e.ASN), 10)
	case e.Region != "":
		s = "region/" + e.Region
	case e.Country != "":
		s = "country/" + e.Country
	default:
		s = "world"
	}
	if e.Access != "" {
		s += "/" + e.Access
	}
	if e.Service != "" {
		s += "/" + e.Service
	}
	return s
}

// Compare orders entities by country, region, AS, access and service; the wider
// before the narrower.
func (e Entity) Compare(o Entity) int {
	return cmp.Or(cmp.Compare(e.Country, o.Country), cmp.Compare(e.Region, o.Region), cmp.Compare(e.ASN, o.ASN),
		cmp.Compare(e.Access, o.Access), cmp.Compare(e.Service, o.Service))
}

// Place returns the entity without AS, access and service.
func (e Entity) Place() Entity { return Entity{Country: e.Country, Region: e.Region} }

// ParseEntity reads what [Entity.String] writes, and the short forms that people
// type: IR, IR-07, AS44244, 44244, AS44244/IR. The error is invalid and names what
// cannot be read. Whether a country or region exists is not its business.
func ParseEntity(text string) (Entity, error) {
	bad := func(why string) (Entity, error) {
		return Entity{}, Hint(Errorf(Invalid, "entity %q: %s", text, why),
			"write country/IR, region/IR-07, asn/44244 or geoasn/44244-IR, then /mobile or a service such as /telegram if you wish")
	}
	if len(text) > 100 {
		return bad("longer than 100 bytes")
	}
	parts := strings.Split(strings.Trim(text, "/"), "/")
	var e Entity
	switch head := strings.ToLower(parts[0]); {
	case head == "world" || head == "planet":
		parts = parts[1:]
	case head == "country" || head == "region" || head == "asn" || head == "geoasn":
		if len(parts) < 2 {
			return bad("nothing follows " + head)
		}
		if !e.setCode(head, parts[1]) {
			return bad(strconv.Quote(parts[1]) + " is no code of a " + head)
		}
		parts = parts[2:]
	case isDigits(strings.TrimPrefix(head, "as")) && head != "as":
		asn, ok := parseASN(parts[0])
		if !ok {
			return bad("no AS number")
		}
		e.ASN = asn
		if parts = parts[1:]; len(parts) > 0 && e.setPlace(parts[0]) {
			parts = parts[1:]
		}
	default:
		if !e.setPlace(parts[0]) {
			return bad("unknown form")
		}
		parts = parts[1:]
	}
	if len(parts) > 0 && slices.Contains(Accesses, parts[0]) {
		e.Access, parts = parts[0], parts[1:]
	}
	switch {
	case len(parts) > 1:
		return bad("too many parts")
	case len(parts) == 1 && !isToken(parts[0]):
		return bad(strconv.Quote(parts[0]) + " is no id of a service")
	case len(parts) == 1:
		e.Service = parts[0]
	}
	return e, nil
}

func (e *Entity) setCode(kind, code string) bool {
	switch kind {
	case "country":
		return e.setPlace(code) && e.Region == ""
	case "region":
		return e.setPlace(code) && e.Region != ""
	}
	number, place, pair := strings.Cut(code, "-")
	asn, ok := parseASN(number)
	e.ASN = asn
	return ok && pair == (kind == "geoasn") && (!pair || e.setPlace(place))
}

// setPlace takes an ISO 3166-1 alpha-2 or an ISO 3166-2 code.
func (e *Entity) setPlace(code string) bool {
	country, sub, region := strings.Cut(strings.ToUpper(code), "-")
	if len(country) != 2 || !isLetters(country) || region && (len(sub) < 1 || len(sub) > 3 || !isAlnum(sub)) {
		return false
	}
	if e.Country = country; region {
		e.Region = country + "-" + sub
	}
	return true
}

func parseASN(s string) (ASN, bool) {
	if len(s) > 2 && strings.EqualFold(s[:2], "as") {
		s = s[2:]
	}
	n, err := strconv.ParseUint(s, 10, 32)
	return ASN(n), err == nil && n != 0
}

func isDigits(s string) bool {
	return s != "" && strings.IndexFunc(s, func(r rune) bool { return r < '0' || r > '9' }) < 0
}

func isLetters(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool { return r < 'A' || r > 'Z' }) < 0
}

func isAlnum(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool { return (r < 'A' || r > 'Z') && (r < '0' || r > '9') }) < 0
}

func isToken(s string) bool {
	return s != "" && strings.IndexFunc(s, func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < '0' || r > '9') && r != '-' && r != '_' && r != '.'
	}) < 0
}

// MarshalText implements encoding.TextMarshaler with what String returns.
func (e Entity) MarshalText() ([]byte, error) { return []byte(e.String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler with what ParseEntity reads.
func (e *Entity) UnmarshalText(text []byte) (err error) {
	*e, err = ParseEntity(string(text))
	return err
}
