package web

import (
	"slices"
	"strings"
	"time"

	"keepiton"
	"keepiton/geo"
	"keepiton/locale"
)

// calendars and clocks are what a sender may say of a date and a time.
var (
	calendars = []string{"gregory", "ethiopic"}
	clocks    = []string{"24h", "12h-am", "12h-pm", "ethiopic-day", "ethiopic-night"}
)

// settle takes a reading that was chosen after a check into the calendar and
// the clock, so that the form shows it and reads the same again.
func (t typed) settle(name string) {
	if calendar, clock, ok := strings.Cut(t.Get(name+"_reading"), "|"); ok {
		t[name+"_calendar"], t[name+"_clock"] = []string{calendar}, []string{clock}
		delete(t, name+"_reading")
	}
}

// one is the value of a field if it is one of a list, else empty.
func (t typed) one(name string, list []string) string {
	if v := t.Get(name); slices.Contains(list, v) {
		return v
	}
	return ""
}

// when is the moment under began or ended, as typed. An end without a calendar
// is in that of the beginning.
func (t typed) when(name string) keepiton.When {
	w := keepiton.When{
		Date: t.words(name + "_date"), Time: t.words(name + "_time"), About: t.Is(name+"_about", "yes"),
		Calendar: t.one(name+"_calendar", calendars), Clock: t.one(name+"_clock", clocks), Zone: t.zone(),
	}
	if w.Date == "" && w.Time == "" {
		return keepiton.When{}
	}
	if w.Calendar == "" && name != "began" {
		w.Calendar = t.one("began_calendar", calendars)
	}
	return w
}

// zone is the time zone that was chosen, or the only one of the country.
func (t typed) zone() string {
	all := geo.Zones(t.Get("country"))
	if len(all) == 1 {
		return all[0]
	}
	return t.one("zone", all)
}

// reading is how we read a moment, for the person who typed it.
type reading struct {
	Words string // nothing could be read in them
	Back  locale.Back
	Ways  []chosenWay // several: the sender chooses
}

// chosenWay is one of several ways to read a moment.
type chosenWay struct {
	Value string // calendar|clock
	locale.Back
}

// read reads the moment under began or ended. An empty field is no reading.
func (t typed) read(name string, p *locale.Printer, now time.Time) *reading {
	w := t.when(name)
	if w.Date == "" && w.Time == "" {
		return nil
	}
	all := readings(w, p.Lang().Tag, now)
	switch len(all) {
	case 0:
		return &reading{Words: strings.TrimSpace(w.Date + " " + w.Time)}
	case 1:
		return &reading{Back: locale.WhenBack(p, all[0])}
	}
	out := &reading{}
	for _, w := range all {
		out.Ways = append(out.Ways, chosenWay{w.Calendar + "|" + w.Clock, locale.WhenBack(p, w)})
	}
	return out
}

// manyReadings are more than a person looks through.
const manyReadings = 4

// readings lists the ways to read a moment. Where calendar and clock are both
// open there are many: then it asks for the date first.
func readings(w keepiton.When, lang string, now time.Time) []keepiton.When {
	all := locale.Readings(w, lang, now)
	if len(all) <= manyReadings {
		return all
	}
	w.Time = ""
	dates := locale.Readings(w, lang, now)
	for i := range dates {
		dates[i].Clock = w.Clock
	}
	return dates
}

// answer is one of yes, no and unknown.
func (t typed) answer(name string) keepiton.Answer {
	switch t.Get(name) {
	case "yes":
		return keepiton.Yes
	case "no":
		return keepiton.No
	case "unknown":
		return keepiton.Unknown
	}
	return keepiton.NotAsked
}

// consent is what was ticked. A name without leave to be named is not kept.
func (t typed) consent() keepiton.Consent {
	c := keepiton.Consent{
		Publish: t.Is("consent_publish", "yes"), Media: t.Is("consent_media", "yes"), Press: t.Is("consent_press", "yes"),
		Court: t.Is("consent_court", "yes"), Partners: t.Is("consent_partners", "yes"),
		Naming: keepiton.Naming(t.one("naming", []string{string(keepiton.NamedRolePlace), string(keepiton.NamedName)})), Version: keepiton.ConsentVersion,
	}
	if c.Naming != keepiton.NamedNobody {
		c.Name = keepiton.Private(t.words("name"))
	}
	return c
}

// affected lists the services that were ticked and those that were typed.
func (t typed) affected() []string {
	var out []string
	for _, s := range boxed {
		if t.Is("services", s) {
			out = append(out, s)
		}
	}
	return append(out, apart(t.words("services_other"))...)
}

// apart lists words that were parted by what parts them in the scripts of ours.
func apart(list string) (out []string) {
	for word := range strings.FieldsFuncSeq(list, func(r rune) bool { return strings.ContainsRune(",;،؛፣፤\n", r) }) {
		if word = strings.TrimSpace(word); word != "" {
			out = append(out, word)
		}
	}
	return out
}

// country and region are codes of the lists that the form offers.
func (t typed) country() string {
	if _, ok := geo.ByCode(t.Get("country")); ok {
		return t.Get("country")
	}
	return ""
}

func (t typed) region() string {
	for _, r := range geo.Regions(t.country()) {
		if r.Code == t.Get("region") {
			return r.Code
		}
	}
	return ""
}

// report makes the report of the form. now is what "yesterday" refers to.
func (t typed) report(lang string, now time.Time) *keepiton.Report {
	rep := &keepiton.Report{
		Kind: keepiton.ReportShutdown, Lang: lang, Road: keepiton.RoadForm,
		Began: t.moment("began", lang, now), Ended: t.moment("ended", lang, now), Ongoing: t.answer("ongoing"),
		Country: t.country(), Region: t.region(), Place: keepiton.Private(t.words("place")),
		Services: t.affected(), Provider: keepiton.Private(t.words("provider")), Seen: keepiton.Private(t.words("seen")),
		Firsthand: t.answer("firsthand"), Contact: keepiton.Private(t.words("contact")), Consent: t.consent(),
	}
	rep.Networks.Mobile, rep.Networks.Fixed = t.answer("mobile"), t.answer("fixed")
	rep.Networks.Voice, rep.Networks.SMS = t.answer("voice"), t.answer("sms")
	return rep
}

func (t typed) moment(name, lang string, now time.Time) keepiton.When {
	w := t.when(name)
	if w == (keepiton.When{}) {
		return w
	}
	return locale.ReadWhen(w, lang, now)
}

// openFields are those that may be stored readable, when that was ticked.
func openFields(t typed, rep *keepiton.Report) keepiton.OpenFields {
	if !t.Is("open", "yes") {
		return keepiton.OpenFields{}
	}
	return rep.OpenFields()
}
