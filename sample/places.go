package sample

import (
	"strings"

	"keepiton"
)

// country is a made-up country as package geo names it; a test holds the two
// together, since packages of one row do not know each other.
type country struct {
	code, name, label string // label: the name in STOP's style
	region            string // code of keepiton.Regions
	parts             []string
	operators         []string
	weight            int // share of generated incidents, of 100
}

var countries = []country{
	{"XA", "Norland", "Norland (Republic of)", "europe", []string{"Skarvik", "Brenholt", "Ostermark"}, []string{"Norlink", "Fjordnett"}, 1},
	{"XB", "Savara", "Savara", "africa", []string{"Lower Tembe", "Upper Tembe", "Kitoro", "Masaba Coast"}, []string{"Savatel", "Tembe Mobile"}, 10},
	{"XC", "Qamaria", "Qamaria (Kingdom of)", "mena", []string{"Bahriya", "Wadi Noor", "Jabalain"}, []string{"Qamar Mobile", "Hilal Net"}, 17},
	{"XD", "Marusha", "Marusha (Union of)", "apac", []string{"Kalpet", "Anjora", "Sundari Hills", "Port Velu", "Devgaon"}, []string{"Marusha Telecom", "Velu Wireless", "Anjora Cell"}, 48},
	{"XE", "Costa Alba", "Costa Alba", "lac", []string{"Río Claro", "San Telmo", "Altamira"}, []string{"Alba Móvil", "RedSur"}, 4},
	{"XF", "Velkovia", "Velkovia", "eeca", []string{"Zarechny", "Dolina", "Severograd", "Orlovo"}, []string{"Velkom", "Dolina Net"}, 11},
	{"XG", "Aranda", "Aranda (Federal State of)", "africa", []string{"Gelana", "Mirab Amba", "Debre Worka"}, []string{"Aranda Tel"}, 8},
	{"XH", "Pelican Bay", "Pelican Bay", "north_america", []string{"Eastport", "Millbrook"}, []string{"Pelican Wireless"}, 1},
}

func lookup(code string) country {
	for _, c := range countries {
		if c.code == code {
			return c
		}
	}
	panic("sample: no country " + code)
}

// partCode returns the ISO 3166-2 style code of the n-th part, from 1.
func (c country) partCode(n int) string { return c.code + "-0" + string(rune('0'+n)) }

// nationwide is the whole country.
func (c country) nationwide() []keepiton.Place {
	return []keepiton.Place{{Words: "Nationwide", Country: c.code, Nationwide: true, Confidence: 1, Method: "exact"}}
}

// places returns the parts with the numbers ns, from 1.
func (c country) places(ns ...int) []keepiton.Place {
	var out []keepiton.Place
	for _, n := range ns {
		out = append(out, keepiton.Place{Words: c.parts[n-1], Country: c.code, Region: c.partCode(n), Confidence: 1, Method: "exact"})
	}
	return out
}

// words joins the words of places as a sheet would.
func words(places []keepiton.Place) string {
	var out []string
	for _, p := range places {
		if p.Words != "" && !p.Except {
			out = append(out, p.Words)
		}
	}
	return strings.Join(out, ", ")
}
