package desk

import (
	"slices"
	"strings"

	"keepiton"
	"keepiton/locale"
)

// compareStories lists what differs between two contents of a story.
func compareStories(p *locale.Printer, a, b *keepiton.Story) []change {
	var out []change
	from, to := storyLines(p, a), storyLines(p, b)
	for i := range to {
		if !slices.Equal(from[i].To, to[i].To) {
			out = append(out, change{Label: to[i].Label, From: from[i].To, To: to[i].To})
		}
	}
	return out
}

// storyLines writes every field of a story.
func storyLines(p *locale.Printer, s *keepiton.Story) (out []change) {
	add := func(key string, values ...string) {
		values = slices.DeleteFunc(values, func(s string) bool { return s == "" })
		out = append(out, change{Label: p.T("story.field." + key), To: values})
	}
	add("lang", s.Lang)
	add("title", s.Title)
	add("text", s.Text)
	add("quote", s.Quote)
	var translated, places, harms, incidents, pictures []string
	for _, t := range s.Translations {
		kind := p.T("story.by_person")
		if t.Machine {
			kind = p.T("story.by_machine")
		}
		translated = append(translated, strings.Join([]string{t.Lang + " (" + kind + ")", t.Title, t.Text, t.Quote}, "\n"))
	}
	add("translations", translated...)
	for _, pl := range s.Places {
		places = append(places, placeLabel(p, pl))
	}
	add("place", places...)
	add("when", s.When.String())
	for _, h := range s.Harms {
		harms = append(harms, p.Code("harm", h))
	}
	add("harms", harms...)
	add("name", s.Name)
	for _, id := range s.Incidents {
		incidents = append(incidents, string(id))
	}
	add("incidents", incidents...)
	for _, m := range s.Media {
		pictures = append(pictures, m.Alt+" ("+m.SHA256[:min(len(m.SHA256), 12)]+")")
	}
	add("media", pictures...)
	add("uses", s.Uses...)
	return out
}
