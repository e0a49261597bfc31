package desk

import "keepiton/casework/remote"

// ReportsPath is where the pages of casework stand, if they do.
const ReportsPath = "/desk/reports"

// routes is the table of everything under /desk/.
func (s *server) routes() {
	file := func(pattern, name, mediaType string) { s.mux.Handle(pattern, asset(name, mediaType)) }
	file("GET /desk/style.css", "style.css", "text/css; charset=utf-8")
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

	signed := func(pattern string, h handler) { s.mux.Handle(pattern, s.signed(h)) }
	signed("GET /desk/{$}", dashboard)
	signed("POST /desk/sign-out", signOut)
	signed("GET /desk/account", accountPage)
	signed("POST /desk/account/password", setPassword)
	signed("POST /desk/account/codes", newCodes)
	signed("POST /desk/account/passkey/begin", passkeyAddBegin)
	signed("POST /desk/account/passkey/finish", passkeyAddFinish)
	signed("POST /desk/account/passkey/remove", passkeyRemove)
	signed("GET /desk/pair", pairPage)
	signed("POST /desk/pair", pair)
	signed("POST /desk/account/machine/end", machineEnd)
	signed("GET /desk/people", peoplePage)
	signed("POST /desk/people", addPerson)
	signed("POST /desk/people/{name}", changePerson)
	signed("GET /desk/settings", settingsPage)
	signed("POST /desk/settings", saveSettings)

	signed("GET /desk/incidents", listPage)
	signed("GET /desk/incidents/new", newPage)
	signed("POST /desk/incidents/new", edit)
	signed("GET /desk/incidents/{id}", editPage)
	signed("POST /desk/incidents/{id}", edit)
	signed("POST /desk/incidents/new/lint", liveLint)
	signed("POST /desk/incidents/{id}/lint", liveLint)
	signed("GET /desk/incidents/{id}/history", historyPage)
	signed("GET /desk/incidents/{id}/act", actPage)
	signed("POST /desk/incidents/{id}/act", act)
	signed("GET /desk/incidents/{id}/proof/{n}", proofFile)
	signed("POST /desk/sign/begin", signBegin)
	signed("POST /desk/sign/finish", signFinish)
	signed("GET /desk/sign/content", signContent)
	signed("GET /desk/stories", storiesPage)
	signed("GET /desk/stories/{id}", storyPage)
	signed("POST /desk/stories/{id}", storyAct)
	signed("GET /desk/proposals/{n}", proposalPage)
	signed("POST /desk/proposals/{n}", answerProposal)
	if s.opt.Office != nil {
		signed("GET /desk/campaign", campaignPage)
	}
	signed("GET /desk/questions", questionsPage)
	signed("GET /desk/questions/{n}", questionPage)
	signed("POST /desk/questions/{n}", answerQuestion)
	signed("GET /desk/unmapped", unmappedPage)
	signed("POST /desk/unmapped", answerUnmapped)
}

func notFound(v *visit) error { return notFoundError(v.r.URL.Path) }
