package evidence

import (
	"bytes"
	"context"
	"errors"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"keepiton"
)

// TestMain makes the test program its own child, with jobs that no other build
// has: they try what a decoder that was taken over would try. Arguments after
// the command leave protections out.
func TestMain(m *testing.M) {
	if len(os.Args) < 2 || os.Args[1] != ChildCommand {
		os.Exit(runTests(m))
	}
	jobs["escape"] = escape
	jobs["eat"] = eat
	jobs["panic"] = func(task) (*answer, error) { panic("a decoder") }
	jobs["wait"] = func(task) (*answer, error) { select {} }
	jobs["spin"] = func(task) (*answer, error) {
		for i := 0; ; i++ {
			runtime.KeepAlive(i)
		}
	}
	jobs["lie"] = func(task) (*answer, error) {
		a := &answer{}
		a.add(JPEG, []byte("<script>alert(1)</script>"), 1, 1)
		return a, nil
	}
	jobs["call"] = func(t task) (*answer, error) {
		if _, err := net.Dial("tcp", string(t.original)); err != nil {
			return nil, err
		}
		select {}
	}
	jobs["poison"] = poison
	jobs["environ"] = func(task) (*answer, error) {
		return &answer{Params: strings.Join(os.Environ(), " ")}, nil
	}
	skip := os.Args[2:]
	if i := slices.Index(skip, "hurry"); i >= 0 {
		maxCPU = time.Second
	}
	if i := slices.Index(skip, "die"); i >= 0 {
		os.Exit(7)
	}
	os.Exit(runChild(os.Stdin, os.Stdout, skip))
}

// kept is a child whose decoders are compiled once for all tests.
var kept Child

func runTests(m *testing.M) int {
	kept.Cache = &Cache{}
	defer kept.Cache.Close()
	return m.Run()
}

// escape tries to reach files, the network, other programs and other processes,
// and answers what became of each, one a line. The original is the address of a
// listener and the path of a file, one a line.
func escape(t task) (*answer, error) {
	where := strings.Split(string(t.original), "\n")
	address, file, socket := where[0], where[1], where[2]
	var out []string
	try := func(name string, do func() error) {
		outcome := "allowed"
		if err := do(); err != nil {
			outcome = "refused"
		}
		out = append(out, name+" "+outcome)
	}
	dial := func(network, address string) func() error {
		return func() error {
			c, err := net.Dial(network, address)
			if err == nil {
				_, err = c.Write([]byte("x"))
				c.Close()
			}
			return err
		}
	}
	try("read", func() error { _, err := os.ReadFile(file); return err })
	try("write", func() error { return os.WriteFile(file+".new", nil, 0o600) })
	try("list", func() error { _, err := os.ReadDir("/"); return err })
	try("tcp", dial("tcp", address))
	try("udp", dial("udp", address))
	try("unix", dial("unix", socket))
	try("listen", func() error {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err == nil {
			l.Close()
		}
		return err
	})
	try("exec", func() error { return exec.Command("/bin/true").Run() })
	try("code", func() error {
		_, err := syscall.Mmap(-1, 0, 4096, syscall.PROT_READ|syscall.PROT_WRITE|syscall.PROT_EXEC, syscall.MAP_ANON|syscall.MAP_PRIVATE)
		return err
	})
	try("signal", func() error { return syscall.Kill(os.Getppid(), 0) })
	return &answer{Params: strings.Join(out, "\n")}, nil
}

// eat takes memory until there is none.
func eat(task) (*answer, error) {
	var all [][]byte
	for range 4 * MaxMemory / (16 << 20) {
		all = append(all, make([]byte, 16<<20))
	}
	runtime.KeepAlive(all)
	return &answer{Params: "it was all given"}, nil
}

// outcomes runs escape with the protections that are not in skip.
func outcomes(t *testing.T, c Child) (outcome map[string]string, held []string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	dir := t.TempDir()
	file := filepath.Join(dir, "secret")
	if err := os.WriteFile(file, []byte("secret"), 0o644); err != nil {
		t.Fatal(err)
	}
	u, err := net.Listen("unix", filepath.Join(dir, "s"))
	if err != nil {
		t.Fatal(err)
	}
	defer u.Close()
	a, err := c.run(t.Context(), job{Do: "escape"}, []byte(l.Addr().String()+"\n"+file+"\n"+u.Addr().String()))
	if err != nil {
		t.Fatal(err)
	}
	outcome = map[string]string{}
	for line := range strings.Lines(a.Params) {
		name, what, _ := strings.Cut(strings.TrimSpace(line), " ")
		outcome[name] = what
	}
	if len(outcome) != 10 {
		t.Fatalf("outcomes: got %v", outcome)
	}
	return outcome, a.Held
}

func TestChildReachesNothing(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("ENFORCED ON LINUX ALONE: docs/evidence.md")
	}
	got, held := outcomes(t, Child{})
	t.Logf("held: %v", held)
	for name, what := range got {
		if what != "refused" {
			t.Errorf("%s: %s", name, what)
		}
	}
	for _, name := range []string{HeldLimits, HeldNoFiles, HeldCalls} {
		if !slices.Contains(held, name) {
			t.Errorf("held: got %v, want %s among them", held, name)
		}
	}
}

// Each protection alone refuses what docs/evidence.md says of it; what is not
// named here may go either way.
func TestEachProtectionHoldsAlone(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("ENFORCED ON LINUX ALONE: docs/evidence.md")
	}
	all := []string{HeldLimits, HeldLandlock, HeldNoFiles, HeldCalls}
	without := func(one string) (args []string) {
		args = []string{ChildCommand}
		for _, name := range all {
			if name != one {
				args = append(args, name)
			}
		}
		return args
	}
	for _, c := range []struct {
		name    string
		child   Child
		refused string
		allowed string // which shows that the trial is one
	}{
		{"nothing", Child{Args: without(""), together: true}, "", "read write list tcp udp unix listen exec code signal"},
		{HeldLimits, Child{Args: without(HeldLimits), together: true}, "", "read list tcp udp unix"},
		{HeldLandlock, Child{Args: without(HeldLandlock), together: true}, "read write list tcp exec signal", ""},
		{HeldNoFiles, Child{Args: without(HeldNoFiles), together: true}, "read write list tcp udp unix listen exec", "signal"},
		{HeldCalls, Child{Args: without(HeldCalls), together: true}, "read write list tcp udp unix listen exec code signal", ""},
		{HeldSpaces, Child{Args: without("")}, "tcp udp", "read unix"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, held := outcomes(t, c.child)
			if c.name != "nothing" && !slices.ContainsFunc(held, func(h string) bool { return strings.HasPrefix(h, c.name) }) {
				if os.Getenv("CI") == "true" && c.name != HeldSpaces && c.name != HeldLandlock {
					t.Fatalf("%s does not hold: %v", c.name, held)
				}
				t.Skipf("THIS KERNEL DOES NOT ENFORCE %s: held %v", c.name, held)
			}
			for _, name := range strings.Fields(c.refused) {
				if got[name] != "refused" {
					t.Errorf("%s: got %s, want refused", name, got[name])
				}
			}
			for _, name := range strings.Fields(c.allowed) {
				if got[name] != "allowed" {
					t.Errorf("%s: got %s, want allowed", name, got[name])
				}
			}
		})
	}
}

func TestChildHasNoEnvironment(t *testing.T) {
	t.Setenv("KEEPITON_SECRET", "secret")
	a, err := Child{}.run(t.Context(), job{Do: "environ"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(a.Params, "secret") {
		t.Errorf("environment: got %q", a.Params)
	}
}

func TestChildThatFailsIsAnError(t *testing.T) {
	for _, c := range []struct {
		do    string
		child Child
		code  keepiton.Code
		text  string
	}{
		{"panic", Child{}, keepiton.Invalid, "the decoder stopped at it"},
		{"eat", Child{}, keepiton.TooLarge, "bytes of memory"},
		{"wait", Child{Wall: 200 * time.Millisecond}, keepiton.TooLarge, "longer than 200ms"},
		{"spin", Child{Args: []string{ChildCommand, "hurry"}}, keepiton.TooLarge, "processor time"},
		{"wait", Child{Args: []string{ChildCommand, "die"}}, keepiton.Invalid, "ended without an answer"},
		{"look", Child{Program: "/bin/true"}, keepiton.Invalid, "ended without an answer"},
		{"look", Child{Program: "/nowhere"}, keepiton.Unavailable, "no child could be started"},
		{"nothing", Child{}, keepiton.Internal, `no job "nothing"`},
	} {
		t.Run(c.do, func(t *testing.T) {
			if runtime.GOOS != "linux" && c.do == "spin" {
				t.Skip("ENFORCED ON LINUX ALONE: docs/evidence.md")
			}
			if raced && c.do == "eat" {
				t.Skip("the race detector ends in its own way when memory is refused")
			}
			_, err := c.child.run(t.Context(), job{Do: c.do}, nil)
			if keepiton.CodeOf(err) != c.code || err == nil || !strings.Contains(err.Error(), c.text) {
				t.Errorf("got %v (%s), want %s with %q", err, keepiton.CodeOf(err), c.code, c.text)
			}
		})
	}
}

func TestChildEndsWithItsParent(t *testing.T) {
	cmd := exec.Command(os.Args[0], ChildCommand)
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	if err := writeFrame(in, job{Do: "wait"}); err != nil {
		t.Fatal(err)
	}
	in.Close() // as when the parent is killed
	if err := cmd.Wait(); err == nil {
		t.Error("the child ended as if it had answered")
	}
}

func TestCancelledJobIsNotWaitedFor(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := (Child{}).run(ctx, job{Do: "wait"}, nil); !errors.Is(err, context.Canceled) && keepiton.CodeOf(err) != keepiton.Unavailable {
		t.Errorf("before it began: got %v", err)
	}
	// And once it runs: somebody closes the page.
	ctx, cancel = context.WithCancel(t.Context())
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	go func() {
		if c, err := l.Accept(); err == nil { // the child says that it runs
			c.Close()
		}
		cancel()
	}()
	child := Child{Args: []string{ChildCommand, HeldLimits, HeldLandlock, HeldNoFiles, HeldCalls}, together: true}
	if _, err := child.run(ctx, job{Do: "call"}, []byte(l.Addr().String())); !errors.Is(err, context.Canceled) {
		t.Errorf("while it ran: got %v", err)
	}
}

func TestChildThatSaysWhatIsNoAnswer(t *testing.T) {
	for _, says := range []string{"", "hello, I am a picture", strings.TrimSpace(magic), strings.TrimSpace(magic) + strings.Repeat(" more of it", 1000)} {
		script := save(t, "child", []byte("#!/bin/sh\necho '"+says+"'\n"))
		if err := os.Chmod(script, 0o700); err != nil {
			t.Fatal(err)
		}
		if _, err := (Child{Program: script}).run(t.Context(), job{Do: "look"}, nil); keepiton.CodeOf(err) != keepiton.Invalid {
			t.Errorf("%q: got %v (%s)", says, err, keepiton.CodeOf(err))
		}
	}
}

// A child that was taken over answers what it likes.
func TestAnswerThatIsNoPictureIsRefused(t *testing.T) {
	if err := checkCopy(answer{Parts: []part{{Kind: JPEG}}, bodies: [][]byte{[]byte("<script>")}}); err == nil {
		t.Error("a page was taken for a JPEG")
	}
	if err := checkCopy(answer{Parts: []part{{Kind: SVG}}, bodies: [][]byte{[]byte("<svg/>")}}); err == nil {
		t.Error("a drawing was taken for a copy")
	}
	var w bytes.Buffer
	a := answer{Parts: []part{{Kind: JPEG, Size: MaxCopy}, {Kind: JPEG, Size: 1}}}
	if err := writeFrame(&w, a); err != nil {
		t.Fatal(err)
	}
	if _, err := readAnswer(&w); err == nil {
		t.Error("an answer over the limit was read")
	}
}
