package main

import (
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestAnApplicationBecomesAMember walks the whole road: an organization asks by the
// form without script, an analyst opens it on her own machine, vets it and drafts
// its public parts, two people stand behind it, it is public with its logo, and the
// receipt says so. A second one is declined: its sender reads why, and its draft is
// struck. Contact, referees and reasons of both are nowhere on the server.
func TestAnApplicationBecomesAMember(t *testing.T) {
	v := newVoices(t)
	apply := func(name string) string {
		page := postForm(t, v.site+"/fr/coalition/join", map[string]string{
			"join_name": name, "join_type": "civil_society", "country": "CD", "join_site": "https://fleuve.example", "join_langs": "fr", "contact": "sealed-contact", "referee1": "sealed-first", "referee1_contact": "sealed-at-first",
			"referee2": "sealed-second", "referee2_contact": "sealed-at-second", "join_why": "sealed-reasons", "join_support": "Gardez internet allumé.", "do": "send",
		})
		r, err := receiptOn(page)
		check(t, err)
		return r.String()
	}
	receipts := map[string]string{"Voix du Fleuve": apply("Voix du Fleuve"), "Fleuve et Filtres": apply("Fleuve et Filtres")}
	told := func(name string) string {
		return postForm(t, v.site+"/fr/receipt", map[string]string{"receipt": receipts[name], "do": "look"})
	}
	wantTold := func(name, want string) {
		t.Helper()
		if page := told(name); !strings.Contains(page, want) {
			t.Errorf("the receipt of %s does not say %q: %s", name, want, page)
		}
	}
	wantTold("Voix du Fleuve", "Personne ne l’a encore ouvert")

	ana := enter(t, v.site, v.links["ana"])
	own := talk(t, "desk", "--server", v.site, "--keys", v.private, "--passphrase-file", v.passphrase, "--recipients", v.public, "--listen", "127.0.0.1:0")
	pairing := own.until(`^  ([A-Z]{4}-[A-Z]{4})$`)
	ana.form("/desk/pair", url.Values{"csrf": {ana.csrf("/desk/pair?code=" + pairing)}, "code": {pairing}})
	desk := &desktop{t: t, url: own.until(`Your desk is at (http://127\.0\.0\.1:\d+/[0-9a-f]{32}/)`)}
	desk.get("")
	queue := desk.post("open", url.Values{})
	draft := func(name string) (at, id string) {
		t.Helper()
		m := regexp.MustCompile(`/(reports/[0-9a-f]{32})"><bdi>` + name).FindStringSubmatch(queue)
		if m == nil {
			t.Fatalf("%s is not in the queue: %s", name, queue)
		}
		for _, want := range []string{"sealed-contact", "sealed-at-second", "sealed-reasons"} {
			if page := desk.get(m[1]); !strings.Contains(page, want) {
				t.Errorf("the analyst does not see %s", want)
			}
		}
		desk.post(m[1]+"/vet", url.Values{"referees": {"yes"}, "site": {"yes"}, "kind": {"yes"}, "fresh": {"yes"}, "note": {"called sealed-first"}})
		page := desk.post(m[1]+"/enrol", url.Values{"keep_country": {"1"}, "keep_site": {"1"}, "keep_langs": {"1"}, "keep_support": {"1"}, "reason": {"vetted"}})
		made := regexp.MustCompile(`Drafted at the campaign’s office: <a href="[^"]*/desk/campaign/(KIC-\d{4}-\d{4})"`).FindStringSubmatch(page)
		if made == nil {
			t.Fatalf("nothing was drafted of %s: %s", name, page)
		}
		return m[1], made[1]
	}
	_, id := draft("Voix du Fleuve")
	wantTold("Voix du Fleuve", "Deux personnes en décident maintenant.")

	// At the office it takes two people, each with a reason.
	ben, cleo := enter(t, v.site, v.links["ben"]), enter(t, v.site, v.links["cleo"])
	do := func(p *analystAt, id, do, reason string) {
		t.Helper()
		at := "/desk/campaign/" + id + "/act"
		page := p.get(at)
		base := regexp.MustCompile(`name="base" value="(\d+)"`).FindStringSubmatch(page)
		if base == nil {
			t.Fatalf("%s: nothing to do: %s", at, page)
		}
		p.form(at, url.Values{"csrf": {csrfField.FindStringSubmatch(page)[1]}, "base": {base[1]}, "do": {do}, "reason": {reason}})
	}
	do(ana, id, "submit", "")
	do(ben, id, "approve", "both referees answered")
	do(cleo, id, "approve", "the site is theirs")
	do(cleo, id, "publish", "")
	status, public := fetch(t, v.site+"/fr/coalition/"+id)
	if status != http.StatusOK || !strings.Contains(public, "Voix du Fleuve") || !strings.Contains(public, "Gardez internet allumé.") || strings.Contains(public, "sealed-") {
		t.Fatalf("the public page: %d %s", status, public)
	}
	if status, list := fetch(t, v.site+"/en/coalition"); status != http.StatusOK || !strings.Contains(list, "Voix du Fleuve") {
		t.Errorf("the list: %d", status)
	}
	desk.get("") // the desk looks again
	wantTold("Voix du Fleuve", "/fr/coalition/"+id)

	// The other sells filtering, which only comes out now.
	at, refused := draft("Fleuve et Filtres")
	if page := desk.get(at); !strings.Contains(page, id) || !strings.Contains(page, "the same site") {
		t.Errorf("nobody is told that the first has the same site: %s", page)
	}
	desk.post(at+"/decline", url.Values{"words": {"Vous vendez du filtrage."}})
	wantTold("Fleuve et Filtres", "Vous vendez du filtrage.")
	wantTold("Fleuve et Filtres", "C’est réglé.")
	do(cleo, refused, "strike", "declined")
	if page := cleo.get("/desk/campaign/" + refused + "/history"); strings.Contains(page, "Filtres") {
		t.Error("the history still names who was refused")
	}
	if status, _ := fetch(t, v.site+"/en/coalition/"+refused); status != http.StatusNotFound {
		t.Errorf("readers hear of it: %d", status)
	}
	if code := own.stop(); code != exitGood {
		t.Errorf("the desk ended with %d", code)
	}
	check(t, filepath.WalkDir(v.data, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := os.ReadFile(path)
		if err == nil && strings.Contains(string(b), "sealed-") {
			t.Errorf("%s holds what was sealed", path)
		}
		return err
	}))
}
