package export

import (
	"io"
	"strings"
	"time"

	ics "github.com/arran4/golang-ical"

	"keepiton"
	"keepiton/locale"
)

// Occasion is one watch item as a calendar shows it. Texts are in the calendar's
// language.
type Occasion struct {
	ID       keepiton.EntryID
	N        int // revision: its sequence number
	Recorded time.Time
	Title    string
	Where    string
	Why      string
	Category string
	Status   string // one of keepiton.WatchStatuses
	From, To keepiton.Moment
}

// calendarRefresh is how often programs are asked to look again: dates of votes
// move by announcements of a day, not of an hour (RFC 7986, section 5.7).
const calendarRefresh = "P1D"

// WriteCalendar writes occasions as an iCalendar object (RFC 5545, with the
// properties of RFC 7986). An event's UID is that of its watch item for ever, its
// SEQUENCE grows with each revision, whole days end exclusively, and one whose
// date is not certain is TENTATIVE. list is the page's path without the language,
// such as watch; the address of this calendar is BASE/LANG/list.ics.
func WriteCalendar(w io.Writer, list, name string, occasions []Occasion, opt Options) error {
	p := opt.printer()
	cal := ics.NewCalendarFor(Publisher)
	cal.SetProductId("-//" + Publisher + "//watch//" + strings.ToUpper(p.Lang().Tag))
	cal.SetMethod(ics.MethodPublish)
	if opt.Sample {
		name = p.T("export.sample") + " " + name
	}
	cal.SetName(name)
	cal.SetXWRCalName(name) // for programs from before RFC 7986
	cal.SetRefreshInterval(calendarRefresh)
	cal.SetXPublishedTTL(calendarRefresh)
	cal.SetColor("firebrick")
	if opt.BaseURL != "" {
		source := strings.TrimRight(opt.BaseURL, "/") + "/" + p.Lang().Tag + "/" + list + ".ics"
		if opt.Query != "" {
			source += "?" + opt.Query
		}
		cal.CalendarProperties = append(cal.CalendarProperties, ics.CalendarProperty{BaseProperty: ics.BaseProperty{
			IANAToken: "SOURCE", Value: source, ICalParameters: map[string][]string{"VALUE": {"URI"}},
		}})
	}
	for i := range occasions {
		addOccasion(cal, &occasions[i], p, &opt)
	}
	return cal.SerializeTo(w, ics.WithNewLineWindows)
}

func addOccasion(cal *ics.Calendar, o *Occasion, p *locale.Printer, opt *Options) {
	e := cal.AddEvent(FeedID("watch " + string(o.ID)))
	e.SetDtStampTime(o.Recorded.UTC())
	e.SetLastModifiedAt(o.Recorded.UTC())
	e.SetSequence(max(o.N-1, 0))
	title := o.Title
	if opt.Sample {
		title = p.T("export.sample") + " " + title
	}
	lang := &ics.KeyValues{Key: "LANGUAGE", Value: []string{p.Lang().Tag}}
	e.SetSummary(title, lang)
	if o.Where != "" {
		e.SetLocation(o.Where, lang)
	}
	if o.Why != "" {
		e.SetDescription(o.Why, lang)
	}
	if o.Category != "" {
		e.AddCategory(o.Category, lang)
	}
	e.SetStatus(calendarStatus(o))
	e.SetTimeTransparency(ics.TransparencyTransparent) // nobody is busy because of it
	end := o.From.Until()
	if !o.To.IsZero() {
		end = o.To.Until()
	}
	if o.From.Precision == keepiton.Minute || o.From.Precision == keepiton.Hour {
		e.SetStartAt(o.From.At.UTC())
		e.SetEndAt(end.UTC())
	} else {
		e.SetAllDayStartAt(o.From.At.UTC())
		e.SetAllDayEndAt(end.UTC().Add(24*time.Hour - 1).Truncate(24 * time.Hour))
	}
	if opt.BaseURL != "" {
		e.SetURL(strings.TrimRight(opt.BaseURL, "/") + "/" + p.Lang().Tag + "/watch/" + string(o.ID))
	}
}

// calendarStatus is TENTATIVE as well for a month or a year: the day is not known.
func calendarStatus(o *Occasion) ics.ObjectStatus {
	switch {
	case o.Status == "cancelled":
		return ics.ObjectStatusCancelled
	case o.Status == "confirmed" && !o.From.Estimated && o.From.Precision != keepiton.Month && o.From.Precision != keepiton.Year:
		return ics.ObjectStatusConfirmed
	}
	return ics.ObjectStatusTentative
}
