package web

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"time"

	"keepiton"
	"keepiton/web/door"
)

// post is a form of the site that somebody sends. It answers at the address of
// its page, so that a browser's history names one page, whatever was done there.
type post struct {
	pattern string   // standard mux, after the method and language
	name    string   // of the page
	fields  []string // that it knows; others are dropped
	take    func(*Server, *visit, *incoming) (*answer, error)
}

// postTable lists every form. Each stands under /{lang}.
var postTable = []post{
	{"/report", "report", reportFields, (*Server).postReport},
	{"/receipt", "receipt", receiptFields, (*Server).postReceipt},
	{"/report/sealed", "sealed", sealedFields, (*Server).postSealed},
	{"/stories/share", "share", shareFields, (*Server).postShare},
	{"/coalition/join", "join", joinFields, (*Server).postJoin},
	{"/kit/{template}", "remix", remixFields, (*Server).postRemix},
	{"/alerts", "alerts", alertFields, (*Server).postAlerts},
	{"/alerts/webhook", "alerthook", hookFields, (*Server).postHook},
	{"/alerts/confirm/{token}", "alertstep", nil, (*Server).postConfirm},
	{"/alerts/manage/{token}", "alertmanage", manageFields, (*Server).postManage},
	{"/alerts/end/{token}", "alertstep", nil, (*Server).postEnd},
	{"/petition/{id}", "petition", petitionFields, (*Server).postPetition},
	{"/petition/{id}/{use}/{token}", "petitionstep", stepFields, (*Server).postPetitionStep},
}

// How long a form may take to arrive. On a line of 10 kB/s, 50 MB take an hour
// and a half.
const (
	quietForm = time.Minute   // without a byte
	wholeForm = 2 * time.Hour // in all
	replyTime = time.Minute   // for the answer, once it is ready
)

// routePosts adds the forms to the mux of the pages.
func (s *Server) routePosts(mux *http.ServeMux) {
	for _, p := range postTable {
		mux.HandleFunc("POST /{lang}"+p.pattern, func(w http.ResponseWriter, r *http.Request) {
			if !isLanguage(r.PathValue("lang")) {
				s.elsewhere(w, r)
				return
			}
			s.take(p, w, r)
		})
	}
}

// take reads a form and answers. Nothing of it is logged, in no case.
func (s *Server) take(p post, w http.ResponseWriter, r *http.Request) {
	slow := http.NewResponseController(w)
	line := &door.Line{Slow: slow, Quiet: quietForm, Until: time.Now().Add(wholeForm), Reply: replyTime}
	r = line.Over(r)
	r.URL = &url.URL{Path: r.URL.Path} // the address has no part in a form
	v, err := s.newVisit(r, "", s.opt.Now().UTC().Truncate(24*time.Hour))
	if err == nil && crossSite(r) && p.name != "sealed" { // the carried form may send from a file; what is sealed needs no guard
		err = keepiton.Errorf(keepiton.Forbidden, "this form was sent by another site")
	}
	var in *incoming
	if err == nil {
		in, err = receive(r, p.fields)
	}
	var a *answer
	if err == nil {
		a, err = p.take(s, v, in)
	}
	slow.SetWriteDeadline(time.Now().Add(replyTime))
	if err != nil && r.Context().Err() != nil {
		panic(http.ErrAbortHandler) // the line is cut: nothing must look like an answer
	}
	if err != nil {
		s.failIn(w, v, err, 0)
		return
	}
	if r.Context().Err() != nil { // it lost its place, and hears why
		w.Header().Set("Connection", "close")
	}
	a.fresh = true
	s.finish(w, v, task{key: pageKey{enc: negotiateHeader(r.Header)}}, a)
}

// crossSite reports whether a browser says that another site sent the form.
// Nothing here is signed in, so the worst of it would be junk in a reader's
// name. An old browser without Sec-Fetch-Site sends "Origin: null", since our
// pages give no referrer (Fetch standard, section 3.1): it must be let in, which
// http.CrossOriginProtection would not.
func crossSite(r *http.Request) bool {
	switch r.Header.Get("Sec-Fetch-Site") {
	case "same-origin", "none":
		return false
	case "":
		origin, err := url.Parse(r.Header.Get("Origin"))
		return err != nil || origin.Host != "" && origin.Host != r.Host
	}
	return true
}

// throughOnion reports whether a request came by the onion service.
func throughOnion(ctx context.Context) bool { return door.ThroughOnion(ctx) }

// isPost reports whether a form stands at the address of r.
func (s *Server) isPost(r *http.Request) bool {
	_, pattern := s.mux.Handler(r)
	return slices.ContainsFunc(postTable, func(p post) bool { return pattern == "POST /{lang}"+p.pattern })
}
