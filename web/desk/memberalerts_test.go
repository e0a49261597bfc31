package desk_test

import (
	"net/url"
	"strings"
	"testing"

	"keepiton"
)

func TestAnOrganizationManagesItsAlerts(t *testing.T) {
	o := newOffice(t)
	id, other := o.joined("Open Lines"), o.joined("Others")
	m, n := o.hire("lines", keepiton.RoleMember, string(id)), o.hire("rival", keepiton.RoleMember, string(other))
	const page = "/desk/organization/alerts"
	m.get(page).must(200, "None yet", "Sudan", "dates to watch")
	m.press("mail", url.Values{"address": {"no address"}}).must(422, "no mail address")
	m.press("mail", url.Values{"address": {"press@lines.example"}, "pace": {"weekly"}, "country": {"SD"}}).must(200, "a mail with a link is on its way", "None yet")
	m.press("offer", url.Values{"url": {"http://lines.example"}}).must(422, "no https address")
	m.press("offer", url.Values{"url": {"https://hooks.lines.example/in"}, "country": {"SD", "ET"}, "about": {"incidents"}}).must(200, "whsec_", "shown this once")
	m.press("challenge", nil).must(200, "The address answered", "By webhook", "Sudan")
	if strings.Contains(m.body, "hooks.lines") || strings.Contains(m.body, "whsec_") {
		t.Error("the page shows the address, or the secret again")
	}
	all, err := o.book.Owned(t.Context(), id)
	if err != nil || len(all) != 1 || strings.Join(all[0].Terms.Topics.Countries, " ") != "ET SD" || !strings.Contains(m.body, "/alerts/manage/"+all[0].Manage) {
		t.Fatalf("it has %+v, %v", all, err)
	}
	if n.get(page); n.sees("By webhook") {
		t.Error("another organization sees it")
	}
	n.post(page, url.Values{"csrf": {attrOf(n, "csrf")}, "do": {"end"}, "manage": {all[0].Manage}}, nil).must(404)
	ben := o.hire("ben", keepiton.RoleEditor, "Two")
	ben.get(page).must(403)
	// Suspended, it can end what it has and ask for nothing more.
	ben.get("/desk/campaign/"+string(id)+"/act").press("suspend", url.Values{"reason": {"It sold filtering."}}).must(200)
	m.get(page).must(200, "By webhook")
	if m.form("offer") != nil {
		t.Error("more is offered to one that is suspended")
	}
	m.post(page, url.Values{"csrf": {attrOf(m, "csrf")}, "do": {"mail"}, "address": {"press@lines.example"}}, nil).must(403)
	m.get(page).press("end", nil).must(200, "These alerts have ended", "None yet")
}
