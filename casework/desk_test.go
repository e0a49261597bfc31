package casework_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"keepiton"
	"keepiton/bundle"
	"keepiton/casework"
	"keepiton/casework/casetest"
	"keepiton/intake"
	"keepiton/intake/intaketest"
	"keepiton/seal"
	"keepiton/store"
	"keepiton/store/sqlite"
)

// desk is a server in a folder of its own and an analyst beside it.
type desk struct {
	*casework.Desk
	server *intaketest.Desk
	record store.Store
}

func newDesk(t *testing.T) *desk {
	t.Helper()
	in := intaketest.New(t)
	record, err := sqlite.Open(t.Context(), t.TempDir()+"/record.db", sqlite.Options{Volatile: true})
	check(t, err)
	t.Cleanup(func() { _ = record.Close() })
	w := casetest.Over(t, record, in.Store, in.Clock.Now)
	sealer := in.Campaign.Recipients.Sealer()
	return &desk{
		Desk:   &casework.Desk{Server: w.Local(w.Hire("ana")), Keys: in.Campaign.Keys[0], Sealer: func() (*seal.Sealer, error) { return sealer, nil }, Now: in.Clock.Now},
		server: in, record: record,
	}
}

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// send lets a report in by the form and returns its envelope and receipt.
func (d *desk) send(t *testing.T, rep keepiton.Report, files map[string][]byte) (keepiton.EnvelopeID, seal.Receipt) {
	t.Helper()
	s, err := d.server.Begin(t.Context(), intake.Pass{Lane: keepiton.LaneOpen})
	check(t, err)
	defer s.Cancel()
	for name, content := range files {
		w, err := s.File(name, "image/png")
		check(t, err)
		_, err = w.Write(content)
		check(t, err)
	}
	receipt, err := s.Finish(&rep, keepiton.OpenFields{})
	check(t, err)
	e, err := d.server.Store.EnvelopeByLookup(t.Context(), receipt.Address().Lookup)
	check(t, err)
	return e.ID, receipt
}

func moment(t *testing.T, s string) keepiton.Moment {
	t.Helper()
	m, err := keepiton.ParseMoment(s)
	check(t, err)
	return m
}

func cut(t *testing.T, began, seen string) keepiton.Report {
	return keepiton.Report{
		Kind: keepiton.ReportShutdown, Lang: "am", Country: "ET", Region: "ET-AA", Place: "Bole, house of Abeba", Ongoing: keepiton.Yes,
		Began: keepiton.When{Time: "3:00", At: moment(t, began)}, Networks: keepiton.Networks{Mobile: keepiton.Yes},
		Seen: keepiton.Private(seen), Firsthand: keepiton.Yes, Consent: keepiton.Consent{Publish: true, Media: true, Version: keepiton.ConsentVersion},
	}
}

// TestFourReportsBecomeOneDraft is the desk's part of the story: four reports
// of one cut are opened, found to be kin, judged, grouped, answered, and drafted
// into an incident that says nothing of who sent them.
func TestFourReportsBecomeOneDraft(t *testing.T) {
	d := newDesk(t)
	picture := []byte("\x89PNG made up")
	first, receipt := d.send(t, cut(t, "2026-11-25T06:07Z", "mobile data went away, the page of the bank says offline"), map[string][]byte{"screen.png": picture})
	second, _ := d.send(t, cut(t, "2026-11-25T06:30Z", "ኢንተርኔት ተቋርጧል"), nil)
	third, gone := d.send(t, cut(t, "2026-11-25", "no data since the morning"), nil)
	mail := []byte("From: Abeba <abeba@example.org>\r\nSubject: cut\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nNo internet in Bole since nine.\r\n")
	e, err := d.server.TakeMessage(t.Context(), intake.Pass{Lane: keepiton.LaneMail}, &keepiton.Report{Road: keepiton.RoadMail}, mail, "mail.eml", "message/rfc822")
	check(t, err)
	ids := []keepiton.EnvelopeID{first, second, third, e.ID}

	var opened []*casework.Opened
	for _, id := range ids {
		o, err := d.Open(t.Context(), id)
		check(t, err)
		opened = append(opened, o)
	}
	if got := opened[3].Report; got.Sender != "abeba@example.org" || !strings.Contains(got.Seen.Reveal(), "No internet in Bole") {
		t.Errorf("the mail says %q from %q", got.Seen.Reveal(), got.Sender.Reveal())
	}
	if !bytes.Equal(opened[0].Files[0].Bytes, picture) || opened[0].Files[0].Name != "screen.png" {
		t.Errorf("files: %+v", opened[0].Files)
	}
	if k := casework.Kin(opened[0].Report, opened[1].Report); k.Score < casework.KinFrom {
		t.Errorf("half an hour apart in one region: %+v", k)
	}
	if k := casework.Kin(opened[0].Report, opened[2].Report); k.Score < casework.KinFrom {
		t.Errorf("the same day: %+v", k)
	}

	c, err := d.Begin(t.Context(), "Addis Ababa, 25 November", ids)
	check(t, err)
	if c.Country != "ET" || c.Region != "ET-AA" {
		t.Errorf("the case is about %s %s", c.Country, c.Region)
	}
	_, err = d.Judge(t.Context(), first, "judged", func(j *casework.Judgement) error {
		j.Firsthand, j.TimeSure, j.PlaceSure, j.Independent = keepiton.Yes, keepiton.Yes, keepiton.Yes, keepiton.Yes
		j.Exhibits = []casework.Exhibit{{File: opened[0].Files[0].SHA256, Public: strings.Repeat("ab", 32), Alt: "a bank's page that does not open"}}
		return nil
	})
	check(t, err)
	_, err = d.Judge(t.Context(), second, "judged", func(j *casework.Judgement) error { j.Independent, j.Origin = keepiton.Yes, "family"; return nil })
	check(t, err)
	_, err = d.Judge(t.Context(), e.ID, "judged", func(j *casework.Judgement) error { j.Independent, j.Origin = keepiton.No, "family"; return nil })
	check(t, err)
	check(t, d.Reply(t.Context(), first, "Is the fixed line down as well?", true))
	box, err := d.server.Mailbox(t.Context(), receipt)
	check(t, err)
	if box.State != keepiton.EnvelopeAsked || len(box.Replies) != 1 || box.Replies[0] != "Is the fixed line down as well?" {
		t.Errorf("the sender finds %+v", box.State)
	}

	// The third sender withdraws: nothing of it goes into the draft.
	check(t, d.server.Withdraw(t.Context(), gone.Address().Lookup, gone.Withdrawal()))
	opened = opened[:0]
	for _, id := range ids {
		o, err := d.Open(t.Context(), id)
		if id == third {
			if keepiton.CodeOf(err) != keepiton.NotFound || d.Known(third) != nil {
				t.Errorf("a withdrawn report is still here: %v", err)
			}
			continue
		}
		check(t, err)
		opened = append(opened, o)
	}
	c, err = d.Change(t.Context(), c.ID, "asked", func(c *casework.Case) error {
		c.Signals = []casework.SignalAnswer{{Feed: "ioda", Says: casework.Agrees, URL: "https://ioda.example/et"}, {Feed: "ooni", Says: casework.Silent}}
		return nil
	})
	check(t, err)
	shelf, err := d.Shelf(t.Context())
	check(t, err)
	judged := shelf.Judged
	if shelf.Closed != 0 || len(judged) != 3 || judged[third] != nil {
		t.Errorf("%d judgements, %d closed; the one of what was withdrawn: %v", len(judged), shelf.Closed, judged[third])
	}
	w := c.Count(judged, d.Known)
	if w.Independent != 2 || w.Firsthand != 1 || fmt.Sprint(w.Agree, w.Silent) != "[ioda] [ooni]" || len(w.Roads) != 2 {
		t.Errorf("witnesses: %+v", w)
	}

	inc := c.Draft(judged, opened, func(o *casework.Opened) keepiton.Consent { return d.Consent(shelf, o) })
	if got := inc.Episodes[0]; got.Start.String() != "2026-11-25T06Z" || got.End.State != keepiton.Ongoing {
		t.Errorf("the episode is %+v", got)
	}
	if len(inc.Sources) != 4 || inc.Networks.Mobile != keepiton.Yes || inc.Networks.Fixed != keepiton.NotAsked {
		t.Errorf("the draft: %+v", inc)
	}
	if n := keepiton.Origins(inc.Sources); n != 2 {
		t.Errorf("a picture counted as a witness: %d origins in %+v", n, inc.Sources)
	}
	rev, err := d.Send(t.Context(), c.ID, inc, "four reports", false)
	check(t, err)
	said := fmt.Sprintf("%+v", rev.Public())
	for _, secret := range []string{"Abeba", "abeba", "Bole", "bank says", string(first), "screen.png", "06:07"} {
		if strings.Contains(said, secret) {
			t.Errorf("the draft tells %q", secret)
		}
	}
	if c, err = d.Case(t.Context(), c.ID); err != nil || c.Incident != rev.Incident.ID {
		t.Errorf("the case is tied to %s, %v", c.Incident, err)
	}
	if problems := keepiton.Lint(inc, d.server.Clock.Now()); len(problems) > 0 && problems[0].Severity == keepiton.Fault {
		t.Errorf("the draft has faults: %v", problems)
	}
}

// TestAReceiptPutOnTheOutsideIsNotUsed: a server that swaps the reply key must
// not get to read what an analyst writes.
func TestAReceiptPutOnTheOutsideIsNotUsed(t *testing.T) {
	d := newDesk(t)
	mine := seal.NewReceipt()
	rep := cut(t, "2026-11-25", "cut")
	rep.ID = bundle.NewID()
	_, container := d.server.Container(t, &rep, keepiton.OpenFields{}, nil)
	// The header of a container names its own receipt; put another there.
	parts := bytes.SplitN(container, []byte("\n"), 3)
	parts[1] = bytes.ReplaceAll(parts[1], []byte(rep.Receipt.Lookup), []byte(mine.Address().Lookup))
	e, err := d.server.Take(t.Context(), intake.Pass{Lane: keepiton.LaneOpen}, bytes.NewReader(bytes.Join(parts, []byte("\n"))))
	check(t, err)
	o, err := d.Open(t.Context(), e.ID)
	check(t, err)
	if !o.Swapped {
		t.Error("the swap was not seen")
	}
	check(t, d.Reply(t.Context(), e.ID, "hello", false))
	if replies, _ := d.server.Store.Replies(t.Context(), mine.Address().Lookup); len(replies) != 0 {
		t.Error("the reply went to the receipt on the outside")
	}
	if replies, _ := d.server.Store.Replies(t.Context(), o.Report.Receipt.Lookup); len(replies) != 1 {
		t.Error("the reply did not go to the receipt inside")
	}
}

func TestJunkIsGroupedAndPeopleAreNot(t *testing.T) {
	var all []*casework.Opened
	add := func(id int, text string) {
		all = append(all, &casework.Opened{Envelope: keepiton.Envelope{ID: keepiton.EnvelopeID(fmt.Sprint(id))}, Report: &keepiton.Report{Seen: keepiton.Private(text)}})
	}
	junk := "the internet works perfectly in our beautiful country and everybody who says otherwise is paid by foreign agents, number "
	for i := range 500 {
		add(i, fmt.Sprint(junk, i))
	}
	people := []string{
		"since nine in the morning no page opens on my phone, calls work, my sister across the river says the same",
		"በስልኬ ላይ ምንም ገጽ አይከፈትም ከጠዋቱ ሦስት ሰዓት ጀምሮ፤ ጥሪ ይሠራል፤ እህቴም ከወንዙ ማዶ እንዲሁ ትላለች፤ ባንኩ ተዘግቷል፤ ገበያውም ባዶ ነው",
		"انقطع الإنترنت منذ التاسعة صباحا على هاتفي والمكالمات تعمل وأختي عبر النهر تقول الشيء نفسه والمصرف مغلق والسوق فارغ",
		"no internet", "no internet here", "no internet",
	}
	for i, p := range people {
		add(1000+i, p)
	}
	groups := casework.Alike(all)
	if len(groups) != 1+len(people) || len(groups[0]) != 500 {
		t.Fatalf("%d groups, the first has %d", len(groups), len(groups[0]))
	}
	n := 0
	for _, g := range groups {
		n += len(g)
	}
	if n != len(all) {
		t.Errorf("%d of %d reports are in a group", n, len(all))
	}
	again := *all[501]
	again.Report = &keepiton.Report{ID: "x", Files: []keepiton.ReportFile{{SHA256: "cafe"}}}
	all[500].Report.Files = []keepiton.ReportFile{{SHA256: "cafe"}}
	if got := casework.Alike([]*casework.Opened{all[500], all[501], &again}); len(got) != 2 || len(got[0]) != 2 {
		t.Errorf("the same picture twice: %d groups", len(got))
	}
}

func TestKinNeedsPlaceAndTime(t *testing.T) {
	base := cut(t, "2026-11-25T06Z", "")
	for name, c := range map[string]struct {
		change func(*keepiton.Report)
		kin    bool
	}{
		"the same":                {func(r *keepiton.Report) {}, true},
		"twenty minutes later":    {func(r *keepiton.Report) { r.Began.At = moment(t, "2026-11-25T07:20Z") }, true},
		"another country":         {func(r *keepiton.Report) { r.Country = "KE" }, false},
		"a week later":            {func(r *keepiton.Report) { r.Began.At = moment(t, "2026-12-02T06Z") }, false},
		"another region, a day":   {func(r *keepiton.Report) { r.Region, r.Began.At = "ET-TI", moment(t, "2026-11-26T03Z") }, false},
		"no time at all":          {func(r *keepiton.Report) { r.Began.At, r.Networks = keepiton.Moment{}, keepiton.Networks{} }, false},
		"only the day, same city": {func(r *keepiton.Report) { r.Region, r.Began.At = "", moment(t, "2026-11-25") }, true},
	} {
		other := base
		c.change(&other)
		if k := casework.Kin(&base, &other); (k.Score >= casework.KinFrom) != c.kin {
			t.Errorf("%s: %+v, want kin %v", name, k, c.kin)
		}
	}
}

func TestTwoAnalystsDoNotOverwriteEachOther(t *testing.T) {
	d := newDesk(t)
	id, _ := d.send(t, cut(t, "2026-11-25", "cut"), nil)
	c, err := d.Begin(t.Context(), "a case", []keepiton.EnvelopeID{id})
	check(t, err)
	_, err = d.Change(t.Context(), c.ID, "first", func(first *casework.Case) error {
		_, err := d.Change(t.Context(), c.ID, "second", func(second *casework.Case) error { second.Title = "theirs"; return nil })
		first.Title = "mine"
		return err
	})
	if keepiton.CodeOf(err) != keepiton.Conflict {
		t.Errorf("the slower one got %v", err)
	}
	if c, err = d.Case(t.Context(), c.ID); err != nil || c.Title != "theirs" {
		t.Errorf("%+v, %v", c, err)
	}
	// A paper tells nothing.
	n := 0
	check(t, d.server.Store.PaperParts(t.Context(), store.Marks{}, func(part store.Part[store.PaperVersion]) error {
		for _, is := range part.All {
			p, err := d.server.Store.Paper(t.Context(), is.ID)
			check(t, err)
			if n++; bytes.Contains(p.Sealed, []byte("theirs")) || bytes.Contains(p.Sealed, []byte(id)) {
				t.Error("a paper can be read")
			}
		}
		return nil
	}))
	if n != 2 {
		t.Errorf("%d papers, want a case and a note", n)
	}
}

func FuzzOpenedMail(f *testing.F) {
	f.Add([]byte("From: a@b\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n\r\ntext\r\n--x\r\nContent-Type: image/png\r\nContent-Transfer-Encoding: base64\r\n\r\niVBO\r\n--x--\r\n"))
	f.Add([]byte("no header at all"))
	f.Add([]byte{0, 1, 2})
	f.Fuzz(func(t *testing.T, raw []byte) {
		o := casework.ReadMessage(raw)
		if len(raw) > 0 && o.Report.Seen == "" && len(o.Files) == 0 && strings.TrimSpace(string(raw)) != "" {
			t.Error("bytes were lost")
		}
		if len(o.Files) != len(o.Report.Files) {
			t.Errorf("%d files, %d named", len(o.Files), len(o.Report.Files))
		}
	})
}

// TestSendersAreToldOnceWhatTheySentIsPublished, and not while it is a draft.
func TestSendersAreToldOnceWhatTheySentIsPublished(t *testing.T) {
	d := newDesk(t)
	id, receipt := d.send(t, cut(t, "2026-11-25T06Z", "cut"), nil)
	o, err := d.Open(t.Context(), id)
	check(t, err)
	c, err := d.Begin(t.Context(), "a case", []keepiton.EnvelopeID{id})
	check(t, err)
	shelf, err := d.Shelf(t.Context())
	check(t, err)
	rev, err := d.Send(t.Context(), c.ID, c.Draft(shelf.Judged, []*casework.Opened{o}, func(o *casework.Opened) keepiton.Consent { return d.Consent(shelf, o) }), "one report", false)
	check(t, err)
	c, err = d.Case(t.Context(), c.ID)
	check(t, err)
	if published, err := d.Settle(t.Context(), c, shelf.Judged); err != nil || published {
		t.Errorf("a draft: %v %v", published, err)
	}
	rev.Incident.State = keepiton.Published
	_, err = d.record.Append(t.Context(), store.Edit{ID: rev.Incident.ID, Base: rev.N, Rev: rev})
	check(t, err)
	if published, err := d.Settle(t.Context(), c, shelf.Judged); err != nil || !published {
		t.Errorf("published: %v %v", published, err)
	}
	if box, err := d.server.Mailbox(t.Context(), receipt); err != nil || box.State != keepiton.EnvelopeUsed {
		t.Errorf("the sender finds %s %v", box.State, err)
	}
}

// TestWordsThatNoProgramReadAreReadAtTheDesk: a carried form seals dates that
// it cannot read as they were typed.
func TestWordsThatNoProgramReadAreReadAtTheDesk(t *testing.T) {
	d := newDesk(t)
	rep := cut(t, "2026-11-25", "cut")
	rep.ID = bundle.NewID()
	rep.Began = keepiton.When{Date: "16/3/2019", Time: "3:00", Calendar: "ethiopic", Clock: "ethiopic-day"}
	rep.Ended = keepiton.When{Date: "when the rain began"}
	_, container := d.server.Container(t, &rep, keepiton.OpenFields{}, nil)
	e, err := d.server.Take(t.Context(), intake.Pass{Lane: keepiton.LaneOpen}, bytes.NewReader(container))
	check(t, err)
	o, err := d.Open(t.Context(), e.ID)
	check(t, err)
	if got := o.Report.Began; got.At.String() != "2026-11-25T06:00Z" || got.Date != "16/3/2019" {
		t.Errorf("read as %s in %q", got.At, got.Zone)
	}
	if got := o.Report.Ended; !got.At.IsZero() || got.Date != "when the rain began" {
		t.Errorf("words that nobody can read: %+v", got)
	}
}
