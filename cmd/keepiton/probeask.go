package main

import (
	"bufio"
	"fmt"
	"os"
	"strings"

	"keepiton"
	"keepiton/probe"
)

const probeRisk = `keepiton probe connects from this machine, over the line that it is on, to %d
services: %s.
It moves at most %.1f MB, in one to five minutes.

WHO CAN SEE IT. Your provider, and whoever watches the line, see that this machine
looks up and connects to all of them within a few minutes, which no person does, and
that some are blocked. The connections are those of a Go program and not of a browser.
The services see your address, as with any visit. With --server the site's name is
seen as well; send through Tor if that name alone could harm you.

WHAT STAYS. On this machine: the program, sealed files in a folder, a small secret
that changes what the probe is called each day. Whoever finds them can not read the
files, but sees that you measure. In the network: the provider's records of the above,
for as long as it keeps them.

THE LAW. In some countries connecting to blocked services, measuring networks, or
handing such measurements abroad is punished. We cannot know yours. Ask somebody who
does.

DO NOT RUN IT where a search of your devices or the record of your line could bring you
or others into danger; on a network that belongs to an employer, a school, or the
state, without leave; over a VPN or Tor, for then it measures that; or during a
blackout in which whoever still connects is looked for.

WHAT IS KEPT, sealed so that the campaign's analysts alone can open it: for each
service how each layer fared, the hour, and the country, network and kind of access
that you give yourself. No address of yours, no name of a Wi-Fi, no place, no page.
docs/probe.md lists every field.
`

// probeList reads the list of a run.
func probeList(path string) (*probe.List, error) {
	if path == "" {
		return probe.DefaultList(), nil
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, keepiton.Hint(keepiton.Errorf(keepiton.NotFound, "list: %w", err), "check the path behind --list")
	}
	defer f.Close()
	return probe.ReadList(f)
}

// explainProbe says what a run does and asks whether it shall be.
func explainProbe(e *env, list *probe.List) (bool, error) {
	var names []string
	for _, t := range list.Targets {
		names = append(names, t.Service)
	}
	fmt.Fprintf(e.stdout, probeRisk, len(names), strings.Join(names, ", "), float64(list.Budget())/1e6)
	if !onTerminal(e.stdin) {
		fmt.Fprint(e.stdout, "\nNothing was done. If you want it: keepiton probe --yes\n")
		return false, nil
	}
	fmt.Fprint(e.stdout, "\nDo it now? Write yes: ")
	line, _ := bufio.NewReader(e.stdin).ReadString('\n')
	if strings.TrimSpace(strings.ToLower(line)) != "yes" {
		fmt.Fprint(e.stdout, "Nothing was done.\n")
		return false, nil
	}
	return true, nil
}
