//go:build e2e

package main

import (
	"net/http"
	"strings"
)

// leave signs out at the record's desk.
func (w *walker) leave(site string) {
	w.Helper()
	w.open(site + "/desk/")
	w.press(`header form[action="/desk/sign-out"] button`)
}

// editors sign the incident and the story, first somebody of the analyst's
// organization and then somebody of another, who publishes them.
func (w *walker) editors(site string, links map[string]string, incident, story string) {
	w.Helper()
	act, told := site+"/desk/incidents/"+incident+"/act", site+"/desk/stories/"+story
	w.leave(site)
	w.account(site, links["ben"])
	w.page("desk", site+"/desk/")
	w.page("act", act)
	w.press("main button[data-begin]")
	w.stop("act-signed", w.inLanguage)
	w.page("desk-stories", site+"/desk/stories")
	w.page("desk-story", told)
	w.press("main button[data-begin]")
	w.leave(site)
	w.account(site, links["cleo"])
	w.open(act)
	w.press("main button[data-begin]")
	w.stop("act-enough", w.inLanguage)
	w.fill(map[string]string{"reason": "signed by two organizations"})
	w.press("main button[value=publish]")
	w.page("history", site+"/desk/incidents/"+incident+"/history")
	w.open(told)
	w.press("main button[data-begin]")
	w.press("main button[value=publish]")
	w.stop("desk-story-public", w.inLanguage)
	w.missing("record-missing", site+"/desk/nothing")
}

// reader finds what was published.
func (w *walker) reader(site, incident, story string) {
	w.Helper()
	w.stop("home", func(lang string) { w.open(site + "/" + lang + "/") })
	w.stop("incidents", func(lang string) { w.open(site + "/" + lang + "/incidents") })
	w.stop("incident", func(lang string) { w.open(site + "/" + lang + "/incidents/" + incident) })
	picture := ask[string](w, `document.querySelector('.src img').src`)
	if status, bytes := fetch(w.T, picture); status != http.StatusOK || len(bytes) < 1000 || strings.Contains(bytes, cameraMark) {
		w.Errorf("%s answers %d with %d bytes, or tells what the camera knew", picture, status, len(bytes))
	}
	w.stop("stories", func(lang string) { w.open(site + "/" + lang + "/stories") })
	w.stop("story", func(lang string) { w.open(site + "/" + lang + "/stories/" + story) })
	w.stop("key", func(lang string) { w.open(site + "/" + lang + "/key") })
}
