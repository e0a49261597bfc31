package storetest

import (
	"slices"
	"testing"
	"time"

	"keepiton"
	"keepiton/store"
)

func scripts(t *testing.T, w *world) {
	say := func(s string) func(*keepiton.Incident) { return func(i *keepiton.Incident) { i.Summary = s } }
	english := w.create(day0, with(incident("2022"), say("Mobile data was cut in two provinces during protests"))).Incident.ID
	arabic := w.create(day0, with(incident("2022"), say("قطع الإنترنت في المدينة"))).Incident.ID
	amharic := w.create(day0, with(incident("2022"), say("ኢንተርኔት በአዲስ አበባ ተቋረጠ። ሃገር"))).Incident.ID
	accents := w.create(day0, with(incident("2022"), say("Coupure à São Tomé, l’été de l'élection; desconnexió"))).Incident.ID
	others := w.create(day0, with(incident("2022"), func(i *keepiton.Incident) {
		i.Summary = "Отключение интернета, 断网, इंटरनेट बंद"
		i.Places = []keepiton.Place{{Country: "XC", Confidence: 1, Words: "Wadi Noor"}}
		i.Operators = []keepiton.Operator{{Name: "Telesom Ltd"}}
		i.Services = []keepiton.ServiceAnswer{{ID: "whatsapp", Affected: keepiton.Yes}, {ID: "signal", Affected: keepiton.No}}
		i.Perpetrators = []keepiton.Perpetrator{{Name: "Home Department"}}
		i.CauseDetails, i.Area = "grade nine exams", "Upper Valley"
		i.Sources[0].Publisher, i.Sources[0].Words = "secretpublisher", "secretwords"
	})).Incident.ID
	for text, want := range map[string][]keepiton.IncidentID{
		"MOBILE Data": {english}, "province": {english}, "provin": {english}, `"two provinces"`: {english}, `"provinces two"`: nil, "prot*": {english},
		"انترنت": {arabic}, "الانترنت": {arabic}, "إنترنت": {arabic}, "مدينه": {arabic}, "نترن": {arabic},
		"ኢንተርኔት": {amharic}, "ኢንተር": {amharic}, "አዲስ": {amharic}, "ሀገር": {amharic}, "ዓበባ": {amharic}, "ተርኔት": {amharic},
		"sao tome": {accents}, "SÃO": {accents}, "ete": {accents}, "desconnexio": {accents}, "élection coupure": {accents},
		"интернета": {others}, "断网": {others}, "इंटरनेट": {others}, "telesom": {others}, "whatsapp": {others}, "signal": nil,
		"home department": {others}, "exam": {others}, "valley": {others}, "wadi": {others},
		"قمرية": {others}, "ቀማሪያ": {others}, "qamarie": {others}, "Camária": {others}, // names of its country
		string(amharic): {amharic}, "secretpublisher": nil, "secretwords": nil, "mobile telesom": nil, "...": nil,
	} {
		got, total := w.list(store.Query{Text: text, Sort: store.ByID})
		if !slices.Equal(got, want) || total != len(want) {
			t.Errorf("%q: got %v (total %d), want %v", text, got, total, want)
		}
	}
	if got, _ := w.list(store.Query{Text: "norland", Limit: 2, Sort: store.ByID}); !slices.Equal(got, []keepiton.IncidentID{english, arabic}) {
		t.Errorf("a page of a search: %v", got)
	}
	if _, total := w.list(store.Query{Text: "norlande protests", Causes: []string{"elections"}}); total != 0 {
		t.Error("a filter does not narrow a search")
	}
}

func wholeWords(t *testing.T, w *world) {
	say := func(s string) keepiton.IncidentID {
		return w.create(day0, with(incident("2022"), func(i *keepiton.Incident) { i.Summary = s })).Incident.ID
	}
	niger, nigeria := say("Niger"), say("Nigeria and Tirana")
	for text, want := range map[string][]keepiton.IncidentID{"niger": {niger}, "nigeri": {nigeria}, "nige": {niger, nigeria}, "iran": nil} {
		if got, _ := w.list(store.Query{Text: text, Sort: store.ByID}); !slices.Equal(got, want) {
			t.Errorf("%q: got %v, want %v", text, got, want)
		}
	}
}

func pastWords(t *testing.T, w *world) {
	a := w.create(day0, with(incident("2022"), func(i *keepiton.Incident) { i.Summary = "mobile cut in قطع" }))
	b := w.create(day0, with(incident("2022"), func(i *keepiton.Incident) { i.Summary = "cables cut" }))
	b2 := w.correct(b, day0.Add(time.Hour), func(i *keepiton.Incident) { i.Summary = "mobile fibre" })
	w.correct(a, day0.Add(time.Hour), func(i *keepiton.Incident) { i.Summary = "satellite" })
	w.correct(b2, day0.Add(2*time.Hour), func(i *keepiton.Incident) { i.Summary = "cables back" })
	ida, idb := a.Incident.ID, b.Incident.ID
	for _, c := range []struct {
		hours int
		text  string
		want  []keepiton.IncidentID
	}{
		{0, "cut", []keepiton.IncidentID{ida, idb}},
		{1, "cut", nil},
		{0, "mobile", []keepiton.IncidentID{ida}},
		{1, "mobile", []keepiton.IncidentID{idb}},
		{0, "cables", []keepiton.IncidentID{idb}},
		{1, "cables", nil},
		{2, "cables", []keepiton.IncidentID{idb}},
		{0, "satellite", nil},
		{0, `"mobile cut"`, []keepiton.IncidentID{ida}},
		{0, `"cut mobile"`, nil},
		{0, "قطع", []keepiton.IncidentID{ida}},
		{1, "قطع", nil},
		{0, "satel", nil},
		{1, "satel", []keepiton.IncidentID{ida}},
		{1, "cable", nil},
		{1, "fibr", []keepiton.IncidentID{idb}},
	} {
		at := day0.Add(time.Duration(c.hours) * time.Hour)
		if got, _ := w.list(store.Query{AsOf: at, Text: c.text, Sort: store.ByID}); !slices.Equal(got, c.want) {
			t.Errorf("hour %d, %q: got %v, want %v", c.hours, c.text, got, c.want)
		}
	}
	for text, want := range map[string][]keepiton.IncidentID{"cut": nil, "cables": {idb}, "fibre": nil, "mobile": nil} {
		if got, _ := w.list(store.Query{Text: text}); !slices.Equal(got, want) {
			t.Errorf("now, %q: got %v, want %v", text, got, want)
		}
	}
}
