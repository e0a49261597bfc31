package evaluate

import (
	"slices"

	"keepiton/detect"
	"keepiton/geo"
)

// Penalties are inverse variances of what weights are thought to be before anything is
// seen: log-odds of a term, of a region beside the world, of a country beside its
// region. They were set beforehand and not tuned.
type Penalties struct{ Term, Region, Country float64 }

// DefaultPenalties say that a term is worth about one unit of log-odds (notes/detection.md 2.2
// uses the same), and countries differ by as much inside a region.
var DefaultPenalties = Penalties{Term: 1, Region: 2, Country: 1}

// Expected are the log-odds that terms are thought to have before anything is seen, in
// steps of a half: what has been published of how shutdowns differ from outages
// (notes/detection.md 2.1), as round numbers. Weights are drawn to these, and not to nought, so
// that few events do not unlearn what is known from many: a file of a hundred events of
// which most are of one country says next to nothing of the others without it.
var Expected = map[string]float64{
	"on_hour": 1, "half_hour": 0.5, "friday": -0.5, "routes_fell": 1, "traffic_fell": 1,
	"recurs": 1.5, "ended": -1.5, "neighbours": -1, "election": 2, "history": 1,
}

// FitWeights fits the weights of P(intentional | disruption): a logistic regression with
// intercepts of countries drawn to their region's, and of regions to the world's. The
// answer has no calibration and no names.
func FitWeights(xs []Example, p Penalties) *detect.Weights {
	names := detect.Terms()
	w := &detect.Weights{Terms: map[string]detect.Term{}, Regions: map[string]float64{}, Countries: map[string]float64{}}
	centers := make([]float64, len(names))
	for j := range names {
		n := 0.0
		for i := range xs {
			if v, ok := detect.Value(j, xs[i].Feature); ok {
				centers[j] += v
				n++
			}
		}
		centers[j] /= max(1, n)
	}
	var regions, countries []string
	for i := range xs {
		regions = append(regions, regionOf(xs[i].Feature.Country))
		countries = append(countries, xs[i].Feature.Country)
	}
	regions, countries = distinct(regions), distinct(countries)
	m := &logit{penalty: make([]float64, 1+len(names)+len(regions)), groupPenalty: p.Country, groups: len(countries)}
	m.penalty[0] = 1e-6 // the bias is free
	m.towards = make([]float64, len(m.penalty))
	for j := range names {
		m.penalty[1+j] = p.Term
		m.towards[1+j] = Expected[names[j]]
	}
	for j := range regions {
		m.penalty[1+len(names)+j] = p.Region
	}
	for i := range xs {
		row := make([]float64, len(m.penalty))
		row[0] = 1
		for j := range names {
			if v, ok := detect.Value(j, xs[i].Feature); ok {
				row[1+j] = v - centers[j]
			}
		}
		r, _ := slices.BinarySearch(regions, regionOf(xs[i].Feature.Country))
		c, _ := slices.BinarySearch(countries, xs[i].Feature.Country)
		row[1+len(names)+r] = 1
		m.add(row, c, xs[i].Shut)
	}
	m.solve()
	w.Bias = m.beta[0]
	for j, name := range names {
		w.Terms[name] = detect.Term{Weight: m.beta[1+j], Center: centers[j]}
	}
	for j, r := range regions {
		w.Regions[r] = m.beta[1+len(names)+j]
	}
	for j, c := range countries {
		w.Countries[c] = m.gamma[j]
	}
	return w
}

func regionOf(country string) string {
	c, _ := geo.ByCode(country)
	return c.Region
}

func distinct(list []string) []string {
	slices.Sort(list)
	return slices.Compact(list)
}
