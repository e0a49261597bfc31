//go:build e2e && linux

package main

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"keepiton"
	"keepiton/locale"
	"keepiton/seal"
)

// safestThroughTor takes the part of somebody who comes with Tor Browser at its
// safest level: she reports in Amharic with a file, comes back with the receipt,
// tells a story, and reads.
func safestThroughTor(t *testing.T, f *firefox, m *machine) {
	f.T = t
	isSafest(f)
	all, am, site := &marks{}, locale.For("am"), "http://"+m.service
	mark := all.by("Tor Browser")
	place, seen, contact := mark(ofAmharic), mark(ofAmharic), mark(ofPhone)

	f.open(site + "/am/report")
	f.look("report-am")
	f.write("[name=began_date]", "መስከረም 12 2018")
	f.write("[name=began_time]", "3:00")
	f.press("select[name=country] option[value=ET]")
	f.write("[name=place]", place)
	f.press("button[value=check]")
	if said := f.text("#began .tell"); !strings.Contains(said, "06:00 UTC") || !strings.Contains(said, "18:00 UTC") {
		t.Errorf("the readings are not shown: %s", said)
	}
	f.look("check-am")
	f.press(`[name=began_reading][value="ethiopic|ethiopic-day"]`)
	f.press("[name=ongoing][value=yes]")
	f.press("[name=mobile][value=yes]")
	f.write("[name=seen]", seen)
	f.press("[name=firsthand][value=yes]")
	f.write("[name=contact]", contact)
	photo := picture(mark, 150_000)
	f.write("input[type=file]", putFile(t, mark("file name")+" ማያ.jpg", photo))
	f.press("button[value=send]")
	receipt, err := seal.ParseReceipt(f.text("#digits"))
	if err != nil || f.address() != site+"/am/report" {
		t.Fatalf("at %s: %v", f.address(), err)
	}
	f.look("sent-am")
	got := m.cameIn(t, receipt, keepiton.LaneOnion)
	if r := got.Report; r.Seen.Reveal() != seen || r.Place.Reveal() != place || r.Contact.Reveal() != contact || r.Country != "ET" || r.Began.At.String() != "2025-09-22T06:00Z" || r.Networks.Mobile != keepiton.Yes || r.Road != keepiton.RoadForm {
		t.Errorf("another report came in: %+v", r)
	}
	for _, file := range got.Files {
		if string(file) != string(photo) {
			t.Error("another photo came in")
		}
	}
	if len(got.Files) != 1 {
		t.Errorf("%d files came in", len(got.Files))
	}

	question := "የትኛው ኦፕሬተር?"
	reply, err := seal.SealReply(receipt.Address(), []byte(question))
	if err == nil {
		err = openSealedIn(t, m.data()).PutReply(t.Context(), receipt.Address().Lookup, reply)
	}
	if err != nil {
		t.Fatal(err)
	}
	f.open(site + "/am/receipt")
	f.write("[name=receipt]", receipt.String())
	f.press("button[value=look]")
	if state, replies := f.text("#state"), f.text("#replies"); state != am.T("page.receipt.state.new") || !strings.Contains(replies, question) {
		t.Errorf("the receipt shows %q and %q", state, replies)
	}
	f.look("receipt-am")

	f.open(site + "/ar/stories/share")
	story := mark(ofArabic)
	f.write("[name=story_text]", story)
	f.write("[name=began_date]", "2026-01-08")
	f.press("select[name=country] option[value=ET]")
	f.look("share-ar")
	f.press("button[value=send]")
	told, err := seal.ParseReceipt(f.text("#digits"))
	if err != nil {
		t.Fatal(err)
	}
	f.look("told-ar")
	if r := m.cameIn(t, told, keepiton.LaneOnion).Report; r.Kind != keepiton.ReportStory || r.Story.Text.Reveal() != story {
		t.Errorf("another story came in: %+v", r)
	}

	f.reads(site)
	leftBehind(t, all.list(), m.seized())
	leftBehind(t, all.list(), f.profile)
}

// digitRun is what the words of a drawing look like when nobody draws them.
var digitRun = regexp.MustCompile(`\d{8,}`)

// reads looks at what readers see, where drawings are missing.
func (f *firefox) reads(site string) {
	f.Helper()
	for _, page := range []struct{ path, says, name string }{
		{"/en/", "page.drawing.years", "home-en"},
		{"/ar/trends", "page.drawing.trends", "trends-ar"},
		{"/am/years", "page.drawing.years", "years-am"},
		{"/en/incidents", "", "incidents-en"},
		{"/am/key", "", "key-am"},
		{"/en/help", "page.onion.text", "help-en"},
	} {
		f.open(site + page.path)
		lang, _, _ := strings.Cut(page.path[1:], "/")
		said := f.text("main")
		if want := locale.For(lang).T(page.says); page.says != "" && !strings.Contains(said, want) {
			f.Errorf("%s does not say %q: %s", page.path, want, said)
		}
		if found := digitRun.FindString(strings.ReplaceAll(said, " ", "x")); found != "" && page.path != "/am/key" {
			f.Errorf("%s: the numbers of a drawing stand in a row: %s", page.path, found)
		}
		f.look(page.name)
	}
	f.open(site + "/en/")
	f.press("main ol.list a")
	f.text("#sentence")
	f.look("incident-en")
	f.open(site + "/en/stories")
	f.look("stories-en")
	var stories []string
	f.inPage(`return Array.from(document.querySelectorAll("blockquote a"), a => a.href)`, &stories)
	pictures, shown := 0, 0
	for _, story := range stories {
		f.open(story)
		var is [2]int
		f.inPage("const all = Array.from(document.images); return [all.length, all.filter(i => i.naturalWidth > 0).length]", &is)
		if pictures, shown = pictures+is[0], shown+is[1]; pictures > 0 {
			break
		}
	}
	if pictures == 0 || shown != pictures {
		f.Errorf("of %d pictures in stories %d are shown", pictures, shown)
	}
	f.look("story-en")
}

// look sees a page as a phone and as a desk show it: nothing is wider than the
// screen. With KEEPITON_SCREENS it keeps pictures for people.
func (f *firefox) look(name string) {
	f.Helper()
	for _, width := range []int{360, 1280} {
		f.wide(width)
		var is [2]int
		f.inPage("return [innerWidth, document.documentElement.scrollWidth]", &is)
		if is[1] > is[0] {
			f.Errorf("%s at %d: %d pixels wide on a screen of %d", name, width, is[1], is[0])
		}
		if dir := os.Getenv("KEEPITON_SCREENS"); dir != "" {
			if err := os.WriteFile(filepath.Join(dir, fmt.Sprintf("safest-%s-%d.png", name, width)), f.picture(), 0o644); err != nil {
				f.Fatal(err)
			}
		}
	}
}
