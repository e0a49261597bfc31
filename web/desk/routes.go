package desk

import "keepiton/casework/remote"

// ReportsPath is where the pages of casework stand, if they do.
const ReportsPath = "/desk/reports"

// routes is the table of everything under /desk/.
func (s *server) routes() {
	file := func(pattern, name, mediaType string) { s.mux.Handle(pattern, asset(name, mediaType)) }
	file("GET /desk/style.css", "style.css", "text/css; charset=utf-8")
	s.mux.Handle("GET /desk/chart.css", served([]byte(chartStyle), "text/css; charset=utf-8"))
	file("GET /desk/passkey.js", "passkey.js", "text/javascript; charset=utf-8")
	file("GET /desk/lint.js", "lint.js", "text/javascript; charset=utf-8")

	open := func(pattern string, h handler) { s.mux.Handle(pattern, s.open(h)) }
	open("GET /desk/sign-in", signInPage)
	open("POST /desk/sign-in", signIn)
	open("GET /desk/recover", recoverPage)
	open("POST /desk/recover", recoverAccount)
	open("GET /desk/enter", enterPage)
	open("POST /desk/enter", enter)
	open("POST /desk/passkey/begin", passkeyBegin)
	open("POST /desk/passkey/finish", passkeyFinish)
	open("POST /desk/language", setLanguage)
	open("POST "+remote.BeginPath, pairBegin)
	open("POST "+remote.PollPath, pairPoll)
	open("POST "+remote.EndPath, pairEnd)
	open("/desk/", notFound)
	s.mux.Handle(remote.Prefix, s.remote())
	if s.opt.Reports != nil {
		s.mux.Handle(ReportsPath+"/", s.reports(s.opt.Reports))
	}

	// Whoever has an account, a member too.
	signed := func(pattern string, h handler) { s.mux.Handle(pattern, s.signed(h)) }
	signed("POST /desk/sign-out", signOut)
	signed("GET /desk/account", accountPage)
	signed("POST /desk/account/password", setPassword)
	signed("POST /desk/account/codes", newCodes)
	signed("POST /desk/account/passkey/begin", passkeyAddBegin)
	signed("POST /desk/account/passkey/finish", passkeyAddFinish)
	signed("POST /desk/account/passkey/remove", passkeyRemove)

	// Who works on the record.
	staff := func(pattern string, h handler) { s.mux.Handle(pattern, s.signed(staffOnly(h))) }
	staff("GET /desk/{$}", dashboard)
	staff("GET /desk/pair", pairPage)
	staff("POST /desk/pair", pair)
	staff("POST /desk/account/machine/end", machineEnd)
	staff("GET /desk/people", peoplePage)
	staff("POST /desk/people", addPerson)
	staff("POST /desk/people/{name}", changePerson)
	staff("GET /desk/settings", settingsPage)
	staff("POST /desk/settings", saveSettings)
	staff("GET /desk/incidents", listPage)
	staff("GET /desk/incidents/new", newPage)
	staff("POST /desk/incidents/new", edit)
	staff("GET /desk/incidents/{id}", editPage)
	staff("POST /desk/incidents/{id}", edit)
	staff("POST /desk/incidents/new/lint", liveLint)
	staff("POST /desk/incidents/{id}/lint", liveLint)
	staff("GET /desk/incidents/{id}/history", historyPage)
	staff("GET /desk/incidents/{id}/act", actPage)
	staff("POST /desk/incidents/{id}/act", act)
	staff("GET /desk/incidents/{id}/proof/{n}", proofFile)
	staff("POST /desk/sign/begin", signBegin)
	staff("POST /desk/sign/finish", signFinish)
	staff("GET /desk/sign/content", signContent)
	staff("GET /desk/stories", storiesPage)
	staff("GET /desk/stories/{id}", storyPage)
	staff("POST /desk/stories/{id}", storyAct)
	staff("GET /desk/proposals/{n}", proposalPage)
	staff("POST /desk/proposals/{n}", answerProposal)
	staff("GET /desk/candidates", candidatesPage)
	staff("GET /desk/candidates/{id}", candidatePage)
	staff("POST /desk/candidates/{id}", candidateAct)
	staff("GET /desk/alerts", alertsPage)
	staff("POST /desk/alerts", alertAct)
	staff("GET /desk/questions", questionsPage)
	staff("GET /desk/questions/{n}", questionPage)
	staff("POST /desk/questions/{n}", answerQuestion)
	staff("GET /desk/unmapped", unmappedPage)
	staff("POST /desk/unmapped", answerUnmapped)

	if s.opt.Office == nil {
		return
	}
	staff("GET /desk/campaign", campaignPage)
	staff("GET /desk/campaign/new", entryNewPage)
	staff("POST /desk/campaign/new", entryEdit)
	staff("GET /desk/campaign/{id}", entryPage)
	staff("POST /desk/campaign/{id}", entryEdit)
	staff("POST /desk/campaign/{id}/deed", entryDeed)
	staff("GET /desk/campaign/{id}/act", entryActPage)
	staff("POST /desk/campaign/{id}/act", entryAct)
	staff("POST /desk/campaign/{id}/links", entryLinks)
	staff("GET /desk/campaign/{id}/history", entryHistoryPage)
	staff("POST /desk/campaign/{id}/history", entryRestore)
	staff("GET /desk/campaign/{id}/preview", entryPreview)
	staff("GET /desk/campaign/{id}/people", entryPeoplePage)
	staff("POST /desk/campaign/{id}/people", entryPeople)
	signed("GET "+entryMedia+"{file}", entryMediaFile)

	// The people of an organization, and nobody else.
	member := func(pattern string, h handler) { s.mux.Handle(pattern, s.signed(memberOnly(h))) }
	member("GET "+memberPath, memberPage)
	member("POST "+memberPath, memberEdit)
	member("GET "+memberPath+"/preview", memberPreview)
	member("GET "+memberPath+"/letters", memberLettersPage)
	member("POST "+memberPath+"/letters", memberLetters)
	member("GET "+memberPath+"/alerts", memberAlertsPage)
	member("POST "+memberPath+"/alerts", memberAlerts)
	member("GET "+memberPath+"/people", memberPeoplePage)
	member("POST "+memberPath+"/people", memberPeople)
}

func notFound(v *visit) error { return notFoundError(v.r.URL.Path) }
