package sheet

import (
	"bytes"
	"encoding/base64"
	"encoding/xml"
	"fmt"
	"image/png"
	"io"
	"math"
	"strconv"
	"strings"
)

// WriteSVG writes the sheet as an SVG 1.1 document without scripts, fonts or
// links to other files. Text is drawn as outlines and told in title and desc.
func (s *Sheet) WriteSVG(w io.Writer) error {
	var b bytes.Buffer
	unit := ""
	width, height := s.Width, s.Height
	if s.Millimetres > 0 {
		unit = "mm"
		width, height = s.Millimetres, s.Millimetres*s.Height/s.Width
	}
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" xml:lang="%s" viewBox="0 0 %s %s" width="%s%s" height="%s%s" role="img" aria-labelledby="t d">`,
		escape(s.About.Lang), number(s.Width, 2), number(s.Height, 2), number(width, 2), unit, number(height, 2), unit)
	fmt.Fprintf(&b, "\n<title id=\"t\">%s</title>\n<desc id=\"d\">%s</desc>\n", escape(s.About.Title), escape(s.About.Description))
	s.metadata(&b)
	if s.Ground != nil {
		fmt.Fprintf(&b, "<path fill=\"%s\" d=\"M0 0h%sv%sH0z\"/>\n", hex(*s.Ground), number(s.Width, 2), number(s.Height, 2))
	}
	for _, m := range s.marks {
		switch {
		case m.path != nil:
			fmt.Fprintf(&b, "<path fill=\"%s\" d=\"%s\"/>\n", hex(m.colour), m.path.data())
		case m.text != nil:
			p := m.text.outline()
			fmt.Fprintf(&b, "<path fill=\"%s\" d=\"%s\"/>\n", hex(m.colour), p.data())
		case m.image != nil:
			var img bytes.Buffer
			if err := png.Encode(&img, m.image.image); err != nil {
				return fmt.Errorf("picture in SVG: %w", err)
			}
			fmt.Fprintf(&b, "<image x=\"%s\" y=\"%s\" width=\"%s\" height=\"%s\" preserveAspectRatio=\"none\" href=\"data:image/png;base64,%s\"/>\n",
				number(m.image.x, 2), number(m.image.y, 2), number(m.image.w, 2), number(m.image.h, 2), base64.StdEncoding.EncodeToString(img.Bytes()))
		}
	}
	b.WriteString("</svg>\n")
	_, err := w.Write(b.Bytes())
	return err
}

// metadata states title, source and licence in RDF, as Dublin Core and Creative
// Commons name them.
func (s *Sheet) metadata(b *bytes.Buffer) {
	b.WriteString(`<metadata><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:cc="http://creativecommons.org/ns#"><cc:Work rdf:about="">`)
	for _, e := range []struct{ name, value string }{{"title", s.About.Title}, {"creator", s.About.Creator}, {"source", s.About.Source}, {"rights", s.About.LicenseName}} {
		if e.value != "" {
			fmt.Fprintf(b, "<dc:%s>%s</dc:%s>", e.name, escape(e.value), e.name)
		}
	}
	fmt.Fprintf(b, `<cc:license rdf:resource="%s"/></cc:Work></rdf:RDF></metadata>`+"\n", escape(s.About.License))
}

// data writes the path as SVG path data, in relative steps of hundredths.
func (p *Path) data() string {
	var b strings.Builder
	var x, y int // where the pen is, in hundredths
	var last byte
	var startX, startY int
	emit := func(op byte, n ...int) {
		if op != last || op == 'm' || op == 'z' {
			b.WriteByte(op)
			last = op
		} else if n[0] >= 0 {
			b.WriteByte(' ')
		}
		for i, v := range n {
			if i > 0 && v >= 0 {
				b.WriteByte(' ')
			}
			b.WriteString(hundredths(v))
		}
	}
	p.each(func(op byte, at []Point) {
		var n []int
		for _, q := range at {
			n = append(n, int(math.Round(q.X*100))-x, int(math.Round(q.Y*100))-y)
		}
		switch op {
		case 'Z':
			emit('z')
			x, y = startX, startY
			return
		case 'L':
			switch {
			case n[0] == 0 && n[1] == 0:
				return
			case n[1] == 0:
				emit('h', n[0])
			case n[0] == 0:
				emit('v', n[1])
			default:
				emit('l', n...)
			}
		default:
			emit(op|0x20, n...)
		}
		x, y = x+n[len(n)-2], y+n[len(n)-1]
		if op == 'M' {
			startX, startY = x, y
		}
	})
	return b.String()
}

// hundredths writes n/100 without needless digits.
func hundredths(n int) string {
	s := strconv.FormatFloat(float64(n)/100, 'f', -1, 64)
	if strings.HasPrefix(s, "0.") {
		return s[1:]
	}
	if strings.HasPrefix(s, "-0.") {
		return "-" + s[2:]
	}
	return s
}

func number(v float64, places int) string {
	k := math.Pow10(places)
	return strconv.FormatFloat(math.Round(v*k)/k, 'f', -1, 64)
}

func hex(c Colour) string { return fmt.Sprintf("#%06x", uint32(c)) }

// escape makes text safe in XML; characters that XML does not allow become
// U+FFFD.
func escape(s string) string {
	var b bytes.Buffer
	xml.EscapeText(&b, []byte(s)) // a buffer does not fail
	return b.String()
}
