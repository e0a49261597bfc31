package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"keepiton"
	"keepiton/notify/mail/mailtest"
	"keepiton/store"
)

// petitionIn publishes a petition in the record of a folder.
func petitionIn(t *testing.T, dir string) keepiton.EntryID {
	t.Helper()
	st, err := openStore(t.Context(), settings{Data: dir})
	if err != nil {
		t.Fatal(err)
	}
	defer st.Close()
	now := time.Now().UTC()
	p := &keepiton.Petition{
		Title: keepiton.Texts{"en": "Keep Aranda on", "am": "አራንዳን አታቋርጡ"}, Demand: keepiton.Texts{"en": "All of it."}, To: keepiton.Texts{"en": "The Authority"},
		Opens: keepiton.On(now.Year(), now.Month(), now.Day()-1), Closes: keepiton.On(now.Year(), now.Month(), now.Day()+9),
	}
	return appendPetition(t, st, "", 0, p)
}

func appendPetition(t *testing.T, st store.Store, id keepiton.EntryID, base int, p *keepiton.Petition) keepiton.EntryID {
	t.Helper()
	doc, err := json.Marshal(p)
	if err != nil {
		t.Fatal(err)
	}
	rev, err := st.AppendEntry(t.Context(), keepiton.KindPetition, base, keepiton.EntryRevision{ID: id, State: keepiton.Published, Recorded: time.Now().UTC(), Doc: doc}, p.Index())
	if err != nil {
		t.Fatal(err)
	}
	return rev.ID
}

func countIn(t *testing.T, dir string, id keepiton.EntryID) keepiton.PetitionCount {
	t.Helper()
	st, err := openStore(t.Context(), settings{Data: dir})
	if err != nil {
		t.Fatal(err)
	}
	defer st.Close()
	if err := st.TallyPetition(t.Context(), id, time.Now()); err != nil {
		t.Fatal(err)
	}
	c, err := st.PetitionCount(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// signing is a person with a browser and a mailbox.
type signing struct {
	*testing.T
	server  *mailtest.Server
	address string // of the site
	mails   int
}

func (s *signing) post(path string, form url.Values) (int, string) {
	s.Helper()
	code, page, err := send(s.address+path, "POST", map[string]string{"Content-Type": "application/x-www-form-urlencoded"}, strings.NewReader(form.Encode()))
	if err != nil {
		s.Fatal(err)
	}
	return code, page
}

// ask asks for a mail and returns the path of the link in it that confirms.
func (s *signing) ask(petition, address string) string {
	s.Helper()
	if code, page := s.post(petition, url.Values{"address": {address}, "do": {"mail"}}); code != http.StatusOK || strings.Contains(page, address) {
		s.Fatalf("asked: %d", code)
	}
	s.mails++
	m := nextMail(s.T, s.server, s.mails)
	for line := range strings.Lines(textOf(s.T, m)) {
		if _, path, ok := strings.Cut(strings.TrimSpace(line), "127.0.0.1"); ok && strings.Contains(path, "/confirm/") {
			_, path, _ := strings.Cut(path, "/")
			return "/" + path
		}
		if _, path, ok := strings.Cut(strings.TrimSpace(line), "localhost"); ok && strings.Contains(path, "/confirm/") {
			_, path, _ := strings.Cut(path, "/")
			return "/" + path
		}
	}
	s.Fatalf("no link in\n%s", textOf(s.T, m))
	return ""
}

// TestAPetitionIsSignedOnceThroughKillsAndItsKeyIsDestroyed signs by the program as
// it runs, with a real mail server; kills it at once after it answered, and while it
// signs; looks for addresses on the disk; and closes the petition.
func TestAPetitionIsSignedOnceThroughKillsAndItsKeyIsDestroyed(t *testing.T) {
	dir := t.TempDir()
	id := petitionIn(t, dir)
	server, _ := mailtest.New(t, mailtest.Options{})
	var logs strings.Builder
	serve := func() (*childProcess, *signing) {
		c := startChild(t, dir, "--smtp", "smtp://"+server.Addr, "--mail-from", "KeepItOn <alerts@keepiton.test>")
		return c, &signing{T: t, server: server, address: c.address, mails: len(server.Mails())}
	}
	kill := func(c *childProcess) {
		c.cmd.Process.Signal(syscall.SIGKILL)
		c.cmd.Wait()
		logs.WriteString(c.printed())
	}
	all := &marks{}
	mark := all.by("signers")
	first, second := mark(ofMail), mark(ofMail)
	at := "/am/petition/" + string(id)

	c, s := serve()
	link := s.ask(at, first)
	if m := server.Mails()[0]; m.To != first || m.Message.Header.Get("Content-Language") != "am" || !strings.HasPrefix(m.Message.Header.Get("Content-Type"), "text/plain") || !strings.Contains(decoded(t, m.Message.Header.Get("Subject")), "አራንዳን") {
		t.Errorf("the mail: %s, %q", m.To, m.Message.Header)
	}
	if code, _ := fetch(t, s.address+link); code != http.StatusOK { // as a program does that looks at links in mails
		t.Errorf("looked at: %d", code)
	}
	if code, _ := s.post(link, url.Values{"country": {"ET"}}); code != http.StatusOK {
		t.Errorf("signed: %d", code)
	}
	kill(c) // what was answered is kept

	c, s = serve()
	if code, page := s.post(link, nil); code != http.StatusOK || strings.Contains(page, "<button name") {
		t.Errorf("the same link in another life: %d", code)
	}
	other := s.ask(at, strings.ToUpper(first))
	s.post(other, nil)
	third := s.ask(at, second)
	done := make(chan struct{})
	go func() {
		defer close(done)
		send(s.address+third, "POST", map[string]string{"Content-Type": "application/x-www-form-urlencoded"}, strings.NewReader(""))
	}()
	kill(c) // nobody knows whether it was signed
	<-done

	c, s = serve()
	for range 2 {
		if code, _ := s.post(third, nil); code != http.StatusOK {
			t.Errorf("tried again: %d", code)
		}
	}
	if n := countIn(t, dir, id); n.Total() != 2 || n.Countries["ET"] != 1 {
		t.Errorf("two people signed, counted are %+v", n)
	}
	st, err := openStore(t.Context(), settings{Data: dir})
	if err != nil {
		t.Fatal(err)
	}
	salt, err := st.PetitionSalt(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	look := func(when string) (salted bool) {
		s := newSearch(t, all.list())
		for _, f := range s.under(t, dir) {
			t.Errorf("%s: %v", when, f)
		}
		if s.seen < 100_000 {
			t.Errorf("%s: only %d bytes were looked through", when, s.seen)
		}
		names, _ := filepath.Glob(filepath.Join(dir, "*"))
		for _, name := range names {
			if b, err := os.ReadFile(name); err == nil && strings.Contains(string(b), string(salt)) {
				salted = true
			}
		}
		return salted
	}
	if !look("while it is open") {
		t.Error("the search does not find the salt that is there")
	}
	now := time.Now().UTC()
	appendPetition(t, st, id, 1, &keepiton.Petition{
		Title: keepiton.Texts{"en": "Keep Aranda on"}, Demand: keepiton.Texts{"en": "All of it."}, To: keepiton.Texts{"en": "The Authority"},
		Opens: keepiton.On(now.Year(), now.Month(), now.Day()-1), Closes: keepiton.On(now.Year(), now.Month(), now.Day()+9), Handed: keepiton.On(now.Year(), now.Month(), now.Day()),
	})
	st.Close()
	if code, page := s.post(third, nil); code != http.StatusConflict || strings.Contains(page, "<button name") {
		t.Errorf("signed after it was handed over: %d", code)
	}
	if look("after the close") {
		t.Error("the salt of a closed petition still lies there")
	}
	if n := countIn(t, dir, id); !n.Closed || n.Total() != 2 {
		t.Errorf("the numbers that stay: %+v", n)
	}
	c.stop(t, os.Interrupt)
	logs.WriteString(c.printed())
	for _, secret := range []string{first, second, strings.ToUpper(first), "/confirm/"} {
		if strings.Contains(logs.String(), secret) {
			t.Errorf("the log holds %q:\n%s", secret, logs.String())
		}
	}
}

// TestAPartnersCardSignsOnceWithoutANameAndNoReport has tokens signed for a petition,
// prints them on cards, reads a card as a phone does, and signs with it.
func TestAPartnersCardSignsOnceWithoutANameAndNoReport(t *testing.T) {
	dir := t.TempDir()
	id := petitionIn(t, dir)
	code, out, errs := runWith(t, nil, "partner", "add", "Org One", "--budget", "3", "--signatures", "4", "--data", dir)
	if code != exitGood {
		t.Fatal(errs)
	}
	lines := strings.Split(strings.TrimSpace(string(out)), "\n")
	key := lines[len(lines)-1]
	s := start(t, "serve", "--data", dir, "--listen", "127.0.0.1:0")
	defer s.stop()
	cards := filepath.Join(t.TempDir(), "cards.pdf")
	code, out, errs = runWith(t, []byte(key), "partner", "tokens", "--petition", string(id), "--lang", "am", "--cards", cards, "--count", "3", "--server", s.address)
	if code != exitGood {
		t.Fatal(errs)
	}
	links := strings.Fields(string(out))
	if len(links) != 3 || !strings.HasPrefix(links[0], s.address+"/am/petition/"+string(id)+"/token/") {
		t.Fatalf("links %q", links)
	}
	if code, _, errs := runWith(t, []byte(key), "partner", "tokens", "--petition", string(id), "--count", "2", "--server", s.address); code == exitGood || !strings.Contains(errs, "1 of today's 4") {
		t.Errorf("beyond the budget: %d, %s", code, errs)
	}
	code, out, errs = runWith(t, []byte(key), "partner", "tokens", "--count", "1", "--server", s.address)
	if code != exitGood {
		t.Fatal(errs)
	}
	report := strings.TrimSpace(string(out))
	sign := func(link string) int {
		code, _, err := send(link, "POST", map[string]string{"Content-Type": "application/x-www-form-urlencoded"}, strings.NewReader("country=SD"))
		if err != nil {
			t.Fatal(err)
		}
		return code
	}
	if code := sign(s.address + "/en/petition/" + string(id) + "/token/" + report); code != http.StatusNotFound {
		t.Errorf("a token for reports signed: %d", code)
	}
	for range 2 {
		if code := sign(onCard(t, cards, links[1])); code != http.StatusOK {
			t.Errorf("signed with a card: %d", code)
		}
	}
	if n := countIn(t, dir, id); n.Ways[keepiton.ByPartner] != 1 || n.Ways[keepiton.ByMail] != 0 {
		t.Errorf("a card was used twice and counts %v", n.Ways)
	}
	for _, args := range [][]string{{"budget", "Org One", "--signatures", "0"}, {"rotate", "--petitions"}, {"list"}} {
		if code, _, errs := runWith(t, nil, append(append([]string{"partner"}, args...), "--data", dir)...); code != exitGood {
			t.Errorf("partner %v: %d, %s", args, code, errs)
		}
	}
	for _, args := range [][]string{{"tokens", "--petition", "KIL-2026-0001"}, {"tokens", "--cards", "x.pdf"}, {"tokens", "--petition", string(id), "--lang", "xx"}, {"budget", "Org One"}} {
		if code, _, errs := runWith(t, []byte(key), append(append([]string{"partner"}, args...), "--server", s.address, "--data", dir)...); code != exitUsage || !strings.Contains(errs, "hint:") {
			t.Errorf("partner %v: %d, %s", args, code, errs)
		}
	}
}

// onCard reads the codes of cards as a phone does, and returns the wanted link.
func onCard(t *testing.T, file, want string) string {
	t.Helper()
	if !needs(t, "pdftoppm") || !needs(t, "zbarimg") {
		return want
	}
	png := filepath.Join(t.TempDir(), "cards")
	if out, err := exec.Command("pdftoppm", "-png", "-r", "200", file, png).CombinedOutput(); err != nil {
		t.Fatalf("%v %s", err, out)
	}
	read, err := exec.Command("zbarimg", "-q", "--raw", png+"-1.png").Output()
	if err != nil {
		t.Fatal(fmt.Errorf("read the cards: %w", err))
	}
	for _, link := range strings.Fields(string(read)) {
		if link == want {
			return link
		}
	}
	t.Fatalf("no card has %s, only %q", want, read)
	return ""
}
