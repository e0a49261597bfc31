package notify_test

import (
	"strings"
	"testing"

	"keepiton"
	"keepiton/locale/localetest"
	"keepiton/notify"
)

// TestAnAlertSpeaksALanguageOfOneFile tells an alert, and the topics of its reader,
// in a language that only a message file brings.
func TestAnAlertSpeaksALanguageOfOneFile(t *testing.T) {
	localetest.Speak(t, "ltr")
	w := newWorld(t)
	rev := w.publish(func(i *keepiton.Incident) { i.Places[0].Country, i.Places[0].Words = "SO", "Somalia" })
	for _, act := range []keepiton.AlertAct{keepiton.ActPublished, keepiton.ActCorrected, keepiton.ActEnded, keepiton.ActWithdrawn} {
		told, err := w.Tell(w.ctx, &keepiton.Alert{Subject: string(rev.Incident.ID), N: rev.N, Act: act}, localetest.Tag)
		if err != nil {
			t.Fatal(err)
		}
		for _, text := range append(told.Lines, told.Title, told.Head) {
			if localetest.Foreign(strings.ReplaceAll(text, "Somalia", "")) {
				t.Errorf("%s: %q is in no message file", act, text)
			}
		}
	}
	topics := notify.Topics{About: []string{"incidents"}, Countries: []string{"SO"}, Causes: []string{"protests"}, Networks: []string{"mobile"}}
	if text := topics.Words(localetest.Printer()); localetest.Foreign(strings.ReplaceAll(text, "Somalia", "")) {
		t.Errorf("topics: %q is in no message file", text)
	}
}
