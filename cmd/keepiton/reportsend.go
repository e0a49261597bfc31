package main

import (
	"context"
	"fmt"
	"os"
	"time"

	"keepiton"
	"keepiton/intake"
	"keepiton/intake/courier"
)

// sendReport brings a sealed file to a server.
func sendReport(ctx context.Context, e *env, name string, f reportFlags) error {
	server, err := courier.CheckServer(f.server)
	if err != nil {
		return fmt.Errorf("--server: %w", err)
	}
	proxy, err := courier.CheckProxy(f.proxy)
	if err != nil {
		return fmt.Errorf("--proxy: %w", err)
	}
	file, err := os.Open(name)
	if err != nil {
		return keepiton.Hint(keepiton.Errorf(keepiton.NotFound, "%w", err), "keepiton report seal makes the file to send")
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return keepiton.Errorf(keepiton.Unavailable, "%w", err)
	}
	// What is not sealed, a form or a photo, must never leave by mistake.
	if _, err := intake.Check(file); err != nil {
		return keepiton.Hint(fmt.Errorf("%s: %w; nothing was sent", name, err), "keepiton report seal seals a report; give the file that it wrote")
	}
	progress := progressOn(e.stderr)
	c := &courier.Courier{Server: server, Client: courier.NewClient(proxy), Upload: f.resume, Token: f.token}
	c.Progress = func(done, all int64) { progress("sent %d of %d bytes", done, all) }
	c.Waiting = func(d time.Duration, why error) { progress("%v; trying again in %v", why, d) }
	progress("asking %s", server.Host)
	err = c.Send(ctx, file, info.Size())
	progress("")
	if err != nil {
		if c.Upload != "" {
			return keepiton.Hint(err, "go on within a day, with the same command and --resume "+c.Upload)
		}
		return err
	}
	if f.json {
		return writeJSON(e.stdout, map[string]string{"state": "accepted"})
	}
	fmt.Fprintf(e.stdout, "%s has it. You may delete %s; your receipt tells what becomes of it.\n", server.Host, name)
	return nil
}
