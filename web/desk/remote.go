package desk

import (
	"context"
	"net/http"
	"strings"

	"keepiton"
	"keepiton/campaign"
	"keepiton/casework"
	"keepiton/casework/remote"
	"keepiton/review"
)

func bearer(r *http.Request) string {
	token, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	if !ok {
		return ""
	}
	return token
}

// way is the way of an account to the sealed reports, as the account stands
// whenever it is used. Unavailable where the server keeps none.
func (s *server) way(account string) (casework.Server, error) {
	if s.opt.Sealed == nil {
		return nil, keepiton.Errorf(keepiton.Unavailable, "this server keeps no sealed reports")
	}
	person := func(ctx context.Context) (review.Person, error) {
		acc, err := s.opt.Store.Account(ctx, account)
		if err == nil && acc.Disabled {
			err = keepiton.Errorf(keepiton.Unsigned, "the account is disabled")
		}
		return review.Person{Account: acc.Name, Role: acc.Role, Organization: acc.Organization}, err
	}
	way := &casework.Local{
		Live: func(ctx context.Context) (casework.Account, error) {
			p, err := person(ctx)
			return casework.Account{Name: p.Account, Role: p.Role, Organization: p.Organization}, err
		},
		Sealed: s.opt.Sealed, Budget: s.budget, Beside: s.opt.Store, Pictures: s.opt.Store,
		Begin: func(ctx context.Context, inc *keepiton.Incident, reason string) (keepiton.Revision, error) {
			p, err := person(ctx)
			if err != nil {
				return keepiton.Revision{}, err
			}
			return s.desk.Create(ctx, p, inc, reason)
		},
		Tell: func(ctx context.Context, st *keepiton.Story, reason string) (keepiton.StoryRevision, error) {
			p, err := person(ctx)
			if err != nil {
				return keepiton.StoryRevision{}, err
			}
			return s.desk.CreateStory(ctx, p, st, reason)
		},
	}
	if s.opt.Office != nil {
		way.Campaign = s.opt.Store
		way.Enrol = func(ctx context.Context, o *keepiton.Organization, reason string) (keepiton.EntryRevision, error) {
			p, err := person(ctx)
			if err != nil {
				return keepiton.EntryRevision{}, err
			}
			return s.opt.Office.Create(ctx, campaign.Person{Account: p.Account, Role: p.Role, Organization: p.Organization}, o, reason)
		}
	}
	return way, nil
}

// newBudget bounds what accounts open a day by the policy in force.
func (s *server) newBudget() *casework.Budget {
	return &casework.Budget{Counter: s.opt.Store, Now: s.opt.Now, Log: s.opt.Log, Limit: func(ctx context.Context) (int, error) {
		policy, err := review.LoadPolicy(ctx, s.opt.Store)
		if policy.Budget == 0 {
			policy.Budget = casework.DefaultBudget
		}
		return policy.Budget, err
	}}
}

// remote serves paired machines: by their token alone, whatever cookies come.
func (s *server) remote() http.Handler {
	return remote.NewHandler(remote.Options{
		Log: s.opt.Log,
		Server: func(r *http.Request, token string) (casework.Server, error) {
			user, err := s.accounts.Machine(r.Context(), token)
			if err == nil {
				err = s.accounts.MayUnseal(r.Context(), user)
			}
			if err != nil {
				return nil, err
			}
			return s.way(user.Account)
		},
		Say: func(r *http.Request, err error) string { return (&visit{server: s, r: r, p: s.language(r)}).say(err) },
	})
}

// Guest is who works on sealed reports in the server's own process.
type Guest struct {
	review.Session
	Way casework.Server
}

type guestKey struct{}

// GuestOf returns whom the desk has let in to Options.Reports with this request.
func GuestOf(r *http.Request) (Guest, bool) {
	g, ok := r.Context().Value(guestKey{}).(Guest)
	return g, ok
}

// reports lets people in to the sealed reports in this process: for who runs the
// desk on one trusted machine. The session must have been opened by passkey.
func (s *server) reports(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		v := &visit{server: s, w: w, r: r, p: s.language(r)}
		user, err := s.accounts.Session(r.Context(), s.token(r))
		if keepiton.CodeOf(err) == keepiton.Unsigned && r.Method == http.MethodGet {
			_ = v.toSignIn()
			return
		}
		if err == nil {
			err = s.accounts.MayUnseal(r.Context(), user)
		}
		if v.user = user; err != nil {
			v.fail(err)
			return
		}
		way, err := s.way(user.Account)
		if err != nil {
			v.fail(err)
			return
		}
		next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), guestKey{}, Guest{user, way})))
	})
}
