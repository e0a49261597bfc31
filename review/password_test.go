package review

import (
	"strings"
	"testing"
	"time"

	"golang.org/x/crypto/argon2"
)

var quick = Argon{Memory: 64, Time: 1, Threads: 1}

func TestPasswordHashIsArgon2idInPHCForm(t *testing.T) {
	h := quick.HashPassword("four quiet words here")
	cost, salt, tag, err := parsePHC(h)
	if err != nil || cost != quick || len(salt) != 16 || len(tag) != 32 {
		t.Fatalf("%s: %v %v", h, cost, err)
	}
	if want := argon2.IDKey([]byte("four quiet words here"), salt, 1, 64, 1, 32); string(want) != string(tag) {
		t.Error("the tag is not argon2id of password and salt")
	}
	if h == quick.HashPassword("four quiet words here") {
		t.Error("two hashes share a salt")
	}
	if good, renew := quick.VerifyPassword("four quiet words here", h); !good || renew {
		t.Errorf("good %v, renew %v", good, renew)
	}
	if good, _ := quick.VerifyPassword("four quiet words her", h); good {
		t.Error("a wrong password is good")
	}
	if good, renew := (Argon{Memory: 128, Time: 1, Threads: 1}).VerifyPassword("four quiet words here", h); !good || !renew {
		t.Error("a hash of older parameters must still be good, and be renewed")
	}
}

func TestDefaultCostIsThatOfRFC9106(t *testing.T) {
	if DefaultArgon != (Argon{Memory: 64 * 1024, Time: 3, Threads: 4}) {
		t.Errorf("default is %+v", DefaultArgon)
	}
}

func TestDamagedHashIsRefusedWithoutWork(t *testing.T) {
	good := quick.HashPassword("x")
	for name, h := range map[string]string{
		"empty": "", "other kind": strings.Replace(good, "argon2id", "argon2i", 1), "other version": strings.Replace(good, "v=19", "v=16", 1),
		"huge memory": strings.Replace(good, "m=64", "m=999999999", 1), "huge time": strings.Replace(good, "t=1", "t=99999", 1),
		"no lanes": strings.Replace(good, "p=1", "p=0", 1), "cut": good[:len(good)-30], "trailing": strings.Replace(good, "p=1", "p=1,x", 1),
	} {
		if _, _, _, err := parsePHC(h); err == nil {
			t.Errorf("%s: %s was accepted", name, h)
		}
		if ok, _ := quick.VerifyPassword("x", h); ok {
			t.Errorf("%s: signs in", name)
		}
	}
}

func FuzzParsePHC(f *testing.F) {
	f.Add(quick.HashPassword("x"))
	f.Add("$argon2id$v=19$m=64,t=1,p=1$$")
	f.Fuzz(func(t *testing.T, phc string) {
		cost, salt, tag, err := parsePHC(phc)
		if err == nil && (cost.Memory > maxArgonMemory || cost.Time > maxArgonTime || cost.Threads == 0 || len(salt) > 64 || len(tag) > 64) {
			t.Errorf("%q gives %v, salt %d, tag %d", phc, cost, len(salt), len(tag))
		}
	})
}

func TestWeakPasswordsAreRefused(t *testing.T) {
	for _, p := range []string{"", "elevenchars", "alice alice alice", "ALICEalice1234", strings.Repeat("x", 1025)} {
		if CheckPassword("alice", p) == nil {
			t.Errorf("%q is accepted", p)
		}
	}
	for _, p := range []string{"four quiet words here", "ዝናብ በሰኔ ይመጣል ጎህ", "twelve chars"} {
		if err := CheckPassword("alice", p); err != nil {
			t.Errorf("%q: %v", p, err)
		}
	}
}

func TestWaitDoublesUpToFiveMinutes(t *testing.T) {
	for failed, want := range map[int]time.Duration{0: 0, 2: 0, 3: time.Second, 4: 2 * time.Second, 8: 32 * time.Second, 11: 256 * time.Second, 12: maxDelay, 40: maxDelay, 1 << 30: maxDelay} {
		if got := delay(failed); got != want {
			t.Errorf("after %d: %v, want %v", failed, got, want)
		}
	}
}

func TestGateLetsABurstThroughAndThenOneEachInterval(t *testing.T) {
	g := gate{burst: 3, interval: time.Second}
	now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	count := func() (n int) {
		for range 10 {
			if g.take(now) {
				n++
			}
		}
		return n
	}
	if n := count(); n != 3 {
		t.Errorf("burst of %d, want 3", n)
	}
	now = now.Add(2 * time.Second)
	if n := count(); n != 2 {
		t.Errorf("%d after two seconds, want 2", n)
	}
	now = now.Add(time.Hour)
	if n := count(); n != 3 {
		t.Errorf("%d after an hour, want 3", n)
	}
}

func TestRecoveryCodeIsReadAsPeopleTypeIt(t *testing.T) {
	code := newRecoveryCode()
	if len(code) != 19 || strings.Trim(code, "abcdefghijklmnopqrstuvwxyz234567-") != "" {
		t.Fatalf("code %q", code)
	}
	if hashRecovery(code) != hashRecovery(" "+strings.ToUpper(strings.ReplaceAll(code, "-", " "))+" ") {
		t.Error("upper case and spaces change the code")
	}
	if hashRecovery("oooo-llll-bbbb-aaaa") != hashRecovery("0000-1111-8888-aaaa") {
		t.Error("digits that look like letters change the code")
	}
	if hashRecovery("aaaa") == hashToken("aaaa") {
		t.Error("a recovery code and a session's token share a hash")
	}
}

func BenchmarkHashPassword(b *testing.B) {
	for b.Loop() {
		DefaultArgon.HashPassword("four quiet words here")
	}
}
