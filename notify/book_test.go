package notify_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"keepiton"
	"keepiton/notify"
)

func wish(address string) notify.Wish {
	return notify.Wish{Channel: keepiton.ChannelMail, Pace: keepiton.Instant, Terms: notify.Terms{Address: address, Lang: "am", Topics: notify.Topics{Countries: []string{"ET"}}}}
}

func (w *world) subscriptions() (n int) {
	w.Helper()
	counts, err := w.CountSubscriptions(w.ctx)
	if err != nil {
		w.Fatal(err)
	}
	for _, paces := range counts {
		for _, c := range paces {
			n += c
		}
	}
	return n
}

func TestNothingIsStoredBeforeItIsConfirmed(t *testing.T) {
	w := newWorld(t)
	b := w.book()
	if err := b.Ask(w.ctx, wish("marked-person@a.test")); err != nil {
		t.Fatal(err)
	}
	token := w.offered(b)
	if n := w.subscriptions(); n != 0 {
		t.Errorf("%d subscriptions before the confirmation", n)
	}
	if strings.Contains(token, "marked") {
		t.Error("the link tells the address")
	}
	shown, err := b.Offered(token)
	if err != nil || shown.Terms.Address != "marked-person@a.test" || !reflect.DeepEqual(shown.Terms.Topics.Countries, []string{"ET"}) {
		t.Errorf("the link offers %+v, %v", shown.Pace, err)
	}
	manage, err := b.Confirm(w.ctx, token)
	if err != nil || w.subscriptions() != 1 {
		t.Fatalf("confirmed: %d, %v", w.subscriptions(), err)
	}
	again, err := b.Confirm(w.ctx, token)
	if err != nil || again != manage || w.subscriptions() != 1 {
		t.Errorf("confirmed twice: %d, %v", w.subscriptions(), err)
	}
	w.later(49 * time.Hour)
	if _, err := b.Confirm(w.ctx, token); keepiton.CodeOf(err) != keepiton.NotFound {
		t.Errorf("after two days: %v", err)
	}
}

func TestLinksAreGoodForOneThingAlone(t *testing.T) {
	w := newWorld(t)
	b := w.book()
	if err := b.Ask(w.ctx, wish("a@a.test")); err != nil {
		t.Fatal(err)
	}
	manage, err := b.Confirm(w.ctx, w.offered(b))
	if err != nil {
		t.Fatal(err)
	}
	kept, err := b.Open(w.ctx, manage)
	if err != nil || kept.Address != "a…@a….test" || kept.Terms.Address != "" || kept.Terms.Lang != "am" {
		t.Errorf("its owner sees %q %+v, %v", kept.Address, kept.Pace, err)
	}
	w.publish(func(i *keepiton.Incident) { i.Places[0].Country, i.Places[0].Words = "ET", "Ethiopia" })
	w.step()
	w.later(wait)
	w.deliver()
	end := w.mail.all()[0].End
	end = end[strings.LastIndexByte(end, '/')+1:]
	if _, err := b.Open(w.ctx, end); keepiton.CodeOf(err) != keepiton.NotFound {
		t.Errorf("the link that ends also manages: %v", err)
	}
	for i := range end {
		broken := []byte(end)
		broken[i] ^= 1
		if string(broken) != end && b.Ending(string(broken)) == nil {
			t.Errorf("a link with another letter at %d is good", i)
		}
	}
	if err := b.Ending(end); err != nil || w.subscriptions() != 1 {
		t.Errorf("looking ends nothing: %v", err)
	}
	for range 2 {
		if err := b.End(w.ctx, end); err != nil || w.subscriptions() != 0 {
			t.Errorf("ended: %d left, %v", w.subscriptions(), err)
		}
	}
	if _, err := b.Open(w.ctx, manage); keepiton.CodeOf(err) != keepiton.NotFound {
		t.Errorf("after its end: %v", err)
	}
}

func TestItsOwnerChangesIt(t *testing.T) {
	w := newWorld(t)
	b := w.book()
	if err := b.Ask(w.ctx, wish("a@a.test")); err != nil {
		t.Fatal(err)
	}
	manage, err := b.Confirm(w.ctx, w.offered(b))
	if err != nil {
		t.Fatal(err)
	}
	change := notify.Wish{Pace: keepiton.Weekly, Terms: notify.Terms{Address: "other@a.test", Lang: "ar", HTML: true, Topics: notify.Topics{Causes: []string{"exam_cheating"}}}}
	if err := b.Change(w.ctx, manage, change); err != nil {
		t.Fatal(err)
	}
	kept, err := b.Open(w.ctx, manage)
	if err != nil || kept.Pace != keepiton.Weekly || kept.Terms.Lang != "ar" || !kept.Terms.HTML || kept.Terms.Topics.Causes[0] != "exam_cheating" || kept.Address != "a…@a….test" {
		t.Errorf("after the change: %q %+v, %v", kept.Address, kept.Terms.Topics, err)
	}
	change.Terms.Topics.Countries = []string{"ZZ"}
	if err := b.Change(w.ctx, manage, change); keepiton.CodeOf(err) != keepiton.Invalid {
		t.Errorf("no such country: %v", err)
	}
}

func TestAStrangersAddressIsNotFlooded(t *testing.T) {
	w := newWorld(t)
	b := w.book()
	ctx, stop := context.WithCancel(w.ctx)
	defer stop()
	go b.Run(ctx)
	for range 20 {
		if err := b.Ask(w.ctx, wish("Victim@a.test")); err != nil {
			t.Errorf("what a form says must not tell that it was asked before: %v", err)
		}
	}
	if err := b.Ask(w.ctx, wish("last@a.test")); err != nil {
		t.Fatal(err)
	}
	tray := b.Mail.(*outTray)
	for range 2000 {
		if all := tray.all(); len(all) > 0 && all[len(all)-1].To.Address == "last@a.test" {
			if len(all) != 3 {
				t.Errorf("the victim got %d mails", len(all)-1)
			}
			return
		}
		time.Sleep(time.Millisecond)
	}
	t.Fatal("the last mail did not come")
}

func TestAddressesThatAreNone(t *testing.T) {
	w := newWorld(t)
	b := w.book()
	for _, bad := range []string{"", "a", "a@b", "Anna <a@a.test>", "a@a.test, b@a.test", "a@a.test\r\nBcc: b@a.test", "ä@a.test", `"a b"@a.test`, strings.Repeat("a", 65) + "@a.test", strings.Repeat("a.", 130) + "@a.test"} {
		if err := b.Ask(w.ctx, wish(bad)); keepiton.CodeOf(err) != keepiton.Invalid {
			t.Errorf("%q: %v", bad, err)
		}
	}
}

// Answer is a webhook's owner in a test.
type answer struct{ err error }

func (a answer) Challenge(context.Context, *notify.Message) error { return a.err }

func TestAWebhookIsStoredOnceItAnswered(t *testing.T) {
	w := newWorld(t)
	b := w.book()
	b.Hooks = answer{errors.New("no answer")}
	secret, token, err := b.OfferHook(wish("https://example.org/hook"))
	if err != nil || !strings.HasPrefix(secret, "whsec_") || len(secret) != 6+44 {
		t.Fatalf("offered %q, %v", secret, err)
	}
	if _, err := b.ConfirmHook(w.ctx, token); err == nil || w.subscriptions() != 0 {
		t.Errorf("without an answer: %d, %v", w.subscriptions(), err)
	}
	b.Hooks = answer{}
	manage, err := b.ConfirmHook(w.ctx, token)
	if err != nil || w.subscriptions() != 1 {
		t.Fatalf("with an answer: %d, %v", w.subscriptions(), err)
	}
	next, err := b.Rotate(w.ctx, manage)
	kept, _ := b.Open(w.ctx, manage)
	if err != nil || next == secret || kept.Secrets != 2 {
		t.Errorf("after a change of secrets: %d sign, %v", kept.Secrets, err)
	}
	for range 3 {
		if _, err := b.Rotate(w.ctx, manage); err != nil {
			t.Fatal(err)
		}
	}
	if kept, _ = b.Open(w.ctx, manage); kept.Secrets != 3 {
		t.Errorf("%d sign", kept.Secrets)
	}
	w.later(8 * 24 * time.Hour)
	if kept, _ = b.Open(w.ctx, manage); kept.Secrets != 1 {
		t.Errorf("a week later %d sign", kept.Secrets)
	}
	for _, bad := range []string{"http://example.org/", "https://user@example.org/", "ftp://example.org", "https:///x", "javascript:alert(1)"} {
		if _, _, err := b.OfferHook(wish(bad)); keepiton.CodeOf(err) != keepiton.Invalid {
			t.Errorf("%s: %v", bad, err)
		}
	}
}

func TestAStolenDatabaseAloneTellsNoAddress(t *testing.T) {
	w := newWorld(t)
	w.subscribe("marked.person@marked-domain.test", keepiton.Instant, notify.Topics{Countries: []string{"ET"}, Services: []string{"markedservice"}})
	w.tell()
	w.deliver()
	if err := w.Store.Close(); err != nil {
		t.Fatal(err)
	}
	dir := filepath.Dir(w.file)
	files, err := os.ReadDir(dir)
	if err != nil || len(files) == 0 {
		t.Fatal("no database", err)
	}
	for _, f := range files {
		b, err := os.ReadFile(filepath.Join(dir, f.Name()))
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(strings.ToLower(string(b)), "marked") {
			t.Errorf("%s holds what is sealed", f.Name())
		}
	}
}

func TestKeysAreMadeOnceAndKept(t *testing.T) {
	file := filepath.Join(t.TempDir(), "alerts.key")
	a, err := notify.LoadKeys(file)
	if err != nil {
		t.Fatal(err)
	}
	b, err := notify.LoadKeys(file)
	if err != nil || a.MessageID("x", 1) != b.MessageID("x", 1) {
		t.Errorf("the key changed: %v", err)
	}
	if st, err := os.Stat(file); err != nil || st.Mode().Perm() != 0o600 {
		t.Errorf("others may read it: %v, %v", st.Mode(), err)
	}
	if err := os.WriteFile(file, []byte("nonsense"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := notify.LoadKeys(file); keepiton.CodeOf(err) != keepiton.Invalid || keepiton.HintOf(err) == "" {
		t.Errorf("a broken key: %v", err)
	}
}

func TestTermsPrintNothing(t *testing.T) {
	terms := notify.Terms{Address: "marked@a.test", Secrets: []notify.Secret{{Key: []byte("k")}}}
	for _, s := range []string{fmt.Sprint(terms), fmt.Sprintf("%v %+v %#v", terms, &terms, terms)} {
		if strings.Contains(s, "marked") {
			t.Errorf("printed: %s", s)
		}
	}
}

func TestMasks(t *testing.T) {
	for in, want := range map[string]string{"anna@mail.example.org": "a…@m….org", "ø@x.et": "ø…@x….et"} {
		if got := notify.Mask(keepiton.ChannelMail, in); got != want {
			t.Errorf("%s is shown as %s, want %s", in, got, want)
		}
	}
	if got := notify.Mask(keepiton.ChannelWebhook, "https://hooks.example.org/secret/path?token=1"); got != "h….org" {
		t.Errorf("a webhook is shown as %s", got)
	}
}
