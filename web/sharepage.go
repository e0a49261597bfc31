package web

import (
	"slices"

	"keepiton"
)

// The form for stories. Names are those of the report form, and
//
//	story_title, story_text   words
//	story_harms               codes of keepiton.Harms, one value a ticked box
var shareFields = slices.Concat(whenFields("began"), placeFields, consentFields, []string{"story_title", "story_text", "story_harms", "contact", "ticket", "do"})

// Harms lists what a shutdown does to people.
func (p *reportPage) Harms() []string {
	var out []string
	for _, h := range keepiton.Harms {
		out = append(out, h.Code)
	}
	return out
}

// shareForm answers with the empty form.
func (s *Server) shareForm(v *visit) (*answer, error) { return s.emptyForm(v, "share") }

// postShare checks the form or sends it.
func (s *Server) postShare(v *visit, in *incoming) (*answer, error) {
	return s.postForm(v, in, "share", func(rep *keepiton.Report) {
		rep.Kind = keepiton.ReportStory
		rep.Story = &keepiton.StoryWords{Title: keepiton.Private(in.form.words("story_title")), Text: keepiton.Private(in.form.words("story_text"))}
		for _, h := range keepiton.Harms {
			if in.form.Is("story_harms", h.Code) {
				rep.Story.Harms = append(rep.Story.Harms, h.Code)
			}
		}
	})
}
