package export

import (
	"encoding/xml"
	"io"
	"strings"
	"time"

	"keepiton"
	"keepiton/geo"
	"keepiton/locale"
)

// CAPType is the media type of the Common Alerting Protocol.
const CAPType = "application/cap+xml"

// capSpace is the name space of CAP 1.2 (OASIS, 2010).
const capSpace = "urn:oasis:names:tc:emergency:cap:1.2"

// CAP is what one message of the Common Alerting Protocol is made of.
type CAP struct {
	Alert   keepiton.Alert     // announced
	Rev     *keepiton.Revision // what it tells of, public
	Earlier []keepiton.Alert   // announced before it about the same incident, oldest first
	Sender  string             // who is responsible: the host of the site
	Text    func(*locale.Printer) (headline, description string)
	Link    func(lang string) string // page of the incident
}

// CAPTime writes a moment as CAP wants it: never with Z, UTC as -00:00 (CAP 1.2,
// section 3.3.2).
func CAPTime(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05") + "-00:00" }

type capAlert struct {
	XMLName    xml.Name  `xml:"alert"`
	Space      string    `xml:"xmlns,attr"`
	Identifier string    `xml:"identifier"`
	Sender     string    `xml:"sender"`
	Sent       string    `xml:"sent"`
	Status     string    `xml:"status"`
	Type       string    `xml:"msgType"`
	Scope      string    `xml:"scope"`
	Note       string    `xml:"note,omitempty"`
	References string    `xml:"references,omitempty"`
	Incidents  string    `xml:"incidents"`
	Info       []capInfo `xml:"info"`
}

type capInfo struct {
	Language    string         `xml:"language"`
	Category    []string       `xml:"category"`
	Event       string         `xml:"event"`
	Response    string         `xml:"responseType,omitempty"`
	Urgency     string         `xml:"urgency"`
	Severity    string         `xml:"severity"`
	Certainty   string         `xml:"certainty"`
	Effective   string         `xml:"effective"`
	Onset       string         `xml:"onset,omitempty"`
	Expires     string         `xml:"expires"`
	SenderName  string         `xml:"senderName"`
	Headline    string         `xml:"headline"`
	Description string         `xml:"description"`
	Web         string         `xml:"web,omitempty"`
	Parameter   []capParameter `xml:"parameter"`
	Area        []capArea      `xml:"area"`
}

type capParameter struct {
	Name  string `xml:"valueName"`
	Value string `xml:"value"`
}

type capArea struct {
	Desc    string         `xml:"areaDesc"`
	Geocode []capParameter `xml:"geocode"`
}

// maxHeadline is the length that CAP 1.2, section 3.2.2, asks headlines to keep to.
const maxHeadline = 160

// WriteCAP writes one message: an Alert for the first, an Update for what follows,
// a Cancel for what was taken back or merged, which point back to all before it.
// It says the same in every language of ours, one info each. Made-up data are an
// exercise.
func WriteCAP(w io.Writer, c *CAP, opt Options) error {
	a := capAlert{
		Space: capSpace, Identifier: string(c.Alert.ID), Sender: c.Sender, Sent: CAPTime(c.Alert.Announced), Status: "Actual", Type: "Update", Scope: "Public", Incidents: c.Alert.Subject,
	}
	if opt.Sample {
		a.Status, a.Note = "Exercise", locale.For("en").T("export.sample")
	}
	var refs []string
	for _, e := range c.Earlier {
		refs = append(refs, c.Sender+","+string(e.ID)+","+CAPTime(e.Announced))
	}
	a.References = strings.Join(refs, " ")
	switch {
	case len(refs) == 0:
		a.Type = "Alert"
	case c.Alert.Act == keepiton.ActWithdrawn || c.Alert.Act == keepiton.ActMerged:
		a.Type = "Cancel"
	}
	for _, lang := range locale.Languages {
		a.Info = append(a.Info, c.info(locale.For(lang.Tag)))
	}
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return err
	}
	enc := xml.NewEncoder(w)
	if err := enc.Encode(a); err != nil {
		return keepiton.Errorf(keepiton.Internal, "write %s: %w", c.Alert.ID, err)
	}
	_, err := io.WriteString(w, "\n")
	return err
}

func (c *CAP) info(p *locale.Printer) capInfo {
	inc := &c.Rev.Incident
	headline, description := c.Text(p)
	urgency, response := c.urgency()
	i := capInfo{
		Language: p.Lang().Tag, Category: []string{"Infra", "Security"}, Event: p.T("cap.event." + sentenceKind(inc)), Response: response,
		Urgency: urgency, Severity: severity(inc), Certainty: certainty(inc.Verification.Level),
		Effective: CAPTime(c.Alert.Announced), Onset: onset(inc), Expires: CAPTime(c.expires()),
		SenderName: Publisher, Headline: clip(headline, maxHeadline), Description: description, Web: c.Link(p.Lang().Tag),
		Parameter: []capParameter{{"verification", levelCode(inc.Verification.Level)}, {"revision", c.revision()}},
		Area:      areas(p, inc),
	}
	return i
}

func (c *CAP) revision() string {
	_, n, _ := strings.Cut(string(c.Alert.ID), ".")
	return n
}

func levelCode(l keepiton.Level) string {
	if l == keepiton.Unverified {
		return "unverified"
	}
	return string(l)
}

// certainty maps the level of verification (notes/publication.md 3): observed is
// what a person checked, likely what several sources agree on, possible what one
// says; of what is disputed nothing is claimed.
func certainty(l keepiton.Level) string {
	switch l {
	case keepiton.Verified:
		return "Observed"
	case keepiton.Corroborated, keepiton.Listed:
		return "Likely"
	case keepiton.Disputed:
		return "Unknown"
	}
	return "Possible"
}

// severity goes by what is cut off: the whole network of a whole country, the
// network of a part of it, or services.
func severity(inc *keepiton.Incident) string {
	nationwide := false
	for _, pl := range inc.Places {
		nationwide = nationwide || pl.Nationwide && !pl.Except
	}
	switch sentenceKind(inc) {
	case "full", "mobile":
		if nationwide {
			return "Severe"
		}
		return "Moderate"
	case "service", "throttling":
		return "Moderate"
	case "throttled_service":
		return "Minor"
	}
	return "Unknown"
}

// urgency says whether it goes on, and what to do about it.
func (c *CAP) urgency() (urgency, response string) {
	inc := &c.Rev.Incident
	e := inc.End()
	switch {
	case inc.State != keepiton.Published:
		return "Past", "AllClear"
	case e.State == keepiton.Ongoing:
		return "Immediate", "Monitor"
	case e.State == keepiton.Ended || !e.At.IsZero():
		return "Past", "AllClear"
	}
	return "Unknown", "Monitor"
}

// expires is when a message says nothing about the present any more: a month after
// it for what goes on, a day after it for what is over, a week after it for what
// has no end in the record. Updates come earlier.
func (c *CAP) expires() time.Time {
	switch urgency, _ := c.urgency(); urgency {
	case "Immediate":
		return c.Alert.Announced.AddDate(0, 0, 30)
	case "Past":
		return c.Alert.Announced.AddDate(0, 0, 1)
	}
	return c.Alert.Announced.AddDate(0, 0, 7)
}

// CAPExpires is when the message about an incident as the revision has it expires.
func CAPExpires(a *keepiton.Alert, rev *keepiton.Revision) time.Time {
	return (&CAP{Alert: *a, Rev: rev}).expires()
}

// onset is the start, where it is known to the hour: CAP has no days.
func onset(inc *keepiton.Incident) string {
	s := inc.Start()
	if s.IsZero() || s.Estimated || s.Precision != keepiton.Minute && s.Precision != keepiton.Hour {
		return ""
	}
	return CAPTime(s.At)
}

// areas names the affected places, one area for each country, with the codes of
// ISO 3166. Parts that are excepted are not named.
func areas(p *locale.Printer, inc *keepiton.Incident) []capArea {
	var out []capArea
	for _, country := range inc.Countries() {
		a := capArea{Desc: geo.Name(country, p.Lang().Tag), Geocode: []capParameter{{"ISO 3166-1", country}}}
		var parts []string
		for _, pl := range inc.Places {
			if pl.Country != country || pl.Except || pl.Nationwide || pl.Confidence < keepiton.SurePlace {
				continue
			}
			if pl.Region != "" {
				a.Geocode = append(a.Geocode, capParameter{"ISO 3166-2", pl.Region})
			}
			if pl.Words != "" {
				parts = append(parts, pl.Words)
			}
		}
		if words := shorten(strings.Join(parts, ", "), areaLimit); words != "" && !strings.EqualFold(words, a.Desc) {
			a.Desc = p.T("sentence.place", "Country", a.Desc, "Area", words)
		}
		out = append(out, a)
	}
	if len(out) == 0 {
		words := inc.Country
		if words == "" {
			words = inc.Area
		}
		if words == "" {
			words = p.T("cap.area.unknown")
		}
		out = append(out, capArea{Desc: words})
	}
	return out
}

// clip cuts s to so many characters.
func clip(s string, n int) string {
	r := []rune(s)
	if len(r) <= n {
		return s
	}
	return strings.TrimRight(string(r[:n-1]), " ,;") + "…"
}
