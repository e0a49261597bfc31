package detect

import (
	"runtime"
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
	series  map[keepiton.SeriesKey]*track
	pairs   map[keepiton.ASN][]*track     // what networks have in countries
	ill     map[string][]*track           // instruments' health, by feed
	falls   map[instrument][]fall         // what began to look like a signal, in the order of time
	covers  map[instrument]map[string]int // countries that an instrument looks at
	alike   map[alike][]*track            // among which something can move
	marked  map[string][]*track           // of homes, those that have signals
	opened  []opening                     // all signals, in the order of onset
	pieces  map[pieces]int                // how many there are
	owner   map[spotted]*group            // of the country that is looked at: where a signal is in the end
	known   map[string]Context            // what is known of countries
	answers map[asked]keepiton.Veto       // of moved
	now     keepiton.Stamp
}

// instrument is what may be ill as a whole: a metric of a feed, and all of the routes
// that one feed collects; the test of one service where those are told apart.
type instrument struct{ feed, metric, service string }

func instrumentOf(k keepiton.SeriesKey, m keepiton.Metric) instrument {
	if m.Family == keepiton.ControlPlane && k.Feed != "ioda" {
		return instrument{feed: k.Feed, metric: "routes"}
	}
	return instrument{feed: k.Feed, metric: k.Metric}
}

// fall is a doubt with where it is.
type fall struct {
	doubt
	country string
}

// watch follows all series, on as many cores as there are.
func watch(in *Input) (*world, error) {
	w := &world{in: in, homes: map[string][]*track{}, ill: map[string][]*track{}, falls: map[instrument][]fall{}, covers: map[instrument]map[string]int{}, now: keepiton.StampOf(in.Now), series: map[keepiton.SeriesKey]*track{}, pairs: map[keepiton.ASN][]*track{}, alike: map[alike][]*track{}, marked: map[string][]*track{}, known: map[string]Context{}, pieces: map[pieces]int{}, answers: map[asked]keepiton.Veto{}}
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

// context is what is known of a country.
func (w *world) context(country string) Context {
	if w.in.Context == nil {
		return unheard()
	}
	c, ok := w.known[country]
	if !ok {
		c = w.in.Context(country)
		w.known[country] = c
	}
	return c
}
