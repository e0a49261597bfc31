package storetest

import (
	"slices"
	"testing"
	"time"

	"keepiton"
	"keepiton/store"
)

func filters(t *testing.T, w *world) {
	put := func(start string, change func(*keepiton.Incident)) keepiton.IncidentID {
		return w.create(day0, with(incident(start), change)).Incident.ID
	}
	a := put("2020-12-30", func(i *keepiton.Incident) {
		i.Episodes[0].End.At = keepiton.On(2022, 1, 2)
		i.Region, i.Scope, i.Extents = "africa", "one_place", []string{"full_network"}
		i.Networks = keepiton.Networks{Mobile: keepiton.Yes, Fixed: keepiton.No, SMS: keepiton.Unknown}
		i.Perpetrators = []keepiton.Perpetrator{{Body: "military"}, {Body: "judiciary"}}
		i.Verification.Level = keepiton.Listed
	})
	b := put("2021-06-01", func(i *keepiton.Incident) {
		i.Places = []keepiton.Place{{Country: "XB", Region: "XB-01", Confidence: 1}, {Country: "XA", Confidence: 0.5}, {Country: "XC", Region: "XC-02", Except: true, Confidence: 1}}
		i.Causes, i.Kinds = []string{"elections", "conflict"}, []string{"throttling"}
		i.Services = []keepiton.ServiceAnswer{{ID: "whatsapp", Affected: keepiton.Yes}, {ID: "telegram", Affected: keepiton.No}}
		i.Rows = []keepiton.Row{{CountYear: 2023, Cells: []keepiton.Cell{{Column: "x"}}}}
		i.Episodes[0].End = keepiton.Ending{State: keepiton.EndUnknown}
	})
	c := put("2021-06-02", func(i *keepiton.Incident) { i.State = keepiton.Draft })
	for _, f := range []struct {
		name string
		q    store.Query
		want []keepiton.IncidentID
	}{
		{"published alone by default", store.Query{}, []keepiton.IncidentID{a, b}},
		{"drafts when asked", store.Query{States: []keepiton.State{keepiton.Draft}}, []keepiton.IncidentID{c}},
		{"all states", store.Query{States: keepiton.States}, []keepiton.IncidentID{a, b, c}},
		{"a country", store.Query{Countries: []string{"XA"}}, []keepiton.IncidentID{a}},
		{"either country", store.Query{Countries: []string{"XA", "XB", "ZZ"}}, []keepiton.IncidentID{a, b}},
		{"an excepted country", store.Query{Countries: []string{"XC"}}, nil},
		{"a place", store.Query{Places: []string{"XB-01"}}, []keepiton.IncidentID{b}},
		{"an excepted place", store.Query{Places: []string{"XC-02"}}, nil},
		{"a region", store.Query{Regions: []string{"africa"}}, []keepiton.IncidentID{a}},
		{"a year inside", store.Query{Years: []int{2021}}, []keepiton.IncidentID{a, b}},
		{"the last year", store.Query{Years: []int{2022}}, []keepiton.IncidentID{a}},
		{"a year before", store.Query{Years: []int{2019}}, nil},
		{"a year that the sheet counts", store.Query{Years: []int{2023}}, []keepiton.IncidentID{b}},
		{"either year", store.Query{Years: []int{2023, 2020}}, []keepiton.IncidentID{a, b}},
		{"a cause", store.Query{Causes: []string{"conflict"}}, []keepiton.IncidentID{b}},
		{"a kind", store.Query{Kinds: []string{"throttling"}}, []keepiton.IncidentID{b}},
		{"an extent", store.Query{Extents: []string{"full_network"}}, []keepiton.IncidentID{a}},
		{"a network answered yes", store.Query{Networks: []string{"mobile"}}, []keepiton.IncidentID{a}},
		{"a network answered no", store.Query{Networks: []string{"fixed"}}, nil},
		{"a network not known", store.Query{Networks: []string{"sms"}}, nil},
		{"a service", store.Query{Services: []string{"whatsapp"}}, []keepiton.IncidentID{b}},
		{"a service answered no", store.Query{Services: []string{"telegram"}}, nil},
		{"a scope", store.Query{Scopes: []string{"one_place"}}, []keepiton.IncidentID{a}},
		{"a scope not asked", store.Query{Scopes: []string{""}}, []keepiton.IncidentID{b}},
		{"a body", store.Query{Bodies: []string{"judiciary"}}, []keepiton.IncidentID{a}},
		{"a status", store.Query{Status: []keepiton.EndState{keepiton.EndUnknown}}, []keepiton.IncidentID{b}},
		{"a level", store.Query{Levels: []keepiton.Level{keepiton.Listed}}, []keepiton.IncidentID{a}},
		{"no level", store.Query{Levels: []keepiton.Level{keepiton.Unverified}}, []keepiton.IncidentID{b}},
		{"two fields that agree", store.Query{Countries: []string{"XB"}, Causes: []string{"elections"}}, []keepiton.IncidentID{b}},
		{"two fields that do not", store.Query{Countries: []string{"XA"}, Causes: []string{"elections"}}, nil},
	} {
		f.q.Sort = store.ByID
		got, total := w.list(f.q)
		slices.Sort(f.want)
		if !slices.Equal(got, f.want) || total != len(f.want) {
			t.Errorf("%s: got %v (total %d), want %v", f.name, got, total, f.want)
		}
	}
}

func ongoingYears(t *testing.T, w *world) {
	id := w.create(day0, with(incident("2019-05"), func(i *keepiton.Incident) { i.Episodes[0].End = keepiton.Ending{State: keepiton.Ongoing} })).Incident.ID
	thisYear := time.Now().UTC().Year()
	for year, want := range map[int]bool{2018: false, 2019: true, 2021: true, thisYear: true, thisYear + 2: false} {
		got, _ := w.list(store.Query{Years: []int{year}})
		if slices.Contains(got, id) != want {
			t.Errorf("active in %d: %v, want %v", year, !want, want)
		}
	}
	if got, _ := w.list(store.Query{Years: []int{2024}, AsOf: day0}); len(got) != 0 {
		t.Error("as of 2023 it was active in 2024 already")
	}
}

func pastFilters(t *testing.T, w *world) {
	a := w.create(day0, incident("2020"))
	w.create(day0.Add(time.Hour), incident("2021"))
	a2 := w.correct(a, day0.Add(2*time.Hour), func(i *keepiton.Incident) { i.Causes = []string{"elections"} })
	w.correct(a2, day0.Add(3*time.Hour), func(i *keepiton.Incident) { i.State, i.Reason = keepiton.Withdrawn, "no shutdown" })
	for _, c := range []struct {
		hour  int
		cause string
		want  int
	}{{0, "protests", 1}, {1, "protests", 2}, {2, "protests", 1}, {2, "elections", 1}, {3, "elections", 0}, {1, "elections", 0}} {
		at := day0.Add(time.Duration(c.hour) * time.Hour)
		if _, total := w.list(store.Query{AsOf: at, Causes: []string{c.cause}}); total != c.want {
			t.Errorf("hour %d, cause %s: %d, want %d", c.hour, c.cause, total, c.want)
		}
	}
}
