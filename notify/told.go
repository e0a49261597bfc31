package notify

import (
	"context"
	"strings"
	"sync"
	"time"

	"keepiton"
	"keepiton/export"
	"keepiton/geo"
	"keepiton/locale"
)

// Told is what an alert says, in one language.
type Told struct {
	Alert keepiton.Alert
	Lang  string
	Title string   // of the subject: place and start, or the title of an entry
	Head  string   // the title with what is told of it: "Correction: …"
	Lines []string // paragraphs, the quotable sentence first
	URL   string   // of the subject, for ever; empty when the site has no address

	Incident *keepiton.Revision      // public, of an incident
	Entry    *keepiton.EntryRevision // of an entry
}

// Links are the addresses in messages.
type Links struct {
	Base string // public address of the site without a slash at its end; empty: messages have no links
}

// Subject is the address of what an alert is about.
func (l Links) Subject(subject, lang string) string {
	if l.Base == "" {
		return ""
	}
	pages := map[keepiton.EntryKind]string{keepiton.KindWatch: "watch", keepiton.KindStatement: "press"}
	page := "incidents"
	if kind := keepiton.EntryID(subject).Kind(); kind != "" {
		page = pages[kind]
	}
	return l.Base + "/" + lang + "/" + page + "/" + subject
}

func (l Links) alerts(lang, page, token string) string {
	if l.Base == "" {
		return ""
	}
	return l.Base + "/" + lang + "/alerts/" + page + "/" + token
}

// Tell writes what an alert says in a language.
func (n *Notifier) Tell(ctx context.Context, a *keepiton.Alert, lang string) (*Told, error) {
	p := locale.For(lang)
	t := &Told{Alert: *a, Lang: p.Lang().Tag, URL: n.Links.Subject(a.Subject, p.Lang().Tag)}
	if keepiton.EntryID(a.Subject).Kind() != "" {
		return t, n.tellEntry(ctx, p, t)
	}
	rev, err := n.revision(ctx, a.Subject, a.N)
	if err != nil {
		return nil, err
	}
	rev.Incident.Rows = nil // the cells of sheets are not told, and the cache is kept small
	t.Incident = rev
	inc := &rev.Incident
	t.Title = export.Title(p, inc)
	t.head(p, "incident", n.Sample)
	t.Lines = append(t.Lines, export.Sentence(p, inc, rev.KnownAt(n.Now())))
	if note, err := n.different(ctx, p, a, rev); err != nil {
		return nil, err
	} else if note != "" {
		t.Lines = append(t.Lines, note)
	}
	if inc.State == keepiton.Published {
		level := string(inc.Verification.Level)
		if level == "" {
			level = "unverified"
		}
		t.Lines = append(t.Lines, p.T("alert.level", "Level", p.Code("level", level), "Help", p.T("code.level."+level+".help")))
	}
	return t, nil
}

func (t *Told) head(p *locale.Printer, noun string, sample bool) {
	key := "alert.head." + string(t.Alert.Act)
	if t.Alert.Act == keepiton.ActPublished {
		key += "." + noun
	}
	t.Head = p.T(key, "Title", t.Title)
	if sample {
		t.Head = p.T("export.sample") + " " + t.Head
	}
}

// different says what became different since the alert before.
func (n *Notifier) different(ctx context.Context, p *locale.Printer, a *keepiton.Alert, rev *keepiton.Revision) (string, error) {
	if a.Act != keepiton.ActCorrected && a.Act != keepiton.ActEnded && a.Act != keepiton.ActReinstated {
		return "", nil
	}
	before, number, err := a.After.Parse()
	if err != nil {
		return "", nil
	}
	old, err := n.revision(ctx, before, number)
	if err != nil {
		return "", err
	}
	var fields []string
	for _, c := range keepiton.Diff(&old.Incident, &rev.Incident) {
		if c.Field != "state" && c.Field != "reason" {
			fields = append(fields, p.T("field."+c.Field))
		}
	}
	switch {
	case len(fields) > 0 && rev.Reason != "":
		return p.T("alert.changed.reason", "Fields", fields, "Reason", rev.Reason), nil
	case len(fields) > 0:
		return p.T("alert.changed", "Fields", fields), nil
	}
	return "", nil
}

func (n *Notifier) tellEntry(ctx context.Context, p *locale.Printer, t *Told) error {
	revs, err := n.Record.EntryRevisions(ctx, keepiton.EntryID(t.Alert.Subject))
	if err != nil {
		return err
	}
	rev := entryRevision(revs, t.Alert.N)
	if rev == nil {
		return keepiton.Errorf(keepiton.Internal, "%s has no revision %d", t.Alert.Subject, t.Alert.N)
	}
	t.Entry = rev
	e, err := readEntry(rev)
	if err != nil {
		return err
	}
	switch e := e.(type) {
	case *keepiton.Watch:
		t.Title, _ = e.Title.In(t.Lang)
		t.head(p, "watch", n.Sample)
		if rev.State == keepiton.Published {
			when := p.Date(e.From)
			if !e.To.IsZero() && e.To != e.From {
				when = p.T("alert.watch.range", "From", e.From, "To", e.To)
			}
			t.Lines = append(t.Lines, p.T("alert.watch.when", "Country", geo.Name(e.Country, t.Lang), "When", when, "Kind", p.Code("watch_kind", e.Cause), "Status", p.Code("watch_status", e.Status)))
			t.Lines = paragraphs(t.Lines, e.Why, t.Lang)
		}
	case *keepiton.Statement:
		t.Title, _ = e.Title.In(t.Lang)
		t.head(p, "statement", n.Sample)
		if rev.State == keepiton.Published {
			t.Lines = paragraphs(t.Lines, e.Body, t.Lang)
		}
	}
	if rev.State == keepiton.Withdrawn {
		t.Lines = append(t.Lines, p.T("alert.entry.withdrawn", "Reason", rev.Reason))
	}
	return nil
}

// maxLines bounds the paragraphs of an entry in a message; its page has the rest.
const maxLines = 40

func paragraphs(lines []string, texts keepiton.Texts, lang string) []string {
	text, _ := texts.In(lang)
	for part := range strings.SplitSeq(strings.ReplaceAll(text, "\r\n", "\n"), "\n\n") {
		if part = strings.TrimSpace(part); part != "" && len(lines) < maxLines {
			lines = append(lines, part)
		}
	}
	return lines
}

// toldCache keeps what was written lately: an alert goes to many in few languages.
type toldCache struct {
	mu    sync.Mutex
	kept  map[toldKey]*Told
	lists map[keepiton.AlertID]keptList
}

type toldKey struct {
	alert keepiton.AlertID
	lang  string
}

type keptList struct {
	alerts []keepiton.Alert
	until  time.Time
}

// maxTold bounds the cache; one is some kB.
const maxTold = 512

func (n *Notifier) tell(ctx context.Context, a *keepiton.Alert, lang string) (*Told, error) {
	key := toldKey{a.ID, lang}
	n.told.mu.Lock()
	t := n.told.kept[key]
	n.told.mu.Unlock()
	if t != nil && t.Alert.Act == a.Act {
		return t, nil
	}
	t, err := n.Tell(ctx, a, lang)
	if err != nil {
		return nil, err
	}
	n.told.mu.Lock()
	defer n.told.mu.Unlock()
	if n.told.kept == nil || len(n.told.kept) >= maxTold {
		n.told.kept = map[toldKey]*Told{}
	}
	n.told.kept[key] = t
	return t, nil
}

// listed returns what load lists for an alert, kept for a short time.
func (n *Notifier) listed(id keepiton.AlertID, load func() ([]keepiton.Alert, error)) ([]keepiton.Alert, error) {
	now := n.Now()
	n.told.mu.Lock()
	l, ok := n.told.lists[id]
	n.told.mu.Unlock()
	if ok && now.Before(l.until) {
		return l.alerts, nil
	}
	alerts, err := load()
	if err != nil {
		return nil, err
	}
	n.told.mu.Lock()
	defer n.told.mu.Unlock()
	if n.told.lists == nil || len(n.told.lists) >= maxTold {
		n.told.lists = map[keepiton.AlertID]keptList{}
	}
	n.told.lists[id] = keptList{alerts, now.Add(2 * time.Second)}
	return alerts, nil
}
