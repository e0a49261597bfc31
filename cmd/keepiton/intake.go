package main

import (
	"context"
	"log/slog"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"keepiton"
	"keepiton/campaign"
	"keepiton/intake"
	"keepiton/seal"
	"keepiton/store"
)

// keysFolder is the folder of the public keys that reports are sealed to.
func keysFolder(s settings) string { return filepath.Join(s.Data, "keys") }

// openIntake joins what lets reports in, sealed to the keys in folder. The
// caller closes the store.
func openIntake(ctx context.Context, s settings, st store.Store, sealed store.Sealed, keys *seal.Folder) (*intake.Intake, error) {
	disk, err := intakeDisk(s)
	if err != nil {
		return nil, err
	}
	if s.Days < 3 {
		return nil, keepiton.Errorf(keepiton.Invalid, "--intake-days %d is too short: 3 at least", s.Days)
	}
	in := &intake.Intake{
		Store: sealed, Sealer: keys.Sealer, Disk: disk,
		Term: time.Duration(s.Days) * 24 * time.Hour, Partners: &intake.Partners{Meta: st},
	}
	return in, in.SetQuotas(ctx)
}

const leastDisk = 100e6

// intakeDisk reads how much disk sealed reports may fill; 0, when nothing is
// set, is the default of package intake.
func intakeDisk(s settings) (int64, error) {
	if s.Disk == "" {
		return 0, nil
	}
	disk, err := parseSize(s.Disk)
	if err != nil {
		return 0, hinted(keepiton.Errorf(keepiton.Invalid, "--intake-disk: %w", err), keepiton.HintOf(err))
	}
	if disk < leastDisk {
		return 0, keepiton.Hint(keepiton.Errorf(keepiton.Invalid, "--intake-disk %s is too little", s.Disk), "give 100MB at least")
	}
	return disk, nil
}

// tendEvery is how often the server looks after the intake.
const tendEvery = time.Hour

// tend destroys reports whose day has come, removes logos that nothing names, and
// says what is wrong with the keys, at once and from time to time until ctx ends.
func tend(ctx context.Context, in *intake.Intake, logos *campaign.Sweeper, keys *seal.Folder, log *slog.Logger) {
	tick := time.NewTicker(tendEvery)
	defer tick.Stop()
	for {
		if err := keys.Problem(); err != nil {
			log.LogAttrs(ctx, slog.LevelWarn, "the keys that reports are sealed to", slog.Any("problem", err), slog.String("hint", keepiton.HintOf(err)))
		}
		if _, err := in.Sweep(ctx); err != nil && ctx.Err() == nil {
			log.LogAttrs(ctx, slog.LevelError, "reports whose term is over could not be destroyed", slog.Any("cause", err))
		}
		if _, err := logos.Sweep(ctx); err != nil && ctx.Err() == nil {
			log.LogAttrs(ctx, slog.LevelError, "logos that nothing names could not be removed", slog.Any("cause", err))
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// parseSize reads a number of bytes: 500MB, 2 GB, 1.5GiB, 1000000.
func parseSize(text string) (int64, error) {
	number, unit := strings.TrimSpace(text), ""
	if i := strings.IndexFunc(number, func(r rune) bool { return r != '.' && (r < '0' || r > '9') }); i >= 0 {
		number, unit = number[:i], strings.TrimSpace(number[i:])
	}
	factor, known := map[string]float64{
		"": 1, "B": 1, "KB": 1e3, "MB": 1e6, "GB": 1e9, "TB": 1e12, "KIB": 1 << 10, "MIB": 1 << 20, "GIB": 1 << 30, "TIB": 1 << 40,
	}[strings.ToUpper(unit)]
	n, err := strconv.ParseFloat(number, 64)
	if err != nil || !known || n*factor > 1<<60 {
		return 0, keepiton.Hint(keepiton.Errorf(keepiton.Invalid, "%q is no size", text), "write it like 500MB or 2GB")
	}
	return int64(n * factor), nil
}
