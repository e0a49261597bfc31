package ooni

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"strings"
	"testing"
)

// hostile is 220 MB of lines that are made to take memory: as long as lines may be,
// full of values, too long by far, deep, and objects whose parts are in other places
// each time. It takes none itself.
func hostile() io.Reader {
	const rest = `},"measurement_start_time":"2023-11-08 10:00:00","test_name":"web_connectivity","input":"https://t.me/","probe_cc":"KE"}` + "\n"
	var all pieces
	add := func(text string, n int) { all = append(all, piece{text, n}) }
	for range 20 {
		add(`{"test_keys":{"queries":[`, 1)
		add("{},", MaxValues/2-1000)
		add(`{}],"x":"`, 1)
		add("a", MaxLine-100_000)
		add(`"`+rest, 1)
	}
	for range 20 {
		add("x", 5<<20)
		add("\n", 1)
	}
	for range 10 {
		add("[", 2_000_000)
		add("\n", 1)
	}
	for range 10 {
		add(`"`, 1)
		add(`\u0041`, 300_000)
		add("\"\n", 1)
	}
	for i := range 200 {
		add(`{"test_keys":{"a":[`, 1)
		add("1,", 50*i)
		add("{", 1)
		add(`"b":1,`, MaxValues-12_000)
		add(`"c":2}]`+rest, 1)
	}
	return &all
}

// pieces are texts, each several times.
type pieces []piece

type piece struct {
	text string
	n    int
}

func (p *pieces) Read(b []byte) (n int, err error) {
	for len(*p) > 0 {
		now := &(*p)[0]
		if len(now.text) > len(b)-n {
			if n == 0 {
				n = copy(b, now.text) // the rest of a long one
				*p = append(pieces{{now.text[n:], 1}, {now.text, now.n - 1}}, (*p)[1:]...)
			}
			return n, nil
		}
		if now.n > 0 {
			n += copy(b[n:], now.text)
			now.n--
		}
		if now.n <= 0 {
			*p = (*p)[1:]
		}
	}
	if n == 0 {
		err = io.EOF
	}
	return n, err
}

func TestMemoryDoesNotFollowTheFile(t *testing.T) {
	const child = "KEEPITON_OONI_MEMORY"
	if os.Getenv(child) != "" { // a process of its own, so that nothing else counts
		sum, err := Decode(context.Background(), hostile(), Options{}, Sink{})
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		fmt.Printf("heap=%d records=%d defects=%d err=%v\n", m.HeapSys, sum.Records, sum.Defects(), err)
		return
	}
	if testing.Short() {
		t.Skip("220 MB of lines")
	}
	cmd := exec.Command(os.Args[0], "-test.run=^TestMemoryDoesNotFollowTheFile$")
	cmd.Env = append(os.Environ(), child+"=1")
	out, err := cmd.CombinedOutput()
	if err != nil || !strings.Contains(string(out), "records=260 defects=40 err=<nil>") {
		t.Fatalf("%v\n%s", err, out)
	}
	_, rest, _ := strings.Cut(string(out), "heap=")
	heap, _, _ := strings.Cut(rest, " ")
	n, err := strconv.Atoi(heap)
	if t.Logf("%d MiB", n>>20); err != nil || n > 64<<20 {
		t.Errorf("%d MiB of heap, more than 64", n>>20)
	}
}
