package notify

import (
	"context"
	"log/slog"

	"keepiton"
)

// Readers of changes, by whose names the store keeps how far they came.
const (
	recordReader = "record"
	entryReader  = "entries"
)

// readAtOnce is how many revisions are read in one piece.
const readAtOnce = 100

// begin makes the first run start behind what is there already.
func (n *Notifier) begin(ctx context.Context, reader string) (cursor string, err error) {
	if cursor, err = n.Outbox.AlertCursor(ctx, reader); err != nil || cursor != "" || n.Past {
		return cursor, err
	}
	changes, entries, err := n.Outbox.EndOfChanges(ctx)
	if err != nil {
		return "", err
	}
	if cursor = changes; reader == entryReader {
		cursor = entries
	}
	return cursor, n.Outbox.NoteAlerts(ctx, reader, cursor, nil)
}

// readChanges notes an alert for each public revision of an incident.
func (n *Notifier) readChanges(ctx context.Context) error {
	cursor, err := n.begin(ctx, recordReader)
	for err == nil {
		var revs []keepiton.Revision
		var next string
		if revs, next, err = n.Record.Changes(ctx, cursor, readAtOnce); err != nil || len(revs) == 0 {
			break
		}
		var alerts []keepiton.Alert
		for i := range revs {
			rev := &revs[i]
			subject := string(rev.Incident.ID)
			if rev.Role == keepiton.RoleImport {
				// What an edition says is history, unless it corrects what we told.
				known, err := n.Outbox.ListAlerts(ctx, keepiton.AlertQuery{Subject: subject, Limit: 1})
				if err != nil {
					return err
				}
				if len(known) == 0 {
					continue
				}
			}
			alerts = append(alerts, keepiton.Alert{ID: keepiton.NewAlertID(subject, rev.N), Subject: subject, N: rev.N, Due: rev.Recorded.Add(n.Wait)})
		}
		if err = n.Outbox.NoteAlerts(ctx, recordReader, next, alerts); err == nil {
			cursor = next
		}
	}
	return err
}

// readEntries notes an alert for each public revision of a date to watch or a
// statement. A statement under embargo waits for the end of it.
func (n *Notifier) readEntries(ctx context.Context) error {
	cursor, err := n.begin(ctx, entryReader)
	for err == nil {
		var revs []keepiton.EntryRevision
		var next string
		if revs, next, err = n.Outbox.EntryChanges(ctx, cursor, readAtOnce); err != nil || len(revs) == 0 {
			break
		}
		var alerts []keepiton.Alert
		for i := range revs {
			rev := &revs[i]
			if kind := rev.ID.Kind(); kind != keepiton.KindWatch && kind != keepiton.KindStatement {
				continue
			}
			e, err := readEntry(rev)
			if err != nil { // one that is broken must not keep the others back
				n.Log.LogAttrs(ctx, slog.LevelError, "a change cannot be told", slog.String("subject", string(rev.ID)), slog.Any("cause", err))
				continue
			}
			due := rev.Recorded.Add(n.Wait)
			if s, ok := e.(*keepiton.Statement); ok && s.Embargo.After(due) {
				due = s.Embargo
			}
			alerts = append(alerts, keepiton.Alert{ID: keepiton.NewAlertID(string(rev.ID), rev.N), Subject: string(rev.ID), N: rev.N, Due: due})
		}
		if err = n.Outbox.NoteAlerts(ctx, entryReader, next, alerts); err == nil {
			cursor = next
		}
	}
	return err
}
