package main

import (
	"context"
	"fmt"
	"time"

	"keepiton"
	"keepiton/intake"
	"keepiton/sample"
)

// demoReports sends made-up reports to the intake of a demo, which seals them
// like any other: so there is something to open at its desk.
func demoReports(ctx context.Context, in *intake.Intake, now time.Time) error {
	for _, sent := range sample.Reports(now) {
		if sent.Report.Kind == keepiton.ReportMessage {
			if _, err := in.TakeMessage(ctx, intake.Pass{Lane: sent.Lane}, &sent.Report, []byte(sent.Report.Seen.Reveal()), "message.txt", "text/plain"); err != nil {
				return fmt.Errorf("send a made-up message: %w", err)
			}
			continue
		}
		s, err := in.Begin(ctx, intake.Pass{Lane: sent.Lane})
		if err != nil {
			return fmt.Errorf("send a made-up report: %w", err)
		}
		if sent.Name != "" {
			w, err := s.File(sent.Name, "image/png")
			if err == nil {
				_, err = w.Write(sent.Picture)
			}
			if err != nil {
				s.Cancel()
				return fmt.Errorf("send a made-up picture: %w", err)
			}
		}
		if _, err := s.Finish(&sent.Report, keepiton.OpenFields{}); err != nil {
			return fmt.Errorf("send a made-up report: %w", err)
		}
	}
	return nil
}
