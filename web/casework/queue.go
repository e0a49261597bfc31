package casework

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"sync"
	"time"

	"keepiton"
	work "keepiton/casework"
	"keepiton/correlate"
	"keepiton/store"
)

// How much the queue opens at one time, and what it leaves for a click: a large
// body is a long download on a bad line.
const (
	perPage  = 50
	small    = 1 << 20 // bytes of a body that is opened with the others
	together = 4       // bodies pulled at one time
)

// queueBody is the queue: what is open in memory and not decided, grouped by
// country and day.
type queueBody struct {
	Hints      hints // what senders left readable
	Days       []queueDay
	Countries  []string // in the list
	Country    string   // filter
	Day        string   // filter
	Waiting    int      // not opened yet, by anybody
	Unopened   int      // undecided, not open in this memory
	Large      []keepiton.Envelope
	Cases      []*work.Case
	Closed     int // papers that these keys do not open
	Opened     int // of today's budget
	Budget     int
	Elsewhere  int // sealed to others, or damaged
	SetAside   int
	Everything int
	Comparing  work.Progress // of pictures
	Joins      []joinLine    // applications that are not settled
	Probes     int           // sealed files of probes, in a box of their own
}

// joinLine is an application to join with what the desk thinks of it.
type joinLine struct {
	O *work.Opened
	J *work.Judgement // nil: nothing yet
}

// queueDay is one country and day.
type queueDay struct {
	Country string // ISO code; empty: not said
	Day     time.Time
	Groups  []queueGroup
	Beside  []keepiton.Revision // what the record has there and then
}

// queueGroup is what is one report, or nearly.
type queueGroup struct {
	First *work.Opened
	More  []*work.Opened
	Kin   bool // with another group of that day
	Likes []likeLine
}

// undecided are the envelopes that nobody has decided on and that are in no case.
func undecided(here []keepiton.Envelope, judged map[keepiton.EnvelopeID]*work.Judgement) []keepiton.Envelope {
	return slices.DeleteFunc(slices.Clone(here), func(e keepiton.Envelope) bool {
		j := judged[e.ID]
		return j != nil && (j.Decision != work.Undecided || j.Case != "")
	})
}

func queuePage(v *visit) error {
	shelf, err := v.desk.Shelf(v.ctx())
	if err != nil {
		return err
	}
	account, err := v.desk.Server.Account(v.ctx())
	if err != nil {
		return err
	}
	all := shelf.Here()
	open := undecided(all, shelf.Judged)
	b := &queueBody{
		Country: v.r.URL.Query().Get("country"), Day: v.r.URL.Query().Get("day"), Closed: shelf.Closed,
		Opened: account.Opened, Budget: account.Budget, Everything: len(all), SetAside: len(all) - len(open), Comparing: v.desk.Comparing(),
	}
	for _, c := range shelf.Cases {
		if !c.Closed {
			b.Cases = append(b.Cases, c)
		}
	}
	var here []*work.Opened
	for _, e := range open {
		switch o := v.desk.Known(e.ID); {
		case o != nil && o.Results() != nil:
			b.Probes++
		case o != nil:
			c := *o
			c.Envelope = e
			here = append(here, &c)
		case v.unreadable(e.ID) != "":
			b.Elsewhere++
			continue
		case e.Size > small:
			b.Large = append(b.Large, e)
		default:
			b.Unopened++
		}
		if e.State == keepiton.EnvelopeNew {
			b.Waiting++
		}
	}
	for _, o := range here {
		if c := o.Report.Country; c != "" && !slices.Contains(b.Countries, c) {
			b.Countries = append(b.Countries, c)
		}
	}
	slices.Sort(b.Countries)
	if err := v.settleApplications(shelf); err != nil {
		return err
	}
	here = slices.DeleteFunc(here, func(o *work.Opened) bool {
		if o.Report.Application != nil {
			b.Joins = append(b.Joins, joinLine{o, shelf.Judged[o.Envelope.ID]})
		}
		return o.Report.Application != nil
	})
	b.Days = b.sorted(here)
	for _, d := range b.Days {
		for i := range d.Groups {
			d.Groups[i].Likes = v.groupLikes(shelf, &d.Groups[i])
		}
	}
	var r record
	if err := v.beside(&r, b.Days); err != nil {
		return err
	}
	b.Hints, err = v.hintsOf(all, &r, func(c *correlate.Candidate) bool {
		return (b.Country == "" || c.Country == b.Country) && (b.Day == "" || c.Day.Format(time.DateOnly) == b.Day)
	})
	if err != nil {
		return err
	}
	return v.render(200, "queue", v.title("casework.queue.title"), b)
}

// dayOf is the day that a report speaks of, of arrival where it does not say.
func dayOf(o *work.Opened) time.Time {
	if at := o.Report.Began.At; !at.IsZero() {
		return at.At.UTC().Truncate(24 * time.Hour)
	}
	return o.Envelope.Day
}

// sorted groups what is alike and parts the groups by country and day, the
// newest first; within a day what was said seldom comes before what was said often.
func (b *queueBody) sorted(here []*work.Opened) []queueDay {
	here = slices.DeleteFunc(here, func(o *work.Opened) bool {
		return b.Country != "" && o.Report.Country != b.Country || b.Day != "" && dayOf(o).Format(time.DateOnly) != b.Day
	})
	var days []queueDay
	groups := work.Alike(here)
	work.ByWeight(groups)
	for _, g := range groups {
		day := dayOf(g[0])
		i := slices.IndexFunc(days, func(d queueDay) bool { return d.Country == g[0].Report.Country && d.Day.Equal(day) })
		if i < 0 {
			i = len(days)
			days = append(days, queueDay{Country: g[0].Report.Country, Day: day})
		}
		days[i].Groups = append(days[i].Groups, queueGroup{First: g[0], More: g[1:]})
	}
	for i := range days {
		groups := days[i].Groups
		for a := range groups {
			for c := range groups[:a] {
				if work.Kin(groups[a].First.Report, groups[c].First.Report).Score >= work.KinFrom {
					groups[a].Kin, groups[c].Kin = true, true
				}
			}
		}
	}
	slices.SortStableFunc(days, func(a, b queueDay) int {
		if n := b.Day.Compare(a.Day); n != 0 {
			return n
		}
		return cmp.Compare(a.Country, b.Country)
	})
	return days
}

// beside fills in what the record says of each country and day.
func (v *visit) beside(r *record, days []queueDay) error {
	for i := range days {
		d := &days[i]
		if d.Country == "" {
			continue
		}
		revs, err := r.of(v, d.Country)
		if err != nil {
			return err
		}
		d.Beside = correlate.Touching(revs, d.Day.AddDate(0, 0, -1), d.Day.AddDate(0, 0, 2))
	}
	return nil
}

// openMore opens the next envelopes in the order of attention: those that nobody
// has opened, then those that a colleague has but nobody decided on.
func openMore(v *visit) error {
	shelf, err := v.desk.Shelf(v.ctx())
	if err != nil {
		return err
	}
	var unseen, seen []keepiton.Envelope
	for _, e := range undecided(shelf.Here(), shelf.Judged) {
		switch {
		case v.desk.Known(e.ID) != nil || e.Size > small || v.unreadable(e.ID) != "":
		case e.State == keepiton.EnvelopeNew:
			unseen = append(unseen, e)
		default:
			seen = append(seen, e)
		}
	}
	next := v.opt.Queue(unseen, perPage, v.seed)
	if room := perPage - len(next); room > 0 {
		next = append(next, seen[:min(room, len(seen))]...)
	}
	if err := v.openAll(v.ctx(), next); err != nil {
		return err
	}
	return v.to("/?done=opened")
}

// openAll opens envelopes, some at one time. One that is sealed to others, was
// withdrawn meanwhile, or is damaged does not keep us from the rest; a used-up
// budget and a server that does not answer do.
func (v *visit) openAll(ctx context.Context, list []keepiton.Envelope) error {
	var wg sync.WaitGroup
	slots := make(chan struct{}, together)
	errs := make([]error, len(list))
	for i, e := range list {
		wg.Add(1)
		slots <- struct{}{}
		go func() {
			defer wg.Done()
			_, errs[i] = v.desk.Open(ctx, e.ID)
			<-slots
		}()
	}
	wg.Wait()
	for i, err := range errs {
		switch code := keepiton.CodeOf(err); code {
		case "":
		case keepiton.RateLimited, keepiton.Unavailable, keepiton.Unsigned, keepiton.Forbidden:
			return err
		default:
			v.mu.Lock()
			v.closed[list[i].ID] = code
			v.mu.Unlock()
		}
	}
	return nil
}

// unreadable says why an envelope could not be opened with these keys, in this
// run of the program; empty: it was not tried, or could.
func (h *Handler) unreadable(id keepiton.EnvelopeID) keepiton.Code {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.closed[id]
}

// group puts the chosen reports into a case, or sets them aside.
func group(v *visit) error {
	var ids []keepiton.EnvelopeID
	for _, s := range v.r.PostForm["report"] {
		for _, id := range strings.Fields(s) { // a group is one choice
			ids = append(ids, keepiton.EnvelopeID(id))
		}
	}
	if len(ids) == 0 {
		return &keepiton.Error{Code: keepiton.Invalid, Key: "casework.error.none", Err: keepiton.Errorf(keepiton.Invalid, "no report was chosen")}
	}
	switch v.r.PostForm.Get("do") {
	case "spam":
		for _, id := range ids {
			if _, err := v.desk.Judge(v.ctx(), id, "judged", func(j *work.Judgement) error { j.Decision = work.Spam; return nil }); err != nil {
				return err
			}
		}
		return v.to("/?done=set_aside")
	case "new":
		c, err := v.desk.Begin(v.ctx(), v.r.PostForm.Get("title"), ids)
		if err != nil {
			return err
		}
		return v.to("/cases/" + c.ID + "?done=begun")
	}
	c, err := v.desk.Change(v.ctx(), v.r.PostForm.Get("case"), "grouped", func(c *work.Case) error { c.Reports = append(c.Reports, ids...); return nil })
	if err != nil {
		return err
	}
	return v.to("/cases/" + c.ID + "?done=grouped")
}

// goneBody lists tombstones and what still rests on them.
type goneBody struct {
	Gone []goneLine
}

type goneLine struct {
	Envelope keepiton.Envelope
	Case     *work.Case
	Story    keepiton.StoryID
}

func gonePage(v *visit) error {
	shelf, err := v.desk.Shelf(v.ctx())
	if err != nil {
		return err
	}
	b := &goneBody{}
	for _, e := range shelf.Envelopes {
		if e.Gone.IsZero() {
			continue
		}
		line := goneLine{Envelope: e}
		for _, c := range shelf.Cases {
			if slices.Contains(c.Reports, e.ID) {
				line.Case = c
			}
		}
		if j := shelf.Judged[e.ID]; j != nil {
			line.Story = j.Story
		}
		b.Gone = append(b.Gone, line)
	}
	slices.SortStableFunc(b.Gone, func(a, c goneLine) int { return c.Envelope.Gone.Compare(a.Envelope.Gone) })
	return v.render(200, "gone", v.title("casework.gone.title"), b)
}

// lanesBody is what each lane holds.
type lanesBody struct {
	Lanes []laneLine
}

type laneLine struct {
	Lane  keepiton.Lane
	Usage store.Usage
}

func lanesPage(v *visit) error {
	usage, err := v.desk.Server.Usage(v.ctx())
	if err != nil {
		return err
	}
	b := &lanesBody{}
	for _, l := range keepiton.Lanes {
		b.Lanes = append(b.Lanes, laneLine{l, usage[l]})
	}
	return v.render(200, "lanes", v.title("casework.lanes.title"), b)
}
