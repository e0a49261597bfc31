package bundle

import (
	"keepiton"
	"keepiton/locale"
)

// FormFields lists the questions in the order in which they are asked.
var FormFields = []FormField{
	oneOf("kind", "What is it?", []string{"shutdown", "story"}, func(r *keepiton.Report) *keepiton.ReportKind { return &r.Kind }),
	oneOf("lang", "In which language do you write?", locale.Tags(), func(r *keepiton.Report) *string { return &r.Lang }),

	words("began_date", "On which day did it begin?", "as you say it: yesterday, 25/11/2026, 16 3 2019", func(r *keepiton.Report) *string { return &r.Began.Date }),
	words("began_time", "At what time did it begin?", "as you say it: 15:00, 3 at night", func(r *keepiton.Report) *string { return &r.Began.Time }),
	oneOf("began_calendar", "In which calendar is that day?", []string{"gregory", "ethiopic"}, func(r *keepiton.Report) *string { return &r.Began.Calendar }),
	oneOf("began_clock", "By which clock is that time?", clocks, func(r *keepiton.Report) *string { return &r.Began.Clock }),
	tick("began_about", "Is the beginning a guess?", func(r *keepiton.Report) *bool { return &r.Began.About }),
	answers("ongoing", "Is it still going on?", func(r *keepiton.Report) *keepiton.Answer { return &r.Ongoing }),
	words("ended_date", "On which day did it end?", "", func(r *keepiton.Report) *string { return &r.Ended.Date }),
	words("ended_time", "At what time did it end?", "", func(r *keepiton.Report) *string { return &r.Ended.Time }),
	oneOf("ended_calendar", "In which calendar is that day?", []string{"gregory", "ethiopic"}, func(r *keepiton.Report) *string { return &r.Ended.Calendar }),
	oneOf("ended_clock", "By which clock is that time?", clocks, func(r *keepiton.Report) *string { return &r.Ended.Clock }),
	tick("ended_about", "Is the end a guess?", func(r *keepiton.Report) *bool { return &r.Ended.About }),
	zone(),

	country(),
	words("region", "In which region?", "code of ISO 3166-2, such as ET-AM, if you know it", func(r *keepiton.Report) *string { return &r.Region }),
	words("place", "Where?", "city, district, in your words; leave out what would betray you", func(r *keepiton.Report) *keepiton.Private { return &r.Place }),

	only(answers("mobile", "Does mobile internet fail?", func(r *keepiton.Report) *keepiton.Answer { return &r.Networks.Mobile })),
	only(answers("fixed", "Does fixed internet fail (cable, DSL, Wi-Fi at home)?", func(r *keepiton.Report) *keepiton.Answer { return &r.Networks.Fixed })),
	only(answers("satellite", "Does satellite internet fail?", func(r *keepiton.Report) *keepiton.Answer { return &r.Networks.Satellite })),
	only(answers("voice", "Do calls fail?", func(r *keepiton.Report) *keepiton.Answer { return &r.Networks.Voice })),
	only(answers("sms", "Does SMS fail?", func(r *keepiton.Report) *keepiton.Answer { return &r.Networks.SMS })),
	only(list("services", "Which services fail?", "such as: whatsapp, telegram, tiktok", func(r *keepiton.Report) *[]string { return &r.Services })),
	only(words("provider", "Which operator or provider?", "", func(r *keepiton.Report) *keepiton.Private { return &r.Provider })),
	only(long(words("seen", "What did you see?", "", func(r *keepiton.Report) *keepiton.Private { return &r.Seen }))),
	only(answers("firsthand", "Did you see it yourself?", func(r *keepiton.Report) *keepiton.Answer { return &r.Firsthand })),

	story(words("story_title", "What is the title of your story?", "may be empty", func(r *keepiton.Report) *keepiton.Private { return &storyOf(r).Title })),
	story(long(words("story_text", "What did the shutdown do to you?", "", func(r *keepiton.Report) *keepiton.Private { return &storyOf(r).Text }))),
	story(harms()),

	words("contact", "How can we reach you?", "may be empty; the receipt works without it", func(r *keepiton.Report) *keepiton.Private { return &r.Contact }),
	tick("consent_publish", "May your words be published, edited?", func(r *keepiton.Report) *bool { return &r.Consent.Publish }),
	tick("consent_media", "May clean copies of your pictures and files be published?", func(r *keepiton.Report) *bool { return &r.Consent.Media }),
	tick("consent_press", "May journalists have it?", func(r *keepiton.Report) *bool { return &r.Consent.Press }),
	tick("consent_court", "May it be used as evidence in court?", func(r *keepiton.Report) *bool { return &r.Consent.Court }),
	tick("consent_partners", "May partner organizations have it?", func(r *keepiton.Report) *bool { return &r.Consent.Partners }),
	naming(),
	words("name", "By which name, or which role and place?", "", func(r *keepiton.Report) *keepiton.Private { return &r.Consent.Name }),
}

var clocks = []string{"24h", "12h-am", "12h-pm", "ethiopic-day", "ethiopic-night"}
