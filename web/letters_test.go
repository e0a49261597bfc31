package web

import (
	"encoding/json"
	"fmt"
	"html"
	"strings"
	"testing"
	"time"

	"github.com/ProtonMail/gopenpgp/v3/crypto"

	"keepiton"
	"keepiton/campaign"
	"keepiton/locale"
	"keepiton/store"
)

func TestLettersAreReadInEveryLanguage(t *testing.T) {
	s, st := campaignSite(t)
	id, l := entryWith(t, st, keepiton.KindLetter, func(l *keepiton.Letter) bool { return len(l.Signers) > 0 })
	for _, lang := range locale.Languages {
		list, page := get(t, s, "/"+lang.Tag+"/letters"), get(t, s, "/"+lang.Tag+"/letters/"+string(id))
		if list.Code != 200 || page.Code != 200 {
			t.Fatalf("%s: the list answers %d, the letter %d", lang.Tag, list.Code, page.Code)
		}
		title, _ := l.Title.In(lang.Tag)
		text, in := l.Body.In(lang.Tag)
		body := html.UnescapeString(page.Body.String())
		last := text[strings.LastIndex(text, "\n\n")+2:]
		for _, want := range []string{title, last, l.Signers[0], l.Signers[1]} {
			if !strings.Contains(body, want) {
				t.Errorf("%s: the letter does not say %q", lang.Tag, want)
			}
		}
		notice := locale.For(lang.Tag).T("page.letter.original", "Language", locale.For(lang.Tag).LanguageName(in))
		if strings.Contains(body, notice) != (in != lang.Tag) {
			t.Errorf("%s: the letter stands in %s; the notice of that: %v", lang.Tag, in, in == lang.Tag)
		}
		if !strings.Contains(html.UnescapeString(list.Body.String()), title) {
			t.Errorf("%s: the list does not have %q", lang.Tag, title)
		}
		for _, missing := range []string{"page.letter", "entry.letter", "nav.letters"} {
			if strings.Contains(list.Body.String()+body, missing) {
				t.Errorf("%s: a message %s… is missing", lang.Tag, missing)
			}
		}
	}
}

func TestALetterLeadsToItsTranslationsAndWhatItIsAbout(t *testing.T) {
	s, st := campaignSite(t)
	id, l := entryWith(t, st, keepiton.KindLetter, func(l *keepiton.Letter) bool { return l.Watch != "" })
	body := get(t, s, "/es/letters/"+string(id)).Body.String()
	for _, want := range []string{
		`href="/am/letters/` + string(id) + `"`, `href="/fr/letters/` + string(id) + `"`,
		"/es/incidents/" + string(l.Incidents[0]), "/es/watch/" + string(l.Watch), "/es/countries/XG",
	} {
		if !strings.Contains(body, want) {
			t.Errorf("no %s", want)
		}
	}
	if strings.Contains(body, `hreflang="ca"`) {
		t.Error("a translation is offered that is not there")
	}
}

func TestALetterAsTextAndJSON(t *testing.T) {
	s, st := campaignSite(t)
	id, l := entryWith(t, st, keepiton.KindLetter, func(l *keepiton.Letter) bool { return len(l.Signers) > 0 })
	text := get(t, s, "/fr/letters/"+string(id)+".txt")
	if got := text.Header().Get("Content-Type"); text.Code != 200 || !strings.HasPrefix(got, "text/plain") {
		t.Fatalf("%d, %s", text.Code, got)
	}
	for _, want := range []string{l.Title["fr"], l.To["fr"], l.Body["fr"], l.Signers[1], string(id)} {
		if !strings.Contains(text.Body.String(), want) {
			t.Errorf("the text lacks %q", want)
		}
	}
	var doc struct {
		Letters []struct {
			ID      keepiton.EntryID  `json:"id"`
			Body    map[string]string `json:"body"`
			Signers []string          `json:"signers"`
		} `json:"letters"`
	}
	if err := json.Unmarshal(get(t, s, "/en/letters.json?country=XB").Body.Bytes(), &doc); err != nil || len(doc.Letters) != 1 || doc.Letters[0].ID != id || doc.Letters[0].Body["fr"] != l.Body["fr"] || len(doc.Letters[0].Signers) != 2 {
		t.Errorf("%v, %+v", err, doc)
	}
	for _, path := range []string{"/en/letters/KIL-2026-9999", "/en/letters/KIP-2026-0001"} {
		if w := get(t, s, path); w.Code != 404 {
			t.Errorf("%s: %d", path, w.Code)
		}
	}
}

func TestALetterShowsWhoSignedTheseWords(t *testing.T) {
	s, st := campaignSite(t)
	signatures, ok := st.(store.Signatures)
	if !ok {
		t.Fatal("the store keeps no signatures")
	}
	s.opt.Signatures = signatures
	id, l := entryWith(t, st, keepiton.KindLetter, func(l *keepiton.Letter) bool { return len(l.Signers) == 0 })
	member, org := entryWith(t, st, keepiton.KindOrganization, func(o *keepiton.Organization) bool { return o.Standing == keepiton.StandingMember })
	rev, err := st.PublicEntry(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	if err := signatures.SignLetter(t.Context(), keepiton.LetterSigner{Letter: id, N: rev.N, Organization: member, Account: "secret-account", Day: "2026-07-15"}); err != nil {
		t.Fatal(err)
	}
	again := func(change func(*keepiton.Letter)) {
		change(l)
		doc, err := json.Marshal(l)
		if err == nil {
			rev, err = st.AppendEntry(t.Context(), keepiton.KindLetter, rev.N, keepiton.EntryRevision{ID: id, State: keepiton.Published, Recorded: testNow, Doc: doc}, l.Index())
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	shown := func() bool {
		fresh := fmt.Sprintf("?view=%d", rev.N) // the made-up record does not grow, so that a page would come from the cache
		page, text := get(t, s, "/en/letters/"+string(id)+fresh).Body.String(), get(t, s, "/en/letters/"+string(id)+".txt"+fresh).Body.String()
		if strings.Contains(page+text, "secret-account") {
			t.Error("readers see whose account signed")
		}
		if strings.Contains(html.UnescapeString(page), org.Name) != strings.Contains(text, org.Name) {
			t.Error("page and text have other signers")
		}
		return strings.Contains(page, "/en/coalition/"+string(member))
	}
	if !shown() {
		t.Error("who signed is not shown")
	}
	again(func(l *keepiton.Letter) { l.Body["ca"], l.Answer = "Bon dia.", keepiton.Texts{"en": "None."} })
	if !shown() {
		t.Error("a translation and the answer took the name away")
	}
	again(func(l *keepiton.Letter) { l.Body["en"] += "\n\nAnd resign." })
	if shown() {
		t.Error("a name stands under words that it was not put under")
	}
}

func TestPagesOfLettersWeighAtMost13000Bytes(t *testing.T) {
	s, st := campaignSite(t)
	weigh(t, s, append(entryPaths(t, st, keepiton.KindLetter), "/letters"))
}

func TestASignatureByKeyIsShownAndCanBeChecked(t *testing.T) {
	s, st := campaignSite(t)
	signatures := st.(store.Signatures)
	s.opt.Signatures = signatures
	key, err := crypto.PGP().KeyGeneration().AddUserId("Org", "org@org.example").New().GenerateKey()
	if err != nil {
		t.Fatal(err)
	}
	put := func(id keepiton.EntryID, base int, state keepiton.State, e keepiton.Entry) keepiton.EntryRevision {
		t.Helper()
		doc, err := json.Marshal(e)
		if err != nil {
			t.Fatal(err)
		}
		rev, err := st.AppendEntry(t.Context(), e.Kind(), base, keepiton.EntryRevision{ID: id, State: state, Recorded: testNow, Doc: doc}, e.Index())
		if err != nil {
			t.Fatal(err)
		}
		return rev
	}
	org := &keepiton.Organization{Name: "Keyed Lines", Type: "civil_society", Standing: keepiton.StandingMember, Country: "ET"}
	if org.Key, err = key.GetArmoredPublicKey(); err != nil {
		t.Fatal(err)
	}
	member := put("", 0, keepiton.Published, org)
	l := &keepiton.Letter{Title: keepiton.Texts{"en": "Keep it on"}, Body: keepiton.Texts{"en": "Please.", "am": "እባክዎ።"}, To: keepiton.Texts{"en": "The Minister"}, Dated: keepiton.On(2026, 7, 1)}
	put("", 0, keepiton.Draft, l)
	letter := put(put("", 0, keepiton.Draft, l).ID, 1, keepiton.Published, l)
	text, err := campaign.LetterTextOf(letter)
	if err != nil {
		t.Fatal(err)
	}
	signer, err := crypto.PGP().Sign().SigningKey(key).Detached().New()
	if err != nil {
		t.Fatal(err)
	}
	made, err := signer.Sign(text, crypto.Armor)
	if err != nil {
		t.Fatal(err)
	}
	day := time.Now().UTC().Format(time.DateOnly) // on which the key was made as well
	if err := signatures.SignLetter(t.Context(), keepiton.LetterSigner{Letter: letter.ID, N: letter.N, Organization: member.ID, Account: "lines", Signature: string(made), Day: day}); err != nil {
		t.Fatal(err)
	}
	at := "/ar/letters/" + string(letter.ID)
	fingerprint := strings.ToUpper(key.GetFingerprint())
	body := get(t, s, at).Body.String()
	for _, want := range []string{underLetter{Fingerprint: fingerprint}.Fours(), at + "/signature/" + string(member.ID) + ".asc", at + "/text/2.txt", "Keyed Lines"} {
		if !strings.Contains(body, want) {
			t.Errorf("the page does not say %q", want)
		}
	}
	if got := get(t, s, at+"/text/2.txt"); got.Code != 200 || got.Body.String() != string(text) {
		t.Errorf("the text: %d, %q", got.Code, got.Body)
	}
	if got := get(t, s, "/en/letters/"+string(letter.ID)+"/text/2.txt"); got.Body.String() != string(text) {
		t.Error("the text is another one in another language")
	}
	sig := get(t, s, at+"/signature/"+string(member.ID)+".asc")
	if sig.Code != 200 || sig.Header().Get("Content-Type") != "application/pgp-signature" {
		t.Errorf("the signature: %d, %s", sig.Code, sig.Header().Get("Content-Type"))
	}
	if f, err := campaign.VerifyLetter(text, sig.Body.String(), org.Key, time.Now().Add(time.Hour)); err != nil || f != fingerprint {
		t.Errorf("it is checked: %q, %v", f, err)
	}
	var doc struct {
		Letters []struct{ Signed []signedDoc }
	}
	if err := json.Unmarshal(get(t, s, at+".json").Body.Bytes(), &doc); err != nil || len(doc.Letters) != 1 || len(doc.Letters[0].Signed) != 1 || doc.Letters[0].Signed[0].Fingerprint != fingerprint || doc.Letters[0].Signed[0].Revision != 2 {
		t.Errorf("as JSON: %+v, %v", doc, err)
	}
	for _, path := range []string{"/text/1.txt", "/text/3.txt", "/text/x.txt", "/text/0.txt", "/signature/KIC-2026-0999.asc", "/signature/" + string(member.ID) + ".txt"} {
		if w := get(t, s, at+path); w.Code != 404 {
			t.Errorf("%s: %d", path, w.Code)
		}
	}
	org.Key = ""
	put(member.ID, 1, keepiton.Published, org)
	if body := get(t, s, at+"?q=1").Body.String(); !strings.Contains(body, locale.For("ar").T("page.letter.oldkey")) {
		t.Error("the page does not say that the key is shown no longer")
	}
}

func TestALetterNamesTheLanguagesThatItIsIn(t *testing.T) {
	s, st := campaignSite(t)
	id, l := entryWith(t, st, keepiton.KindLetter, func(l *keepiton.Letter) bool { return l.Country == "XB" })
	body := get(t, s, "/am/letters/"+string(id)).Body.String()
	for _, lang := range locale.Languages {
		has := strings.Contains(body, `rel="alternate" hreflang="`+lang.Tag+`"`)
		if want := l.Body[lang.Tag] != ""; has != want {
			t.Errorf("it names %s: %v, want %v", lang.Tag, has, want)
		}
	}
	if !strings.Contains(html.UnescapeString(body), locale.For("am").T("page.letter.original", "Language", locale.For("am").LanguageName("en"))) {
		t.Error("it does not say in which language it is read")
	}
}
