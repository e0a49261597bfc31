package ioda

import (
	"regexp"
	"strings"

	"keepiton"
	"keepiton/geo"
)

// entityOf reads an entity of IODA: country/IR, asn/44244, region/1906, geoasn/3269-IT or
// geoasn/3269-1906. Its regions are numbers of its own, which no table that we may use
// explains; but answers that give their name and country can be understood where ISO
// 3166-2 has exactly that name in that country.
func entityOf(location, name, country string) (keepiton.Entity, bool) {
	kind, code, _ := strings.Cut(location, "/")
	number, place, pair := strings.Cut(code, "-")
	switch {
	case kind == "region":
		place = code
	case kind == "geoasn" && pair:
	case kind == "country" || kind == "asn":
		e, err := keepiton.ParseEntity(location)
		_, known := geo.ByCode(e.Country)
		return e, err == nil && (e.Country == "" || known)
	default:
		return keepiton.Entity{}, false
	}
	if isNumber(place) {
		if _, last, ok := strings.Cut(name, " -- "); ok { // ASN-IBSNAZ -- Cagliari
			name = last
		}
		if place = regionOf(country, name); place == "" {
			return keepiton.Entity{}, false
		}
	}
	location = "region/" + place
	if kind == "geoasn" {
		location = "geoasn/" + number + "-" + place
	}
	e, err := keepiton.ParseEntity(location)
	_, known := geo.ByCode(e.Country)
	return e, err == nil && known
}

// regionOf returns the ISO 3166-2 code of the one region of a country that bears exactly
// this name in some language; empty when there is none.
func regionOf(country, name string) string {
	if _, known := geo.ByCode(country); !known || strings.TrimSpace(name) == "" {
		return ""
	}
	found := geo.Resolve(geo.Name(country, "en"), name, "")
	if len(found) != 1 || found[0].Country != country || found[0].Confidence < 1 || found[0].Except || found[0].District != "" {
		return ""
	}
	if strings.Contains(shared, found[0].Region+" ") {
		return ""
	}
	return found[0].Region
}

// shared are the codes whose name two of IODA's regions bear, such as a city and the
// county around it: which is meant cannot be told, and their counts must not mix.
const shared = "AF-PAR AL-02 AZ-LA AZ-SAK AZ-SUS GB-HAL HU-VE IE-CO IE-G IE-LK " +
	"IE-WD LV-DGV LV-JEL LV-VEN MD-RE MT-65 MW-CT MZ-MPM PE-CAL PE-LIM " +
	"PH-CEB PH-ILI PH-ISA PH-NCO PH-QUE RS-13 SI-054 UG-410 UZ-TK "

// fqid is how IODA's series keys name a place: geo.netacuity.EU.IT.1906, continent,
// country and region.
var fqid = regexp.MustCompile(`(?:^|\.)[A-Z?]{2}\.([A-Z]{2})(?:\.\d+)?$`)

func countryOf(s string) string {
	if m := fqid.FindStringSubmatch(s); m != nil {
		return m[1]
	}
	return ""
}

func isNumber(s string) bool {
	return s != "" && strings.Trim(s, "0123456789") == ""
}
