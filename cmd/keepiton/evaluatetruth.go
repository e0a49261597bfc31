package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"keepiton"
	"keepiton/detect/evaluate"
	"keepiton/stop"
	"keepiton/store"
)

// truthSet is what is known of what really happened.
type truthSet struct {
	files    []evaluate.File
	events   []evaluate.Event
	claims   []evaluate.Claim
	votes    []evaluate.Occasion
	examples []evaluate.Example
	first    []string // where the first defect of each kind stands
	lost     bool     // most rows of a file could not be used
}

// readTruth reads the files that --truth names, and without an edition among them the
// record.
func readTruth(ctx context.Context, e *env, s settings, ask evaluation) (*truthSet, error) {
	t := &truthSet{votes: evaluate.Elections()}
	record := false
	for _, name := range ask.truth {
		ofEvents, err := listOfEvents(name)
		if err != nil {
			return nil, err
		}
		if ofEvents {
			err = t.readEvents(name)
		} else {
			record = true
			err = t.readEdition(name)
		}
		if err != nil {
			return nil, err
		}
	}
	if !record {
		if err := t.readRecord(ctx, e, s); err != nil {
			return nil, err
		}
	}
	if ask.calendar != "" {
		f, err := os.Open(ask.calendar)
		if err != nil {
			return nil, keepiton.Hint(keepiton.Errorf(keepiton.NotFound, "%w", err), "check the path")
		}
		defer f.Close()
		if t.votes, err = evaluate.ReadCalendar(f); err != nil {
			return nil, keepiton.Errorf(keepiton.Invalid, "%s: %w", ask.calendar, err)
		}
	}
	if len(t.events) == 0 && len(t.first) > 0 {
		return nil, keepiton.Hint(keepiton.Errorf(keepiton.Invalid, "no row can be used: %s", strings.Join(t.first, "; ")), "docs/evaluation.md says how times, countries and scopes are written")
	}
	if len(t.events) == 0 {
		return nil, keepiton.Hint(keepiton.Errorf(keepiton.Invalid, "no file has events"), "an edition of STOP alone says which days, not which minutes: name a list of investigated outages beside it with --truth")
	}
	// What came before --from is history; only what began from then on is scored.
	t.examples = slices.DeleteFunc(evaluate.Examples(t.events, t.claims, t.votes), func(x evaluate.Example) bool {
		return x.Event.From.Before(ask.from) || !ask.to.IsZero() && !x.Event.From.Before(ask.to)
	})
	return t, nil
}

// listOfEvents tells a list of events from an edition by its header.
func listOfEvents(name string) (bool, error) {
	f, err := os.Open(name)
	if err != nil {
		return false, keepiton.Hint(keepiton.Errorf(keepiton.NotFound, "%w", err), "check the path")
	}
	defer f.Close()
	head, _ := bufio.NewReaderSize(f, 16<<10).Peek(16 << 10)
	line, _, _ := strings.Cut(string(head), "\n")
	return evaluate.IsEvents(line), nil
}

func (t *truthSet) readEvents(name string) error {
	f, err := os.Open(name)
	if err != nil {
		return keepiton.Errorf(keepiton.NotFound, "%w", err)
	}
	defer f.Close()
	events, defects, err := evaluate.ReadEvents(f)
	if err != nil {
		return keepiton.Errorf(keepiton.CodeOf(err), "%s: %w", name, err)
	}
	t.events = append(t.events, events...)
	file := evaluate.File{Name: filepath.Base(name), Kind: "events", Rows: len(events), Defects: map[string]int{}}
	for _, d := range defects {
		if file.Defects[d.Kind]++; file.Defects[d.Kind] == 1 {
			t.first = append(t.first, fmt.Sprintf("%s: row %d, %s: %s %q, the first of its kind", file.Name, d.Row, d.Column, d.Kind, d.Value))
		}
	}
	lost := 0
	for _, kind := range []string{evaluate.BadBegin, evaluate.BadCountry, evaluate.BadScope, evaluate.BadRow} {
		lost = max(lost, file.Defects[kind])
	}
	t.lost = t.lost || lost > len(events)
	t.files = append(t.files, file)
	return nil
}

func (t *truthSet) readEdition(name string) error {
	f, err := readFile(name)
	if err != nil {
		return err
	}
	edition, _, err := stop.NewEdition("truth", time.Unix(0, 0), []stop.File{f}, nil)
	if err != nil {
		return keepiton.Errorf(keepiton.CodeOf(err), "%s: %w", name, err)
	}
	had := len(t.claims)
	incidents := stop.Derive([]stop.Edition{edition}, stop.Pins{}).Incidents
	for _, d := range incidents {
		if last := d.Steps[len(d.Steps)-1]; last.After != nil {
			t.claims = append(t.claims, evaluate.ClaimsOf(last.After)...)
		}
	}
	t.files = append(t.files, evaluate.File{Name: filepath.Base(name), Kind: "record", Rows: len(t.claims) - had})
	return nil
}

// readRecord takes the incidents of the record, if there is one.
func (t *truthSet) readRecord(ctx context.Context, e *env, s settings) error {
	st, err := openRecord(ctx, s)
	if keepiton.CodeOf(err) == keepiton.NotFound {
		return nil
	}
	if err != nil {
		return err
	}
	defer st.Close()
	err = allIncidents(ctx, st, store.Query{}, progressOn(e.stderr))(func(rev *keepiton.Revision) error {
		t.claims = append(t.claims, evaluate.ClaimsOf(&rev.Incident)...)
		return nil
	})
	if err != nil && !errors.Is(err, context.Canceled) {
		return err
	}
	t.files = append(t.files, evaluate.File{Name: "record", Kind: "record", Rows: len(t.claims)})
	return nil
}
