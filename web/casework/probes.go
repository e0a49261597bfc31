package casework

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"keepiton"
	work "keepiton/casework"
	"keepiton/probe"
	"keepiton/source"
)

// TakeIn makes series of a file of a probe's results on the machine that runs the desk.
type TakeIn func(ctx context.Context, file []byte) (source.Summary, error)

// probesBody is the box of what machines saw, apart from what people told.
type probesBody struct {
	Boxes    []probeBox
	Unopened int
	CanTake  bool
}

// probeBox is one country and day, with a partner's token or without: a token is all that
// anybody can show who is not known.
type probeBox struct {
	Countries []string
	Lane      keepiton.Lane
	Day       time.Time
	Files     []keepiton.EnvelopeID
	Networks  []keepiton.Entity
	Runs      int
	Probes    int
	Saw       []sawLine
}

// sawLine is how many runs said what of the network.
type sawLine struct {
	Verdict probe.Verdict
	Runs    int
}

// networkVerdicts are those of a network, the gravest first; whatever else stands in a
// result is as good as unknown.
var networkVerdicts = []probe.Verdict{probe.Blackout, probe.Whitelisting, probe.BlockingOfSome, probe.Healthy, probe.Offline, probe.CaptivePortal, probe.CannotTell}

// openProbes are what is open of probes and not decided.
func (v *visit) openProbes(shelf *work.Shelf) (open []*work.Opened, unopened int) {
	for _, e := range undecided(shelf.Here(), shelf.Judged) {
		switch o := v.desk.Known(e.ID); {
		case o == nil:
			unopened++
		case o.Results() != nil:
			c := *o
			c.Envelope = e
			open = append(open, &c)
		}
	}
	return open, unopened
}

func probesPage(v *visit) error {
	shelf, err := v.desk.Shelf(v.ctx())
	if err != nil {
		return err
	}
	open, unopened := v.openProbes(shelf)
	b := &probesBody{Boxes: boxesOf(open), Unopened: unopened, CanTake: v.opt.TakeIn != nil}
	return v.render(200, "probes", v.title("casework.probes.title"), b)
}

// boxesOf parts results by day, country and lane, the newest first.
func boxesOf(open []*work.Opened) []probeBox {
	var boxes []probeBox
	for _, o := range open {
		r, day := o.Results(), o.Results().From.Truncate(24*time.Hour)
		i := slices.IndexFunc(boxes, func(b probeBox) bool {
			return b.Day.Equal(day) && b.Lane == o.Envelope.Lane && slices.Equal(b.Countries, r.Countries)
		})
		if i < 0 {
			i = len(boxes)
			boxes = append(boxes, probeBox{Countries: r.Countries, Lane: o.Envelope.Lane, Day: day})
		}
		boxes[i].add(o)
	}
	slices.SortStableFunc(boxes, func(a, b probeBox) int {
		return cmp.Or(b.Day.Compare(a.Day), slices.Compare(a.Countries, b.Countries), cmp.Compare(slices.Index(keepiton.Lanes, a.Lane), slices.Index(keepiton.Lanes, b.Lane)))
	})
	return boxes
}

func (b *probeBox) add(o *work.Opened) {
	r := o.Results()
	b.Files = append(b.Files, o.Envelope.ID)
	b.Networks = append(b.Networks, r.Networks...)
	slices.SortFunc(b.Networks, work.ByName)
	b.Networks = slices.Compact(b.Networks)
	b.Runs, b.Probes = b.Runs+r.Runs, b.Probes+r.Probes
	saw := map[probe.Verdict]int{}
	for _, l := range b.Saw {
		saw[l.Verdict] = l.Runs
	}
	for verdict, n := range r.Networked {
		if !slices.Contains(networkVerdicts, verdict) {
			verdict = probe.CannotTell
		}
		saw[verdict] += n
	}
	b.Saw = nil
	for _, verdict := range networkVerdicts {
		if n := saw[verdict]; n > 0 {
			b.Saw = append(b.Saw, sawLine{verdict, n})
		}
	}
}

// takeProbes makes series of the chosen results, or sets them aside. What a person told is
// never among them, whatever a form names.
func takeProbes(v *visit) error {
	var ids []keepiton.EnvelopeID
	for _, s := range v.r.PostForm["report"] {
		for _, id := range strings.Fields(s) {
			ids = append(ids, keepiton.EnvelopeID(id))
		}
	}
	if len(ids) == 0 {
		return &keepiton.Error{Code: keepiton.Invalid, Key: "casework.error.none", Err: keepiton.Errorf(keepiton.Invalid, "nothing was chosen")}
	}
	take := v.r.PostForm.Get("do") == "take"
	if take && v.opt.TakeIn == nil {
		return keepiton.Errorf(keepiton.Forbidden, "results are taken in on an analyst's own machine")
	}
	decision, done := work.Spam, "set_aside"
	if take {
		decision, done = work.Taken, "taken"
	}
	for _, id := range ids {
		o, err := v.results(id)
		if err != nil {
			return err
		}
		if take {
			if err := v.takeIn(o.Results()); err != nil {
				return err
			}
		}
		if _, err := v.desk.Judge(v.ctx(), id, "judged", func(j *work.Judgement) error { j.Decision = decision; return nil }); err != nil {
			return err
		}
	}
	return v.to("/probes?done=" + done)
}

// results is an opened report of a probe and of nobody else.
func (v *visit) results(id keepiton.EnvelopeID) (*work.Opened, error) {
	o, err := v.desk.Open(v.ctx(), id)
	if err == nil && o.Results() == nil {
		err = keepiton.Errorf(keepiton.Invalid, "report %s is not of a probe", id)
	}
	return o, err
}

func (v *visit) takeIn(r *work.Results) error {
	for _, file := range r.Files {
		if _, err := v.opt.TakeIn(v.ctx(), file); err != nil {
			return err
		}
	}
	return nil
}

// saveProbes hands out what is open as one file, for keepiton ingest probe.
func saveProbes(v *visit) error {
	shelf, err := v.desk.Shelf(v.ctx())
	if err != nil {
		return err
	}
	open, _ := v.openProbes(shelf)
	v.w.Header().Set("Content-Type", "application/x-ndjson")
	v.w.Header().Set("Content-Disposition", fmt.Sprintf("attachment; filename=%q", "results.jsonl"))
	v.w.WriteHeader(http.StatusOK)
	for _, o := range open {
		if err := o.Results().Lines(v.w); err != nil {
			return nil // the browser went away
		}
	}
	return nil
}
