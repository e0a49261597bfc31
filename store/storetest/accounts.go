package storetest

import (
	"errors"
	"reflect"
	"sync"
	"testing"
	"time"

	"keepiton"
	"keepiton/store"
)

func anAccount(name string) store.Account {
	return store.Account{
		Name: name, Role: keepiton.RoleAnalyst, Organization: "منظمة", PasswordHash: "$argon2id$x", RecoveryHash: []string{"a", "b"},
		UserHandle: []byte(name + "\x00\xff"), Created: day0, FailedSignIns: 2, LockedUntil: day0.Add(time.Hour),
	}
}

func accounts(t *testing.T, w *world) {
	ana, ben := anAccount("ana"), anAccount("ben")
	ben.UserHandle, ben.RecoveryHash = nil, nil
	cleo := store.Account{Name: "cleo", Role: keepiton.RoleAdmin, Disabled: true}
	for _, a := range []store.Account{ben, ana, cleo} {
		w.must("put", w.PutAccount(w.ctx, a))
	}
	if got, err := w.Account(w.ctx, "ana"); err != nil || !reflect.DeepEqual(got, ana) {
		t.Errorf("got %+v, %v", got, err)
	}
	if got, err := w.AccountByHandle(w.ctx, ana.UserHandle); err != nil || got.Name != "ana" {
		t.Errorf("by handle: %+v, %v", got, err)
	}
	ana.Disabled, ana.Role = true, keepiton.RoleEditor
	w.must("replace", w.PutAccount(w.ctx, ana))
	list, err := w.ListAccounts(w.ctx)
	if err != nil || !reflect.DeepEqual(list, []store.Account{ana, ben, cleo}) {
		t.Errorf("list: %+v, %v", list, err)
	}
	_, err = w.Account(w.ctx, "dora")
	w.wantCode("no such name", err, keepiton.NotFound)
	for _, handle := range [][]byte{nil, {}, []byte("x")} {
		_, err = w.AccountByHandle(w.ctx, handle)
		w.wantCode("no such handle", err, keepiton.NotFound)
	}
	thief := anAccount("thief")
	thief.UserHandle = ana.UserHandle
	w.wantCode("a handle that another has", w.PutAccount(w.ctx, thief), keepiton.Conflict)
	w.wantCode("a name in upper case", w.PutAccount(w.ctx, store.Account{Name: "Ana"}), keepiton.Invalid)
}

func accountChanges(t *testing.T, w *world) {
	w.must("put", w.PutAccount(w.ctx, anAccount("ana")))
	other := w.reopen()
	defer other.Close()
	const each = 10
	var wg sync.WaitGroup
	for _, h := range []store.Store{w.Store, other} {
		wg.Go(func() {
			for range each {
				if err := h.UpdateAccount(w.ctx, "ana", func(a *store.Account) error { a.FailedSignIns++; return nil }); err != nil {
					t.Errorf("update: %v", err)
				}
			}
		})
	}
	wg.Wait()
	if got, err := w.Account(w.ctx, "ana"); err != nil || got.FailedSignIns != 2+2*each {
		t.Errorf("%d failures, %v, want %d", got.FailedSignIns, err, 2+2*each)
	}
	refuse := errors.New("no")
	if err := w.UpdateAccount(w.ctx, "ana", func(a *store.Account) error { a.FailedSignIns = 0; return refuse }); !errors.Is(err, refuse) {
		t.Errorf("the caller's error comes back as %v", err)
	}
	if got, _ := w.Account(w.ctx, "ana"); got.FailedSignIns == 0 {
		t.Error("a refused change was written")
	}
	w.wantCode("no such account", w.UpdateAccount(w.ctx, "ben", func(*store.Account) error { return nil }), keepiton.NotFound)
	w.wantCode("another name", w.UpdateAccount(w.ctx, "ana", func(a *store.Account) error { a.Name = "x"; return nil }), keepiton.Invalid)
}

func passkeys(t *testing.T, w *world) {
	w.must("ana", w.PutAccount(w.ctx, anAccount("ana")))
	w.must("ben", w.PutAccount(w.ctx, anAccount("ben")))
	a := store.Passkey{ID: []byte{0, 255}, Account: "ana", Label: "ቁልፍ", Data: []byte("{}"), Created: day0}
	b := store.Passkey{ID: []byte{1}, Account: "ana", Label: "two", Data: []byte("{}"), Created: day0.Add(time.Hour)}
	w.must("put b", w.PutPasskey(w.ctx, b))
	w.must("put a", w.PutPasskey(w.ctx, a))
	a.Data = []byte(`{"count":1}`)
	w.must("replace a", w.PutPasskey(w.ctx, a))
	if got, err := w.Passkeys(w.ctx, "ana"); err != nil || !reflect.DeepEqual(got, []store.Passkey{a, b}) {
		t.Errorf("got %+v, %v", got, err)
	}
	stolen := a
	stolen.Account = "ben"
	w.wantCode("another's passkey", w.PutPasskey(w.ctx, stolen), keepiton.Conflict)
	w.wantCode("removing another's", w.DeletePasskey(w.ctx, "ben", a.ID), keepiton.NotFound)
	w.must("remove", w.DeletePasskey(w.ctx, "ana", a.ID))
	if got, _ := w.Passkeys(w.ctx, "ana"); !reflect.DeepEqual(got, []store.Passkey{b}) {
		t.Errorf("after removal: %+v", got)
	}
}

func sessions(t *testing.T, w *world) {
	w.must("ana", w.PutAccount(w.ctx, anAccount("ana")))
	w.must("ben", w.PutAccount(w.ctx, anAccount("ben")))
	put := func(token, account string, hours int) store.Session {
		s := store.Session{TokenSHA256: token, Account: account, CSRF: "c" + token, Created: day0, Expires: day0.Add(time.Duration(hours) * time.Hour), Means: "passkey"}
		w.must("put", w.PutSession(w.ctx, s))
		return s
	}
	one, _, _, four := put("1", "ana", 1), put("2", "ana", 2), put("3", "ana", 3), put("4", "ben", 4)
	if got, err := w.Session(w.ctx, "1"); err != nil || !reflect.DeepEqual(got, one) {
		t.Errorf("got %+v, %v", got, err)
	}
	there := func(want ...string) {
		t.Helper()
		for _, token := range []string{"1", "2", "3", "4"} {
			_, err := w.Session(w.ctx, token)
			wanted := keepiton.NotFound
			for _, k := range want {
				if k == token {
					wanted = ""
				}
			}
			w.wantCode("session "+token, err, wanted)
		}
	}
	if list, err := w.Sessions(w.ctx, "ben"); err != nil || !reflect.DeepEqual(list, []store.Session{four}) {
		t.Errorf("of ben: %+v, %v", list, err)
	}
	w.must("another's", w.DeleteSessions(w.ctx, "ben", "1"))
	there("1", "2", "3", "4")
	w.must("prune", w.PruneSessions(w.ctx, one.Expires.Add(time.Second)))
	there("2", "3", "4")
	w.must("one", w.DeleteSessions(w.ctx, "ana", "2"))
	there("3", "4")
	w.must("all of ana", w.DeleteSessions(w.ctx, "ana", ""))
	there("4")
	four.Expires = four.Expires.Add(time.Hour)
	w.must("longer", w.PutSession(w.ctx, four))
	if got, err := w.Session(w.ctx, "4"); err != nil || !got.Expires.Equal(four.Expires) {
		t.Errorf("got %+v, %v", got, err)
	}
}

func opened(t *testing.T, w *world) {
	count := func(account string, day time.Time, limit, want int, code keepiton.Code) {
		t.Helper()
		n, err := w.CountOpened(w.ctx, account, day, limit)
		w.wantCode("open", err, code)
		if code == "" && n != want {
			t.Errorf("%s opened %d, want %d", account, n, want)
		}
	}
	count("ana", day0, 2, 1, "")
	count("ana", day0.Add(5*time.Hour), 2, 2, "")
	count("ana", day0, 2, 0, keepiton.RateLimited)
	count("ana", day0, 3, 3, "")
	count("ben", day0, 2, 1, "")
	count("ana", day0.AddDate(0, 0, 1), 2, 1, "")
	for day, want := range map[time.Time]int{day0: 3, day0.Truncate(24 * time.Hour): 3, day0.AddDate(0, 0, 1): 1, day0.AddDate(0, 0, 2): 0} {
		if n, err := w.Opened(w.ctx, "ana", day); err != nil || n != want {
			t.Errorf("on %s: %d, %v, want %d", day, n, err, want)
		}
	}
	count("ben", day0.AddDate(0, 0, 91), 2, 1, "")
	if n, _ := w.Opened(w.ctx, "ana", day0); n != 0 {
		t.Errorf("after 91 days %d are still known", n)
	}
	var wg sync.WaitGroup
	late, other := day0.AddDate(0, 0, 200), w.reopen()
	defer other.Close()
	for _, h := range []store.Store{w.Store, other} {
		wg.Go(func() {
			for range 10 {
				if _, err := h.CountOpened(w.ctx, "cleo", late, 15); err != nil && keepiton.CodeOf(err) != keepiton.RateLimited {
					t.Errorf("count: %v", err)
				}
			}
		})
	}
	wg.Wait()
	if n, _ := w.Opened(w.ctx, "cleo", late); n != 15 {
		t.Errorf("two processes together opened %d, want 15", n)
	}
}
