package geo

import (
	"math"
	"sync"
)

// addresses are /24 equivalents of IPv4 by country.
var addresses = sync.OnceValue(func() map[string]float64 {
	out := map[string]float64{}
	DefaultPrefixes().Each(0, math.MaxUint64, false, func(b Block) {
		out[b.Country] += Equivalents(b.From, b.To, false)
	})
	return out
})

// Addresses returns how many /24 equivalents of IPv4 a country holds by the table that
// the program carries; nought for one that holds none or is not known.
func Addresses(country string) float64 { return addresses()[country] }
