package stop

import (
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"keepiton"
)

// measurers are hosts that publish measurements of networks.
var measurers = []string{
	"ooni.org", "ooni.torproject.org", "ooni.io", "ioda.caida.org", "ioda.live", "ioda.inetintel.cc.gatech.edu",
	"radar.cloudflare.com", "netblocks.org", "stat.ripe.net", "labs.ripe.net", "atlas.ripe.net", "internetoutage.report",
	"transparencyreport.google.com", "transparency.fb.com", "transparency.facebook.com", "censoredplanet.org",
	"pulse.internetsociety.org", "mlab", "kentik.com", "bgp.he.net", "downdetector.com",
}

// socials are hosts where anyone posts.
var socials = []string{"twitter.com", "x.com", "facebook.com", "fb.com", "t.me", "instagram.com", "youtube.com", "tiktok.com", "reddit.com", "vk.com"}

// classKinds gives the kind of source for each class of information.
var classKinds = map[string]string{
	"news": "news", "partners": "partner", "social_media": "social_media", "rti_request": "statement",
	"other": "link", keepiton.Confidential: "other", "": "link",
}

var startOfURL = regexp.MustCompile(`(?i)(?:https?|ftp):/`)

// bareHost is a link written without its scheme.
var bareHost = regexp.MustCompile(`(?i)^(?:www\.)?[a-z0-9-]+(?:\.[a-z0-9-]+)*\.(?:com|org|net|in|info|gov|news|io|pk|co|tv|me)(?:/\S*)?$`)

// links takes the URLs out of a cell, in order, each once. Malformed are the
// pieces that mean to be URLs and are none; words is what is left.
func links(cell string) (urls, malformed []string, words string) {
	var rest []string
	for _, token := range strings.Fields(strings.ReplaceAll(cell, "\u00a0", " ")) {
		for _, part := range splitURLs(token) {
			trimmed := bare(part)
			switch {
			case startOfURL.MatchString(trimmed) && startOfURL.FindStringIndex(trimmed)[0] == 0:
				if keepiton.ValidURL(trimmed) && strings.Contains(host(trimmed), ".") {
					if !slices.Contains(urls, trimmed) {
						urls = append(urls, trimmed)
					}
					continue
				}
				malformed = append(malformed, part)
				rest = append(rest, part)
			case bareHost.MatchString(trimmed):
				malformed = append(malformed, part)
				rest = append(rest, part)
			default:
				rest = append(rest, part)
			}
		}
	}
	words = strings.Trim(strings.Join(rest, " "), " ;,")
	return urls, malformed, words
}

// bare takes the punctuation off a token that a sentence put around it; a
// bracket that the URL itself opened stays.
func bare(token string) string {
	token = strings.TrimLeft(token, `(<["'“`)
	for {
		cut := strings.TrimRight(token, `;,>]"'”.`)
		if strings.HasSuffix(cut, ")") && strings.Count(cut, "(") < strings.Count(cut, ")") {
			cut = strings.TrimSuffix(cut, ")")
		}
		if cut == token {
			return token
		}
		token = cut
	}
}

// splitURLs separates URLs that were joined by ";" or "," without a blank. A
// URL inside the path of another, as web archives have it, stays.
func splitURLs(token string) []string {
	var out []string
	from := 0
	for _, at := range startOfURL.FindAllStringIndex(token, -1) {
		if at[0] > from && strings.ContainsRune(";,|", rune(token[at[0]-1])) {
			out = append(out, token[from:at[0]])
			from = at[0]
		}
	}
	return append(out, token[from:])
}

func host(link string) string {
	u, err := url.Parse(link)
	if err != nil {
		return ""
	}
	return strings.TrimPrefix(strings.ToLower(u.Hostname()), "www.")
}

func onHost(h string, list []string) bool {
	return slices.ContainsFunc(list, func(s string) bool { return h == s || strings.HasSuffix(h, "."+s) })
}

// article reduces a URL to what names the same article: an archive's copy, a
// mobile page and tracking parameters fall away.
func article(link string) string {
	if at := startOfURL.FindAllStringIndex(link, -1); len(at) > 1 {
		link = link[at[len(at)-1][0]:]
	}
	u, err := url.Parse(link)
	if err != nil {
		return link
	}
	h := strings.ToLower(u.Hostname())
	for _, p := range []string{"www.", "m.", "amp.", "mobile.", "en."} {
		h = strings.TrimPrefix(h, p)
	}
	path := strings.TrimSuffix(strings.TrimSuffix(strings.TrimSuffix(u.Path, "/"), "/amp"), "/")
	q := u.Query()
	for k := range q {
		if strings.HasPrefix(k, "utm_") || k == "fbclid" || k == "gclid" || k == "s" || k == "ref" {
			q.Del(k)
		}
	}
	if s := q.Encode(); s != "" {
		path += "?" + s
	}
	return h + path
}

// sources collects the sources of an incident from the cells of its rows.
type sources struct {
	inc *keepiton.Incident
	ids map[string]keepiton.SourceID // by kind of claim and URL or words
}

// add adds one cell's URLs, and its words where they name a source, under a
// claim. Kind is what the column says; a host that measures or where anyone
// posts says more.
func (s *sources) add(cell, kind, claim string, confidential, keepWords bool) (malformed []string, words string) {
	urls, malformed, words := links(cell)
	for _, u := range urls {
		k := kind
		switch h := host(u); {
		case kind == "campaign":
		case onHost(h, measurers):
			k = "measurement"
		case onHost(h, socials) && kind != "statement" && kind != "operator_notice":
			k = "social_media"
		}
		s.put(keepiton.Source{Kind: k, URL: u, Confidential: confidential}, u, claim)
	}
	if keepWords && meaningful(words) {
		s.put(keepiton.Source{Kind: kind, Words: words, Confidential: confidential}, words, claim)
	}
	return malformed, words
}

// meaningful reports whether words say anything: NA, None and Unknown do not.
func meaningful(words string) bool {
	_, empty := map[string]bool{"": true, "na": true, "none": true, "unknown": true, "no": true, "yes": true, "and": true}[norm(words)]
	return !empty
}

func (s *sources) put(src keepiton.Source, key, claim string) {
	key = claim + " " + key
	if _, ok := s.ids[key]; ok {
		return
	}
	src.ID = keepiton.SourceID("s" + strconv.Itoa(len(s.inc.Sources)+1))
	s.ids[key] = src.ID
	s.inc.Sources = append(s.inc.Sources, src)
	if claim == "" {
		return
	}
	for _, field := range strings.Fields(claim) {
		c := s.inc.Claims[field]
		c.Sources = append(c.Sources, src.ID)
		if s.inc.Claims == nil {
			s.inc.Claims = map[string]keepiton.Claim{}
		}
		s.inc.Claims[field] = c
	}
}

// group gives the sources of one article one origin.
func (s *sources) group() {
	byArticle := map[string][]int{}
	for i, src := range s.inc.Sources {
		if src.URL != "" {
			a := article(src.URL)
			byArticle[a] = append(byArticle[a], i)
		}
	}
	for a, is := range byArticle {
		if len(is) > 1 {
			for _, i := range is {
				s.inc.Sources[i].OriginGroup = a
			}
		}
	}
}
