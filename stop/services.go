package stop

import (
	"regexp"
	"slices"
	"strings"

	"keepiton"
)

// platforms are the five services that have a column of their own.
var platforms = []string{"facebook", "twitter", "whatsapp", "instagram", "telegram"}

// serviceNames gives one slug to the spellings of a service seen in STOP.
var serviceNames = map[string]string{
	"vpns": "vpn", "vpn": "vpn", "vpnservices": "vpn", "vpnservice": "vpn", "corporatevpnserviceproviders": "vpn",
	"x": "twitter", "twitterx": "twitter", "xtwitter": "twitter", "youtube": "youtube", "messenger": "facebook_messenger",
	"facebooklivestream": "facebook_live", "imomessenger": "imo", "googlesgmailservice": "gmail",
	"vkvkontakte": "vk", "vkontakte": "vk", "okruodnoklassniki": "odnoklassniki", "moimirmymailru": "moi_mir",
	"vsats": "vsat", "starlink": "starlink", "socialmedia": "social_media", "socialmediaonly": "social_media",
	"socialmediaandmessagingservices": "social_media", "unspecifiedsocialmediaservices": "social_media",
	"unspecifiedmessagingandsocialmediaservices": "social_media", "privateinternetaccesspiavpn": "private_internet_access",
	"voiceoveripcallstosocialnetworks": "voip",
}

// satellites are the services that are satellite networks.
var satellites = map[string]bool{"starlink": true, "vsat": true}

// readOthers reads the free list of other services. A part that is no name of
// a service (longer than four words) is kept in its words under the slug
// "other" and returned as unnamed.
//
// Prose is true for the first layout, whose column mixes names with sentences:
// there one sentence makes the whole cell words.
func readOthers(list string, prose bool) (out []keepiton.ServiceAnswer, unnamed []string) {
	if prose && slices.ContainsFunc(pieces(list), sentence) {
		return []keepiton.ServiceAnswer{{ID: "other", Affected: keepiton.Yes, Words: list}}, []string{list}
	}
	seen := map[string]bool{}
	var other []string
	for _, piece := range pieces(list) {
		for _, name := range conjoined(piece) {
			if _, network := networkWords[norm(name)]; network {
				continue
			}
			name = strings.Trim(name, `."'“” `)
			if len(strings.Fields(name)) > 4 && serviceNames[norm(name)] == "" {
				other = append(other, name)
				continue
			}
			id := serviceID(name)
			if id == "" || seen[id] {
				continue
			}
			seen[id] = true
			out = append(out, keepiton.ServiceAnswer{ID: id, Affected: keepiton.Yes, Words: name})
		}
	}
	if len(other) > 0 {
		out = append(out, keepiton.ServiceAnswer{ID: "other", Affected: keepiton.Yes, Words: strings.Join(other, "; ")})
	}
	return out, other
}

// cutWords tell that a part of the first layout's column speaks of networks or
// of what happened, and names no service.
var cutWords = regexp.MustCompile(`(?i)\b(mobile|cell\w*|phone|services?|shutdown|wireline|blocked|suspended|internet|fixed|[234]g|only)\b`)

func sentence(piece string) bool {
	for _, name := range conjoined(piece) {
		_, network := networkWords[norm(name)]
		if !network && serviceNames[norm(name)] == "" && (len(strings.Fields(name)) > 4 || cutWords.MatchString(name)) {
			return true
		}
	}
	return false
}

// conjoined splits "a and b" where both sides are short names.
func conjoined(piece string) []string {
	piece = strings.TrimPrefix(strings.TrimPrefix(piece, "and "), "including ")
	if norm(piece) != "" && serviceNames[norm(piece)] != "" || len(strings.Fields(piece)) > 5 {
		return []string{piece}
	}
	return strings.Split(piece, " and ")
}

// serviceID makes the slug of a service: lower-case ASCII letters and digits
// with "_" between words.
func serviceID(name string) string {
	if id := serviceNames[norm(name)]; id != "" {
		return id
	}
	var b strings.Builder
	for _, r := range strings.ToLower(name) {
		switch {
		case r >= 'a' && r <= 'z' || r >= '0' && r <= '9':
			b.WriteRune(r)
		case r == '\'' || r == '’' || r == '.':
		case b.Len() > 0 && !strings.HasSuffix(b.String(), "_"):
			b.WriteByte('_')
		}
	}
	return strings.Trim(b.String(), "_")
}

// readOperators reads "Country: Brand (Owner), …" and its free variants.
func readOperators(list string) []keepiton.Operator {
	var out []keepiton.Operator
	for _, piece := range pieces(list) {
		names := []string{strings.TrimPrefix(piece, "and ")}
		if !strings.Contains(piece, "(") {
			names = strings.Split(names[0], " and ")
		}
		country := ""
		for _, name := range names {
			o := keepiton.Operator{Country: country}
			if before, after, ok := strings.Cut(name, ": "); ok && len(strings.Fields(before)) <= 6 {
				o.Country, name = strings.TrimSpace(before), after
				country = o.Country
			}
			if before, after, ok := strings.Cut(name, "("); ok && strings.HasSuffix(strings.TrimSpace(after), ")") {
				o.Owner, name = strings.TrimSuffix(strings.TrimSpace(after), ")"), before
			}
			if o.Name = strings.TrimSpace(name); o.Name != "" {
				out = append(out, o)
			}
		}
	}
	return out
}
