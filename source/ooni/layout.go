package ooni

import (
	"fmt"
	"net/url"
	"path"
	"regexp"
	"slices"
	"strings"
	"time"

	"keepiton"
	"keepiton/source"
)

// Archive is where OONI's archive is: a bucket that anybody may read.
const Archive = "https://ooni-data-eu-fra.s3.eu-central-1.amazonaws.com"

// since is when the archive by hour begins; what is older is by day.
var since = time.Date(2020, 10, 20, 0, 0, 0, 0, time.UTC)

// Tests are the names of the tests that are read, as the archive's folders have them.
var Tests = []string{"webconnectivity", "whatsapp", "facebookmessenger", "telegram", "signal", "tor", "vanillator", "psiphon", "ndt", "dnscheck"}

// Where says what of the archive is wanted.
type Where struct {
	Base      string // of the archive; empty: Archive
	Countries []string
	Tests     []string // empty: Tests
	From, To  time.Time
}

// maxItems bounds a layout: a year of hours of all tests of one country.
const maxItems = 366 * 24 * 16

// Layout returns where what was uploaded in [From, To) is listed: one listing for each
// hour, country and test (since 2020-10-20), or day, country and test (before), in the
// order of time. A folder's files have the name of whoever received them and cannot be
// known beforehand: Files reads them from the listing. The error is invalid.
func Layout(w Where) ([]source.Item, error) {
	base, tests := strings.TrimSuffix(w.Base, "/"), w.Tests
	if base == "" {
		base = Archive
	}
	if len(tests) == 0 {
		tests = Tests
	}
	switch {
	case len(w.Countries) == 0:
		return nil, keepiton.Hint(keepiton.Errorf(keepiton.Invalid, "of which country?"), "OONI's archive has a folder for each")
	case !w.From.Before(w.To):
		return nil, keepiton.Errorf(keepiton.Invalid, "the period ends before it begins")
	}
	for _, cc := range w.Countries {
		if country([]byte(cc)) == "" {
			return nil, keepiton.Errorf(keepiton.Invalid, "%q is no code of a country", cc)
		}
	}
	var out []source.Item
	at := w.From.UTC().Truncate(time.Hour)
	for at.Before(w.To) {
		step := time.Hour
		if at.Before(since) {
			at, step = at.Truncate(24*time.Hour), 24*time.Hour
		}
		for _, cc := range w.Countries {
			for _, test := range tests {
				test = strings.ReplaceAll(test, "_", "")
				prefix := fmt.Sprintf("raw/%s/%s/%s/%s/", at.Format("20060102"), at.Format("15"), cc, test)
				if step != time.Hour {
					prefix = fmt.Sprintf("jsonl/%s/%s/%s/00/", test, cc, at.Format("20060102"))
				}
				if len(out) == maxItems {
					return nil, keepiton.Hint(keepiton.Errorf(keepiton.TooLarge, "more than %d folders", maxItems), "ask for a shorter period, or for fewer countries")
				}
				q := url.Values{"list-type": {"2"}, "prefix": {prefix}}
				out = append(out, source.Item{Feed: name, URL: base + "/?" + q.Encode(), Name: prefix + "list.xml", At: at})
			}
		}
		at = at.Add(step)
	}
	return out, nil
}

var keyOf = regexp.MustCompile(`<Key>([^<>&]{1,300})</Key>`)

// Files returns the measurements that a listing of Layout names, in order; postcans
// (.tar.gz) have the same measurements again and are left out. base is that of Layout.
func Files(base string, listing []byte) (out []source.Item) {
	if base = strings.TrimSuffix(base, "/"); base == "" {
		base = Archive
	}
	for _, m := range keyOf.FindAllSubmatch(listing, -1) {
		key := string(m[1])
		up, ok := UploadOf(key)
		if !ok || !strings.HasSuffix(key, ".jsonl.gz") || path.Clean(key) != key {
			continue
		}
		at := (&url.URL{Path: "/" + key}).EscapedPath()
		out = append(out, source.Item{Feed: name, URL: base + at, Name: key, At: up.From})
	}
	slices.SortFunc(out, func(a, b source.Item) int { return strings.Compare(a.Name, b.Name) })
	return out
}

// Upload is when, and of which country, a file of the archive was received.
type Upload struct {
	Country  string
	Test     string // without underscores
	From, To time.Time
}

var (
	byHour = regexp.MustCompile(`(?:^|/)(\d{8})/(\d{2})/([A-Z]{2})/([a-z0-9]+)/[^/]+$`)
	byDay  = regexp.MustCompile(`(?:^|/)([a-z0-9]+)/([A-Z]{2})/(\d{8})/(\d{2})/[^/]+$`)
	byName = regexp.MustCompile(`(?:^|/)(\d{8})(\d{2})_([A-Z]{2})_([a-z0-9]+)\.[^/]+$`)
)

// UploadOf reads what the path of a file tells, or its name alone.
func UploadOf(file string) (Upload, bool) {
	file = strings.ReplaceAll(file, `\`, "/")
	var u Upload
	var day, hour string
	step := time.Hour
	if m := byHour.FindStringSubmatch(file); m != nil {
		day, hour, u.Country, u.Test = m[1], m[2], m[3], m[4]
	} else if m := byDay.FindStringSubmatch(file); m != nil {
		day, hour, u.Country, u.Test, step = m[3], m[4], m[2], m[1], 24*time.Hour
	} else if m := byName.FindStringSubmatch(file); m != nil {
		day, hour, u.Country, u.Test = m[1], m[2], m[3], m[4]
	} else {
		return u, false
	}
	at, err := time.Parse("2006010215", day+hour)
	if err != nil {
		return Upload{}, false
	}
	u.From, u.To = at.UTC(), at.UTC().Add(step)
	return u, true
}
