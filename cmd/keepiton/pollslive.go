package main

import (
	"context"
	"log/slog"
	"net"
	"net/netip"
	"path/filepath"
	"strings"
	"time"

	"keepiton"
	"keepiton/source"
	"keepiton/source/live"
)

// reads is the Run of a poll.
type reads = func(ctx context.Context, since time.Time, put func(keepiton.Measurement) error) (source.Summary, error)

// followCollectors keeps the table of route collectors in memory, and reads each file
// as it appears.
func followCollectors(w *watched) reads {
	o := live.Options{Collectors: named(w.s.Collectors), Base: w.base, Now: func() time.Time { return w.now() }}
	if w.recorder != nil {
		o.Recorded = w.recorder.Recorded
	}
	return live.NewFollower(w.c, o).Run
}

// hearCollectors records what collectors of RIS tell live, where that is switched on.
func hearCollectors(w *watched, log *slog.Logger) (func(context.Context), error) {
	if !w.s.RISLive {
		return nil, nil
	}
	var all []string
	for _, name := range named(w.s.Collectors) {
		if strings.HasPrefix(name, "rrc") {
			all = append(all, name)
		}
	}
	if len(all) == 0 {
		return nil, keepiton.Hint(keepiton.Errorf(keepiton.Invalid, "--ris-live: none of the collectors %s is one of RIPE RIS", w.s.Collectors), "such as --collectors rrc00")
	}
	w.recorder = live.NewRecorder(live.RecorderOptions{
		Dir: filepath.Join(w.dir, "live"), Agent: agent(w.s), Collectors: all,
		Tell: func(err error) { log.Warn("RIS Live broke off", "error", err) },
	})
	return w.recorder.Run, nil
}

// hearRouters listens for routers that speak BMP.
func hearRouters(w *watched, log *slog.Logger) (func(context.Context), error) {
	if w.s.BMPListen == "" {
		return nil, keepiton.Hint(keepiton.Errorf(keepiton.Invalid, "--feeds: bmp needs an address and port that routers reach"), "such as --bmp-listen :11019")
	}
	var from []netip.Prefix
	for _, text := range named(w.s.BMPFrom) {
		p, err := netip.ParsePrefix(text)
		if a, single := netip.ParseAddr(text); err != nil && single == nil {
			p, err = a.Prefix(a.BitLen())
		}
		if err != nil {
			return nil, keepiton.Hint(keepiton.Errorf(keepiton.Invalid, "--bmp-from: %q is no address", text), "such as --bmp-from 198.51.100.7,2001:db8::/64")
		}
		from = append(from, p.Masked())
	}
	l, err := net.Listen("tcp", w.s.BMPListen)
	if err != nil {
		return nil, keepiton.Hint(keepiton.Errorf(keepiton.Unavailable, "--bmp-listen: %w", err), "is the port free, and may this program use it?")
	}
	routers := live.NewRouters(from, nil, nil)
	w.following = routers.Run
	return func(ctx context.Context) {
		if err := routers.Serve(ctx, l); err != nil {
			log.ErrorContext(ctx, "routers are not heard any more", "error", err)
		}
	}, nil
}
