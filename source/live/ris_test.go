package live

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/coder/websocket"

	"keepiton/source/fetch"
)

// told is a message of RIS Live at a time: a collector's peer withdraws or announces.
func told(collector string, t time.Time, peer int, announced, withdrawn []string) string {
	data := map[string]any{
		"timestamp": float64(t.Unix()) + 0.25, "peer": fmt.Sprintf("192.0.2.%d", peer+1), "peer_asn": fmt.Sprint(64512 + peer), "host": collector + ".ripe.net", "type": "UPDATE",
		"path": []int{64512 + peer, 44244}, "withdrawals": withdrawn,
	}
	if announced != nil {
		data["announcements"] = []any{map[string]any{"next_hop": "192.0.2.1", "prefixes": announced}}
	}
	text, err := json.Marshal(map[string]any{"type": "ris_message", "data": data})
	if err != nil {
		panic(err)
	}
	return string(text)
}

// broadcaster is RIS Live as a test directs it.
type broadcaster struct {
	t       *testing.T
	conns   chan *websocket.Conn
	asked   chan string
	address string
	closed  chan struct{}
}

func newBroadcaster(t *testing.T, collectors int) *broadcaster {
	b := &broadcaster{t: t, conns: make(chan *websocket.Conn), asked: make(chan string, 100), closed: make(chan struct{})}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		conn, err := websocket.Accept(w, r, nil)
		if err != nil {
			t.Error(err)
			return
		}
		defer conn.CloseNow()
		b.asked <- r.URL.Query().Get("client")
		for range collectors {
			_, text, err := conn.Read(r.Context())
			if err != nil {
				return
			}
			b.asked <- string(text)
		}
		ctx := conn.CloseRead(r.Context())
		select {
		case b.conns <- conn:
			<-ctx.Done()
		case <-b.closed:
		}
	}))
	b.address = "ws" + strings.TrimPrefix(server.URL, "http") + "/v1/ws/"
	t.Cleanup(func() {
		close(b.closed)
		server.Close()
	})
	return b
}

// say sends messages, and returns when they were taken: a ping is answered after them.
func say(t *testing.T, conn *websocket.Conn, all ...string) {
	t.Helper()
	for _, text := range all {
		if err := conn.Write(t.Context(), websocket.MessageText, []byte(text)); err != nil {
			t.Fatal(err)
		}
	}
	if err := conn.Ping(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// listening is a recorder that runs until the test ends, with a clock.
func listening(t *testing.T, b *broadcaster, collectors ...string) (*Recorder, *atomic.Int64, chan error) {
	clock, troubles := &atomic.Int64{}, make(chan error, 10)
	clock.Store(at("08:00").Add(-30 * time.Second).Unix())
	r := NewRecorder(RecorderOptions{
		Dir: t.TempDir(), Address: b.address, Agent: "KeepItOn/test", Collectors: collectors,
		Now: func() time.Time { return time.Unix(clock.Load(), 0) }, Tell: func(err error) { troubles <- err },
		wait: func(int) time.Duration { return time.Millisecond },
	})
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		r.Run(ctx)
	}()
	t.Cleanup(func() {
		cancel()
		<-ended
	})
	return r, clock, troubles
}

// TestWhatIsToldLiveIsReadLikeTheArchive follows a collector whose archive has a table
// only: all else is told live, and counted before the archive would have it.
func TestWhatIsToldLiveIsReadLikeTheArchive(t *testing.T) {
	b := newBroadcaster(t, 1)
	r, clock, _ := listening(t, b, "rrc00")
	conn := <-b.conns
	if client, ask := <-b.asked, <-b.asked; client != "KeepItOn/test" || ask != `{"type":"ris_subscribe","data":{"host":"rrc00"}}` {
		t.Errorf("%q, %s", client, ask)
	}
	w, _ := newWorld(t, "rrc00")
	w.table("rrc00", "08:00", prefixes)
	f := NewFollower(fetch.New(t.TempDir(), fetch.Options{}), Options{Collectors: []string{"rrc00"}, Base: w.base, Now: func() time.Time { return time.Unix(clock.Load(), 0) }, Recorded: r.Recorded})
	defer f.c.Close()
	say(t, conn, told("rrc00", at("08:00").Add(-30*time.Second), 0, []string{"2.144.0.0/16"}, nil)) // heard from here on
	clock.Store(at("08:00").Unix())
	for peer := range 3 {
		say(t, conn, told("rrc00", at("08:01"), peer, []string{"2.144.0.0/16"}, nil), told("rrc21", at("08:01"), peer, nil, []string{"2.144.0.0/16"}))
	}
	clock.Store(at("08:05").Unix())
	for peer := range 3 {
		say(t, conn, "{not json", `{"type":"pong"}`, told("rrc00", at("23:00"), peer, nil, []string{"2.144.0.0/16"}), told("rrc00", at("08:06"), peer, nil, []string{"5.22.0.0/17", "31.2.128.0/17"}))
	}
	clock.Store(at("08:10").Unix())
	say(t, conn, told("rrc00", at("08:10"), 0, nil, nil)) // to here it was heard
	clock.Store(at("08:10").Add(grace).Unix())
	if _, err := f.Run(t.Context(), at("08:00"), w.put); err != nil || w.told("08") != "08:00=512 08:05=256" {
		t.Errorf("%v, %s", err, w.told("08"))
	}
	for _, asked := range w.server.Log() {
		if !strings.Contains(asked.Path, "bview") {
			t.Errorf("the archive is asked for %s", asked.Path)
		}
	}
}

// TestAStretchWithABreakIsNotKept cuts the connection, tells an error, and begins in
// the middle of five minutes: only what was heard whole is a file.
func TestAStretchWithABreakIsNotKept(t *testing.T) {
	b := newBroadcaster(t, 2)
	r, clock, troubles := listening(t, b, "rrc00", "rrc10")
	conn := <-b.conns
	say(t, conn, told("rrc00", at("08:00").Add(-10*time.Second), 0, nil, nil))
	for minute := 0; minute < 10; minute++ { // rrc10 is heard from 08:02 on
		clock.Store(at("08:00").Add(time.Duration(minute) * time.Minute).Unix())
		say(t, conn, told("rrc00", at("08:00").Add(time.Duration(minute)*time.Minute), 0, nil, nil))
		if minute >= 2 {
			say(t, conn, told("rrc10", at("08:00").Add(time.Duration(minute)*time.Minute), 0, nil, nil))
		}
	}
	clock.Store(at("08:10").Add(20 * time.Second).Unix())
	say(t, conn, told("rrc00", at("08:10"), 0, nil, nil), told("rrc10", at("08:10"), 0, nil, nil))
	_ = conn.CloseNow()
	if err := <-troubles; err == nil || !strings.Contains(err.Error(), "broke off") {
		t.Error(err)
	}
	conn = <-b.conns
	clock.Store(at("08:12").Unix())
	say(t, conn, told("rrc00", at("08:12"), 0, nil, nil))
	clock.Store(at("08:16").Unix())
	for name, want := range map[string]string{"rrc00": "08:00 08:05", "rrc10": "08:05"} {
		var got []string
		for _, clock := range []string{"07:55", "08:00", "08:05", "08:10", "08:15"} {
			if _, ok := r.Recorded(name, at(clock)); ok {
				got = append(got, clock)
			}
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%s: %v, want %s", name, got, want)
		}
	}
	if err := conn.Write(t.Context(), websocket.MessageText, []byte(`{"type":"ris_error","data":{"message":"too slow"}}`)); err != nil {
		t.Error(err)
	}
	if err := <-troubles; err == nil || !strings.Contains(err.Error(), "too slow") {
		t.Error(err)
	}
	<-b.conns
	parts, _ := os.ReadDir(r.o.Dir + "/rrc00/2026.01")
	for _, p := range parts {
		if strings.HasSuffix(p.Name(), ".part") {
			t.Errorf("%s is left", p.Name())
		}
	}
}

// TestALateMessageLeavesAKeptStretchAlone tells, a minute after a stretch was kept,
// something more of it.
func TestALateMessageLeavesAKeptStretchAlone(t *testing.T) {
	b := newBroadcaster(t, 1)
	r, clock, _ := listening(t, b, "rrc00")
	conn := <-b.conns
	say(t, conn, told("rrc00", at("08:00").Add(-10*time.Second), 0, nil, nil))
	for minute := range 6 {
		now := at("08:00").Add(time.Duration(minute) * time.Minute)
		clock.Store(now.Unix())
		say(t, conn, told("rrc00", now, 0, prefixTexts(20), nil))
	}
	clock.Store(at("08:05").Add(grace).Unix())
	path, ok := r.Recorded("rrc00", at("08:00"))
	before, err := os.ReadFile(path)
	if !ok || err != nil {
		t.Fatal(ok, err)
	}
	clock.Store(at("08:06").Unix())
	say(t, conn, told("rrc00", at("08:04"), 0, nil, nil), told("rrc00", at("08:06"), 0, nil, nil))
	if path, ok = r.Recorded("rrc00", at("08:00")); !ok {
		t.Fatal("it is gone")
	}
	if after, err := os.ReadFile(path); err != nil || string(after) != string(before) {
		t.Errorf("%d bytes were kept, and %d are there (%v)", len(before), len(after), err)
	}
}

func prefixTexts(n int) (out []string) {
	for i := range n {
		out = append(out, fmt.Sprintf("10.%d.0.0/16", i))
	}
	return out
}

// TestAConnectionThatDiedInAStretchDoesNotMakeItWhole hears nothing of the last minute
// of a stretch, and the connection ends after it: that minute may be missing.
func TestAConnectionThatDiedInAStretchDoesNotMakeItWhole(t *testing.T) {
	b := newBroadcaster(t, 1)
	r, clock, troubles := listening(t, b, "rrc00")
	conn := <-b.conns
	say(t, conn, told("rrc00", at("08:00").Add(-10*time.Second), 0, nil, nil))
	for minute := range 5 {
		now := at("08:00").Add(time.Duration(minute) * time.Minute)
		clock.Store(now.Unix())
		say(t, conn, told("rrc00", now, 0, nil, nil))
	}
	clock.Store(at("08:05").Add(grace).Unix())
	if _, ok := r.Recorded("rrc00", at("08:00")); ok {
		t.Error("it was taken for whole while nothing newer had come")
	}
	_ = conn.CloseNow()
	<-troubles
	<-b.conns // it is tried again: what was there is put away
	if _, ok := r.Recorded("rrc00", at("08:00")); ok {
		t.Error("it was taken for whole when the connection had ended")
	}
}
