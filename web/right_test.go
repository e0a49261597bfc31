package web

import (
	"strings"
	"testing"

	"keepiton/detect/evaluate"
	"keepiton/locale"
)

// The methodology shows the evaluation that came with the weights, the line without the
// three countries as well as the flattering one.
func TestTheMethodologyShowsHowRightTheMachineIs(t *testing.T) {
	s, _ := sampleSite(t)
	r := evaluate.Published()
	if len(r.Splits) < 4 || len(r.Splits[0].Reliability) == 0 {
		t.Fatal("no evaluation is carried")
	}
	for _, tag := range []string{"en", "ar", "am"} {
		p := locale.For(tag)
		body := get(t, s, "/"+tag+"/methodology").Body.String()
		for _, split := range []evaluate.Split{r.Splits[0], r.Splits[1], r.Splits[3], r.Splits[4]} {
			for _, share := range []float64{split.Model.AUC.Value, split.Model.AUC.Low, split.Model.AUC.High, split.Model.ECE.Value} {
				if !strings.Contains(body, p.Percent(share)) {
					t.Errorf("%s: %s of %s is not shown", tag, p.Percent(share), split.Name)
				}
			}
		}
		if n := strings.Count(body, "<tr><th scope=\"row\">"); n != 4+len(r.Splits[0].Reliability) {
			t.Errorf("%s: %d rows", tag, n)
		}
		if strings.Contains(body, "page.method.right") {
			t.Errorf("%s: a message is missing", tag)
		}
	}
}
