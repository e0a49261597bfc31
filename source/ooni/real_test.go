package ooni

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"keepiton/source"
)

const data = "../../../shared/data/ooni"

// real returns a path of the real data.
func real(t testing.TB, file string) string {
	t.Helper()
	path := filepath.Join(data, file)
	if _, err := os.Stat(path); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal(err)
		}
		t.Skipf("REAL MEASUREMENTS ARE MISSING: %v", err)
	}
	return path
}

// judged decodes a file.
func judged(t testing.TB, path string, o Options) (all []Test, sum source.Summary) {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	o.Name = path
	sum, err = Decode(context.Background(), f, o, Sink{Test: func(_ int64, one *Test) error {
		all = append(all, *one)
		return nil
	}})
	if err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	return all, sum
}

// oracles are the rows of the table of what each file has.
func oracles(t testing.TB) (out []map[string]string) {
	t.Helper()
	f, err := os.Open(real(t, "oracles.csv"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range rows[1:] {
		row := map[string]string{}
		for i, h := range rows[0] {
			row[h] = r[i]
		}
		out = append(out, row)
	}
	return out
}

// otherwise are the measurements that we judge otherwise than their probe did, and why.
var otherwise = map[string]string{
	"raw-fastpath/bug_351.json":    "the program that measured failed over a letter, and not the network",
	"raw-fastpath/signal_679.json": "the one host that fails is one that Signal had given up: in the United States",
	"raw-fastpath/whatsapp.json":   "the web version answered, with a status that the test did not foresee",
}

func TestWhatIsJudgedIsWhatTheOraclesSay(t *testing.T) {
	said := map[string]int{}
	for _, row := range oracles(t) {
		file := row["file"]
		all, sum := judged(t, filepath.Join(data, file), Options{})
		if !strings.HasPrefix(row["parse"], "ok") || row["test_name"] == "" {
			continue // see TestEveryRealFileIsReadOrSaysWhyNot
		}
		if len(all) != 1 || sum.Defects() != 0 {
			t.Errorf("%s: %d measurements, %v", file, len(all), sum.Skipped)
			continue
		}
		got := all[0]
		if got.Name != row["test_name"] || got.Start.Format(time.DateTime) != row["measurement_start_time"] || got.Country != row["probe_cc"] || row["probe_asn"] != "" && got.ASN.String() != row["probe_asn"] {
			t.Errorf("%s: %+v", file, got)
		}
		var v struct {
			Blocking   any
			Accessible *bool
			Flags      *int   `json:"x_blocking_flags"`
			Signal     string `json:"signal_backend_status"`
			Web        string `json:"telegram_web_status"`
			Endpoints  string `json:"whatsapp_endpoints_status"`
			WhatsApp   string `json:"whatsapp_web_status"`
			Messenger  *bool  `json:"facebook_tcp_blocking"`
			Success    *bool
			Bootstrap  *float64 `json:"bootstrap_time"`
		}
		if err := json.Unmarshal([]byte(row["verdict"]), &v); err != nil {
			t.Fatal(err)
		}
		want, speaks := CouldNotTell, true
		blocked := func(yes bool) Outcome {
			if yes {
				return Blocked
			}
			return OK
		}
		switch got.Name {
		case "web_connectivity":
			switch _, string := v.Blocking.(string); {
			case string:
				want = Blocked
			case v.Blocking == false && *v.Accessible:
				want = OK
			case v.Blocking == false:
				want = Down
			}
		case "signal":
			want = blocked(v.Signal == "blocked")
		case "telegram":
			want = blocked(v.Web == "blocked")
		case "whatsapp":
			want = blocked(v.WhatsApp == "blocked" || v.Endpoints == "blocked")
		case "facebook_messenger":
			want = blocked(*v.Messenger)
		case "vanilla_tor", "torsf", "psiphon":
			want = blocked(*v.Bootstrap == 0)
		case "tor":
			want = blocked(row["api_anomaly"] == "True")
		default:
			speaks = false // of a test that says nothing of a service
		}
		if why := otherwise[file]; why != "" {
			if got.Verdict != CouldNotTell {
				t.Errorf("%s: %v, where %s", file, got.Verdict, why)
			}
			continue
		}
		if got.Verdict != want {
			t.Errorf("%s: %v %v, the oracle says %s", file, got.Verdict, got.Layers, row["verdict"])
		}
		if speaks {
			said[want.String()]++
		}
	}
	if want := map[string]int{"blocked": 29, "ok": 23, "down": 7, "could_not_tell": 4}; !reflect.DeepEqual(said, want) {
		t.Errorf("oracles by outcome: %v, want %v", said, want)
	}
}

// TestTheSimulatedBlocksAreFoundAtTheirLayer compares layers with the flags of the
// probe (1 DNS, 2 TCP, 4 TLS, 8 and 16 HTTP): OONI's scenarios, by name.
func TestTheSimulatedBlocksAreFoundAtTheirLayer(t *testing.T) {
	// Flags that the rules of the pipeline do not bear out.
	other := map[string]string{
		"dnsHijackingToProxyWithHTTPURL":                  "1: the certificate of the proxy is valid for the name, so the answer counts as true",
		"tcpBlockingConnectionRefusedWithInconsistentDNS": "2: the address comes from a false answer, and is no witness",
		"ghostDNSBlockingWithHTTP":                        "16: the page comes from a false answer; the probe itself concludes dns",
	}
	n := 0
	for _, row := range oracles(t) {
		name, simulated := strings.CutPrefix(strings.TrimSuffix(row["file"], ".json"), "qa-simulated/")
		var v struct {
			Flags *int `json:"x_blocking_flags"`
		}
		if err := json.Unmarshal([]byte(row["verdict"]), &v); err != nil || !simulated || v.Flags == nil {
			continue
		}
		n++
		all, _ := judged(t, filepath.Join(data, row["file"]), Options{})
		flags := 0
		for l, flag := range [...]int{1, 2, 4, 8} {
			if all[0].Layers[l] == Blocked {
				flags |= flag
			}
		}
		want := *v.Flags&7 | *v.Flags&16>>1 | *v.Flags&8
		if (flags != want) != (other[name] != "") {
			t.Errorf("%s: layers %v, flags %d", name, all[0].Layers, *v.Flags)
		}
	}
	if n != 33 {
		t.Errorf("%d scenarios, want 33", n)
	}
}

// TestEveryRealFileIsReadOrSaysWhyNot runs over all files that there are.
func TestEveryRealFileIsReadOrSaysWhyNot(t *testing.T) {
	real(t, "oracles.csv")
	type count struct{ files, tests, skipped int }
	got := map[string]count{}
	err := filepath.WalkDir(data, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() || filepath.Ext(path) == ".md" || strings.HasSuffix(path, "oracles.csv") || strings.HasSuffix(path, "oracle-daily-2023.csv") || strings.Contains(path, "blocking-fingerprints") {
			return err
		}
		all, sum := judged(t, path, Options{})
		folder := strings.Split(filepath.ToSlash(strings.TrimPrefix(path, data)), "/")[1]
		switch base := filepath.Base(path); {
		case strings.Contains(path, "expect"), strings.HasPrefix(base, "observations"), strings.HasPrefix(base, "analysis"):
			folder = "no measurements"
		case filepath.Ext(path) == ".yaml":
			folder = "yaml"
		}
		c := got[folder]
		c.files, c.tests, c.skipped = c.files+1, c.tests+len(all), c.skipped+int(sum.Defects())
		got[folder] = c
		if len(all) == 0 && sum.Defects() == 0 && sum.Measurements == 0 {
			t.Errorf("%s: nothing is read, and nothing is said", path)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]count{
		"api-aggregation": {1, 0, 0}, "api-measurement_meta": {18, 17, 1}, "api-measurements": {2, 100, 0}, "kenya-telegram": {2, 3572, 0},
		"no measurements": {41, 0, 41}, "qa-simulated": {33, 33, 0}, "raw-fastpath": {27, 937, 0}, "raw-webconnectivity": {5, 4, 1}, "yaml": {3, 0, 99},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got  %v\nwant %v", got, want)
	}
}

// TestKenyasObservationsAreThoseOfTheirTable compares days with the table beside them.
func TestKenyasObservationsAreThoseOfTheirTable(t *testing.T) {
	all, sum := judged(t, real(t, "kenya-telegram/2023-KE-telegram.csv.gz"), Options{})
	if sum.Records != 125_441 || sum.Defects() != 0 {
		t.Errorf("%d rows, %v", sum.Records, sum.Skipped)
	}
	got := map[string]int{}
	for _, one := range all {
		got[one.Start.Format(time.DateOnly)]++
	}
	f, err := os.Open(real(t, "kenya-telegram/oracle-daily-2023.csv"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range rows[1:] {
		if fmt.Sprint(got[r[0]]) != r[3] {
			t.Errorf("%s: %d measurements, the table says %s", r[0], got[r[0]], r[3])
		}
	}
}
