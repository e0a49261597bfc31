package geo

import (
	"fmt"
	"strings"
	"testing"

	"keepiton"
)

func TestNationwideInAllSpellings(t *testing.T) {
	for _, area := range []string{
		"Nationwide", "National ", "nationwide", "Nation wide", "Nationwde", "All of Iraq", "Entire country", "Countrywide shutdown",
		"whole country", "Iraq", "Nationwide, especially Basra", "It affected mobile data services in the whole country", "NATIONWIDE",
	} {
		got := Resolve("Iraq", area, "")
		if len(got) != 1 || !got[0].Nationwide || got[0].Country != "IQ" || got[0].Words == "" || got[0].Confidence < keepiton.SurePlace {
			t.Errorf("%q: got %+v, want nationwide", area, got)
		}
	}
	for _, area := range []string{"Most of the country", "40 regions across the country", "59 universities across the country", "Crisis-hit areas throughout the country"} {
		for _, p := range Resolve("Iraq", area, "") {
			if p.Nationwide || p.Region != "" {
				t.Errorf("%q is not nationwide: %+v", area, p)
			}
		}
	}
}

func TestOldSheetsSayNationalInTheScope(t *testing.T) {
	got := Resolve("Chad", "", "National")
	if len(got) != 1 || !got[0].Nationwide || got[0].Country != "TD" {
		t.Errorf("got %+v", got)
	}
	got = Resolve("Chad", "", "It affected locations in more than one state, province, or region")
	if len(got) != 1 || got[0].Nationwide {
		t.Errorf("several regions are not the nation: %+v", got)
	}
}

// say writes places shortly: "!" for except, "*" for the whole country, the
// region or the country, "/district", and "?" where it is not sure.
func say(places []keepiton.Place) string {
	var out []string
	for _, p := range places {
		s := p.Region
		if s == "" {
			s = p.Country
		}
		if p.Nationwide {
			s += "*"
		}
		if p.District != "" {
			s += "/" + p.District
		}
		if p.Except {
			s = "!" + s
		}
		if p.Confidence < keepiton.SurePlace {
			s += "?"
		}
		out = append(out, s)
	}
	return strings.Join(out, " ")
}

func TestAreasOfTheRecord(t *testing.T) {
	for _, c := range []struct{ country, area, want string }{
		{"India", "Shopian, Pulwama, Anantnag", "IN-JK/Shupiyan IN-JK/Pulwama IN-JK/Anantnag"},
		{"India", "Rajouri and Poonch Districts, Jammu & Kashmir", "IN-JK/Rajouri IN-JK/Poonch"},
		{"India", "Islamabad and Kulgam, Jammu and Kashmir", "IN-JK/Anantnag IN-JK/Kulgam"},
		{"India", "Haspura Block, Aurangabad District, Bihar", "IN-BR/Aurangabad"},
		{"India", "Aurangabad, Maharashtra", "IN-MH/Aurangabad"},
		{"India", "Aurangabad", "IN? IN"}, // two states have one; the country is sure
		{"India", "Marhama area, Anantnag, Jammu & Kashmir", "IN-JK/Anantnag"},
		{"India", "Srinigar, Jammu and Kashmir", "IN-JK/Srinagar? IN-JK"},
		{"India", "PulwamaandKulgamdistrictsofsouthKashmir", "IN-JK/Pulwama IN-JK/Kulgam"},
		{"India", "All districts from Jammu and Kashmir, but for Ganderbal", "IN-JK !IN-JK/Ganderbal"},
		{"India", "Gwalior, Bhind districts of Madhya Pradesh; Sikar, Rajasthan", "IN-MP/Gwalior IN-MP/Bhind IN-RJ/Sikar"},
		{"India", "28 Districts, Assam", "IN-AS"},
		{"India", "Kargil town, Jammu and Kashmir", "IN-LA/Kargil"},
		{"India", "Churachandpur in Jammu and Kashmir", "IN-JK? IN"}, // it is in Manipur: somebody has to look
		{"India", "Imphal East and West, Manipur", "IN-MN/Imphal East IN-MN/Imphal West"},
		{"India", "Bedla and Kanpur towns and Udaipur city, Udaipur District, Rajasthan", "IN-RJ/Udaipur IN-RJ?"},
		{"India", "Palwal District, and Sohna and Pataudi subdivisions of Gurugram District, Haryana", "IN-HR/Palwal IN-HR/Gurgaon"},
		{"India", "North and Central Kashmir", "IN-JK/Bandipore IN-JK/Baramulla IN-JK/Kupwara IN-JK/Badgam IN-JK/Ganderbal IN-JK/Srinagar"},
		{"India", "Lower Kashmir", "IN? IN-JK"}, // some part of it, and we do not know which
		{"India", "West Bengal, Punjab and Rajasthan.", "IN-WB IN-PB IN-RJ"},
		{"Pakistan", "Parts of Balochistan and Kasur, Punjab", "PK-BA PK-PB"},
		{"Kazakhstan", "Atyrau and Kulsary cities, Atyrau region", "KZ-23 KZ-23"},
		{"Ukraine", "Crimea and other occupied territories of Ukraine", "UA-43"},
		{"Myanmar", "Buthidaung, Rathedaung and Minbya Townships in Rakhine State", "MM-16 MM-16 MM-16"},
		{"Myanmar", "Chin State; Kalay and Tamu townships, Sagaing Division", "MM-14 MM-01 MM-01"},
		{"Myanmar", "Kachin's Hpakant, Sagaing", "MM-11 MM-01"},
		{"Pakistan", "Lahore, Islamabad, Rawalpindi and Gujranwala", "PK-PB PK-IS PK-PB PK-PB"},
		{"Iraq", "Nationwide (except Kurdistan)", "IQ* !IQ-AR !IQ-DA !IQ-SU"},
		{"Iraq", "Kurdistan - (Erbil, Sulaymaniyah, Duhok)", "IQ-AR IQ-SU IQ-DA"},
		{"China", "Nationwide except for HK SAR", "CN* !CN-HK"},
		{"Ethiopia", "All regions except Addis Abeba", "ET* !ET-AA"},
		{"Iran (Islamic Republic of)", "Mahabad, West Azerbaijan", "IR-04"},
		{"Iran (Islamic Republic of)", "Sistan and Baluchistan", "IR-11"},
		{"Ukraine", "Kherson and Zaporizhzhia Oblasts, Luhansk and Donetsk oblasts", "UA-65 UA-23 UA-09 UA-14"},
		{"Palestine, State of", "Beit Lahia, Deir El Balah, Gaza City, Khan Yunis", "PS-NGZ PS-DEB PS-GZA PS-KYS"},
		{"Somaliland", "Nationwide", "SO-AW SO-SA SO-SO SO-TO SO-WO"},
		{"Crimea", "Nationwide", "UA-43"},
		{"Gaza Strip", "", "PS"},
		{"Nigeria", "Ponzing Ndam", "NG? NG"},
		{"Iran (Islamic Republic of)", "Iran", "IR*"},
		{"Burundi; Kenya", "Nationwide", "BI* KE*"},
		{"Atlantis", "Downtown", "?"},
	} {
		got := Resolve(c.country, c.area, "")
		merged := say(got)
		if c.want != merged {
			t.Errorf("%s | %s:\n got %s\nwant %s\n%+v", c.country, c.area, merged, c.want, got)
		}
	}
}

func TestWordsAreAlwaysKept(t *testing.T) {
	for _, row := range readCSV(t, "stop_combined_2016_2025.dev.csv") {
		area := strings.TrimSpace(row["area_name"])
		places := Resolve(row["country"], area, row["geo_scope"])
		if len(places) == 0 {
			t.Errorf("%s | %s: no place", row["country"], area)
		}
		for _, p := range places {
			if area != "" && p.Words == "" && (p.Region != "" || p.Except || len(places) == 1) {
				t.Errorf("%s | %s: a place without words: %+v", row["country"], area, p)
			}
			if area != "" && p.Country == "" {
				t.Errorf("%s | %s: a place without a country: %+v", row["country"], area, p)
			}
		}
	}
}

func TestEveryRegionNameResolvesToItself(t *testing.T) {
	for _, c := range append(Countries(), MadeUp()...) {
		for _, r := range Regions(c.Code) {
			got := Resolve(c.STOP, r.Name, "")
			if len(got) == 1 && got[0].Nationwide && key(r.Name) == key(c.STOP) {
				continue // the region is named like the country: the country is meant
			}
			if len(got) != 1 || got[0].Region != r.Code || got[0].Confidence != 1 {
				t.Errorf("Resolve(%q, %q) = %+v, want %s, exact", c.STOP, r.Name, got, r.Code)
			}
		}
	}
}

func TestEveryDistrictResolvesToItselfInItsState(t *testing.T) {
	n := 0
	for _, r := range Regions("IN") {
		for _, d := range Districts(r.Code) {
			n++
			got := Resolve("India", d.Name+" District, "+r.Name, "")
			if len(got) != 1 || got[0].District != d.Name || got[0].Region != r.Code || got[0].Confidence != 1 {
				t.Errorf("%s, %s: got %+v", d.Name, r.Name, got)
			}
			for _, a := range d.Aliases {
				got := Resolve("India", a+" district, "+r.Name, "")
				if len(got) != 1 || got[0].District != d.Name || got[0].Region != r.Code || got[0].Confidence < keepiton.SurePlace {
					t.Errorf("%s (%s), %s: got %+v", a, d.Name, r.Name, got)
				}
			}
		}
	}
	if n < 750 {
		t.Errorf("only %d districts", n)
	}
}

func TestDistrictsAreShownByTheirNameOfToday(t *testing.T) {
	for _, c := range []struct{ region, district, want string }{
		{"IN-JK", "Shupiyan", "Shopian"},
		{"IN-UP", "Allahabad", "Prayagraj"},
		{"IN-MH", "Aurangabad", "Chhatrapati Sambhajinagar"},
		{"IN-BR", "Aurangabad", "Aurangabad"},
		{"IN-JK", "Srinagar", "Srinagar"},
		{"IN-JK", "Nowhere", "Nowhere"},
	} {
		if got := DistrictName(c.region, c.district); got != c.want {
			t.Errorf("DistrictName(%s, %s) = %q, want %q", c.region, c.district, got, c.want)
		}
	}
}

func FuzzResolve(f *testing.F) {
	f.Add("India", "Kulgam; (Pulwama, Jammu & Kashmir)", "National")
	f.Add("Iraq", "Nationwide (except Kurdistan)", "")
	f.Add("Burundi; Kenya", "’s\xff(((:,,&&", "")
	f.Add("India", "PulwamaandKulgamdistrictsofsouthKashmirUP’sSaharanpur", "")
	f.Add("India", strings.Repeat("Kashmir ", 50), "")
	f.Fuzz(func(t *testing.T, country, area, scope string) {
		for _, p := range Resolve(country, area, scope) {
			if p.Confidence < 0 || p.Confidence > 1 {
				t.Errorf("confidence %v", p.Confidence)
			}
			if p.Region != "" && !strings.HasPrefix(p.Region, p.Country+"-") {
				t.Errorf("region %s is not in %s", p.Region, p.Country)
			}
			if p.Method == methodFuzzy && p.Confidence >= keepiton.SurePlace {
				t.Errorf("a guess shown as a fact: %+v", p)
			}
		}
	})
}

func TestMegabyteCellIsCut(t *testing.T) {
	for _, area := range []string{strings.Repeat("Kashmir and ", 90_000), strings.Repeat("x", 1<<20), strings.Repeat("Zx,", 1<<18), strings.Repeat("(", 1<<20)} {
		places := Resolve("India", area, "")
		total := 0
		for _, p := range places {
			total += len(p.Words)
		}
		if total > 64*MaxWords {
			t.Errorf("%.10q...: %d bytes of words in %d places", area, total, len(places))
		}
	}
}

func BenchmarkResolveTwoThousandCells(b *testing.B) {
	rows := readCSV(b, "stop_combined_2016_2025.dev.csv")
	for i := 0; len(rows) < 2000; i++ {
		rows = append(rows, rows[i])
	}
	for b.Loop() {
		for _, r := range rows[:2000] {
			Resolve(r["country"], r["area_name"], r["geo_scope"])
		}
	}
}

func ExampleResolve() {
	for _, p := range Resolve("India", "Shopian and Pulwama districts, Jammu & Kashmir", "") {
		fmt.Println(p.Region, p.District, p.Confidence)
	}
	// Output:
	// IN-JK Shupiyan 0.95
	// IN-JK Pulwama 1
}
