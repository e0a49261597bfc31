package desk_test

import (
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"keepiton"
	"keepiton/review"
	"keepiton/review/passkeytest"
)

// passkeyed hires somebody with a passkey.
func (o *office) passkeyed(name string, role keepiton.Role, organization string) (*browser, *passkeytest.Authenticator) {
	o.t.Helper()
	b, key := o.hire(name, role, organization), passkeytest.New(o.t, o.site.URL)
	if status := b.register(key); status != 200 {
		o.t.Fatalf("register answered %d", status)
	}
	return b, key
}

// buttons are the sign buttons of the page.
func (b *browser) buttons() (out []*html.Node) {
	walk(b.page, func(n *html.Node) {
		if n.Data == "button" && strings.HasPrefix(attr(n, "data-begin"), "/desk/sign/") {
			out = append(out, n)
		}
	})
	return out
}

// sign presses every sign button of the page, as passkey.js does.
func (b *browser) sign(key *passkeytest.Authenticator) *browser {
	b.t.Helper()
	all := b.buttons()
	if len(all) == 0 {
		b.t.Fatalf("there is nothing to sign at %s", b.at)
	}
	for _, n := range all {
		csrf := attr(n, "data-csrf")
		status, begun := b.script(attr(n, "data-begin"), csrf, "", "{}")
		if status != 200 {
			b.t.Fatalf("begin answered %d %v", status, begun)
		}
		status, done := b.script(attr(n, "data-finish"), csrf, begun["ticket"].(string), key.Get(begun["options"]))
		if status != 200 {
			b.t.Fatalf("finish answered %d %v", status, done)
		}
		defer b.get(done["to"].(string))
	}
	return b
}

var onReport = url.Values{"sources.0.kind": {"report"}, "sources.0.url": {""}, "sources.0.words": {"report 7f"}, "sources.0.confidential": {"1"}}

func TestTwoOrganizationsSignOnTheirPages(t *testing.T) {
	o := newOffice(t)
	ana, anasKey := o.passkeyed("ana", keepiton.RoleAnalyst, "Org One")
	ed, edsKey := o.passkeyed("ed", keepiton.RoleEditor, "Org One")
	eve, evesKey := o.passkeyed("eve", keepiton.RoleEditor, "Org Two")
	adm := o.hire("adm", keepiton.RoleAdmin, "")
	id := write(ana, "submit", onReport)
	act := "/desk/incidents/" + string(id) + "/act"

	ed.get(act).must(200, "Signatures", "0 signatures so far", "Digest:")
	if ed.form("publish") != nil || ed.form("approve") != nil {
		t.Error("without signatures it is offered to publish, or to approve without signing")
	}
	if !strings.Contains(ed.header.Get("Content-Security-Policy"), "script-src 'self'") {
		t.Error("the script that signs may not run")
	}
	if adm.get(act).must(200, "names no organization"); len(adm.buttons()) != 0 {
		t.Error("an account without organization is offered to sign")
	}
	csrf := contents(ed.form("send_back")).Get("csrf")
	ed.post(act, url.Values{"csrf": {csrf}, "do": {"publish"}, "base": {"2"}}, nil).must(403, "two people of two organizations have to sign it first. 0 signatures count")

	ana.get(act).sign(anasKey).must(200, "Signed.", "1 signature so far", "ana", "Org One", "You have signed this")
	ed.get(act).sign(edsKey).must(200, "2 signatures so far")
	if ed.form("publish") != nil {
		t.Error("two people of one organization are enough")
	}
	eve.get(act).sign(evesKey).must(200, "Two people of two organizations have signed")
	ed.get(act).press("publish", nil).must(200, "Published")
	if got := o.state(id).Incident.State; got != keepiton.Published {
		t.Fatalf("it is %s", got)
	}

	ed.get("/desk/incidents/"+string(id)+"/history").must(200, "Signed by eve · Org Two", "Proof of the signatures")
	proof := ed.get("/desk/incidents/" + string(id) + "/proof/3").body
	p, err := review.ReadProof([]byte(proof))
	if err != nil || len(p.Signatures) != 3 || strings.Contains(proof, `"ana"`) || strings.Contains(proof, "report 7f") {
		t.Errorf("the proof: %v %s", err, proof)
	}
	for what, forged := range map[string]string{
		"another text":         strings.Replace(proof, "Nationwide", "Nowhere", 1),
		"another organization": strings.ReplaceAll(proof, "Org Two", "Org One"),
		"another revision":     strings.Replace(proof, `"revision": 3`, `"revision": 4`, 1),
		"another incident":     strings.Replace(proof, string(id), "KIO-2026-9999", 1),
		"another format":       strings.Replace(proof, "keepiton approval 1", "keepiton approval 2", 1),
		"no JSON":              "{",
	} {
		if _, err := review.ReadProof([]byte(forged)); keepiton.CodeOf(err) != keepiton.Invalid {
			t.Errorf("a proof with %s: %v", what, err)
		}
	}
}

func TestTheDigestCanBeComputedFromTheFile(t *testing.T) {
	o := newOffice(t)
	ana := o.hire("ana", keepiton.RoleAnalyst, "Org One")
	id := write(ana, "save", onReport)
	ana.get("/desk/incidents/" + string(id) + "/act")
	var link, shown string
	walk(ana.page, func(n *html.Node) {
		if n.Data == "a" && strings.HasPrefix(attr(n, "href"), "/desk/sign/content") {
			link = attr(n, "href")
		}
		if n.Data == "code" {
			shown = strings.ReplaceAll(words(n), " ", "")
		}
	})
	content := ana.get(link).body
	sum := sha256.Sum256([]byte("keepiton approval 1\n" + string(id) + "\n" + content))
	if hex.EncodeToString(sum[:]) != shown || !strings.Contains(content, `"revision":2`) {
		t.Errorf("the page says %s; of %s", shown, content)
	}
}

func TestCorrectionsOfReportedIncidentsAreSignedAsProposals(t *testing.T) {
	o := newOffice(t)
	ed, edsKey := o.passkeyed("ed", keepiton.RoleEditor, "Org One")
	eve, evesKey := o.passkeyed("eve", keepiton.RoleEditor, "Org Two")
	id := write(ed, "save", onReport)
	act := "/desk/incidents/" + string(id) + "/act"
	ed.get(act).sign(edsKey)
	eve.get(act).sign(evesKey)
	ed.get(act).press("publish", nil).must(200, "Published")

	ed.get("/desk/incidents/"+string(id)).press("preview", url.Values{"f.impact": {"shops closed"}, "reason": {"a report of the chamber"}})
	ed.press("correct", nil).must(200, "Proposed", "shops closed", "Signatures")
	proposal := ed.at.Path
	if ed.form("accept") != nil {
		t.Error("without signatures it is offered to accept")
	}
	ed.sign(edsKey)
	ed.post(proposal, url.Values{"csrf": contents(ed.form("decline"))["csrf"], "do": {"accept"}}, nil).must(403, "1 signature counts")
	eve.get(proposal).sign(evesKey).must(200, "Two people of two organizations have signed")
	ed.get(proposal).press("accept", nil).must(200, "Accepted")
	if rev := o.state(id); rev.Incident.Impact != "shops closed" {
		t.Errorf("after accepting: %+v", rev.Incident)
	}
}

func TestSigningNeedsTheSessionsTokenAndTheContentOfThePage(t *testing.T) {
	o := newOffice(t)
	ana, key := o.passkeyed("ana", keepiton.RoleAnalyst, "Org One")
	reader, _ := o.passkeyed("rea", keepiton.RoleReader, "Org Two")
	id := write(ana, "save", onReport)
	ana.get("/desk/incidents/" + string(id) + "/act")
	begin, csrf := attr(ana.buttons()[0], "data-begin"), attr(ana.buttons()[0], "data-csrf")
	if status, _ := ana.script(begin, "", "", "{}"); status != 403 {
		t.Errorf("without the token: %d", status)
	}
	if status, _ := ana.script(strings.Replace(begin, "digest=", "digest=00", 1), csrf, "", "{}"); status != 409 {
		t.Errorf("another digest: %d", status)
	}
	if reader.get("/desk/incidents/"+string(id)+"/act").must(200, "Signatures"); len(reader.buttons()) != 0 {
		t.Error("a reader is offered to sign")
	}
	_, begun := ana.script(begin, csrf, "", "{}")
	ana.get("/desk/incidents/"+string(id)).press("save", url.Values{"f.impact": {"shops closed"}})
	if status, _ := ana.script("/desk/sign/finish", csrf, begun["ticket"].(string), key.Get(begun["options"])); status != 409 {
		t.Errorf("what changed meanwhile was signed: %d", status)
	}
}

// TestUnopenedReportsAreSaidBeforeSigning: any of them may be an addition that
// takes a consent back.
func TestUnopenedReportsAreSaidBeforeSigning(t *testing.T) {
	for _, here := range []http.Handler{nil, http.NotFoundHandler()} {
		o, _ := newSealedOffice(t, here)
		ana, _ := o.passkeyed("ana", keepiton.RoleAnalyst, "Org One")
		act := "/desk/incidents/" + string(write(ana, "submit", onReport)) + "/act"
		if ana.get(act).must(200, "Signatures"); strings.Contains(ana.body, "has not been opened") {
			t.Error("it warns of nothing")
		}
		id := o.arrive("hello")
		ana.get(act).must(200, "1 sealed report has not been opened by anybody; it could narrow a consent.")
		if strings.Contains(ana.body, `href="/desk/reports/"`) != (here != nil) {
			t.Errorf("with reports here %v, the page leads to them: %v", here != nil, here == nil)
		}
		if err := o.sealed.SetState(t.Context(), id, keepiton.EnvelopeRead); err != nil {
			t.Fatal(err)
		}
		if ana.get(act).must(200, "Signatures"); strings.Contains(ana.body, "has not been opened") {
			t.Error("it warns of one that somebody has opened")
		}
	}
}
