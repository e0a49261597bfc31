package geo

// typeWord says what kind of place a word such as "district" announces.
type typeWord uint8

const (
	typeNone   typeWord = iota
	typeRegion          // state, province: the name before it is a region, and closes its list
	typeSecond          // district, township
	typePlace           // city, village, area
)

var typeWords = map[string]typeWord{
	"state": typeRegion, "states": typeRegion, "province": typeRegion, "provinces": typeRegion, "region": typeRegion, "regions": typeRegion,
	"division": typeRegion, "divisions": typeRegion, "oblast": typeRegion, "oblasts": typeRegion, "governorate": typeRegion,
	"governorates": typeRegion, "krai": typeRegion, "county": typeRegion, "counties": typeRegion, "emirate": typeRegion,
	"prefecture": typeRegion, "department": typeRegion, "territory": typeRegion, "republic": typeRegion, "ut": typeRegion, "valley": typeRegion,
	"district": typeSecond, "districts": typeSecond, "distt": typeSecond, "dist": typeSecond, "township": typeSecond, "townships": typeSecond,
	"zone": typeSecond, "zones": typeSecond, "municipality": typeSecond, "subdivision": typeSecond, "tehsil": typeSecond,
	"tehsils": typeSecond, "taluka": typeSecond, "talukas": typeSecond, "block": typeSecond, "blocks": typeSecond, "mandal": typeSecond,
	"mandals": typeSecond, "sub": typeSecond,
	"city": typePlace, "cities": typePlace, "town": typePlace, "towns": typePlace, "village": typePlace, "villages": typePlace,
	"area": typePlace, "areas": typePlace, "sector": typePlace, "sectors": typePlace, "camp": typePlace, "camps": typePlace,
	"neighborhood": typePlace, "neighborhoods": typePlace, "neighbourhoods": typePlace, "peninsula": typePlace, "island": typePlace,
	"locality": typePlace, "localities": typePlace, "border": typePlace, "environs": typePlace, "university": typePlace, "universities": typePlace, "road": typePlace, "belt": typePlace,
}

// smallWords say how much of a place, or nothing: alone they are no place.
var smallWords = map[string]bool{
	"the": true, "a": true, "an": true, "parts": true, "part": true, "several": true, "many": true, "various": true, "some": true, "other": true,
	"others": true, "more": true, "most": true, "entire": true, "whole": true, "all": true, "least": true, "rural": true, "also": true,
	"along": true, "as": true, "well": true, "multiple": true, "adjoining": true, "surrounding": true, "neighboring": true, "neighbouring": true,
	"nearby": true, "police": true, "jurisdictions": true, "jurisdiction": true, "places": true, "such": true, "plus": true, "few": true,
	"among": true, "certain": true, "affected": true, "internet": true, "services": true, "suspended": true, "perhaps": true, "aka": true,
	"two": true, "three": true, "four": true, "five": true, "six": true, "seven": true, "eight": true, "nine": true, "ten": true, "eleven": true, "twelve": true,
	"large": true, "both": true, "targeted": true, "specific": true, "community": true, "development": true, "crisis": true, "hit": true, "boundaries": true,
	"especially": true, "mainly": true, "jurisdictional": true, "western": true, "eastern": true, "northern": true, "southern": true, "national": true, "union": true, "its": true,
	"located": true, "outside": true, "speed": true, "slowed": true, "down": true, "intersection": true, "but": true, "no": true, "somewhere": true,
	"occupied": true, "territories": true, "controlled": true, "capital": true, "capitals": true, "provincial": true, "federal": true,
}

// partWords say that less than the whole of what follows is meant.
var partWords = map[string]bool{
	"parts": true, "part": true, "several": true, "many": true, "various": true, "some": true, "few": true, "areas": true, "certain": true,
	"multiple": true, "villages": true, "townships": true, "western": true, "eastern": true, "northern": true, "southern": true, "large": true,
	"two": true, "three": true, "four": true, "five": true, "six": true, "seven": true, "eight": true, "nine": true, "ten": true,
}

// exceptWords open a part that was not affected.
var exceptWords = map[string]bool{"except": true, "excluding": true, "excepting": true, "barring": true, "besides": true}
