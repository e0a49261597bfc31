package bundle

import (
	"slices"
	"strings"

	"keepiton"
)

// FormField is one question of a report that is written in a text file or
// answered on a terminal. Names are those of the form page: the path of the
// report's JSON with underscores.
type FormField struct {
	Name  string
	Ask   string // the question
	Help  string // what may be answered; may be empty
	Lines bool   // an answer may have several lines
	Story bool   // asked for stories alone
	Only  bool   // asked for reports of shutdowns alone

	get func(*keepiton.Report) string
	set func(*keepiton.Report, string) bool // false: not one of the possible answers
}

// Set puts an answer into a report. Invalid, with what may be answered, when it
// is not one of the possible ones; the answer is not repeated.
func (f FormField) Set(r *keepiton.Report, answer string) error {
	if !f.set(r, strings.TrimSpace(answer)) {
		return keepiton.Hint(keepiton.Errorf(keepiton.Invalid, "%s: not a possible answer", f.Name), f.Help)
	}
	return nil
}

// Asked reports whether the field is asked for reports of the kind.
func (f FormField) Asked(k keepiton.ReportKind) bool {
	story := k == keepiton.ReportStory
	return !(f.Story && !story) && !(f.Only && story)
}

// Needed reports whether the answers so far leave the question to be asked at a
// terminal: no end of what is going on, no clock without a time.
func (f FormField) Needed(r *keepiton.Report) bool {
	at, part, _ := strings.Cut(f.Name, "_")
	when := r.Began
	if at == "ended" {
		when = r.Ended
	}
	switch {
	case at == "ended" && r.Ongoing == keepiton.Yes:
		return false
	case (at == "began" || at == "ended") && part == "calendar":
		return when.Date != ""
	case (at == "began" || at == "ended") && part == "clock":
		return when.Time != ""
	case (at == "began" || at == "ended") && part == "about":
		return when.Date+when.Time != ""
	case f.Name == "zone":
		return r.Began.Time+r.Ended.Time != ""
	case f.Name == "name":
		return r.Consent.Naming != keepiton.NamedNobody
	}
	return f.Asked(r.Kind)
}

func story(f FormField) FormField { f.Story = true; return f }
func only(f FormField) FormField  { f.Only = true; return f }
func long(f FormField) FormField  { f.Lines = true; return f }

// words is a question that any text answers.
func words[T ~string](name, ask, help string, at func(*keepiton.Report) *T) FormField {
	return FormField{
		Name: name, Ask: ask, Help: help,
		get: func(r *keepiton.Report) string { return string(*at(r)) },
		set: func(r *keepiton.Report, s string) bool { *at(r) = T(s); return true },
	}
}

// oneOf is a question with a choice.
func oneOf[T ~string](name, ask string, choices []string, at func(*keepiton.Report) *T) FormField {
	f := words(name, ask, strings.Join(choices, ", "), at)
	put := f.set
	f.set = func(r *keepiton.Report, s string) bool {
		s = strings.ToLower(s)
		return (s == "" || slices.Contains(choices, s)) && put(r, s)
	}
	return f
}

// answers is a question that may be left unanswered, which is not a no.
func answers(name, ask string, at func(*keepiton.Report) *keepiton.Answer) FormField {
	return FormField{
		Name: name, Ask: ask, Help: "yes, no, unknown",
		get: func(r *keepiton.Report) string {
			if *at(r) == keepiton.NotAsked {
				return ""
			}
			return at(r).String()
		},
		set: func(r *keepiton.Report, s string) bool { return at(r).UnmarshalText([]byte(strings.ToLower(s))) == nil },
	}
}

// tick is a question that only a yes answers: consent is never taken for given.
func tick(name, ask string, at func(*keepiton.Report) *bool) FormField {
	return FormField{
		Name: name, Ask: ask, Help: "yes, no",
		get: func(r *keepiton.Report) string {
			if *at(r) {
				return "yes"
			}
			return ""
		},
		set: func(r *keepiton.Report, s string) bool {
			s = strings.ToLower(s)
			*at(r) = s == "yes"
			return s == "yes" || s == "no" || s == ""
		},
	}
}

// list is a question that words answer, parted by commas.
func list(name, ask, help string, at func(*keepiton.Report) *[]string) FormField {
	return FormField{
		Name: name, Ask: ask, Help: help,
		get: func(r *keepiton.Report) string { return strings.Join(*at(r), ", ") },
		set: func(r *keepiton.Report, s string) bool {
			*at(r) = nil
			for part := range strings.SplitSeq(s, ",") {
				if part = strings.ToLower(strings.TrimSpace(part)); part != "" {
					*at(r) = append(*at(r), part)
				}
			}
			return true
		},
	}
}

// zone is one question for beginning and end.
func zone() FormField {
	f := words("zone", "In which time zone are these times?", "such as Africa/Addis_Ababa or +03:00; may be empty", func(r *keepiton.Report) *string { return &r.Began.Zone })
	put := f.set
	f.set = func(r *keepiton.Report, s string) bool { r.Ended.Zone = s; return put(r, s) }
	return f
}

func country() FormField {
	f := words("country", "In which country?", "two letters of ISO 3166-1, such as ET", func(r *keepiton.Report) *string { return &r.Country })
	put := f.set
	f.set = func(r *keepiton.Report, s string) bool {
		s = strings.ToUpper(s)
		return (s == "" || isCountry(s)) && put(r, s)
	}
	return f
}

func harms() FormField {
	var codes []string
	for _, h := range keepiton.Harms {
		codes = append(codes, h.Code)
	}
	f := list("story_harms", "What did it harm?", strings.Join(codes, ", "), func(r *keepiton.Report) *[]string { return &storyOf(r).Harms })
	put := f.set
	f.set = func(r *keepiton.Report, s string) bool {
		put(r, s)
		return !slices.ContainsFunc(r.Story.Harms, func(h string) bool { return !slices.Contains(codes, h) })
	}
	return f
}

func storyOf(r *keepiton.Report) *keepiton.StoryWords {
	if r.Story == nil {
		r.Story = &keepiton.StoryWords{}
	}
	return r.Story
}

// naming writes the zero Naming as a word.
func naming() FormField {
	const nobody = "nobody"
	f := oneOf("naming", "How may you be named in public?", []string{nobody, string(keepiton.NamedRolePlace), string(keepiton.NamedName)}, func(r *keepiton.Report) *keepiton.Naming { return &r.Consent.Naming })
	put := f.set
	f.set = func(r *keepiton.Report, s string) bool {
		ok := put(r, s)
		if r.Consent.Naming == nobody {
			r.Consent.Naming = keepiton.NamedNobody
		}
		return ok
	}
	return f
}
