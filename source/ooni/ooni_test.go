package ooni

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"keepiton"
	"keepiton/source"
)

// telegramLine is a measurement of Telegram.
func telegramLine(start, report, cc, asn, web string) string {
	failure := "null"
	if web == "blocked" {
		failure = `"generic_timeout_error"`
	}
	return fmt.Sprintf(`{"test_name":"telegram","test_version":"0.3.1","measurement_start_time":%q,"report_id":%q,"probe_cc":%q,"probe_asn":%q,"test_keys":{"telegram_tcp_blocking":false,"telegram_http_blocking":false,"telegram_web_status":%q,"telegram_web_failure":%s,"requests":[{"failure":%s,"request":{"url":"https://web.telegram.org/"}}],"queries":[{"hostname":"web.telegram.org","failure":null,"answers":[{"ipv4":"149.154.167.99"}]}],"tcp_connect":[{"ip":"149.154.167.99","port":443,"status":{"failure":null,"success":true}}],"tls_handshakes":[{"server_name":"web.telegram.org","address":"149.154.167.99:443","failure":%s}]}}`,
		start, report, cc, asn, web, failure, failure, failure)
}

// kept is what a sink took.
type kept struct {
	tests []Test
	sight []keepiton.Sighting
	puts  []keepiton.Measurement
}

func decodeText(t testing.TB, in io.Reader, o Options) (kept, source.Summary, error) {
	t.Helper()
	var k kept
	sum, err := Decode(context.Background(), in, o, Sink{
		Test:  func(_ int64, one *Test) error { k.tests = append(k.tests, *one); return nil },
		Sight: func(all []keepiton.Sighting) error { k.sight = append(k.sight, all...); return nil },
		Put:   func(m keepiton.Measurement) error { k.puts = append(k.puts, m); return nil },
	})
	return k, sum, err
}

// counts are bins as a store would count them, "metric/entity hour" → "met of told".
func counts(all []keepiton.Sighting) map[string]string {
	sets := map[string]map[uint64]uint8{}
	for _, s := range all {
		key := s.Metric + "/" + s.Entity.String() + s.At.Format(" 15")
		if sets[key] == nil {
			sets[key] = map[uint64]uint8{}
		}
		sets[key][s.Who] |= s.What
	}
	out := map[string]string{}
	for key, set := range sets {
		met := 0
		for _, what := range set {
			if what&keepiton.Met != 0 {
				met++
			}
		}
		out[key] = fmt.Sprintf("%d of %d", met, len(set))
	}
	return out
}

func TestRunsAreCountedAndNotMeasurements(t *testing.T) {
	lines := []string{
		telegramLine("2023-11-08 10:05:00", "r1", "KE", "AS37061", "blocked"),
		telegramLine("2023-11-08 10:15:00", "r1", "KE", "AS37061", "blocked"),
		telegramLine("2023-11-08 10:15:00", "r2", "KE", "AS37061", "ok"),
		telegramLine("2023-11-08 10:59:59", "r3", "KE", "AS0", "blocked"),
		telegramLine("2023-11-08 11:00:00", "r1", "KE", "AS37061", "blocked"),
		telegramLine("2023-11-08 11:00:00", "r4", "ZZ", "AS0", "blocked"),
	}
	for range 2 {
		k, sum, err := decodeText(t, strings.NewReader(strings.Join(lines, "\n")), Options{Name: "raw/20231108/12/KE/telegram/2023110812_KE_telegram.n1.0.jsonl.gz"})
		if err != nil || sum.Records != 6 || sum.Defects() != 0 {
			t.Fatal(sum, err)
		}
		want := map[string]string{
			"blocked/country/KE/telegram 10": "2 of 3", "blocked/geoasn/37061-KE/telegram 10": "1 of 2", "blocked/country/KE/telegram 11": "1 of 1", "blocked/geoasn/37061-KE/telegram 11": "1 of 1",
			"tls/country/KE/telegram 10": "2 of 3", "http/country/KE/telegram 10": "0 of 1", "volume/country/KE 10": "3 of 3", "volume/geoasn/37061-KE 11": "1 of 1",
		}
		got := counts(k.sight)
		for key, n := range want {
			if got[key] != n {
				t.Errorf("%s: %q, want %q", key, got[key], n)
			}
		}
		if k.sight[0].Arrived.Time() != time.Date(2023, 11, 8, 13, 0, 0, 0, time.UTC) {
			t.Errorf("arrived %v, and the path tells the hour of upload", k.sight[0].Arrived.Time())
		}
		slices.Reverse(lines)
	}
}

func TestNobodyCanBeFollowed(t *testing.T) {
	line := strings.Replace(telegramLine("2023-11-08 10:05:00", "r1", "KE", "AS37061", "ok"), `"probe_cc"`, `"probe_id":"pseudonym","probe_cc"`, 1)
	same := strings.Replace(line, `"r1"`, `"r2"`, 1)
	later := strings.Replace(line, " 10:", " 11:", 1)
	elsewhere := strings.Replace(line, "AS37061", "AS33771", 1)
	k, _, err := decodeText(t, strings.NewReader(line+"\n"+same+"\n"+later+"\n"+elsewhere+"\n"), Options{})
	if err != nil || len(k.tests) != 4 {
		t.Fatal(err)
	}
	if k.tests[0].Who != k.tests[1].Who {
		t.Error("two runs of one pseudonym are two probes")
	}
	if k.tests[0].Who == k.tests[2].Who || k.tests[0].Who == k.tests[3].Who {
		t.Error("a probe is the same number in another hour or network")
	}
}

func TestWhatIsDamagedIsCountedAndSteppedOver(t *testing.T) {
	good := telegramLine("2023-11-08 10:05:00", "r1", "KE", "AS37061", "ok")
	long := `{"x":"` + strings.Repeat("a", MaxLine+chunkSize) + `"}`
	many := `{"test_keys":{"queries":[` + strings.Repeat("0,", MaxValues) + `0]}}`
	deep := strings.Repeat("[", 10_000)
	text := "{\"a\":\n" + good + "\n\n" + deep + "\n" + long + "\n" + good + "\r\n" + many + "\n" + `{"report_id":"x"}` + "\n" + strings.Replace(good, "2023-11-08", "yesterday!", 1) + "\n" + good[:50]
	k, sum, err := decodeText(t, strings.NewReader(text), Options{})
	want := map[string]int64{"bad_json": 3, "too_long": 1, "too_many_values": 1, "no_measurement": 1, "bad_time": 1}
	if err != nil || !reflect.DeepEqual(sum.Skipped, want) || len(k.tests) != 2 || sum.Records != 9 {
		t.Fatalf("%d records, %v, %d tests, %v", sum.Records, sum.Skipped, len(k.tests), err)
	}
	for _, d := range sum.First {
		if d.Offset < 0 || d.Offset > int64(len(text)) || d.Offset > 0 && text[d.Offset-1] != '\n' {
			t.Errorf("%+v does not begin a line", d)
		}
		if d.Kind == "too_long" && d.Offset != int64(strings.Index(text, `{"x"`)) {
			t.Errorf("%+v", d)
		}
	}
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	_, _ = io.WriteString(z, strings.Repeat(good+"\n", 5000))
	_ = z.Close()
	k, sum, err = decodeText(t, bytes.NewReader(packed.Bytes()[:packed.Len()/2]), Options{})
	if err != nil || sum.Skipped[source.DamageCut] != 1 || len(k.tests) < 1000 {
		t.Errorf("half of an archive: %d tests, %v, %v", len(k.tests), sum.Skipped, err)
	}
	if _, _, err := decodeText(t, strings.NewReader(" \n"), Options{}); keepiton.CodeOf(err) != keepiton.Invalid {
		t.Errorf("an empty file: %v", err)
	}
	broken := errors.New("broken")
	if _, _, err := decodeText(t, io.MultiReader(strings.NewReader(strings.Repeat(good+"\n", 3000)), failing{broken}), Options{}); !errors.Is(err, broken) {
		t.Errorf("a source that breaks: %v", err)
	}
	if _, err := Decode(context.Background(), strings.NewReader(strings.Repeat(good+"\n", 30_000)), Options{}, Sink{Test: func(int64, *Test) error { return broken }}); !errors.Is(err, broken) {
		t.Errorf("a sink that breaks: %v", err)
	}
	gone, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := Decode(gone, strings.NewReader(strings.Repeat(good+"\n", 3000)), Options{}, Sink{}); !errors.Is(err, context.Canceled) {
		t.Errorf("nobody waits: %v", err)
	}
}

func TestWhatWasMeasuredTomorrowIsADefect(t *testing.T) {
	lines := telegramLine("2023-11-08 10:05:00", "r1", "KE", "AS37061", "ok") + "\n" + telegramLine("2023-11-10 10:05:00", "r1", "KE", "AS37061", "ok") + "\n" + telegramLine("2020-11-10 10:05:00", "r1", "KE", "AS37061", "ok")
	for _, o := range []Options{{Name: "raw/20231108/12/KE/telegram/x.jsonl.gz"}, {Arrived: time.Date(2023, 11, 8, 12, 0, 0, 0, time.UTC)}} {
		if k, sum, err := decodeText(t, strings.NewReader(lines), o); err != nil || len(k.tests) != 2 || sum.Skipped["from_the_future"] != 1 {
			t.Errorf("%d tests, %v, %v", len(k.tests), sum.Skipped, err)
		}
	}
}

func TestAMarkAtTheBeginningIsNoDamage(t *testing.T) {
	good := telegramLine("2023-11-08 10:05:00", "r1", "KE", "AS37061", "ok")
	for name, text := range map[string]string{"lines": "\ufeff" + good + "\r\n" + good + "\r\n", "a list": "\ufeff[" + good + "," + good + "]"} {
		if k, sum, err := decodeText(t, strings.NewReader(text), Options{}); err != nil || len(k.tests) != 2 || sum.Defects() != 0 {
			t.Errorf("%s: %d tests, %v, %v", name, len(k.tests), sum.Skipped, err)
		}
	}
}

func TestTimesAreReadWithTheirZone(t *testing.T) {
	ten := time.Date(2023, 11, 8, 10, 5, 0, 0, time.UTC)
	for text, want := range map[string]time.Time{
		"2023-11-08 10:05:00": ten, "2023-11-08T10:05:00.000000Z": ten, "2023-11-08 10:05:00+00:00": ten, "2023-11-08T13:35:00+03:30": ten, "2023-11-08T02:05:00.5-08:00": ten,
		"2023-02-31 10:05:00": {}, "2023-11-08T10:05:00+99:00": {}, "2023-11-08": {}, "0000-00-00 00:00:00": {}, "2023-11-08 24:00:00": {},
	} {
		if got, ok := parseTime([]byte(text)); ok == want.IsZero() || !got.Equal(want) {
			t.Errorf("%s: %v %v, want %v", text, got, ok, want)
		}
	}
}

func TestABlockIsBelievedWhoseFailureIsNotTold(t *testing.T) {
	line := func(test, keys string) string {
		return fmt.Sprintf(`{"test_name":%q,"test_version":"0.9.0","measurement_start_time":"2023-11-08 10:05:00","report_id":"r","probe_cc":"KE","probe_asn":"AS37061","test_keys":{%s}}`, test, keys)
	}
	for keys, want := range map[string]Outcome{
		`"telegram_tcp_blocking":false,"telegram_http_blocking":false,"telegram_web_status":"blocked"`:                                                            Blocked,
		`"telegram_tcp_blocking":false,"telegram_http_blocking":false,"telegram_web_status":"blocked","telegram_web_failure":null`:                                Blocked,
		`"telegram_tcp_blocking":false,"telegram_http_blocking":false,"telegram_web_status":"blocked","telegram_web_failure":"connection_reset"`:                  Blocked,
		`"telegram_tcp_blocking":false,"telegram_http_blocking":false,"telegram_web_status":"blocked","telegram_web_failure":"unknown_failure: out of files"`:     CouldNotTell,
		`"telegram_tcp_blocking":false,"telegram_http_blocking":false,"telegram_web_status":"blocked","telegram_web_failure":"http_unexpected_status_code"`:       CouldNotTell,
		`"registration_server_status":"blocked","whatsapp_endpoints_status":"ok","whatsapp_web_status":"ok"`:                                                      Blocked,
		`"registration_server_status":"ok","whatsapp_endpoints_status":"ok","whatsapp_web_status":"blocked","whatsapp_web_failure":"http_unexpected_status_code"`: CouldNotTell,
		`"signal_backend_status":"blocked"`: Blocked,
	} {
		test, _, _ := strings.Cut(keys[1:], "_")
		if test == "registration" {
			test = "whatsapp"
		}
		if k, _, err := decodeText(t, strings.NewReader(line(test, keys)), Options{}); err != nil || len(k.tests) != 1 || k.tests[0].Verdict != want {
			t.Errorf("%s: %+v, want %s, %v", keys, k.tests, want, err)
		}
	}
}

type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }

func TestVersionsOfTheSignalTestThatCannotBeBelieved(t *testing.T) {
	for _, c := range []struct {
		version, start string
		want           Outcome
	}{
		{"0.2.1", "2022-10-18 23:59:59", Blocked},
		{"0.2.1", "2022-10-19 00:00:00", CouldNotTell},
		{"0.2.2", "2022-12-01 00:00:00", Blocked},
		{"0.2.3", "2023-11-06 23:00:00", Blocked},
		{"0.2.3", "2023-11-07 00:00:00", CouldNotTell},
		{"0.2.10", "2024-01-01 00:00:00", Blocked},
		{"0.2.4", "2024-01-01 00:00:00", Blocked},
	} {
		line := fmt.Sprintf(`{"test_name":"signal","test_version":%q,"measurement_start_time":%q,"report_id":"r","probe_cc":"IR","test_keys":{"signal_backend_status":"blocked","signal_backend_failure":"connection_reset"}}`, c.version, c.start)
		k, _, err := decodeText(t, strings.NewReader(line), Options{})
		if err != nil || len(k.tests) != 1 || k.tests[0].Verdict != c.want {
			t.Errorf("%s at %s: %+v, %v", c.version, c.start, k.tests, err)
		}
	}
}

// joined is a JSON text on one line.
func joined(s string) string { return strings.ReplaceAll(s, "\n", "") }

func TestTheAPIsAnswersAreRead(t *testing.T) {
	k, sum, err := decodeText(t, strings.NewReader(joined(`{"dimension_count":1,"result":[
		{"anomaly_count":2,"confirmed_count":1,"failure_count":3,"ok_count":4,"measurement_count":10,"measurement_start_day":"2022-03-01","probe_cc":"IR","probe_asn":"AS44244","domain":"www.telegram.org"},
		{"measurement_count":-1,"measurement_start_day":"2022-03-01"},{"measurement_count":1,"measurement_start_day":"soon"}]}`)), Options{})
	if err != nil || sum.Skipped["bad_count"] != 1 || sum.Skipped["bad_time"] != 1 || len(k.puts) != 2 {
		t.Fatalf("%+v, %v, %v", k.puts, sum.Skipped, err)
	}
	if m := k.puts[1]; m.SeriesKey.String() != "ooni/anomalies/geoasn/44244-IR/telegram" || m.Value != 3 || m.N != 7 || m.Step != 24*time.Hour {
		t.Errorf("%+v", m)
	}
	k, sum, err = decodeText(t, strings.NewReader(`{"results":[{"probe_asn":37061,"probe_cc":"KE","domain":"t.me","start_time":"2023-11-08T10:00:00Z","count":9,"change_dir":"up","block_type":"tls"},{"start_time":"2023-11-08T10:00:00Z","change_dir":"left"}]}`), Options{})
	if err != nil || len(k.puts) != 1 || sum.Skipped["bad_direction"] != 1 || k.puts[0].SeriesKey.String() != "ooni/changes/geoasn/37061-KE/telegram" || k.puts[0].Value != 1 || k.puts[0].N != 9 {
		t.Errorf("%+v, %v, %v", k.puts, sum.Skipped, err)
	}
	rows := ""
	for _, r := range []string{`true,"confirmed":false,"failure":false,"test_name":"web_connectivity"`, `true,"confirmed":true,"failure":false,"test_name":"web_connectivity"`, `true,"confirmed":false,"failure":false,"test_name":"telegram"`, `true,"confirmed":false,"failure":true,"test_name":"telegram"`} {
		rows += `,{"input":"https://t.me/","probe_cc":"KE","probe_asn":"AS1","report_id":"r","measurement_start_time":"2023-11-08T10:00:00Z","anomaly":` + r + "}"
	}
	k, _, err = decodeText(t, strings.NewReader(`{"results":[`+rows[1:]+"]}"), Options{})
	if err != nil || len(k.tests) != 4 {
		t.Fatal(k.tests, err)
	}
	for i, want := range []Outcome{CouldNotTell, Blocked, Blocked, CouldNotTell} {
		if k.tests[i].Verdict != want || k.tests[i].Service != "telegram" {
			t.Errorf("row %d: %v, want %v", i, k.tests[i].Verdict, want)
		}
	}
}

func TestTheArchiveIsLaidOutByHourAndBeforeThatByDay(t *testing.T) {
	p := source.Period{Base: "http://localhost", Country: "KE", From: time.Date(2020, 10, 19, 5, 0, 0, 0, time.UTC), To: time.Date(2020, 10, 20, 2, 0, 0, 0, time.UTC)}
	got, err := Layout(p)
	if err != nil || len(got) != len(tests)+2 {
		t.Fatal(got, err)
	}
	if got[0].URL != "http://localhost/?list-type=2&prefix=jsonl%2Fwebconnectivity%2FKE%2F20201019%2F00%2F" || got[len(got)-1].Name != "raw/20201020/01/KE/list.xml" || got[len(got)-1].At != time.Date(2020, 10, 20, 1, 0, 0, 0, time.UTC) || !got[0].Final.After(p.To) {
		t.Errorf("%+v", got)
	}
	const listing = `<ListBucketResult><Contents><Key>raw/20201020/01/KE/webconnectivity/2020102001_KE_webconnectivity.n1.1.jsonl.gz</Key></Contents>
		<Contents><Key>raw/20201020/01/KE/telegram/2020102001_KE_telegram.n1.0.jsonl.gz</Key></Contents><Contents><Key>raw/20201020/01/KE/telegram/2020102001_KE_telegram.n1.0.tar.gz</Key></Contents>
		<Contents><Key>raw/20201020/01/KE/dash/2020102001_KE_dash.n1.0.jsonl.gz</Key></Contents><Contents><Key>raw/../../20201020/01/KE/telegram/y.jsonl.gz</Key></Contents></ListBucketResult>`
	files, err := Files(p, []byte(listing))
	if err != nil || len(files) != 2 || files[0].Name != "raw/20201020/01/KE/telegram/2020102001_KE_telegram.n1.0.jsonl.gz" || files[0].URL != "http://localhost/"+files[0].Name {
		t.Errorf("%+v, %v", files, err)
	}
	if _, err := Files(p, []byte("<IsTruncated>true</IsTruncated>")); keepiton.CodeOf(err) != keepiton.TooLarge {
		t.Error(err)
	}
	for path, want := range map[string]string{
		"a/raw/20231108/12/KE/telegram/2023110812_KE_telegram.n1.0.jsonl.gz": "KE telegram 2023-11-08 12 1h0m0s", "jsonl/telegram/KE/20191108/00/x.jsonl.gz": "KE telegram 2019-11-08 00 24h0m0s",
		"2023110812_KE_telegram.n1.0.jsonl.gz": "KE telegram 2023-11-08 12 1h0m0s", "x.jsonl.gz": "", "raw/20231308/12/KE/telegram/x": "", "raw/20231108/12/ke/telegram/x": "",
	} {
		u, ok := UploadOf(path)
		if s := fmt.Sprint(u.Country, " ", u.Test, " ", u.From.Format("2006-01-02 15"), " ", u.To.Sub(u.From)); ok != (want != "") || ok && s != want {
			t.Errorf("%s: %s, %v", path, s, ok)
		}
	}
	for _, bad := range []source.Period{{}, {Country: "Kenya", From: p.From, To: p.To}, {Country: "KE", From: p.To, To: p.From}, {Country: "KE", From: p.From, To: p.From.AddDate(3, 0, 0)}, {Country: "KE", To: p.To}} {
		if _, err := Layout(bad); err == nil {
			t.Errorf("%+v is laid out", bad)
		}
	}
}

func FuzzDecode(f *testing.F) {
	f.Add([]byte(telegramLine("2023-11-08 10:05:00", "r1", "KE", "AS37061", "blocked") + "\n{}\n"))
	f.Add([]byte("{\n\"status\":200,\"body\":\"{\\\"results\\\":[{\\\"anomaly\\\":true,\\\"measurement_start_time\\\":\\\"2023-11-08T10:00:00Z\\\"}]}\"}"))
	f.Add([]byte(`{"result":[{"measurement_count":1,"measurement_start_day":"2022-03-01 05:00:00","domain":"t.me"}]}`))
	f.Add([]byte("report_id,measurement_uid,test_name,probe_cc,probe_asn,measurement_start_time,hostname,http_failure\nr,u,telegram,KE,1,2023-11-01 00:18:03+00:00,web.telegram.org,eof_error\n"))
	f.Add([]byte(`{"test_name":"web_connectivity","input":"https://t.me/","measurement_start_time":"2023-11-08 10:05:00","probe_cc":"IR","probe_asn":"AS1","test_keys":{"blocking":"dns","accessible":false,"control":{"dns":{"addrs":["1.1.1.1"]},"http_request":{"failure":null},"tcp_connect":{"10.10.34.36:443":{"status":true}}},"queries":[{"engine":"system","hostname":"t.me","answers":[{"ipv4":"10.10.34.36","asn":3}],"failure":null,"tags":["classic","depth=0"]}],"requests":[{"failure":"eof_error","request":{"url":"https://t.me"},"response":{"body":{"data":"eA==","format":"base64"},"headers":{"Server":"x"}}}],"tls_handshakes":[{"address":"[::1]:443","failure":"ssl_x"}]}}`))
	prints := new(Fingerprints)
	if err := prints.ReadFingerprints(strings.NewReader("scope,location_found,pattern_type,pattern,expected_countries\nnat,body,contains,blocked here,IR\nnat,header.Server,prefix,x,IR\nnat,dns,full,10.10.34.36,IR\n"), "f"); err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		var first map[string]string
		for i := range 2 { // the order in which goroutines run must not show
			k, sum, err := decodeText(t, bytes.NewReader(data), Options{Fingerprints: prints})
			if err != nil {
				return
			}
			for _, m := range k.puts {
				if m.Value-m.Value != 0 || m.Step <= 0 || m.At.Unix()%int64(m.Step/time.Second) != 0 || m.At.Unix() < 0 {
					t.Fatalf("%+v", m)
				}
				if _, err := keepiton.ParseEntity(m.Entity.String()); err != nil {
					t.Fatal(err)
				}
			}
			for _, s := range k.sight {
				if s.Who>>whoBits != 0 || s.What != keepiton.Told && s.What != keepiton.Told|keepiton.Met || s.At.Unix()%3600 != 0 || s.Entity.Country == "" {
					t.Fatalf("%+v", s)
				}
			}
			if int64(len(k.tests))+int64(len(k.puts)) != sum.Measurements {
				t.Fatalf("%d tests, %d counts, the summary says %d", len(k.tests), len(k.puts), sum.Measurements)
			}
			if got := counts(k.sight); i == 0 {
				first = got
			} else if !reflect.DeepEqual(got, first) {
				t.Fatalf("%v, then %v", first, got)
			}
		}
	})
}
