package geo

import (
	"strings"
	"sync"
)

// District is a second-level area. We have them for India only, where STOP
// counts by district.
type District struct {
	Name    string   // as in the Census of India 2011, or as founded since
	Region  string   // ISO 3166-2
	Parent  string   // district of 2011 that it was cut from, else its own name
	Today   string   // the name in use today, such as Shopian for Shupiyan
	Aliases []string // other spellings and newer names, that of today among them
}

type kind uint8

const (
	kindRegion   kind = iota // first level
	kindArea                 // a named area of several regions or districts
	kindDistrict             // second level
	kindTown                 // a town or area inside one region or district
)

// spot is one thing that a name can mean.
type spot struct {
	kind     kind
	region   string
	district string // empty for regions, and for towns of countries without districts
	exact    bool   // the name is the one we use, not another spelling
	members  []spot // of an area
}

// gazetteer is the index of the names of one country.
type gazetteer struct {
	country   string
	spots     map[string][]spot   // by key
	words     map[string]bool     // single folded words that occur in names
	near      map[byte][]string   // keys of regions and districts by first letter, for guesses
	districts map[string][]string // region -> districts in order
	longest   int                 // words in the longest name
}

// placeLists holds what data/india.txt and data/places.txt say, by country.
type placeLists struct {
	districts []District
	lines     map[string][]placeLine // by country
}

// placeLine is one line of a list: what it is, its names, and its towns or members.
type placeLine struct {
	kind   kind
	region string
	parent string
	names  []string // first the one we use
	within []string
}

var lists = sync.OnceValue(func() placeLists {
	l := placeLists{lines: map[string][]placeLine{}}
	region := ""
	for line := range strings.Lines(table("india.txt") + "\n" + table("places.txt")) {
		line = strings.TrimSpace(line)
		if line == "" || line[0] == '#' {
			continue
		}
		p := placeLine{kind: kindDistrict, region: region}
		switch line[0] {
		case '=':
			p.kind, line = kindRegion, line[1:]
		case '@':
			p.kind, line = kindArea, line[1:]
		}
		head, within, _ := strings.Cut(line, ":")
		p.within = split(within, ",")
		p.names = split(head, "|")
		switch p.kind {
		case kindRegion:
			region = p.names[0]
			p.region, p.names = region, p.names[1:]
		case kindDistrict:
			p.names[0], p.parent, _ = cutTrim(p.names[0], "<")
			if p.parent == "" {
				p.parent = p.names[0]
			}
			d := District{Name: p.names[0], Region: region, Parent: p.parent, Today: p.names[0]}
			for i, name := range p.names[1:] {
				if today, ok := strings.CutPrefix(name, "+"); ok {
					d.Today, p.names[1+i] = today, today
				}
			}
			d.Aliases = p.names[1:]
			l.districts = append(l.districts, d)
		}
		l.lines[p.region[:2]] = append(l.lines[p.region[:2]], p)
	}
	return l
})

// Districts returns the second level of a first-level region by its ISO 3166-2
// code: nothing outside India.
func Districts(region string) []District {
	var out []District
	for _, d := range lists().districts {
		if d.Region == region {
			out = append(out, d)
		}
	}
	return out
}

// DistrictName returns the name in use today of a district as Place has it, for
// showing: "Shopian" for "Shupiyan". A name we do not know comes back as it is.
func DistrictName(region, district string) string {
	for _, d := range lists().districts {
		if d.Region == region && d.Name == district {
			return d.Today
		}
	}
	return district
}

var gazetteers sync.Map // country -> func() *gazetteer

// gazetteerOf builds the index of a country once.
func gazetteerOf(country string) *gazetteer {
	build, ok := gazetteers.Load(country)
	if !ok {
		build, _ = gazetteers.LoadOrStore(country, sync.OnceValue(func() *gazetteer { return newGazetteer(country) }))
	}
	return build.(func() *gazetteer)()
}

func newGazetteer(country string) *gazetteer {
	g := &gazetteer{country: country, spots: map[string][]spot{}, words: map[string]bool{}, near: map[byte][]string{}, districts: map[string][]string{}}
	for _, r := range Regions(country) {
		g.add(r.Name, spot{kind: kindRegion, region: r.Code, exact: true})
		for _, a := range r.Aliases {
			g.add(a, spot{kind: kindRegion, region: r.Code})
		}
	}
	lines := lists().lines[country]
	for _, p := range lines {
		switch p.kind {
		case kindRegion:
			for _, name := range p.names {
				g.add(name, spot{kind: kindRegion, region: p.region})
			}
		case kindDistrict:
			g.districts[p.region] = append(g.districts[p.region], p.names[0])
			for i, name := range p.names {
				g.add(name, spot{kind: kindDistrict, region: p.region, district: p.names[0], exact: i == 0})
			}
		}
		if p.kind != kindArea {
			for _, town := range p.within {
				s := spot{kind: kindTown, region: p.region}
				if p.kind == kindDistrict {
					s.district = p.names[0]
				}
				g.add(town, s)
			}
		}
	}
	for _, p := range lines {
		if p.kind != kindArea {
			continue
		}
		a := spot{kind: kindArea, region: p.region}
		for _, name := range p.within {
			a.members = append(a.members, g.member(name, p.region)...)
		}
		for _, name := range p.names {
			g.add(name, a)
		}
	}
	for k, all := range g.spots {
		for _, s := range all {
			if s.kind == kindRegion || s.kind == kindDistrict {
				g.near[k[0]] = append(g.near[k[0]], k)
				break
			}
		}
	}
	return g
}

// member finds a member of an area: an ISO code, or a district of the same region.
func (g *gazetteer) member(name, region string) []spot {
	if strings.HasPrefix(name, g.country+"-") {
		return []spot{{kind: kindRegion, region: name}}
	}
	for _, s := range g.spots[key(name)] { // district names hold no link words
		if s.kind == kindDistrict && s.region == region {
			return []spot{s}
		}
	}
	return nil
}

// add enters a name. A name that another spot of the same kind has already
// becomes ambiguous, except that the name in use beats another spelling.
func (g *gazetteer) add(name string, s spot) {
	words := nameWords(name)
	k := strings.Join(words, "")
	if k == "" {
		return
	}
	for _, w := range words {
		g.words[w] = true
	}
	g.longest = max(g.longest, len(words))
	for i, have := range g.spots[k] {
		if have.kind == s.kind && have.region == s.region && have.district == s.district {
			return
		}
		if have.kind == s.kind && s.kind == kindRegion && have.exact != s.exact {
			if s.exact {
				g.spots[k][i] = s
			}
			return
		}
	}
	g.spots[k] = append(g.spots[k], s)
}

// nameWords are the folded words of a name without those that only link.
func nameWords(name string) []string {
	var out []string
	for w := range strings.FieldsSeq(fold(name)) {
		if w != "and" && !linkWords[w] {
			out = append(out, w)
		}
	}
	return out
}

func split(s, sep string) []string {
	var out []string
	for part := range strings.SplitSeq(s, sep) {
		if part = strings.TrimSpace(part); part != "" {
			out = append(out, part)
		}
	}
	return out
}

func cutTrim(s, sep string) (before, after string, found bool) {
	before, after, found = strings.Cut(s, sep)
	return strings.TrimSpace(before), strings.TrimSpace(after), found
}
