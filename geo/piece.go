package geo

import "strings"

// piece is a part of an area cell: a name with what it can mean, or words
// that no list has.
type piece struct {
	spots      []spot // nil for words that no list has
	start, end int    // bytes in the cell
	k          string // the key it was found by
	gap        gap
	prep       bool     // "in" or "of" stands before it
	opens      bool     // what follows lies inside it
	owner      bool     // said by 's
	typed      typeWord // "district", "state" ... after it
	part       bool     // "parts of", "several" ... before it
	except     bool     // after "except"
	loose      bool     // other words that no list has stand right beside it
}

// reading returns the meaning of the piece that is of the kind.
func (p *piece) reading(k kind) (spot, bool) {
	for _, s := range p.spots {
		if s.kind == k {
			return s, true
		}
	}
	return spot{}, false
}

// scan finds the pieces of a cell: always the longest name that is known.
func (g *gazetteer) scan(tokens []token) []piece {
	var out []piece
	except := false
	lead := -1          // first small word ("parts of", "28 districts") before the next piece
	var leadToken token // its token
	part := false
	text := -1 // piece that collects unknown words side by side, or -1
	for i := 0; i < len(tokens); {
		t := tokens[i]
		if t.gap >= gapClose {
			except = false
		}
		if exceptWords[t.folded] || t.folded == "but" && i+1 < len(tokens) && tokens[i+1].folded == "for" || t.folded == "other" && i+1 < len(tokens) && tokens[i+1].folded == "than" {
			except, lead, part, text = true, -1, false, -1
			if i++; t.folded == "but" || t.folded == "other" || i < len(tokens) && tokens[i].folded == "for" {
				i++
			}
			continue
		}
		n, k := g.longestName(tokens[i:])
		if n == 0 {
			small := smallWords[t.folded] || typeWords[t.folded] != typeNone || isNumber(t.folded)
			if small && (text < 0 || t.gap != gapBlank) {
				if lead < 0 || t.gap >= gapComma {
					lead, leadToken, part = t.start, t, false
				}
				part = part || partWords[t.folded] || isNumber(t.folded)
				text = -1
				i++
				continue
			}
			if text >= 0 && t.gap == gapBlank {
				p := &out[text]
				if w := typeWords[t.folded]; w != typeNone && p.typed == typeNone {
					p.typed = w
				} else if !small {
					p.k += t.folded
				}
				p.end = t.end
				p.opens = t.colon || t.owner
			} else {
				p := piece{start: t.start, end: t.end, k: t.folded, gap: t.gap, prep: t.prep, opens: t.colon || t.owner, owner: t.owner, except: except, part: part}
				if lead >= 0 && t.gap < gapComma {
					p.start, p.gap, p.prep = lead, leadToken.gap, leadToken.prep
				}
				out = append(out, p)
				text = len(out) - 1
			}
			lead, part = -1, false
			i++
			continue
		}
		p := piece{spots: g.spots[k], start: t.start, k: k, gap: t.gap, prep: t.prep, part: part, except: except}
		p.loose = text >= 0 && t.gap == gapBlank
		if lead >= 0 && t.gap < gapComma {
			p.start, p.gap = lead, leadToken.gap
		}
		last := tokens[i+n-1]
		p.typed = typeWords[last.folded]
		i += n
		for i < len(tokens) && tokens[i].gap == gapBlank && typeWords[tokens[i].folded] != typeNone && !last.owner && !last.colon {
			if p.typed == typeNone {
				p.typed = typeWords[tokens[i].folded]
			}
			last = tokens[i]
			i++
		}
		p.end, p.opens, p.owner = last.end, last.owner || last.colon, last.owner
		if !p.opens && i < len(tokens) && tokens[i].gap == gapBlank && !smallWords[tokens[i].folded] && !exceptWords[tokens[i].folded] && tokens[i].folded != "but" {
			if m, _ := g.longestName(tokens[i:]); m == 0 {
				p.loose = true
			}
		}
		lead, part, text = -1, false, -1
		if p.loose && !p.trusted() {
			p.spots = nil
			text = len(out)
			if m := len(out); m > 0 && out[m-1].spots == nil && p.gap == gapBlank {
				out[m-1].k, out[m-1].end, out[m-1].opens = out[m-1].k+p.k, p.end, p.opens
				text = m - 1
				continue
			}
		}
		out = append(out, p)
	}
	spreadTypes(out)
	g.spreadSides(out)
	return out
}

// trusted reports whether a name counts although words that no list has stand
// beside it: a short district or town name is too often a part of another.
func (p *piece) trusted() bool {
	if _, ok := p.reading(kindRegion); ok {
		return true
	}
	return len(p.k) >= 6
}

// longestName returns how many tokens from the first on make the longest known name.
func (g *gazetteer) longestName(tokens []token) (n int, k string) {
	var b strings.Builder
	for i := 0; i < len(tokens) && i < g.longest; i++ {
		t := tokens[i]
		if i > 0 && (t.gap == gapComma || t.gap >= gapClose) {
			break
		}
		if i > 0 && tokens[i-1].owner {
			b.WriteString("s") // Cox's Bazar
		}
		b.WriteString(t.folded)
		if _, ok := g.spots[b.String()]; ok {
			n, k = i+1, b.String()
		}
	}
	return n, k
}

// spreadTypes gives "A, B and C districts" the type to all three.
func spreadTypes(pieces []piece) {
	for i := len(pieces) - 2; i >= 0; i-- {
		next := &pieces[i+1]
		if pieces[i].typed == typeNone && next.typed != typeNone && !next.prep && (next.gap == gapAnd || next.gap == gapComma && next.typed != typeRegion) {
			pieces[i].typed = next.typed
		}
	}
}

var sides = []string{"north", "south", "east", "west", "central", "upper", "lower"}

// spreadSides reads "North, Central and South Kashmir" and "Imphal East and
// West" as three and two names.
func (g *gazetteer) spreadSides(pieces []piece) {
	for i := len(pieces) - 2; i >= 0; i-- {
		p, next := &pieces[i], pieces[i+1]
		for _, side := range sides {
			if name, ok := strings.CutPrefix(next.k, side); ok && next.spots != nil && isSide(p.k) && next.gap != gapBreak && g.spots[p.k+name] != nil {
				p.spots, p.k, p.typed = g.spots[p.k+name], p.k+name, next.typed
			}
		}
	}
	for i := 1; i < len(pieces); i++ {
		p, last := &pieces[i], pieces[i-1]
		for _, side := range sides {
			if name, ok := strings.CutSuffix(last.k, side); ok && last.spots != nil && p.spots == nil && isSide(p.k) && p.gap != gapBreak && g.spots[name+p.k] != nil {
				p.spots, p.k = g.spots[name+p.k], name+p.k
			}
		}
	}
}

func isSide(k string) bool {
	for _, side := range sides {
		if k == side {
			return true
		}
	}
	return false
}

func isNumber(s string) bool {
	for i := range len(s) {
		if !isDigit(s[i]) {
			return false
		}
	}
	return s != ""
}
