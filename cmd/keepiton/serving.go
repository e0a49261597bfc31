package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"sync"
	"time"

	"keepiton/campaign"
	"keepiton/seal"
	"keepiton/store"
)

// Limits of the server. A page has no body; forms of the desk are small, and
// the desk bounds them again.
const (
	maxHeader   = 16 << 10
	maxBody     = 4 << 20
	readHeader  = 10 * time.Second
	readWhole   = time.Minute
	writeWhole  = 10 * time.Minute // a whole download on a line of some 20 kB/s
	idle        = 2 * time.Minute
	endPatience = 10 * time.Second // of the end, with pages
	// sendPatience is for reports that are on their way in, under the 90 seconds
	// after which systemd kills a service; answerPatience for the receipt of the last.
	sendPatience   = 80 * time.Second
	answerPatience = 2 * time.Second
	memoryLimit    = 300 << 20 // the collector works harder near it
)

// serve answers until ctx ends; reports is nil unless they are opened here.
func serve(ctx context.Context, e *env, s settings, st store.Store, reports *hosted) (code int, err error) {
	sealed, err := openSealed(ctx, s)
	if err != nil {
		return exitFailed, err
	}
	defer func() { err = errors.Join(err, reports.close(), sealed.Close()) }()
	keys := seal.OpenFolder(keysFolder(s))
	in, err := openIntake(ctx, s, st, sealed, keys)
	if err != nil {
		return exitUsage, err
	}
	if reports != nil && reports.demo {
		if err := demoReports(ctx, in, time.Now()); err != nil {
			return exitFailed, err
		}
	}
	listeners, err := listen(s)
	if err != nil {
		return exitFailed, err
	}
	defer func() {
		for _, l := range listeners {
			l.Close() // again, where the server has done it
		}
	}()
	address := readable(listeners[0].Addr())
	if s.BaseURL == "" {
		s.BaseURL = address
	}
	if e.getenv("GOGC") == "" && e.getenv("GOMEMLIMIT") == "" {
		// The heap is small, so collecting it rarely costs little memory and
		// gives a tenth more pages a second; the limit keeps a large record in bounds.
		debug.SetGCPercent(800)
		debug.SetMemoryLimit(memoryLimit)
	}
	log := slog.New(slog.NewTextHandler(e.stderr, nil))
	for _, l := range listeners {
		if l.onion && reachable(l) {
			log.WarnContext(ctx, "other machines may reach the listener of the onion service: what they send comes in by its lane", "onion-listen", s.Onion)
		}
	}
	made, err := st.Meta(ctx, "sample")
	if err != nil {
		return exitFailed, err
	}
	alerts, err := openAlerts(s, st, made != "", log)
	if err != nil {
		return exitUsage, err
	}
	beats, err := openHeart(ctx, s)
	if err != nil {
		return exitUsage, err
	}
	defer func() { err = errors.Join(err, beats.close()) }()
	eyes, err := openWatching(ctx, e, s, st, alerts.mailer, log)
	if err != nil {
		return exitUsage, err
	}
	defer func() { err = errors.Join(err, eyes.close()) }()
	board, shut, err := openBoard(ctx, s, st, eyes)
	if err != nil {
		return exitFailed, err
	}
	defer func() { err = errors.Join(err, shut()) }()
	handler, err := site(ctx, s, st, in, keys, reports, alerts, board, beats, log)
	if err != nil {
		return exitFailed, err
	}
	mails, err := listenForMail(s, in, log)
	if err != nil {
		return exitUsage, err
	}
	defer mails.close()
	fmt.Fprintf(e.stdout, "KeepItOn is at %s\n", address)
	if reports != nil && reports.demo {
		if err := demoPeople(ctx, e, s, st); err != nil {
			return exitFailed, err
		}
	}
	tending, stop := context.WithCancel(ctx)
	tended := make(chan struct{})
	go func() {
		var all sync.WaitGroup
		all.Go(func() { tend(tending, in, &campaign.Sweeper{Entries: st, Media: st, Now: time.Now}, keys, log) })
		all.Go(func() { alerts.run(tending) })
		all.Go(func() { eyes.run(tending) })
		all.Go(func() { beats.run(tending, log) })
		all.Go(func() { (&releasing{newOffice(st), st, alerts.notifier.Poke, log}).run(tending) })
		all.Wait()
		close(tended)
	}()
	defer func() { stop(); <-tended }()
	if err := answer(ctx, listeners, handler, in, log); err != nil {
		return exitFailed, err
	}
	return exitGood, nil
}
