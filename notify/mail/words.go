package mail

import (
	"html/template"
	"strings"

	"keepiton/locale"
	"keepiton/notify"
)

// words are the subject, the text and, where its reader wants one, the HTML page
// of a message.
func words(msg *notify.Message) (subject, text, page string) {
	p := locale.For(msg.To.Lang)
	if msg.Plain != nil {
		return msg.Plain.Subject, msg.Plain.Text + "\n", ""
	}
	v := view{Lang: p.Lang().Tag, Dir: p.Dir(), Manage: msg.Manage}
	if subject = msg.Told[0].Head; msg.Digest {
		subject = p.N("alert.digest.subject", len(msg.Told))
		v.Intro = p.N("alert.digest.intro", len(msg.Told))
	}
	for _, t := range msg.Told {
		v.Items = append(v.Items, viewItem{Head: t.Head, Lines: t.Lines, URL: t.URL})
	}
	v.Why = p.T("alert.foot.why", "Topics", msg.Topics)
	v.ManageWords = p.T("alert.foot.manage")
	text = v.text()
	if msg.To.HTML {
		page = v.page()
	}
	return subject, text, page
}

// view is what a message shows.
type view struct {
	Lang, Dir   string
	Intro       string
	Items       []viewItem
	Why         string
	ManageWords string
	Manage      string
}

type viewItem struct {
	Head  string
	Lines []string
	URL   string
}

// text writes the message for every reader: paragraphs, each on one line, links on
// lines of their own.
func (v *view) text() string {
	var b strings.Builder
	paragraph := func(s string) {
		if s != "" {
			b.WriteString(s + "\n\n")
		}
	}
	paragraph(v.Intro)
	for i, it := range v.Items {
		if i > 0 {
			b.WriteString("* * *\n\n")
		}
		paragraph(it.Head)
		for _, l := range it.Lines {
			paragraph(l)
		}
		paragraph(it.URL)
	}
	// "-- " begins a signature (RFC 3676, section 4.3): what follows is not quoted in
	// an answer.
	b.WriteString("-- \n" + v.Why + "\n")
	if v.Manage != "" {
		b.WriteString(v.ManageWords + "\n" + v.Manage + "\n")
	}
	return b.String()
}

var pageTemplate = template.Must(template.New("mail").Parse(`<!doctype html>
<html lang="{{.Lang}}" dir="{{.Dir}}"><meta charset="utf-8"><body dir="{{.Dir}}" style="font-family:sans-serif;line-height:1.5;max-width:40em">
{{with .Intro}}<p>{{.}}</p>
{{end}}{{range .Items}}<h2 style="font-size:1.1em" dir="auto">{{.Head}}</h2>
{{range .Lines}}<p dir="auto">{{.}}</p>
{{end}}{{with .URL}}<p><a href="{{.}}"><bdi>{{.}}</bdi></a></p>
{{end}}{{end}}<hr>
<p><small>{{.Why}}{{with .Manage}} <a href="{{.}}">{{$.ManageWords}}</a>{{end}}</small></p>
</body></html>
`))

func (v *view) page() string {
	var b strings.Builder
	if err := pageTemplate.Execute(&b, v); err != nil {
		panic(err) // writing to memory, of a struct made for it
	}
	return b.String()
}
