package ooni

import (
	"bytes"
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

// byHourSince is when the archive by hour begins; what is older is by day.
var byHourSince = time.Date(2020, 10, 20, 0, 0, 0, 0, time.UTC)

// tests are the names of the tests that are read, as the archive's folders have them.
var tests = []string{"webconnectivity", "whatsapp", "facebookmessenger", "telegram", "signal", "tor", "vanillator", "torsf", "psiphon", "ndt", "dnscheck"}

// Settles is how long after an hour of upload all of its files are there.
const Settles = 3 * time.Hour

const maxItems = 366 * 24 // listings: a year of hours

// Layout returns the listings of what was uploaded in a period from one country: of an
// hour each (since 2020-10-20), or of a day and a test (before), in the order of time.
// A file of the archive has the name of whoever received it, which cannot be known
// beforehand: Files reads it from the listing. The error is invalid.
func Layout(p source.Period) ([]source.Item, error) {
	cc := p.Country
	if cc == "" {
		cc = p.Entity.Country
	}
	switch {
	case country([]byte(cc)) == "":
		return nil, keepiton.Hint(keepiton.Errorf(keepiton.Invalid, "of which country?"), "OONI's archive is asked for one: --country KE")
	case !p.From.Before(p.To) || p.From.Before(time.Date(2012, 1, 1, 0, 0, 0, 0, time.UTC)):
		return nil, keepiton.Errorf(keepiton.Invalid, "from %s to %s is no period of the archive", p.From.Format(time.DateOnly), p.To.Format(time.DateOnly))
	}
	var out []source.Item
	list := func(at time.Time, step time.Duration, prefix string) {
		q := url.Values{"list-type": {"2"}, "prefix": {prefix}}
		out = append(out, source.Item{Feed: name, URL: base(p) + "/?" + q.Encode(), Name: prefix + "list.xml", At: at, Final: at.Add(step + Settles)})
	}
	for at := p.From.UTC().Truncate(time.Hour); at.Before(p.To); {
		if len(out) > maxItems {
			return nil, keepiton.Hint(keepiton.Errorf(keepiton.TooLarge, "more than %d folders", maxItems), "ask for a year at a time")
		}
		if at.Before(byHourSince) {
			at = at.Truncate(24 * time.Hour)
			for _, test := range tests {
				list(at, 24*time.Hour, "jsonl/"+test+"/"+cc+"/"+at.Format("20060102")+"/00/")
			}
			at = at.Add(24 * time.Hour)
			continue
		}
		list(at, time.Hour, at.Format("raw/20060102/15/")+cc+"/")
		at = at.Add(time.Hour)
	}
	return out, nil
}

func base(p source.Period) string {
	if p.Base != "" {
		return p.Base
	}
	return Archive
}

var (
	keyOf     = regexp.MustCompile(`<Key>([^<>&]{1,300})</Key>`)
	truncated = []byte("<IsTruncated>true</IsTruncated>")
)

// Files returns the measurements that a listing names, in order: those of the tests
// that are read. Postcans (.tar.gz) have the same measurements again. The error is
// too_large when there is more than one answer can list, which is a thousand.
func Files(p source.Period, listing []byte) (out []source.Item, err error) {
	for _, m := range keyOf.FindAllSubmatch(listing, -1) {
		key := string(m[1])
		up, ok := UploadOf(key)
		if !ok || !strings.HasSuffix(key, ".jsonl.gz") || path.Clean("/"+key) != "/"+key || !slices.Contains(tests, up.Test) {
			continue
		}
		out = append(out, source.Item{Feed: name, URL: base(p) + (&url.URL{Path: "/" + key}).EscapedPath(), Name: key, At: up.From})
	}
	slices.SortFunc(out, func(a, b source.Item) int { return strings.Compare(a.Name, b.Name) })
	if bytes.Contains(listing, truncated) {
		err = keepiton.Errorf(keepiton.TooLarge, "a folder of the archive has more files than one answer lists")
	}
	return out, err
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
