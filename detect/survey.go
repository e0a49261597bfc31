package detect

import (
	"cmp"
	"runtime"
	"slices"
	"strconv"
	"sync"
	"time"

	"keepiton"
)

// Survey is what a look at all series comes to.
type Survey struct {
	Disruptions []keepiton.Disruption // in the order of onset
	Vetoed      []keepiton.Signal     // what was explained without a disruption, in the order of onset
	Series      int                   // how many were looked at
}

// Disruptions returns what the series have, in the order of onset. It keeps no state:
// the same input gives the same answer, and an id is made of the first detection, so
// that it stays. Each disruption has the verdicts that were due by in.Now, each computed
// with what had arrived by its own moment. What turns out to be a part or an episode of
// another disruption is not returned any more. The error is that of in.Series.
func Disruptions(in Input) ([]keepiton.Disruption, error) {
	s, err := Look(in)
	return s.Disruptions, err
}

// Look is [Disruptions], with what did not become one.
func Look(in Input) (Survey, error) {
	w, err := watch(&in)
	if err != nil {
		return Survey{}, err
	}
	return w.survey(), nil
}

// Replay looks at the series once, and says what was to be seen at each of some moments
// before in.Now: what [Look] would have found then, as long as values came in the order
// of their time.
func Replay(in Input, moments []time.Time) ([]Survey, error) {
	w, err := watch(&in)
	if err != nil {
		return nil, err
	}
	var out []Survey
	for _, at := range moments {
		w.now = keepiton.StampOf(at)
		out = append(out, w.survey())
	}
	return out, nil
}

// world is all series, each followed once.
type world struct {
	in      *Input
	tracks  []*track            // in the order of keys
	homes   map[string][]*track // by country, or by AS where one is at home in none
	asns    map[keepiton.SeriesKey]*track
	ill     map[string][]*track           // instruments' health, by feed
	falls   map[instrument][]fall         // what began to look like a signal, in the order of time
	covers  map[instrument]map[string]int // countries that an instrument looks at
	alike   map[alike][]*track            // among which something can move
	answers map[asked]keepiton.Veto       // of moved
	now     keepiton.Stamp
}

// instrument is what may be ill as a whole: a metric of a feed, and all of the routes
// that one feed collects.
type instrument struct{ feed, metric string }

func instrumentOf(k keepiton.SeriesKey, m keepiton.Metric) instrument {
	if m.Family == keepiton.ControlPlane && k.Feed != "ioda" {
		return instrument{k.Feed, "routes"}
	}
	return instrument{k.Feed, k.Metric}
}

// fall is a doubt with where it is.
type fall struct {
	doubt
	country string
}

// watch follows all series, on as many cores as there are.
func watch(in *Input) (*world, error) {
	w := &world{in: in, homes: map[string][]*track{}, ill: map[string][]*track{}, falls: map[instrument][]fall{}, covers: map[instrument]map[string]int{}, now: keepiton.StampOf(in.Now), asns: map[keepiton.SeriesKey]*track{}, alike: map[alike][]*track{}, answers: map[asked]keepiton.Veto{}}
	type job struct {
		series keepiton.Series
		metric keepiton.Metric
	}
	jobs := make(chan job)
	var wait sync.WaitGroup
	var lock sync.Mutex
	for range runtime.GOMAXPROCS(0) {
		wait.Go(func() {
			for j := range jobs {
				t := follow(&j.series, j.metric, in)
				lock.Lock()
				w.tracks = append(w.tracks, t)
				lock.Unlock()
			}
		})
	}
	var failed error
	for s, err := range in.Series {
		if err != nil {
			failed = err
			break
		}
		m, ok := in.Metric(s.Feed, s.Metric)
		if !ok || m.Kind == keepiton.Churn || s.Step <= 0 || len(s.Bins) == 0 {
			continue
		}
		jobs <- job{s, m}
	}
	close(jobs)
	wait.Wait()
	if failed != nil {
		return nil, failed
	}
	w.index()
	return w, nil
}

func compareKeys(a, b keepiton.SeriesKey) int {
	return cmp.Or(a.Entity.Compare(b.Entity), cmp.Compare(a.Feed, b.Feed), cmp.Compare(a.Metric, b.Metric))
}

// index sorts tracks to where they are asked for.
func (w *world) index() {
	slices.SortFunc(w.tracks, func(a, b *track) int { return compareKeys(a.key, b.key) })
	for _, t := range w.tracks {
		if t.metric.Kind == keepiton.Health {
			w.ill[t.key.Feed] = append(w.ill[t.key.Feed], t)
			continue
		}
		if t.key.Entity.ASN != 0 && t.key.Entity.Country == "" {
			w.asns[t.key] = t
		}
	}
	for _, t := range w.tracks {
		if t.metric.Kind == keepiton.Health {
			continue
		}
		home := w.home(t)
		w.homes[home] = append(w.homes[home], t)
		country := t.key.Entity.Country
		if country == "" {
			continue
		}
		if t.metric.Kind == keepiton.Amount {
			w.alike[alikeOf(t)] = append(w.alike[alikeOf(t)], t)
		}
		by := instrumentOf(t.key, t.metric)
		for _, d := range t.began {
			w.falls[by] = append(w.falls[by], fall{d, country})
		}
		if w.covers[by] == nil {
			w.covers[by] = map[string]int{}
		}
		w.covers[by][country]++
	}
	for by, all := range w.falls {
		slices.SortFunc(all, func(a, b fall) int {
			return cmp.Or(cmp.Compare(a.from, b.from), cmp.Compare(a.country, b.country), cmp.Compare(a.known, b.known))
		})
		w.falls[by] = slices.CompactFunc(all, func(a, b fall) bool { return a.from == b.from && a.country == b.country })
	}
}

// home returns the country of a track. A network as a whole is at home where it has
// nearly all of what it has; one that is at home nowhere stands for itself.
func (w *world) home(t *track) string {
	e := t.key.Entity
	switch {
	case e.Country != "":
		return e.Country
	case e.ASN == 0:
		return ""
	}
	whole := t.usual()
	for _, o := range w.tracks {
		if p := o.key.Entity; p.ASN == e.ASN && p.Country != "" && p.Region == "" && p.Access == e.Access && p.Service == e.Service && o.key.Feed == t.key.Feed && o.key.Metric == t.key.Metric && whole > 0 && o.usual() >= homeShare*whole {
			return p.Country
		}
	}
	return "AS" + strconv.FormatUint(uint64(e.ASN), 10)
}

// usual is the middle of what a series had, of some days at least.
func (t *track) usual() float64 {
	return middleOf(t.levels(t.cells.end(len(t.cells.voice)-1), 7*96, ^keepiton.Stamp(0)))
}

// middleOf is the median of a few values, nought when there are none.
func middleOf(v []float64) float64 {
	if len(v) == 0 {
		return 0
	}
	return median(slices.Clone(v))
}

// context is what is known of a country.
func (w *world) context(country string) Context {
	if w.in.Context == nil {
		return unheard()
	}
	return w.in.Context(country)
}

func minutes(s keepiton.Stamp) time.Duration { return time.Duration(s) * time.Minute }
