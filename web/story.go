package web

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"

	"keepiton"
	"keepiton/geo"
	"keepiton/locale"
	"keepiton/store"
)

// tale is a story as a reader of one language meets it.
type tale struct {
	ID          keepiton.StoryID
	Href        string
	Title, Text string
	Quote       string // words that may stand alone; of the text when none were chosen
	In          string // language of these words
	Machine     bool   // nobody has read the translation
	Translated  bool
	Who         string // as they want to be named; empty: nobody
	Where, When string
}

// shortQuote is how many characters of a text stand for one without a quote.
const shortQuote = 200

// newTale prepares a story, in the visit's language unless as it was told is
// asked for.
func (v *visit) newTale(rev *keepiton.StoryRevision) tale {
	st := rev.Story.Public()
	lang := v.p.Lang().Tag
	if v.get("view") == "original" {
		lang = st.Lang
	}
	t := tale{ID: st.ID, Href: v.Href("/stories/" + string(st.ID)), Who: st.Name}
	t.Title, t.Text, t.Quote, t.In, t.Machine = st.In(lang)
	t.Translated = t.In != st.Lang
	if t.Quote == "" {
		t.Quote = firstWords(t.Text, shortQuote)
	}
	var where []string
	for _, p := range st.Places {
		switch {
		case p.Country == "":
		case p.Region != "":
			where = append(where, geo.RegionName(p.Region, v.p.Lang().Tag)+v.p.T("page.comma")+geo.Name(p.Country, v.p.Lang().Tag))
		default:
			where = append(where, geo.Name(p.Country, v.p.Lang().Tag))
		}
	}
	t.Where = strings.Join(where, " · ")
	if !st.When.IsZero() {
		t.When = v.p.Date(st.When)
	}
	return t
}

// firstWords cuts a text after the last whole word within n runes.
func firstWords(text string, n int) string {
	text, _, _ = strings.Cut(text, "\n\n")
	r := []rune(strings.Join(strings.Fields(text), " "))
	if len(r) <= n {
		return string(r)
	}
	cut := string(r[:n])
	if i := strings.LastIndex(cut, " "); i > 0 {
		cut = cut[:i]
	}
	return cut + " …"
}

// storyPage is one story.
type storyPage struct {
	frame
	Tale       tale
	Story      *keepiton.Story
	Gone       bool     // withdrawn
	Paragraphs []string // of its text
	Pictures   []storyPicture
	Incidents  []item
	Tongues    []tongue // the languages it can be read in, without this one
	URL        string   // that a quotation names
}

type storyPicture struct {
	keepiton.StoryMedia
	Href string
}

type tongue struct {
	Tag, Name, Href string
	Machine         bool
	Original        bool
}

func (s *Server) story(v *visit) (*answer, error) {
	id := keepiton.StoryID(v.req.PathValue("id"))
	missing := keepiton.Errorf(keepiton.NotFound, "no story %s", id)
	if s.opt.Stories == nil {
		return nil, missing
	}
	rev, err := s.opt.Stories.Story(v.ctx, id)
	if err != nil {
		return nil, err
	}
	st := rev.Story.Public()
	if !st.State.Public() {
		return nil, missing
	}
	if v.suffix == "json" {
		status := http.StatusOK
		if st.State != keepiton.Published {
			status = http.StatusGone
		}
		return &answer{status: status, contentType: "application/json", write: func(w io.Writer) error { return json.NewEncoder(w).Encode(st) }}, nil
	}
	page := &storyPage{frame: s.frame(v, "story"), Story: st, Gone: st.State != keepiton.Published}
	if page.Gone {
		a := s.html("story", page)
		a.status = http.StatusGone
		return a, nil
	}
	page.Tale = v.newTale(&rev)
	page.Title = page.Tale.Title
	page.URL = s.opt.BaseURL + "/stories/" + string(id)
	for part := range strings.SplitSeq(page.Tale.Text, "\n\n") {
		if part = strings.TrimSpace(part); part != "" {
			page.Paragraphs = append(page.Paragraphs, part)
		}
	}
	for _, m := range st.Media {
		page.Pictures = append(page.Pictures, storyPicture{m, mediaAddress(m.SHA256, m.Type)})
	}
	page.Tongues = tongues(v, st, page.Tale.In)
	if err := s.toldOf(v, page); err != nil {
		return nil, err
	}
	page.forms("json")
	return s.html("story", page), nil
}

// tongues lists the other languages of a story: as it was told first.
func tongues(v *visit, st *keepiton.Story, now string) (out []tongue) {
	if now != st.Lang {
		out = append(out, tongue{st.Lang, languageName(st.Lang), v.with("view", "original"), false, true})
	} else if _, _, _, in, _ := st.In(v.p.Lang().Tag); in != now {
		out = append(out, tongue{in, languageName(in), v.with("view"), false, false})
	}
	for _, t := range st.Translations {
		if t.Lang != now && t.Lang != v.p.Lang().Tag && locale.Known(t.Lang) {
			out = append(out, tongue{t.Lang, languageName(t.Lang), address(t.Lang, v.path, nil), t.Machine, false})
		}
	}
	return out
}

// languageName names a language as it calls itself, or in English where the site
// does not speak it.
func languageName(tag string) string {
	if locale.Known(tag) {
		return locale.For(tag).Lang().Name
	}
	return locale.For("en").LanguageName(tag)
}

// toldOf lists the incidents of a story, as far as readers may see them.
func (s *Server) toldOf(v *visit, page *storyPage) error {
	for _, id := range page.Story.Incidents {
		rev, err := s.opt.Record.Get(v.ctx, id, v.asOf)
		if keepiton.CodeOf(err) == keepiton.NotFound || err == nil && !rev.Incident.State.Public() {
			continue
		}
		if err != nil {
			return err
		}
		page.Incidents = append(page.Incidents, v.newItem(public(&rev)))
	}
	return nil
}

// talesBeside is how many stories stand on the page of what they tell of.
const talesBeside = 2

// tales returns the newest stories of a selection, for the pages of what they
// tell of.
func (s *Server) tales(v *visit, q store.StoryQuery, n int) (out []tale, total int, err error) {
	if s.opt.Stories == nil {
		return nil, 0, nil
	}
	q.Limit = n
	list, err := s.opt.Stories.ListStories(v.ctx, q)
	for i := range list.Items {
		out = append(out, v.newTale(&list.Items[i]))
	}
	return out, list.Total, err
}

// By writes who told it, where and when, for the line under a quotation.
func (f *frame) By(t tale) string {
	who := t.Who
	if who == "" {
		who = f.T("page.story.nobody")
	}
	parts := []string{f.visit.p.Apart(who)}
	for _, s := range []string{t.Where, t.When} {
		if s != "" {
			parts = append(parts, s)
		}
	}
	return strings.Join(parts, " · ")
}

// writeTale writes a story as text to read.
func (s *Server) writeTale(w io.Writer, v *visit, st *keepiton.Story) error {
	t := v.newTale(&keepiton.StoryRevision{Story: *st})
	f := &frame{visit: v}
	fmt.Fprintf(w, "%s\n%s\n%s\n", t.Title, f.By(t), s.opt.BaseURL+t.Href)
	if t.Machine {
		fmt.Fprintln(w, v.p.T("page.story.machine"))
	}
	_, err := fmt.Fprintf(w, "\n%s\n\n\n", t.Text)
	return err
}
