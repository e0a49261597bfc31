package script

import (
	"bufio"
	"io"
	"strings"
	"time"

	"keepiton"
	"keepiton/detect"
	"keepiton/detect/world"
)

// Bounds of a file: it may come from anybody.
const (
	maxLine    = 4096 // bytes
	maxCases   = 500
	maxDays    = 400
	maxEvents  = 2000 // of a case, repeated ones counted each
	maxPlaces  = 300  // countries, networks, regions, services and series of a case, each
	maxExpects = 100
)

// Case is one case of a file.
type Case struct {
	Title    string
	Line     int // of its title; from 1
	World    *world.World
	Now      time.Time // zero: the end of the world
	Contexts map[string]detect.Context
	Expects  []Expect
}

// Parse reads a file. name stands before the place of an error, which is invalid and
// says what was expected there.
func Parse(name string, r io.Reader) ([]Case, error) {
	p := &parser{name: name}
	in := bufio.NewScanner(r)
	in.Buffer(make([]byte, 0, maxLine), maxLine)
	for in.Scan() {
		p.line++
		if err := p.read(in.Text()); err != nil {
			return nil, err
		}
	}
	if err := in.Err(); err == bufio.ErrTooLong {
		p.line++
		return nil, p.errorf(maxLine, "the line is longer than %d bytes", maxLine-1)
	} else if err != nil {
		return nil, err
	}
	if len(p.cases) == 0 {
		return nil, keepiton.Hint(keepiton.Errorf(keepiton.Invalid, "%s: there is no case in it", name), `a case begins with a line such as: case "a country goes dark"`)
	}
	for i := range p.cases {
		if err := p.complete(&p.cases[i]); err != nil {
			return nil, err
		}
	}
	return p.cases, nil
}

// parser reads a file line by line.
type parser struct {
	name  string
	line  int
	words []word
	at    int // next word
	cases []Case
}

// word is a part of a line; columns count bytes, from 1.
type word struct {
	text   string
	column int
	quoted bool
}

func (p *parser) errorf(column int, format string, v ...any) error {
	return keepiton.Errorf(keepiton.Invalid, "%s:%d:%d: "+format, append([]any{p.name, p.line, column}, v...)...)
}

// split cuts a line into words: at spaces, with "words in quotes" as one, up to a #.
func (p *parser) split(text string) error {
	p.words, p.at = p.words[:0], 0
	for i := 0; i < len(text); {
		switch c := text[i]; {
		case c == ' ' || c == '\t' || c == '\r':
			i++
		case c == '#':
			return nil
		case c == '"':
			end := strings.IndexByte(text[i+1:], '"')
			if end < 0 {
				return p.errorf(i+1, "the quotation mark is not closed")
			}
			p.words = append(p.words, word{text[i+1 : i+1+end], i + 1, true})
			i += end + 2
		default:
			end := strings.IndexAny(text[i:], " \t\r#\"")
			if end < 0 {
				end = len(text) - i
			}
			p.words = append(p.words, word{text[i : i+end], i + 1, false})
			i += end
		}
	}
	return nil
}

// statements are what a line of a case may begin with.
var statements map[string]func(*parser, *Case) error

func init() {
	statements = map[string]func(*parser, *Case) error{
		"from": (*parser).from, "now": (*parser).now, "seed": (*parser).seed, "feeds": (*parser).feeds,
		"country": (*parser).country, "network": (*parser).network, "region": (*parser).region, "services": (*parser).services, "series": (*parser).series,
		"at": (*parser).event, "watch": (*parser).watch, "notice": (*parser).notice, "past": (*parser).past, "reports": (*parser).reports, "owned": (*parser).owned,
		"expect": (*parser).expect,
	}
}

// read takes a line.
func (p *parser) read(text string) error {
	if err := p.split(text); err != nil || len(p.words) == 0 {
		return err
	}
	head := p.words[0]
	p.at = 1
	if head.text == "case" && !head.quoted {
		return p.begin()
	}
	f := statements[head.text]
	switch {
	case f == nil || head.quoted:
		return p.errorf(head.column, "%q is no statement; one of case, %s", head.text, strings.Join(sorted(statements), ", "))
	case len(p.cases) == 0:
		return p.errorf(head.column, `%s stands before the first case; begin with a line such as: case "a country goes dark"`, head.text)
	}
	if err := f(p, &p.cases[len(p.cases)-1]); err != nil {
		return err
	}
	if w, ok := p.peek(); ok {
		return p.errorf(w.column, "%q: nothing more is expected here", w.text)
	}
	return nil
}

// begin opens a case.
func (p *parser) begin() error {
	w, err := p.next("the title of the case, in quotation marks")
	if err != nil {
		return err
	}
	if !w.quoted || strings.TrimSpace(w.text) == "" {
		return p.errorf(w.column, "%q: the title of a case stands in quotation marks", w.text)
	}
	if len(p.cases) == maxCases {
		return p.errorf(1, "more than %d cases", maxCases)
	}
	p.cases = append(p.cases, Case{Title: w.text, Line: p.line, World: world.New(time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC), 30), Contexts: map[string]detect.Context{}})
	if w, ok := p.peek(); ok {
		return p.errorf(w.column, "%q: nothing more is expected after the title", w.text)
	}
	return nil
}

// complete looks whether a case can be tried.
func (p *parser) complete(c *Case) error {
	p.line = c.Line
	switch {
	case len(c.Expects) == 0:
		return p.errorf(1, "the case %q expects nothing: it cannot fail", c.Title)
	case len(c.World.Countries) == 0 && len(c.World.Extra) == 0:
		return p.errorf(1, "the case %q has neither a country nor a series", c.Title)
	case len(c.World.Events) > maxEvents:
		return p.errorf(1, "the case %q has more than %d events", c.Title, maxEvents)
	}
	return nil
}
