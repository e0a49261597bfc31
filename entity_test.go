package keepiton

import "testing"

func TestAnEntityIsReadAsItIsWritten(t *testing.T) {
	for text, want := range map[string]string{
		"world": "world", "IR": "country/IR", "ir": "country/IR", "country/IR": "country/IR", "IR-07": "region/IR-07", "region/ir-07": "region/IR-07",
		"AS44244": "asn/44244", "44244": "asn/44244", "asn/44244": "asn/44244", "asn/AS44244": "asn/44244",
		"geoasn/44244-IR": "geoasn/44244-IR", "AS44244/IR": "geoasn/44244-IR", "geoasn/44244-IR-07": "geoasn/44244-IR-07",
		"country/IR/mobile": "country/IR/mobile", "KE/telegram": "country/KE/telegram", "AS36874/KE/mobile/telegram": "geoasn/36874-KE/mobile/telegram",
		"AS36874/telegram": "asn/36874/telegram", "asn/4294967295": "asn/4294967295",
	} {
		e, err := ParseEntity(text)
		if err != nil || e.String() != want {
			t.Errorf("ParseEntity(%q) = %q, %v; want %q", text, e, err, want)
			continue
		}
		if again, err := ParseEntity(e.String()); err != nil || again != e {
			t.Errorf("%q is read again as %+v, %v", e, again, err)
		}
	}
	for _, text := range []string{"", "Iran", "country", "country/", "country/IR-07", "region/IR", "asn/0", "AS0", "asn/4294967296", "asn/44244-IR", "geoasn/44244", "IR/mobile/telegram/x", "IR/Tele gram", "AS44244/mobile/fixed/x"} {
		if e, err := ParseEntity(text); err == nil || CodeOf(err) != Invalid {
			t.Errorf("ParseEntity(%q) = %q, %v; want an error", text, e, err)
		}
	}
}

func FuzzEntity(f *testing.F) {
	for _, s := range []string{"IR", "region/IR-07", "geoasn/44244-IR/mobile/telegram", "world/fixed"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		e, err := ParseEntity(text)
		if err != nil {
			return
		}
		if again, err := ParseEntity(e.String()); err != nil || again != e {
			t.Fatalf("%q gives %+v, written as %q, read again as %+v, %v", text, e, e, again, err)
		}
	})
}
