package sample

import (
	"bytes"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"time"

	"keepiton"
)

// Sent is a made-up report with what lies beside it.
type Sent struct {
	Report  keepiton.Report
	Lane    keepiton.Lane
	Name    string // of the picture, as a phone calls it; empty: there is none
	Picture []byte
}

// Reports returns made-up reports about a cut that goes on at now, by four roads,
// and a story: what a desk finds in the morning. Ids and receipts are left to
// the intake.
func Reports(now time.Time) []Sent {
	began := calendar{now: now}.hoursAgo(31)
	began.Precision = keepiton.Hour
	when := keepiton.When{Date: began.At.Format(time.DateOnly), Time: began.At.Format("15:04"), Calendar: "gregory", Clock: "24h", At: began}
	words := keepiton.Consent{Publish: true, Version: keepiton.ConsentVersion}
	all := keepiton.Consent{Publish: true, Media: true, Press: true, Naming: keepiton.NamedRolePlace, Name: "በገላና የምትኖር ነርስ", Version: keepiton.ConsentVersion}
	cut := keepiton.Networks{Mobile: keepiton.Yes, Fixed: keepiton.Yes, Voice: keepiton.No}
	return []Sent{
		{Lane: keepiton.LaneOpen, Name: "IMG_0417.png", Picture: dusk(), Report: keepiton.Report{
			Kind: keepiton.ReportShutdown, Lang: "am", Road: keepiton.RoadForm, Began: when, Ongoing: keepiton.Yes, Country: "XG", Region: "XG-01", Place: "ገላና፣ ከጤና ጣቢያው አጠገብ",
			Networks: cut, Provider: "Aranda Tel", Seen: "ከትናንት ጀምሮ ኢንተርኔት የለም። ስልክ ይሠራል። የመብራት ማማው ከሰዓት በኋላ ጠፋ።", Firsthand: keepiton.Yes,
			Consent: keepiton.Consent{Publish: true, Media: true, Version: keepiton.ConsentVersion},
		}},
		{Lane: keepiton.LaneWork, Name: "Screenshot_2.png", Picture: blank(), Report: keepiton.Report{
			Kind: keepiton.ReportShutdown, Lang: "en", Road: keepiton.RoadBrowser, Began: when, Ongoing: keepiton.Yes, Country: "XG", Region: "XG-01", Place: "Gelana, market street",
			Networks: cut, Services: []string{"whatsapp", "telegram"}, Provider: "Aranda Tel", Seen: "Nothing loads on either network since the day before the vote. Calls go through.", Firsthand: keepiton.Yes, Consent: words,
		}},
		{Lane: keepiton.LaneCarried, Report: keepiton.Report{
			Kind: keepiton.ReportShutdown, Lang: "fr", Road: keepiton.RoadCarried, Began: when, Ongoing: keepiton.Unknown, Country: "XG", Place: "Marché de Gelana",
			Networks: keepiton.Networks{Mobile: keepiton.Yes}, Seen: "Plus de données mobiles. Un ami a passé la frontière avec ce fichier.", Firsthand: keepiton.No,
		}},
		{Lane: keepiton.LaneSMS, Report: keepiton.Report{
			Kind: keepiton.ReportMessage, Road: keepiton.RoadSMS, Sender: "+999 555 0142", Seen: "no internet in gelana since yesterday, only calls",
		}},
		{Lane: keepiton.LaneOpen, Report: keepiton.Report{
			Kind: keepiton.ReportStory, Lang: "am", Road: keepiton.RoadForm, Began: when, Country: "XG", Region: "XG-01", Place: "ገላና", Consent: all,
			Story: &keepiton.StoryWords{Title: "አምቡላንስ መጥራት አልተቻለም", Text: "ሌሊት አንዲት እናት መጣች። አምቡላንሱ የሚጠራው በመልእክት ነበር።\n\nእኔና ወንድሟ በቃሬዛ ሁለት ሰዓት ተሸክመናት ሄድን።", Harms: []string{"health"}},
		}},
	}
}

// blank draws a page that does not open on a phone.
func blank() []byte {
	m := image.NewGray(image.Rect(0, 0, 360, 640))
	for i, box := range []image.Rectangle{m.Rect, image.Rect(0, 0, 360, 56), image.Rect(32, 240, 300, 262), image.Rect(32, 280, 250, 292), image.Rect(32, 304, 276, 316)} {
		draw.Draw(m, box, image.NewUniform(color.Gray{[]uint8{245, 70, 90, 150, 150}[i]}), image.Point{}, draw.Src)
	}
	var b bytes.Buffer
	if err := png.Encode(&b, m); err != nil {
		panic(err) // a buffer takes everything
	}
	return b.Bytes()
}
