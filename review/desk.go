// Package review holds the use cases of the desk and of import: what people
// and imports do to the record, who may do it, and under which policy.
//
// It promises that every change of an incident is a revision with an author
// and, where readers see the change, a reason; that nobody's work is
// overwritten unseen (Conflict when somebody was faster); and that a group of
// revisions which belong together is stored whole or not at all.
//
//	desk := &review.Desk{Incidents: s, Questions: s, People: s, Meta: s, Now: time.Now}
//	rev, err := desk.Create(ctx, who, incident, "first news of a cut in Foo")
package review

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"keepiton"
	"keepiton/store"
)

// Desk does what people do to the record. Fields are required where nothing
// else is said.
type Desk struct {
	Incidents store.Incidents
	Questions store.Desk
	People    interface { // the accounts behind approvals
		Account(ctx context.Context, name string) (store.Account, error)
		Passkeys(ctx context.Context, account string) ([]store.Passkey, error)
	}
	Meta store.Meta
	Now  func() time.Time

	Disruptions store.Disruptions // needed for the acts on candidates alone

	// Stories and Media are needed for the acts on stories alone.
	Stories store.Stories
	Media   interface { // the pictures of stories
		DropMedia(ctx context.Context, sha256, subject string) error
	}
}

// Limits of what a person may hand in.
const (
	maxIncidentBytes = 1 << 20 // of an incident as JSON
	maxReasonRunes   = 2000
)

// idsPublicSince is the Meta key of the moment from which ids are fixed; the
// first act of a person sets it (docs/design/001-contracts.md, Identity).
const idsPublicSince = "ids_public_since"

func fail(code keepiton.Code, key string, args map[string]any, format string, v ...any) error {
	return &keepiton.Error{Code: code, Key: key, Args: args, Err: fmt.Errorf(format, v...)}
}

func (d *Desk) now() time.Time { return d.Now().UTC().Truncate(time.Second) }

func day(t time.Time) time.Time { return t.UTC().Truncate(24 * time.Hour) }

// current returns the revision in force, and its N as the base of edits. There
// may be a greater N: that of an old edition which arrived late.
func (d *Desk) current(ctx context.Context, id keepiton.IncidentID) (rev keepiton.Revision, base int, err error) {
	rev, err = d.Incidents.Get(ctx, id, time.Time{})
	return rev, rev.N, err
}

// Current returns the revision in force to somebody who may see drafts, and
// the base that an edit of it must name.
func (d *Desk) Current(ctx context.Context, who Person, id keepiton.IncidentID) (rev keepiton.Revision, base int, err error) {
	if err := who.allow(Read, keepiton.Draft); err != nil {
		return rev, 0, err
	}
	return d.current(ctx, id)
}

// begin loads id for an action of who that was prepared on revision base.
func (d *Desk) begin(ctx context.Context, who Person, action Action, id keepiton.IncidentID, base int) (keepiton.Revision, error) {
	rev, stands, err := d.current(ctx, id)
	if err != nil {
		return rev, err
	}
	if err := who.allow(action, rev.Incident.State); err != nil {
		return rev, err
	}
	if base != stands {
		return rev, conflict(id, base, stands)
	}
	return rev, nil
}

func conflict(id keepiton.IncidentID, base, newest int) error {
	return fail(keepiton.Conflict, "desk.error.conflict", map[string]any{"ID": string(id), "Base": base, "Newest": newest},
		"%s was changed by somebody else: revision %d is newer than %d", id, newest, base)
}

// edit is one revision by who, at this moment, with the content inc.
func (d *Desk) edit(who Person, base int, inc *keepiton.Incident, reason string) store.Edit {
	return store.Edit{ID: inc.ID, Base: base, Rev: keepiton.Revision{
		Recorded: d.now(), Role: who.Role, Author: who.Account, Reason: strings.TrimSpace(reason), Incident: *inc,
	}}
}

// append stores edits, all or none, and fixes the ids first. Forbidden when
// they show something that rests on reports and lacks signatures: every change
// that a person makes of the record passes here.
func (d *Desk) append(ctx context.Context, edits ...store.Edit) ([]keepiton.Revision, error) {
	for _, e := range edits {
		if len([]rune(e.Rev.Reason)) > maxReasonRunes {
			return nil, errReasonLong
		}
		if text, err := json.Marshal(&e.Rev.Incident); err != nil || len(text) > maxIncidentBytes {
			return nil, errors.Join(err, fail(keepiton.TooLarge, "desk.error.too_large", nil, "the incident is larger than %d bytes", maxIncidentBytes))
		}
	}
	shown, err := d.needed(ctx, edits...)
	if err != nil {
		return nil, err
	}
	for _, s := range shown {
		if !s.Enough {
			return nil, errSignatures(s)
		}
		for i := range edits {
			if edits[i].ID == s.Incident.ID {
				edits[i].N = s.N // as it was signed, or not at all
			}
		}
	}
	if since, err := d.Meta.Meta(ctx, idsPublicSince); err != nil {
		return nil, err
	} else if since == "" {
		if err := d.Meta.SetMeta(ctx, idsPublicSince, d.now().Format(time.RFC3339)); err != nil {
			return nil, err
		}
	}
	return d.Incidents.Append(ctx, edits...)
}

func (d *Desk) appendOne(ctx context.Context, e store.Edit) (keepiton.Revision, error) {
	revs, err := d.append(ctx, e)
	if err != nil {
		return keepiton.Revision{}, err
	}
	return revs[0], nil
}

// content returns what a person wrote, with the fields that only actions may
// change taken from the revision before: id, state, redirect, original rows.
// A verification is signed with the organization (or role) of who made it and
// this moment.
func (d *Desk) content(who Person, before, written *keepiton.Incident) *keepiton.Incident {
	inc := written.Clone()
	inc.ID, inc.State, inc.Reason, inc.MergedInto, inc.NotListed = before.ID, before.State, before.Reason, before.MergedInto, before.NotListed
	inc.Rows = before.Clone().Rows
	if a, b := before.Verification, inc.Verification; a.Level != b.Level || a.Note != b.Note || fmt.Sprint(a.On) != fmt.Sprint(b.On) {
		inc.Verification.At = d.now()
		inc.Verification.By = who.Organization
		if inc.Verification.By == "" {
			inc.Verification.By = string(who.Role)
		}
	} else {
		inc.Verification.By, inc.Verification.At = a.By, a.At
	}
	return inc
}

var errReasonLong = fail(keepiton.TooLarge, "desk.error.reason_long", map[string]any{"N": maxReasonRunes}, "the reason is longer than %d characters", maxReasonRunes)

func needReason(reason string) error {
	if strings.TrimSpace(reason) == "" {
		return fail(keepiton.Invalid, "desk.error.reason", nil, "a reason is needed: readers see it beside the change")
	}
	return nil
}

// faults returns Invalid when inc may not be published as it is. What the
// published revision before (nil: none) has as well does not block: editions
// come with defects that are kept, and a correction of one field need not mend
// another.
func (d *Desk) faults(before, inc *keepiton.Incident) error {
	var old []keepiton.Problem
	if before != nil {
		old = keepiton.Lint(before, d.now())
	}
	var found []keepiton.Problem
	for _, p := range keepiton.Lint(inc, d.now()) {
		known := slices.ContainsFunc(old, func(o keepiton.Problem) bool { return o.Field == p.Field && o.Key == p.Key })
		if p.Severity == keepiton.Fault && !known {
			found = append(found, p)
		}
	}
	if len(found) == 0 {
		return nil
	}
	return fail(keepiton.Invalid, "desk.error.faults", map[string]any{"N": len(found), "Field": found[0].Field},
		"%d faults must be mended first, such as %s in %s", len(found), found[0].Key, found[0].Field)
}
