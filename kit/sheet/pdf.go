package sheet

import (
	"bytes"
	"compress/zlib"
	"crypto/sha256"
	"fmt"
	"io"
	"strings"
	"unicode/utf16"

	"keepiton/kit/letters"
)

// WritePDF writes sheets as the pages of a PDF 1.7 document (ISO 32000-1).
//
// Text is real text in the few letters that are used of our faces, embedded:
// printers get letters and not pictures of them, the file is small, and words can
// be found, copied and read aloud. The document has the structure of a heading,
// paragraphs and a figure with alternative text (14.8).
//
// Shapes stand in the file as they are seen, from left to right, each with the
// characters that it stands for. Programs that read a page turn Arabic round by
// themselves; told the words of a line in reading order (ActualText, 14.9.4),
// Poppler and PDFium turn those round too. So only a shape that stands for other
// characters than before has them told so.
func WritePDF(w io.Writer, pages ...*Sheet) error {
	d := &document{fonts: map[letters.Face]*embedded{}}
	catalog, tree, root, info := d.reserve(), d.reserve(), d.reserve(), d.reserve()
	d.node = d.reserve()
	var kids []string
	for _, s := range pages {
		kids = append(kids, ref(d.page(s, tree)))
	}
	d.set(tree, "<</Type/Pages/Count %d/Kids[%s]>>", len(pages), strings.Join(kids, " "))
	d.embedFonts()
	d.structure(root)
	about := pages[0].About
	meta := d.stream("/Type/Metadata/Subtype/XML", xmp(about), false)
	direction := "L2R"
	if (letters.Style{Lang: about.Lang}).RTL() {
		direction = "R2L"
	}
	d.set(catalog, "<</Type/Catalog/Pages %s/Lang%s/MarkInfo<</Marked true>>/StructTreeRoot %s/Metadata %s/ViewerPreferences<</DisplayDocTitle true/Direction/%s>>>>",
		ref(tree), textString(about.Lang), ref(root), ref(meta), direction)
	d.set(info, "<</Title%s/Author%s/Subject%s/Keywords%s/Creator(KeepItOn)/Producer(KeepItOn)>>",
		textString(about.Title), textString(about.Creator), textString(about.Description), textString(about.LicenseName+" "+about.License))
	return d.write(w, catalog, info)
}

// document is a PDF while it is written: its objects, numbered from 1.
type document struct {
	objects [][]byte
	fonts   map[letters.Face]*embedded
	order   []letters.Face // of the fonts, as they came
	parents []string       // of the structure's number tree, one entry a page
	node    int            // the structure's Document
	nodes   []string       // its children
	err     error
}

func ref(n int) string { return fmt.Sprintf("%d 0 R", n) }

func (d *document) reserve() int {
	d.objects = append(d.objects, nil)
	return len(d.objects)
}

func (d *document) set(n int, format string, args ...any) {
	d.objects[n-1] = fmt.Appendf(nil, format, args...)
}

func (d *document) object(format string, args ...any) int {
	n := d.reserve()
	d.set(n, format, args...)
	return n
}

// stream adds a stream with the entries of its dictionary.
func (d *document) stream(entries string, data []byte, compress bool) int {
	if compress {
		var z bytes.Buffer
		zw := zlib.NewWriter(&z)
		zw.Write(data) // a buffer does not fail
		zw.Close()
		data, entries = z.Bytes(), entries+"/Filter/FlateDecode"
	}
	n := d.reserve()
	var b bytes.Buffer
	fmt.Fprintf(&b, "<<%s/Length %d>>\nstream\n", entries, len(data))
	b.Write(data)
	b.WriteString("\nendstream")
	d.objects[n-1] = b.Bytes()
	return n
}

// write writes header, objects, cross-reference table and trailer (7.5).
func (d *document) write(w io.Writer, catalog, info int) error {
	var b bytes.Buffer
	b.WriteString("%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
	at := make([]int, len(d.objects))
	for i, o := range d.objects {
		at[i] = b.Len()
		fmt.Fprintf(&b, "%d 0 obj\n", i+1)
		b.Write(o)
		b.WriteString("\nendobj\n")
	}
	sum := sha256.Sum256(b.Bytes())
	start := b.Len()
	fmt.Fprintf(&b, "xref\n0 %d\n0000000000 65535 f \n", len(at)+1)
	for _, o := range at {
		fmt.Fprintf(&b, "%010d 00000 n \n", o)
	}
	fmt.Fprintf(&b, "trailer\n<</Size %d/Root %s/Info %s/ID[<%x><%x>]>>\nstartxref\n%d\n%%%%EOF\n", len(at)+1, ref(catalog), ref(info), sum[:16], sum[:16], start)
	if d.err != nil {
		return d.err
	}
	_, err := w.Write(b.Bytes())
	return err
}

// textString writes text as PDF keeps it: UTF-16 with a mark of its order
// (7.9.2.2), as hexadecimal digits.
func textString(s string) string {
	return "<FEFF" + utf16Hex(s) + ">"
}

func utf16Hex(s string) string {
	var b strings.Builder
	for _, u := range utf16.Encode([]rune(s)) {
		fmt.Fprintf(&b, "%04X", u)
	}
	return b.String()
}

// xmp states title, author and licence where programs look for them (ISO
// 16684-1).
func xmp(a About) []byte {
	var b bytes.Buffer
	b.WriteString("<?xpacket begin=\"\ufeff\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?>\n<x:xmpmeta xmlns:x=\"adobe:ns:meta/\"><rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\"><rdf:Description rdf:about=\"\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\" xmlns:cc=\"http://creativecommons.org/ns#\" xmlns:xmpRights=\"http://ns.adobe.com/xap/1.0/rights/\" xmlns:pdf=\"http://ns.adobe.com/pdf/1.3/\">")
	alt := func(name, value string) {
		if value != "" {
			fmt.Fprintf(&b, "<dc:%s><rdf:Alt><rdf:li xml:lang=\"x-default\">%s</rdf:li></rdf:Alt></dc:%s>", name, escape(value), name)
		}
	}
	alt("title", a.Title)
	alt("description", a.Description)
	alt("rights", a.LicenseName)
	if a.Creator != "" {
		fmt.Fprintf(&b, "<dc:creator><rdf:Seq><rdf:li>%s</rdf:li></rdf:Seq></dc:creator>", escape(a.Creator))
	}
	if a.Source != "" {
		fmt.Fprintf(&b, "<dc:source>%s</dc:source>", escape(a.Source))
	}
	fmt.Fprintf(&b, "<dc:language><rdf:Bag><rdf:li>%s</rdf:li></rdf:Bag></dc:language>", escape(a.Lang))
	fmt.Fprintf(&b, "<cc:license rdf:resource=\"%s\"/><xmpRights:Marked>True</xmpRights:Marked><xmpRights:WebStatement>%s</xmpRights:WebStatement><pdf:Producer>KeepItOn</pdf:Producer>", escape(a.License), escape(a.License))
	b.WriteString("</rdf:Description></rdf:RDF></x:xmpmeta>\n<?xpacket end=\"r\"?>")
	return b.Bytes()
}
