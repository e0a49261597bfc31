//go:build e2e

package main

import (
	"net/http"
	"regexp"
	"strings"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/webauthn"
	"github.com/chromedp/chromedp"
)

// withPasskeys gives the tab a device that holds passkeys.
func (w *walker) withPasskeys() {
	w.Helper()
	_, err := chromedp.Call(w.ctx, webauthn.Enable, webauthn.EnableParams{})
	check(w.T, err)
	_, err = chromedp.Call(w.ctx, webauthn.AddVirtualAuthenticator, webauthn.AddVirtualAuthenticatorParams{Options: &webauthn.VirtualAuthenticatorOptions{
		Protocol: webauthn.AuthenticatorProtocolCtap2, Transport: webauthn.AuthenticatorTransportInternal,
		HasResidentKey: true, HasUserVerification: true, IsUserVerified: true, AutomaticPresenceSimulation: true,
	}})
	check(w.T, err)
}

// inLanguage chooses a language by the list at the top of a desk's page.
func (w *walker) inLanguage(lang string) {
	w.Helper()
	w.do(chromedp.SetValue(chromedp.CSS("header select[name=lang]"), lang))
	w.press("header select[name=lang] ~ button")
}

// missing is a stop at an address where nothing is.
func (w *walker) missing(name, address string) {
	w.Helper()
	w.open(address)
	w.stop(name, func(lang string) {
		w.do(chromedp.SetValue(chromedp.CSS("header select[name=lang]"), lang))
		w.pressFor("header select[name=lang] ~ button", http.StatusNotFound)
	})
}

// page is a stop at an address that stays when the language changes.
func (w *walker) page(name, address string) {
	w.Helper()
	w.open(address)
	w.stop(name, w.inLanguage)
}

// account signs somebody in by their link and adds a passkey.
func (w *walker) account(site, link string) {
	w.Helper()
	_, token, _ := strings.Cut(link, "?t=")
	w.open(site + "/desk/enter?t=" + token)
	w.press("main button")
	w.open(site + "/desk/account")
	w.press("main button[data-begin]")
}

// pair signs an analyst in with their passkey and confirms the code of their
// machine.
func (w *walker) pair(site, link, code string) {
	w.Helper()
	w.withPasskeys()
	w.account(site, link)
	w.stop("account", w.inLanguage)
	w.press(`header form[action="/desk/sign-out"] button`)
	w.stop("sign-in", w.inLanguage)
	w.press("main button[data-begin]")
	w.page("pair", site+"/desk/pair?code="+code)
	w.press("main form button")
}

// analyst works through what came: queue, reports, a file, a case and its draft.
// It returns the ids of incident and story, and the address of the case.
func (w *walker) analyst(desk string) (incident, story, caseAt string) {
	w.Helper()
	w.page("queue-waiting", desk)
	w.inLanguage("en")
	w.says("5 reports wait")
	w.press("main form button.main")
	w.stop("queue", w.inLanguage)
	w.inLanguage("en")
	w.says("ቦሌ", "no data on either network", "No mobile internet in Addis", "no internet addis since 9", "may be the same cut", "أربع ساعات")
	reports := ask[map[string]string](w, `Object.fromEntries([...document.querySelectorAll('.entry')].map(e => [e.textContent.includes('ቦሌ') ? 'student' : e.textContent.includes('أربع') || e.textContent.includes('ميركاتو') ? 'teller' : e.querySelector('.said').textContent.slice(0, 12), e.querySelector('input').value]))`)
	if len(reports) != 5 {
		w.Fatalf("the queue has %v", reports)
	}
	w.do(chromedp.SetValue(chromedp.CSS("#title"), "Addis Ababa, 25 November"))
	for who, id := range reports {
		if who != "teller" {
			w.touch(`.entry input[value="` + id + `"]`)
		}
	}
	w.press(`button[name=do][value=new]`)
	caseAt, _, _ = strings.Cut(ask[string](w, "location.href"), "?")
	w.page("report-read", desk+"reports/"+reports["student"])
	w.picture(desk + "reports/" + reports["student"] + "/files/1")
	for who, id := range reports {
		w.open(desk + "reports/" + id)
		if who == "student" {
			w.fill(map[string]string{"words": "Is the fixed line down as well?", "ask": "1"})
			w.press(`form[action$="/reply"] button`)
		}
		if who != "teller" {
			w.fill(map[string]string{"firsthand": "yes", "time_sure": "yes", "place_sure": "yes", "independent": "yes", "decision": "use", "note": "ተመሳሳይ ሰዓት"})
			w.press(`form[action$="/judge"] button`)
		}
	}
	w.page("report-judged", desk+"reports/"+reports["student"])
	incident = w.draft(desk, caseAt)
	story = w.tell(desk + "reports/" + reports["teller"])
	w.page("cases", desk+"cases")
	w.page("gone", desk+"gone")
	w.page("lanes", desk+"lanes")
	w.missing("desk-missing", desk+"nothing")
	return incident, story, caseAt
}

// picture covers a face on the photo and keeps the copy for the public.
func (w *walker) picture(file string) {
	w.Helper()
	w.page("file", file)
	w.wide(1280)
	w.drag("img[data-width]", 470, 520, 620, 700)
	if boxes := ask[string](w, `document.getElementById('boxes').value`); !regexp.MustCompile(`^1 4[67]\d 5[12]\d 1[45]\d 1[78]\d\n$`).MatchString(boxes) {
		w.Errorf("the box that was drawn is %q", boxes)
	}
	w.stop("file-copy", func(lang string) {
		w.open(file + "?lang=" + lang)
		w.fill(map[string]string{"boxes": "1 470 520 150 180", "alt": "አደባባይ፣ ምሽት"})
		w.press(`button[formaction$="/clean"]`)
	})
	w.inLanguage("am") // from the answer to a form to the page that it stands on
	w.fill(map[string]string{"boxes": "1 470 520 150 180", "alt": "አደባባይ፣ ምሽት", "authenticity": "yes", "authenticity_note": "matches the square as mapped", "identity": "yes"})
	w.press(`button[name=do][value=public]`)
	w.page("file-kept", file)
}

// drag draws a box over a picture, in the picture's own pixels.
func (w *walker) drag(selector string, left, top, right, bottom float64) {
	w.Helper()
	w.do(chromedp.ScrollIntoView(chromedp.CSS(selector)))
	at := ask[[]float64](w, `(() => { const i = document.querySelector('`+selector+`'), r = i.getBoundingClientRect(); return [r.left, r.top, r.width / i.dataset.width]; })()`)
	x, y := func(v float64) float64 { return at[0] + v*at[2] }, func(v float64) float64 { return at[1] + v*at[2] }
	w.do(
		chromedp.MouseEvent(input.DispatchMouseEventTypeMousePressed, x(left), y(top), chromedp.ButtonLeft),
		chromedp.MouseEvent(input.DispatchMouseEventTypeMouseMoved, x(right), y(bottom), chromedp.ButtonLeft),
		chromedp.MouseEvent(input.DispatchMouseEventTypeMouseReleased, x(right), y(bottom), chromedp.ButtonLeft),
	)
}

// draft settles the case and sends an incident to the record's desk.
func (w *walker) draft(desk, caseAt string) string {
	w.Helper()
	w.open(caseAt)
	w.fillIn("form.box", map[string]string{"title": "Addis Ababa", "country": "ET", "region": "ET-AA", "says_ioda": "agrees", "url_ioda": "https://ioda.example/ET", "says_ooni": "silent", "note": "Two of them know each other"})
	w.press(`form.box button.main`)
	w.page("case", caseAt)
	w.page("draft", caseAt+"/draft")
	w.fill(map[string]string{"summary": "Mobile internet was cut in Addis Ababa.", "reason": "four reports by four roads agree", "level": "corroborated"})
	w.press("main form button.main")
	w.stop("case-drafted", w.inLanguage)
	id := regexp.MustCompile(`KIO-\d{4}-\d{4}`).FindString(w.text("main"))
	if id == "" {
		w.Fatalf("nothing was drafted: %s", w.text("main"))
	}
	return id
}

// tell makes a story of a report, with a picture and a translation.
func (w *walker) tell(report string) string {
	w.Helper()
	w.open(report + "/files/1?lang=en")
	w.fill(map[string]string{"boxes": "1 0 0 540 90", "alt": "صفحة لا تفتح"})
	w.press(`button[name=do][value=public]`)
	w.page("story-draft", report+"/story")
	sum := ask[string](w, `document.querySelector('[name=m_show0]').value`)
	w.fill(map[string]string{
		"quote": "سرت أربع ساعات لأرسل تقريراً واحداً", "m_show0": sum, "m_alt0": "صفحة لا تفتح",
		"t_lang0": "en", "t_title0": "Four hours by road", "t_text0": "I walked four hours to send one report from the ward.\nTwo patients died because we could not call an ambulance.", "t_quote0": "I walked four hours to send one report",
	})
	w.press("main form button.main")
	w.stop("story-drafted", w.inLanguage)
	id := regexp.MustCompile(`KIS-[\w-]+`).FindString(w.text("main"))
	if id == "" {
		w.Fatalf("no story was drafted: %s", w.text("main"))
	}
	return id
}
