package ooni

import (
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"keepiton"
)

func realPrints(t testing.TB) *Fingerprints {
	t.Helper()
	all := new(Fingerprints)
	for _, name := range []string{"fingerprints_dns.csv", "fingerprints_http.csv"} {
		f, err := os.Open(real(t, filepath.Join("blocking-fingerprints", name)))
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		if err := all.ReadFingerprints(f, name); err != nil {
			t.Fatal(err)
		}
	}
	return all
}

func TestOONIsFingerprintsAreRead(t *testing.T) {
	prints := realPrints(t)
	if len(prints.byCountry) < 40 || len(prints.of("RU").body.all) < 70 {
		t.Errorf("%d countries", len(prints.byCountry))
	}
	if !prints.DNS("IR", "10.10.34.36") || prints.DNS("KE", "10.10.34.36") || prints.DNS("IR", "149.154.167.99") {
		t.Error("answers of Iran are known in Iran alone")
	}
	all, _ := judged(t, real(t, "raw-fastpath/web_connectivity_ir_fp.json"), Options{Fingerprints: prints})
	if len(all) != 1 || !all[0].Confirmed || all[0].Layers[DNS] != Blocked || all[0].Verdict != Blocked {
		t.Errorf("%+v", all)
	}
}

func TestAPageThatIsShownForWhatIsBlocked(t *testing.T) {
	const head = "name,scope,location_found,pattern_type,pattern,expected_countries\n"
	prints := new(Fingerprints)
	rows := "a,nat,body,contains,\"<b>blocked, by order\",\"KE,UG\"\nb,isp,header.Location,prefix,http://block.,KE\nc,fp,body,contains,welcome,KE\nd,nat,body,regexp,order No [0-9]+,KE\ne,nat,body,contains,any,\n"
	if err := prints.ReadFingerprints(strings.NewReader(head+rows), "f"); err != nil {
		t.Fatal(err)
	}
	page := func(cc, body, headers string) Test {
		t.Helper()
		line := `{"test_name":"web_connectivity","input":"https://t.me/","measurement_start_time":"2023-11-08 10:05:00","report_id":"r","probe_cc":"` + cc + `","test_keys":{"blocking":false,"accessible":true,"control":{"http_request":{"failure":null}},"requests":[{"failure":null,"request":{"url":"https://t.me/"},"response":{"body":` + body + `,"headers":{` + headers + `}}}]}}`
		k, _, err := decodeText(t, strings.NewReader(line), Options{Fingerprints: prints})
		if err != nil || len(k.tests) != 1 {
			t.Fatal(err)
		}
		return k.tests[0]
	}
	for name, c := range map[string]struct {
		got  Test
		want Outcome
	}{
		"page": {page("KE", `"<html><b>blocked, by order of"`, ""), Blocked}, "at the end": {page("UG", `"x <b>blocked, by order"`, ""), Blocked}, "header": {page("KE", `""`, `"location":"http://block.ke/x"`), Blocked},
		"binary": {page("KE", `{"format":"base64","data":"b3JkZXIgTm8gNw=="}`, ""), Blocked}, "another country": {page("TZ", `"<b>blocked, by order"`, ""), OK}, "known to be harmless": {page("KE", `"welcome, any"`, ""), OK},
	} {
		if c.got.Verdict != c.want || c.got.Confirmed != (c.want == Blocked) {
			t.Errorf("%s: %+v", name, c.got)
		}
	}
	for _, bad := range []string{"", "name,pattern\n", head + "a,nat,body,near,x,KE\n", head + "a,nat,tail,full,x,KE\n", head + "a,nat,body,regexp,(,KE\n", head + "a,nat,body,contains,,KE\n", head + "a,nat,body,contains,\"x\n"} {
		if err := new(Fingerprints).ReadFingerprints(strings.NewReader(bad), "f"); keepiton.CodeOf(err) != keepiton.Invalid {
			t.Errorf("%q: %v", bad, err)
		}
	}
}

// TestTheScannerFindsWhatAPlainSearchFinds compares them on text made of few letters.
func TestTheScannerFindsWhatAPlainSearchFinds(t *testing.T) {
	dice := rand.New(rand.NewPCG(7, 7))
	letters := func(n int) string {
		b := make([]byte, n)
		for i := range b {
			b[i] = "abc"[dice.IntN(3)]
		}
		return string(b)
	}
	found := 0
	for range 3000 {
		var s scanner
		for range 1 + dice.IntN(4) {
			s.all = append(s.all, pattern{kind: "contains", text: letters(1 + dice.IntN(9))})
		}
		s.build()
		body := letters(dice.IntN(60))
		want := false
		for _, p := range s.all {
			want = want || strings.Contains(body, p.text)
		}
		if want {
			found++
		}
		if s.match([]byte(body)) != want {
			t.Fatalf("%v in %q: want %v", s.all, body, want)
		}
	}
	if found < 500 || found > 2800 {
		t.Errorf("found in %d of 3,000: the test is too easy", found)
	}
}

// BenchmarkScanner looks for all that a country may show in a body of 512 KiB, as OONI
// cuts them; plain looks for one after the other.
func BenchmarkScanner(b *testing.B) {
	set := realPrints(b).of("RU")
	body := []byte(strings.Repeat("<div class=\"row\"><a href=\"/news/2023/11/08/\">Telegram is not reachable</a></div>\n", 6500))
	b.Run("scanner", func(b *testing.B) {
		b.SetBytes(int64(len(body)))
		for b.Loop() {
			if set.body.match(body) {
				b.Fatal("found")
			}
		}
	})
	b.Run("plain", func(b *testing.B) {
		b.SetBytes(int64(len(body)))
		for b.Loop() {
			for i := range set.body.all {
				if set.body.all[i].match(body) {
					b.Fatal("found")
				}
			}
		}
	})
}
