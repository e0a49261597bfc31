package locale

// Ours marks a phrase that a page composed in its own language, whatever letters
// it begins with: a browser takes the direction of a bdi from the first strong
// letter, and a name in Latin letters would turn an Arabic phrase round (HTML,
// "auto" directionality; U+200F is Unicode's right-to-left mark).
func (p *Printer) Ours(s string) string {
	if p.Dir() != "rtl" {
		return s
	}
	return "\u200f" + s
}

// Apart keeps the signs of an address or of a list of sources in their order
// inside an Arabic phrase (U+2068 and U+2069, UAX 9).
func (p *Printer) Apart(s string) string {
	if p.Dir() != "rtl" {
		return s
	}
	return "\u2068" + s + "\u2069"
}
