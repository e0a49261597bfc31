package sheet

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"slices"
	"strings"

	"keepiton/kit/letters"
)

// points is how many points a unit of the sheet is: paper has its size, and on
// screens 96 units are an inch.
func (s *Sheet) points() float64 {
	if s.Millimetres > 0 {
		return s.Millimetres / s.Width * 72 / 25.4
	}
	return 0.75
}

// page adds a page and returns its number.
func (d *document) page(s *Sheet, tree int) int {
	n := d.reserve()
	c := &content{doc: d, page: n}
	k := s.points()
	// The sheet's y runs downwards, the page's upwards.
	fmt.Fprintf(&c.b, "%s 0 0 %s 0 %s cm\n", number(k, 6), number(-k, 6), number(s.Height*k, 3))
	if s.Ground != nil {
		ground := Rect(-s.Bleed, -s.Bleed, s.Width+2*s.Bleed, s.Height+2*s.Bleed)
		c.artifact(&ground, *s.Ground)
	}
	for _, m := range s.marks {
		switch {
		case m.path != nil && !c.figure && s.About.Picture != "":
			c.picture(m.path, m.colour, s.About.Picture)
		case m.path != nil:
			c.artifact(m.path, m.colour)
		case m.text != nil:
			c.text(m.text, m.colour)
		case m.image != nil:
			c.image(m.image)
		}
	}
	c.flush()
	stream := d.stream("", c.b.Bytes(), true)
	var fonts, images strings.Builder
	for _, f := range d.order {
		if c.uses[f] {
			fmt.Fprintf(&fonts, "/F%d %s", f, ref(d.fonts[f].number))
		}
	}
	for _, i := range c.order {
		images.WriteString(i)
	}
	// Page boundaries (ISO 32000-1, section 14.11.2): what is shown and printed is the
	// sheet, what a printer gets who cuts is more.
	boxes := fmt.Sprintf("/MediaBox[0 0 %s %s]", number(s.Width*k, 3), number(s.Height*k, 3))
	if b := s.Bleed; b > 0 {
		whole := fmt.Sprintf("[%s %s %s %s]", number(-b*k, 3), number(-b*k, 3), number((s.Width+b)*k, 3), number((s.Height+b)*k, 3))
		boxes = strings.Replace(boxes, "Media", "Crop", 1) + strings.Replace(boxes, "Media", "Trim", 1) + "/MediaBox" + whole + "/BleedBox" + whole
	}
	d.set(n, "<</Type/Page/Parent %s%s/Contents %s/Resources<</Font<<%s>>/XObject<<%s>>>>/StructParents %d/Tabs/S>>",
		ref(tree), boxes, ref(stream), fonts.String(), images.String(), len(d.parents))
	d.parents = append(d.parents, "["+strings.Join(c.owners, " ")+"]")
	return n
}

// content is the content stream of a page.
type content struct {
	doc    *document
	b      bytes.Buffer
	page   int
	figure bool     // the figure of the page stands
	owners []string // of the marked contents, by their ids
	uses   [letters.Faces]bool
	order  []string
	role   Role  // of the element that is open
	open   []int // its marked contents
}

// mark begins marked content of an element and returns its id.
func (c *content) mark(tag string) int {
	id := len(c.owners)
	c.owners = append(c.owners, "")
	fmt.Fprintf(&c.b, "/%s<</MCID %d>>BDC\n", tag, id)
	return id
}

// element adds an element of the structure that owns marked contents.
func (c *content) element(tag, entries string, ids []int) {
	var kids strings.Builder
	for _, id := range ids {
		fmt.Fprintf(&kids, "%d ", id)
	}
	n := c.doc.object("<</Type/StructElem/S/%s/P %s/Pg %s/K[%s]%s>>", tag, ref(c.doc.node), ref(c.page), strings.TrimSpace(kids.String()), entries)
	for _, id := range ids {
		c.owners[id] = ref(n)
	}
	c.doc.nodes = append(c.doc.nodes, ref(n))
}

// flush ends the text element that is open.
func (c *content) flush() {
	if len(c.open) > 0 {
		c.element(string(c.role), "", c.open)
	}
	c.open = nil
}

func (c *content) artifact(p *Path, colour Colour) {
	c.b.WriteString("/Artifact BMC\n")
	c.fill(p, colour)
	c.b.WriteString("EMC\n")
}

// picture draws the first area as the figure of the page. The others are
// artifacts: they are the same picture, which is to be told once.
func (c *content) picture(p *Path, colour Colour, alt string) {
	c.flush()
	c.figure = true
	id := c.mark("Figure")
	c.fill(p, colour)
	c.b.WriteString("EMC\n")
	c.element("Figure", "/Alt"+textString(alt), []int{id})
}

func (c *content) set(colour Colour) {
	r, g, b := colour.RGB()
	fmt.Fprintf(&c.b, "%s %s %s rg\n", number(float64(r)/255, 4), number(float64(g)/255, 4), number(float64(b)/255, 4))
}

func (c *content) fill(p *Path, colour Colour) {
	c.set(colour)
	c.path(p)
}

// path writes an area and fills it (8.5).
func (c *content) path(p *Path) {
	if p.Empty() {
		return
	}
	var pen Point
	p.each(func(op byte, at []Point) {
		switch op {
		case 'Z':
			c.b.WriteString("h\n")
			return
		case 'Q': // a quadratic curve as a cubic one
			a, q := at[0], at[1]
			at = []Point{{pen.X + (a.X-pen.X)*2/3, pen.Y + (a.Y-pen.Y)*2/3}, {q.X + (a.X-q.X)*2/3, q.Y + (a.Y-q.Y)*2/3}, q}
			op = 'C'
		}
		for _, q := range at {
			c.b.WriteString(number(q.X, 3) + " " + number(q.Y, 3) + " ")
		}
		c.b.WriteByte(op | 0x20)
		c.b.WriteByte('\n')
		pen = at[len(at)-1]
	})
	c.b.WriteString("f\n")
}

// image places a picture, which stands upright although y runs downwards.
func (c *content) image(p *picture) {
	c.flush()
	n := c.doc.picture(p.image)
	name := fmt.Sprintf("/I%d", len(c.order))
	c.order = append(c.order, name+" "+ref(n))
	id := c.mark("Figure")
	fmt.Fprintf(&c.b, "q %s 0 0 %s %s %s cm %s Do Q\nEMC\n", number(p.w, 3), number(-p.h, 3), number(p.x, 3), number(p.y+p.h, 3), name)
	c.element("Figure", "/Alt"+textString(p.alt), []int{id})
}

// picture adds an image with its transparency (8.9).
func (d *document) picture(img image.Image) int {
	b := img.Bounds()
	rgb, alpha := make([]byte, 0, 3*b.Dx()*b.Dy()), make([]byte, 0, b.Dx()*b.Dy())
	for y := b.Min.Y; y < b.Max.Y; y++ {
		for x := b.Min.X; x < b.Max.X; x++ {
			q := color.NRGBAModel.Convert(img.At(x, y)).(color.NRGBA)
			rgb, alpha = append(rgb, q.R, q.G, q.B), append(alpha, q.A)
		}
	}
	entries := fmt.Sprintf("/Type/XObject/Subtype/Image/Width %d/Height %d/BitsPerComponent 8", b.Dx(), b.Dy())
	mask := ""
	if slices.ContainsFunc(alpha, func(a byte) bool { return a != 255 }) {
		mask = "/SMask " + ref(d.stream(entries+"/ColorSpace/DeviceGray", alpha, true))
	}
	return d.stream(entries+"/ColorSpace/DeviceRGB"+mask, rgb, true)
}

// structure writes the tree of elements (14.7) and the way back to it from what
// is marked on the pages (14.7.4.4).
func (d *document) structure(root int) {
	d.set(d.node, "<</Type/StructElem/S/Document/P %s/K[%s]>>", ref(root), strings.Join(d.nodes, " "))
	var nums strings.Builder
	for i, owners := range d.parents {
		fmt.Fprintf(&nums, "%d %s", i, owners)
	}
	d.set(root, "<</Type/StructTreeRoot/K[%s]/ParentTree<</Nums[%s]>>/ParentTreeNextKey %d>>", ref(d.node), nums.String(), len(d.parents))
}
