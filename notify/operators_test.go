package notify_test

import (
	"testing"

	"keepiton"
	"keepiton/notify"
)

// TestEveryTopicNarrowsMail subscribes once for each way to narrow alerts, with a value
// that fits and one that does not, and publishes one incident.
func TestEveryTopicNarrowsMail(t *testing.T) {
	w := newWorld(t)
	for name, topics := range map[string]notify.Topics{
		"about":    {About: []string{"incidents"}},
		"country":  {Countries: []string{"SD"}},
		"region":   {Regions: []string{"africa", "mena"}},
		"place":    {Places: []string{"SD-KH"}},
		"network":  {Networks: []string{"mobile"}},
		"name":     {Operators: []string{"ethio telecom", "sudatel"}},
		"part":     {Operators: []string{"Sudatél Group"}},
		"number":   {Operators: []string{"AS 15706"}},
		"owner":    {Operators: []string{"شركة الاتصالات"}},
		"service":  {Services: []string{"whatsapp"}},
		"cause":    {Causes: []string{"protests"}},
		"-about":   {About: []string{"watch"}},
		"-place":   {Places: []string{"SD-GD"}},
		"-network": {Networks: []string{"fixed"}},
		"-name":    {Operators: []string{"Suda"}},
		"-number":  {Operators: []string{"AS1570"}},
		"-both":    {Operators: []string{"sudatel"}, Countries: []string{"ET"}},
		"-service": {Services: []string{"tiktok"}},
		"-cause":   {Causes: []string{"elections"}},
	} {
		w.subscribe(name+"@a.test", keepiton.Instant, topics)
	}
	w.publish(func(inc *keepiton.Incident) {
		inc.Places = []keepiton.Place{{Words: "Khartoum", Country: "SD", Region: "SD-KH", Confidence: 1}}
		inc.Operators = []keepiton.Operator{{Name: "Sudatel Group (AS15706)", Owner: "شركةُ الإتصالات السودانية"}}
		inc.Services = []keepiton.ServiceAnswer{{ID: "whatsapp", Affected: keepiton.Yes}, {ID: "tiktok", Affected: keepiton.No}}
	})
	w.step()
	w.later(wait)
	w.deliver()
	told := map[string]bool{}
	for _, m := range w.mail.all() {
		told[m.To.Address] = true
	}
	for _, name := range []string{"about", "country", "region", "place", "network", "name", "part", "number", "owner", "service", "cause"} {
		if !told[name+"@a.test"] {
			t.Errorf("who asked by %s is not told", name)
		}
		if told["-"+name+"@a.test"] {
			t.Errorf("who asked for another %s is told", name)
		}
	}
	if told["-both@a.test"] {
		t.Error("an operator in another country is told")
	}
}

func TestOperatorsThatNobodyCanHave(t *testing.T) {
	for _, name := range []string{"", " ", "…", string(make([]rune, notify.MaxOperator+1))} {
		topics := notify.Topics{Operators: []string{name}}
		if err := topics.Check(); keepiton.CodeOf(err) != keepiton.Invalid {
			t.Errorf("%q: %v", name, err)
		}
	}
}
