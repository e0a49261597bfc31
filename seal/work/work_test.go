package work

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"flag"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"keepiton"
)

var update = flag.Bool("update", false, "rewrite testdata")

// office returns an office whose clock is in the test's hand.
func office() (*Office, *time.Time) {
	now := time.Date(2026, 11, 25, 15, 30, 0, 0, time.UTC)
	return &Office{Now: func() time.Time { return now }}, &now
}

func solve(t testing.TB, challenge string) string {
	t.Helper()
	s, err := Solve(t.Context(), challenge)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestSolutionCountsOnce(t *testing.T) {
	o, _ := office()
	s := solve(t, o.Challenge(8))
	if n, err := o.Check(s); err != nil || n < 8 {
		t.Fatalf("%d bits, %v", n, err)
	}
	if _, err := o.Check(s); keepiton.CodeOf(err) != keepiton.Conflict {
		t.Errorf("the second time: %v", err)
	}
	challenge, _, _ := strings.Cut(s, ".")
	b, err := decode(challenge)
	if err != nil {
		t.Fatal(err)
	}
	for counter := uint64(0); counter < 1<<14; counter++ { // other counters of the same challenge
		if zeros(b, counter) >= 8 && !strings.HasSuffix(s, ".0") {
			if _, err := o.Check(challenge + "." + itoa(counter)); err == nil {
				t.Fatal("another counter of a spent challenge was taken")
			}
		}
	}
}

func TestSolutionIsRefusedWhenItIsNone(t *testing.T) {
	o, now := office()
	other, _ := office()
	s := solve(t, o.Challenge(8))
	challenge, counter, _ := strings.Cut(s, ".")
	wrong := "0"
	for b, _ := decode(challenge); zeros(b, parse(wrong)) >= 8; {
		wrong = itoa(parse(wrong) + 1)
	}
	easier := func() string { // says 1 bit where 8 were asked for
		b, _ := decode(challenge)
		b[0] = 1
		return encode(b) + "." + counter
	}()
	for name, x := range map[string]struct {
		solution string
		want     keepiton.Code
	}{
		"a wrong counter":         {challenge + "." + wrong, keepiton.Invalid},
		"fewer bits than asked":   {easier, keepiton.Conflict},
		"another server's":        {solve(t, other.Challenge(8)), keepiton.Conflict},
		"no counter":              {challenge, keepiton.Invalid},
		"a counter that is none":  {challenge + ".x", keepiton.Invalid},
		"a counter below zero":    {challenge + ".-1", keepiton.Invalid},
		"nothing":                 {"", keepiton.Invalid},
		"a very long text":        {strings.Repeat("A", 1<<20) + ".1", keepiton.Invalid},
		"a ticket for a solution": {o.Ticket(*now) + ".1", keepiton.Invalid},
	} {
		if _, err := o.Check(x.solution); keepiton.CodeOf(err) != x.want {
			t.Errorf("%s: %v, want %s", name, err, x.want)
		}
	}
	*now = now.Add(2 * time.Hour)
	if _, err := o.Check(s); keepiton.CodeOf(err) != keepiton.Conflict {
		t.Errorf("two hours later: %v", err)
	}
}

func TestChallengeLastsAnHourAtLeast(t *testing.T) {
	o, now := office()
	*now = now.Truncate(time.Hour).Add(time.Hour - time.Second) // the last second of an hour
	s := solve(t, o.Challenge(4))
	*now = now.Add(time.Hour)
	if _, err := o.Check(s); err != nil {
		t.Errorf("an hour later: %v", err)
	}
}

func TestChallengeTellsNoTimeFinerThanAnHour(t *testing.T) {
	o, now := office()
	early, _ := decode(o.Challenge(4))
	*now = now.Add(20 * time.Minute)
	late, _ := decode(o.Challenge(4))
	if string(early[:5]) != string(late[:5]) {
		t.Errorf("%x and %x", early[:5], late[:5])
	}
}

func TestSpentSetIsBounded(t *testing.T) {
	o, now := office()
	o.Challenge(1)
	for i := range maxSpent {
		o.spent[[12]byte{1, byte(i), byte(i >> 8), byte(i >> 16)}] = o.hour() + 2
	}
	s, waiting := solve(t, o.Challenge(4)), solve(t, o.Challenge(4))
	if _, err := o.Check(s); err != nil {
		t.Fatal(err)
	}
	if len(o.spent) > maxSpent {
		t.Errorf("%d are remembered", len(o.spent))
	}
	for _, old := range []string{s, waiting} {
		if _, err := o.Check(old); keepiton.CodeOf(err) != keepiton.Conflict {
			t.Errorf("one from before the key was thrown away: %v", err)
		}
	}
	if _, err := o.Check(solve(t, o.Challenge(4))); err != nil {
		t.Errorf("a new one: %v", err)
	}
	// Those that are void anyway are forgotten first, and the key stays.
	for i := range maxSpent {
		o.spent[[12]byte{2, byte(i), byte(i >> 8), byte(i >> 16)}] = o.hour()
	}
	kept := solve(t, o.Challenge(4))
	*now = now.Add(time.Minute)
	if _, err := o.Check(solve(t, o.Challenge(4))); err != nil {
		t.Fatal(err)
	}
	if _, err := o.Check(kept); err != nil || len(o.spent) > 10 {
		t.Errorf("%d remembered, %v", len(o.spent), err)
	}
}

func TestTicketIsGoodAfterTheWaitAndOnce(t *testing.T) {
	o, now := office()
	ticket := o.Ticket(now.Add(time.Minute))
	if wait, err := o.CheckTicket(ticket); keepiton.CodeOf(err) != keepiton.RateLimited || wait != time.Minute {
		t.Errorf("at once: %v, %v", wait, err)
	}
	*now = now.Add(59 * time.Second)
	if wait, err := o.CheckTicket(ticket); err == nil || wait != time.Second {
		t.Errorf("a second early: %v, %v", wait, err)
	}
	*now = now.Add(time.Second)
	if _, err := o.CheckTicket(ticket); err != nil {
		t.Errorf("after a minute: %v", err)
	}
	if _, err := o.CheckTicket(ticket); keepiton.CodeOf(err) != keepiton.Conflict {
		t.Errorf("the second time: %v", err)
	}
	old := o.Ticket(*now)
	*now = now.Add(2 * time.Hour)
	if _, err := o.CheckTicket(old); keepiton.CodeOf(err) != keepiton.Conflict {
		t.Errorf("too late: %v", err)
	}
	for _, s := range []string{"", "x", old[1:], o.Challenge(4)} {
		if _, err := o.CheckTicket(s); err == nil {
			t.Errorf("%q was taken", s)
		}
	}
	changed := "B" + old[1:]
	if old[0] == 'B' {
		changed = "A" + old[1:]
	}
	if _, err := o.CheckTicket(changed); keepiton.CodeOf(err) != keepiton.Conflict {
		t.Errorf("changed: %v", err)
	}
}

func TestSolveStopsWhenItIsToldTo(t *testing.T) {
	o, _ := office()
	ctx, stop := context.WithCancel(t.Context())
	stop()
	if _, err := Solve(ctx, o.Challenge(MaxBits)); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	b, _ := decode(o.Challenge(1))
	b[0] = MaxBits + 1
	if _, err := Solve(t.Context(), encode(b)); keepiton.CodeOf(err) != keepiton.Invalid {
		t.Errorf("a server that asks for years: %v", err)
	}
}

// vector is one line of testdata/work.json, which the script in the browser is
// tested against.
type vector struct {
	Challenge string `json:"challenge"`
	Bits      int    `json:"bits"`
	Solution  string `json:"solution"` // the first counter that solves it
}

func TestWorkVectors(t *testing.T) {
	const file = "testdata/work.json"
	if *update {
		var out []vector
		for i, n := range []byte{1, 4, 8, 12, 16, 18} {
			b := make([]byte, challengeLen)
			for j := range b {
				b[j] = byte(7*i + 13*j)
			}
			b[0] = n
			out = append(out, vector{encode(b), int(n), solve(t, encode(b))})
		}
		text, err := json.MarshalIndent(out, "", "  ")
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, append(text, '\n'), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var vectors []vector
	if err := json.Unmarshal(text, &vectors); err != nil || len(vectors) != 6 {
		t.Fatalf("%d vectors, %v", len(vectors), err)
	}
	for _, v := range vectors {
		if got := solve(t, v.Challenge); got != v.Solution {
			t.Errorf("%d bits: %s, want %s", v.Bits, got, v.Solution)
		}
	}
}

func FuzzCheck(f *testing.F) {
	o, now := office()
	f.Add(o.Challenge(4) + ".0")
	f.Add(o.Ticket(*now))
	f.Fuzz(func(t *testing.T, s string) {
		if _, err := o.Check(s); err == nil && !strings.Contains(s, ".") {
			t.Error("taken")
		}
		o.CheckTicket(s)
	})
}

func BenchmarkSolve18(b *testing.B) {
	o, _ := office()
	for b.Loop() {
		solve(b, o.Challenge(DefaultBits))
	}
}

func BenchmarkCheck(b *testing.B) {
	o, _ := office()
	s := solve(b, o.Challenge(8))
	for b.Loop() {
		o.Check(s)
	}
}

func encode(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }

func itoa(n uint64) string { return strconv.FormatUint(n, 10) }

func parse(s string) uint64 {
	n, err := strconv.ParseUint(s, 10, 64)
	if err != nil {
		panic(err)
	}
	return n
}

func TestAskedIsWhatTheChallengeAskedFor(t *testing.T) {
	var o Office
	for _, n := range []int{1, 8, 18, 32} {
		if got := Asked(o.Challenge(n) + ".7"); got != n {
			t.Errorf("asked for %d, got %d", n, got)
		}
	}
	for _, s := range []string{"", ".", "AAAA.1", strings.Repeat("!", 44) + ".1"} {
		if got := Asked(s); got != 0 {
			t.Errorf("%q asked for %d", s, got)
		}
	}
}
