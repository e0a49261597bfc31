// Package intaketest gives tests an intake that works: a sealed store in
// memory and a made-up campaign whose keys open what comes in.
package intaketest

import (
	"bytes"
	"io"
	"testing"
	"time"

	"keepiton"
	"keepiton/bundle"
	"keepiton/intake"
	"keepiton/seal"
	"keepiton/seal/sealtest"
	"keepiton/store"
)

// Now is the moment at which the intake of New stands.
var Now = time.Date(2026, 11, 25, 14, 37, 12, 0, time.UTC)

// Desk is an intake with a campaign behind it.
type Desk struct {
	*intake.Intake
	Campaign *sealtest.Campaign
	Clock    *Clock
}

// Clock is a clock that stands until it is moved.
type Clock struct{ now time.Time }

// Now returns the moment at which it stands.
func (c *Clock) Now() time.Time { return c.now }

// Pass moves it on. Not while others read it.
func (c *Clock) Pass(d time.Duration) { c.now = c.now.Add(d) }

// New returns an intake over a store in memory.
func New(t testing.TB) *Desk { return Over(t, NewMemory()) }

// Over returns an intake over a store, with its quotas set.
func Over(t testing.TB, st store.Sealed) *Desk {
	t.Helper()
	c, clock := sealtest.NewCampaign(t), &Clock{Now}
	sealer := c.Recipients.Sealer()
	d := &Desk{
		Intake:   &intake.Intake{Store: st, Sealer: func() (*seal.Sealer, error) { return sealer, nil }, Now: clock.Now},
		Campaign: c, Clock: clock,
	}
	if err := d.SetQuotas(t.Context()); err != nil {
		t.Fatal(err)
	}
	return d
}

// Opened is a report as an analyst opens it.
type Opened struct {
	Report *keepiton.Report
	Files  map[string][]byte // by name
}

// Open opens a stored envelope with the keys of the first member.
func (d *Desk) Open(t testing.TB, id keepiton.EnvelopeID) Opened {
	t.Helper()
	body, err := d.Store.OpenBody(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	defer body.Close()
	return Unseal(t, d.Campaign.Keys[0], body)
}

// Unseal opens a sealed bundle.
func Unseal(t testing.TB, keys *seal.Keys, sealed io.Reader) Opened {
	t.Helper()
	plain, err := keys.Open(sealed)
	if err != nil {
		t.Fatal(err)
	}
	o := Opened{Files: map[string][]byte{}}
	o.Report, err = bundle.Read(plain, func(f keepiton.ReportFile, r io.Reader) error {
		b, err := io.ReadAll(r)
		o.Files[f.Name.Reveal()] = b
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return o
}

// Container makes what a browser or the carried form sends: a report with its
// files, sealed, under a header.
func (d *Desk) Container(t testing.TB, rep *keepiton.Report, open keepiton.OpenFields, files map[string][]byte) (seal.Receipt, []byte) {
	t.Helper()
	receipt := seal.NewReceipt()
	rep.Receipt = receipt.Address()
	var out bytes.Buffer
	check(t, bundle.WriteHeader(&out, bundle.Header{Receipt: rep.Receipt, Open: open}))
	sealed, err := d.Campaign.Recipients.Sealer().Seal(&out)
	check(t, err)
	w := bundle.NewWriter(sealed)
	for name, content := range files {
		f, err := w.File(name, "application/octet-stream")
		check(t, err)
		_, err = f.Write(content)
		check(t, err)
	}
	check(t, w.Close(rep))
	check(t, sealed.Close())
	return receipt, out.Bytes()
}

// Report is a made-up report about Mekelle, with words in three scripts.
func Report() *keepiton.Report {
	return &keepiton.Report{
		ID: "5f1c3a90b2d84e6798a1c0ffee123456", Kind: keepiton.ReportShutdown, Lang: "am", Road: keepiton.RoadBrowser,
		Began:   keepiton.When{Date: "16 3 2019", Time: "3:00", Calendar: "ethiopic", Clock: "ethiopic-day", About: true},
		Ongoing: keepiton.Yes, Country: "ET", Place: "Mekelle, Hawelti", Seen: "ኢንተርኔት ተቋርጧል · انقطع الإنترنت",
		Firsthand: keepiton.Yes, Consent: keepiton.Consent{Publish: true, Version: keepiton.ConsentVersion},
	}
}

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
