package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"time"

	"keepiton"
	"keepiton/bundle"
	"keepiton/intake"
	"keepiton/probe"
	"keepiton/seal"
)

// runsIn is where the runs of a day wait until they go together, each sealed by itself:
// nothing that can be read is on the disk at any time, and nobody here can open them
// again. What carries the folder's files does not see it.
func runsIn(out string) string { return filepath.Join(out, ".runs") }

// packAll is a moment after every run.
var packAll = time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)

// daily reports whether runs go as one file a day.
func (p *probing) daily() bool { return p.f.every > 0 && !p.f.each }

// keepForToday seals a run to go with those of its day, and sends what is over.
func (p *probing) keepForToday(ctx context.Context, to *seal.Recipients, run *probe.Run) (int, error) {
	if err := os.MkdirAll(runsIn(p.f.out), 0o700); err != nil {
		return exitFailed, keepiton.Errorf(keepiton.Unavailable, "%w", err)
	}
	if _, err := sealProbe(runsIn(p.f.out), to, run, true); err != nil {
		return exitFailed, err
	}
	if err := p.packed(to, run.At.UTC().Truncate(24*time.Hour)); err != nil {
		return exitFailed, err
	}
	if p.f.server == "" {
		return exitGood, nil
	}
	return sendProbes(ctx, p.e, p.f)
}

// packed puts the runs of days before a moment together, where they wait.
func (p *probing) packed(to *seal.Recipients, before time.Time) error {
	if !p.daily() || to == nil {
		return nil
	}
	return packRuns(p.f.out, to, before)
}

// packRuns puts the runs of each day that began before a moment into one sealed file,
// or as many as they need. Days are never mixed: a probe goes by another number each day
// (probe.DayID), which would join them.
func packRuns(out string, to *seal.Recipients, before time.Time) error {
	days, err := waitingRuns(out)
	if err != nil {
		return err
	}
	for day, runs := range days {
		if at := time.Unix(day, 0); at.Before(before) {
			for some := range slices.Chunk(runs, bundle.MaxFiles) {
				if err := packDay(out, to, at, some); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// waitingRuns lists the runs by the day that their file says.
func waitingRuns(out string) (map[int64][]string, error) {
	days := map[int64][]string{}
	found, err := os.ReadDir(runsIn(out))
	if err != nil && !os.IsNotExist(err) {
		return nil, keepiton.Errorf(keepiton.Unavailable, "%w", err)
	}
	for _, f := range found {
		info, err := f.Info()
		if err != nil || !info.Mode().IsRegular() {
			continue
		}
		day := info.ModTime().UTC().Truncate(24 * time.Hour).Unix()
		days[day] = append(days[day], filepath.Join(runsIn(out), f.Name()))
	}
	return days, nil
}

// packDay seals runs, sealed as they are, once more into one file. They are deleted when
// that is on the disk; the same run twice counts once.
func packDay(out string, to *seal.Recipients, day time.Time, runs []string) error {
	_, err := sealFile(out, to, day, "", func(w *bundle.Writer) error {
		for _, name := range runs {
			f, err := w.File("run", bundle.SealedType)
			if err != nil {
				return err
			}
			if err := copySealed(f, name); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	for _, name := range runs {
		if err := os.Remove(name); err != nil {
			return keepiton.Errorf(keepiton.Unavailable, "%w", err)
		}
	}
	return nil
}

// copySealed writes a sealed file into another. Whatever else lies there must not leave.
func copySealed(w io.Writer, name string) error {
	in, err := os.Open(name)
	if err != nil {
		return keepiton.Errorf(keepiton.Unavailable, "%w", err)
	}
	defer in.Close()
	if _, err := intake.Check(in); err != nil {
		return keepiton.Hint(fmt.Errorf("%s: %w; it was not taken", name, err), "keep other files out of that folder")
	}
	if _, err := in.Seek(0, io.SeekStart); err != nil {
		return err
	}
	_, err = io.Copy(w, in)
	return err
}

// unpackRuns lets each run go by itself.
func unpackRuns(out string) error {
	days, err := waitingRuns(out)
	if err != nil {
		return err
	}
	for _, runs := range days {
		for _, name := range runs {
			if err := os.Rename(name, filepath.Join(out, bundle.NewID()[:8]+".dat")); err != nil {
				return keepiton.Errorf(keepiton.Unavailable, "%w", err)
			}
		}
	}
	return nil
}
