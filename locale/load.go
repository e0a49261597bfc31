package locale

import (
	"errors"
	"io/fs"
	"maps"
	"path"
	"strings"

	"golang.org/x/text/language"

	"keepiton"
)

// maxFile bounds one message file, in bytes: the longest has 250,000.
const maxFile = 4 << 20

// Load adds the message files of a folder to those of the program: a file of a
// language that the site does not speak yet adds it, one of a language that it
// speaks replaces single messages. It is called once, before anything is printed.
// A folder that is not there is none. A file with mistakes is refused, with
// file, line and key of the first. unload takes them away again, for tests.
func Load(files fs.FS) (unload func(), err error) {
	was, read := catalogs, reviews
	err = load(files)
	return func() {
		catalogs, reviews = was, read
		settle()
	}, err
}

func load(files fs.FS) error {
	entries, err := fs.ReadDir(files, ".")
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	added := map[string]*catalog{}
	for _, entry := range entries {
		tag, isMessages := strings.CutSuffix(entry.Name(), path.Ext(reviewName))
		if entry.IsDir() || !isMessages || entry.Name() == reviewName {
			continue
		}
		if info, err := entry.Info(); err != nil || info.Size() > maxFile {
			return keepiton.Errorf(keepiton.TooLarge, "%s has more than %d bytes", entry.Name(), maxFile)
		}
		data, err := fs.ReadFile(files, entry.Name())
		if err != nil {
			return err
		}
		c, err := newCatalog(tag, data)
		if err != nil {
			return keepiton.Errorf(keepiton.Invalid, "%s: %w", entry.Name(), err)
		}
		for _, f := range Check(tag, c.entries) {
			if !f.Doubt {
				return keepiton.Errorf(keepiton.Invalid, "%s:%d: %s: %s", entry.Name(), f.Line, f.Key, f.Problem)
			}
		}
		if own, ok := catalogs[tag]; ok {
			all := maps.Clone(own.messages)
			maps.Copy(all, c.messages)
			c.messages = all
		}
		added[tag] = c
	}
	more := map[string]map[string]Review{}
	if _, err := fs.Stat(files, reviewName); err == nil {
		if more, err = readReviews(files, reviewName); err != nil {
			return keepiton.Errorf(keepiton.Invalid, "%w", err)
		}
	}
	adopt(added, more)
	return nil
}

// adopt makes catalogs and reviews part of the site's languages.
func adopt(added map[string]*catalog, more map[string]map[string]Review) {
	all := maps.Clone(catalogs)
	maps.Copy(all, added)
	read := maps.Clone(reviews)
	for tag, keys := range more {
		own := maps.Clone(read[tag])
		if own == nil {
			own = map[string]Review{}
		}
		maps.Copy(own, keys)
		read[tag] = own
	}
	catalogs, reviews = all, read
	settle()
}

// settle makes what is made out of the catalogs.
func settle() {
	Languages = listLanguages()
	matcher = newMatcher()
	printers = makePrinters()
	completeness = countCompleteness()
	numbersOf.Clear()
}

// CheckTag reports what is wrong with the tag of a language: it is one of BCP 47,
// in its usual letters, and CLDR has plural rules for it.
func CheckTag(tag string) error {
	parsed, err := language.Parse(tag)
	if err != nil || parsed.String() != tag {
		return keepiton.Errorf(keepiton.Invalid, "%q is not a BCP 47 language tag", tag)
	}
	if _, err = newCatalog(tag, []byte("{}")); err != nil {
		return keepiton.Errorf(keepiton.Invalid, "%w", err)
	}
	return nil
}
