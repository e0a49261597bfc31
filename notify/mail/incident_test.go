package mail_test

import (
	"testing"
	"time"

	"keepiton"
	"keepiton/store"
)

// publishOne stores an incident that is going on.
func publishOne(tb testing.TB, st store.Incidents) {
	tb.Helper()
	now := time.Now().UTC()
	_, err := st.Append(tb.Context(), store.Edit{Rev: keepiton.Revision{Recorded: now, Role: keepiton.RoleEditor, Author: "ana", Incident: keepiton.Incident{
		State:    keepiton.Published,
		Episodes: []keepiton.Episode{{Start: keepiton.On(now.Year(), now.Month(), now.Day()), End: keepiton.Ending{State: keepiton.Ongoing}}},
		Places:   []keepiton.Place{{Words: "Sudan", Country: "SD", Nationwide: true, Confidence: 1}},
		Kinds:    []string{"shutdown"}, Extents: []string{"full_network"}, Causes: []string{"protests"},
		Sources: []keepiton.Source{{ID: "s1", Kind: "news", URL: "https://example.org/1"}},
	}}})
	if err != nil {
		tb.Fatal(err)
	}
}
