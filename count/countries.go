package count

import (
	"strings"
	"time"

	"keepiton"
)

// CountriesByYear returns in how many distinct countries rule counts at least
// one instance, for each year and, under year 0, for all years together: the
// second number of "187 shutdowns in 35 countries". Several countries in one
// cell count one by one. Errors are those of Run.
func CountriesByYear(rule Rule, asOf time.Time, cases func(yield func(*Case) error) error) (map[int]int, error) {
	if asOf.IsZero() || rule.instances == nil {
		return nil, keepiton.Errorf(keepiton.Invalid, "counting needs a rule and a moment")
	}
	seen := map[int]map[string]bool{}
	see := func(year int, country string) {
		set := seen[year]
		if set == nil {
			set = map[string]bool{}
			seen[year] = set
		}
		set[country] = true
	}
	count := func(i Instance) {
		for country := range strings.SplitSeq(i.Dims[Country], ";") {
			if country = strings.TrimSpace(country); country != "" {
				see(i.Year, country)
				see(0, country)
			}
		}
	}
	err := cases(func(c *Case) error {
		rule.Instances(c, asOf, count)
		return nil
	})
	if err != nil {
		return nil, err
	}
	out := map[int]int{}
	for year, set := range seen {
		out[year] = len(set)
	}
	return out, nil
}
