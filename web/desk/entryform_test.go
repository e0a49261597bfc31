package desk

import (
	"encoding/json"
	"net/url"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/ProtonMail/gopenpgp/v3/crypto"

	"keepiton"
	"keepiton/campaign"
	"keepiton/locale"
	"keepiton/sample"
)

// Whatever a body holds, opening it and saving it unchanged changes nothing.
func TestOpeningAndSavingAnEntryChangesNothing(t *testing.T) {
	for _, rev := range sample.Entries(time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC)) {
		e, err := campaign.Read(rev)
		if err != nil {
			t.Fatal(err)
		}
		unchanged(t, e)
	}
	// Every member of every kind, filled.
	for _, kind := range keepiton.EntryKinds {
		e := keepiton.NewEntry(kind)
		fillAll(reflect.ValueOf(e).Elem())
		unchanged(t, e)
	}
}

func unchanged(t *testing.T, e keepiton.Entry) {
	t.Helper()
	fields := campaign.Fields(e.Kind())
	f, err := fillEntry(fields, e)
	if err != nil {
		t.Fatal(err)
	}
	got, wrongs, err := readEntry(fields, f, e)
	if err != nil || len(wrongs) > 0 {
		t.Fatalf("%s: %v, %v", e.Kind(), wrongs, err)
	}
	want, _ := json.Marshal(e)
	if have, _ := json.Marshal(got); string(have) != string(want) {
		t.Errorf("%s:\ngot  %s\nwant %s", e.Kind(), have, want)
	}
	// And from nothing: the form alone holds all that it shows.
	if got, _, err = readEntry(fields, f, keepiton.NewEntry(e.Kind())); err != nil {
		t.Fatal(err)
	}
	diff, err := compareEntries(locale.For("en"), fields, e, got)
	if err != nil || len(diff) > 0 && e.Kind() != keepiton.KindWatch {
		t.Errorf("%s: from the form alone: %v, %v", e.Kind(), diff, err)
	}
}

// fillAll puts something into every member.
func fillAll(v reflect.Value) {
	switch x := v.Addr().Interface().(type) {
	case *keepiton.Texts:
		*x = keepiton.Texts{"en": "one\n\ntwo", "ar": "واحد", "so": "kow"}
	case *keepiton.Moment:
		*x = keepiton.Moment{At: time.Date(2026, 3, 1, 15, 0, 0, 0, time.UTC), Precision: keepiton.Hour, Estimated: true}
	case *time.Time:
		*x = time.Date(2026, 3, 1, 15, 4, 0, 0, time.UTC)
	default:
		switch v.Kind() {
		case reflect.String:
			v.SetString("KIW-2026-0001")
		case reflect.Bool:
			v.SetBool(true)
		case reflect.Int:
			v.SetInt(7)
		case reflect.Float64:
			v.SetFloat(.9)
		case reflect.Struct:
			for i := range v.NumField() {
				fillAll(v.Field(i))
			}
		case reflect.Slice:
			v.Set(reflect.MakeSlice(v.Type(), 2, 2))
			for i := range 2 {
				fillAll(v.Index(i))
			}
		}
	}
}

func TestAPrivateKeyIsThrownAwayAndNotEchoed(t *testing.T) {
	fields := campaign.Fields(keepiton.KindOrganization)
	f := form{"e.name": {"Open Lines"}, "e.key": {"-----BEGIN PGP PRIVATE KEY BLOCK-----\n\nsecret\n-----END PGP PRIVATE KEY BLOCK-----"}}
	e, wrongs, err := readEntry(fields, f, &keepiton.Organization{})
	if err != nil || len(wrongs) != 1 || wrongs[0].key != "desk.wrong.private_key" {
		t.Fatalf("%v, %v", wrongs, err)
	}
	if doc, _ := json.Marshal(e); strings.Contains(string(doc), "PRIVATE") {
		t.Errorf("it is in the body: %s", doc)
	}
	m := entryMaker{maker: maker{p: voice{locale.For("en")}, f: f, inc: &keepiton.Incident{}, bad: wrongs}, kind: keepiton.KindOrganization, fields: fields}
	for _, v := range m.views() {
		if strings.Contains(v.Input.Value, "secret") {
			t.Error("the page shows it again")
		}
	}
}

// Whatever is sent as a form is read or named, and what is read can be written
// into a form and read again.
func FuzzEntryForm(f *testing.F) {
	f.Add("e.title.en=A&e.from=2026-03&sources.0.row=1&sources.0.url=https%3A%2F%2Fa.example", 2)
	f.Add("e.goal=-1&e.title.=x&e.title.en.en=y&newlang.e.title=so&do=lang%3Atitle", 3)
	f.Add("quotes.0.row=1&quotes.0.words.am=x&quotes.0.agreed=1&do=rowlang%3Aquotes%3A0", 5)
	f.Add("e.embargo=2026-01-03T15%3A04Z&e.made=0001-01-01&do=remove%3Asources%3A-1", 1)
	f.Fuzz(func(t *testing.T, query string, kind int) {
		values, err := url.ParseQuery(query)
		if err != nil || kind < 0 || kind >= len(keepiton.EntryKinds) {
			return
		}
		k := keepiton.EntryKinds[kind]
		fields, sent := campaign.Fields(k), form(values)
		changeEntry(fields, sent, sent.get("do"))
		e, _, err := readEntry(fields, sent, keepiton.NewEntry(k))
		if err != nil {
			if c := keepiton.CodeOf(err); c != keepiton.Invalid {
				t.Fatalf("%s: %v", c, err)
			}
			return
		}
		e.Check()
		e.Index()
		filled, err := fillEntry(fields, e)
		if err != nil {
			t.Fatal(err)
		}
		again, wrongs, err := readEntry(fields, filled, keepiton.NewEntry(k))
		if err != nil || len(wrongs) > 0 {
			t.Fatalf("%v, %v", wrongs, err)
		}
		a, _ := json.Marshal(e)
		if b, _ := json.Marshal(again); string(a) != string(b) && k != keepiton.KindWatch {
			t.Fatalf("got  %s\nwant %s", b, a)
		}
		m := entryMaker{maker: maker{p: voice{locale.For("ar")}, f: sent, inc: &keepiton.Incident{}, check: true}, kind: k, fields: fields, problems: e.Check()}
		m.views()
	})
}

// People compare the fingerprint with the one they know.
func TestTheFingerprintOfAKeyStandsBesideIt(t *testing.T) {
	now := time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC)
	key, err := crypto.PGP().KeyGeneration().AddUserId("Open Lines", "mail@lines.example").GenerationTime(now.Unix() - 3600).New().GenerateKey()
	if err != nil {
		t.Fatal(err)
	}
	public, err := key.GetArmoredPublicKey()
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{public, "no key"} {
		f, want := form{"e.key": {text}}, ""
		if text == public {
			want = strings.ToUpper(key.GetFingerprint())
		}
		m := entryMaker{maker: maker{p: voice{locale.For("en")}, f: f, inc: &keepiton.Incident{}}, now: now, kind: keepiton.KindOrganization, fields: campaign.MemberFields()}
		for _, v := range m.views() {
			if got := strings.ReplaceAll(v.Fingerprint, " ", ""); v.Name == "key" && got != want {
				t.Errorf("got %q, want %q", got, want)
			}
		}
	}
}
