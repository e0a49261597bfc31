package web

import (
	"io"
	"slices"
	"strings"

	"keepiton"
	"keepiton/locale"
)

// tonguePage is the translator's page of one language: its messages, each with
// the English beside it and the pages where it shows.
type tonguePage struct {
	frame
	Tongue   tongueLine
	Words    string // that were searched for
	State    string // machine, reviewed, missing
	Area     string // beginning of the keys
	Areas    []option
	States   []option
	Messages []tongueMessage
	Total    int
	Next     string
}

// tongueMessage is one message.
type tongueMessage struct {
	locale.Text
	State  string // machine, reviewed, missing
	Blanks []blank
	At     []form // pages where it shows
	Where  string // message that says where, when no page shows it
}

// blank is a placeholder of a message, and what it is filled with.
type blank struct{ Name, Example string }

// piece is a part of a message: words, or a blank to be filled.
type piece struct {
	Text  string
	Blank bool
}

// Cut parts a message at its blanks, so that each keeps its signs in order where
// the words run from right to left.
func (page *tonguePage) Cut(text string) (out []piece) {
	for text != "" {
		before, rest, found := strings.Cut(text, "{{")
		name, after, closed := strings.Cut(rest, "}}")
		if !found || !closed {
			return append(out, piece{Text: text})
		}
		out = append(out, piece{Text: before}, piece{"{{" + name + "}}", true})
		text = after
	}
	return out
}

// messagesOnPage keeps a page of the longest messages in two scripts within its
// weight.
const messagesOnPage = 30

func (s *Server) tongue(v *visit) (*answer, error) {
	code := v.req.PathValue("code")
	if !locale.Known(code) {
		return nil, keepiton.Errorf(keepiton.NotFound, "the site does not speak %q", code)
	}
	if v.suffix != "" {
		hand, _ := locale.HandBySuffix(v.suffix)
		return &answer{contentType: hand.MediaType, filename: "keepiton-" + code + "." + v.suffix, write: func(w io.Writer) error { return hand.Write(w, code) }}, nil
	}
	page := &tonguePage{frame: s.frame(v, "language"), Words: clipped(v.get("q"), maxText), State: v.get("state"), Area: v.get("area")}
	for _, l := range locale.Languages {
		if l.Tag == code {
			page.Tongue = tongueLine{Language: l, Completeness: locale.CompletenessOf(code)}
		}
	}
	page.Title = v.p.T("page.language.title", "Language", v.p.LanguageName(code))
	chosen := page.choose(locale.Texts(code))
	page.Total = len(chosen)
	from, _ := slices.BinarySearchFunc(chosen, v.get("cursor"), func(t locale.Text, key string) int { return strings.Compare(t.Key, key) })
	shown := chosen[from:min(from+messagesOnPage, len(chosen))]
	if from+messagesOnPage < len(chosen) {
		page.Next = v.with("cursor", chosen[from+messagesOnPage].Key)
	}
	where := s.whereShown(v)
	for _, t := range shown {
		page.Messages = append(page.Messages, v.tongueMessage(code, t, where))
	}
	if v.get("cursor") == "" {
		page.forms("po", "csv", "json")
	}
	return s.html("language", page), nil
}

// choose keeps the messages that were asked for, and offers what to choose by.
func (page *tonguePage) choose(all []locale.Text) (out []locale.Text) {
	states, areas := map[string]int{}, map[string]int{}
	words := strings.Fields(locale.Fold(page.Words))
	if i, exact := slices.BinarySearchFunc(all, page.Words, func(t locale.Text, key string) int { return strings.Compare(t.Key, key) }); exact {
		all = all[i : i+1]
	}
	for _, t := range all {
		state := stateOf(page.Tongue.Tag, t)
		area, _, _ := strings.Cut(t.Key, ".")
		states[state]++
		areas[area]++
		if page.State != "" && state != page.State || page.Area != "" && area != page.Area || !saysAll(t, words) {
			continue
		}
		out = append(out, t)
	}
	for _, state := range []string{"machine", "reviewed", "missing"} {
		if states[state] > 0 || state == page.State {
			page.States = append(page.States, option{Value: state, Label: page.T("page.language.state."+state) + " (" + page.Num(states[state]) + ")", Selected: state == page.State})
		}
	}
	for area, n := range areas {
		page.Areas = append(page.Areas, option{Value: area, Label: area + " (" + page.Num(n) + ")", Selected: area == page.Area})
	}
	slices.SortStableFunc(page.Areas, func(a, b option) int { return strings.Compare(a.Value, b.Value) })
	return out
}

func stateOf(tag string, t locale.Text) string {
	switch {
	case !t.Translated():
		return "missing"
	case tag == "en" || t.Review.Of != "":
		return "reviewed"
	}
	return "machine"
}

// saysAll reports whether the words stand in the message, in either language, as
// search compares them; its key counts too.
func saysAll(t locale.Text, words []string) bool {
	if len(words) == 0 {
		return true
	}
	all := t.Key
	for _, f := range t.Forms {
		all += " " + f.English + " " + f.Own
	}
	all = locale.Fold(all)
	return !slices.ContainsFunc(words, func(w string) bool { return !strings.Contains(all, w) })
}

// unseen are the parts of the program that readers do not see, or not on a page;
// messages page.language.where.<part> say what they are.
var unseen = []string{"desk", "casework", "alert", "kit"}

// tongueMessage prepares a message: what its blanks are filled with, and where it
// shows.
func (v *visit) tongueMessage(code string, t locale.Text, where *shows) tongueMessage {
	m := tongueMessage{Text: t, State: stateOf(code, t)}
	for _, name := range locale.Placeholders(t.Forms[len(t.Forms)-1].English) {
		m.Blanks = append(m.Blanks, blank{name, where.example(t.Key, name)})
	}
	for _, path := range where.at[t.Key] {
		m.At = append(m.At, form{path, address(code, path, map[string][]string{"message": {t.Key}}) + "#message"})
	}
	if len(m.At) == 0 && !v.copy {
		m.Where = "page.language.where.rest"
		if area, _, _ := strings.Cut(t.Key, "."); slices.Contains(unseen, area) {
			m.Where = "page.language.where." + area
		}
	}
	return m
}
