package door_test

import (
	"context"
	"log/slog"
	"net/http/httptest"
	"reflect"
	"strings"
	"testing"

	"keepiton/intake"
	"keepiton/intake/intaketest"
	"keepiton/seal/token"
	"keepiton/web/door"
)

func TestAHeartbeatCostsATokenAndTellsNothingElse(t *testing.T) {
	d := intaketest.New(t)
	d.Partners = &intake.Partners{Meta: &meta{}, Now: d.Clock.Now}
	secret, err := d.Partners.Add(t.Context(), "Org One", 10)
	if err != nil {
		t.Fatal(err)
	}
	var heard []string
	o := door.Options{Intake: d.Intake, Log: slog.New(slog.DiscardHandler), Heart: func(_ context.Context, country, access string) error {
		heard = append(heard, country+"/"+access)
		return nil
	}}
	beat := func(token, body string) int {
		r := httptest.NewRequest("POST", "/intake/heartbeat", strings.NewReader(body))
		r.Header.Set("X-KeepItOn-Token", token)
		w := httptest.NewRecorder()
		door.New(o).ServeHTTP(w, r)
		return w.Code
	}
	one := tokenOf(t, d.Partners, secret)
	for _, c := range []struct {
		token, body string
		status      int
	}{
		{"", `{"country":"XG"}`, 403},
		{"guess", `{"country":"XG"}`, 403},
		{one, `{"country":"Mekelle, near the market"}`, 400},
		{one, `{"country":"XG","network":"my wifi"}`, 400},
		{one, `{`, 400},
		{one, `{"country":"XG","network":"mobile"}`, 200}, // what was refused cost nothing
		{one, `{"country":"XG","network":"mobile"}`, 409},
		{tokenOf(t, d.Partners, secret), `{"country":"XG"}`, 200},
	} {
		if got := beat(c.token, c.body); got != c.status {
			t.Errorf("%.10s %s: %d, want %d", c.token, c.body, got, c.status)
		}
	}
	if want := []string{"XG/mobile", "XG/"}; !reflect.DeepEqual(heard, want) {
		t.Errorf("heard %v", heard)
	}
	o.Heart = nil
	if got := beat(tokenOf(t, d.Partners, secret), `{"country":"XG"}`); got != 404 {
		t.Errorf("where none are counted: %d", got)
	}
}

func tokenOf(t *testing.T, p *intake.Partners, secret string) string {
	t.Helper()
	key, err := p.Key(t.Context(), intake.Reports)
	if err != nil {
		t.Fatal(err)
	}
	pending, blinded, err := token.Blind(key, token.ForReports)
	if err != nil {
		t.Fatal(err)
	}
	signed, err := p.Issue(t.Context(), intake.Reports, secret, [][]byte{blinded})
	if err != nil {
		t.Fatal(err)
	}
	text, err := pending.Finish(signed[0])
	if err != nil {
		t.Fatal(err)
	}
	return text
}
