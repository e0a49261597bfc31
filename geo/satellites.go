package geo

import "keepiton"

// satellites are networks that reach their users from the sky, with their operators.
// Starlink's is named in notes/detection.md 5; the others were put together by hand from
// the names that registries have for them, and are those whose whole network is of that
// kind: operators that also run cables are left out. Add one with its operator.
var satellites = map[keepiton.ASN]string{
	800:    "OneWeb",
	5377:   "Marlink",
	6621:   "Hughes Network Systems",
	7155:   "Viasat",
	12684:  "SES",
	14593:  "SpaceX Starlink",
	22351:  "Intelsat",
	27277:  "SpaceX Starlink",
	31515:  "Inmarsat",
	39356:  "Avanti",
	60725:  "SES O3b",
	135409: "Kacific",
}

// Satellite returns who operates a network that reaches its users from the sky; the
// empty text for all others. Addresses of such a network are given countries by
// contracts and ground stations, which move, and its users roam (ships; APNIC once gave
// Starlink 60 % of Yemen's users): it is of no country's denominator
// (notes/detection.md 5).
func Satellite(a keepiton.ASN) string { return satellites[a] }
