package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"

	"keepiton"
	"keepiton/intake"
	"keepiton/intake/courier"
	"keepiton/seal"
	"keepiton/seal/work"
)

// sendProbes brings what waits to the server. A file is deleted once it is there.
func sendProbes(ctx context.Context, e *env, f probeFlags) (int, error) {
	c, err := f.courier()
	if err != nil {
		return exitUsage, err
	}
	files, err := sealedFiles([]string{f.out})
	if err != nil && keepiton.CodeOf(err) != keepiton.NotFound {
		return exitFailed, err
	}
	sent := 0
	for _, name := range files {
		if c.Token, err = nextToken(f.tokens); err != nil {
			return exitFailed, err
		}
		if err = sendProbe(ctx, c, name); err == nil {
			err = dropToken(f.tokens, c.Token)
		}
		if err != nil {
			if sent > 0 {
				fmt.Fprintf(e.stderr, "%d files were sent before this one\n", sent)
			}
			return exitFailed, keepiton.Hint(err, "what waits stays there; send again with keepiton probe send")
		}
		sent++
	}
	if sent == 0 && f.every > 0 {
		return exitGood, nil // of most hours
	}
	fmt.Fprintf(e.stdout, "%d sealed files sent to %s\n", sent, c.Server.Host)
	return exitGood, nil
}

// sendWaiting is keepiton probe send: the runs of days that are still apart are put
// together first. Without the campaign's keys each goes by itself.
func sendWaiting(ctx context.Context, e *env, f probeFlags) (int, error) {
	switch to, err := loadRecipients(f.recipients); {
	case err == nil:
		if err := packRuns(f.out, to, packAll); err != nil {
			return exitFailed, err
		}
	default:
		if err := unpackRuns(f.out); err != nil {
			return exitFailed, err
		}
	}
	return sendProbes(ctx, e, f)
}

// sendProbe sends one file and deletes it.
func sendProbe(ctx context.Context, c *courier.Courier, name string) error {
	file, err := os.Open(name)
	if err != nil {
		return keepiton.Errorf(keepiton.Unavailable, "%w", err)
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return keepiton.Errorf(keepiton.Unavailable, "%w", err)
	}
	if _, err := intake.Check(file); err != nil { // what is not sealed must never leave
		return keepiton.Hint(fmt.Errorf("%s: %w; it was not sent", name, err), "keep other files out of that folder")
	}
	c.Upload = ""
	if err := c.Send(ctx, file, info.Size()); err != nil {
		return err
	}
	return os.Remove(name)
}

// sayAlive spends a token on a heartbeat. That it did not get through is told and
// changes nothing: the run is what counts.
func sayAlive(ctx context.Context, e *env, f probeFlags) {
	c, err := f.courier()
	if err == nil {
		c.Token, err = nextToken(f.tokens)
	}
	if err == nil && c.Token == "" {
		err = keepiton.Hint(keepiton.Errorf(keepiton.NotFound, "no token is left"), "keepiton partner tokens fetches more")
	}
	if err == nil {
		if err = c.Heartbeat(ctx, f.country, f.network); err == nil || keepiton.CodeOf(err) == keepiton.Conflict {
			err = errors.Join(err, dropToken(f.tokens, c.Token)) // Conflict: it was used
		}
	}
	if err != nil {
		fmt.Fprintf(e.stderr, "keepiton probe: heartbeat: %v\n", err)
	}
}

// courier takes things to the server.
func (f *probeFlags) courier() (*courier.Courier, error) {
	server, err := courier.CheckServer(f.server)
	if err != nil {
		return nil, fmt.Errorf("--server: %w", err)
	}
	proxy, err := courier.CheckProxy(f.proxy)
	if err != nil {
		return nil, fmt.Errorf("--proxy: %w", err)
	}
	// No more work than a phone does: what a machine says is not looked at before what
	// people say.
	return &courier.Courier{Server: server, Client: courier.NewClient(proxy), Work: work.DefaultBits}, nil
}

// nextToken is the first token in a file; empty when there is no file, or no token
// left: then what is sent goes by the lane of work. It stays there until it was used,
// so that a line that is down costs none.
func nextToken(name string) (string, error) {
	if name == "" {
		return "", nil
	}
	text, err := os.ReadFile(name)
	if err != nil {
		return "", keepiton.Hint(keepiton.Errorf(keepiton.NotFound, "tokens: %w", err), "keepiton partner tokens fetches tokens")
	}
	for line := range strings.Lines(string(text)) {
		if line = strings.TrimSpace(line); line != "" {
			return line, nil
		}
	}
	return "", nil
}

// dropToken takes a token that was used out of the file.
func dropToken(name, token string) error {
	if token == "" {
		return nil
	}
	text, err := os.ReadFile(name)
	if err != nil {
		return keepiton.Errorf(keepiton.Unavailable, "tokens: %w", err)
	}
	var left strings.Builder
	for line := range strings.Lines(string(text)) {
		if strings.TrimSpace(line) != token {
			left.WriteString(line)
		}
	}
	return seal.WriteFile(name, []byte(left.String()), 0o600)
}
