package probe

// network says what the run says of the network as a whole.
func (run *Run) network() Verdict {
	var controls, controlsReached, reached, blocked int
	for _, r := range run.Targets {
		if r.Role == Control {
			controls++
		}
		if r.Reached {
			reached++
			if r.Role == Control {
				controlsReached++
			}
		}
		if r.Role == Platform && r.Verdict.Blocks() {
			blocked++
		}
	}
	switch {
	case run.interrupted():
		return CannotTell
	case reached == 0 && run.offline():
		return Offline
	case controlsReached == 0 && run.portal != nil && run.portal.code != 0 && !run.portalAsKnown():
		return CaptivePortal
	case reached == 0:
		return Blackout
	case 2*controlsReached < controls && 2*reached <= len(run.Targets):
		return Whitelisting
	case 2*controlsReached < controls:
		return CannotTell // platforms work, controls do not: the list is ill, not the network
	case blocked > 0:
		return BlockingOfSome
	}
	return Healthy
}

// portalAsKnown reports whether the known page came as it should.
func (run *Run) portalAsKnown() bool {
	return run.portal != nil && run.List.Portal != nil && run.portal.code == run.List.Portal.Status && run.portal.to == ""
}

// interrupted reports whether the run ended before it had looked at everything.
func (run *Run) interrupted() bool {
	for i, t := range run.seen {
		if t == nil || len(t.points) < len(run.List.Targets[i].Endpoints) {
			return true
		}
		for _, p := range t.points {
			for _, tr := range p.trials {
				if tr.tcp == FailureInterrupted {
					return true
				}
			}
		}
	}
	return false
}

// offline reports whether this machine has no network at all: every step ended at once
// in its own system. That is what an unplugged cable looks like.
func (run *Run) offline() bool {
	steps := 0
	here := func(f Failure) bool {
		steps++
		return f == FailureNetUnreachable || f == FailureNetDown
	}
	for _, t := range run.seen {
		for _, p := range t.points {
			if p.direct != nil && p.direct.resolver != "" && !here(p.direct.failure) {
				return false
			}
			for _, tr := range p.trials {
				if !here(tr.tcp) {
					return false
				}
			}
		}
	}
	return steps > 0
}
