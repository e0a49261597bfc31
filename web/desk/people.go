package desk

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"keepiton"
	"keepiton/casework"
	"keepiton/review"
	"keepiton/store"
)

// Roles of people, for choices.
var peopleRoles = []keepiton.Role{keepiton.RoleReader, keepiton.RoleAnalyst, keepiton.RoleEditor, keepiton.RoleAdmin}

type peopleBody struct {
	People             []store.Account
	Opened             map[string]int // sealed reports today
	Roles              []keepiton.Role
	Name, Organization string
	Role               keepiton.Role
	Link, LinkFor      string // shown once
	Error              string
}

func peoplePage(v *visit) error {
	return v.showPeople(http.StatusOK, peopleBody{Role: keepiton.RoleAnalyst})
}

func (v *visit) showPeople(status int, body peopleBody) error {
	people, err := v.accounts.List(v.r.Context(), v.user.Person)
	if err != nil {
		return err
	}
	body.People, body.Roles, body.Opened = people, peopleRoles, map[string]int{}
	for _, a := range people {
		if body.Opened[a.Name], _, err = v.budget.Used(v.r.Context(), a.Name); err != nil {
			return err
		}
	}
	return v.render(status, "people", body)
}

// link is the address that signs an account in once.
func (s *server) link(token string) string {
	return s.opt.BaseURL + "/desk/enter?t=" + url.QueryEscape(token)
}

func addPerson(v *visit) error {
	f := v.r.PostForm
	body := peopleBody{Name: f.Get("name"), Organization: f.Get("organization"), Role: keepiton.Role(f.Get("role"))}
	token, err := v.accounts.Add(v.r.Context(), v.user.Person, body.Name, body.Role, body.Organization)
	if keepiton.CodeOf(err) == keepiton.Forbidden {
		return err
	}
	if err != nil {
		v.note(err)
		body.Error = v.say(err)
		return v.showPeople(statusOf(err), body)
	}
	return v.showPeople(http.StatusOK, peopleBody{Link: v.link(token), LinkFor: body.Name, Role: body.Role})
}

func changePerson(v *visit) error {
	ctx, name, f := v.r.Context(), v.r.PathValue("name"), v.r.PostForm
	var err error
	var token string
	switch f.Get("do") {
	case "disable", "enable":
		err = v.accounts.Disable(ctx, v.user.Person, name, f.Get("do") == "disable")
	case "role":
		err = v.accounts.SetRole(ctx, v.user.Person, name, keepiton.Role(f.Get("role")))
	case "reset":
		token, err = v.accounts.Reset(ctx, v.user.Person, name)
	default:
		err = keepiton.Errorf(keepiton.Invalid, "no action %q", f.Get("do"))
	}
	if keepiton.CodeOf(err) == keepiton.Forbidden {
		return err
	}
	if err != nil {
		v.note(err)
		return v.showPeople(statusOf(err), peopleBody{Error: v.say(err), Role: keepiton.RoleAnalyst})
	}
	if token != "" {
		return v.showPeople(http.StatusOK, peopleBody{Link: v.link(token), LinkFor: name, Role: keepiton.RoleAnalyst})
	}
	return v.redirect("/desk/people?done=person")
}

type settingsBody struct {
	review.Policy
	Choices []review.Publishing
	Default int // of the budget
	Error   string
}

func settingsPage(v *visit) error {
	if !v.user.May(review.Manage, "") {
		return keepiton.Errorf(keepiton.Forbidden, "the role %q may not change settings", v.user.Role)
	}
	policy, err := review.LoadPolicy(v.r.Context(), v.opt.Store)
	if err != nil {
		return err
	}
	return v.showSettings(http.StatusOK, policy, "")
}

func (v *visit) showSettings(status int, policy review.Policy, wrong string) error {
	return v.render(status, "settings", settingsBody{policy, []review.Publishing{review.OnePerson, review.TwoPeople, review.TwoOrganizations}, casework.DefaultBudget, wrong})
}

func saveSettings(v *visit) error {
	f := v.r.PostForm
	policy := review.Policy{Publishing: review.Publishing(f.Get("publishing")), Passwords: f.Get("passwords") != "", Pairing: f.Get("pairing") != ""}
	if text := strings.TrimSpace(f.Get("budget")); text != "" {
		n, err := strconv.Atoi(text)
		if policy.Budget = n; err != nil || n == 0 {
			policy.Budget = -1 // refused, with what may stand there
		}
	}
	err := v.accounts.SetPolicy(v.r.Context(), v.user.Person, policy)
	if keepiton.CodeOf(err) == keepiton.Invalid {
		return v.showSettings(statusOf(err), policy, v.say(err))
	}
	if err != nil {
		return err
	}
	return v.redirect("/desk/settings?done=settings")
}
