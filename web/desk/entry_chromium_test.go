//go:build e2e

package desk_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/chromedp/chromedp"

	"keepiton"
	"keepiton/campaign"
	"keepiton/sample"
)

// campaigned fills the desk with the made-up campaign.
func (o *office) campaigned() {
	o.t.Helper()
	for _, rev := range sample.Entries(o.now()) {
		e, err := campaign.Read(rev)
		if err != nil {
			o.t.Fatal(err)
		}
		id := rev.ID
		if rev.N == 1 {
			rev.ID = ""
		}
		if _, err := o.store.AppendEntry(context.Background(), id.Kind(), rev.N-1, rev, e.Index()); err != nil {
			o.t.Fatal(err)
		}
	}
}

// TestEntryPagesFitPhoneAndDesk opens the pages of the campaign's office and of a
// member in three languages at two widths, as TestPagesFitPhoneAndDesk does.
func TestEntryPagesFitPhoneAndDesk(t *testing.T) {
	o := newOffice(t)
	o.campaigned()
	first := map[keepiton.EntryKind]string{}
	waiting := ""
	for _, rev := range sample.Entries(o.now()) {
		if first[rev.ID.Kind()] == "" {
			first[rev.ID.Kind()] = string(rev.ID)
		}
		if rev.State == keepiton.InReview && rev.ID.Kind() == keepiton.KindOrganization {
			waiting = string(rev.ID)
		}
	}
	member := first[keepiton.KindOrganization]
	ben := o.hire("ben", keepiton.RoleEditor, "Two")
	ben.get("/desk/campaign/"+waiting+"/act").press("approve", map[string][]string{"reason": {"both referees answered"}}).must(200)
	o.hire("adm", keepiton.RoleAdmin, "Org One")
	o.hire("mem", keepiton.RoleMember, member)
	ctx := chromium(t)
	for who, pages := range map[string][]string{
		"adm": {
			"/desk/campaign", "/desk/campaign?kind=letter&q=nothing+fits", "/desk/campaign/new?kind=pledge", "/desk/campaign/" + member, "/desk/campaign/" + first[keepiton.KindStatement],
			"/desk/campaign/" + first[keepiton.KindWatch], "/desk/campaign/" + waiting + "/act", "/desk/campaign/" + first[keepiton.KindPledge] + "/history", "/desk/campaign/" + member + "/people",
		},
		"mem": {"/desk/organization", "/desk/organization/people"},
	} {
		if err := chromedp.Do(ctx, chromedp.Navigate(o.site.URL+"/desk/sign-in")); err != nil {
			t.Fatal(err)
		}
		o.enterAs(ctx, who)
		for _, lang := range []string{"en", "ar", "am"} {
			if err := chromedp.Do(ctx, chromedp.Navigate(o.site.URL+"/desk/account"), chromedp.SetValue(chromedp.CSS("#tongue"), lang)); err != nil {
				t.Fatal(err)
			}
			click(t, ctx, `form[action="/desk/language"] button`)
			for _, width := range []int64{360, 1280} {
				for i, path := range pages {
					look(t, ctx, o.site.URL+path, fmt.Sprintf("%s-%02d-%s-%d", who, i, lang, width), width)
				}
			}
		}
	}
}
