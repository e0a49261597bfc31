package desk

import (
	"encoding/hex"
	"encoding/json"
	"html/template"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"keepiton"
	"keepiton/review"
	"keepiton/store"
)

// signing is the part of a page where people sign what rests on reports.
type signing struct {
	Showings []showingView
	Passkey  bool   // the account has one
	Role     bool   // it may sign
	To       string // the page itself, to come back to
	Unopened int    // sealed reports that nobody has opened: one may take a consent back
	Reports  string // where they are opened, when that is on this server
}

// showingView is one content to be signed.
type showingView struct {
	ID      string // of the incident or story
	N       int
	Digest  string // as people compare it
	Query   template.URL
	Signed  []store.SignedApproval
	Enough  bool
	Mine    bool // the person who looks has signed it
	Content []change
}

// Story reports whether it is a story that is signed here.
func (s signing) Story() bool {
	return len(s.Showings) > 0 && strings.HasPrefix(s.Showings[0].ID, "KIS-")
}

// Enough reports whether everything has its signatures.
func (s signing) Enough() bool {
	return !slices.ContainsFunc(s.Showings, func(v showingView) bool { return !v.Enough })
}

// Script reports whether the page needs the script of passkeys.
func (s signing) Script() bool {
	return s.Role && s.Passkey && slices.ContainsFunc(s.Showings, func(v showingView) bool { return !v.Mine })
}

// signing prepares the showings of an incident, or of a proposal, for a page.
func (v *visit) signing(showings []review.Showing, proposal int64) (signing, error) {
	s := signing{To: v.r.URL.Path, Role: v.user.May(review.Sign, keepiton.InReview)}
	if len(showings) == 0 {
		return s, nil
	}
	keys, err := v.opt.Store.Passkeys(v.r.Context(), v.user.Account)
	if err != nil {
		return s, err
	}
	s.Passkey = len(keys) > 0
	if s.Unopened, err = v.unopened(); err != nil {
		return s, err
	}
	if v.opt.Reports != nil {
		s.Reports = ReportsPath + "/"
	}
	for _, one := range showings {
		digest := hex.EncodeToString(one.Digest[:])
		q := url.Values{"subject": {one.Subject()}, "digest": {digest}}
		if proposal != 0 {
			q.Set("proposal", strconv.FormatInt(proposal, 10))
		}
		s.Showings = append(s.Showings, showingView{
			ID: one.Subject(), N: one.N, Digest: groups(digest), Query: template.URL(q.Encode()), Signed: one.Signed, Enough: one.Enough,
			Mine:    slices.ContainsFunc(one.Signed, func(a store.SignedApproval) bool { return a.Account == v.user.Account }),
			Content: v.signed(one),
		})
	}
	return s, nil
}

// unopened counts the sealed reports that nobody has opened.
func (v *visit) unopened() (n int, err error) {
	if v.opt.Sealed == nil {
		return 0, nil
	}
	usage, err := v.opt.Sealed.Usage(v.r.Context())
	for _, u := range usage {
		n += u.New
	}
	return n, err
}

// signed lists what readers would see.
func (v *visit) signed(s review.Showing) []change {
	if s.Story != nil {
		return compareStories(v.p, &keepiton.Story{}, s.Story.Public())
	}
	return compare(v.p, &keepiton.Incident{}, s.Incident.Public())
}

// showings lists what may be signed now of an incident or a story.
func (v *visit) showings(subject string) ([]review.Showing, error) {
	if strings.HasPrefix(subject, "KIS-") {
		s, err := v.desk.StoryShowing(v.r.Context(), v.user.Person, keepiton.StoryID(subject))
		return []review.Showing{s}, err
	}
	return v.desk.Showings(v.r.Context(), v.user.Person, keepiton.IncidentID(subject))
}

// groups parts a digest so that two people can read it to each other.
func groups(digest string) string {
	var out []string
	for part := range slices.Chunk([]byte(digest), 8) {
		out = append(out, string(part))
	}
	return strings.Join(out, " ")
}

// showing finds what the request names among what may be signed now. Conflict
// when it is no longer there: it changed since the page was made.
func (v *visit) showing() (review.Showing, error) {
	ctx, q := v.r.Context(), v.r.URL.Query()
	var all []review.Showing
	var err error
	if n, _ := strconv.ParseInt(q.Get("proposal"), 10, 64); n != 0 {
		var p store.Proposal
		if p, err = v.desk.Proposal(ctx, v.user.Person, n); err == nil {
			all, err = v.desk.ProposalShowings(ctx, v.user.Person, p)
		}
	} else {
		all, err = v.showings(q.Get("subject"))
	}
	if err != nil {
		return review.Showing{}, err
	}
	for _, s := range all {
		if s.Subject() == q.Get("subject") && hex.EncodeToString(s.Digest[:]) == q.Get("digest") {
			return s, nil
		}
	}
	return review.Showing{}, &keepiton.Error{Code: keepiton.Conflict, Key: "desk.error.sign_changed", Err: keepiton.Errorf(keepiton.Conflict, "it is no longer what would be shown")}
}

func signBegin(v *visit) error {
	s, err := v.showing()
	if err != nil {
		return err
	}
	options, ticket, err := v.passkeys.BeginSign(v.r.Context(), v.user.Person, s)
	if err != nil {
		return err
	}
	return v.json(http.StatusOK, map[string]any{"options": options.Response, "ticket": ticket})
}

func signFinish(v *visit) error {
	a, err := v.passkeys.FinishSign(v.r.Context(), v.user.Person, v.r.Header.Get("X-Ticket"), v.r.Body)
	if err != nil {
		return err
	}
	if err := v.desk.Sign(v.r.Context(), v.user.Person, a); err != nil {
		return err
	}
	return v.json(http.StatusOK, map[string]string{"to": local(v.r.URL.Query().Get("to")) + "?done=sign"})
}

// signContent is the very bytes that are signed after the label and the id, for
// whoever wants to compute the digest with a program of their own.
func signContent(v *visit) error {
	s, err := v.showing()
	if err != nil {
		return err
	}
	content, err := s.Content()
	if err != nil {
		return err
	}
	return v.attach(s.Subject()+"-"+strconv.Itoa(s.N)+".content.json", content)
}

// proofFile is the proof of a published revision, to be given to anybody.
func proofFile(v *visit) error {
	id := keepiton.IncidentID(v.r.PathValue("id"))
	n, _ := strconv.Atoi(v.r.PathValue("n"))
	p, err := v.desk.Proof(v.r.Context(), v.user.Person, id, n)
	if err != nil {
		return err
	}
	text, err := json.MarshalIndent(p, "", "  ")
	if err != nil {
		return err
	}
	return v.attach(string(id)+"-"+strconv.Itoa(n)+".proof.json", append(text, '\n'))
}

func (v *visit) attach(name string, content []byte) error {
	h := v.w.Header()
	h.Set("Content-Type", "application/json")
	h.Set("Content-Disposition", `attachment; filename="`+name+`"`)
	_, err := v.w.Write(content)
	return err
}
