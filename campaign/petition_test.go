package campaign_test

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"keepiton"
	"keepiton/campaign"
	"keepiton/notify"
	"keepiton/store/relational"
	"keepiton/store/sqlite"
)

// drive is a petition that can be signed, in a real store.
type drive struct {
	*testing.T
	*campaign.Petitioning
	ctx  context.Context
	st   *relational.Store
	tray *tray
	now  time.Time
	id   keepiton.EntryID
}

// tray is a sender that keeps what it is given.
type tray struct{ mails chan *notify.Message }

func (t *tray) Channel() keepiton.Channel { return keepiton.ChannelMail }
func (t *tray) Send(_ context.Context, m *notify.Message, handing func() error) (string, error) {
	t.mails <- m
	return "", handing()
}

// tokens takes "good PETITION N" for a token.
type tokens struct{}

func (tokens) VerifySignature(_ context.Context, petition keepiton.EntryID, token string) ([32]byte, error) {
	if !strings.HasPrefix(token, "good "+string(petition)) {
		return [32]byte{}, keepiton.Errorf(keepiton.Forbidden, "no token")
	}
	return sha256.Sum256([]byte(token)), nil
}

func newDrive(t *testing.T) *drive {
	t.Helper()
	st, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "record.db"), sqlite.Options{Volatile: true})
	if err != nil {
		t.Fatal(err)
	}
	keys, err := notify.NewKeys([32]byte{1})
	if err != nil {
		t.Fatal(err)
	}
	d := &drive{T: t, ctx: t.Context(), st: st, now: now, tray: &tray{make(chan *notify.Message, 100)}}
	clock := func() time.Time { return d.now }
	d.Petitioning = &campaign.Petitioning{
		Entries: st, Box: st, Keys: keys, Base: "https://keepiton.test", Tokens: tokens{}, Now: clock,
		Mails: &notify.Postbox{Mail: d.tray, Now: clock, PerHour: 1000},
	}
	sending, stop := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() { d.Mails.Run(sending); close(done) }()
	t.Cleanup(func() { stop(); <-done; st.Close() })
	d.id = d.publish(keepiton.Texts{"en": "Keep it on", "am": "አታቋርጡ"})
	return d
}

func (d *drive) publish(title keepiton.Texts) keepiton.EntryID {
	d.Helper()
	o := &campaign.Office{Entries: d.st, Now: d.Now, Need: func(context.Context, keepiton.EntryKind) (campaign.Need, error) { return campaign.Need{}, nil }}
	rev, err := o.Create(d.ctx, ben, &keepiton.Petition{
		Title: title, Demand: keepiton.Texts{"en": "All of it."}, To: keepiton.Texts{"en": "The Authority"}, Opens: keepiton.On(2026, 11, 25), Closes: keepiton.On(2026, 12, 10),
	}, "")
	if err == nil {
		rev, err = o.Publish(d.ctx, ben, rev.ID, rev.N, "")
	}
	if err != nil {
		d.Fatal(err)
	}
	return rev.ID
}

// ask asks for a mail and returns the links in it.
func (d *drive) ask(address, lang string) (confirm, withdraw string) {
	d.Helper()
	if err := d.Ask(d.ctx, d.id, address, lang); err != nil {
		d.Fatal(err)
	}
	return d.links(<-d.tray.mails)
}

func (d *drive) links(m *notify.Message) (confirm, withdraw string) {
	d.Helper()
	for line := range strings.Lines(m.Plain.Text) {
		for use, at := range map[campaign.Use]*string{campaign.UseConfirm: &confirm, campaign.UseWithdraw: &withdraw} {
			if _, token, ok := strings.Cut(strings.TrimSpace(line), fmt.Sprintf("/petition/%s/%s/", d.id, use)); ok {
				*at = token
			}
		}
	}
	if confirm == "" || withdraw == "" {
		d.Fatalf("the mail has no links:\n%s", m.Plain.Text)
	}
	return confirm, withdraw
}

func (d *drive) sign(u campaign.Use, token, country string) bool {
	d.Helper()
	fresh, err := d.Sign(d.ctx, d.id, u, token, country)
	if err != nil {
		d.Fatal(err)
	}
	return fresh
}

func (d *drive) counted(mail, partner int) keepiton.PetitionCount {
	d.Helper()
	if err := d.Tend(d.ctx); err != nil {
		d.Fatal(err)
	}
	c, err := d.Count(d.ctx, d.id, &keepiton.Petition{Closes: keepiton.On(2026, 12, 10)})
	if err != nil || c.Ways[keepiton.ByMail] != mail || c.Ways[keepiton.ByPartner] != partner {
		d.Errorf("counted %v, %v; want %d by mail and %d through partners", c.Ways, err, mail, partner)
	}
	return c
}

func TestAnAddressSignsOnceHoweverItIsWritten(t *testing.T) {
	d := newDrive(t)
	confirm, _ := d.ask("Anna.Bell+x@Bücher.example", "en")
	for range 2 { // programs look at links in mails
		if l, err := d.Open(d.ctx, d.id, campaign.UseConfirm, confirm); err != nil || l.Signed {
			t.Errorf("looking at the link: %+v, %v", l, err)
		}
	}
	d.counted(0, 0)
	if !d.sign(campaign.UseConfirm, confirm, "ET") || d.sign(campaign.UseConfirm, confirm, "SD") {
		t.Error("a link counts once")
	}
	for _, same := range []string{"anna.bell+x@bücher.example", "ANNA.BELL+X@xn--bcher-kva.EXAMPLE"} {
		d.now = d.now.Add(24 * time.Hour) // there are three mails a day
		confirm, _ := d.ask(same, "en")
		if l, err := d.Open(d.ctx, d.id, campaign.UseConfirm, confirm); err != nil || !l.Signed || d.sign(campaign.UseConfirm, confirm, "") {
			t.Errorf("%s signed again: %+v, %v", same, l, err)
		}
	}
	for _, other := range []string{"annabell+x@bücher.example", "anna.bell@bücher.example"} { // may be somebody else's
		confirm, _ := d.ask(other, "en")
		if !d.sign(campaign.UseConfirm, confirm, "") {
			t.Errorf("%s is another address", other)
		}
	}
	if c := d.counted(3, 0); c.Countries["ET"] != 1 || c.Countries["SD"] != 0 {
		t.Errorf("the first word of the country stands: %v", c.Countries)
	}
}

func TestTheMailIsInTheReadersLanguageAndTellsNothing(t *testing.T) {
	d := newDrive(t)
	if err := d.Ask(d.ctx, d.id, " marked-person@a.test ", "am"); err != nil {
		t.Fatal(err)
	}
	m := <-d.tray.mails
	if m.To.Address != "marked-person@a.test" || m.To.Lang != "am" || !strings.Contains(m.Plain.Subject, "አታቋርጡ") || !strings.Contains(m.Plain.Text, "https://keepiton.test/am/petition/"+string(d.id)+"/confirm/") {
		t.Errorf("%q\n%s", m.Plain.Subject, m.Plain.Text)
	}
	confirm, _ := d.links(m)
	raw, err := base64.RawURLEncoding.DecodeString(confirm)
	if err != nil || strings.Contains(string(raw), "marked") || strings.Contains(m.Plain.Text, "marked") || len(confirm) != 107 {
		t.Errorf("the link is readable: %q, %v", raw, err)
	}
}

func TestLinksThatAreForgedOldOrOfSomethingElseSignNothing(t *testing.T) {
	d := newDrive(t)
	confirm, withdraw := d.ask("a@a.test", "en")
	refused := func(what string, id keepiton.EntryID, u campaign.Use, token string) {
		t.Helper()
		if _, err := d.Sign(d.ctx, id, u, token, ""); keepiton.CodeOf(err) != keepiton.NotFound {
			t.Errorf("%s: %v", what, err)
		}
	}
	other := d.publish(keepiton.Texts{"en": "Another"})
	d.id, other = other, d.id
	d.ask("b@a.test", "en") // it has a box now
	d.id, other = other, d.id
	refused("the link that withdraws", d.id, campaign.UseConfirm, withdraw)
	refused("another petition", other, campaign.UseConfirm, confirm)
	for i := range confirm {
		b := []byte(confirm)
		b[i] ^= 1
		refused(fmt.Sprintf("another letter at %d", i), d.id, campaign.UseConfirm, string(b))
	}
	for _, bad := range []string{"", "x", confirm[:60], confirm + "A", strings.Repeat("A", 107)} {
		refused("cut or made up", d.id, campaign.UseConfirm, bad)
	}
	if _, err := d.Sign(d.ctx, d.id, campaign.UseConfirm, confirm, "ZZ"); keepiton.CodeOf(err) != keepiton.Invalid {
		t.Errorf("no such country: %v", err)
	}
	d.now = d.now.Add(campaign.ConfirmLasts + time.Second)
	refused("three days later", d.id, campaign.UseConfirm, confirm)
	d.counted(0, 0)
}

func TestASignatureIsTakenBackWhileThePetitionIsOpen(t *testing.T) {
	d := newDrive(t)
	confirm, withdraw := d.ask("a@a.test", "en")
	if err := d.Withdraw(d.ctx, d.id, withdraw); keepiton.CodeOf(err) != keepiton.NotFound {
		t.Errorf("before it was signed: %v", err)
	}
	d.sign(campaign.UseConfirm, confirm, "")
	if err := d.Withdraw(d.ctx, d.id, confirm); keepiton.CodeOf(err) != keepiton.NotFound {
		t.Errorf("with the link that confirms: %v", err)
	}
	d.counted(1, 0)
	d.now = d.now.Add(8 * 24 * time.Hour) // later than a link confirms
	if err := d.Withdraw(d.ctx, d.id, withdraw); err != nil {
		t.Error(err)
	}
	d.counted(0, 0)
}

func TestATokenOfAPartnerSignsOnce(t *testing.T) {
	d := newDrive(t)
	token := "good " + string(d.id) + " 1"
	if !d.sign(campaign.UseToken, token, "SD") || d.sign(campaign.UseToken, token, "SD") {
		t.Error("a token signs once")
	}
	if !d.sign(campaign.UseToken, "good "+string(d.id)+" 2", "") {
		t.Error("another token is another signature")
	}
	for _, bad := range []string{"", "bad", "good KIT-2026-0099"} {
		if _, err := d.Sign(d.ctx, d.id, campaign.UseToken, bad, ""); keepiton.CodeOf(err) != keepiton.NotFound {
			t.Errorf("%q: %v", bad, err)
		}
	}
	confirm, _ := d.ask("a@a.test", "en")
	d.sign(campaign.UseConfirm, confirm, "")
	d.counted(1, 2)
}

func TestAPetitionClosesForGood(t *testing.T) {
	for _, tc := range []struct {
		name string
		end  func(d *drive)
	}{
		{"the job after its last day", func(d *drive) {
			d.now = time.Date(2026, 12, 11, 0, 0, 0, 0, time.UTC)
			if err := d.Tend(d.ctx); err != nil {
				d.Error(err)
			}
		}},
		{"whoever reads it after its last day", func(d *drive) {
			d.now = time.Date(2026, 12, 11, 0, 0, 0, 0, time.UTC)
			if _, err := d.Count(d.ctx, d.id, &keepiton.Petition{Closes: keepiton.On(2026, 12, 10)}); err != nil {
				d.Error(err)
			}
		}},
		{"whoever signs after its last day", func(d *drive) {
			d.now = time.Date(2026, 12, 11, 0, 0, 0, 0, time.UTC)
			if err := d.Ask(d.ctx, d.id, "late@a.test", "en"); keepiton.CodeOf(err) != keepiton.Conflict {
				d.Errorf("too late: %v", err)
			}
		}},
		{"its withdrawal", func(d *drive) {
			o := &campaign.Office{Entries: d.st, Now: d.Now, Need: func(context.Context, keepiton.EntryKind) (campaign.Need, error) { return campaign.Need{}, nil }}
			if _, err := o.Withdraw(d.ctx, ben, d.id, 2, "wrong"); err != nil {
				d.Error(err)
			}
			if err := d.Tend(d.ctx); err != nil {
				d.Error(err)
			}
		}},
		{"its handing over", func(d *drive) {
			c, err := d.Count(d.ctx, d.id, &keepiton.Petition{Closes: keepiton.On(2026, 12, 10), Handed: keepiton.On(2026, 12, 1)})
			if err != nil || !c.Closed {
				d.Errorf("handed over: %v", err)
			}
		}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			d := newDrive(t)
			confirm, withdraw := d.ask("a@a.test", "en")
			d.sign(campaign.UseConfirm, confirm, "ET")
			later, _ := d.ask("b@a.test", "en")
			d.now = time.Date(2026, 12, 10, 23, 59, 59, 0, time.UTC)
			if err := d.Tend(d.ctx); err != nil {
				t.Fatal(err)
			}
			if _, err := d.Open(d.ctx, d.id, campaign.UseWithdraw, withdraw); err != nil {
				t.Errorf("on its last day: %v", err)
			}
			tc.end(d)
			d.now = time.Date(2026, 11, 26, 0, 0, 0, 0, time.UTC) // even if the clock goes back
			if _, err := d.Sign(d.ctx, d.id, campaign.UseConfirm, later, ""); keepiton.CodeOf(err) != keepiton.Conflict {
				t.Errorf("signed after the close: %v", err)
			}
			if err := d.Withdraw(d.ctx, d.id, withdraw); keepiton.CodeOf(err) != keepiton.Conflict {
				t.Errorf("taken back after the close: %v", err)
			}
			if err := d.Ask(d.ctx, d.id, "c@a.test", "en"); keepiton.CodeOf(err) != keepiton.Conflict {
				t.Errorf("asked after the close: %v", err)
			}
			c, err := d.Count(d.ctx, d.id, &keepiton.Petition{Closes: keepiton.On(2026, 12, 10)})
			if err != nil || !c.Closed || c.Total() != 1 || c.Countries["ET"] != 1 {
				t.Errorf("the numbers of the closed one: %+v, %v", c, err)
			}
		})
	}
}

func TestStrangersAreNotFloodedByAPetition(t *testing.T) {
	d := newDrive(t)
	for range 20 {
		if err := d.Ask(d.ctx, d.id, "Victim@a.test", "en"); err != nil {
			t.Errorf("what the form says must not tell that it was asked before: %v", err)
		}
	}
	if err := d.Ask(d.ctx, d.id, "last@a.test", "en"); err != nil {
		t.Fatal(err)
	}
	for n := 1; ; n++ {
		if m := <-d.tray.mails; m.To.Address == "last@a.test" {
			if n != 4 {
				t.Errorf("the victim got %d mails", n-1)
			}
			break
		}
	}
	for _, bad := range []string{"", "a", "a@b", "a@a.test\r\nBcc: b@a.test"} {
		if err := d.Ask(d.ctx, d.id, bad, "en"); keepiton.CodeOf(err) != keepiton.Invalid {
			t.Errorf("%q: %v", bad, err)
		}
	}
	d.now = time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)
	if err := d.Ask(d.ctx, d.id, "a@a.test", "en"); keepiton.CodeOf(err) != keepiton.Conflict {
		t.Errorf("before it opens: %v", err)
	}
}

func TestNumbersAreRenewedByTheClock(t *testing.T) {
	newDrive(t) // what the store makes once in a process must not be made inside the bubble
	synctest.Test(t, func(t *testing.T) {
		d := newDrive(t)
		ctx, stop := context.WithCancel(t.Context())
		done := make(chan struct{})
		go func() { d.Petitioning.Run(ctx); close(done) }()
		synctest.Wait()
		d.sign(campaign.UseToken, "good "+string(d.id), "")
		read := func() int {
			c, err := d.st.PetitionCount(t.Context(), d.id)
			if err != nil {
				t.Fatal(err)
			}
			return c.Total()
		}
		time.Sleep(campaign.TallyEvery - time.Second)
		synctest.Wait()
		if n := read(); n != 0 {
			t.Errorf("%d a second too early", n)
		}
		time.Sleep(2 * time.Second)
		synctest.Wait()
		if n := read(); n != 1 {
			t.Errorf("%d after it", n)
		}
		stop()
		<-done
	})
}

func TestSmallCountriesAreToldTogether(t *testing.T) {
	for _, tc := range []struct {
		countries map[string]int
		told      string
		elsewhere int
	}{
		{map[string]int{"ET": 12, "SD": 5, "KE": 4, "UG": 3, "": 7}, "ET=12 SD=5", 14},
		{map[string]int{"ET": 12, "SD": 6, "KE": 1}, "ET=12", 7}, // one of Kenya would be told by the difference
		{map[string]int{"ET": 12, "": 1}, "ET=12", 1},            // who named none is no small country
		{map[string]int{"ET": 2}, "", 2},
		{nil, "", 0},
		{map[string]int{"SD": 9, "ET": 9}, "ET=9 SD=9", 0},
	} {
		told, elsewhere := campaign.Countries(keepiton.PetitionCount{Countries: tc.countries})
		var words []string
		for _, c := range told {
			words = append(words, fmt.Sprintf("%s=%d", c.Country, c.N))
		}
		if got := strings.Join(words, " "); got != tc.told || elsewhere != tc.elsewhere {
			t.Errorf("%v is told as %q and %d elsewhere, want %q and %d", tc.countries, got, elsewhere, tc.told, tc.elsewhere)
		}
	}
}
