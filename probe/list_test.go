package probe_test

import (
	"encoding/json"
	"strings"
	"testing"

	"keepiton/probe"
)

func TestTheListThatComesAlongIsSound(t *testing.T) {
	l := probe.DefaultList()
	if b := l.Budget(); b < 1e6 || b > 8e6 {
		t.Errorf("a run may move %d bytes", b)
	}
	roles := map[probe.Role]int{}
	for _, target := range l.Targets {
		roles[target.Role]++
	}
	if roles[probe.Control] < 4 || roles[probe.Platform] < 10 {
		t.Errorf("%v", roles)
	}
}

const small = `{"format":"keepiton-probe-list 1","name":"n","date":"2026-11-26","resolvers":[],"decoy":"example.com","read":1024,"targets":[
	{"service":"a","role":"control","endpoints":[{"host":"www.a.test","steps":["tls"]}]},
	{"service":"b","role":"control","endpoints":[{"host":"192.0.2.1","port":80,"steps":[]}]},
	{"service":"c","role":"platform","endpoints":[{"host":"www.c.test","steps":["tls","http","clear","quic"],"answers":["192.0.2.0/24"]}]}]}`

func TestAListThatCannotBeIsRefusedWithItsPlace(t *testing.T) {
	if _, err := probe.ReadList(strings.NewReader(small)); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ old, new, says string }{
		{"keepiton-probe-list 1", "keepiton-probe-list 9", "format"},
		{`"role":"platform"`, `"role":"enemy"`, "target 3 (c): role"},
		{`"service":"b"`, `"service":"a"`, "target 2 (a): stands there twice"},
		{`"service":"b"`, `"service":"mobile"`, "target 2"},
		{`"service":"b"`, `"service":"../b"`, "target 2"},
		{`"www.c.test"`, `"www c test"`, "target 3 (c): endpoint 1: host"},
		{`"quic"`, `"smtp"`, "no step smtp"},
		{`192.0.2.0/24`, `192.0.2.0/99`, "at byte"},
		{`"role":"control","endpoints":[{"host":"192`, `"role":"platform","endpoints":[{"host":"192`, "without two"},
		{`"read":1024`, `"read":99999999`, "read is"},
		{`"decoy":`, `"decoys":`, "unknown field"},
		{`"decoy":"example.com"`, `"decoy":"example"`, "no name"},
	} {
		text := strings.Replace(small, c.old, c.new, 1)
		if _, err := probe.ReadList(strings.NewReader(text)); err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v, want %q", c.new, err, c.says)
		}
	}
	if _, err := probe.ReadList(strings.NewReader(strings.Repeat(" ", probe.MaxList+1))); err == nil || !strings.Contains(err.Error(), "more than") {
		t.Errorf("%v", err)
	}
}

// FuzzList: what is taken can be written and taken again.
func FuzzList(f *testing.F) {
	f.Add(small)
	text, _ := json.Marshal(probe.DefaultList())
	f.Add(string(text))
	f.Fuzz(func(t *testing.T, text string) {
		l, err := probe.ReadList(strings.NewReader(text))
		if err != nil {
			return
		}
		again, err := json.Marshal(l)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := probe.ReadList(strings.NewReader(string(again))); err != nil {
			t.Errorf("%v in %s", err, again)
		}
		if l.Budget() <= 0 {
			t.Errorf("budget %d", l.Budget())
		}
	})
}
