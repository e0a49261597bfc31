package desk_test

import (
	"context"
	"encoding/json"
	"net/url"
	"os"
	"regexp"
	"strings"
	"testing"

	"keepiton"
	"keepiton/campaign"
	"keepiton/review"
)

// joined stores an organization that readers see, and returns its id.
func (o *office) joined(name string) keepiton.EntryID {
	o.t.Helper()
	org := &keepiton.Organization{Name: name, Type: "civil_society", Country: "ET", Standing: keepiton.StandingMember, Confirmed: true, Basis: []keepiton.EnvelopeID{"secret-application"}}
	doc, err := json.Marshal(org)
	if err != nil {
		o.t.Fatal(err)
	}
	rev, err := o.store.AppendEntry(context.Background(), keepiton.KindOrganization, 0, keepiton.EntryRevision{State: keepiton.Published, Recorded: o.now(), Role: keepiton.RoleEditor, Author: "ben", Doc: doc}, org.Index())
	if err != nil {
		o.t.Fatal(err)
	}
	return rev.ID
}

// routesOf reads the table of routes: what opens them, and their patterns.
func routesOf(t *testing.T) map[string][]string {
	t.Helper()
	src, err := os.ReadFile("routes.go")
	if err != nil {
		t.Fatal(err)
	}
	text := strings.NewReplacer(`"+memberPath+"`, "/desk/organization", `"+memberPath`, `/desk/organization"`, `"+entryMedia+"`, "/desk/media/").Replace(string(src))
	out := map[string][]string{}
	for _, m := range regexp.MustCompile(`\t(open|signed|staff|member)\("((?:GET|POST) /[^"]*)"`).FindAllStringSubmatch(text, -1) {
		out[m[1]] = append(out[m[1]], m[2])
	}
	return out
}

// Whatever the desk can do, a member can do none of it.
func TestAMemberReachesNothingThatIsTheStaffs(t *testing.T) {
	o := newOffice(t)
	id, other := o.joined("Open Lines"), o.joined("Others")
	ana := o.hire("ana", keepiton.RoleAnalyst, "One")
	ana.get("/desk/campaign/new?kind=pledge").press("save", pledgeForm()).must(200)
	m := o.hire("kic-member", keepiton.RoleMember, string(id))
	m.get("/desk/").must(200, "Your organization", "Open Lines")
	if m.sees("New incident") || m.sees("Accounts") || m.sees("Stories") {
		t.Errorf("the menu shows what is not a member's: %s", m.text)
	}
	csrf := attrOf(m, "csrf")
	routes := routesOf(t)
	if len(routes["staff"]) < 40 || len(routes["member"]) < 5 {
		t.Fatalf("the table of routes was read wrongly: %v", routes)
	}
	fill := strings.NewReplacer("{$}", "", "{id}", "KIP-2026-0001", "{n}", "1", "{name}", "ana", "{kind}", "pledge")
	for _, pattern := range routes["staff"] {
		method, path, _ := strings.Cut(fill.Replace(pattern), " ")
		if path == "/desk/" {
			continue // leads to the member's own page, as above
		}
		for _, p := range []string{path, strings.Replace(path, "KIP-2026-0001", string(id), 1), strings.Replace(path, "KIP-2026-0001", string(other), 1)} {
			for _, do := range []string{"save", "publish", "approve", "add", "role", "withdraw"} {
				v := url.Values{"csrf": {csrf}, "do": {do}, "base": {"1"}, "n": {"1"}, "reason": {"because"}, "name": {"newcomer"}, "role": {"administrator"}}
				if method == "GET" {
					m.get(p)
				} else {
					m.post(p, v, nil)
				}
				if m.status != 403 {
					t.Errorf("%s %s (%s): a member gets %d", method, p, do, m.status)
				}
				if method == "GET" {
					break
				}
			}
		}
	}
	// Sealed reports and paired machines ask by themselves.
	person := review.Person{Account: "kic-member", Role: keepiton.RoleMember, Organization: string(id)}
	for _, r := range review.Rules {
		for _, s := range append([]keepiton.State{""}, keepiton.States...) {
			if person.May(r.Action, s) {
				t.Errorf("a member may %s what is %q", r.Action, s)
			}
		}
		for _, s := range keepiton.States {
			if person.MayStory(r.Action, s) {
				t.Errorf("a member may %s a story that is %q", r.Action, s)
			}
		}
	}
	if _, err := o.accounts.List(t.Context(), person); keepiton.CodeOf(err) != keepiton.Forbidden {
		t.Errorf("a member lists accounts: %v", err)
	}
	if err := o.accounts.SetPolicy(t.Context(), person, review.DefaultPolicy); keepiton.CodeOf(err) != keepiton.Forbidden {
		t.Errorf("a member sets the policy: %v", err)
	}
	for _, name := range []string{"ana", "kic-member", "nobody"} {
		if _, err := o.accounts.Reset(t.Context(), person, name); keepiton.CodeOf(err) != keepiton.Forbidden {
			t.Errorf("a member resets %s: %v", name, err)
		}
		if err := o.accounts.SetRole(t.Context(), person, name, keepiton.RoleAdmin); keepiton.CodeOf(err) != keepiton.Forbidden {
			t.Errorf("a member gives %s a role: %v", name, err)
		}
	}
	if _, err := o.accounts.Add(t.Context(), person, "newcomer", keepiton.RoleMember, string(id)); keepiton.CodeOf(err) != keepiton.Forbidden {
		t.Errorf("a member makes an account with a name of its choice: %v", err)
	}
}

func TestStaffHaveNoOrganizationOfTheirOwn(t *testing.T) {
	o := newOffice(t)
	id := o.joined("Open Lines")
	for _, role := range []keepiton.Role{keepiton.RoleReader, keepiton.RoleAdmin} {
		b := o.hire("staff-"+string(role)[:3], role, string(id))
		csrf := attrOf(b, "csrf")
		for _, pattern := range routesOf(t)["member"] {
			method, path, _ := strings.Cut(pattern, " ")
			if method == "GET" {
				b.get(path)
			} else {
				b.post(path, url.Values{"csrf": {csrf}, "do": {"propose"}, "base": {"1"}}, nil)
			}
			if b.status != 403 {
				t.Errorf("%s %s: %s gets %d", method, path, role, b.status)
			}
		}
	}
}

func TestAnOrganizationProposesAndTheOfficeApproves(t *testing.T) {
	o := newOffice(t)
	id := o.joined("Open Lines")
	m := o.hire("lines", keepiton.RoleMember, string(id))
	m.get("/desk/organization").must(200, "This is what readers see")
	for _, not := range []string{"secret-application", `name="e.standing"`, `name="e.confirmed"`, "sources.0"} {
		if strings.Contains(m.body, not) {
			t.Errorf("a member's form holds %s", not)
		}
	}
	m.press("propose", url.Values{"e.site": {"ftp://lines.example"}}).must(422, "A link begins with https://")
	m.press("preview", url.Values{"e.site": {"https://lines.example/"}, "e.about.en": {"We keep lines open."}}).must(200, "What would change for readers", "https://lines.example/")
	// What is not theirs to say is not believed, whatever the form holds.
	m.press("propose", url.Values{"reason": {"we have a site now"}, "e.standing": {"partner"}, "e.confirmed": {"1"}, "e.type": {"civil_society"}, "basis": {"x"}}).must(200, "Sent.", "waits for the campaign")
	rev, err := o.store.Entry(t.Context(), id)
	if err != nil || rev.State != keepiton.InReview || rev.Role != keepiton.RoleMember || rev.Author != "lines" {
		t.Fatalf("%+v, %v", rev, err)
	}
	org, err := campaign.As[*keepiton.Organization](rev)
	if err != nil || org.Standing != keepiton.StandingMember || len(org.Basis) != 1 || org.Site != "https://lines.example/" {
		t.Errorf("%+v, %v", org, err)
	}

	ana, ben := o.hire("ana", keepiton.RoleAnalyst, "One"), o.hire("ben", keepiton.RoleEditor, "Two")
	ana.get("/desk/campaign/"+string(id)+"/act").must(200, "We keep lines open.", "we have a site now")
	ana.press("send_back", url.Values{"reason": {"Say where."}}).must(200, "Sent back")
	m.get("/desk/organization").must(200, "sent your change back", "Say where.", "We keep lines open.")
	m.press("propose", url.Values{"e.about.en": {"We keep lines open in Ethiopia."}}).must(200, "Sent.")
	for _, b := range []*browser{ana, ben} {
		b.get("/desk/campaign/"+string(id)+"/act").press("approve", url.Values{"reason": {"the site is theirs, desk only"}}).must(200, "Approved")
	}
	if m.get("/desk/organization"); m.sees("desk only") || m.sees("Stands behind") {
		t.Error("what the desk says stays at the desk")
	}
	ben.press("publish", nil).must(200, "Published")
	m.get("/desk/organization").must(200, "This is what readers see")

	// A draft of the office is not theirs to see, and not to be run over.
	ana.get("/desk/campaign/"+string(id)).press("save", url.Values{"e.standing": {"suspended"}, "reason": {"rumours"}}).must(200)
	if m.get("/desk/organization").must(200, "at work on your entry now"); m.sees("Suspended") || m.sees("rumours") {
		t.Error("a member sees a draft of the office")
	}
	m.post("/desk/organization", url.Values{"csrf": {attrOf(m, "csrf")}, "do": {"propose"}, "base": {"8"}, "e.name": {"Mine"}}, nil).must(409)
	// Suspended for all to see, it can propose and invite no more.
	if ana.get("/desk/campaign/" + string(id) + "/act"); ana.form("suspend") != nil {
		t.Error("an analyst may suspend")
	}
	ben.get("/desk/campaign/"+string(id)+"/act").press("suspend", url.Values{"reason": {"It sold filtering."}}).must(200, "Suspended. Its page says so.")
	m.get("/desk/organization").must(200, "not in the coalition now")
	m.post("/desk/organization", url.Values{"csrf": {attrOf(m, "csrf")}, "do": {"propose"}, "base": {"10"}, "e.name": {"Mine"}}, nil).must(403)
	m.post("/desk/organization/people", url.Values{"csrf": {attrOf(m, "csrf")}, "do": {"add"}, "name": {"friend"}}, nil).must(403)
	ana.get("/desk/campaign/"+string(id)+"/act").press("end_suspension", url.Values{"reason": {"It stopped."}}).must(200, "two people decide")
	for _, b := range []*browser{ana, ben} {
		b.get("/desk/campaign/"+string(id)+"/act").press("approve", url.Values{"reason": {"confirmed"}}).must(200)
	}
	ben.press("publish", nil).must(200)
	m.get("/desk/organization").must(200, "This is what readers see")
}

// A draft that was never public can be struck, and is not offered to be struck again.
func TestTheOfficeStrikesWhatReadersNeverSaw(t *testing.T) {
	o := newOffice(t)
	ana, ben := o.hire("ana", keepiton.RoleAnalyst, "One"), o.hire("ben", keepiton.RoleEditor, "Two")
	ana.get("/desk/campaign/new?kind=organization").press("save", url.Values{"e.name": {"Asked Once"}, "e.type": {"civil_society"}, "reason": {"Asked Once applied"}}).must(200)
	const at = "/desk/campaign/KIC-2026-0001"
	if ana.get(at + "/act"); ana.form("strike") != nil {
		t.Error("an analyst may strike")
	}
	ben.get(at+"/act").press("strike", url.Values{"reason": {""}}).must(422, "A reason is needed")
	ben.get(at+"/act").press("strike", url.Values{"reason": {"declined"}}).must(200, "Struck.")
	if ben.form("strike") != nil || ben.form("give_up") != nil {
		t.Error("what is struck can be struck again")
	}
	for _, page := range []string{"", "/act", "/history", "/preview"} {
		if ben.get(at + page); ben.sees("Asked Once") {
			t.Errorf("%s still names it", page)
		}
	}
	ben.get("/desk/campaign?kind=organization").must(200, "KIC-2026-0001")
}

func TestAnOrganizationInvitesItsPeople(t *testing.T) {
	o := newOffice(t)
	id, other := o.joined("Open Lines"), o.joined("Others")
	ada := o.hire("ada", keepiton.RoleAdmin, "One")
	ada.get("/desk/campaign/"+string(id)+"/people").must(200, "No account belongs")
	ada.press("add", url.Values{"name": {"lines"}}).must(200, "Sign-in link for lines")
	link := regexp.MustCompile(`/desk/enter\?t=[\w%-]+`).FindString(ada.body)
	m := o.browser()
	m.get(link)
	m.press("", nil).must(200, "Signed in")
	o.hire("stranger", keepiton.RoleMember, string(other))

	m.get("/desk/organization/people").must(200, "lines", "you")
	if m.sees("stranger") || m.sees("ada") {
		t.Error("a member sees the accounts of others")
	}
	// The name of an account of the staff is no answer to a guess.
	m.press("add", url.Values{"name": {"ada"}}).must(200, "Sign-in link for kic-2026-0001.ada")
	m.press("add", url.Values{"name": {"ada"}}).must(409)
	m.get("/desk/organization/people").must(200)
	csrf := attrOf(m, "csrf")
	for _, name := range []string{"ada", "stranger", "lines", "nobody"} {
		for _, do := range []string{"disable", "reset"} {
			m.post("/desk/organization/people", url.Values{"csrf": {csrf}, "do": {do}, "name": {name}}, nil)
			if m.status != 403 {
				t.Errorf("a member can %s %s: %d", do, name, m.status)
			}
		}
	}
	m.get("/desk/organization/people").press("disable", url.Values{"name": {"kic-2026-0001.ada"}}).must(200, "Account changed", "disabled")
	ada.get("/desk/people").must(200, "Member organization", "KIC-2026-0001")
	ada.post("/desk/people/lines", url.Values{"csrf": {attrOf(ada, "csrf")}, "do": {"role"}, "role": {"analyst"}}, nil).must(409, "stays one")
	ada.post("/desk/people/ada", url.Values{"csrf": {attrOf(ada, "csrf")}, "do": {"role"}, "role": {"member"}}, nil).must(422)
	ada.post("/desk/people", url.Values{"csrf": {attrOf(ada, "csrf")}, "name": {"loose"}, "role": {"member"}, "organization": {"Somebody"}}, nil).must(422, "id of its entry")
}
