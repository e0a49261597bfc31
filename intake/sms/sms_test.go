package sms_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"keepiton"
	"keepiton/intake/intaketest"
	"keepiton/intake/sms"
	"keepiton/store"
)

const secret = "made up"

func android(body string, at time.Time) *http.Request {
	r := httptest.NewRequest("POST", "/intake/sms/android", strings.NewReader(body))
	stamp := fmt.Sprint(at.Unix())
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte(body + stamp))
	r.Header.Set("X-Timestamp", stamp)
	r.Header.Set("X-Signature", hex.EncodeToString(mac.Sum(nil)))
	return r
}

func gateway(t *testing.T, name string) sms.Gateway {
	t.Helper()
	for _, g := range sms.Gateways {
		if g.Name == name {
			return g
		}
	}
	t.Fatalf("no gateway %s", name)
	return sms.Gateway{}
}

func form(method, target string, values url.Values) *http.Request {
	if method == "GET" {
		return httptest.NewRequest("GET", target+"?"+values.Encode(), nil)
	}
	r := httptest.NewRequest("POST", target, strings.NewReader(values.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return r
}

const event = `{"deviceId":"d","event":"sms:received","id":"Ey6ECgOkVVFjz3CL48B8C","webhookId":"w","payload":{"messageId":"abc123","message":"ኢንተርኔት የለም","phoneNumber":"+251911000000","simNumber":1,"receivedAt":"2026-11-25T09:00:00.000+03:00"}}`

func TestMessagesOfEveryGatewayAreSealed(t *testing.T) {
	now := intaketest.Now
	token := form("POST", "/intake/sms/rapidpro", url.Values{"from": {"+251911000000"}, "text": {"ኢንተርኔት የለም"}})
	token.Header.Set("Authorization", "Token "+secret)
	flow := httptest.NewRequest("POST", "/intake/sms/rapidpro", strings.NewReader(`{"contact":{"urn":"tel:+251911000000"},"input":{"uuid":"u1","text":"ኢንተርኔት የለም"}}`))
	flow.Header.Set("Content-Type", "application/json")
	flow.Header.Set("Authorization", "Token "+secret)
	for name, c := range map[string]struct {
		gateway string
		r       *http.Request
	}{
		"android":       {"android", android(event, now)},
		"kannel get":    {"kannel", form("GET", "/intake/sms/kannel", url.Values{"key": {secret}, "from": {"+251911000000"}, "text": {"ኢንተርኔት የለም"}, "id": {"7"}})},
		"kannel post":   {"kannel", form("POST", "/intake/sms/kannel", url.Values{"key": {secret}, "from": {"+251911000000"}, "text": {"ኢንተርኔት የለም"}})},
		"rapidpro":      {"rapidpro", token},
		"rapidpro flow": {"rapidpro", flow},
	} {
		t.Run(name, func(t *testing.T) {
			d := intaketest.New(t)
			road := &sms.Road{Intake: d.Intake, Now: d.Clock.Now}
			m, ok, err := gateway(t, c.gateway).Read(c.r, secret, now)
			if err != nil || !ok {
				t.Fatalf("%v %v", ok, err)
			}
			if strings.Contains(string(m.Raw), secret) {
				t.Error("the gateway's secret is kept with the message")
			}
			if err := road.Take(t.Context(), m); err != nil {
				t.Fatal(err)
			}
			n := 0
			if err := d.Store.Envelopes(t.Context(), store.EnvelopeQuery{}, func(e keepiton.Envelope) error {
				n++
				o := d.Open(t, e.ID)
				if o.Report.Sender != "+251911000000" || o.Report.Seen != "ኢንተርኔት የለም" || o.Report.Road != keepiton.RoadSMS || e.Lane != keepiton.LaneSMS {
					t.Errorf("%q from %q", o.Report.Seen.Reveal(), o.Report.Sender.Reveal())
				}
				return nil
			}); err != nil {
				t.Fatal(err)
			}
			if n != 1 {
				t.Errorf("%d are kept", n)
			}
		})
	}
}

func TestStrangersAreNotAGateway(t *testing.T) {
	now := intaketest.Now
	changed := android(event, now)
	changed.Body = http.NoBody
	unsigned := android(event, now)
	unsigned.Header.Del("X-Signature")
	for name, c := range map[string]struct {
		gateway, secret string
		r               *http.Request
	}{
		"another body":     {"android", secret, changed},
		"no signature":     {"android", secret, unsigned},
		"an old signature": {"android", secret, android(event, now.Add(-time.Hour))},
		"another secret":   {"android", "other", android(event, now)},
		"kannel's key":     {"kannel", secret, form("GET", "/x", url.Values{"key": {"no"}, "text": {"x"}})},
		"no secret set":    {"kannel", "", form("GET", "/x", url.Values{"key": {""}, "text": {"x"}})},
		"rapidpro's token": {"rapidpro", secret, form("POST", "/x", url.Values{"text": {"x"}})},
	} {
		_, ok, err := gateway(t, c.gateway).Read(c.r, c.secret, now)
		if ok || keepiton.CodeOf(err) != keepiton.Forbidden {
			t.Errorf("%s: %v %v", name, ok, err)
		}
	}
	if _, ok, err := gateway(t, "android").Read(android(`{"event":"system:ping","id":"x"}`, now), secret, now); ok || err != nil {
		t.Errorf("a ping: %v %v", ok, err)
	}
	if _, _, err := gateway(t, "android").Read(android(`{"event":`, now), secret, now); keepiton.CodeOf(err) != keepiton.Invalid {
		t.Errorf("broken JSON: %v", err)
	}
}

func TestAMessageDeliveredTwiceIsStoredOnce(t *testing.T) {
	d := intaketest.New(t)
	road := &sms.Road{Intake: d.Intake, Now: d.Clock.Now}
	m, _, err := gateway(t, "android").Read(android(event, intaketest.Now), secret, intaketest.Now)
	if err != nil {
		t.Fatal(err)
	}
	for range 3 {
		if err := road.Take(t.Context(), m); err != nil {
			t.Fatal(err)
		}
	}
	// After a restart the copy is stored, and is the same report at the desk.
	if err := (&sms.Road{Intake: d.Intake, Now: d.Clock.Now}).Take(t.Context(), m); err != nil {
		t.Fatal(err)
	}
	ids := map[string]int{}
	if err := d.Store.Envelopes(t.Context(), store.EnvelopeQuery{}, func(e keepiton.Envelope) error {
		ids[d.Open(t, e.ID).Report.ID]++
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	if len(ids) != 1 {
		t.Errorf("%v", ids)
	}
	for _, n := range ids {
		if n != 2 {
			t.Errorf("stored %d times", n)
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte(event))
	f.Add([]byte("key=made+up&from=%2B1&text=x"))
	f.Fuzz(func(t *testing.T, body []byte) {
		for _, g := range sms.Gateways {
			r := httptest.NewRequest("POST", "/intake/sms/"+g.Name, strings.NewReader(string(body)))
			r.Header.Set("Authorization", "Token "+secret)
			if m, ok, err := g.Read(r, secret, intaketest.Now); ok && err == nil && m.Text == "" && m.From == "" && len(m.Raw) == 0 {
				t.Errorf("%s: a message of nothing", g.Name)
			}
		}
	})
}
