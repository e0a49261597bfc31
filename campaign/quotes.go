package campaign

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"keepiton"
)

// Stories is what the office asks of the stories.
type Stories interface {
	Story(ctx context.Context, id keepiton.StoryID) (keepiton.StoryRevision, error)
}

// forPress is the use that the teller of a story must have allowed.
const forPress = "press"

// MayQuote reports whether the press may be given words of a story: readers see it,
// and its teller allowed that use.
func MayQuote(s *keepiton.Story) bool {
	return s.State == keepiton.Published && slices.Contains(s.Uses, forPress)
}

// ToldIn reports whether words stand in a story, as it was told or in one of its
// translations. Blanks do not matter.
func ToldIn(s *keepiton.Story, words string) bool {
	plain := func(text string) string { return strings.Join(strings.Fields(text), " ") }
	in := func(text string) bool { return strings.Contains(plain(text), plain(words)) }
	return in(s.Text) || slices.ContainsFunc(s.Translations, func(t keepiton.Translation) bool { return in(t.Text) || in(t.Quote) })
}

// AllowedQuotes returns the quotes that may be shown: those that their speaker
// agreed to, and of those that come from a story, the ones whose teller allows the
// press today. Consent that was taken back takes the quote out of what was
// published, too.
func AllowedQuotes(ctx context.Context, stories Stories, quotes []keepiton.Quote) (out []keepiton.Quote, err error) {
	for _, q := range quotes {
		if !q.Agreed {
			continue
		}
		if q.Story != "" {
			story, err := storyFor(ctx, stories, q.Story)
			if err != nil {
				return nil, err
			}
			if story == nil || !MayQuote(story) {
				continue
			}
		}
		out = append(out, q)
	}
	return out, nil
}

// storyFor returns a story, nil when there is none.
func storyFor(ctx context.Context, stories Stories, id keepiton.StoryID) (*keepiton.Story, error) {
	if stories == nil {
		return nil, nil
	}
	rev, err := stories.Story(ctx, id)
	if keepiton.CodeOf(err) == keepiton.NotFound || keepiton.CodeOf(err) == keepiton.Invalid {
		return nil, nil
	}
	return &rev.Story, err
}

// quoted returns what is wrong with the quotes of a statement that name a story:
// it must be there, allow the press, and hold the words.
func (o *Office) quoted(ctx context.Context, e keepiton.Entry) (out []keepiton.Problem, err error) {
	s, ok := e.(*keepiton.Statement)
	if !ok {
		return nil, nil
	}
	for i, q := range s.Quotes {
		if q.Story == "" {
			continue
		}
		story, err := storyFor(ctx, o.Stories, q.Story)
		if err != nil {
			return nil, err
		}
		at, key := "quotes["+strconv.Itoa(i)+"]", ""
		switch {
		case story == nil || !MayQuote(story):
			key = "statement_press"
		case !slices.ContainsFunc(q.Words.All(), func(words string) bool { return ToldIn(story, words) }):
			key = "statement_words"
		default:
			continue
		}
		out = append(out, keepiton.Problem{Field: at, Key: key, Severity: keepiton.Fault})
	}
	return out, nil
}

// Problems returns what keeps an entry from being published: what [Check] finds,
// and quotes that no consent covers.
func (o *Office) Problems(ctx context.Context, e keepiton.Entry) ([]keepiton.Problem, error) {
	more, err := o.quoted(ctx, e)
	return append(Check(e, o.Now()), more...), err
}
