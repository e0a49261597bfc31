package export

import (
	"bytes"
	"encoding/xml"
	"io"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"keepiton"
	"keepiton/locale"
)

// capNode is an element of an XML document.
type capNode struct {
	name, space, text string
	children          []*capNode
}

func parseXML(t *testing.T, doc []byte) *capNode {
	t.Helper()
	dec := xml.NewDecoder(bytes.NewReader(doc))
	root := &capNode{}
	stack := []*capNode{root}
	for {
		tok, err := dec.Token()
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatalf("not well-formed: %v\n%s", err, doc)
		}
		top := stack[len(stack)-1]
		switch tok := tok.(type) {
		case xml.StartElement:
			n := &capNode{name: tok.Name.Local, space: tok.Name.Space}
			top.children = append(top.children, n)
			stack = append(stack, n)
		case xml.EndElement:
			stack = stack[:len(stack)-1]
		case xml.CharData:
			top.text += string(tok)
		}
	}
	return root.children[0]
}

func (n *capNode) all(name string) (out []string) {
	for _, c := range n.children {
		if c.name == name {
			out = append(out, c.text)
		}
	}
	return out
}

func (n *capNode) get(name string) string {
	if all := n.all(name); len(all) > 0 {
		return all[0]
	}
	return ""
}

// capElement is one row of the schema in CAP 1.2, section 3.4: how often an element
// stands, in this order, and what it may hold.
type capElement struct {
	name     string
	min, max int // max 0: any number
	values   string
	pattern  *regexp.Regexp
	children []capElement
}

var (
	capMoment = regexp.MustCompile(`^\d\d\d\d-\d\d-\d\dT\d\d:\d\d:\d\d[-+]\d\d:\d\d$`)
	capName   = regexp.MustCompile(`^[^\s,<&]+$`)
	capText   = regexp.MustCompile(`\S`)
	capRefs   = regexp.MustCompile(`^[^\s,<&]+,[^\s,<&]+,\d\d\d\d-\d\d-\d\dT\d\d:\d\d:\d\d[-+]\d\d:\d\d( [^\s,<&]+,[^\s,<&]+,\d\d\d\d-\d\d-\d\dT\d\d:\d\d:\d\d[-+]\d\d:\d\d)*$`)
	capLang   = regexp.MustCompile(`^[a-zA-Z]{1,8}(-[a-zA-Z0-9]{1,8})*$`)

	capPair   = []capElement{{name: "valueName", min: 1, max: 1, pattern: capText}, {name: "value", min: 1, max: 1, pattern: capText}}
	capSchema = []capElement{
		{name: "identifier", min: 1, max: 1, pattern: capName},
		{name: "sender", min: 1, max: 1, pattern: capName},
		{name: "sent", min: 1, max: 1, pattern: capMoment},
		{name: "status", min: 1, max: 1, values: "Actual Exercise System Test Draft"},
		{name: "msgType", min: 1, max: 1, values: "Alert Update Cancel Ack Error"},
		{name: "source", max: 1},
		{name: "scope", min: 1, max: 1, values: "Public Restricted Private"},
		{name: "restriction", max: 1},
		{name: "addresses", max: 1},
		{name: "code"},
		{name: "note", max: 1},
		{name: "references", max: 1, pattern: capRefs},
		{name: "incidents", max: 1},
		{name: "info", children: []capElement{
			{name: "language", max: 1, pattern: capLang},
			{name: "category", min: 1, values: "Geo Met Safety Security Rescue Fire Health Env Transport Infra CBRNE Other"},
			{name: "event", min: 1, max: 1, pattern: capText},
			{name: "responseType", values: "Shelter Evacuate Prepare Execute Avoid Monitor Assess AllClear None"},
			{name: "urgency", min: 1, max: 1, values: "Immediate Expected Future Past Unknown"},
			{name: "severity", min: 1, max: 1, values: "Extreme Severe Moderate Minor Unknown"},
			{name: "certainty", min: 1, max: 1, values: "Observed Likely Possible Unlikely Unknown"},
			{name: "audience", max: 1},
			{name: "eventCode", children: capPair},
			{name: "effective", max: 1, pattern: capMoment},
			{name: "onset", max: 1, pattern: capMoment},
			{name: "expires", max: 1, pattern: capMoment},
			{name: "senderName", max: 1},
			{name: "headline", max: 1},
			{name: "description", max: 1},
			{name: "instruction", max: 1},
			{name: "web", max: 1, pattern: regexp.MustCompile(`^https?://\S+$`)},
			{name: "contact", max: 1},
			{name: "parameter", children: capPair},
			{name: "resource"},
			{name: "area", children: []capElement{
				{name: "areaDesc", min: 1, max: 1, pattern: capText},
				{name: "polygon"},
				{name: "circle"},
				{name: "geocode", children: capPair},
				{name: "altitude", max: 1},
				{name: "ceiling", max: 1},
			}},
		}},
	}
)

// checkCAP holds a message to the schema of CAP 1.2 and to what its words and the
// notes ask beyond it: a time zone in digits, references where there must be some,
// and with Google's profile a description, an area and an end.
func checkCAP(t *testing.T, doc []byte) *capNode {
	t.Helper()
	root := parseXML(t, doc)
	capFaults(root, func(format string, args ...any) {
		t.Helper()
		t.Errorf(format, args...)
	})
	return root
}

// capFaults reports what is wrong with a message.
func capFaults(root *capNode, fault func(format string, args ...any)) {
	if root.name != "alert" || root.space != "urn:oasis:names:tc:emergency:cap:1.2" {
		fault("the root is %s of %s", root.name, root.space)
	}
	checkElements(fault, "alert", root, capSchema)
	if kind := root.get("msgType"); (kind == "Update" || kind == "Cancel") != (root.get("references") != "") {
		fault("%s with references %q", kind, root.get("references"))
	}
	for _, c := range root.children {
		if c.name == "info" {
			for _, name := range []string{"expires", "description", "headline", "area", "language"} {
				if c.get(name) == "" && name != "area" || len(c.all(name)) == 0 {
					fault("an info has no %s", name)
				}
			}
			if n := len([]rune(c.get("headline"))); n > 160 {
				fault("a headline has %d characters", n)
			}
		}
	}
}

func checkElements(fault func(format string, args ...any), where string, n *capNode, schema []capElement) {
	at := 0
	for _, c := range n.children {
		i := slices.IndexFunc(schema, func(e capElement) bool { return e.name == c.name })
		switch {
		case i < 0:
			fault("%s: no element %s in the schema", where, c.name)
			continue
		case i < at:
			fault("%s: %s stands behind %s", where, c.name, schema[at].name)
		}
		at = max(at, i)
		e := schema[i]
		switch {
		case e.children != nil:
			checkElements(fault, where+"/"+e.name, c, e.children)
		case e.values != "" && !slices.Contains(strings.Fields(e.values), c.text):
			fault("%s: %s is %q", where, e.name, c.text)
		case e.pattern != nil && !e.pattern.MatchString(c.text):
			fault("%s: %s is %q", where, e.name, c.text)
		}
	}
	for _, e := range schema {
		if k := len(n.all(e.name)); k < e.min || e.max > 0 && k > e.max {
			fault("%s: %d of %s", where, k, e.name)
		}
	}
}

// message makes a CAP message of an incident.
func capMessage(t *testing.T, inc keepiton.Incident, act keepiton.AlertAct, n int, sample bool) *capNode {
	t.Helper()
	at := time.Date(2027, 1, 11, 12, 0, 0, 0, time.UTC)
	inc.ID = "KIO-2027-0001"
	rev := &keepiton.Revision{N: n, Recorded: at, Incident: inc}
	c := &CAP{
		Alert: keepiton.Alert{ID: keepiton.NewAlertID("KIO-2027-0001", n), Subject: "KIO-2027-0001", N: n, Act: act, Announced: at.Add(time.Duration(n) * time.Hour)},
		Rev:   rev, Sender: "keepiton.test",
		Text: func(p *locale.Printer) (string, string) {
			return Title(p, &inc) + strings.Repeat(" & <more>", 30), Sentence(p, &inc, at)
		},
		Link: func(lang string) string { return "https://keepiton.test/" + lang + "/incidents/KIO-2027-0001" },
	}
	for i := 1; i < n; i++ {
		c.Earlier = append(c.Earlier, keepiton.Alert{ID: keepiton.NewAlertID("KIO-2027-0001", i), Announced: at.Add(time.Duration(i) * time.Hour)})
	}
	var b bytes.Buffer
	if err := WriteCAP(&b, c, Options{Sample: sample}); err != nil {
		t.Fatal(err)
	}
	return checkCAP(t, b.Bytes())
}

func TestCAPMessagesFollowTheSchemaAndPointBack(t *testing.T) {
	start := keepiton.Moment{At: time.Date(2027, 1, 10, 22, 0, 0, 0, time.UTC), Precision: keepiton.Hour}
	inc := keepiton.Incident{
		State: keepiton.Published, Kinds: []string{"shutdown"}, Extents: []string{"full_network"}, Networks: keepiton.Networks{Mobile: keepiton.Yes, Fixed: keepiton.Yes},
		Episodes: []keepiton.Episode{{Start: start, End: keepiton.Ending{State: keepiton.Ongoing}}},
		Places: []keepiton.Place{
			{Country: "ET", Region: "ET-TI", Words: "Tigray", Confidence: 1},
			{Country: "ET", Region: "ET-AA", Except: true, Words: "Addis Ababa", Confidence: 1},
			{Country: "SD", Nationwide: true, Confidence: 1},
			{Country: "TD", Words: "a guess", Confidence: 0.2},
		},
	}
	first := capMessage(t, inc, keepiton.ActPublished, 1, false)
	for name, want := range map[string]string{
		"identifier": "KIO-2027-0001.1", "sender": "keepiton.test", "sent": "2027-01-11T13:00:00-00:00", "status": "Actual", "msgType": "Alert", "scope": "Public", "incidents": "KIO-2027-0001", "references": "",
	} {
		if got := first.get(name); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
	var langs []string
	for _, c := range first.children {
		if c.name != "info" {
			continue
		}
		langs = append(langs, c.get("language"))
		if got := strings.Join(c.all("category"), " "); got != "Infra Security" {
			t.Errorf("categories are %q", got)
		}
		if c.get("urgency") != "Immediate" || c.get("severity") != "Severe" || c.get("certainty") != "Possible" || c.get("responseType") != "Monitor" || c.get("onset") != "2027-01-10T22:00:00-00:00" || c.get("expires") != "2027-02-10T13:00:00-00:00" {
			t.Errorf("%s: %q %q %q until %q", c.get("language"), c.get("urgency"), c.get("severity"), c.get("certainty"), c.get("expires"))
		}
		var codes []string
		for _, a := range c.children {
			for _, g := range a.children {
				if g.name == "geocode" {
					codes = append(codes, g.get("valueName")+" "+g.get("value"))
				}
			}
		}
		if want := []string{"ISO 3166-1 ET", "ISO 3166-2 ET-TI", "ISO 3166-1 SD"}; !slices.Equal(codes, want) {
			t.Errorf("codes are %q, want %q", codes, want)
		}
	}
	if want := []string{"en", "fr", "ar", "es", "pt", "am", "ca"}; !slices.Equal(langs, want) {
		t.Errorf("it says so in %v", langs)
	}

	inc.Verification.Level = keepiton.Verified
	inc.Episodes[0].End = keepiton.Ending{State: keepiton.Ended, At: keepiton.On(2027, 1, 12)}
	third := capMessage(t, inc, keepiton.ActEnded, 3, true)
	if got := third.get("references"); got != "keepiton.test,KIO-2027-0001.1,2027-01-11T13:00:00-00:00 keepiton.test,KIO-2027-0001.2,2027-01-11T14:00:00-00:00" {
		t.Errorf("references are %q", got)
	}
	if third.get("msgType") != "Update" || third.get("status") != "Exercise" || third.get("note") == "" {
		t.Errorf("an end on made-up data: %s, %s", third.get("msgType"), third.get("status"))
	}
	for _, c := range third.children {
		if c.name == "info" && (c.get("urgency") != "Past" || c.get("responseType") != "AllClear" || c.get("certainty") != "Observed") {
			t.Errorf("the end: %s %s %s", c.get("urgency"), c.get("responseType"), c.get("certainty"))
		}
	}
	inc.State, inc.Reason = keepiton.Withdrawn, "a hoax"
	if gone := capMessage(t, inc, keepiton.ActWithdrawn, 4, false); gone.get("msgType") != "Cancel" {
		t.Errorf("a withdrawal is %s", gone.get("msgType"))
	}
	inc.State, inc.MergedInto = keepiton.Merged, "KIO-2027-0002"
	if gone := capMessage(t, inc, keepiton.ActMerged, 2, false); gone.get("msgType") != "Cancel" {
		t.Errorf("a merger is %s", gone.get("msgType"))
	}
}

func TestCAPHoldsForEveryIncidentOfTheSample(t *testing.T) {
	for _, rev := range newest() {
		if rev.Incident.State.Public() {
			capMessage(t, *rev.Incident.Public(), keepiton.ActPublished, 1, true)
		}
	}
}

// TestTheCheckOfCAPFindsFaults breaks a message in ways that the check must see.
func TestTheCheckOfCAPFindsFaults(t *testing.T) {
	inc := keepiton.Incident{State: keepiton.Published, Country: "Norland"}
	var b bytes.Buffer
	c := &CAP{Alert: keepiton.Alert{ID: "KIO-2027-0001.1", Announced: time.Unix(0, 0)}, Rev: &keepiton.Revision{Incident: inc}, Sender: "x", Text: func(*locale.Printer) (string, string) { return "a", "b" }, Link: func(string) string { return "" }}
	if err := WriteCAP(&b, c, Options{}); err != nil {
		t.Fatal(err)
	}
	for _, fault := range [][2]string{
		{"-00:00</sent>", "Z</sent>"},
		{"<scope>Public</scope>", ""},
		{"<msgType>Alert", "<msgType>News"},
		{"<urgency>", "<urgency>Very "},
		{"<status>Actual</status><msgType>Alert</msgType>", "<msgType>Alert</msgType><status>Actual</status>"},
		{"<areaDesc>Norland</areaDesc>", ""},
		{"<msgType>Alert", "<msgType>Cancel"},
	} {
		broken := strings.Replace(b.String(), fault[0], fault[1], 1)
		if broken == b.String() {
			t.Fatalf("%q is not in the message", fault[0])
		}
		found := 0
		capFaults(parseXML(t, []byte(broken)), func(string, ...any) { found++ })
		if found == 0 {
			t.Errorf("the check does not see %q instead of %q", fault[1], fault[0])
		}
	}
}
