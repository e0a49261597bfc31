package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"keepiton"
	"keepiton/locale"
)

const messagesUsage = `keepiton messages status [--json]
keepiton messages export LANG -o FILE.po|FILE.csv|FILE.json
keepiton messages check FILE... [--lang LANG]
keepiton messages merge FILE --by NAME [--lang LANG] [--into FOLDER] [--all]

Languages go to translators as files and come back. Each page of the site can be had
by a translator at /en/languages.

  status   how many messages each language has, and how many a native speaker read
  export   writes a language: PO for translators' tools, CSV for spreadsheets, JSON as
           the program keeps it; "-o -.po" writes to standard output
  check    looks through files that came back, and names file, line and key of what is
           wrong: placeholders, plural forms, markup, keys that are not there
  merge    checks a file and puts what it has into FOLDER/LANG.json; what the file marks
           as read (PO: not fuzzy; CSV: state reviewed) is marked so in FOLDER/review.json

  --by NAME      who read it: a public name, which need not be the person's own
  --lang LANG    BCP 47 tag; without it, what the file's name ends in: keepiton-fr.po
  --into FOLDER  folder of the message files; without it, languages inside the data
                 folder, where the program finds them when it starts. In the sources of
                 the program it is locale/messages
  --all          all messages of the file were read, whatever their marks
  --json         for programs

A language that the program does not speak yet is added by its file: export writes
one to begin with, with the plural forms that it needs. What stays empty, or English,
the site shows in English.

  keepiton messages export fr -o keepiton-fr.po
  keepiton messages export sw -o keepiton-sw.csv
  keepiton messages check keepiton-fr.po
  keepiton messages merge keepiton-fr.po --by "Amina D."
  keepiton messages merge keepiton-sw.csv --by "Baraza la Tafsiri" --into locale/messages

Exit codes: 0 good, 1 failed, 2 wrong use, 3 done, and a person should look at some.`

// messagesCommand is the subcommand messages.
func messagesCommand() command {
	return command{name: "messages", summary: "languages to and from translators", help: messagesUsage, run: runMessages}
}

// messagesFlags are the command's own flags, as written.
type messagesFlags struct {
	out, by, lang, into string
	all, asJSON         bool
}

func runMessages(_ context.Context, e *env, args []string) (int, error) {
	var f messagesFlags
	s, rest, err := parseSettings(e, "messages", args, func(set *flag.FlagSet) {
		set.StringVar(&f.out, "o", "", "")
		set.StringVar(&f.by, "by", "", "")
		set.StringVar(&f.lang, "lang", "", "")
		set.StringVar(&f.into, "into", "", "")
		set.BoolVar(&f.all, "all", false, "")
		set.BoolVar(&f.asJSON, "json", false, "")
	})
	if err != nil {
		return exitUsage, err
	}
	if f.into == "" {
		f.into = languagesFolder(s)
	}
	if len(rest) == 0 {
		rest = []string{""}
	}
	switch words := rest[1:]; {
	case rest[0] == "status" && len(words) == 0:
		return exitGood, f.status(e)
	case rest[0] == "export" && len(words) == 1:
		return f.export(e, words[0])
	case rest[0] == "check" && len(words) > 0:
		return f.check(e, words)
	case rest[0] == "merge" && len(words) == 1:
		return f.merge(e, words[0])
	}
	return exitUsage, keepiton.Hint(keepiton.Errorf(keepiton.Invalid, "what shall be done with the messages?"), "keepiton help messages shows status, export, check and merge")
}

// languagesFolder is where an operator's own languages stand.
func languagesFolder(s settings) string { return filepath.Join(s.Data, "languages") }

func (f *messagesFlags) status(e *env) error {
	if f.asJSON {
		out := map[string]locale.Completeness{}
		for _, l := range locale.Languages {
			out[l.Tag] = locale.CompletenessOf(l.Tag)
		}
		return json.NewEncoder(e.stdout).Encode(out)
	}
	fmt.Fprintf(e.stdout, "%-4s %9s %11s %9s %8s\n", "", "messages", "translated", "reviewed", "machine")
	for _, l := range locale.Languages {
		c := locale.CompletenessOf(l.Tag)
		fmt.Fprintf(e.stdout, "%-4s %9d %11d %9d %8d\n", l.Tag, c.Messages, c.Translated, c.Reviewed, c.Machine())
	}
	return nil
}

func (f *messagesFlags) export(e *env, tag string) (int, error) {
	if locale.CheckTag(tag) != nil {
		return exitUsage, keepiton.Hint(keepiton.Errorf(keepiton.Invalid, "no language %q", tag), "it is one of "+languageTags()+", or a new one by its BCP 47 tag, such as sw")
	}
	hand, ok := locale.HandBySuffix(strings.TrimPrefix(filepath.Ext(f.out), "."))
	if !ok {
		return exitUsage, keepiton.Hint(keepiton.Errorf(keepiton.Invalid, "-o %q ends in none of .po, .csv and .json", f.out), "such as keepiton messages export "+tag+" -o keepiton-"+tag+".po")
	}
	if strings.TrimSuffix(f.out, "."+hand.Suffix) == "-" {
		return exitGood, hand.Write(e.stdout, tag)
	}
	return exitGood, writeFile(f.out, func(w io.Writer) error { return hand.Write(w, tag) })
}

// languageTags lists the languages of the site.
func languageTags() string { return strings.Join(locale.Tags(), " ") }

func (f *messagesFlags) check(e *env, files []string) (int, error) {
	wrong, doubts := 0, 0
	for _, name := range files {
		m, err := f.read(name)
		if err != nil {
			return exitFailed, err
		}
		w, d := tellFindings(e.stdout, name, m.Findings)
		wrong, doubts = wrong+w, doubts+d
		if w+d == 0 {
			fmt.Fprintf(e.stdout, "%s: nothing is wrong; %d messages differ from the present ones\n", name, m.Changed)
		}
	}
	switch {
	case wrong > 0:
		return exitFailed, keepiton.Hint(keepiton.Errorf(keepiton.Invalid, "%d mistakes", wrong), "each line above names file, line and key")
	case doubts > 0:
		return exitDefects, nil
	}
	return exitGood, nil
}

// tellFindings prints what is wrong, as compilers do, and counts.
func tellFindings(w io.Writer, name string, all []locale.Finding) (wrong, doubts int) {
	for _, one := range all {
		word := "wrong"
		if one.Doubt {
			word = "look"
			doubts++
		} else {
			wrong++
		}
		fmt.Fprintf(w, "%s:%d: %s: %s: %s\n", name, one.Line, word, one.Key, one.Problem)
	}
	return wrong, doubts
}

// read reads a file that came back, and what it would make of its language.
func (f *messagesFlags) read(name string) (*locale.Merged, error) {
	tag, err := f.tagOf(name)
	if err != nil {
		return nil, err
	}
	data, err := os.ReadFile(name)
	if err != nil {
		return nil, hinted(err, "keepiton help messages shows how to write one")
	}
	returned, err := locale.ReadReturned(name, data)
	if err != nil {
		return nil, hinted(keepiton.Errorf(keepiton.CodeOf(err), "%s: %w", name, err), "keepiton messages export "+tag+" -o FILE writes one that can be read")
	}
	return locale.Merge(os.DirFS(f.into), tag, returned, f.by, time.Now(), f.all)
}

// tagOf is the language of a file: keepiton-fr.po and fr.po are French.
func (f *messagesFlags) tagOf(name string) (string, error) {
	if f.lang != "" {
		return f.lang, locale.CheckTag(f.lang)
	}
	base := strings.TrimSuffix(filepath.Base(name), filepath.Ext(name))
	base = strings.TrimPrefix(base, "keepiton-")
	if err := locale.CheckTag(base); err != nil {
		return "", keepiton.Hint(keepiton.Errorf(keepiton.Invalid, "%s: the name does not tell the language", name), "give it with --lang, such as --lang fr, or name the file keepiton-fr.po")
	}
	return base, nil
}

func (f *messagesFlags) merge(e *env, name string) (int, error) {
	if f.by = strings.TrimSpace(f.by); f.by == "" {
		return exitUsage, keepiton.Hint(keepiton.Errorf(keepiton.Invalid, "who read it?"), "--by NAME; the name is public and need not be the person's own")
	}
	m, err := f.read(name)
	if err != nil {
		return exitFailed, err
	}
	wrong, doubts := tellFindings(e.stdout, name, m.Findings)
	if wrong > 0 {
		return exitFailed, keepiton.Hint(keepiton.Errorf(keepiton.Invalid, "%d mistakes; nothing was merged", wrong), "each line above names file, line and key")
	}
	tag, err := f.tagOf(name)
	if err != nil {
		return exitFailed, err
	}
	if err := os.MkdirAll(f.into, 0o755); err != nil {
		return exitFailed, err
	}
	for file, data := range map[string][]byte{tag + ".json": m.Messages, "review.json": m.Reviews} {
		err = errors.Join(err, writeFile(filepath.Join(f.into, file), func(w io.Writer) error {
			_, err := w.Write(data)
			return err
		}))
	}
	if err != nil {
		return exitFailed, err
	}
	fmt.Fprintf(e.stdout, "%s: %d messages changed, %d marked as read by %s, in %s\n", tag, m.Changed, m.Read, f.by, f.into)
	if doubts > 0 {
		return exitDefects, nil
	}
	return exitGood, nil
}
