package stop

import "testing"

// TestWhatIsOneIncidentAndWhatIsAQuestion is the sample against which the
// thresholds of linkage were set: an older row, a newer row, and what a person
// who reads both would say.
func TestWhatIsOneIncidentAndWhatIsAQuestion(t *testing.T) {
	const (
		one      = "one incident"
		two      = "two incidents"
		question = "a question"
	)
	link, other := "https://news.example/cut", "https://news.example/another"
	older := []string{"2021-03-01", "India", "Srinagar, Jammu & Kashmir", "Full network", "2021-03-04", "", link}
	for _, c := range []struct {
		name         string
		older, newer []string
		want         string
	}{
		{"nothing changed", older, older, one},
		{"end corrected", older, []string{"2021-03-01", "India", "Srinagar, Jammu & Kashmir", "Full network", "2021-03-20", "", link}, one},
		{"start corrected by two days", older, []string{"2021-03-03", "India", "Srinagar, Jammu & Kashmir", "Full network", "2021-03-04", "", link}, one},
		{"day and month the other way round", older, []string{"2021-01-03", "India", "Srinagar, Jammu & Kashmir", "Full network", "2021-03-04", "", link}, one},
		{"area written out", older, []string{"2021-03-01", "India", "Srinagar district, Jammu and Kashmir", "Full network", "2021-03-04", "", link}, one},
		{"country spelt otherwise", []string{"2021-03-01", "Iran", "Nationwide", "Full network", "", "", link}, []string{"2021-03-01", "Iran (Islamic Republic of)", "Nation wide", "Full network", "", "", link}, one},
		{"area added", []string{"2021-01-12", "Uganda", "", "Service-based", "", "", link}, []string{"2021-01-12", "Uganda", "Nationwide", "Service-based", "", "", link}, one},
		{"extent corrected", older, []string{"2021-03-01", "India", "Srinagar, Jammu & Kashmir", "Service-based", "2021-03-04", "", link}, one},
		{"another week, another story", older, []string{"2021-03-08", "India", "Srinagar, Jammu & Kashmir", "Full network", "2021-03-09", "", other}, two},
		{"another year", older, []string{"2022-03-01", "India", "Srinagar, Jammu & Kashmir", "Full network", "2022-03-04", "", other}, two},
		{"another country", older, []string{"2021-03-01", "Pakistan", "Srinagar, Jammu & Kashmir", "Full network", "2021-03-04", "", link}, two},
		{"neighbouring district, same story", older, []string{"2021-03-01", "India", "Pulwama, Jammu & Kashmir", "Full network", "2021-03-04", "", link}, question},
		{"one town and the whole country", older, []string{"2021-03-01", "India", "Nationwide", "Full network", "2021-03-04", "", link}, question},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := Derive([]Edition{small(t, "a", "2023-01-01", []int{2021, 2022}, c.older), small(t, "b", "2024-01-01", []int{2021, 2022}, c.newer)}, Pins{})
			got := two
			switch {
			case len(r.Incidents) == 1:
				got = one
			case len(r.Questions) > 0:
				got = question
			}
			if got != c.want {
				t.Errorf("got %s, want %s: links %+v, questions %+v", got, c.want, r.Links, r.Questions)
			}
		})
	}
}
