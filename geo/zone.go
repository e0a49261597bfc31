package geo

import (
	"time"

	"keepiton"
)

// Zone returns the zone that a country keeps its hours by where one has to do: the
// capital's, or where another holds most people, that one's (New York, Sydney, São
// Paulo). It is nil for a code without people or one of the made-up world.
func Zone(country string) *time.Location {
	name := mainZones[country]
	if name == "" {
		all := zones()[country]
		if len(all) == 0 {
			return nil
		}
		name = all[0]
	}
	zone, err := keepiton.Zone(name)
	if err != nil {
		return nil // a system without the tz database
	}
	return zone
}

// mainZones are those of countries with several zones, where the first of [Zones] is
// not the one.
var mainZones = map[string]string{
	"AU": "Australia/Sydney",
	"BR": "America/Sao_Paulo",
	"CA": "America/Toronto",
	"CD": "Africa/Kinshasa",
	"FM": "Pacific/Pohnpei",
	"GL": "America/Nuuk",
	"KI": "Pacific/Tarawa",
	"MH": "Pacific/Majuro",
	"MY": "Asia/Singapore",
	"RU": "Europe/Moscow",
	"UZ": "Asia/Tashkent",
	"VN": "Asia/Ho_Chi_Minh",
}
