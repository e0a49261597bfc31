package casework

import (
	"slices"
	"strings"

	"keepiton"
	work "keepiton/casework"
)

// casesBody lists the cases.
type casesBody struct {
	Open, Closed []*work.Case
	Unreadable   int
}

func casesPage(v *visit) error {
	shelf, err := v.desk.Shelf(v.ctx())
	if err != nil {
		return err
	}
	b := &casesBody{Unreadable: shelf.Closed}
	for _, c := range slices.Backward(shelf.Cases) {
		if c.Closed {
			b.Closed = append(b.Closed, c)
		} else {
			b.Open = append(b.Open, c)
		}
	}
	return v.render(200, "cases", v.title("casework.cases.title"), b)
}

// caseBody is a case with its reports and what counts.
type caseBody struct {
	shelf     *work.Shelf
	C         *work.Case
	Reports   []caseLine
	Gone      int // withdrawn or expired, still listed
	Unopened  int
	Witnesses work.Witnesses
	Signals   []signalLine
	Says      []work.Says
	Countries []string
	Ready     bool // there is a report to draft from
	Published bool // what was drafted is
	Hints     hints
}

type caseLine struct {
	ID keepiton.EnvelopeID
	O  *work.Opened
	J  *work.Judgement
}

type signalLine struct {
	Feed string
	S    work.SignalAnswer
}

func casePage(v *visit) error {
	c, err := v.desk.Case(v.ctx(), v.r.PathValue("id"))
	if err != nil {
		return err
	}
	b, _, err := v.caseBody(c)
	if err != nil {
		return err
	}
	if b.Hints, err = v.caseHints(b); err != nil {
		return err
	}
	if b.Published, err = v.desk.Settle(v.ctx(), c, b.shelf.Judged); err != nil {
		return err
	}
	return v.render(200, "case", v.title("casework.case.title", "Title", c.Title), b)
}

// caseBody opens the reports of a case that are not open yet.
func (v *visit) caseBody(c *work.Case) (*caseBody, []*work.Opened, error) {
	shelf, err := v.desk.Shelf(v.ctx())
	if err != nil {
		return nil, nil, err
	}
	judged := shelf.Judged
	b := &caseBody{C: c, shelf: shelf, Says: []work.Says{work.Agrees, work.Disagrees, work.Silent}}
	var opened []*work.Opened
	for _, id := range c.Reports {
		o, err := v.desk.Open(v.ctx(), id)
		switch keepiton.CodeOf(err) {
		case "":
		case keepiton.NotFound:
			b.Gone++
			continue
		case keepiton.Unavailable, keepiton.Unsigned, keepiton.RateLimited:
			return nil, nil, err
		default:
			b.Unopened++
			continue
		}
		opened = append(opened, o)
		b.Reports = append(b.Reports, caseLine{id, o, judged[id]})
		if j := judged[id]; j != nil && j.Decision == work.Use {
			b.Ready = true
		}
	}
	b.Witnesses = c.Count(judged, v.desk.Known)
	for _, feed := range work.Feeds {
		line := signalLine{Feed: feed}
		if i := slices.IndexFunc(c.Signals, func(s work.SignalAnswer) bool { return s.Feed == feed }); i >= 0 {
			line.S = c.Signals[i]
		}
		b.Signals = append(b.Signals, line)
	}
	return b, opened, nil
}

// saveCase stores what the desk settled on: name, place, what the instruments
// say, a note.
func saveCase(v *visit) error {
	f := v.r.PostForm
	c, err := v.desk.Change(v.ctx(), v.r.PathValue("id"), "changed", func(c *work.Case) error {
		if s := strings.TrimSpace(f.Get("title")); s != "" {
			c.Title = s
		}
		c.Country, c.Region = strings.ToUpper(strings.TrimSpace(f.Get("country"))), strings.ToUpper(strings.TrimSpace(f.Get("region")))
		c.Closed = f.Get("closed") != ""
		var said []work.SignalAnswer
		for _, feed := range work.Feeds {
			says := work.Says(f.Get("says_" + feed))
			if says != work.Agrees && says != work.Disagrees && says != work.Silent {
				continue
			}
			s := work.SignalAnswer{Feed: feed, Says: says, URL: strings.TrimSpace(f.Get("url_" + feed)), Note: strings.TrimSpace(f.Get("note_" + feed)), Who: v.who.Account, Looked: v.opt.Now().UTC().Truncate(day)}
			if i := slices.IndexFunc(c.Signals, func(old work.SignalAnswer) bool { return old.Feed == feed }); i >= 0 {
				if old := c.Signals[i]; old.Says == s.Says && old.URL == s.URL && old.Note == s.Note {
					s = old // nobody looked again
				}
			}
			said = append(said, s)
		}
		c.Signals = said
		if note := strings.TrimSpace(f.Get("note")); note != "" {
			c.Notes = append(c.Notes, work.Note{Day: v.opt.Now().UTC().Truncate(day), Who: v.who.Account, Text: note})
		}
		return nil
	})
	if err != nil {
		return err
	}
	return v.to("/cases/" + c.ID + "?done=saved")
}

// splitCase moves the chosen reports into a case of their own, or out of this
// one.
func splitCase(v *visit) error {
	var ids []keepiton.EnvelopeID
	for _, s := range v.r.PostForm["report"] {
		ids = append(ids, keepiton.EnvelopeID(s))
	}
	if len(ids) == 0 {
		return &keepiton.Error{Code: keepiton.Invalid, Key: "casework.error.none", Err: keepiton.Errorf(keepiton.Invalid, "no report was chosen")}
	}
	id := v.r.PathValue("id")
	if v.r.PostForm.Get("do") == "out" {
		_, err := v.desk.Change(v.ctx(), id, "taken out", func(c *work.Case) error {
			c.Reports = slices.DeleteFunc(c.Reports, func(e keepiton.EnvelopeID) bool { return slices.Contains(ids, e) })
			return nil
		})
		if err != nil {
			return err
		}
		return v.to("/cases/" + id + "?done=saved")
	}
	c, err := v.desk.Split(v.ctx(), id, v.r.PostForm.Get("title"), ids)
	if err != nil {
		return err
	}
	return v.to("/cases/" + c.ID + "?done=begun")
}
