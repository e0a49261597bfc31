package web

import (
	"bytes"
	"context"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"

	"keepiton"
	"keepiton/campaign"
	"keepiton/locale"
)

// secretWords stand in the statement that is under embargo, in each of its texts.
const secretWords = "Halcyon"

// embargoedIn puts a statement about an incident under embargo.
func embargoedIn(t *testing.T, office *campaign.Office, incident keepiton.IncidentID, until time.Time) keepiton.EntryRevision {
	t.Helper()
	ctx := t.Context()
	ben := campaign.Person{Account: "ben", Role: keepiton.RoleEditor}
	words := keepiton.Texts{"en": secretWords + " is on its way.", "am": secretWords + " በመንገድ ላይ ነው።"}
	st := &keepiton.Statement{
		Title: words, Body: words, Unknown: words, Notes: words, Place: words, Dated: keepiton.On(2026, time.February, 1), Country: "XG",
		Incidents: []keepiton.IncidentID{incident}, Embargo: until,
		Quotes: []keepiton.Quote{{Words: words, Who: secretWords, Agreed: true}},
	}
	rev, err := office.Create(ctx, ben, st, "")
	if err == nil {
		rev, err = office.Submit(ctx, ben, rev.ID, rev.N, "")
	}
	if err == nil {
		rev, err = office.Embargo(ctx, ben, rev.ID, rev.N, "a family leaves first")
	}
	if err != nil {
		t.Fatal(err)
	}
	return rev
}

func TestWhatIsUnderEmbargoIsNowhere(t *testing.T) {
	pageAfterPage(t)
	s, st, told := pressSite(t)
	now := testNow
	s.opt.Now = func() time.Time { return now }
	office := &campaign.Office{Entries: st, Stories: told, Now: s.opt.Now, Need: func(context.Context, keepiton.EntryKind) (campaign.Need, error) { return campaign.Need{}, nil }}
	_, open := entryWith(t, st, keepiton.KindStatement, func(b *keepiton.Statement) bool { return b.Country == "XG" })
	rev := embargoedIn(t, office, open.Incidents[0], now.Add(2*time.Hour))
	var everywhere []string
	for _, lang := range locale.Languages {
		for _, path := range []string{
			"/", "/press", "/press.json", "/press?q=" + secretWords, "/press?country=XG", "/feeds/press.atom", "/feeds/press.feed.json",
			"/press/" + string(rev.ID), "/press/" + string(rev.ID) + ".txt", "/press/" + string(rev.ID) + ".pdf", "/press/" + string(rev.ID) + ".json", "/press/" + string(rev.ID) + "/card.svg",
			"/incidents/" + string(open.Incidents[0]), "/incidents/" + string(open.Incidents[0]) + "/press", "/incidents/" + string(open.Incidents[0]) + "/press.txt", "/countries/XG", "/countries/XG/press",
		} {
			everywhere = append(everywhere, "/"+lang.Tag+path)
		}
	}
	look := func() (shown, missing int) {
		for _, path := range everywhere {
			got := get(t, fresh(s), path)
			if strings.Contains(got.Body.String(), secretWords) && !strings.Contains(path, "q=") || strings.Contains(path, "/press/") == false && strings.Contains(got.Body.String(), string(rev.ID)) {
				shown++
			}
			if got.Code == 404 {
				missing++
			}
		}
		return shown, missing
	}
	if shown, missing := look(); shown != 0 || missing != 5*len(locale.Languages) {
		t.Errorf("%d pages tell of it, and %d of its own are missing, want 0 and %d", shown, missing, 5*len(locale.Languages))
	}
	now = now.Add(2 * time.Hour)
	if ids, _, err := office.Release(t.Context()); err != nil || len(ids) != 1 {
		t.Fatalf("released %v, %v", ids, err)
	}
	if shown, missing := look(); shown < 8*len(locale.Languages) || missing != 0 {
		t.Errorf("after its end %d pages tell of it, %d are missing", shown, missing)
	}
}

func TestALinkReadsItEarlyAndLeavesNoTrace(t *testing.T) {
	s, st, told := pressSite(t)
	now := testNow
	var log bytes.Buffer
	s.opt.Now, s.opt.Log = func() time.Time { return now }, slog.New(slog.NewTextHandler(&log, nil))
	ctx := t.Context()
	office := &campaign.Office{Entries: st, Stories: told, Now: s.opt.Now, Need: func(context.Context, keepiton.EntryKind) (campaign.Need, error) { return campaign.Need{}, nil }}
	_, open := entryWith(t, st, keepiton.KindStatement, func(b *keepiton.Statement) bool { return b.Country == "XG" })
	rev := embargoedIn(t, office, open.Incidents[0], now.AddDate(0, 0, 3))
	token, link := campaign.NewEarlyLink(rev.ID, "a reporter", "ben", now, 24*time.Hour)
	if err := st.PutEarlyLink(ctx, link); err != nil {
		t.Fatal(err)
	}
	read := func(suffix string) (code int, body string, head http.Header) {
		got := get(t, s, "/am/early/"+token+suffix)
		return got.Code, got.Body.String(), got.Header()
	}
	for _, suffix := range []string{"", ".txt", ".pdf"} {
		code, body, head := read(suffix)
		if code != 200 || head.Get("X-Robots-Tag") != "noindex, nofollow, noarchive" || head.Get("Cache-Control") != "no-store" || head.Get("Referrer-Policy") != "no-referrer" || head.Get("Access-Control-Allow-Origin") != "" {
			t.Errorf("%q: %d, %v", suffix, code, head)
		}
		if suffix == ".pdf" {
			continue
		}
		for _, want := range []string{secretWords, testNow.AddDate(0, 0, 3).UTC().Format("2006-01-02 15:04 Z")} {
			if !strings.Contains(strings.Join(strings.Fields(body), " "), want) {
				t.Errorf("%q does not say %q", suffix, want)
			}
		}
		if strings.Contains(body, "/am/press/"+string(rev.ID)) {
			t.Errorf("%q leads to a page that is not there", suffix)
		}
	}
	if s.cache.used != 0 {
		t.Errorf("%d bytes of it are kept", s.cache.used)
	}
	over := func(why string) {
		t.Helper()
		if code, body, head := read(""); code != 404 || strings.Contains(body, secretWords) || head.Get("Cache-Control") != "no-store" {
			t.Errorf("%s: the link answers %d, %v", why, code, head)
		}
	}
	if got := get(t, s, "/am/early/"+strings.ToLower(token)); got.Code != 404 {
		t.Errorf("another token answers %d", got.Code)
	}
	now = link.Expires
	over("it expired")
	now = testNow
	draft := rev
	draft.State, draft.Recorded = keepiton.Draft, now
	if draft, err := st.AppendEntry(ctx, keepiton.KindStatement, rev.N, draft, (&keepiton.Statement{}).Index()); err != nil {
		t.Fatal(err)
	} else {
		over("the desk is at work on it")
		draft.State = keepiton.Embargoed
		if _, err := st.AppendEntry(ctx, keepiton.KindStatement, draft.N, draft, (&keepiton.Statement{}).Index()); err != nil {
			t.Fatal(err)
		}
	}
	if code, _, _ := read(""); code != 200 {
		t.Errorf("under embargo again it answers %d", code)
	}
	if err := st.EndEarlyLink(ctx, rev.ID, link.Token); err != nil {
		t.Fatal(err)
	}
	over("it was taken back")
	s.opt.Early = broken{}
	if code, _, _ := read(""); code != 503 && code != 500 {
		t.Errorf("a store that does not answer is told as %d", code)
	}
	if log.Len() == 0 || strings.Contains(log.String(), token) {
		t.Errorf("the log says %s", log.String())
	}
}

// broken is a store that does not answer.
type broken struct{}

func (broken) EarlyLink(context.Context, [32]byte) (keepiton.EarlyLink, error) {
	return keepiton.EarlyLink{}, keepiton.Errorf(keepiton.Unavailable, "gone")
}
