package main

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"text/tabwriter"

	"keepiton/detect/evaluate"
)

// writeEvaluation prints a report as tables.
func writeEvaluation(w io.Writer, r *evaluate.Report) error {
	for _, f := range r.Truth {
		fmt.Fprintf(w, "%s: %d rows of %s", f.Name, f.Rows, f.Kind)
		for _, kind := range slices.Sorted(maps.Keys(f.Defects)) {
			fmt.Fprintf(w, "; %d × %s", f.Defects[kind], kind)
		}
		fmt.Fprintln(w)
	}
	fmt.Fprintf(w, "%d national events, %d of them shutdowns, in %d countries, %s to %s; judged %g hours after the onset\n", r.Events, r.Shutdowns, r.Countries, r.From, r.To, r.Hours)
	fmt.Fprintf(w, "intervals: 95 %%, %d draws of countries, seed %d; %d sets of terms were tried\n", r.Draws, r.Seed, r.Variants)
	for _, s := range r.Splits {
		fmt.Fprintf(w, "\n%s: %d events, %d shutdowns, %d countries; fitted on %s\n", s.Name, s.Events, s.Shutdowns, s.Countries, s.Trained)
		t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
		fmt.Fprintln(t, "\tAUC\tAP\tBrier (base)\tlog loss\tECE\tprecision, recall, F1 at 0.5")
		for _, f := range append([]evaluate.Figures{s.Model}, s.Baselines...) {
			precision := "–"
			if f.Precision != nil {
				precision = fmt.Sprintf("%.2f", *f.Precision)
			}
			fmt.Fprintf(t, "%s\t%s\t%s\t%.3f (%.3f)\t%.3f\t%s\t%s, %.2f, %.2f\n", f.Name, known(f.AUC), point(f.AP), f.Brier.Value, f.BrierBase, f.LogLoss.Value, interval(f.ECE), precision, f.Recall, f.F1)
		}
		if err := t.Flush(); err != nil {
			return err
		}
		t = tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
		fmt.Fprintln(t, "said\tevents\tmean said\twere shutdowns\t95 %")
		for _, l := range s.Reliability {
			fmt.Fprintf(t, "%.1f–%.1f\t%d\t%.3f\t%.3f\t%.2f–%.2f\n", l.From, l.To, l.N, l.Said, l.Was, l.Low, l.High)
		}
		if err := t.Flush(); err != nil {
			return err
		}
	}
	if r.Detection != nil {
		if err := writeDetection(w, r.Detection); err != nil {
			return err
		}
	}
	if len(r.Wrong) > 0 {
		fmt.Fprintln(w, "\nfurthest from what was (leave one country out):")
	}
	for _, x := range r.Wrong {
		was := "an outage"
		if x.Shutdown {
			was = "a shutdown"
		}
		if x.Cause != "" {
			was += " (" + x.Cause + ")"
		}
		fmt.Fprintf(w, "row %d, %s %s: said %.2f, was %s: %s\n", x.Row, x.Country, x.From, x.Said, was, x.Why)
	}
	return nil
}

func interval(e evaluate.Estimate) string {
	return fmt.Sprintf("%.3f [%.3f–%.3f]", e.Value, e.Low, e.High)
}

// writeDetection prints how well disruptions were found in series.
func writeDetection(w io.Writer, d *evaluate.Detection) error {
	fmt.Fprintf(w, "\ndetection in %d series of %d countries, %s to %s (%.1f months of countries): %d true disruptions that they could see, %d that they could not\n", d.Series, d.Countries, d.From, d.To, d.CountryMonths, d.Truth, d.Unseen)
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "\talarms\tmatched, within a day\trecall\tprecision\tfalse alarms, false shutdowns a country and month\tdelay min: median, p90\tstart error min\tIoU")
	for _, x := range d.Detectors {
		fmt.Fprintf(t, "%s\t%d\t%d, %d\t%s\t%s\t%.2f, %.2f\t%s, %s\t%s\t%s\n", x.Name, x.Alarms, x.Matched, x.WithinDay, interval(x.Recall), interval(x.Precision), x.FalseAlarms, x.FalseShut,
			told(x.DelayMedian, 0), told(x.DelayP90, 0), told(x.StartError, 0), told(x.IoU, 2))
	}
	if err := t.Flush(); err != nil {
		return err
	}
	for _, x := range d.Detectors {
		fmt.Fprintf(w, "%s found", x.Name)
		for _, b := range slices.Concat(x.BySize, x.ByNetwork) {
			fmt.Fprintf(w, " %s %d of %d;", b.Name, b.Found, b.Truth)
		}
		fmt.Fprintln(w)
		for _, f := range []*evaluate.Figures{x.Disruption, x.Intent} {
			if f != nil {
				fmt.Fprintf(w, "  %s: Brier %.3f (%.3f), log loss %.3f, ECE %s, AUC %s\n", f.Name, f.Brier.Value, f.BrierBase, f.LogLoss.Value, interval(f.ECE), known(f.AUC))
			}
		}
	}
	return nil
}

func known(e *evaluate.Estimate) string {
	if e == nil {
		return "–"
	}
	return interval(*e)
}

func point(e *evaluate.Estimate) string {
	if e == nil {
		return "–"
	}
	return fmt.Sprintf("%.3f", e.Value)
}

func told(v *float64, digits int) string {
	if v == nil {
		return "–"
	}
	return fmt.Sprintf("%.*f", digits, *v)
}
