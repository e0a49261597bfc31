package main

import (
	"context"
	"log/slog"
	"strings"
	"testing"
	"time"

	"keepiton"
)

// TestWhatIsHeardLiveRunsBesideThePolls switches routers and RIS Live on, and lets them
// be ended; what cannot be is refused before anything runs.
func TestWhatIsHeardLiveRunsBesideThePolls(t *testing.T) {
	e, log := &env{getenv: func(string) string { return "" }}, slog.New(slog.DiscardHandler)
	for says, s := range map[string]settings{
		"such as --bmp-listen":           {Feeds: "bmp"},
		"2001:db8::/64":                  {Feeds: "bmp", BMPListen: "127.0.0.1:0", BMPFrom: "everybody"},
		"is the port free":               {Feeds: "bmp", BMPListen: "192.0.2.1:1"},
		"such as --collectors rrc00":     {Feeds: "bgp", Collectors: "route-views2", RISLive: true},
		"they are named like rrc00, rou": {Feeds: "bgp", Collectors: "../x"},
	} {
		s.Data = t.TempDir()
		c := fetcherAt(s, polledFolder(s))
		if _, _, err := pollsOf(e, s, c, nil, named(s.Feeds), log); err == nil || !strings.Contains(keepiton.HintOf(err), says) {
			t.Errorf("%+v: %v (%s)", s.Feeds, err, keepiton.HintOf(err))
		}
		c.Close()
	}
	s := settings{Data: t.TempDir(), Feeds: "bmp", BMPListen: "127.0.0.1:0", BMPFrom: "198.51.100.7, 2001:db8::/64"}
	c := fetcherAt(s, polledFolder(s))
	defer c.Close()
	polls, beside, err := pollsOf(e, s, c, nil, named(s.Feeds), log)
	if err != nil || len(polls) != 1 || len(beside) != 1 || polls[0].Feed.Name != "bmp" {
		t.Fatal(polls, beside, err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan bool)
	go func() {
		beside[0](ctx)
		close(ended)
	}()
	if _, err := polls[0].Run(ctx, time.Time{}, func(keepiton.Measurement) error { return nil }); keepiton.CodeOf(err) != keepiton.NotFound || !strings.Contains(keepiton.HintOf(err), "--bmp-from") {
		t.Error(err)
	}
	cancel()
	<-ended
}
