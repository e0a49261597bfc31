package mail_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"keepiton"
	"keepiton/notify"
	"keepiton/notify/mail"
	"keepiton/notify/mail/mailtest"
	"keepiton/store/relational"
	"keepiton/store/sqlite"
)

// A child is this test binary again, with these in its environment.
const (
	childFile    = "KEEPITON_TEST_RECORD"
	childServer  = "KEEPITON_TEST_SMTP"
	childAhead   = "KEEPITON_TEST_AHEAD" // seconds by which its clock is ahead
	childDKIM    = "KEEPITON_TEST_DKIM"
	childWorkers = "KEEPITON_TEST_WORKERS"
)

func TestMain(m *testing.M) {
	if os.Getenv(childFile) != "" {
		if err := notifyUntilKilled(); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// workers is how many mails the child hands over at the same time.
const workers = 8

// notifyUntilKilled brings out what is in the outbox.
func notifyUntilKilled() error {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	st, err := sqlite.Open(ctx, os.Getenv(childFile), sqlite.Options{})
	if err != nil {
		return err
	}
	defer st.Close()
	opt := mail.Options{Server: "smtp://" + os.Getenv(childServer), From: sender, DKIMKey: os.Getenv(childDKIM)}
	if opt.DKIMKey != "" {
		opt.DKIMSelector = "kio"
	}
	mailer, err := mail.New(opt)
	if err != nil {
		return err
	}
	defer mailer.Close()
	ahead, _ := strconv.Atoi(os.Getenv(childAhead))
	number, _ := strconv.Atoi(os.Getenv(childWorkers))
	n := &notify.Notifier{
		Record: st, Outbox: st, Keys: testKeys(), Senders: []notify.Sender{mailer}, Links: notify.Links{Base: "https://keepiton.test"},
		Now: func() time.Time { return time.Now().Add(time.Duration(ahead) * time.Second) }, Journal: os.Getenv(childFile) + ".journal",
		Pace: notify.Cadence{Look: 50 * time.Millisecond, Workers: number},
	}

	n.Run(ctx)
	return nil
}

func testKeys() *notify.Keys {
	keys, err := notify.NewKeys([32]byte{1})
	if err != nil {
		panic(err)
	}
	return keys
}

func startChild(tb testing.TB, file, server, dkim string, workers int, ahead time.Duration) *exec.Cmd {
	tb.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), childFile+"="+file, childServer+"="+server, childDKIM+"="+dkim, childAhead+"="+strconv.Itoa(int(ahead.Seconds())), childWorkers+"="+strconv.Itoa(workers))
	cmd.Stderr = os.Stderr
	if err := cmd.Start(); err != nil {
		tb.Fatal(err)
	}
	return cmd
}

// collected takes subscriptions that a book stores, to be written in one piece.
type collected struct {
	notify.Subscriptions
	list []keepiton.Subscription
}

func (c *collected) PutSubscription(_ context.Context, s keepiton.Subscription) (keepiton.SubscriptionID, error) {
	c.list = append(c.list, s)
	return s.ID, nil
}

// lastMail keeps the newest message of a book.
type lastMail struct {
	c chan *notify.Message
}

func (l *lastMail) Channel() keepiton.Channel { return keepiton.ChannelMail }

func (l *lastMail) Send(_ context.Context, m *notify.Message, _ func() error) (string, error) {
	l.c <- m
	return "", nil
}

// outbox makes a record with n subscriptions to all alerts, in seven languages,
// and one incident that is to be told.
func outbox(tb testing.TB, n int) (file string) {
	tb.Helper()
	file = filepath.Join(tb.TempDir(), "record.db")
	st, err := sqlite.Open(tb.Context(), file, sqlite.Options{})
	if err != nil {
		tb.Fatal(err)
	}
	defer st.Close()
	fillSubscriptions(tb, st, n)
	quiet := &notify.Notifier{Record: st, Outbox: st, Keys: testKeys(), Now: time.Now}
	if err := quiet.Step(tb.Context()); err != nil { // what is there already is not told
		tb.Fatal(err)
	}
	publishOne(tb, st)
	return file
}

// fillSubscriptions signs n people up as a book does, and stores them in one
// transaction, since a hundred thousand take long one by one.
func fillSubscriptions(tb testing.TB, st *relational.Store, n int) {
	tb.Helper()
	ctx, stop := context.WithCancel(tb.Context())
	defer stop()
	c, post := &collected{}, &lastMail{c: make(chan *notify.Message)}
	now := time.Now()
	b := &notify.Book{Outbox: c, Keys: testKeys(), Mail: post, Links: notify.Links{Base: "https://keepiton.test"}, Now: func() time.Time { return now }}
	go b.Run(ctx)
	langs := []string{"en", "fr", "ar", "es", "pt", "am", "ca"}
	for i := range n {
		if i%500 == 0 {
			now = now.Add(time.Hour) // a book bounds the mails of an hour
		}
		w := notify.Wish{Pace: keepiton.Instant, Terms: notify.Terms{Address: fmt.Sprintf("reader%d@mail.test", i), Lang: langs[i%len(langs)]}}
		if err := b.Ask(ctx, w); err != nil {
			tb.Fatal(err)
		}
		_, link, _ := strings.Cut((<-post.c).Plain.Text, "/confirm/")
		token, _, _ := strings.Cut(link, "\n")
		if _, err := b.Confirm(ctx, token); err != nil {
			tb.Fatal(err)
		}
	}
	tx, err := st.Write.BeginTx(tb.Context(), nil)
	if err != nil {
		tb.Fatal(err)
	}
	defer tx.Rollback()
	for _, s := range c.list {
		if _, err := tx.Exec(`INSERT INTO subscription (id, channel, pace, address_key, sealed, day, refused) VALUES (?, ?, ?, ?, ?, ?, 0)`,
			int64(s.ID), string(s.Channel), string(s.Pace), s.Key[:], s.Sealed, s.Day.Unix()); err != nil {
			tb.Fatal(err)
		}
	}
	if err := tx.Commit(); err != nil {
		tb.Fatal(err)
	}
}

// TestKilledNotifiersTellEverybodyAndRepeatOnlyWhatNobodyKnows kills the process
// that sends with SIGKILL, again and again, at moments that the mail server
// chooses. What must hold in the end:
//
//   - everybody got the message;
//   - it had one Message-ID for each reader, whatever was tried;
//   - a message came twice only if it was the last one on its connection when the
//     process died: the server had taken it, and its answer was not noted yet.
//     That is the one gap that SMTP leaves (RFC 1047), at most one message for each
//     connection and death, and a reader's server or program removes it by the
//     Message-ID.
func TestKilledNotifiersTellEverybodyAndRepeatOnlyWhatNobodyKnows(t *testing.T) {
	const readers, kills = 400, 6
	file := outbox(t, readers)
	server, _ := mailtest.New(t, mailtest.Options{})
	var mu sync.Mutex
	child := (*exec.Cmd)(nil)
	left := -1 // messages until the next death; below zero: none is planned
	doubtful := map[string]bool{}
	server.Set(mailtest.Hooks{Forget: true, Took: func(*mailtest.Mail) error {
		mu.Lock()
		defer mu.Unlock()
		if left--; left == 0 {
			child.Process.Signal(syscall.SIGKILL) // before the server answers
		}
		return nil
	}})
	for round := range kills {
		mu.Lock()
		child, left = startChild(t, file, server.Addr, "", workers, time.Duration(round)*10*time.Minute), 5+rand.IntN(readers/kills-10)
		mu.Unlock()
		_ = child.Wait() // killed
		server.Quiet()
		for _, id := range server.LastOnEach() {
			doubtful[id] = true
		}
	}
	mu.Lock()
	child, left = startChild(t, file, server.Addr, "", workers, kills*10*time.Minute), -1
	mu.Unlock()
	waitUntilOver(t, file)
	if err := child.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	if err := child.Wait(); err != nil {
		t.Errorf("the last process ended with %v", err)
	}
	counts, twice := server.Counts(), 0
	for id, n := range counts {
		if n > 1 {
			if twice++; !doubtful[id] {
				t.Errorf("%s came %d times, and was not the last on any connection when its sender died", id, n)
			}
		}
	}
	if len(counts) != readers {
		t.Errorf("%d Message-IDs for %d readers", len(counts), readers)
	}
	if most := kills * workers; twice > most {
		t.Errorf("%d came twice, more than the %d that were under way", twice, most)
	}
	t.Logf("%d readers, %d deaths, %d messages in doubt, %d came twice", readers, kills, len(doubtful), twice)
}

// TestADeathBetweenMessagesRepeatsNothing kills the sender whenever the mail server
// is asked for the next recipient: the answer to the message before has reached the
// sender by then, and was noted in its journal, if not in the store.
func TestADeathBetweenMessagesRepeatsNothing(t *testing.T) {
	const readers, kills = 60, 8
	file := outbox(t, readers)
	server, _ := mailtest.New(t, mailtest.Options{})
	var mu sync.Mutex
	child := (*exec.Cmd)(nil)
	left := 0
	server.Set(mailtest.Hooks{Forget: true, Recipient: func(string) error {
		mu.Lock()
		defer mu.Unlock()
		if left--; left == 0 {
			child.Process.Signal(syscall.SIGKILL)
		}
		return nil
	}})
	for round := range kills {
		mu.Lock()
		child, left = startChild(t, file, server.Addr, "", 1, time.Duration(round)*10*time.Minute), 2+rand.IntN(readers/kills-2)
		mu.Unlock()
		_ = child.Wait() // killed
		server.Quiet()
	}
	mu.Lock()
	child, left = startChild(t, file, server.Addr, "", 1, kills*10*time.Minute), -1
	mu.Unlock()
	waitUntilOver(t, file)
	if err := child.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	if err := child.Wait(); err != nil {
		t.Errorf("the last process ended with %v", err)
	}
	counts := server.Counts()
	for id, n := range counts {
		if n != 1 {
			t.Errorf("%s came %d times", id, n)
		}
	}
	if len(counts) != readers {
		t.Errorf("%d of %d readers got the message", len(counts), readers)
	}
}

// waitUntilOver returns when nothing of the outbox is left to be done.
func waitUntilOver(tb testing.TB, file string) {
	tb.Helper()
	st, err := sqlite.Open(tb.Context(), file, sqlite.Options{})
	if err != nil {
		tb.Fatal(err)
	}
	defer st.Close()
	for {
		counts, err := st.DeliveryCounts(tb.Context(), []int64{1})
		if err != nil {
			tb.Fatal(err)
		}
		open, over := 0, 0
		for state, n := range counts[1][keepiton.ChannelMail] {
			if state.Over() {
				over += n
			} else {
				open += n
			}
		}
		todo, err := st.ListAlerts(tb.Context(), keepiton.AlertQuery{Unfanned: true})
		if err != nil {
			tb.Fatal(err)
		}
		if open == 0 && over > 0 && len(todo) == 0 {
			return
		}
		time.Sleep(20 * time.Millisecond)
	}
}
