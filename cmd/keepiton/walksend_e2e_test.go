//go:build e2e

package main

import (
	"bytes"
	"encoding/binary"
	"image"
	"image/color"
	"image/draw"
	"image/jpeg"
	"image/png"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
)

// cameraMark stands in the photo where cameras write what they know.
const cameraMark = "MARKED-CAMERA 9.0108N 38.7613E"

// street draws a street at dusk and writes it as a camera does, with Exif
// (an APP1 segment with a TIFF of one ImageDescription).
func street(t *testing.T) string {
	t.Helper()
	m := image.NewRGBA(image.Rect(0, 0, 1200, 800))
	for y := range 800 {
		draw.Draw(m, image.Rect(0, y, 1200, y+1), image.NewUniform(color.RGBA{uint8(60 + y/6), uint8(70 + y/10), uint8(120 - y/9), 255}), image.Point{}, draw.Src)
	}
	for i := range 9 {
		top := 300 + (i*137)%240
		draw.Draw(m, image.Rect(i*140, top, i*140+118, 800), image.NewUniform(color.RGBA{40, uint8(36 + 4*i), 44, 255}), image.Point{}, draw.Src)
	}
	draw.Draw(m, image.Rect(470, 520, 620, 700), image.NewUniform(color.RGBA{214, 170, 140, 255}), image.Point{}, draw.Src) // who must not be seen
	var b bytes.Buffer
	check(t, jpeg.Encode(&b, m, nil))
	tiff := []byte("II*\x00\x08\x00\x00\x00\x01\x00\x0e\x01\x02\x00")
	tiff = binary.LittleEndian.AppendUint32(tiff, uint32(len(cameraMark)+1))
	tiff = append(binary.LittleEndian.AppendUint32(tiff, 26), 0, 0, 0, 0)
	exif := append([]byte("Exif\x00\x00"), append(append(tiff, cameraMark...), 0)...)
	app1 := append(binary.BigEndian.AppendUint16([]byte{0xff, 0xe1}, uint16(len(exif)+2)), exif...)
	return kept(t, "IMG_20261125_private.jpg", bytes.Join([][]byte{b.Bytes()[:2], app1, b.Bytes()[2:]}, nil))
}

// phonePage draws the screen of a phone whose page does not come, with its bar at
// a height: two people do not send the same picture.
func phonePage(t *testing.T, bar int) string {
	t.Helper()
	m := image.NewRGBA(image.Rect(0, 0, 540, 1170))
	draw.Draw(m, m.Rect, image.NewUniform(color.RGBA{246, 246, 244, 255}), image.Point{}, draw.Src)
	for i, box := range []image.Rectangle{image.Rect(0, 0, 540, bar), image.Rect(40, 420, 500, 450), image.Rect(40, 480, 420, 500), image.Rect(40, 520, 460, 540), image.Rect(40, 640, 240, 700)} {
		draw.Draw(m, box, image.NewUniform(color.Gray{uint8(60 + 30*i)}), image.Point{}, draw.Src)
	}
	var b bytes.Buffer
	check(t, png.Encode(&b, m))
	return kept(t, "Screenshot_ማያ.png", b.Bytes())
}

func kept(t *testing.T, name string, b []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	check(t, os.WriteFile(path, b, 0o600))
	return path
}

// digits reads a receipt off the page, in one line: a line break would be Enter.
func (w *walker) digits() string {
	w.Helper()
	return strings.Join(strings.Fields(w.text("#digits")), " ")
}

// student sends a report in Amharic without script, with a photo and a
// screenshot, and returns the digits. Two others send one as well and take it
// back.
func (w *walker) student(site string) string {
	w.Helper()
	w.withoutScript()
	taken, page := street(w.T), phonePage(w.T, 90)
	told := map[string]map[string]string{
		"en": {"began_date": "25 November 2026", "began_time": "9:00", "began_clock": "24h", "place": "Piassa", "seen": "Maps and messages stopped."},
		"ar": {"began_date": "25/11/2026", "began_time": "9:00", "began_clock": "24h", "place": "ميركاتو", "seen": "توقفت الخرائط والرسائل منذ الصباح، وخدمة WhatsApp لا تعمل."},
		"am": {"began_date": "16/3/2019", "began_time": "3:00", "began_calendar": "ethiopic", "began_clock": "ethiopic-day", "place": "ቦሌ", "seen": "ከጠዋቱ ሦስት ሰዓት ጀምሮ የሞባይል ኢንተርኔት የለም።"},
	}
	both := map[string]string{"country": "ET", "mobile": "yes", "fixed": "no", "ongoing": "yes", "firsthand": "yes", "consent_publish": "yes", "consent_media": "yes", "provider": "Ethio telecom"}
	digits := map[string]string{}
	w.stop("report", func(lang string) { w.open(site + "/" + lang + "/report") })
	w.stop("report-checked", func(lang string) {
		w.open(site + "/" + lang + "/report")
		fields := maps.Clone(told[lang])
		maps.Copy(fields, both)
		w.fill(fields)
		w.press("button[value=check]")
	})
	w.stop("report-sent", func(lang string) {
		w.open(site + "/" + lang + "/report")
		fields := maps.Clone(told[lang])
		maps.Copy(fields, both)
		w.fill(fields)
		w.attach(taken, page)
		w.press("button[value=send]")
		digits[lang] = w.digits()
	})
	w.stop("receipt", func(lang string) { w.lookUp(site, lang, digits[lang]) })
	w.stop("receipt-withdraw", func(lang string) {
		w.lookUp(site, lang, digits[lang])
		w.press("button[value=withdraw]")
	})
	for _, lang := range []string{"en", "ar"} {
		w.lookUp(site, lang, digits[lang])
		w.press("button[value=withdraw]")
		w.press("button[value=withdrawn]")
	}
	w.stop("receipt-withdrawn", func(lang string) { w.lookUp(site, lang, digits["en"]) })
	return digits["am"]
}

// lookUp comes back with a receipt, without script.
func (w *walker) lookUp(site, lang, digits string) {
	w.Helper()
	w.open(site + "/" + lang + "/receipt")
	w.fill(map[string]string{"receipt": digits})
	w.press("button[value=look]")
}

// teller shares a story in Arabic, without script.
func (w *walker) teller(site string) {
	w.Helper()
	picture := phonePage(w.T, 140)
	fields := map[string]string{
		"story_title": "أربع ساعات في الطريق", "story_text": "سرت أربع ساعات لأرسل تقريراً واحداً من القسم.\nتوفي مريضان لأننا لم نستطع استدعاء الإسعاف.", "story_harms": "health",
		"began_date": "25/11/2026", "country": "ET", "place": "ميركاتو", "consent_publish": "yes", "consent_media": "yes", "consent_press": "yes", "naming": "role_place", "name": "ممرضة، أديس أبابا",
	}
	w.stop("share", func(lang string) { w.open(site + "/" + lang + "/stories/share") })
	w.open(site + "/ar/stories/share")
	w.fill(fields)
	w.attach(picture)
	w.press("button[value=send]")
	w.digits()
}

// carrier fills in the form that somebody carried to her, from a disk and with
// the network off, and hands the sealed file in later.
func (w *walker) carrier(site string) {
	w.Helper()
	_, page := fetch(w.T, site+"/report-offline.html")
	w.offline(true)
	w.open("file://" + kept(w.T, "form.html", []byte(page)))
	w.stop("carried", func(lang string) {
		w.touch("#languages [value=" + lang + "]")
		if lang == "en" {
			w.fill(map[string]string{"began_date": "25 November 2026", "began_time": "09:10", "began_clock": "24h", "country": "ET", "mobile": "yes", "seen": "no data on either network", "place": "Gotera"})
		}
	})
	var sealed string
	w.stop("carried-sealed", func(lang string) {
		if sealed != "" {
			w.touch("#again")
		}
		w.touch("#languages [value=" + lang + "]")
		w.fill(map[string]string{"began_date": "25 November 2026", "began_time": "09:10", "began_clock": "24h", "country": "ET", "mobile": "yes", "seen": "no data on either network", "place": "Gotera"})
		w.touch("button[value=send]")
		w.digits()
		sealed = <-w.saved
	})
	w.offline(false)
	w.stop("sealed", func(lang string) { w.open(site + "/" + lang + "/report/sealed") })
	w.withoutScript()
	w.stop("sealed-taken", func(lang string) {
		w.open(site + "/" + lang + "/report/sealed")
		w.attach(sealed)
		w.press("button[value=send]")
	})
}

// offline pulls the plug, or puts it back.
func (w *walker) offline(off bool) {
	w.Helper()
	_, err := chromedp.Call(w.ctx, network.EmulateNetworkConditionsByRule, network.EmulateNetworkConditionsByRuleParams{
		MatchedNetworkConditions: []*network.Conditions{{Offline: off, DownloadThroughput: -1, UploadThroughput: -1}},
	})
	check(w.T, err)
	_, err = chromedp.Call(w.ctx, network.OverrideNetworkState, network.OverrideNetworkStateParams{Offline: off, DownloadThroughput: -1, UploadThroughput: -1})
	check(w.T, err)
}
