package probe

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"math"
	"net/netip"
	"time"

	"keepiton"
)

// Measurements are what is kept of a run, one a target, in the order of the list.
func (run *Run) Measurements() []Measurement {
	at := run.At.UTC().Truncate(time.Hour).Format(TimeLayout)
	asn, cc := keepiton.ASN(run.ASN).String(), run.Country
	if cc == "" {
		cc = "ZZ"
	}
	access := map[string]string{}
	if run.Access != "" {
		access["network_type"] = run.Access
	}
	b := run.beside()
	var out []Measurement
	for i, r := range run.Targets {
		m := Measurement{
			Annotations: access, DataFormatVersion: "0.2.0", Input: r.Service, StartTime: at, TestStartTime: at,
			ProbeASN: asn, ProbeCC: cc, ProbeID: run.ID, SoftwareName: "keepiton", SoftwareVersion: run.Version,
			TestName: TestName, TestVersion: TestVersion, Runtime: math.Round(run.Took.Seconds()),
			Keys: Keys{Result: r, Network: run.Verdict, List: run.List.Name + " " + run.List.Date, Kbps: kbps(r.Rate), ControlKbps: kbps(b.rate)},
		}
		if run.Verdict != CaptivePortal && run.Verdict != Offline { // a login page tells where somebody sits
			m.Keys.fill(run.seen[i], r)
		}
		out = append(out, m)
	}
	return out
}

// DayID returns what tells one probe from another for a day and no longer: a HMAC of
// the UTC day under a secret that never leaves the probe. Two of two days cannot be
// told to be the same.
func DayID(secret []byte, day time.Time) string {
	m := hmac.New(sha256.New, secret)
	m.Write([]byte("keepiton probe " + day.UTC().Format(time.DateOnly)))
	return hex.EncodeToString(m.Sum(nil)[:16])
}

// Write writes measurements as lines of JSON.
func Write(w io.Writer, all []Measurement) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	for i := range all {
		if err := e.Encode(&all[i]); err != nil {
			return err
		}
	}
	return nil
}

// kbps cuts a rate to two digits, in kbit/s: the exact one would tell of the line.
func kbps(rate float64) float64 {
	if rate <= 0 {
		return 0
	}
	unit := math.Pow(10, math.Floor(math.Log10(rate/1000))-1)
	return math.Round(rate/1000/unit) * unit
}

// tenth is a duration in seconds, to a tenth: several exact ones would tell how far a
// machine is from several places.
func tenth(d time.Duration) float64 { return math.Round(d.Seconds()*10) / 10 }

func because(f Failure) *Failure {
	if f == "" {
		return nil
	}
	return &f
}

func answer(a netip.Addr) Answer {
	if a.Is4() {
		return Answer{Type: "A", IPv4: a.String()}
	}
	return Answer{Type: "AAAA", IPv6: a.String()}
}
