package stop

import (
	"cmp"
	"slices"
	"strings"

	"keepiton"
	"keepiton/geo"
)

// Draft reads the rows of one event in one edition into an incident, and names
// what is odd about each cell. Where rows differ, the row of the newest count
// year speaks (the last of them in the sheet); sources are taken from all.
// The incident has no id. A row without a start date or country still makes an
// incident: nothing is lost.
func Draft(rows []keepiton.Row) (keepiton.Incident, []Defect) {
	inc := keepiton.Incident{
		State:        keepiton.Published,
		Rows:         slices.Clone(rows),
		Verification: keepiton.Verification{Level: keepiton.Listed},
	}
	if len(rows) == 0 {
		return inc, nil
	}
	byYear := slices.Clone(rows)
	slices.SortStableFunc(byYear, func(a, b keepiton.Row) int {
		return cmp.Or(cmp.Compare(b.CountYear, a.CountYear), cmp.Compare(b.Number, a.Number))
	})
	var defects []Defect
	from := &sources{inc: &inc, ids: map[string]keepiton.SourceID{}}
	for i, row := range byYear {
		d := &draft{inc: &inc, row: row, sources: from}
		if i > 0 {
			d.inc = &keepiton.Incident{} // read for its defects alone
		}
		d.read()
		d.differs(byYear[0])
		defects = append(defects, d.defects...)
	}
	from.group()
	return inc, defects
}

// draft reads one row.
type draft struct {
	inc     *keepiton.Incident
	row     keepiton.Row
	sources *sources
	defects []Defect
}

// value returns the cell under key, trimmed.
func (d *draft) value(key string) string {
	v, _ := d.row.Value(key)
	return strings.TrimSpace(v)
}

// told is value without the "NA" that the oldest sheet writes for nothing.
func (d *draft) told(key string) string {
	if v := d.value(key); norm(v) != "na" {
		return v
	}
	return ""
}

// named returns the cell of a column that the fourth generation lacks.
func (d *draft) named(column string) (string, bool) {
	for _, c := range d.row.Cells {
		if c.Key == "" && norm(c.Column) == norm(column) {
			return strings.TrimSpace(c.Value), true
		}
	}
	return "", false
}

// report notes a defect. What stands in the cell of a confidential source is
// not repeated.
func (d *draft) report(kind Kind, key, value string) {
	column := key
	if class, _ := d.row.Value("info_source"); key == "info_source_link" && norm(class) == keepiton.Confidential {
		value = "[confidential]"
	}
	for _, c := range d.row.Cells {
		if c.Key == key {
			column = c.Column
			break
		}
	}
	d.defects = append(d.defects, Defect{Kind: kind, File: d.row.File, Sheet: d.row.Sheet, Row: d.row.Number, Column: column, Value: clip(value), Country: d.inc.Country})
}

// codes reads a category cell into codes of the vocabulary; a word on no list
// is left out of them and reported.
func (d *draft) codes(vocab, key string) []string {
	raw, _ := d.row.Value(key)
	return d.words(vocabularies[vocab], key, raw)
}

func (d *draft) words(v vocabulary, key, raw string) []string {
	if strings.TrimSpace(raw) == "" {
		return nil
	}
	var out []string
	add := func(code string) {
		for c := range strings.SplitSeq(code, ",") {
			if c != "" && !slices.Contains(out, c) {
				out = append(out, c)
			}
		}
	}
	if code, variant, ok := v.read(raw); ok {
		if variant {
			d.report(SpellingVariant, key, raw)
		}
		add(code)
		return out
	}
	parts := pieces(raw)
	if len(parts) < 2 {
		parts = []string{raw}
	}
	for _, p := range parts {
		code, variant, ok := v.read(p)
		switch {
		case !ok:
			d.report(UnknownSpelling, key, p)
		case variant:
			d.report(SpellingVariant, key, p)
		}
		add(code)
	}
	return out
}

func (d *draft) code(vocab, key string) string {
	if c := d.codes(vocab, key); len(c) > 0 {
		return c[0]
	}
	return ""
}

func (d *draft) answer(key string) keepiton.Answer {
	raw, has := d.row.Value(key)
	if strings.TrimSpace(raw) == "" {
		if has && d.row.Generation >= int(G2) {
			d.report(BlankNotAsked, key, "")
		}
		return keepiton.NotAsked
	}
	switch d.code("answer", key) {
	case "yes":
		return keepiton.Yes
	case "no":
		return keepiton.No
	case "unknown":
		return keepiton.Unknown
	}
	return keepiton.NotAsked
}

func (d *draft) read() {
	inc := d.inc
	inc.Country, _ = d.row.Value("country")
	inc.Area, _ = d.row.Value("area_name")
	inc.Country, inc.Area = strings.TrimSpace(inc.Country), strings.TrimSpace(inc.Area)
	inc.Scope = d.code("geo_scope", "geo_scope")
	inc.Region = d.region()
	d.places()
	d.episode()
	d.what()
	d.services()
	d.who()
	inc.Causes = d.codes("actual_cause", "actual_cause")
	inc.CauseDetails = d.value("actual_cause_details")
	inc.Justifications = d.codes("gov_justification", "gov_justification")
	inc.JustDetails = d.value("gov_just_details")
	inc.GovAck = d.answer("gov_ack")
	inc.LegalBasis = d.answer("legal_just")
	inc.LegalMethod = d.value("legal_method")
	inc.OperatorAck = d.answer("telco_ack")
	inc.Election, inc.Violence = d.answer("election"), d.answer("violence")
	inc.Abuses, inc.Notified = d.answer("hr_abuse_reported"), d.answer("users_notified")
	for _, group := range pieces(d.value("users_targeted")) {
		inc.Targeted = append(inc.Targeted, strings.TrimPrefix(group, "and "))
	}
	inc.TargetedDetail = d.value("users_target_detail")
	inc.Impact, inc.Summary = d.told("econ_impact"), d.told("event")
	d.cite()
}

// region reads the region; the first layout has a continent and a sub-region,
// of which the sub-region decides.
func (d *draft) region() string {
	if sub, ok := d.named("sub_region"); ok && sub != "" {
		if code := subRegions[sub]; code != "" {
			return code
		}
		d.report(UnknownSpelling, "sub_region", sub)
	}
	return d.code("region", "region")
}

func (d *draft) places() {
	d.inc.Places = geo.Resolve(d.inc.Country, d.inc.Area, d.value("geo_scope"))
	if strings.Contains(strings.Trim(d.inc.Country, "; "), ";") { // a comma is part of a name
		d.report(SeveralCountries, "country", d.inc.Country)
	}
	for _, p := range d.inc.Places {
		key, words := "area_name", p.Words
		if p.Country == "" {
			key = "country"
		}
		if p.Country == "" || p.Confidence < keepiton.SurePlace {
			d.report(UnmappedPlace, key, words)
		}
	}
}

// what reads kinds, extents and networks. The first layout packs them into one
// list of what was cut and one word for the group.
func (d *draft) what() {
	if d.row.Generation == int(G1) {
		d.packed()
		return
	}
	d.inc.Kinds = d.codes("shutdown_type", "shutdown_type")
	d.inc.Extents = d.codes("shutdown_extent", "shutdown_extent")
	n := &d.inc.Networks
	switch codes := d.codes("affected_network", "affected_network"); {
	case slices.Contains(codes, keepiton.CodeUnknown):
		n.Mobile, n.Fixed = keepiton.Unknown, keepiton.Unknown
	case len(codes) > 0:
		n.Mobile, n.Fixed = named(codes, "mobile"), named(codes, "fixed")
	}
	if raw, ok := d.named("SMS_and_phone_call_affected"); ok && raw != "" {
		codes := d.words(vocabularies["SMS_and_phone_call_affected"], "SMS_and_phone_call_affected", raw)
		n.SMS, n.Voice = named(codes, "sms"), named(codes, "voice")
		if slices.Contains(codes, keepiton.CodeUnknown) || len(codes) == 0 {
			n.SMS, n.Voice = keepiton.Unknown, keepiton.Unknown
		}
		return
	}
	if _, ok := d.row.Value("sms_affected"); ok {
		n.SMS = d.answer("sms_affected")
	}
	if _, ok := d.row.Value("phonecall_affected"); ok {
		n.Voice = d.answer("phonecall_affected")
	}
}

// named is yes when a list names code, no when it names others.
func named(codes []string, code string) keepiton.Answer {
	if slices.Contains(codes, code) {
		return keepiton.Yes
	}
	return keepiton.No
}

func (d *draft) packed() {
	var codes []string
	for _, p := range pieces(d.value("shutdown_type")) {
		c, ok := networkWords[norm(p)]
		if !ok {
			d.report(UnknownSpelling, "shutdown_type", p)
		}
		codes = append(codes, c)
	}
	group := d.value("shutdown_extent")
	throttled := slices.Contains(codes, "throttling") || group == "Throttling"
	if group != "" && group != "Throttling" {
		d.inc.Kinds = append(d.inc.Kinds, "shutdown")
	}
	if throttled {
		d.inc.Kinds = append(d.inc.Kinds, "throttling")
	}
	d.inc.Extents = d.codes("shutdown_extent", "shutdown_extent")
	if slices.Contains(codes, "service") && !slices.Contains(d.inc.Extents, "service_based") {
		d.inc.Extents = append(d.inc.Extents, "service_based")
	}
	n := &d.inc.Networks
	if slices.Contains(codes, "mobile") || slices.Contains(codes, "fixed") {
		n.Mobile, n.Fixed = named(codes, "mobile"), named(codes, "fixed")
	}
	if slices.Contains(codes, "sms") {
		n.SMS = keepiton.Yes
	}
	if slices.Contains(codes, "voice") {
		n.Voice = keepiton.Yes
	}
}

func (d *draft) services() {
	anyYes := false
	for _, p := range platforms {
		if _, ok := d.row.Value(p + "_affected"); !ok {
			continue
		}
		a := d.answer(p + "_affected")
		if a != keepiton.NotAsked {
			d.inc.Services = append(d.inc.Services, keepiton.ServiceAnswer{ID: p, Affected: a})
		}
		anyYes = anyYes || a == keepiton.Yes
	}
	others, unnamed := readOthers(d.value("other_affected"), d.row.Generation == int(G1))
	for _, u := range unnamed {
		d.report(UnknownSpelling, "other_affected", u)
	}
	for _, o := range others {
		if satellites[o.ID] {
			d.inc.Networks.Satellite = keepiton.Yes
		}
		if i := slices.IndexFunc(d.inc.Services, func(s keepiton.ServiceAnswer) bool { return s.ID == o.ID }); i >= 0 {
			d.inc.Services[i] = o
			continue
		}
		d.inc.Services = append(d.inc.Services, o)
	}
	service := slices.Contains(d.inc.Extents, "service_based")
	if anyYes && !service && slices.Contains(d.inc.Extents, "full_network") {
		d.report(FullNetworkWithService, "shutdown_extent", d.value("shutdown_extent"))
	}
	if service && !anyYes && len(others) == 0 {
		d.report(ServiceBasedNoService, "shutdown_extent", d.value("shutdown_extent"))
	}
}

// who reads who ordered it. The perpetrator's country is never taken from the
// affected one: see keepiton.Perpetrator.
func (d *draft) who() {
	p := keepiton.Perpetrator{Body: d.code("ordered_by", "ordered_by"), Name: d.value("decision_maker")}
	if norm(p.Name) == "unknown" {
		p.Name = ""
	}
	if p != (keepiton.Perpetrator{}) {
		d.inc.Perpetrators = []keepiton.Perpetrator{p}
	}
	d.inc.Operators = readOperators(d.value("telcos_involved"))
}

// cite reads the sources and what rests on them.
func (d *draft) cite() {
	inc := d.inc
	inc.InfoSource = d.code("info_source", "info_source")
	secret := inc.InfoSource == keepiton.Confidential
	bad := func(key string, malformed []string) {
		for _, m := range malformed {
			d.report(MalformedURL, key, m)
		}
	}
	malformed, _ := d.sources.add(d.value("info_source_link"), classKinds[inc.InfoSource], keepiton.AnyField, secret, true)
	bad("info_source_link", malformed)
	malformed, words := d.sources.add(d.value("gov_ack_source"), "statement", "gov_ack gov_quote", false, false)
	bad("gov_ack_source", malformed)
	inc.GovQuote = cmp.Or(d.value("gov_ack_quote"), quote(words))
	malformed, words = d.sources.add(d.value("telco_ack_source"), "operator_notice", "operator_ack operator_quote", false, false)
	bad("telco_ack_source", malformed)
	inc.OperatorQuote = cmp.Or(d.value("telco_ack_quote"), quote(words))
	malformed, _ = d.sources.add(d.value("an_link"), "campaign", "", false, false)
	bad("an_link", malformed)
}

// quote keeps what a source's cell says beside its links: the second layout
// has no column for quotations.
func quote(words string) string {
	if !meaningful(words) {
		return ""
	}
	return words
}

// differs reports texts in which the row says something else than the row that
// speaks for the event.
func (d *draft) differs(primary keepiton.Row) {
	for _, c := range d.row.Cells {
		if c.Key == "" || c.Key == "count_year" {
			continue
		}
		other, _ := primary.Value(c.Key)
		if strings.TrimSpace(c.Value) != strings.TrimSpace(other) {
			d.report(RowsDiffer, c.Key, c.Value)
		}
	}
}
