package web

import (
	"slices"
	"strings"

	"keepiton"
	"keepiton/campaign"
	"keepiton/export"
)

func readStatement(rev *keepiton.EntryRevision) (*keepiton.Statement, error) {
	return campaign.As[*keepiton.Statement](*rev)
}

// feedFacets are what feeds of the campaign can be narrowed to, by the parameters of
// their lists.
var feedFacets = []string{"country", "year", "lang"}

// chosenFacets reports whether an entry is what the address chooses: of one of the
// values of each facet that it names.
func (v *visit) chosenFacets(rev *keepiton.EntryRevision) bool {
	for _, name := range feedFacets {
		chosen := v.query[name]
		if len(chosen) == 0 {
			continue
		}
		e, err := campaign.Read(*rev)
		if err != nil || !slices.ContainsFunc(e.Index().Facets, func(f keepiton.EntryFacet) bool {
			return f.Name == name && slices.ContainsFunc(chosen, func(c string) bool { return strings.EqualFold(c, f.Value) })
		}) {
			return false
		}
	}
	return true
}

// entryForFeed is an entry of the campaign as a feed has it.
func (v *visit) entryForFeed(list string, rev *keepiton.EntryRevision, base string) (*export.FeedEntry, error) {
	body, err := campaign.Read(*rev)
	if err != nil {
		return nil, err
	}
	e := &export.FeedEntry{ID: export.FeedID("entry " + string(rev.ID)), Updated: rev.Recorded}
	if base != "" {
		e.URL = strings.TrimRight(base, "/") + "/" + v.p.Lang().Tag + entryPages[list] + string(rev.ID)
	}
	var title, text said
	var lines []string // in the language of the feed
	tag := func(list, code string) {
		if code != "" {
			e.Tags = append(e.Tags, export.FeedTag{Code: code, Label: v.p.Code(list, code)})
		}
	}
	country := ""
	switch b := body.(type) {
	case *keepiton.Organization:
		title, text, country = said{Text: b.Name}, v.say(b.About), b.Country
		tag("standing", b.Standing)
	case *keepiton.Pledge:
		office := v.say(b.Office)
		title, text, country = said{Text: b.Leader, Lang: ""}, v.say(b.Words), b.Country
		lines = append(lines, office.Text, v.p.Date(b.Made))
		tag("pledge_outcome", b.Outcome)
	case *keepiton.Watch:
		title, text, country = v.say(b.Title), v.say(b.Why), b.Country
		lines = append(lines, v.watchSpan(b))
		tag("watch_kind", b.Cause)
		tag("watch_status", b.Status)
	case *keepiton.Petition:
		title, text, country = v.say(b.Title), v.say(b.Demand), b.Country
	case *keepiton.Letter:
		title, text, country = v.say(b.Title), v.say(b.Body), b.Country
		lines = append(lines, v.p.Date(b.Dated))
	case *keepiton.Statement:
		title, text, country = v.say(b.Title), v.say(b.Body), b.Country
		lines = append(lines, v.p.Date(b.Dated))
	}
	if country != "" {
		lines = append([]string{v.country(country)}, lines...)
		e.Tags = append(e.Tags, export.FeedTag{Code: country, Label: v.country(country)})
	}
	e.Title, e.Text = export.FeedText{Lang: title.Lang, Text: title.Text}, export.FeedText{Lang: text.Lang, Text: text.Text}
	e.Summary.Text = strings.Join(slices.DeleteFunc(lines, func(s string) bool { return s == "" }), " · ")
	if text.Text == "" { // an item has content (JSON Feed 1.1, "Items")
		if e.Text = e.Summary; e.Text.Text == "" {
			e.Text = e.Title
		}
	}
	if rev.State == keepiton.Withdrawn {
		e.Title = export.FeedText{Text: v.p.T("export.atom.withdrawn", "Title", title.Text)}
		e.Text = export.FeedText{Text: v.p.T("alert.entry.withdrawn", "Reason", rev.Reason)}
		e.Tags = nil
	}
	return e, nil
}
