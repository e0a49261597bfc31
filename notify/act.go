package notify

import (
	"bytes"
	"encoding/json"
	"slices"
	"time"

	"keepiton"
)

// Rule names the rule by which changes become alerts. It is stated in
// docs/alerts.md; a change of it is another name.
const Rule = "alert-1"

// newsDays: what was over for longer when it was published is history, and begins
// no alert; feeds and lists have it.
const newsDays = 90

// quiet are the fields whose change alters nothing of what an alert says.
var quiet = []string{"sources", "claims", "count_years", "signals", "visibility", "not_listed", "info_source", "operator_quote", "gov_quote", "targeted_detail"}

// IncidentAct says what the change from before to after is to those who were
// told of before; nil: nobody was told yet. known is the moment at which the
// record said after. ok is false when there is nothing to tell.
func IncidentAct(before, after *keepiton.Incident, known time.Time) (act keepiton.AlertAct, ok bool) {
	was, is := keepiton.State(""), after.State
	if before != nil {
		was = before.State
	}
	switch {
	case was == "" && is == keepiton.Published:
		return keepiton.ActPublished, news(after, known)
	case was == keepiton.Published && is == keepiton.Withdrawn:
		return keepiton.ActWithdrawn, true
	case was == keepiton.Published && is == keepiton.Merged:
		return keepiton.ActMerged, true
	case (was == keepiton.Withdrawn || was == keepiton.Merged) && is == keepiton.Published:
		return keepiton.ActReinstated, true
	case was != keepiton.Published || is != keepiton.Published:
		return "", false
	}
	changes := slices.DeleteFunc(keepiton.Diff(before, after), func(c keepiton.Change) bool { return slices.Contains(quiet, c.Field) })
	switch {
	case len(changes) == 0:
		return "", false
	case before.End().State == keepiton.Ongoing && over(after):
		return keepiton.ActEnded, true
	}
	return keepiton.ActCorrected, true
}

// over reports whether the record says that an incident has ended: a missing end
// is not an end.
func over(inc *keepiton.Incident) bool {
	e := inc.End()
	return e.State == keepiton.Ended || e.State != keepiton.Ongoing && !e.At.IsZero()
}

// news reports whether an incident is going on, or was lately.
func news(inc *keepiton.Incident, known time.Time) bool {
	e := inc.End()
	if e.State == keepiton.Ongoing {
		return true
	}
	last := inc.Start()
	if !e.At.IsZero() {
		last = e.At
	}
	return last.IsZero() || known.Sub(last.Until()) <= newsDays*24*time.Hour
}

// EntryAct is the same for a date to watch or a statement.
func EntryAct(before, after *keepiton.EntryRevision) (act keepiton.AlertAct, ok bool) {
	was := keepiton.State("")
	if before != nil {
		was = before.State
	}
	switch is := after.State; {
	case was == "" && is == keepiton.Published:
		return keepiton.ActPublished, true
	case was == keepiton.Published && is == keepiton.Withdrawn:
		return keepiton.ActWithdrawn, true
	case was == keepiton.Withdrawn && is == keepiton.Published:
		return keepiton.ActReinstated, true
	case was == keepiton.Published && is == keepiton.Published && !bytes.Equal(said(before), said(after)):
		return keepiton.ActCorrected, true
	}
	return "", false
}

// said is what an alert about an entry says of it, for comparison.
func said(rev *keepiton.EntryRevision) []byte {
	e, err := readEntry(rev)
	if err != nil {
		return rev.Doc
	}
	switch e := e.(type) {
	case *keepiton.Watch:
		e.Sources, e.Contacts, e.Letters, e.Incidents, e.Expires = nil, nil, nil, nil, ""
	case *keepiton.Statement:
		e.Sources, e.Contacts = nil, nil
	}
	b, err := json.Marshal(e)
	if err != nil {
		return rev.Doc
	}
	return b
}

// readEntry reads the body of an entry.
func readEntry(rev *keepiton.EntryRevision) (keepiton.Entry, error) {
	e := keepiton.NewEntry(rev.ID.Kind())
	if e == nil {
		return nil, keepiton.Errorf(keepiton.Internal, "%s is no entry", rev.ID)
	}
	if err := json.Unmarshal(rev.Doc, e); err != nil {
		return nil, keepiton.Errorf(keepiton.Internal, "read %s: %w", rev.ID, err)
	}
	return e, nil
}
