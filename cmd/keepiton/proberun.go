package main

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/rand"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"math/big"
	"os"
	"path/filepath"
	"strings"
	"time"

	"keepiton"
	"keepiton/bundle"
	"keepiton/probe"
	"keepiton/seal"
)

// probing is keepiton probe at work; tests put a network of their own in.
type probing struct {
	e       *env
	f       probeFlags
	list    *probe.List
	data    string
	network probe.Network
	roots   *x509.CertPool
	now     func() time.Time
}

func (p probing) run(ctx context.Context) (int, error) {
	var to *seal.Recipients
	if !p.f.print {
		var err error
		if to, err = loadRecipients(p.f.recipients); err != nil {
			// Before anybody was connected to.
			return exitFailed, keepiton.Hint(err, "--recipients names the file that the site offers at /key.json; --print needs no keys and keeps nothing")
		}
		if err := os.MkdirAll(p.f.out, 0o700); err != nil {
			return exitFailed, keepiton.Hint(keepiton.Errorf(keepiton.Unavailable, "%w", err), "name a folder that you may write to with --out")
		}
	}
	for {
		code, err := p.once(ctx, to)
		if p.f.every == 0 {
			return code, err
		}
		if ctx.Err() != nil {
			return code, errors.Join(err, p.packed(to, packAll))
		}
		if err != nil {
			fmt.Fprintf(p.e.stderr, "keepiton probe: %v\n", err)
		}
		pause := time.NewTimer(vary(p.f.every))
		select {
		case <-ctx.Done():
			pause.Stop()
			return exitGood, p.packed(to, packAll)
		case <-pause.C:
		}
	}
}

// once is one run: look, seal, and send what waits where a server was named.
func (p probing) once(ctx context.Context, to *seal.Recipients) (int, error) {
	id, err := probeID(p.data, p.f.print, p.now())
	if err != nil {
		return exitFailed, err
	}
	if p.f.heartbeat {
		sayAlive(ctx, p.e, p.f)
	}
	progress := progressOn(p.e.stderr)
	run := probe.Look(ctx, probe.Options{
		List: p.list, Network: p.network, Roots: p.roots, Country: p.f.country, ASN: p.f.asn, Access: p.f.network, ID: id, Version: thisBuild().Version, Now: p.now,
		Progress: func(done, all int, service string) { progress("%d of %d: %s", done+1, all, service) },
	})
	progress("")
	if p.f.every == 0 {
		if err := p.tell(run); err != nil {
			return exitFailed, err
		}
	}
	if p.f.print {
		return exitGood, nil
	}
	if ctx.Err() != nil {
		return exitFailed, keepiton.Errorf(keepiton.Unavailable, "broken off; nothing was kept")
	}
	if p.daily() {
		return p.keepForToday(ctx, to, run)
	}
	file, err := sealProbe(p.f.out, to, run, false)
	if err != nil {
		return exitFailed, err
	}
	if p.f.server == "" {
		fmt.Fprintf(p.e.stdout, "\nSealed: %s, to the campaign's analysts and nobody else.\nNext: keepiton probe send --server URL, or give the file to somebody who can.\n", file)
		return exitGood, nil
	}
	return sendProbes(ctx, p.e, p.f)
}

// tell shows a person what was seen.
func (p probing) tell(run *probe.Run) error {
	if p.f.json {
		return probe.Write(p.e.stdout, run.Measurements())
	}
	fmt.Fprintf(p.e.stdout, "The network: %s\n\n", verdictWords(run.Verdict))
	for _, r := range run.Targets {
		fmt.Fprintf(p.e.stdout, "  %-12s %-9s %s", r.Service, r.Role, r.Verdict)
		if len(r.Mechanisms) > 0 {
			fmt.Fprintf(p.e.stdout, " (%s)", strings.Join(r.Mechanisms, ", "))
		}
		fmt.Fprintln(p.e.stdout)
	}
	return nil
}

// verdictWords says what the verdict of a network means.
func verdictWords(v probe.Verdict) string {
	switch v {
	case probe.Healthy:
		return "ok: everything that was looked at can be reached"
	case probe.BlockingOfSome:
		return "blocking: the controls can be reached, some platforms can not"
	case probe.Whitelisting:
		return "whitelisting: little can be reached, and most controls can not"
	case probe.Blackout:
		return "blackout: nothing can be reached"
	case probe.Offline:
		return "offline: this machine has no network, so nothing can be told"
	case probe.CaptivePortal:
		return "captive_portal: a login page stands before everything; sign in there and try again"
	}
	return "unknown: could not be told"
}

// sealProbe seals what is kept of a run into the folder and returns the file. Its time
// on the disk is the beginning of the day. Packed it takes a fraction of the line.
func sealProbe(folder string, to *seal.Recipients, run *probe.Run, packed bool) (file string, err error) {
	var lines bytes.Buffer
	if err := probe.Write(&lines, run.Measurements()); err != nil {
		return "", err
	}
	return sealFile(folder, to, run.At, run.Country, func(w *bundle.Writer) error {
		f, err := w.File("probe.jsonl", "application/x-ndjson")
		if err != nil {
			return err
		}
		if !packed {
			_, err = f.Write(lines.Bytes())
			return err
		}
		z := gzip.NewWriter(f)
		if _, err := z.Write(lines.Bytes()); err != nil {
			return err
		}
		return z.Close()
	})
}

// sealFile seals what write writes into a new file of the folder.
func sealFile(folder string, to *seal.Recipients, at time.Time, country string, write func(w *bundle.Writer) error) (file string, err error) {
	out, done, err := createSealed(nil, filepath.Join(folder, plainName()))
	for try := 0; keepiton.CodeOf(err) == keepiton.Conflict && try < 100; try++ { // the name is taken
		out, done, err = createSealed(nil, filepath.Join(folder, plainName()))
	}
	if err != nil {
		return "", err
	}
	if err := done(sealResults(out, to, country, write)); err != nil {
		return "", fmt.Errorf("seal: %w", err)
	}
	day := at.UTC().Truncate(24 * time.Hour)
	return out.name, os.Chtimes(out.name, day, day)
}

func sealResults(out io.Writer, to *seal.Recipients, country string, write func(w *bundle.Writer) error) error {
	receipt := seal.NewReceipt() // nobody keeps its digits: a probe takes nothing back
	r := &keepiton.Report{ID: bundle.NewID(), Kind: keepiton.ReportProbe, Road: keepiton.RoadCarried, Country: country, Receipt: receipt.Address()}
	if err := bundle.WriteHeader(out, bundle.Header{Receipt: r.Receipt}); err != nil {
		return err
	}
	closed, err := to.Sealer().Seal(out)
	if err != nil {
		return err
	}
	w := bundle.NewWriter(closed)
	if err := write(w); err != nil {
		return err
	}
	if err := w.Close(r); err != nil {
		return err
	}
	return closed.Close()
}

// probeID returns what this probe goes by today, from a secret that stays in the data
// folder. Without one to keep it is drawn anew.
func probeID(data string, fresh bool, now time.Time) (string, error) {
	secret := make([]byte, 32)
	_, _ = rand.Read(secret) // never fails
	if fresh {
		return probe.DayID(secret, now), nil
	}
	if err := os.MkdirAll(data, 0o700); err != nil {
		return "", keepiton.Hint(keepiton.Errorf(keepiton.Unavailable, "%w", err), "name a folder that you may write to with --data")
	}
	name := filepath.Join(data, "probe.secret")
	kept, err := os.ReadFile(name)
	if errors.Is(err, os.ErrNotExist) {
		return probe.DayID(secret, now), seal.WriteNew(name, secret, 0o600)
	}
	if err != nil || len(kept) != len(secret) {
		return "", keepiton.Hint(keepiton.Errorf(keepiton.Unavailable, "%s cannot be used", name), "delete it: a new one is drawn")
	}
	return probe.DayID(kept, now), nil
}

// vary moves a period by up to a sixth, so that runs do not stand in a provider's
// records like a clock.
func vary(every time.Duration) time.Duration {
	sixth := int64(every / 6)
	n, err := rand.Int(rand.Reader, big.NewInt(2*sixth+1))
	if err != nil {
		return every
	}
	return every - time.Duration(sixth) + time.Duration(n.Int64())
}
