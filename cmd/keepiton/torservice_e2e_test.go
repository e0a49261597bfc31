//go:build e2e && linux

package main

import (
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// services starts a tor with two onion services by the lines of docs/intake.md,
// one for each machine, and gives the machines their listeners and names.
func (n *torNetwork) services(t *testing.T, byPort, bySocket *machine) *controlled {
	t.Helper()
	page := readText(t, filepath.Join(top, "docs", "intake.md"))
	recipe := regexp.MustCompile("(?s)```torrc\n(.*?)```").FindStringSubmatch(page)
	socketLine := regexp.MustCompile("`(HiddenServicePort 80 unix:[^`]+)`").FindStringSubmatch(page)
	if recipe == nil || socketLine == nil {
		t.Fatal("docs/intake.md has no recipe")
	}
	if out, err := exec.Command("tor", "--list-modules").Output(); err != nil || !strings.Contains(string(out), "pow: yes") {
		t.Errorf("this tor has no work of clients: %s, %v", out, err)
	}
	replaced := func(text string, pairs ...string) string {
		for i := 0; i < len(pairs); i += 2 {
			if !strings.Contains(text, pairs[i]) {
				t.Fatalf("the recipe does not say %q", pairs[i])
			}
		}
		return strings.NewReplacer(pairs...).Replace(text)
	}
	port, socket := freePort(t), filepath.Join(shortDir(t), "onion.sock")
	first := replaced(recipe[1], "/var/lib/tor/keepiton", n.path("service", "first"), "127.0.0.1:8081", port, "Log err syslog", "Log err file "+n.path("service", "log"))
	var second strings.Builder
	for line := range strings.Lines(recipe[1]) {
		if strings.HasPrefix(line, "HiddenServicePort") {
			line = replaced(socketLine[1], "/run/keepiton/onion.sock", socket) + "\n"
		}
		if strings.HasPrefix(line, "HiddenService") {
			second.WriteString(strings.Replace(line, "/var/lib/tor/keepiton", n.path("service", "second"), 1))
		}
	}
	n.start("service", "SocksPort 0\nControlPort unix:"+n.path("service", "control")+"\n"+first+second.String())
	events := control(t, n.path("service", "control"), "HS_DESC")
	byPort.service, bySocket.service = n.hostname(t, "first"), n.hostname(t, "second")
	byPort.settings = []string{"--onion-listen", port}
	bySocket.settings = []string{"--onion-listen", "unix:" + socket}
	return events
}

// hostname is the name that tor made up for a service.
func (n *torNetwork) hostname(t *testing.T, service string) string {
	t.Helper()
	return strings.TrimSpace(readText(t, n.path("service", service, "hostname")))
}
