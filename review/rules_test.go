package review

import (
	"slices"
	"testing"

	"keepiton"
)

// Every action for every role in every state, written out by hand: a change of
// the table has to be made twice, on purpose. Letters: r reader, a analyst, e
// editor, A administrator.
var allowed = map[Action]map[keepiton.State]string{
	Read:      {"draft": "raeA", "in_review": "raeA", "published": "raeA", "withdrawn": "raeA", "merged": "raeA"},
	Save:      {"draft": "aeA", "in_review": "aeA"},
	Submit:    {"draft": "aeA"},
	SendBack:  {"in_review": "eA"},
	Approve:   {"in_review": "eA", "withdrawn": "eA"},
	Sign:      {"draft": "aeA", "in_review": "aeA", "published": "aeA", "withdrawn": "aeA", "merged": "aeA"},
	Publish:   {"draft": "eA", "in_review": "eA"},
	Correct:   {"published": "aeA"},
	Accept:    {"published": "eA"},
	Withdraw:  {"published": "eA"},
	Reinstate: {"withdrawn": "eA"},
	Merge:     {"draft": "eA", "in_review": "eA", "published": "eA"},
	Unmerge:   {"merged": "eA"},
	Split:     {"draft": "eA", "in_review": "eA", "published": "eA"},
	Create:    {"": "aeA"},
	Answer:    {"": "eA"},
	Unseal:    {"": "aeA"},
	Judge:     {"": "aeA"},
	Manage:    {"": "A"},
}

var letters = map[string]keepiton.Role{"r": keepiton.RoleReader, "a": keepiton.RoleAnalyst, "e": keepiton.RoleEditor, "A": keepiton.RoleAdmin}

func TestWhoMayDoWhat(t *testing.T) {
	if len(allowed) != len(Rules) {
		t.Fatalf("the table has %d actions, the test %d", len(Rules), len(allowed))
	}
	for action, byState := range allowed {
		states := append([]keepiton.State{}, keepiton.States...)
		if _, any := byState[""]; any {
			states = []keepiton.State{""}
		}
		for _, state := range states {
			for letter, role := range letters {
				want := slices.Contains(split(byState[state]), letter)
				if got := (Person{Role: role}).May(action, state); got != want {
					t.Errorf("%s may %s what is %q: %v, want %v", role, action, state, got, want)
				}
			}
			for _, role := range []keepiton.Role{keepiton.RoleImport, "", "root"} {
				if (Person{Role: role}).May(action, state) {
					t.Errorf("the role %q may %s", role, action)
				}
			}
		}
	}
	if (Person{Role: keepiton.RoleAdmin}).May("delete", keepiton.Draft) {
		t.Error("an action that is not in the table is allowed")
	}
}

func split(s string) (out []string) {
	for _, r := range s {
		out = append(out, string(r))
	}
	return out
}

func TestRulesFollowTheStatesOfTheVocabulary(t *testing.T) {
	to := map[Action]keepiton.State{
		Submit: keepiton.InReview, SendBack: keepiton.Draft, Publish: keepiton.Published, Withdraw: keepiton.Withdrawn,
		Reinstate: keepiton.Published, Merge: keepiton.Merged, Unmerge: keepiton.Published,
	}
	for _, r := range Rules {
		for _, from := range r.States {
			if next, ok := to[r.Action]; ok && !from.May(next) {
				t.Errorf("%s is allowed on %s, which cannot become %s", r.Action, from, next)
			}
		}
	}
}

func TestPolicyCountsPeopleNotNames(t *testing.T) {
	a, b := Person{Account: "a", Organization: "One"}, Person{Account: "b", Organization: "One"}
	c, d := Person{Account: "c", Organization: "Two"}, Person{Account: "d"}
	for _, tt := range []struct {
		policy Publishing
		people []Person
		want   bool
	}{
		{OnePerson, []Person{a}, true},
		{TwoPeople, []Person{a}, false},
		{TwoPeople, []Person{a, a}, false},
		{TwoPeople, []Person{a, b}, true},
		{TwoPeople, []Person{a, d}, true},
		{TwoOrganizations, []Person{a, b}, false},
		{TwoOrganizations, []Person{a, b, b, c}, true},
		{TwoOrganizations, []Person{a, d}, false}, // nobody knows whose d is
	} {
		if got := (Policy{Publishing: tt.policy}).met(tt.people); got != tt.want {
			t.Errorf("%s with %v: %v, want %v", tt.policy, tt.people, got, tt.want)
		}
	}
}
