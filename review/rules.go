package review

import (
	"slices"

	"keepiton"
)

// Person is who acts: an account as it stands when the request comes in.
type Person struct {
	Account      string
	Role         keepiton.Role
	Organization string // may be empty
}

// Action is one thing that a person may do at the desk.
type Action string

// The actions. Those on one incident depend on its state, see Rules.
const (
	Read      Action = "read"      // see drafts, reasons, authors
	Create    Action = "create"    // begin a draft
	Save      Action = "save"      // change a draft or what is in review
	Submit    Action = "submit"    // hand a draft over for review
	SendBack  Action = "send_back" // return it to its author
	Approve   Action = "approve"   // stand behind the newest revision as a second person
	Sign      Action = "sign"      // the same by passkey, for what rests on reports
	Publish   Action = "publish"   // show it to the world
	Correct   Action = "correct"   // change what is published; a proposal under the two-person rule
	Accept    Action = "accept"    // accept or decline a proposal
	Withdraw  Action = "withdraw"  // take back in the open
	Reinstate Action = "reinstate" // publish again what was withdrawn
	Merge     Action = "merge"     // let one incident redirect to another
	Unmerge   Action = "unmerge"   // undo that
	Split     Action = "split"     // move episodes or rows to a new incident
	Answer    Action = "answer"    // answer what an import left open
	Unseal    Action = "unseal"    // pull sealed reports, to open them on one's own machine
	Judge     Action = "judge"     // say what becomes of what instruments saw
	Manage    Action = "manage"    // accounts and settings
)

// Rule says who may do an action, and in which states of an incident.
type Rule struct {
	Action Action
	Least  keepiton.Role    // the weakest role that may
	States []keepiton.State // empty: the action is not about one incident
}

// Rules is the whole table of permissions. A stronger role may do all that a
// weaker one may. What is not in the table is forbidden.
var Rules = []Rule{
	{Read, keepiton.RoleReader, keepiton.States},
	{Create, keepiton.RoleAnalyst, nil},
	{Save, keepiton.RoleAnalyst, []keepiton.State{keepiton.Draft, keepiton.InReview}},
	{Submit, keepiton.RoleAnalyst, []keepiton.State{keepiton.Draft}},
	{SendBack, keepiton.RoleEditor, []keepiton.State{keepiton.InReview}},
	{Approve, keepiton.RoleEditor, []keepiton.State{keepiton.InReview, keepiton.Withdrawn}},
	{Sign, keepiton.RoleAnalyst, keepiton.States},
	{Publish, keepiton.RoleEditor, []keepiton.State{keepiton.Draft, keepiton.InReview}},
	{Correct, keepiton.RoleAnalyst, []keepiton.State{keepiton.Published}},
	{Accept, keepiton.RoleEditor, []keepiton.State{keepiton.Published}},
	{Withdraw, keepiton.RoleEditor, []keepiton.State{keepiton.Published}},
	{Reinstate, keepiton.RoleEditor, []keepiton.State{keepiton.Withdrawn}},
	{Merge, keepiton.RoleEditor, []keepiton.State{keepiton.Draft, keepiton.InReview, keepiton.Published}},
	{Unmerge, keepiton.RoleEditor, []keepiton.State{keepiton.Merged}},
	{Split, keepiton.RoleEditor, []keepiton.State{keepiton.Draft, keepiton.InReview, keepiton.Published}},
	{Answer, keepiton.RoleEditor, nil},
	{Unseal, keepiton.RoleAnalyst, nil},
	{Judge, keepiton.RoleAnalyst, nil},
	{Manage, keepiton.RoleAdmin, nil},
}

// May reports whether who may do the action to an incident in the state; the
// state is empty for actions that are not about one incident.
func (who Person) May(action Action, state keepiton.State) bool {
	return who.mayBy(Rules, action, state)
}

func (who Person) mayBy(rules []Rule, action Action, state keepiton.State) bool {
	for _, r := range rules {
		if r.Action == action {
			rank := who.Role.Rank()
			return rank > 0 && rank >= r.Least.Rank() && (len(r.States) == 0 || slices.Contains(r.States, state))
		}
	}
	return false
}

// allow returns Forbidden when the role is too weak, Conflict when the state
// does not allow the action.
func (who Person) allow(action Action, state keepiton.State) error {
	return who.allowBy(Rules, action, state)
}

func (who Person) allowBy(rules []Rule, action Action, state keepiton.State) error {
	if who.mayBy(rules, action, state) {
		return nil
	}
	for _, r := range rules {
		if r.Action == action && who.Role.Rank() >= r.Least.Rank() && who.Role.Rank() > 0 {
			return fail(keepiton.Conflict, "desk.error.state", map[string]any{"State": string(state)},
				"%s is not possible while the incident is %s", action, state)
		}
	}
	return fail(keepiton.Forbidden, "desk.error.role", map[string]any{"Role": string(who.Role)},
		"the role %q may not %s", who.Role, action)
}
