package casework_test

import (
	"bytes"
	"compress/gzip"
	"strings"
	"testing"

	"keepiton"
	"keepiton/bundle"
	"keepiton/casework"
	"keepiton/intake"
	"keepiton/probe"
)

// aRun is a line of what a probe saw.
func aRun(t *testing.T, hour, network string) []byte {
	t.Helper()
	m := probe.Measurement{Annotations: map[string]string{"network_type": "mobile"}, Input: "telegram", StartTime: "2026-11-25 " + hour + ":00:00", ProbeASN: "AS64500", ProbeCC: "XG", ProbeID: "of the day", TestName: probe.TestName}
	m.Keys.Network = probe.Verdict(network)
	var b bytes.Buffer
	check(t, probe.Write(&b, []probe.Measurement{m}))
	return b.Bytes()
}

func packed(t *testing.T, text []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	_, err := z.Write(text)
	check(t, err)
	check(t, z.Close())
	return b.Bytes()
}

// sealedOf is a report with a file, sealed as a probe does it.
func (d *desk) sealedOf(t *testing.T, rep keepiton.Report, mediaType string, files ...[]byte) []byte {
	t.Helper()
	var out bytes.Buffer
	check(t, bundle.WriteHeader(&out, bundle.Header{}))
	closed, err := d.server.Campaign.Recipients.Sealer().Seal(&out)
	check(t, err)
	w := bundle.NewWriter(closed)
	for _, content := range files {
		f, err := w.File("probe", mediaType)
		check(t, err)
		_, err = f.Write(content)
		check(t, err)
	}
	rep.ID = bundle.NewID()
	check(t, w.Close(&rep))
	check(t, closed.Close())
	return out.Bytes()
}

func (d *desk) arrives(t *testing.T, sealed []byte) *casework.Opened {
	t.Helper()
	e, err := d.server.Take(t.Context(), intake.Pass{Lane: keepiton.LaneWork}, bytes.NewReader(sealed))
	check(t, err)
	o, err := d.Open(t.Context(), e.ID)
	check(t, err)
	return o
}

func TestTheRunsOfADayAreOpenedTogether(t *testing.T) {
	d := newDesk(t)
	of := keepiton.Report{Kind: keepiton.ReportProbe, Country: "XG"}
	night := d.sealedOf(t, of, "application/x-ndjson", packed(t, aRun(t, "02", "ok")))
	noon := d.sealedOf(t, of, "application/x-ndjson", packed(t, aRun(t, "12", "blackout")))
	o := d.arrives(t, d.sealedOf(t, keepiton.Report{Kind: keepiton.ReportProbe}, bundle.SealedType, night, noon))
	r := o.Results()
	if r == nil || r.Runs != 2 || r.Probes != 1 || r.Networked["blackout"] != 1 || r.Networked["ok"] != 1 || r.To.Sub(r.From).Hours() != 11 {
		t.Fatalf("%+v", r)
	}
	if strings.Join(r.Countries, " ") != "XG" || len(r.Networks) != 1 || r.Networks[0] != (keepiton.Entity{ASN: 64500, Access: "mobile"}) {
		t.Errorf("%v %v", r.Countries, r.Networks)
	}
	var lines bytes.Buffer
	check(t, r.Lines(&lines))
	if want := append(aRun(t, "02", "ok"), aRun(t, "12", "blackout")...); !bytes.Equal(lines.Bytes(), want) {
		t.Errorf("lines: %s", lines.Bytes())
	}
	if e, err := d.server.Store.Envelope(t.Context(), o.Envelope.ID); err != nil || e.Open != (keepiton.OpenFields{}) || e.State != keepiton.EnvelopeRead {
		t.Errorf("the server sees %+v %v", e, err)
	}
}

// What a person told never goes into the box of machines, whatever it says that it is.
func TestWordsOfAPersonAreNoResults(t *testing.T) {
	d := newDesk(t)
	of := keepiton.Report{Kind: keepiton.ReportProbe, Country: "XG"}
	run := aRun(t, "02", "ok")
	seen, story := of, of
	seen.Seen, story.Story = "they cut the line and beat my brother", &keepiton.StoryWords{Text: "a story"}
	written := d.sealedOf(t, seen, "application/x-ndjson", run)
	const lines = "application/x-ndjson"
	for name, sealed := range map[string][]byte{
		"words":               written,
		"a story":             d.sealedOf(t, story, lines, run),
		"a report":            d.sealedOf(t, keepiton.Report{Kind: keepiton.ReportShutdown}, lines, run),
		"a picture beside":    d.sealedOf(t, of, lines, run, []byte("\x89PNG made up")),
		"a line of words":     d.sealedOf(t, of, lines, append(run, "they cut the line\n"...)),
		"another's JSON":      d.sealedOf(t, of, lines, []byte(`{"test_name":"diary","note":"they cut the line"}`)),
		"nothing":             d.sealedOf(t, of, lines),
		"words in a pack":     d.sealedOf(t, of, bundle.SealedType, d.sealedOf(t, of, lines, run), written),
		"an unopened pack":    d.sealedOf(t, of, bundle.SealedType, d.sealedOf(t, of, lines, run), []byte("sealed to somebody else")),
		"a pack in the pack":  d.sealedOf(t, of, bundle.SealedType, d.sealedOf(t, of, bundle.SealedType, d.sealedOf(t, of, lines, run))),
		"too much when it is": d.sealedOf(t, of, lines, packed(t, bytes.Repeat(run, 17<<20/len(run)))),
	} {
		if o := d.arrives(t, sealed); o.Results() != nil {
			t.Errorf("%s: went into the box of probes: %+v", name, o.Results())
		}
	}
	if o := d.arrives(t, d.sealedOf(t, of, lines, run)); o.Results() == nil {
		t.Error("a run by itself is none either")
	}
}
