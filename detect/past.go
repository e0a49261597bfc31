package detect

import (
	"math"
	"time"
)

// past is the last four weeks of a series by half hours, or by its bins where they are
// longer, and how like each past day was to the last 24 hours.
type past struct {
	perDay   int
	per      int       // bins a sample
	samples  []float64 // ring of seasonDays+1 days; NaN where nothing was known
	at       int       // of the next sample
	count    int       // samples that came
	sum      float64   // of the present sample
	n, bins  int       // bins of it that have a value, and all
	distance [seasonDays]float64
	overlap  [seasonDays]int
	order    [seasonDays]int // of likest
}

func newPast(step time.Duration) past {
	per := max(1, int(sampleStep/step))
	p := past{per: per, perDay: max(1, int(24*time.Hour/step)/per)}
	p.samples = make([]float64, (seasonDays+1)*p.perDay)
	for i := range p.samples {
		p.samples[i] = math.NaN()
	}
	for d := range p.order {
		p.order[d] = d
	}
	return p
}

// push adds a bin to the present sample.
func (p *past) push(v float64) {
	if !math.IsNaN(v) {
		p.sum += v
		p.n++
	}
	if p.bins++; p.bins < p.per {
		return
	}
	mean := math.NaN()
	if p.n > 0 {
		mean = p.sum / float64(p.n)
	}
	p.sum, p.n, p.bins = 0, 0, 0
	p.sample(mean)
}

// sample adds one and moves the 24 hours that are compared with past days.
func (p *past) sample(v float64) {
	p.samples[p.at] = v
	p.at = (p.at + 1) % len(p.samples)
	p.count++
	gone := p.back(p.perDay)
	for d := range seasonDays {
		p.compare(d, v, p.back((d+1)*p.perDay), 1)
		if d+2 <= seasonDays { // the sample that leaves the 24 hours
			p.compare(d, gone, p.back((d+2)*p.perDay), -1)
		}
	}
}

// back returns the sample so many ago; 0 is the last one that is whole.
func (p *past) back(n int) float64 {
	i := p.at - 1 - n
	for i < 0 {
		i += len(p.samples)
	}
	return p.samples[i]
}

func (p *past) compare(d int, now, then float64, sign int) {
	if diff := now - then; !math.IsNaN(diff) {
		p.distance[d] = max(0, p.distance[d]+float64(sign)*diff*diff)
		p.overlap[d] += sign
	}
}

// likest returns the past days in the order of how like they were to the last 24 hours;
// 0 is the day before. The order hardly changes from one sample to the next, so that the
// last one is put right.
func (p *past) likest() *[seasonDays]int {
	var mean [seasonDays]float64
	for d := range mean {
		if mean[d] = math.Inf(1); p.overlap[d] > 0 {
			mean[d] = p.distance[d] / float64(p.overlap[d])
		}
	}
	o := &p.order
	for i := 1; i < len(o); i++ {
		for j := i; j > 0 && (mean[o[j]] < mean[o[j-1]] || mean[o[j]] == mean[o[j-1]] && o[j] < o[j-1]); j-- {
			o[j], o[j-1] = o[j-1], o[j]
		}
	}
	return o
}

// replace puts other values in the place of the last n bins, sample by sample; of a
// sample that only a part of is given the rest stays as it is.
func (p *past) replace(n int, value func(i int) float64) {
	for i := 0; i < n; {
		ago := n - i // bins from the present moment, this one included
		if ago <= p.bins {
			p.sum, p.n = 0, 0
			for ; i < n; i++ {
				p.sum += value(i)
				p.n++
			}
			// What of the present sample came before stays as it would have been.
			p.sum, p.n = p.sum*float64(p.bins)/float64(p.n), p.bins
			return
		}
		back := (ago - p.bins - 1) / p.per // samples that are whole, from the last one
		sum, k := 0.0, 0
		for ; i < n && (n-i-p.bins-1)/p.per == back && n-i > p.bins; i++ {
			sum += value(i)
			k++
		}
		if back >= len(p.samples) {
			continue
		}
		at := p.at - 1 - back
		for at < 0 {
			at += len(p.samples)
		}
		if old := p.samples[at]; !math.IsNaN(old) && k < p.per {
			sum += old * float64(p.per-k)
			k = p.per
		}
		p.samples[at] = sum / float64(k)
	}
}
